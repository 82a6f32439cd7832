"""What goes up to a server: the file itself where ComfyUI reads it as Fit-AD does, else one that it does."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fit_ad.client.comfy.picture_upload import picture_file
from fit_ad.client.failures import UnreadablePictureError
from fit_ad.core.raster.photo import read_photo
from PIL import Image, ImageCms

SIZE = (320, 200)


def photo() -> Image.Image:
    """A picture with colours, edges and grain, as photos have."""
    rng = np.random.default_rng(3)
    ramp = np.linspace(30, 220, SIZE[0])[None, :, None] * np.ones((SIZE[1], 1, 3))
    ramp[60:120, 80:200] = (200, 40, 30)
    return Image.fromarray(np.clip(ramp + rng.normal(0, 6, ramp.shape), 0, 255).astype(np.uint8))


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def wide_gamut() -> bytes:
    """A profile whose numbers mean other colours than sRGB's: an sRGB one with red and green exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(data.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ"))


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
AS_THEY_ARE: dict[str, Callable[[Path], None]] = {
    "plain.jpg": lambda path: photo().save(path, quality=80),
    "progressive.jpeg": lambda path: photo().save(path, progressive=True),
    "gray.jpg": lambda path: photo().convert("L").save(path),
    "plain.png": lambda path: photo().save(path),
    "plain.webp": lambda path: photo().save(path),
    "on its side.jpg": lambda path: photo().save(path, exif=turned(6)),
    "upside down.jpg": lambda path: photo().save(path, exif=turned(3)),
    "srgb.jpg": lambda path: photo().save(path, icc_profile=SRGB),
    "really a jpeg.png": lambda path: photo().save(path, format="JPEG"),
}
OTHERWISE: dict[str, tuple[Callable[[Path], None], str]] = {
    "mirrored.jpg": (lambda path: photo().save(path, exif=turned(5)), ".jpg"),
    "wide.jpg": (lambda path: photo().save(path, icc_profile=wide_gamut()), ".jpg"),
    "wide.png": (lambda path: photo().save(path, icc_profile=wide_gamut()), ".png"),
    "cmyk.jpg": (lambda path: photo().convert("CMYK").save(path), ".jpg"),
    "palette.png": (lambda path: photo().quantize(64).save(path), ".png"),
    "scan.tif": (lambda path: photo().save(path), ".png"),
    "old.bmp": (lambda path: photo().save(path), ".png"),
    "moving.webp": (lambda path: photo().save(path, save_all=True, append_images=[photo().rotate(90)]), ".jpg"),
    "large.jpg": (lambda path: photo().resize((4200, 300)).save(path), ".jpg"),
}


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_the_file_itself(tmp_path: Path, name: str) -> None:
    AS_THEY_ARE[name](tmp_path / name)
    sent = picture_file(str(tmp_path / name))
    assert sent.data == (tmp_path / name).read_bytes()
    assert Image.open(io.BytesIO(sent.data)).format == {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[sent.suffix]


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_file_that_reads_the_same_everywhere(tmp_path: Path, name: str) -> None:
    save, suffix = OTHERWISE[name]
    save(tmp_path / name)
    sent = picture_file(str(tmp_path / name))
    assert sent.suffix == suffix
    with Image.open(io.BytesIO(sent.data)) as again:
        assert again.mode == "RGB"
        assert "icc_profile" not in again.info
        assert not again.getexif()
        seen, meant = np.asarray(again, np.float32), read_photo(tmp_path / name).pixels
        assert np.abs(seen - meant).mean() < (2 if suffix == ".jpg" else 1e-9)
    if suffix == ".jpg":
        assert len(sent.data) < 0.6 * len(read_photo(tmp_path / name).png())


def test_transparency_stays_and_what_is_under_it_is_white(tmp_path: Path) -> None:
    cut = photo()
    cut.putalpha(Image.new("L", SIZE, 0))
    cut.save(tmp_path / "cut.webp", lossless=True)
    sent = picture_file(str(tmp_path / "cut.webp"))
    assert sent.suffix == ".png"
    assert Image.open(io.BytesIO(sent.data)).getpixel((5, 5)) == (255, 255, 255, 0)


def test_a_colour_that_counts_as_transparent(tmp_path: Path) -> None:
    photo().save(tmp_path / "key.png", transparency=(200, 40, 30))
    sent = picture_file(str(tmp_path / "key.png"))
    assert sent.data != (tmp_path / "key.png").read_bytes()  # LoadImage takes no notice of it
    assert Image.open(io.BytesIO(sent.data)).mode in ("RGB", "RGBA")


def test_a_photo_is_not_blown_up(tmp_path: Path) -> None:
    photo().resize((1600, 1000)).save(tmp_path / "phone.jpg", quality=88)
    size = (tmp_path / "phone.jpg").stat().st_size
    assert len(picture_file(str(tmp_path / "phone.jpg")).data) == size
    assert len(read_photo(tmp_path / "phone.jpg").png()) > 5 * size  # what was sent before


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 cut off", b"words"])
def test_what_is_no_picture(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(UnreadablePictureError, match=r"a\.jpg"):
        picture_file(str(tmp_path / "a.jpg"))
