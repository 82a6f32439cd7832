"""What lies behind the words: a box, a rounded box, a pill or a folded ribbon, following their bend and slant."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, parse_hex
from ..raster.box import Box
from .effects import Effects
from .warp import Bent

Array = NDArray[Any]

# the padding across the lines, as a share of that along them: Hangul fills its height
_ACROSS = 0.62
_ROUND_EM = 0.24
_PILL_EM = 0.3  # more room where the ends are round
_PILL_ROUND_EM = 0.8
_RIBBON_EM = 0.2
# of a ribbon: how far the tails drop, reach out and lie under the band, and how deep they are notched
_DROP_EM, _TAIL_EM, _UNDER_EM, _NOTCH_EM = 0.2, 0.5, 0.26, 0.26
_TAIL_SHADE, _FOLD_SHADE = 0.8, 0.5
# OpenCV's smooth polygons come out larger by about this much on each side, in fine px
_FILL_GROWTH_PX = 0.35
# polygons are drawn so many times larger; huge ones have no need of the finer step
_FINE, _FINE_LARGE, _LARGE_PX = 4, 2, 4_000_000
_AIR_PX = 2.0  # kept clear around it, so that its smooth edge is whole
_SHIFT = 6


class Part(NamedTuple):
    """One piece of a ground: outline [N,2] on the chart, and how dark it is against the colour of the ground."""

    outline: Array
    shade: float


class Reach(NamedTuple):
    """How far a ground stands out from the words, in px."""

    left: float
    top: float
    right: float
    bottom: float


def ground_reach(effects: Effects, font_px: float, stroke_px: float) -> Reach:
    """Return the room that the ground takes around straight words with an outline of ``stroke_px``."""
    if effects.ground == "none":
        return Reach(0.0, 0.0, 0.0, 0.0)
    along, across = _padding(effects, font_px, stroke_px)
    if effects.ground == "ribbon":
        along, drop = along + _TAIL_EM * font_px, _DROP_EM * font_px
    else:
        drop = 0.0
    return Reach(along + _AIR_PX, across + _AIR_PX, along + _AIR_PX, across + drop + _AIR_PX)


def ground_box(bent: Bent, effects: Effects, stroke_px: float) -> Box | None:
    """Return what the ground covers, in px of the page."""
    if effects.ground == "none":
        return None
    points = np.concatenate([bent.chart.page(p.outline) for p in _parts(bent, effects, stroke_px)])
    (left, top), (right, bottom) = points.min(axis=0) - _AIR_PX, points.max(axis=0) + _AIR_PX
    return Box(float(left), float(top), float(right - left), float(bottom - top))


def draw_ground(
    bent: Bent, effects: Effects, stroke_px: float, size: tuple[int, int], origin: tuple[float, float]
) -> list[tuple[Array, RGB]]:
    """Return the pieces, lowest first: coverage uint8 [H,W] and colour.

    Args:
        stroke_px: How far an outline stands out from the letters.
        size: Width and height of the picture.
        origin: Where the page's corner lies in it.
    """
    if effects.ground == "none":
        return []
    color = parse_hex(effects.ground_color)
    fine = _FINE if size[0] * size[1] < _LARGE_PX else _FINE_LARGE
    pieces = []
    for part in _parts(bent, effects, stroke_px - _FILL_GROWTH_PX / fine):
        canvas = np.zeros((size[1] * fine, size[0] * fine), np.uint8)
        points = (bent.chart.page(part.outline) + origin) * fine - 0.5  # pixels count by their centres
        cv2.fillPoly(canvas, [np.round(points * 2**_SHIFT).astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
        cover = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
        pieces.append((cover, (color[0] * part.shade, color[1] * part.shade, color[2] * part.shade)))
    return pieces


def _padding(effects: Effects, font_px: float, stroke_px: float) -> tuple[float, float]:
    more = {"pill": _PILL_EM, "ribbon": _RIBBON_EM}.get(effects.ground, 0.0)
    pad = effects.ground_padding_em * font_px
    return pad + more * font_px + stroke_px, pad * _ACROSS + stroke_px


def _parts(bent: Bent, effects: Effects, stroke_px: float) -> list[Part]:
    em = bent.setting.font_px
    along, across = _padding(effects, em, stroke_px)
    core = bent.core
    band = Box(core.x - along, core.y - across, core.width + 2 * along, core.height + 2 * across)
    if effects.ground == "ribbon":
        return [*_tails(band, em), Part(_dense(_rectangle(band)), 1.0)]
    radius = {"box": 0.0, "rounded": _ROUND_EM * em, "pill": (_PILL_ROUND_EM + effects.ground_padding_em) * em}
    return [Part(_dense(_rounded(band, min(radius[effects.ground], band.height / 2, band.width / 2))), 1.0)]


def _tails(band: Box, em: float) -> list[Part]:
    """Return the tails that come out from behind the band, and the folds that lead to them."""
    drop, out, under, notch = (share * em for share in (_DROP_EM, _TAIL_EM, _UNDER_EM, _NOTCH_EM))
    top, bottom = band.y + drop, band.bottom + drop
    parts = []
    for end, way in ((band.x, -1.0), (band.right, 1.0)):
        inner, outer = end - way * under, end + way * out
        tail = [(inner, top), (outer, top), (outer - way * notch, (top + bottom) / 2), (outer, bottom), (inner, bottom)]
        fold = [(end, band.bottom - 1), (end, band.bottom), (inner, bottom), (inner, band.bottom - 1)]
        parts += [Part(_dense(np.array(tail)), _TAIL_SHADE), Part(_dense(np.array(fold)), _FOLD_SHADE)]
    return parts


def _rectangle(box: Box) -> Array:
    return np.array([(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)])


def _rounded(box: Box, radius: float) -> Array:
    if radius <= 0:
        return _rectangle(box)
    turn = np.linspace(0, math.pi / 2, max(math.ceil(radius), 8))
    ring = np.stack([1 - np.cos(turn), 1 - np.sin(turn)], axis=1) * radius  # from the left side to the top
    left, right = ring + np.array([box.x, box.y]), np.stack([box.right - ring[:, 0], box.y + ring[:, 1]], axis=1)
    upper = np.concatenate([left, right[::-1]])
    lower = np.stack([upper[:, 0], box.y + box.bottom - upper[:, 1]], axis=1)
    return np.concatenate([upper, lower[::-1]])


def _dense(corners: Array, step_px: float = 3.0) -> Array:
    """Return the outline with points in between, so that it can be bent."""
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    pieces = []
    for a, b in sides:
        count = max(math.ceil(float(np.hypot(*(b - a))) / step_px), 1)
        pieces.append(a + (b - a) * (np.arange(count) / count)[:, None])
    return np.concatenate(pieces)
