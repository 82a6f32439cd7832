"""A picture as the bytes of a JPEG, PNG, WebP or AVIF file under a size limit, in sRGB."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, features

from ..errors import FitAdError
from .metadata import FileMetadata, options_for
from .options import BYTES_PER_KB, LONGEST_SIDES, SaveOptions

Array = NDArray[np.float32]
AtQuality = Callable[[int], bytes]
Extras = Mapping[str, Any]  # Pillow's options that carry the notes

LOWEST_QUALITY = 30
MAX_PIXELS = 178_000_000
# The least likeness (dB) at which a PNG with 256 colours still counts as the same picture.
PALETTE_PSNR_DB = 34.0
_AVIF_SPEED = 8  # 0 slow .. 10 fast; at 6 files are a few percent smaller and take three times as long

_log = logging.getLogger("fit_ad.saving")


@dataclass(frozen=True)
class Encoded:
    """A finished file in memory, and the picture in it before compression ([H,W,C] float32 0..1)."""

    data: bytes
    picture: Array
    quality: int | None


def encode(picture: Array, options: SaveOptions, notes: FileMetadata | None = None) -> Encoded:
    """Return the picture as a file of the wanted format that is no larger than the limit.

    Args:
        picture: [H,W,C] float32 0..1, sRGB, straight alpha: gray, gray and alpha, RGB or RGBA. JPEG flattens it on
            white. What is not a number or infinite counts as 0 or 1.
        options: Format, limit, quality and size.
        notes: What the file tells besides its pixels.

    Raises:
        FitAdError: The picture has no pixels or odd channels, it is too large for the format, this Pillow cannot
            write the format, or the limit cannot be kept without visible harm.
    """
    require(options.format)
    extras = options_for(options.format, FileMetadata() if notes is None else notes)
    picture = prepared(picture, options.min_side)
    image = Image.fromarray(to_bytes(picture))
    _check_sides(image, options.format)
    if options.format == "png":
        return Encoded(_png_within(image, options, extras), picture, None)
    if options.format == "jpeg" and image.mode == "RGBA":
        image = _on_white(image)
    data, quality = _best_quality(_at_quality(image, options.format, extras), options)
    return Encoded(data, picture, quality)


def require(kind: str) -> None:
    """Make sure that this Pillow can write a format.

    Raises:
        FitAdError: It cannot.
    """
    if kind == "avif" and not features.check("avif"):
        raise FitAdError(
            "AVIF files cannot be written on this system",
            why="This Pillow has no AVIF encoder",
            fix="Run: pip install 'pillow>=11.3' in ComfyUI's Python, or choose webp",
        )


# --- pixels -------------------------------------------------------------------------------------------------


def prepared(picture: Array, min_side: int = 0) -> Array:
    """Return the picture with finite values 0..1, its shorter side enlarged to ``min_side`` px (Lanczos).

    Raises:
        FitAdError: It has no pixels or odd channels, or would become too large.
    """
    if picture.ndim != 3 or 0 in picture.shape or picture.shape[2] > 4:
        shape = "×".join(str(length) for length in picture.shape)
        raise FitAdError(
            f"There is no picture to save in an array of {shape}",
            fix="Connect an image that has pixels, in gray, RGB or RGBA",
        )
    clean = picture
    if not (np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1):
        clean = np.clip(np.nan_to_num(picture, posinf=1.0, neginf=0.0), 0, 1).astype(np.float32)
    return _enlarged(clean, min_side)


def to_bytes(picture: Array) -> NDArray[np.uint8]:
    """Return [H,W,3] or [H,W,4] bytes of a picture [H,W,1..4] 0..1; gray becomes RGB."""
    whole = np.rint(picture * np.float32(255)).astype(np.uint8)
    return whole if whole.shape[2] >= 3 else np.ascontiguousarray(whole[..., [0, 0, 0, 1][: whole.shape[2] + 2]])


def _enlarged(picture: Array, min_side: int) -> Array:
    height, width = picture.shape[:2]
    if min_side <= min(height, width):
        return picture
    scale = min_side / min(height, width)
    size = (max(round(width * scale), min_side), max(round(height * scale), min_side))
    if size[0] * size[1] > MAX_PIXELS:
        raise FitAdError(
            f"A shorter side of {min_side} px would make this {width}×{height} picture {size[0]}×{size[1]}",
            fix="Choose a smaller min_side",
        )
    larger = Image.fromarray(to_bytes(picture)).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(larger, dtype=np.float32) / np.float32(255)


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return an sRGB ICC profile that is the same on every day (littlecms stamps the date into it)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01 00:00:00
    profile[84:100] = bytes(16)  # the profile id would be a checksum over the date
    return bytes(profile)


# --- size limits --------------------------------------------------------------------------------------------


def _check_sides(image: Image.Image, kind: str) -> None:
    longest = LONGEST_SIDES.get(kind)
    if longest is not None and max(image.size) > longest:
        raise FitAdError(
            f"A {kind.upper()} has at most {longest} px per side, and this picture is {image.width}×{image.height}",
            fix="Choose png, or make the picture smaller",
        )


def _best_quality(at_quality: AtQuality, options: SaveOptions) -> tuple[bytes, int]:
    """Return the file of the highest quality within the limit."""
    limit = options.max_bytes
    data = at_quality(options.quality)
    if limit is None or len(data) <= limit:
        return data, options.quality
    lowest = min(LOWEST_QUALITY, options.quality)
    least = at_quality(lowest) if lowest < options.quality else data
    if len(least) > limit:
        raise FitAdError(
            f"The {options.format.upper()} needs {_kb(least)} KB even at quality {lowest}, more than "
            f"{options.max_kb} KB",
            fix="Raise max_kb, or make the picture smaller",
        )
    return _searched(at_quality, limit, (least, lowest), options.quality)


def _searched(at_quality: AtQuality, limit: int, fits: tuple[bytes, int], above: int) -> tuple[bytes, int]:
    """Return the last quality that fits, between one that does and one that does not, by halving."""
    best, quality = fits
    while above - quality > 1:
        middle = (quality + above) // 2
        candidate = at_quality(middle)
        if len(candidate) <= limit:
            best, quality = candidate, middle
        else:
            above = middle
    return best, quality


def _png_within(image: Image.Image, options: SaveOptions, extras: Extras) -> bytes:
    """Return the lossless PNG, or one of 256 colours where only that fits and nobody would see it."""
    data = _saved(image, "png", extras, compress_level=6)
    limit = options.max_bytes
    if limit is None or len(data) <= limit:
        return data
    reduced = _to_palette(image)
    smaller = _saved(reduced, "png", extras, optimize=True)
    if len(smaller) <= limit and _psnr_db(image, reduced) >= PALETTE_PSNR_DB:
        _log.warning("The PNG was reduced to 256 colours to stay under %d KB", options.max_kb)
        return smaller
    raise FitAdError(
        f"The PNG needs {_kb(data)} KB losslessly, more than {options.max_kb} KB",
        fix="Choose webp or jpeg, or raise max_kb (0 = no limit)",
    )


def _to_palette(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA":
        return image.quantize(256, method=Image.Quantize.FASTOCTREE)
    return image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)


def _psnr_db(one: Image.Image, other: Image.Image) -> float:
    a = np.asarray(one, dtype=np.float32)
    b = np.asarray(other.convert(one.mode), dtype=np.float32)
    return float(10 * np.log10(255**2 / max(float(np.mean((a - b) ** 2)), 1e-9)))


def _kb(data: bytes) -> str:
    return f"{-(-len(data) // BYTES_PER_KB):,}"


# --- encoders -----------------------------------------------------------------------------------------------


def _at_quality(image: Image.Image, kind: str, extras: Extras) -> AtQuality:
    if kind == "jpeg":
        return lambda quality: _jpeg(image, quality, extras)
    if kind == "avif":
        return lambda quality: _saved(image, "avif", extras, quality=quality, subsampling="4:4:4", speed=_AVIF_SPEED)
    return lambda quality: _saved(image, "webp", extras, quality=quality, method=4)


def _jpeg(image: Image.Image, quality: int, extras: Extras) -> bytes:
    """Return a JPEG without chroma subsampling, which would give coloured type fringes.

    Pillow's buffer for a progressive JPEG holds one byte a pixel; a noisier picture stays baseline.
    """
    baseline = _saved(image, "jpeg", extras, quality=quality, subsampling=0)
    if len(baseline) > 0.8 * image.width * image.height:
        return baseline
    progressive = _saved(image, "jpeg", extras, quality=quality, subsampling=0, optimize=True, progressive=True)
    return min(progressive, baseline, key=len)


def _saved(image: Image.Image, kind: str, extras: Extras, **options: Any) -> bytes:
    buffer = io.BytesIO()
    try:
        image.save(buffer, kind.upper(), icc_profile=srgb_profile(), **extras, **options)
    except (OSError, ValueError) as exc:
        raise FitAdError(
            f"A picture of {image.width}×{image.height} px cannot be saved as {kind}",
            why=" ".join(str(exc).split()),
            fix="Choose png, or make the picture smaller",
        ) from exc
    return buffer.getvalue()
