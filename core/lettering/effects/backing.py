"""What lies behind the words: a box, a rounded box, a pill or a folded ribbon, following their bend and slant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..._lazily import module
from ...color.spaces import RGB, parse_hex
from ...raster.box import Box
from .effect import EffectParams, LetteringEffect, Margins, choice, color, number
from .outline import stroke_px

if TYPE_CHECKING:
    from ..composite import Layer
    from ..paint_context import Painting
    from ..style import LetteringStyle
    from .warp import WarpedText

cv2 = module("cv2")

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


@dataclass(frozen=True)
class BackingParams(EffectParams):
    """Parameters of what lies behind the words.

    Attributes:
        ground: Its shape.
        ground_color: #RRGGBB.
        ground_opacity: 0..1.
        ground_padding_em: Room between the words and its edge, in ems.
    """

    ground: str = choice("none", "box", "rounded", "pill", "ribbon")
    ground_color: str = color("#1A1A1A")
    ground_opacity: float = number(1.0, 0, 1)
    ground_padding_em: float = number(0.35, 0, 3)


class BackingShape(NamedTuple):
    """One piece of a backing: outline [N,2] on straight words, and how dark it is against the backing's colour."""

    outline: Array
    shade: float


class Backing(LetteringEffect):
    order = 10
    params = BackingParams

    def margins(self, style: LetteringStyle, font_px: float) -> Margins:
        own = style.effects.of(BackingParams)
        if own.ground == "none":
            return Margins()
        along, across = _padding(own, font_px, stroke_px(style))
        drop = 0.0
        if own.ground == "ribbon":
            along, drop = along + _TAIL_EM * font_px, _DROP_EM * font_px
        return Margins(along + _AIR_PX, across + _AIR_PX, along + _AIR_PX, across + drop + _AIR_PX)

    def page_box(self, style: LetteringStyle, text: WarpedText) -> Box:
        own = style.effects.of(BackingParams)
        if own.ground == "none" or not text.glyphs:
            return text.ink
        shapes = _shapes(text, own, stroke_px(style))
        points = np.concatenate([text.map.page(shape.outline) for shape in shapes])
        (left, top), (right, bottom) = points.min(axis=0) - _AIR_PX, points.max(axis=0) + _AIR_PX
        return Box(float(left), float(top), float(right - left), float(bottom - top))

    def behind(self, painting: Painting) -> Sequence[Layer]:
        from ..composite import Layer

        own = painting.style.effects.of(BackingParams)
        if own.ground == "none":
            return ()
        return [Layer(cover, shade, own.ground_opacity) for cover, shade in _drawn(painting, own)]


def _drawn(painting: Painting, own: BackingParams) -> list[tuple[Array, RGB]]:
    """Return the pieces, lowest first: coverage uint8 [H,W] and colour."""
    fill, size, origin = parse_hex(own.ground_color), painting.size, painting.origin
    fine = _FINE if size[0] * size[1] < _LARGE_PX else _FINE_LARGE
    pieces = []
    for shape in _shapes(painting.text, own, stroke_px(painting.style) - _FILL_GROWTH_PX / fine):
        canvas = np.zeros((size[1] * fine, size[0] * fine), np.uint8)
        points = (painting.text.map.page(shape.outline) + origin) * fine - 0.5  # pixels count by their centres
        cv2.fillPoly(canvas, [np.round(points * 2**_SHIFT).astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
        cover = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
        pieces.append((cover, (fill[0] * shape.shade, fill[1] * shape.shade, fill[2] * shape.shade)))
    return pieces


def _padding(own: BackingParams, font_px: float, stroke: float) -> tuple[float, float]:
    more = {"pill": _PILL_EM, "ribbon": _RIBBON_EM}.get(own.ground, 0.0)
    pad = own.ground_padding_em * font_px
    return pad + more * font_px + stroke, pad * _ACROSS + stroke


def _shapes(text: WarpedText, own: BackingParams, stroke: float) -> list[BackingShape]:
    em = text.font_px
    along, across = _padding(own, em, stroke)
    core = text.core
    band = Box(core.x - along, core.y - across, core.width + 2 * along, core.height + 2 * across)
    if own.ground == "ribbon":
        return [*_tails(band, em), BackingShape(_dense(_rectangle(band)), 1.0)]
    radius = {"box": 0.0, "rounded": _ROUND_EM * em, "pill": (_PILL_ROUND_EM + own.ground_padding_em) * em}
    return [BackingShape(_dense(_rounded(band, min(radius[own.ground], band.height / 2, band.width / 2))), 1.0)]


def _tails(band: Box, em: float) -> list[BackingShape]:
    """Return the tails that come out from behind the band, and the folds that lead to them."""
    drop, out, under, notch = (share * em for share in (_DROP_EM, _TAIL_EM, _UNDER_EM, _NOTCH_EM))
    top, bottom = band.y + drop, band.bottom + drop
    shapes = []
    for end, way in ((band.x, -1.0), (band.right, 1.0)):
        inner, outer = end - way * under, end + way * out
        tail = [(inner, top), (outer, top), (outer - way * notch, (top + bottom) / 2), (outer, bottom), (inner, bottom)]
        fold = [(end, band.bottom - 1), (end, band.bottom), (inner, bottom), (inner, band.bottom - 1)]
        shapes += [BackingShape(_dense(np.array(tail)), _TAIL_SHADE), BackingShape(_dense(np.array(fold)), _FOLD_SHADE)]
    return shapes


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


EFFECT = Backing()
