"""The final file: JPEG, PNG or WebP under a size limit, sRGB, never over another file, never half written."""

from __future__ import annotations

import errno
import io
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from .errors import FitAdError

Array = NDArray[np.float32]

FORMATS = ("jpeg", "png", "webp")
METADATA = ("none", "workflow", "full")
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}
BYTES_PER_KB = 1000  # the stricter reading of a platform's limit
LOWEST_QUALITY = 30
MAX_PIXELS = 178_000_000
# The least likeness (dB) at which a PNG with 256 colours still counts as the same picture.
PALETTE_PSNR_DB = 34.0

_MAX_EXIF_BYTES = 65_000  # a JPEG segment holds 65 535 bytes
_MODEL_TAG, _MAKE_TAG, _DESCRIPTION_TAG, _SOFTWARE_TAG = 0x0110, 0x010F, 0x010E, 0x0131
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')
_BATCH_MARK = "%batch_num%"
_log = logging.getLogger("fit_ad.saving")


@dataclass(frozen=True)
class SaveOptions:
    """How the picture becomes a file.

    Attributes:
        format: One of FORMATS.
        max_kb: The largest file in KB of 1000 bytes; 0 for no limit.
        quality: JPEG and WebP quality to start from, 1..100; lowered where the limit asks for it.
        min_side: The shorter side in pixels is enlarged to this; 0 leaves the size alone.
    """

    format: str = "jpeg"
    max_kb: int = 2000
    quality: int = 92
    min_side: int = 0

    @property
    def max_bytes(self) -> int | None:
        return self.max_kb * BYTES_PER_KB if self.max_kb > 0 else None


@dataclass(frozen=True)
class Notes:
    """What the file tells besides its pixels.

    Attributes:
        prompt: ComfyUI's API graph, or None.
        extra: ComfyUI's extra_pnginfo (``workflow`` and so on).
        description: Plain text, such as the ad's copies.
    """

    prompt: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""

    def __bool__(self) -> bool:
        return self.prompt is not None or bool(self.extra) or bool(self.description)


@dataclass(frozen=True)
class Encoded:
    """A finished file in memory, and the picture in it before compression ([H,W,C] float32 0..1)."""

    data: bytes
    picture: Array
    quality: int | None


def notes_for(policy: str, prompt: Any, extra: Mapping[str, Any] | None, copies: str, hashtags: str) -> Notes:
    """Return what the metadata policy (none | workflow | full) lets into the file."""
    if policy == "none":
        return Notes()
    description = _words(copies, hashtags) if policy == "full" else ""
    return Notes(prompt, dict(extra or {}), description)


def encode(picture: Array, options: SaveOptions, notes: Notes | None = None) -> Encoded:
    """Return the picture as a file of the wanted format that is no larger than the limit.

    Args:
        picture: [H,W,3] or [H,W,4] (also [H,W,1]) float32 0..1, sRGB, straight alpha. JPEG flattens it on white.

    Raises:
        FitAdError: The options are wrong, or the limit cannot be kept without visible harm.
    """
    _check(options)
    notes = notes or Notes()
    picture = _enlarge(picture, options.min_side)
    image = Image.fromarray(_to_bytes(picture))
    if options.format == "png":
        return Encoded(_png_within(image, options, notes), picture, None)
    if options.format == "jpeg" and image.mode == "RGBA":
        image = _on_white(image)
    data, quality = _best_quality(_lossy_encoder(image, options.format, notes), options)
    return Encoded(data, picture, quality)


def _check(options: SaveOptions) -> None:
    if options.format not in FORMATS:
        raise FitAdError(f"The format {options.format!r} cannot be saved", fix=f"Choose one of {', '.join(FORMATS)}")


# --- pixels -------------------------------------------------------------------------------------------------


def _to_bytes(picture: Array) -> NDArray[np.uint8]:
    channels = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture[..., :4]
    return np.rint(np.clip(np.nan_to_num(channels), 0, 1) * 255).astype(np.uint8)


def _enlarge(picture: Array, min_side: int) -> Array:
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
    larger = Image.fromarray(_to_bytes(picture)).resize(size, Image.Resampling.LANCZOS)
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


def _best_quality(at_quality: Callable[[int], bytes], options: SaveOptions) -> tuple[bytes, int]:
    """Return the file of the highest quality within the limit, by binary search."""
    limit = options.max_bytes
    data = at_quality(options.quality)
    if limit is None or len(data) <= limit:
        return data, options.quality
    lowest = min(LOWEST_QUALITY, options.quality)
    best, quality = at_quality(lowest), lowest
    if len(best) > limit:
        raise FitAdError(
            f"The {options.format.upper()} takes {_kb(best)} KB even at quality {lowest}, above {options.max_kb} KB",
            fix="Raise max_kb, or make the picture smaller",
        )
    low, high = lowest + 1, options.quality - 1
    while low <= high:
        middle = (low + high) // 2
        candidate = at_quality(middle)
        if len(candidate) <= limit:
            best, quality, low = candidate, middle, middle + 1
        else:
            high = middle - 1
    return best, quality


