"""The colour of the letters, row by row: plain or running into a second one, lit by the relief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import from_oklab, oklab, parse_hex
from ..raster.box import Box
from .relief import Surface, toward
from .style import LetteringStyle

Array = NDArray[Any]

_GLOSS = 0.8
_SHADE = 0.72
_STEPS = 1024


class Face:
    """Gives the colours of letters and outline for some rows of the picture.

    Attributes:
        shade: [H,W] 0..1, how much of the shadow's colour lies on the letters; None for none.

    Args:
        style: Colours and effects.
        relief: Light on the letters, or None.
        ink: What the words cover on the page; the fill runs from one end of it to the other.
        origin: Where the page's corner lies in the picture.
        width_px: Width of the picture.
    """

    def __init__(
        self, style: LetteringStyle, relief: Surface | None, ink: Box, origin: tuple[float, float], width_px: int
    ) -> None:
        self.shade: Array | None = None
        self._shadow_color = parse_hex(style.effects.shadow_color)
        self._color = parse_hex(style.color)
        self._relief = relief
        self._lit_outline = style.effects.outline_position != "outside"
        self._outline = parse_hex(style.outline_color)
        self._ramp = _ramp(style) if style.effects.gradient else None
        self._along_x, self._along_y, self._start = _run(style.effects.gradient_deg, ink, origin)
        self._columns = np.arange(width_px, dtype=np.float32) + np.float32(0.5)

    def fill(self, rows: slice) -> Sequence[Array | float]:
        """Return the three planes of the letters' colour."""
        planes = self._lit(self._base(rows), rows)
        if self.shade is None:
            return planes
        shade = self.shade[rows]
        return [value + (dark - value) * shade for value, dark in zip(planes, self._shadow_color, strict=True)]

    def outline(self, rows: slice) -> Sequence[Array | float]:
        """Return the three planes of the outline's colour; what lies on the letters is lit as they are."""
        return self._lit(self._outline, rows) if self._lit_outline else self._outline

    def _base(self, rows: slice) -> Sequence[Array | float]:
        if self._ramp is None:
            return self._color
        rows_y = np.arange(rows.start, rows.stop, dtype=np.float32) + np.float32(0.5)
        share = (self._start + self._along_y * rows_y)[:, None] + self._along_x * self._columns
        place = np.clip(share * (_STEPS - 1) + 0.5, 0, _STEPS - 1).astype(np.int16)
        return [ramp[place] for ramp in self._ramp]

    def _lit(self, base: Sequence[Array | float], rows: slice) -> Sequence[Array | float]:
        if self._relief is None:
            return base
        light = self._relief.light[rows]
        lit, shaded = np.maximum(light, 0) * _GLOSS, 1 + np.minimum(light, 0) * _SHADE
        if self._relief.gloss is not None:
            lit = 1 - (1 - lit) * (1 - self._relief.gloss[rows])
        return [(value + (1 - value) * lit) * shaded for value in base]


def _ramp(style: LetteringStyle) -> list[Array]:
    """Return the three planes [_STEPS] of the run from one colour to the other, even to the eye."""
    ends = oklab(np.array([parse_hex(style.color), parse_hex(style.effects.gradient_color)]))
    share = np.linspace(0, style.effects.gradient, _STEPS)[:, None]
    return list(from_oklab(ends[0] * (1 - share) + ends[1] * share).astype(np.float32).T)


def _run(deg: float, ink: Box, origin: tuple[float, float]) -> tuple[np.float32, np.float32, np.float32]:
    """Return x, y and constant part of the place 0..1 along the fill, for a pixel of the picture."""
    x, y = toward(deg)
    length = max(abs(x) * ink.width + abs(y) * ink.height, 1e-6)
    middle = x * (ink.x + ink.width / 2 + origin[0]) + y * (ink.y + ink.height / 2 + origin[1])
    return np.float32(x / length), np.float32(y / length), np.float32(0.5 - middle / length)
