"""Layered PSD files, as psd-tools and Pillow read them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import psd_tools
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.export import srgb_profile
from fit_ad.core.export.pixel_layer import BLEND_KEYS, PixelLayer
from fit_ad.core.export.psd import psd_bytes
from PIL import Image

REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements.txt"


def pixels(height: int, width: int, channels: int = 4, seed: int = 1) -> np.ndarray:
    """Return smooth and noisy parts, so that both kinds of PackBits packets come up."""
    values = np.random.default_rng(seed).integers(0, 255, (height, width, channels), dtype=np.uint8)
    values[:, : width // 2] //= 64
    values[: height // 3] = 200
    return values


def file_of(*layers: PixelLayer, channels: int = 3, **options: bytes) -> bytes:
    return psd_bytes(pixels(50, 70, channels, seed=9), layers, **options)


def test_read_back_by_psd_tools() -> None:
    layers = [
        PixelLayer("Background", pixels(50, 70, seed=1)),
        PixelLayer("제목 · 봄날 ☕", pixels(20, 31, seed=2), 11, 7, 0.5, "multiply"),
        PixelLayer("beyond", pixels(9, 9, seed=3), -4, 45, visible=False),
    ]
    read = psd_tools.PSDImage.open(io.BytesIO(file_of(*layers, icc=srgb_profile(), xmp=b"<x:xmpmeta/>")))
    assert (read.width, read.height, read.channels, read.depth) == (70, 50, 3, 8)
    assert [(layer.name, layer.left, layer.top, layer.visible, layer.opacity) for layer in read] == [
        ("Background", 0, 0, True, 255),
        ("제목 · 봄날 ☕", 11, 7, True, 128),
        ("beyond", -4, 45, False, 255),
    ]
    assert [layer.blend_mode.value for layer in read] == [b"norm", b"mul ", b"norm"]
    for layer, written in zip(read, layers, strict=True):
        np.testing.assert_array_equal(np.rint(layer.numpy() * 255), written.rgba)
    np.testing.assert_array_equal(np.asarray(read.topil().convert("RGB")), pixels(50, 70, 3, seed=9))
    assert read.image_resources.get_data(1039) == srgb_profile()
    assert read.image_resources.get_data(1060) == b"<x:xmpmeta/>"


def test_read_back_by_pillow() -> None:
    layers = [PixelLayer("Background", pixels(50, 70, seed=1)), PixelLayer("Text", pixels(21, 31, seed=2), 11, 7)]
    with Image.open(io.BytesIO(file_of(*layers, icc=srgb_profile()))) as image:
        assert (image.format, image.mode, image.size) == ("PSD", "RGB", (70, 50))
        np.testing.assert_array_equal(np.asarray(image), pixels(50, 70, 3, seed=9))
        assert image.info["icc_profile"] == srgb_profile()
        if not hasattr(image, "_layers_position"):
            return  # Pillow before 11 looks for the pixels of layers in the wrong place
        for number, layer in ((2, layers[1]), (1, layers[0])):  # Pillow is on "1" while it shows the flat picture
            image.seek(number)
            left, top = layer.x, layer.y
            shown = np.asarray(image)[top : top + layer.rgba.shape[0], left : left + layer.rgba.shape[1]]
            np.testing.assert_array_equal(shown, layer.rgba)


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (1, 2), (1, 127), (2, 128), (2, 129), (1, 256), (4, 257), (40, 1000)])
@pytest.mark.parametrize("levels", [1, 2, 3, 256])
def test_rows_of_every_length_there_and_back(size: tuple[int, int], levels: int) -> None:
    flat = np.random.default_rng(levels).integers(0, levels, (*size, 3)).astype(np.uint8)
    flat[:, size[1] // 3 : size[1] // 2] = 0
    layer = np.dstack([flat[::-1], flat[..., 0]])
    data = psd_bytes(flat, [PixelLayer("x", layer)])
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), flat)
    read = psd_tools.PSDImage.open(io.BytesIO(data))
    np.testing.assert_array_equal(np.rint(read[0].numpy() * 255), layer)


def test_a_clear_picture_lies_on_white_as_photoshop_does_it() -> None:
    flat = np.zeros((4, 6, 4), np.uint8)
    flat[:, 3:] = (200, 100, 0, 128)
    with Image.open(io.BytesIO(psd_bytes(flat, [PixelLayer("Layer", flat)]))) as image:
        assert image.mode == "RGBA"
        np.testing.assert_array_equal(np.asarray(image)[0, [0, 5]], [[255, 255, 255, 0], [227, 177, 127, 128]])
    read = psd_tools.PSDImage.open(io.BytesIO(psd_bytes(flat, [PixelLayer("Layer", flat)])))
    np.testing.assert_allclose(np.asarray(read.topil())[0, 5], (200, 100, 0, 128), atol=1)


@pytest.mark.parametrize("mode", BLEND_KEYS)
def test_every_blend_mode_is_known_elsewhere(mode: str) -> None:
    read = psd_tools.PSDImage.open(io.BytesIO(file_of(PixelLayer("x", pixels(4, 4), blend=mode))))
    assert read[0].blend_mode.name == mode.upper().replace("-", "_")


def test_same_layers_same_bytes() -> None:
    assert file_of(PixelLayer("x", pixels(4, 4))) == file_of(PixelLayer("x", pixels(4, 4)))


def test_too_large() -> None:
    with pytest.raises(
        FitAdError, match=r"at most 30000 px per side, and this one would have 30001\. Make the picture"
    ):
        psd_bytes(np.zeros((1, 30_001, 3), np.uint8), [PixelLayer("x", pixels(2, 2))])


def test_without_psd_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psd_tools.constants", None)
    monkeypatch.delitem(sys.modules, "fit_ad.core.export.psd_structure", raising=False)
    with pytest.raises(FitAdError, match="written by psd-tools") as error:
        file_of(PixelLayer("x", pixels(4, 4)))
    (needed,) = (line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line.startswith("psd-tools"))
    assert f'python -m pip install "{needed}"' in error.value.fix


@pytest.mark.parametrize("name", ["", "x" * 300, "a\0b", "\ud800", "👨‍👩‍👧", "줄\n바꿈"])
def test_odd_names(name: str) -> None:
    read = psd_tools.PSDImage.open(
        io.BytesIO(file_of(PixelLayer(name, pixels(4, 4)), PixelLayer("next", pixels(3, 3))))
    )
    assert len(read) == 2
    assert read[1].name == "next"
