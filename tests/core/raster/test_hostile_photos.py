"""Photos as they really come: every kind, turned, cut off, mislabelled, forged. Each is read, or named in one line."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.raster.photo import read_photo
from PIL import Image, ImageCms, features

ORANGE = (240, 120, 20)
SIZE = (48, 32)  # width, height
PNG_START = b"\x89PNG\r\n\x1a\n"
Maker = Callable[[], bytes]


def flat(mode: str = "RGB", color: object = ORANGE, size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.new(mode, size, color)


def noisy(size: tuple[int, int] = (200, 160)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))


def data(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def of(image: Image.Image, kind: str, **options: object) -> Maker:
    return lambda: data(image, kind, **options)


def cut(image: Image.Image, kind: str, share: float, **options: object) -> Maker:
    def make() -> bytes:
        whole = data(image, kind, **options)
        return whole[: max(int(len(whole) * share), 1)]

    return make


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(header: tuple[int, int, int, int], rows: bytes = b"", extra: bytes = b"") -> bytes:
    """Return a PNG of width, height, depth and colour type, whether or not its rows make sense."""
    width, height, depth, color = header
    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    return PNG_START + start + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def deep_png(color: int, *samples: int) -> bytes:
    """Return a PNG of 48×32 pixels with 16 bits a sample, all alike."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * SIZE[0]
    return png((*SIZE, 16, color), row * SIZE[1])


def deep_tiff(*bgr: int) -> bytes:
    import cv2

    pixels = np.broadcast_to(np.array(bgr, np.uint16), (SIZE[1], SIZE[0], len(bgr)))
    return cv2.imencode(".tif", np.ascontiguousarray(pixels))[1].tobytes()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return data(flat(), "JPEG", exif=exif.tobytes(), quality=95)


def shapes(**options: object) -> Image.Image:
    image = flat("P", 0)
    image.putpalette([10, 20, 30, *ORANGE])
    image.paste(1, (0, 0, *SIZE))
    image.info.update(options)
    return image


def floats(*values: float) -> Image.Image:
    pixels = np.full((SIZE[1], SIZE[0]), 0.5, np.float32)
    pixels[0, : len(values)] = values
    return Image.fromarray(pixels)


def with_profile(kind: str, profile: bytes, mode: str = "RGB", color: object = ORANGE) -> Maker:
    return of(flat(mode, color), kind, icc_profile=profile)


def lab_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpeg_of_forged_size(width: int, height: int) -> bytes:
    whole = bytearray(data(flat(), "JPEG"))
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def layered_psd() -> bytes:
    from fit_ad.core.export.pixel_layer import PixelLayer
    from fit_ad.core.export.psd import psd_bytes

    pixels = np.asarray(flat().convert("RGBA"))
    return psd_bytes(pixels[..., :3].copy(), [PixelLayer("Background", pixels.copy())])


def frames(kind: str, **options: object) -> Maker:
    return of(flat(), kind, save_all=True, append_images=[flat(color=(0, 0, 250))], **options)


def broken_checksum() -> bytes:
    whole = bytearray(data(noisy(), "PNG"))
    place = whole.index(b"IDAT") + 200
    whole[place] ^= 0xFF
    return bytes(whole)


def without_end() -> bytes:
    return data(flat(), "PNG")[:-12]


def bitmap_header(width: int, height: int) -> bytes:
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def text_bomb() -> bytes:
    """Return a PNG whose compressed comment would unfold to 128 MB."""
    comment = b"Comment\0\0" + zlib.compress(bytes(1 << 27), 9)
    return png((*SIZE, 8, 2), (b"\0" + bytes(ORANGE) * SIZE[0]) * SIZE[1], chunk(b"zTXt", comment))


GRAY = (128, 128, 128)
PILLOW = int(PIL.__version__.partition(".")[0])
AVIF = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
YCBCR_TIFF = pytest.mark.skipif(PILLOW < 11, reason="Pillow 10 cannot read what it writes")
JP2 = pytest.mark.skipif(not features.check("jpg_2000"), reason="this Pillow has no JPEG 2000")

