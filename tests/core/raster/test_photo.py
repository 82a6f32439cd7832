"""Every kind of picture file becomes upright 8-bit sRGB, or one clear sentence."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.raster.photo import read_photo
from PIL import Image, ImageCms

SAMPLES = Path(__file__).parents[3] / "samples"


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def flat(mode: str, color: object, size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.new(mode, size, color)


PNG_START = b"\x89PNG\r\n\x1a\n"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sixteen_bit_rgb_png(path: Path, rgb: tuple[int, int, int], width: int = 20, height: int = 20) -> Path:
    """Write a PNG with 16 bits a channel, which Pillow reads but cannot write."""

    row = b"\0" + struct.pack(">3H", *rgb) * width
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    data = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(row * height))
    path.write_bytes(PNG_START + data + png_chunk(b"IEND", b""))
    return path


def test_sample_keeps_its_pixels() -> None:
    photo = read_photo(SAMPLES / "coffee.png")
    assert photo.pixels.shape == (400, 600, 3)
    assert photo.original_size == (600, 400)
    np.testing.assert_array_equal(photo.pixels, np.asarray(Image.open(SAMPLES / "coffee.png").convert("RGB")))
    assert photo.array.dtype == np.float32
    assert photo.array.max() <= 1.0


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_exif_orientation_is_undone(tmp_path: Path, orientation: int, suffix: str) -> None:
    upright = np.zeros((40, 64, 3), np.uint8)
    upright[:20, :32] = (255, 0, 0)  # red marks the top left corner
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(Image.fromarray(np.ascontiguousarray(stored)), tmp_path / f"turned.{suffix}", exif=exif)
    pixels = read_photo(path).pixels
    assert pixels.shape == (40, 64, 3)
    assert pixels[8, 12, 0] > 230
    assert pixels[8, 12, 1] < 25
    assert max(pixels[32, 12, 0], pixels[8, 52, 0], pixels[32, 52, 0]) < 25


def test_cmyk_jpeg(tmp_path: Path) -> None:
    path = save(flat("CMYK", (0, 255, 255, 0)), tmp_path / "cmyk.jpg", quality=95)
    pixels = read_photo(path).pixels
    assert pixels.shape == (30, 40, 3)
    np.testing.assert_allclose(pixels[15, 20], (255, 0, 0), atol=4)


def test_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    path = save(flat("LAB", (137, 128, 128)), tmp_path / "lab.tif", icc_profile=lab.tobytes())
    pixels = read_photo(path).pixels
    assert pixels.shape == (30, 40, 3)
    assert np.ptp(pixels[15, 20]) <= 2  # a neutral grey stays one


def test_broken_profile_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = save(flat("RGB", (10, 200, 30)), tmp_path / "odd.png", icc_profile=b"no profile at all")
    np.testing.assert_array_equal(read_photo(path).pixels[0, 0], (10, 200, 30))
    assert "profile" in caplog.text


def test_sixteen_bit_gray_is_scaled(tmp_path: Path) -> None:
    path = save(Image.fromarray(np.full((30, 40), 32896, np.uint16)), tmp_path / "gray16.png")
    np.testing.assert_array_equal(read_photo(path).pixels[0, 0], (128, 128, 128))


def test_sixteen_bit_rgb_is_scaled(tmp_path: Path) -> None:
    path = sixteen_bit_rgb_png(tmp_path / "rgb48.png", (65535, 32896, 0))
    np.testing.assert_allclose(read_photo(path).pixels[0, 0], (255, 128, 0), atol=1)


def test_sixteen_bit_tiff(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "rgb48.tif"
    bgr = np.zeros((20, 24, 3), np.uint16)
    bgr[...] = (0, 32896, 65535)
    cv2.imwrite(str(path), bgr)
    np.testing.assert_allclose(read_photo(path).pixels[0, 0], (255, 128, 0), atol=1)


def test_float_tiff(tmp_path: Path) -> None:
    path = save(Image.fromarray(np.full((20, 20), 0.5, np.float32)), tmp_path / "float.tif")
    np.testing.assert_array_equal(read_photo(path).pixels[0, 0], (128, 128, 128))


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = flat("P", 0)
    image.putpalette([0, 0, 0, 250, 120, 10])
    image.paste(1, (0, 0, 20, 30))
    path = save(image, tmp_path / "palette.png", transparency=0)
    pixels = read_photo(path).pixels
    np.testing.assert_array_equal(pixels[0, 0], (250, 120, 10, 255))
    np.testing.assert_array_equal(pixels[0, 39], (255, 255, 255, 0))  # white, not black, under full transparency


def test_gray_with_alpha(tmp_path: Path) -> None:
    path = save(flat("LA", (90, 128)), tmp_path / "la.png")
    np.testing.assert_array_equal(read_photo(path).pixels[0, 0], (90, 90, 90, 128))


def test_opaque_alpha_is_dropped(tmp_path: Path) -> None:
    path = save(flat("RGBA", (1, 2, 3, 255)), tmp_path / "opaque.png")
    assert read_photo(path).pixels.shape == (30, 40, 3)


@pytest.mark.parametrize("mode", ["1", "L", "YCbCr", "RGB"])
def test_other_modes(tmp_path: Path, mode: str) -> None:
    path = save(flat("RGB", (255, 255, 255)).convert(mode), tmp_path / "x.tif")
    np.testing.assert_allclose(read_photo(path).pixels[0, 0], (255, 255, 255), atol=1)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [flat("RGB", (200, 0, 0)), flat("RGB", (0, 0, 200))]
    path = save(frames[0], tmp_path / "anim.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_photo(path).pixels[0, 0, :3], (200, 0, 0))


def test_large_photo_is_scaled_down(tmp_path: Path) -> None:
    path = save(flat("RGB", (30, 60, 90), (6000, 3000)), tmp_path / "large.jpg", quality=80)
    photo = read_photo(path)
    assert (photo.width, photo.height) == (4096, 2048)
    assert photo.original_size == (6000, 3000)
    np.testing.assert_allclose(photo.pixels[100, 100], (30, 60, 90), atol=3)


def test_too_many_pixels(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    data = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"x")
    path = tmp_path / "bomb.png"
    path.write_bytes(PNG_START + data)
    with pytest.raises(FitAdError, match="more than 178 megapixels"):
        read_photo(path)


def jpeg_bytes() -> bytes:
    buffer = BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("words.jpg", "커피 두 잔".encode(), "words.jpg is not a picture"),
        ("empty.jpg", b"", r"empty \(0 bytes\)"),
        ("cut.jpg", jpeg_bytes()[:3000], "broken or was cut off"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "Export it as JPEG"),
        ("junk.tif", b"II*\0" + b"\xff" * 60, "junk.tif is (not a picture|broken)"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FitAdError, match=message) as caught:
        read_photo(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_one_pixel(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="only 1×1 pixels"):
        read_photo(save(flat("RGB", 0, (1, 1)), tmp_path / "dot.png"))


def test_missing_file_names_a_sibling(tmp_path: Path) -> None:
    save(flat("RGB", 0), tmp_path / "latte.png")
    with pytest.raises(FitAdError, match=r"Did you mean latte\.png\?"):
        read_photo(tmp_path / "late.png")


def test_folder(tmp_path: Path) -> None:
    save(flat("RGB", 0), tmp_path / "latte.png")
    with pytest.raises(FitAdError, match=r"is a folder, not a photo\. Did you mean .*latte\.png"):
        read_photo(tmp_path)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="does not exist either"):
        read_photo(tmp_path / "none" / "x.png")


def test_impossible_name() -> None:
    with pytest.raises(FitAdError, match="No photo can be read from"):
        read_photo("x" * 5000 + ".jpg")
    with pytest.raises(FitAdError, match="There is no photo at"):
        read_photo("a\0b.jpg")


def test_name_in_another_unicode_form(tmp_path: Path) -> None:
    import unicodedata

    save(flat("RGB", (5, 6, 7)), tmp_path / unicodedata.normalize("NFD", "라떼.png"))
    assert read_photo(tmp_path / unicodedata.normalize("NFC", "라떼.png")).width == 40
