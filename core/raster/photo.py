"""Photo intake: any picture file a phone, scanner or design tool makes -> upright 8-bit sRGB pixels."""

from __future__ import annotations

import difflib
import io
import logging
import struct
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError, features

from ..errors import FitAdError

MAX_SIDE_PX = 4096
MIN_SIDE_PX = 16
# Pillow refuses to open more than twice its warning limit of 89 478 485 pixels.
MAX_PIXELS = 2 * 89_478_485

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif", ".jp2")

_log = logging.getLogger("fit_ad.photo")

# What Pillow's decoders raise on broken files, besides OSError.
_BROKEN = (ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)
_ORIENTATION_TAG = 0x0112
_BLACK_POINT_COMPENSATION = 0x2000  # lcms2.h; ImageCms.Flags is younger than Pillow 10.1
# EXIF orientation -> the turn that puts the picture upright. Source: Exif 2.32, section 4.6.4 A.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_FORMATS = (
    *("JPEG", "MPO", "PNG", "WEBP", "TIFF", "BMP", "DIB", "GIF", "AVIF", "HEIF", "JPEG2000"),
    *("PPM", "TGA", "ICO", "PSD", "PCX"),
)
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class Photo:
    """A photo ready for the graph.

    Attributes:
        pixels: uint8 [H,W,3] or, where something shows through, [H,W,4]; sRGB, straight alpha, upright.
        source: The file it came from.
        original_size: Width and height in pixels as stored in the file.
    """

    pixels: NDArray[np.uint8]
    source: Path
    original_size: tuple[int, int]

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def array(self) -> NDArray[np.float32]:
        """Return the picture as float32 [H,W,C] in 0..1."""
        return self.pixels.astype(np.float32) / np.float32(255)

    def png(self) -> bytes:
        """Return a plain PNG (no profile, no metadata), made quickly rather than small."""
        buffer = io.BytesIO()
        Image.fromarray(self.pixels).save(buffer, format="PNG", compress_level=1)
        return buffer.getvalue()


def read_photo(path: str | Path, max_side_px: int = MAX_SIDE_PX) -> Photo:
    """Return the photo in a file: upright, 8-bit sRGB, its longer side at most ``max_side_px``.

    EXIF orientation is applied, colour profiles (CMYK too) are converted to sRGB, 16-bit samples are scaled,
    the first frame of an animation is taken, and transparency is kept as straight alpha.

    Raises:
        FitAdError: The file is missing, no picture, broken, empty, too small or too large.
    """
    file = _existing_file(Path(path).expanduser())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)  # broken EXIF data and the like, which change no pixel
        try:
            return _read(file, max_side_px)
        except Image.DecompressionBombError as exc:
            raise _too_large(file) from exc
        except MemoryError as exc:
            raise FitAdError(f"The photo {file.name} does not fit into memory", fix="Export it smaller") from exc


def check_photo(path: str | Path) -> None:
    """Make sure, from its head alone, that a file is a photo that can be read.

    Raises:
        FitAdError: The file is missing, no picture, empty, too small or too large.
    """
    file = _existing_file(Path(path).expanduser())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _open(file) as image:
                _check_size(file, image.size)
        except Image.DecompressionBombError as exc:
            raise _too_large(file) from exc


def _too_large(file: Path) -> FitAdError:
    return FitAdError(
        f"The photo {file.name} has more than {MAX_PIXELS // 1_000_000} megapixels",
        fix="Export it smaller; 4000 pixels on the longer side are plenty for an ad",
    )


def _read(file: Path, max_side_px: int) -> Photo:
    with _open(file) as image:
        original_size = image.size
        _check_size(file, original_size)
        image.draft(None, _fitting(original_size, max_side_px))  # JPEG only: decode at 1/2, 1/4 or 1/8
        _load(file, image)
        turn = _orientation(image)  # after loading: Pillow turns TIFF itself, and PNG may say it at the end
        plain = _to_8bit(image)
        small = _shrink(plain, max_side_px)
        upright = small.transpose(_UPRIGHT[turn]) if turn in _UPRIGHT else small
        pixels = np.array(_to_srgb(upright, image.info.get("icc_profile")))
    return Photo(_settle_alpha(pixels), file, original_size)