# name of the file, its bytes, the colour (with alpha where there is some) at the middle
READ: list[object] = [
    ("one-bit.png", of(flat("1", 1), "PNG"), (255, 255, 255)),
    ("gray.png", of(flat("L", 128), "PNG"), GRAY),
    ("gray-alpha.png", of(flat("LA", (128, 90)), "PNG"), (*GRAY, 90)),
    ("palette.png", of(shapes(), "PNG"), ORANGE),
    ("palette-clear.png", of(shapes(), "PNG", transparency=0), ORANGE),
    ("palette-all-clear.png", of(shapes(), "PNG", transparency=1), (255, 255, 255, 0)),
    ("palette-half-clear.png", of(shapes(), "PNG", transparency=b"\xff\x80"), (*ORANGE, 128)),
    ("rgb-clear-colour.png", of(flat(), "PNG", transparency=(1, 2, 3)), ORANGE),
    ("rgba.png", of(flat("RGBA", (*ORANGE, 77)), "PNG"), (*ORANGE, 77)),
    ("rgba.webp", of(flat("RGBA", (*ORANGE, 77)), "WEBP", lossless=True), (*ORANGE, 77)),
    ("plain.jpg", of(flat(), "JPEG", quality=95), ORANGE),
    ("progressive.jpg", of(flat(), "JPEG", quality=95, progressive=True), ORANGE),
    ("gray.jpg", of(flat("L", 128), "JPEG", quality=95), GRAY),
    ("cmyk.jpg", of(flat("CMYK", (0, 255, 255, 0)), "JPEG", quality=95), (255, 0, 0)),
    ("cmyk.tif", of(flat("CMYK", (0, 255, 255, 0)), "TIFF"), (255, 0, 0)),
    pytest.param("ycbcr.tif", of(flat("YCbCr", (128, 128, 128)), "TIFF"), GRAY, marks=YCBCR_TIFF),
    ("lab.tif", of(flat("LAB", (137, 128, 128)), "TIFF"), (128, 128, 128)),
    ("lzw.tif", of(flat(), "TIFF", compression="tiff_lzw"), ORANGE),
    ("jpeg-in.tif", of(flat(), "TIFF", compression="jpeg", quality=95), ORANGE),
    ("one-bit-fax.tif", of(flat("1", 1), "TIFF", compression="group4"), (255, 255, 255)),
    ("gray16.png", lambda: deep_png(0, 32896), GRAY),
    ("gray16-alpha.png", lambda: deep_png(4, 32896, 25700), (*GRAY, 100)),
    ("rgb48.png", lambda: deep_png(2, 65535, 32896, 0), (255, 128, 0)),
    ("rgba64.png", lambda: deep_png(6, 65535, 32896, 0, 25700), (255, 128, 0, 100)),
    ("rgb48.tif", lambda: deep_tiff(0, 32896, 65535), (255, 128, 0)),
    ("rgba64.tif", lambda: deep_tiff(0, 32896, 65535, 25700), (255, 128, 0, 100)),
    ("gray16.tif", of(Image.fromarray(np.full((SIZE[1], SIZE[0]), 32896, np.uint16)), "TIFF"), GRAY),
    ("gray32.tif", of(Image.fromarray(np.full((SIZE[1], SIZE[0]), 32896, np.int32)), "TIFF"), GRAY),
    ("float.tif", of(floats(), "TIFF"), GRAY),
    ("float-nan-inf.tif", of(floats(float("nan"), float("inf"), float("-inf")), "TIFF"), GRAY),
    ("animated.gif", frames("GIF"), ORANGE),
    ("animated.webp", frames("WEBP", lossless=True), ORANGE),
    ("animated.png", frames("PNG"), ORANGE),
    ("pages.tif", frames("TIFF"), ORANGE),
    ("phone-pair.jpg", frames("MPO", quality=95), ORANGE),
    ("plain.bmp", of(flat(), "BMP"), ORANGE),
    ("palette.bmp", of(shapes(), "BMP"), ORANGE),
    ("plain.ppm", of(flat(), "PPM"), ORANGE),
    ("plain.tga", of(flat(), "TGA"), ORANGE),
    ("layered.psd", layered_psd, ORANGE),
    pytest.param("plain.avif", of(flat(), "AVIF", quality=95) if AVIF.args[0] is False else bytes, ORANGE, marks=AVIF),
    pytest.param("plain.jp2", of(flat(), "JPEG2000") if JP2.args[0] is False else bytes, ORANGE, marks=JP2),
    *((f"turned-{o}.jpg", (lambda o=o: turned(o)), ORANGE) for o in range(10)),
    ("broken-exif.jpg", of(flat(), "JPEG", quality=95, exif=b"Exif\0\0II*\0\xff\xff\xff\xff junk"), ORANGE),
    ("really-a-png.jpg", of(flat(), "PNG"), ORANGE),
    ("really-a-jpeg.heic", of(flat(), "JPEG", quality=95), ORANGE),
    ("no-suffix", of(flat(), "PNG"), ORANGE),
    ("trailing-junk.jpg", lambda: data(flat(), "JPEG", quality=95) + b"\0junk" * 999, ORANGE),
    ("without-end.png", without_end, ORANGE),
    ("profile-srgb.jpg", with_profile("JPEG", srgb()), ORANGE),
    ("profile-junk.jpg", with_profile("JPEG", b"no profile at all"), ORANGE),
    ("profile-cut.png", with_profile("PNG", srgb()[:200]), ORANGE),
    ("profile-zeros.webp", with_profile("WEBP", bytes(128)), ORANGE),
    ("profile-of-lab.png", with_profile("PNG", lab_profile()), ORANGE),
    ("profile-rgb-on-gray.png", with_profile("PNG", srgb(), "L", 128), GRAY),
    ("profile-rgb-on-cmyk.jpg", with_profile("JPEG", srgb(), "CMYK", (0, 255, 255, 0)), (255, 0, 0)),
    ("least.png", of(flat(size=(16, 16)), "PNG"), ORANGE),
    ("narrow.png", of(flat(size=(16, 9000)), "PNG"), ORANGE),
]

