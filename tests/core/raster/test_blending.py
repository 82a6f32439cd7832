"""Blend modes, layers, and layers for editors that mix in linear light."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.color.spaces import gamma, linear
from fit_ad.core.raster.blending import MODES, RasterLayer, blend, coverage, for_linear_light, lay_over

# Source of the expected values: the formulas of W3C Compositing and Blending Level 1, worked by hand.
CASES = [
    ("normal", 0.4, 0.7, 0.7),
    ("multiply", 0.4, 0.7, 0.28),
    ("screen", 0.4, 0.7, 0.82),
    ("overlay", 0.4, 0.7, 0.56),
    ("overlay", 0.6, 0.7, 0.76),
    ("hard-light", 0.4, 0.7, 0.64),
    ("soft-light", 0.5, 0.25, 0.375),
    ("soft-light", 0.64, 1.0, 0.8),
    ("darken", 0.4, 0.7, 0.4),
    ("lighten", 0.4, 0.7, 0.7),
    ("color-dodge", 0.2, 0.6, 0.5),
    ("color-burn", 0.8, 0.5, 0.6),
    ("difference", 0.4, 0.7, 0.3),
    ("exclusion", 0.4, 0.7, 0.54),
]


@pytest.mark.parametrize(("mode", "below", "above", "expected"), CASES)
def test_blend_modes(mode: str, below: float, above: float, expected: float) -> None:
    assert blend(mode, np.array([below]), np.array([above]))[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_blend_modes_stay_in_range(mode: str) -> None:
    below, above = np.meshgrid(np.linspace(0, 1, 11), np.linspace(0, 1, 11))
    result = blend(mode, below, above)
    assert np.isfinite(result).all()
    assert result.min() >= -1e-6
    assert result.max() <= 1 + 1e-6


def sheet(color: tuple[float, ...], height: int = 4, width: int = 4) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (height, width, len(color))).copy()


@pytest.mark.parametrize(
    ("x", "y", "rows", "columns"),
    [(1, 1, slice(1, 3), slice(1, 3)), (-1, 3, slice(3, 4), slice(0, 1)), (9, -9, slice(0, 0), slice(0, 0))],
)
def test_a_layer_is_cut_to_the_canvas(x: int, y: int, rows: slice, columns: slice) -> None:
    canvas, expected = sheet((0, 0, 0)), sheet((0, 0, 0))
    expected[rows, columns] = (0.5, 0.25, 0)
    layer = RasterLayer("Text", sheet((1, 0.5, 0, 0.5), 2, 2), x, y)
    lay_over(canvas, layer)
    assert np.allclose(canvas, expected)
    assert coverage(layer, 4, 4).sum() == pytest.approx(0.5 * expected[rows, columns, 0].size)


def test_over_a_transparent_canvas_the_layer_keeps_its_colour() -> None:
    canvas = sheet((0.9, 0.9, 0.9, 0.0))
    lay_over(canvas, RasterLayer("Text", sheet((0.2, 0.4, 0.6, 0.5)), 0, 0, "multiply"))
    assert canvas[0, 0] == pytest.approx([0.2, 0.4, 0.6, 0.5])


def test_over_a_half_transparent_canvas() -> None:
    canvas = sheet((1, 1, 1, 0.5))
    lay_over(canvas, RasterLayer("Text", sheet((0, 0, 0, 0.5)), 0, 0))
    assert canvas[0, 0] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0.75])


@pytest.mark.parametrize("mode", ["normal", "multiply", "screen"])
def test_layers_replay_to_the_same_picture_in_linear_light(mode: str) -> None:
    rng = np.random.default_rng(3)
    background = sheet((0.8, 0.6, 0.4), 8, 8)
    ramp = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    shade = np.dstack([sheet((0.1, 0.08, 0.06), 8, 8), 0.6 * ramp])
    words = np.dstack([sheet((1, 1, 1) if mode == "normal" else (0.3, 0.5, 0.7), 8, 8), rng.random((8, 8), np.float32)])
    layers = (RasterLayer("Shadow", shade, 0, 0), RasterLayer("Text", words, -2, 1, mode))
    expected = background.copy()
    for layer in layers:
        lay_over(expected, layer)
    light = linear(background)
    for layer in for_linear_light(background, layers):
        assert layer.blend == "normal"
        part = light[layer.y : layer.y + layer.rgba.shape[0], layer.x : layer.x + layer.rgba.shape[1]]
        part += layer.rgba[..., 3:] * (linear(layer.rgba[..., :3]) - part)
    assert np.abs(gamma(light) - expected).max() < 0.004
