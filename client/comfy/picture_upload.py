"""A picture's file as it goes to a server: as it is, where ComfyUI reads it just as Fit-AD does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageCms

from ...core.errors import FitAdError
from ...core.raster.photo import MAX_SIDE_PX, Photo, read_photo
from ..failures import UnreadablePictureError

_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
# Turned by ComfyUI from 0.16 to 0.33; 0.33 takes no notice of mirrored ones. Measured with LoadImage of both.
_TURNED_RIGHT = (1, 3, 6, 8)
_ORIENTATION_TAG = 0x0112
_LOSSLESS = ("PNG", "TIFF", "BMP", "DIB", "GIF", "PPM", "TGA", "PCX", "ICO", "PSD")
_QUALITY = 95  # of a JPEG that stands in for a lossy file
_SAME_LEVELS = 2  # of 255, by which a profile may differ from sRGB


class PictureFile(NamedTuple):
    """The bytes of a picture's file, and the suffix of their format."""

    data: bytes
    suffix: str


def picture_file(path: str) -> PictureFile:
    """Return a picture as it is sent to a server.

    A JPEG, PNG or WebP goes as it is. What ComfyUI would read otherwise than Fit-AD does (other formats, colour
    profiles, transparency, mirrored or 16-bit pictures, sides over 4096 px) goes upright, in sRGB: as PNG where the
    file was lossless or is transparent, else as JPEG.

    Raises:
        UnreadablePictureError: It is not there, is not a picture, or is broken.
    """
    try:
        photo = read_photo(Path(path))
    except FitAdError as exc:
        raise UnreadablePictureError(exc.what, why=exc.why, fix=exc.fix) from exc
    with _opened(photo.source) as image:
        kind = image.format if image is not None else "TIFF"
        if image is not None and _reads_the_same(image):
            return PictureFile(photo.source.read_bytes(), _SUFFIXES[str(kind)])
    return _encoded(photo, lossless=kind in _LOSSLESS)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image | None]:
    """Open a picture's head; None for what only OpenCV reads."""
    try:
        image = Image.open(path)
    except (OSError, ValueError):
        yield None
        return
    with image:
        yield image


def _reads_the_same(image: Image.Image) -> bool:
    return (
        image.format in _SUFFIXES
        and image.mode in ("RGB", "L")
        and "transparency" not in image.info
        and getattr(image, "n_frames", 1) == 1
        and max(image.size) <= MAX_SIDE_PX
        and int(image.getexif().get(_ORIENTATION_TAG, 1)) in _TURNED_RIGHT
        and _is_srgb(image.mode, image.info.get("icc_profile"))
    )


def _is_srgb(mode: str, profile: bytes | None) -> bool:
    """Tell whether a profile leaves sRGB as it is; a picture without one is taken for sRGB."""
    if not profile:
        return True
    if mode != "RGB":
        return False
    levels = range(0, 256, 51)
    grid = Image.new("RGB", (36, 6))
    grid.putdata([(red, green, blue) for red in levels for green in levels for blue in levels])
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(grid, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return True  # ComfyUI and Fit-AD both leave a broken profile out
    pairs = zip(grid.tobytes(), changed.tobytes() if changed else b"", strict=False)
    return all(abs(before - after) <= _SAME_LEVELS for before, after in pairs)


def _encoded(photo: Photo, *, lossless: bool) -> PictureFile:
    if lossless or photo.pixels.shape[2] == 4:
        return PictureFile(photo.png(), ".png")
    file = io.BytesIO()
    Image.fromarray(photo.pixels).save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return PictureFile(file.getvalue(), ".jpg")
