"""Bent and slanted words: where each glyph goes, and the chart that their ground follows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .effects import Effects
from .typesetting import Placed, Setting

Array = NDArray[Any]
Move = NDArray[np.float64]  # [2,3]: from px around the glyph's pen (y down) to px of the page

# the slant turns about this height over the baseline, the middle of most letters
_MIDDLE_EM = 0.36
# lines that hang (arc < 0) get their length at the tops of the letters, so that these don't collide
_TOP_EM = 0.76
_LEAST_RADIUS_EM = 0.5


@dataclass(frozen=True)
class Chart:
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
        """Return points [N,2] of the chart on the page."""
        v = points[:, 1]
        u = points[:, 0] - self.lean * v
        if not self.radius:
            return np.stack([u, v], axis=1)
        turn, reach = u / self.radius, np.maximum(self.radius - self.sign * v, 0)
        x, y = self.center
        return np.stack([x + reach * np.sin(turn), y - self.sign * reach * np.cos(turn)], axis=1)

    def flat(self, points: Array) -> Array:
        """Return points [N,2] of the page on the chart."""
        u, v = points[:, 0], points[:, 1]
        if self.radius:
            across, up = u - self.center[0], self.sign * (self.center[1] - v)
            u = np.arctan2(across, up) * self.radius
            v = self.sign * (self.radius - np.hypot(across, up))
        return np.stack([u + self.lean * v, v], axis=1)


@dataclass(frozen=True)
class Bent:
    """Words in their final shape, px of the page; straight words lie there as they were set.

    Attributes:
        setting: The words as set.
        moves: One per glyph; None where the words are straight.
        ink: What the glyphs cover at most.
        lines: The same for each line.
        chart: What a ground behind the words follows.
        core: What the words cover on the chart.
    """

    setting: Setting
    moves: tuple[Move, ...] | None
    ink: Box
    lines: tuple[Box, ...]
    chart: Chart
    core: Box


def scaled(setting: Setting, scale: float) -> Setting:
    """Return the same words, larger or smaller."""
    return Setting(
        tuple(replace(p, x=p.x * scale, y=p.y * scale) for p in setting.placed),
        tuple(Box(*(v * scale for v in line)) for line in setting.lines),
        setting.font_px * scale,
        setting.width_px * scale,
        setting.height_px * scale,
    )


def bend(setting: Setting, effects: Effects, vertical: bool = False) -> Bent:
    """Return the words bent along a circle and slanted, as the effects say."""
    if not setting.placed or not (effects.arc_deg or effects.slant_deg):
        ink = Box(0.0, 0.0, setting.width_px, setting.height_px)
        return Bent(setting, None, ink, setting.lines, Chart(), ink)
    lean = math.tan(math.radians(effects.slant_deg))
    rows = sorted({placed.baseline(setting.font_px) for placed in setting.placed})
    circle = _circle(setting, rows, effects.arc_deg)
    moves = tuple(_move(placed, setting, lean, circle) for placed in setting.placed)
    corners = [_corners(p, move, setting.font_px) for p, move in zip(setting.placed, moves, strict=True)]
    chart = replace(_chart(circle, rows), lean=0.0 if vertical else lean)
    everything = np.concatenate(corners)
    return Bent(
        setting,
        moves,
        _around(everything),
        _lines(setting, rows, corners, vertical),
        chart,
        _around(chart.flat(everything)),
    )


@dataclass(frozen=True)
class _Circle:
    """The circle of the first row (hanging) or of the last (rising), measured where the letters keep their distance."""

    radius: float
    sign: float
    center: tuple[float, float]
    top_px: float  # from the baseline to where the distance is kept, for hanging lines


def _circle(setting: Setting, rows: list[float], arc_deg: float) -> _Circle | None:
    if not arc_deg:
        return None
    sign = 1.0 if arc_deg > 0 else -1.0
    arc = math.radians(abs(arc_deg))
    inner = rows[-1] if sign > 0 else rows[0]
    widths = _row_widths(setting, rows)
    radius = max(width / arc - abs(inner - row) for row, width in widths.items())
    radius = max(radius, _LEAST_RADIUS_EM * setting.font_px)
    top = 0.0 if sign > 0 else _TOP_EM * setting.font_px
    return _Circle(radius, sign, (setting.width_px / 2, inner + sign * (radius + top)), top)


def _row_widths(setting: Setting, rows: list[float]) -> dict[float, float]:
    widths = {}
    for row in rows:
        ends = [
            (placed.x + ink.left * setting.font_px, placed.x + ink.right * setting.font_px)
            for placed in setting.placed
            if placed.baseline(setting.font_px) == row and (ink := placed.cluster.ink)
        ]
        widths[row] = max((b for _, b in ends), default=0.0) - min((a for a, _ in ends), default=0.0)
    return widths


def _move(placed: Placed, setting: Setting, lean: float, circle: _Circle | None) -> Move:
    """Return slant, then quarter turn (set vertically), then turn along the circle, then the way to its place."""
    slant = np.array([[1.0, -lean, -lean * (_MIDDLE_EM - placed.raised_em) * setting.font_px], [0, 1, 0], [0, 0, 1]])
    if circle is None:
        return (_rigid(math.pi / 2 if placed.turned else 0.0, placed.x, placed.y) @ slant)[:2]
    ink = placed.cluster.ink
    middle = setting.font_px * ((ink.left + ink.right) / 2 if ink else placed.cluster.advance / 2)
    inner = circle.center[1] - circle.sign * (circle.radius + circle.top_px)
    baseline = placed.baseline(setting.font_px)
    reach = circle.radius + abs(baseline - inner)
    turn = (placed.x + middle - circle.center[0]) / reach
    reach += circle.top_px + circle.sign * (baseline - placed.y)
    x = circle.center[0] + reach * math.sin(turn)
    y = circle.center[1] - circle.sign * reach * math.cos(turn)
    aside = np.array([[1.0, 0, -middle], [0, 1, 0], [0, 0, 1]])
    return (_rigid(circle.sign * turn, x, y) @ aside @ slant)[:2]


def _rigid(turn: float, x: float, y: float) -> Array:
    c, s = math.cos(turn), math.sin(turn)
    return np.array([[c, -s, x], [s, c, y], [0, 0, 1]])


def _chart(circle: _Circle | None, rows: list[float]) -> Chart:
    if circle is None:
        return Chart()
    return Chart(circle.radius + circle.top_px + (rows[-1] - rows[0]) / 2, circle.sign, circle.center)


def _corners(placed: Placed, move: Move, font_px: float) -> Array:
    ink = placed.cluster.ink
    if ink is None:
        return np.empty((0, 2))
    box = [(ink.left, ink.top), (ink.right, ink.top), (ink.right, ink.bottom), (ink.left, ink.bottom)]
    return np.array(box) * font_px @ move[:, :2].T + move[:, 2]


def _lines(setting: Setting, rows: list[float], corners: list[Array], vertical: bool) -> tuple[Box, ...]:
    if vertical:
        groups: Iterable[list[Array]] = (
            [c for p, c in zip(setting.placed, corners, strict=True) if line.x <= p.x < line.right]
            for line in setting.lines
        )
    else:
        px = setting.font_px
        groups = ([c for p, c in zip(setting.placed, corners, strict=True) if p.baseline(px) == row] for row in rows)
    return tuple(_around(np.concatenate(group)) for group in groups if group)


def _around(points: Array) -> Box:
    if not points.size:
        return Box(0.0, 0.0, 0.0, 0.0)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))
