"""Bent and slanted words: where each glyph goes, and the map that their backing follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...raster.box import Box
from ...text.affine import Affine
from .effect import EffectParams, LetteringEffect, Margins, number

if TYPE_CHECKING:
    from ...text.bounds import Bounds
    from ...text.lines import PositionedGlyph, TextLine
    from ..style import LetteringStyle
    from ..typesetting import TypesetText

Array = NDArray[Any]

# the slant turns about this height over the baseline, the middle of most letters
_MIDDLE_EM = 0.36
# lines that hang (arc < 0) get their length at the tops of the letters, so that these don't collide
_TOP_EM = 0.76
_LEAST_RADIUS_EM = 0.5
# the upright part and the foot of most letters, around the height about which they slant
_SLANT_REACH_EM = 0.6


@dataclass(frozen=True)
class WarpParams(EffectParams):
    """Parameters of the warp.

    Attributes:
        arc_deg: Bend along a circle, by the angle that the words take up; > 0 rises in the middle. Bent words are
            broken only where the text is.
        slant_deg: Lean of the letters; > 0 to the right.
    """

    arc_deg: float = number(0.0, -180, 180)
    slant_deg: float = number(0.0, -45, 45)


@dataclass(frozen=True)
class WarpMap:
    """Straight co-ordinates (u along the words, v down) of bent and slanted words.

    Attributes:
        radius: Of the circle through v = 0; 0 = straight.
        sign: 1 where the words rise in the middle, -1 where they hang.
        center: Of the circle, on the page.
        lean: Tangent of the slant.
    """

    radius: float = 0.0
    sign: float = 1.0
    center: tuple[float, float] = (0.0, 0.0)
    lean: float = 0.0

    def page(self, points: Array) -> Array:
        """Return points [N,2] of straight words on the page."""
        v = points[:, 1]
        u = points[:, 0] - self.lean * v
        if not self.radius:
            return np.stack([u, v], axis=1)
        turn, reach = u / self.radius, np.maximum(self.radius - self.sign * v, 0)
        x, y = self.center
        return np.stack([x + reach * np.sin(turn), y - self.sign * reach * np.cos(turn)], axis=1)

    def flat(self, points: Array) -> Array:
        """Return points [N,2] of the page on straight words."""
        u, v = points[:, 0], points[:, 1]
        if self.radius:
            across, up = u - self.center[0], self.sign * (self.center[1] - v)
            u = np.arctan2(across, up) * self.radius
            v = self.sign * (self.radius - np.hypot(across, up))
        return np.stack([u + self.lean * v, v], axis=1)


@dataclass(frozen=True)
class WarpedText:
    """Words in their final shape, px of the page; straight words lie there as they were set.

    Attributes:
        typeset: The words as set.
        glyphs: What is drawn.
        straight: Whether nothing was bent or slanted.
        ink: What the glyphs cover at most.
        lines: The same for each line.
        map: What a backing follows.
        core: What the words cover on the map's straight words.
    """

    typeset: TypesetText
    glyphs: tuple[PositionedGlyph, ...]
    straight: bool
    ink: Box
    lines: tuple[Box, ...]
    map: WarpMap
    core: Box

    @property
    def font_px(self) -> float:
        """The em size."""
        return self.typeset.font_px


class Warp(LetteringEffect):
    params = WarpParams


def slant_margins(style: LetteringStyle, font_px: float) -> Margins:
    """Return the room that slanted letters take beside the ink of upright ones."""
    lean = _SLANT_REACH_EM * font_px * abs(math.tan(math.radians(style.effects.of(WarpParams).slant_deg)))
    return Margins(lean, 0.0, lean, 0.0)


def warped(text: TypesetText, own: WarpParams, vertical: bool = False) -> WarpedText:
    """Return the words bent along a circle and slanted."""
    if not text.glyphs or not (own.arc_deg or own.slant_deg):
        ink = Box(0.0, 0.0, text.width_px, text.height_px)
        return WarpedText(text, text.glyphs, True, ink, text.lines, WarpMap(), ink)
    lean = math.tan(math.radians(own.slant_deg))
    circle = _circle(text, own.arc_deg)
    glyphs = tuple(_warped_clusters(text, lean, circle))
    corners = [_corners(before, after) for before, after in zip(text.glyphs, glyphs, strict=True)]
    chart = replace(_map(circle, text.text_lines), lean=0.0 if vertical else lean)
    everything = np.concatenate(corners)
    lines = tuple(
        _around([c for c, glyph in zip(corners, glyphs, strict=True) if glyph.line == number])
        for number in range(len(text.text_lines))
    )
    return WarpedText(text, glyphs, False, _around(corners), lines, chart, _around([chart.flat(everything)]))


@dataclass(frozen=True)
class _Circle:
    """The circle of the first row (hanging) or of the last (rising), measured where the letters keep their distance."""

    radius: float
    sign: float
    center: tuple[float, float]
    top_px: float  # from the baseline to where the distance is kept, for hanging lines


def _circle(text: TypesetText, arc_deg: float) -> _Circle | None:
    if not arc_deg:
        return None
    sign = 1.0 if arc_deg > 0 else -1.0
    arc = math.radians(abs(arc_deg))
    lines = text.text_lines
    inner = lines[-1].baseline if sign > 0 else lines[0].baseline
    radius = max(line.ink.width / arc - abs(inner - line.baseline) for line in lines)
    radius = max(radius, _LEAST_RADIUS_EM * text.font_px)
    top = 0.0 if sign > 0 else _TOP_EM * text.font_px
    return _Circle(radius, sign, (text.width_px / 2, inner + sign * (radius + top)), top)


def _map(circle: _Circle | None, lines: Sequence[TextLine]) -> WarpMap:
    if circle is None:
        return WarpMap()
    depth = lines[-1].baseline - lines[0].baseline
    return WarpMap(circle.radius + circle.top_px + depth / 2, circle.sign, circle.center)


def _warped_clusters(text: TypesetText, lean: float, circle: _Circle | None) -> Iterable[PositionedGlyph]:
    """Yield the glyphs moved, those of one cluster together."""
    slant = Affine(xy=-lean, dx=-lean * _MIDDLE_EM * text.font_px)
    for _, group in groupby(text.glyphs, key=lambda glyph: (glyph.line, glyph.pen)):
        own = tuple(group)
        move = _move(own, text, slant, circle)
        yield from (glyph.transformed(move) for glyph in own)


def _move(own: Sequence[PositionedGlyph], text: TypesetText, slant: Affine, circle: _Circle | None) -> Affine:
    """Return the move of a cluster on the page: slant, then turn along the circle, then the way to its place."""
    x, y = own[0].pen
    if circle is None:
        quarter = Affine.turn(90.0 if own[0].turned else 0.0)
        back = Affine.turn(-90.0 if own[0].turned else 0.0)
        return Affine.shift(x, y) @ quarter @ slant @ back @ Affine.shift(-x, -y)
    middle = (min(glyph.ink.left for glyph in own) + max(glyph.ink.right for glyph in own)) / 2
    inner = circle.center[1] - circle.sign * (circle.radius + circle.top_px)
    baseline = text.text_lines[own[0].line].baseline
    turn = (middle - circle.center[0]) / (circle.radius + abs(baseline - inner))
    reach = circle.radius + abs(baseline - inner) + circle.top_px
    on_page = circle.center[0] + reach * math.sin(turn), circle.center[1] - circle.sign * reach * math.cos(turn)
    turned = Affine.turn(math.degrees(circle.sign * turn)) @ Affine.shift(x - middle, 0.0) @ slant
    return Affine.shift(*on_page) @ turned @ Affine.shift(-x, -baseline)


def _corners(before: PositionedGlyph, after: PositionedGlyph) -> Array:
    """Return the corners of a glyph's ink box, moved with it."""
    ink: Bounds | None = before.font.ink(before.id)
    if ink is None:
        return np.empty((0, 2))
    box = [(ink.left, ink.top), (ink.right, ink.top), (ink.right, ink.bottom), (ink.left, ink.bottom)]
    return after.matrix.points(np.array(box))


def _around(groups: Sequence[Array]) -> Box:
    points = np.concatenate(groups) if groups else np.empty((0, 2))
    if not points.size:
        return Box(0.0, 0.0, 0.0, 0.0)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))


EFFECT = Warp()