def _png_within(image: Image.Image, options: SaveOptions, notes: Notes) -> bytes:
    """Return the lossless PNG, or one of 256 colours where only that fits and nobody would see it."""
    data = _png(image, notes, compress_level=6)
    limit = options.max_bytes
    if limit is None or len(data) <= limit:
        return data
    reduced = _to_palette(image)
    smaller = _png(reduced, notes, optimize=True)
    if len(smaller) <= limit and _psnr_db(image, reduced) >= PALETTE_PSNR_DB:
        _log.warning("The PNG was reduced to 256 colours to stay under %d KB", options.max_kb)
        return smaller
    raise FitAdError(
        f"The PNG takes {_kb(data)} KB without loss, above {options.max_kb} KB",
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


# --- encoders and metadata ----------------------------------------------------------------------------------


def _png(image: Image.Image, notes: Notes, **options: Any) -> bytes:
    return _saved(image, "PNG", pnginfo=_png_notes(notes), icc_profile=srgb_profile(), **options)


def _lossy_encoder(image: Image.Image, kind: str, notes: Notes) -> Callable[[int], bytes]:
    options: dict[str, Any] = {"icc_profile": srgb_profile(), **_exif(notes, kind)}
    if kind == "jpeg":
        return lambda quality: _jpeg(image, quality, options)
    return lambda quality: _saved(image, "WEBP", quality=quality, method=4, **options)


def _jpeg(image: Image.Image, quality: int, options: Mapping[str, Any]) -> bytes:
    """Return a JPEG without chroma subsampling, which would give coloured type fringes.

    Pillow's buffer for a progressive JPEG holds one byte a pixel; a noisier picture stays baseline.
    """
    baseline = _saved(image, "JPEG", quality=quality, subsampling=0, **options)
    if len(baseline) > 0.8 * image.width * image.height:
        return baseline
    progressive = _saved(image, "JPEG", quality=quality, subsampling=0, optimize=True, progressive=True, **options)
    return min(progressive, baseline, key=len)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _png_notes(notes: Notes) -> PngInfo | None:
    if not notes:
        return None
    info = PngInfo()
    if notes.prompt is not None:
        info.add_text("prompt", json.dumps(notes.prompt))
    for key, value in notes.extra.items():
        info.add_text(key, json.dumps(value))
    if notes.description:
        info.add_itxt("Description", notes.description)
        info.add_text("Software", "Fit-AD")
    return info


def _exif(notes: Notes, kind: str) -> dict[str, bytes]:
    """Return the EXIF option for Pillow; the tags are those ComfyUI writes into WebP and reads back."""
    if not notes:
        return {}
    exif = Image.Exif()
    if notes.prompt is not None:
        exif[_MODEL_TAG] = f"prompt:{json.dumps(notes.prompt)}"
    if notes.description:
        exif[_SOFTWARE_TAG] = "Fit-AD"
        exif[_DESCRIPTION_TAG] = notes.description.encode()
    for place, (key, value) in enumerate(notes.extra.items()):
        exif[_MAKE_TAG - place] = f"{key}:{json.dumps(value)}"
    data = exif.tobytes()
    if kind == "jpeg" and len(data) > _MAX_EXIF_BYTES:
        _log.warning("The workflow is too long for a JPEG and was left out; PNG and WebP can carry it")
        return {}
    return {"exif": data}


# --- the whole of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saved:
    """A saved ad: its file below the output folder, and the picture in it ([H,W,C] float32 0..1)."""

    filename: str
    subfolder: str
    picture: Array

    @property
    def path(self) -> str:
        """Return the file relative to the output folder, with forward slashes."""
        return f"{self.subfolder}/{self.filename}" if self.subfolder else self.filename


def save_ads(
    pictures: Sequence[Array],
    options: SaveOptions,
    notes: Notes,
    *,
    prefix: str,
    output_folder: Path,
    words: tuple[str, str] = ("", ""),
    progress: Callable[[float], None] | None = None,
) -> list[Saved]:
    """Save every picture under a new name, with a ``.txt`` of the words (copies, hashtags) beside it.

    Raises:
        FitAdError: The limit cannot be kept, the prefix leads out of the folder, or the folder cannot be written to.
    """
    saved = []
    text = words_file(*words)
    for index, picture in enumerate(pictures):
        encoded = encode(picture, options, notes)
        height, width = encoded.picture.shape[:2]
        place = place_for(prefix, output_folder, width, height)
        suffix = SUFFIXES[options.format]
        files = {suffix: encoded.data, **({".txt": text} if text else {})}
        name = write_new(place, files, index)
        saved.append(Saved(name + suffix, place.subfolder, encoded.picture))
        if progress is not None:
            progress((index + 1) / len(pictures))
    return saved


# --- where the file goes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where files of one prefix go: ``folder`` (absolute), ``subfolder`` below the output folder, and the stem."""

    folder: Path
    subfolder: str
    stem: str

    def name(self, counter: int, batch_index: int) -> str:
        return f"{self.stem.replace(_BATCH_MARK, str(batch_index))}_{counter:05}_"


def place_for(prefix: str, output_folder: Path, width: int, height: int, now: time.struct_time | None = None) -> Place:
    """Return the place that a filename prefix names inside the output folder, as ComfyUI understands prefixes.

    %width%, %height%, %year%, %month%, %day%, %hour%, %minute% and %second% are filled in; %batch_num% later.

    Raises:
        FitAdError: The prefix is absolute or leads out of the output folder.
    """
    filled = _fill(prefix, width, height, now or time.localtime()).replace("\\", "/").strip()
    parts = [part for part in filled.split("/") if part not in ("", ".")]
    if filled.startswith("/") or re.match(r"^[A-Za-z]:", filled) or ".." in parts:
        raise FitAdError(
            f"The filename prefix {prefix!r} leads out of the output folder",
            fix="Use a name such as Fit-AD, or a folder below it such as ads/Fit-AD",
        )
    parts = [_NOT_IN_FILE_NAMES.sub("_", part).rstrip(". ") or "_" for part in parts] or ["Fit-AD"]
    if filled.endswith("/"):
        parts.append("Fit-AD")
    root = output_folder.resolve()
    folder = root.joinpath(*parts[:-1])
    if not folder.resolve().is_relative_to(root):
        raise FitAdError(
            f"The filename prefix {prefix!r} leads out of the output folder",
            why="one of its folders is a link to another place",
            fix="Use a folder that really lies in the output folder",
        )
    return Place(folder, "/".join(parts[:-1]), parts[-1])


def _fill(prefix: str, width: int, height: int, now: time.struct_time) -> str:
    values = {
        "width": str(width),
        "height": str(height),
        "year": str(now.tm_year),
        "month": f"{now.tm_mon:02}",
        "day": f"{now.tm_mday:02}",
        "hour": f"{now.tm_hour:02}",
        "minute": f"{now.tm_min:02}",
        "second": f"{now.tm_sec:02}",
    }
    for key, value in values.items():
        prefix = prefix.replace(f"%{key}%", value)
    return prefix


def write_new(place: Place, files: Mapping[str, bytes], batch_index: int = 0) -> str:
    """Write files that share a new name and differ in suffix; return that name without suffix.

    The first file is the ad, the others lie beside it. No existing file is touched, and no reader ever sees half a
    file: each is written under a temporary name and then moved.

    Raises:
        FitAdError: The folder cannot be made or written to, or the disk is full.
    """
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        counter = _next_counter(place, batch_index)
        while True:
            name = place.name(counter, batch_index)
            if _write_all(place.folder, name, files):
                return name
            counter += 1
    except OSError as exc:
        raise _unwritable(place.folder, exc) from exc


def words_file(copies: str, hashtags: str) -> bytes:
    """Return the text beside the ad, UTF-8; empty where there are no words."""
    words = _words(copies, hashtags)
    return f"{words}\n".encode() if words else b""


def _words(copies: str, hashtags: str) -> str:
    return "\n\n".join(part.strip() for part in (copies, hashtags) if part.strip())


def _next_counter(place: Place, batch_index: int) -> int:
    stem = os.path.normcase(place.stem.replace(_BATCH_MARK, str(batch_index)))
    pattern = re.compile(rf"{re.escape(stem)}_(\d+)_")
    numbers = (pattern.match(os.path.normcase(name)) for name in os.listdir(place.folder))
    return max((int(match.group(1)) for match in numbers if match), default=0) + 1


def _write_all(folder: Path, name: str, files: Mapping[str, bytes]) -> bool:
    """Write every file, or none and return False where a name is taken."""
    written: list[Path] = []
    try:
        for suffix, data in files.items():
            target = folder / f"{name}{suffix}"
            _write_exclusively(target, data)
            written.append(target)
    except FileExistsError:
        _remove(written)
        return False
    except OSError:
        _remove(written)
        raise
    return True


def _write_exclusively(target: Path, data: bytes) -> None:
    draft = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("xb") as handle:
            handle.write(data)
        _move_to_new(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _move_to_new(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)  # fails where the name is taken, unlike a rename
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: claim the name, then move onto it
        target.open("xb").close()
        os.replace(draft, target)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _unwritable(folder: Path, exc: OSError) -> FitAdError:
    reasons = {
        errno.EACCES: "the folder is read-only for you",
        errno.EPERM: "the folder is read-only for you",
        errno.EROFS: "the disk is read-only",
        errno.ENOSPC: "the disk is full",
        errno.ENOTDIR: "a file of that name is in the way",
        errno.EEXIST: "a file of that name is in the way",
        errno.ENAMETOOLONG: "the name is too long",
    }
    why = reasons.get(exc.errno or 0, exc.strerror or str(exc))
    return FitAdError(f"Nothing can be saved in {folder}", why=why, fix="Choose another output folder")
