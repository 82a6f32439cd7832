"""Contrast where it counts, and the least that makes up for the lack of it."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.color.spaces import contrast, oklab, parse_hex
from fit_ad.core.legibility import fixes, measure
from fit_ad.core.legibility.contrast import large_type_px, readable_color, readable_pair, worst_contrast
from fit_ad.core.lettering import LetteringStyle, render
from fit_ad.core.placement.render import Placement, place
from fit_ad.core.raster.blending import RasterLayer, lay_over


def bars(color: tuple[float, float, float], height: int = 60) -> np.ndarray:
    """Lettering for a test: twelve bars of one colour, 12 px wide, 12 px apart, on transparent ground."""
    rgba = np.zeros((height, 276, 4), np.float32)
    rgba[..., :3] = color
    for i in range(12):
        rgba[:, 24 * i : 24 * i + 12, 3] = 1
    return rgba


def ground(color: tuple[float, float, float]) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (400, 390, 3)).copy()


def test_the_worst_five_percent_do_not_count() -> None:
    pixels = np.ones((1000, 3))
    pixels[:49] = 0
    assert worst_contrast((0, 0, 0), pixels) == pytest.approx(21)
    pixels[:60] = 0
    assert worst_contrast((0, 0, 0), pixels) == pytest.approx(1)


def test_large_type_is_eighteen_points_on_a_phone() -> None:
    assert large_type_px(390) == 24
    assert large_type_px(1080) == pytest.approx(66.46, abs=0.01)


@pytest.mark.parametrize("color", [(0.97, 0.92, 0.82), (0.75, 0.85, 0.95), (0.1, 0.12, 0.2), (0.45, 0.2, 0.12)])
def test_readable_colours_are_tinted_and_read(color: tuple[float, float, float]) -> None:
    choice = readable_color(np.array([color]))
    assert choice.contrast >= 4.5
    assert float(contrast(choice.color, color)) == pytest.approx(choice.contrast)
    lab, behind = oklab(choice.color), oklab(color)
    assert np.hypot(*lab[1:]) > 0.003
    assert lab[1:] @ behind[1:] > 0  # the same hue


def test_on_cream_the_type_is_deep_brown_not_black() -> None:
    dark, light = readable_pair(np.array([(0.97, 0.92, 0.82)]))
    assert 0.2 < oklab(dark.color)[0] < 0.4
    assert dark.contrast > 7 > light.contrast


def test_no_pixels_is_no_crash() -> None:
    assert readable_color(np.zeros((0, 3))).contrast >= 4.5


def test_glyphs_are_found() -> None:
    glyphs = measure.glyph_pixels(bars((1, 0.5, 0)))
    assert glyphs is not None
    assert glyphs.flat
    assert glyphs.color == pytest.approx((1, 0.5, 0))
    assert glyphs.size_px == pytest.approx(60 / 0.92)
    assert glyphs.face.sum() == 12 * 12 * 60
    assert glyphs.rows.min() == -3  # 4 % of the type size, beyond the overlay


def test_lines_give_the_type_size() -> None:
    two = np.concatenate([bars((1, 1, 1), 40), np.zeros((20, 276, 4), np.float32), bars((1, 1, 1), 40)])
    glyphs = measure.glyph_pixels(two)
    assert glyphs is not None
    assert glyphs.size_px == pytest.approx(40 / 0.92)


@pytest.mark.parametrize("overlay", [np.ones((50, 80, 4), np.float32), np.zeros((50, 80, 4), np.float32)])
def test_a_plate_and_nothing_are_no_lettering(overlay: np.ndarray) -> None:
    assert measure.glyph_pixels(overlay) is None


def test_an_outline_of_its_own_counts_as_ground() -> None:
    rgba = bars((1, 1, 1))
    outlined = rgba.copy()
    for i in range(12):
        outlined[:, max(24 * i - 3, 0) : 24 * i + 15, 3] = 1
    outlined[rgba[..., 3] == 0, :3] = 0
    glyphs = measure.glyph_pixels(outlined)
    assert glyphs is not None
    assert not glyphs.flat
    assert glyphs.color == (1, 1, 1)
    ring = measure.contrast_ring(ground((1, 1, 1)), glyphs, RasterLayer("Text", outlined, 50, 50))
    share_on_black = (ring.over[:, 3] == 1).mean()
    assert share_on_black > 0.7


def check(
    picture: np.ndarray, rgba: np.ndarray, y: int, required: float = 4.5
) -> tuple[float, list[fixes.LegibilityFix]]:
    """Return the contrast after the least fix, measured on the finished picture, and what was added."""
    layer = RasterLayer("Text", rgba, 57, y)
    glyphs = measure.glyph_pixels(rgba)
    assert glyphs is not None
    added = fixes.least_fix(picture, measure.contrast_ring(picture, glyphs, layer), glyphs, layer, required, [])
    canvas = picture.copy()
    for aid in added:
        for below in aid.layers(picture.shape[1], picture.shape[0]):
            lay_over(canvas, below)
        if aid.kind == "recolor":
            rgba = rgba.copy()
            rgba[..., :3] = aid.color
    after = measure.glyph_pixels(rgba)
    assert after is not None
    return measure.contrast_ring(canvas, after, RasterLayer("Text", rgba, 57, y)).ratio(), added


def test_nothing_is_added_where_nothing_is_needed() -> None:
    ratio, added = check(ground((0.1, 0.1, 0.1)), bars((1, 1, 1)), 40)
    assert ratio > 15
    assert added == []


def test_on_even_ground_another_colour_is_enough() -> None:
    ratio, added = check(ground((0.95, 0.9, 0.8)), bars((1, 1, 1)), 170)
    assert [aid.kind for aid in added] == ["recolor"]
    assert ratio >= 4.5


def backgrounds() -> dict[str, np.ndarray]:
    x, y = np.meshgrid(np.linspace(0, 1, 390), np.linspace(0, 1, 400))
    half = ground((0.95, 0.93, 0.9))
    half[:, 195:] = 0.08
    noise = np.random.default_rng(0).random((400, 390, 3))
    return {
        "half": half,
        "noise": noise.astype(np.float32),
        "ramp": np.dstack([x, x * 0.9, 0.8 * x + 0.1]).astype(np.float32),
        "stripes": np.where((x * 30).astype(int)[..., None] % 2, 0.9, 0.2).repeat(3, 2).astype(np.float32),
        "checks": ((x * 12).astype(int) + (y * 12).astype(int) & 1)[..., None].repeat(3, 2).astype(np.float32),
    }


@pytest.mark.parametrize("name", ["half", "noise", "ramp", "stripes", "checks"])
@pytest.mark.parametrize("color", [(1, 1, 1), (0.1, 0.1, 0.1), (0.9, 0.3, 0.2)])
@pytest.mark.parametrize("y", [20, 170])
def test_every_background_is_made_legible(name: str, color: tuple[float, float, float], y: int) -> None:
    ratio, _ = check(backgrounds()[name], bars(color), y)
    assert ratio >= 4.5


def test_lettering_of_many_colours_is_not_recoloured() -> None:
    rgba = bars((1, 1, 1))
    rgba[:30, :, :3] = (1, 0.8, 0.5)
    _, added = check(ground((0.9, 0.9, 0.9)), rgba, 170)
    assert added
    assert "recolor" not in [aid.kind for aid in added]


def badge(words: str, ground: str) -> np.ndarray:
    """Return words on a solid badge with round ends."""
    lettering = render("사전예약", LetteringStyle(size_px=80, color=words))
    height, width = lettering.mask.shape[0] + 60, lettering.mask.shape[1] + 120
    y, x = np.mgrid[0.5:height, 0.5:width]
    beyond = np.maximum(np.abs(x - width / 2) - (width - height) / 2, 0)
    rgba = np.dstack([np.full((height, width, 3), parse_hex(ground), np.float32), np.ones((height, width))])
    rgba[..., 3] = np.clip(height / 2 - np.hypot(beyond, y - height / 2) + 0.5, 0, 1)
    canvas = rgba[..., :3].astype(np.float32)
    lay_over(canvas, RasterLayer("Text", lettering.rgba, 60, 30))
    rgba[..., :3] = canvas
    return rgba.astype(np.float32)


@pytest.mark.parametrize(("words", "ground"), [("#FFFFFF", "#8A1C1C"), ("#FFFFFF", "#F2D24A"), ("#222222", "#F2D24A")])
@pytest.mark.parametrize("behind", [0.05, 0.95])
def test_on_a_badge_the_words_are_read_against_the_badge(words: str, ground: str, behind: float) -> None:
    canvas = np.full((500, 700, 3), behind, np.float32)
    overlay = badge(words, ground)
    report = place(canvas, overlay, Placement(50, 50, 80, 80), legibility="report").report
    expected = float(contrast(parse_hex(words), parse_hex(ground)))
    assert report["contrast"] == pytest.approx(expected, rel=0.12)
    assert report["type_px"] == pytest.approx(80 * report["box"][2] / overlay.shape[1], rel=0.2)


def test_a_badge_that_reads_gets_nothing_added() -> None:
    canvas = np.tile(np.float32([[[0.1], [0.9]]]), (500, 350, 3))
    placed = place(canvas, badge("#FFFFFF", "#8A1C1C"), Placement(50, 50, 80, 80), legibility="fix")
    assert placed.report["added"] == []
    assert placed.report["legible"] is True