# name, bytes, what the error says
REFUSED: list[tuple[str, Maker, str]] = [
    ("empty.jpg", bytes, r"empty \(0 bytes\).*Copy it"),
    ("one-byte.png", lambda: b"\x89", "not a picture"),
    ("zeros.jpg", lambda: bytes(4096), "not a picture"),
    ("words.jpg", lambda: "커피 두 잔".encode(), "not a picture.*saved as JPEG"),
    ("page.jpg", lambda: b"<!doctype html><title>404</title>", "not a picture"),
    ("drawing.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    ("document.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "not a picture"),
    ("program.eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n%%EOF\n", "not a picture"),
    ("dot.png", of(flat(size=(1, 1)), "PNG"), r"only 1×1 pixels.*at least 16"),
    ("thin.png", of(flat(size=(15, 900)), "PNG"), r"only 15×900 pixels"),
    ("no-width.png", lambda: png((0, 32, 8, 2)), "broken|not a picture|only 0×32"),
    ("bomb.png", lambda: png((60_000, 60_000, 8, 2)), "more than 178 megapixels.*Export it smaller"),
    ("bomb.bmp", lambda: bitmap_header(50_000, 50_000), "more than 178 megapixels"),
    ("bomb.jpg", lambda: jpeg_of_forged_size(65_500, 65_500), "more than 178 megapixels"),
    ("longer-than-told.png", lambda: png((4000, 4000, 8, 2), bytes(99)), "broken or was cut off"),
    ("text-bomb.png", text_bomb, "broken"),
    ("checksum.png", broken_checksum, "broken"),
    ("forged.tif", lambda: b"II*\0" + b"\xff" * 60, "not a picture|broken"),
    ("forged-endless.tif", lambda: b"II*\0\x08\0\0\0\x01\0" + b"\0\x01" * 6 + b"\x08\0\0\0", "not a picture|broken"),
    ("phone.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40), "HEIC photo|broken"),
    ("forged.avif", lambda: b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf" + bytes(40), "not a picture|broken|AVIF"),
    ("forged.webp", lambda: b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0" + bytes(24), "not a picture|broken"),
    ("forged.gif", lambda: b"GIF89a\xff\xff\xff\xff\xf7\0\0", "broken|178 megapixels|not a picture"),
    *(
        (f"cut-{int(s * 100)}.jpg", cut(noisy(), "JPEG", s), "broken|not a picture")
        for s in (0.001, 0.02, 0.3, 0.7, 0.95)
    ),
    *((f"cut-{int(s * 100)}.png", cut(noisy(), "PNG", s), "broken|not a picture") for s in (0.0001, 0.001, 0.3, 0.9)),
    *((f"cut-{int(s * 100)}.webp", cut(noisy(), "WEBP", s), "broken|not a picture") for s in (0.001, 0.3, 0.9)),
    *((f"cut-{int(s * 100)}.tif", cut(noisy(), "TIFF", s), "broken|not a picture") for s in (0.00005, 0.3, 0.9)),
    *((f"cut-{int(s * 100)}.gif", cut(noisy(), "GIF", s), "broken|not a picture") for s in (0.0001, 0.3, 0.9)),
    *((f"cut-{int(s * 100)}.bmp", cut(noisy(), "BMP", s), "broken|not a picture") for s in (0.0002, 0.3, 0.9)),
]


def middle(pixels: np.ndarray) -> np.ndarray:
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]


@pytest.mark.parametrize(("name", "make", "color"), READ)
def test_read(tmp_path: Path, name: str, make: Maker, color: tuple[int, ...]) -> None:
    (tmp_path / name).write_bytes(make())
    pixels = read_photo(tmp_path / name).pixels
    assert pixels.dtype == np.uint8
    assert pixels.shape[2] == (4 if len(color) == 4 else 3)
    np.testing.assert_allclose(middle(pixels), color, atol=2)


@pytest.mark.parametrize(("name", "make", "message"), REFUSED)
def test_refused(tmp_path: Path, name: str, make: Maker, message: str) -> None:
    (tmp_path / name).write_bytes(make())
    with pytest.raises(FitAdError, match=message) as caught:
        read_photo(tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.fix


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(FitAdError, match="not a regular file"):
        read_photo(tmp_path / "pipe.jpg")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    with pytest.raises(FitAdError, match=r"no photo at"):
        read_photo(tmp_path / "loop.jpg")


def test_there_are_over_a_hundred() -> None:
    assert len(READ) + len(REFUSED) > 100


def test_avif_where_pillow_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.avif").write_bytes(b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf" + bytes(40))
    monkeypatch.setattr(features, "check", lambda _: False)
    with pytest.raises(FitAdError, match=r"new\.avif is an AVIF photo.*Export it as JPEG.*pillow>=11\.3"):
        read_photo(tmp_path / "new.avif")
