"""Outlines and affine maps: exact points, warps, paths for export."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fit_ad.core.text import fonts
from fit_ad.core.text.affine import Affine
from fit_ad.core.text.bounds import Bounds
from fit_ad.core.text.font_instance import open_font
from fit_ad.core.text.outlines import GlyphOutline, joined, polygons

CURVES = GlyphOutline("MQCLZ", np.array([(0, 0), (10, 0), (10, 10), (10, 20), (0, 20), (0, 30), (-5, 15)], float))


def area(contours: list[np.ndarray]) -> float:
    return abs(sum(0.5 * np.sum(c[:, 0] * np.roll(c[:, 1], -1) - c[:, 1] * np.roll(c[:, 0], -1)) for c in contours))


def test_maps_are_composed_from_right_to_left() -> None:
    both = Affine.shift(10, 0) @ Affine.scale(2, 3)
    assert both.point(1, 1) == (12, 3)
    assert np.allclose(both.points(np.array([(1, 1), (0, 0)])), [(12, 3), (10, 0)])
    assert Affine.turn(90).point(1, 0) == pytest.approx((0, 1))
    assert Affine.skew(45).point(0, -1) == pytest.approx((1, -1))
    assert (Affine.turn(30) @ Affine.scale(4, 9)).enlargement() == pytest.approx(6)
    assert Affine.scale(2).moved(1, 2).scaled(3) == Affine(6, 0, 0, 6, 3, 6)


def test_ink_boxes_under_maps() -> None:
    box = Bounds(0, -10, 20, 0)
    assert box.transformed(Affine.scale(2).moved(1, 1)) == Bounds(1, -19, 41, 1)
    assert box.transformed(Affine.turn(90)) == pytest.approx((0, 0, 10, 20), abs=1e-9)
    assert box.joined(Bounds(-5, -1, 0, 3)) == Bounds(-5, -10, 20, 3)
    assert box.joined(None) == box


@pytest.mark.parametrize("tolerance", [1.0, 0.1, 0.001])
def test_flattened_curves_stay_within_the_tolerance(tolerance: float) -> None:
    circle = GlyphOutline("M" + "C" * 4 + "Z", _circle(50))
    (contour,) = circle.flattened(tolerance)
    radii = np.hypot(*((contour + np.roll(contour, -1, axis=0)) / 2).T)
    assert radii.min() > 50 - 0.02 - tolerance
    assert np.hypot(*contour.T).max() < 50.02


def _circle(radius: float) -> np.ndarray:
    k = 0.5523
    turns = (np.array([[c, s], [-s, c]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1)))
    quarters = [np.array([(1, k), (k, 1), (0, 1)]) @ turn for turn in turns]
    return radius * np.concatenate([[(1, 0)], *quarters])


def test_contours_begin_where_the_path_does() -> None:
    (contour,) = CURVES.flattened()
    assert tuple(contour[0]) == (0, 0)
    assert tuple(contour[-1]) == (-5, 15)
    assert CURVES.bounds() == (-5, 0, 10, 30)
    assert GlyphOutline("", np.zeros((0, 2))).bounds() is None


def test_a_path_for_export() -> None:
    assert CURVES.svg(0) == "M0 0Q10 0 10 10C10 20 0 20 0 30L-5 15Z"


def test_a_warp_moves_points_between_the_corners_too() -> None:
    square = polygons([np.array([(0, 0), (100, 0), (100, 10), (0, 10)], float)])
    bent = square.warped(lambda p: np.stack([p[:, 0], p[:, 1] + 20 * np.sin(p[:, 0] / 100 * math.pi)], axis=1), 2.0)
    assert bent.bounds() == pytest.approx((0, 0, 100, 30), abs=0.05)
    assert area(bent.flattened()) == pytest.approx(1000, rel=1e-3)
    same = CURVES.warped(lambda p: p, 0.5)
    assert area(same.flattened()) == pytest.approx(area(CURVES.flattened(0.001)), rel=1e-3)


def test_outlines_joined() -> None:
    both = joined([CURVES, polygons([]), polygons([[(0, 0), (1, 0), (1, 1)]])])  # type: ignore[list-item]
    assert both.commands == "MQCLZMLLZ"
    assert len(both.points) == 10
    assert joined([]).commands == ""


@pytest.mark.parametrize("face", fonts.bundled(), ids=lambda face: face.id)
def test_a_glyphs_outline_fills_its_ink_box(face: fonts.FontFace) -> None:
    font = open_font(face)
    glyph_id = next(found for char in "가O😀" if (found := font.glyph_id(char)))
    (left, top), (right, bottom) = (
        f(np.concatenate(font.outline(glyph_id).flattened(1e-4)), axis=0) for f in (np.min, np.max)
    )
    slack = 0.013 if face.id == "Bagel Fat One" else 0.003  # its file states the boxes of control points
    assert font.ink(glyph_id) == pytest.approx((left, top, right, bottom), abs=slack)
    assert font.outline(font.glyph_id(" ")).commands == "" or not font.glyph_id(" ")