# --- finding and opening the file ---------------------------------------------------------------------------


def _existing_file(path: Path) -> Path:
    try:
        for form in (str(path), unicodedata.normalize("NFC", str(path)), unicodedata.normalize("NFD", str(path))):
            if Path(form).is_file():
                return Path(form)
        exists, is_folder = path.exists(), path.is_dir()
    except (OSError, ValueError) as exc:
        raise FitAdError(f"No photo can be read from {str(path)[:120]!r}", why=_reason(exc)) from exc
    if is_folder:
        raise FitAdError(f"{path} is a folder, not a photo", fix=_folder_hint(path))
    if exists:
        raise FitAdError(f"{path} is not a regular file", fix="Give the path of a photo")
    raise FitAdError(f"There is no photo at {path}", fix=_sibling_hint(path))


def _pictures(folder: Path) -> list[str]:
    try:
        return sorted(p.name for p in folder.iterdir() if p.suffix.lower() in EXTENSIONS)
    except OSError:
        return []


def _folder_hint(folder: Path) -> str:
    names = _pictures(folder)
    return f"Did you mean {folder / names[0]}?" if names else "Give the path of a photo"


def _sibling_hint(path: Path) -> str:
    if not path.parent.is_dir():
        return f"The folder {path.parent} does not exist either"
    close = difflib.get_close_matches(path.name, _pictures(path.parent), n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else "Check the name and the folder"


def _open(file: Path) -> Image.Image:
    try:
        with file.open("rb") as handle:
            head = handle.read(64)
        if not head:
            raise FitAdError(f"The photo {file.name} is empty (0 bytes)", fix="Copy it from the phone again")
        _check_phone_format(file, head)
        return Image.open(file, formats=_formats())
    except UnidentifiedImageError as exc:
        return _open_with_opencv(file, head, exc)
    except (OSError, *_BROKEN) as exc:
        if isinstance(exc, OSError) and exc.errno is not None:  # decoders give none
            raise FitAdError(
                f"The photo {file} cannot be read", why=_reason(exc), fix="Check its rights, or copy it elsewhere"
            ) from exc
        raise _broken(file, exc) from exc


def _formats() -> list[str]:
    """Return the formats that photos come in, of those this Pillow knows.

    Left out are the likes of EPS, for which Pillow would start another program.
    """
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _broken(file: Path, exc: Exception) -> FitAdError:
    return FitAdError(
        f"The photo {file.name} is broken or was cut off while copying",
        why=_reason(exc),
        fix="Copy it again, or re-export it",
    )


def _check_phone_format(file: Path, head: bytes) -> None:
    """Make sure that a HEIC or AVIF photo can be read; pillow-heif is set up when the first HEIC comes."""
    if head[4:8] == b"ftyp" and b"avif" in head and ("AVIF" not in _formats() or features.check("avif") is False):
        raise FitAdError(
            f"{file.name} is an AVIF photo, which cannot be read here",
            fix="Export it as JPEG, or run: pip install 'pillow>=11.3'",
        )
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIF_BRANDS or b"avif" in head:
        return
    try:
        import pillow_heif
    except ImportError as exc:
        raise FitAdError(
            f"{file.name} is a HEIC photo, which cannot be read here",
            fix="Export it as JPEG on the phone, or run: pip install pillow-heif",
        ) from exc
    pillow_heif.register_heif_opener()


def _open_with_opencv(file: Path, head: bytes, cause: Exception) -> Image.Image:
    """Return a picture that OpenCV reads and Pillow does not: TIFF with 16 or 32 bits a channel."""
    decoded = _decode_tiff(file) if head.startswith(_TIFF_STARTS) else None
    if decoded is None:
        raise FitAdError(
            f"{file.name} is not a picture that can be read", fix="Give a photo saved as JPEG, PNG, WebP or TIFF"
        ) from cause
    samples = decoded if decoded.ndim == 2 else decoded[..., [2, 1, 0, 3][: decoded.shape[2]]]  # BGRA -> RGBA
    return Image.fromarray(_scale_to_8bit(samples))


def _decode_tiff(file: Path) -> NDArray[Any] | None:
    import cv2

    data = np.frombuffer(file.read_bytes(), dtype=np.uint8)
    try:
        return cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None


def _load(file: Path, image: Image.Image) -> None:
    try:
        image.load()
    except Image.DecompressionBombError:
        raise
    except (OSError, *_BROKEN) as exc:
        raise _broken(file, exc) from exc


def _check_size(file: Path, size: tuple[int, int]) -> None:
    if min(size) < MIN_SIDE_PX:
        raise FitAdError(
            f"The photo {file.name} is only {size[0]}×{size[1]} pixels",
            fix=f"An ad needs at least {MIN_SIDE_PX} pixels per side, and looks good from about 800",
        )
    if size[0] * size[1] > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{size[0]}×{size[1]}")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except (OSError, *_BROKEN) as exc:
        _log.warning("The photo's EXIF data are broken, so it is taken as it lies: %s", _reason(exc))
        return 1


# --- pixels -------------------------------------------------------------------------------------------------


def _fitting(size: tuple[int, int], max_side_px: int) -> tuple[int, int]:
    scale = min(1.0, max_side_px / max(size))
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _shrink(image: Image.Image, max_side_px: int) -> Image.Image:
    target = _fitting(image.size, max_side_px)
    if target == image.size:
        return image
    return image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _to_8bit(image: Image.Image) -> Image.Image:
    """Return the picture in one of the modes L, LA, RGB, RGBA, CMYK or LAB, 8 bits a channel."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Image.fromarray(_scale_to_8bit(np.asarray(image)))
    if image.mode in ("P", "PA", "RGBa", "La", "1", "L", "RGB") and _has_transparency(image):
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _has_transparency(image: Image.Image) -> bool:
    return "transparency" in image.info or image.mode in ("PA", "RGBa", "La")


def _scale_to_8bit(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Return samples of any depth as 8 bits; whole numbers above 255 count as 16 bits, as PNG and TIFF store them."""
    if samples.dtype == np.uint8:
        return samples
    values = np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    return np.rint(np.clip(values / _white_level(samples.dtype, float(values.max(initial=0.0))), 0, 1) * 255).astype(
        np.uint8
    )


def _white_level(dtype: np.dtype[Any], peak: float) -> float:
    if dtype == np.uint16:
        return 65535.0
    if peak <= 1.0:
        return 1.0
    return 255.0 if peak <= 255 else max(peak, 65535.0)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colors = image.convert(image.mode.rstrip("A")) if alpha is not None else image
    rgb = _convert_colors(colors, profile)
    if alpha is not None:
        rgb.putalpha(alpha)
    return rgb


def _convert_colors(image: Image.Image, profile: bytes | None) -> Image.Image:
    source = _profile_of(image.mode, profile)
    if source is not None:
        try:
            converted = ImageCms.profileToProfile(
                image,
                source,
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=_BLACK_POINT_COMPENSATION,  # type: ignore[arg-type]
            )
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, *_BROKEN) as exc:
            _log.warning("The photo's colour profile does not fit and is left out: %s", _reason(exc))
    return _gray_of_lab(image) if image.mode == "LAB" else image.convert("RGB")


def _profile_of(mode: str, profile: bytes | None) -> Any:
    if mode == "LAB":
        return ImageCms.createProfile("LAB")
    if not profile:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, *_BROKEN, OSError) as exc:
        _log.warning("The photo's colour profile is broken and is left out: %s", _reason(exc))
        return None


def _gray_of_lab(image: Image.Image) -> Image.Image:
    return image.getchannel("L").convert("RGB")


def _settle_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return RGB where nothing shows through; else paint what is fully transparent white.

    LoadImage drops alpha, and what lies under full transparency is often black or noise.
    """
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3]
    if alpha.min() == 255:
        return np.ascontiguousarray(pixels[..., :3])
    settled = pixels.copy()
    settled[..., :3][alpha == 0] = 255
    return settled


def _reason(exc: Exception) -> str:
    text = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
    return " ".join(str(text).split())
