"""A fill that runs from the colour of the letters to a second one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...color.spaces import from_oklab, oklab, parse_hex
from .effect import EffectParams, LetteringEffect, Tint, color, number, toward

if TYPE_CHECKING:
    from ..paint_context import Painting
    from ..style import LetteringStyle

_STEPS = 1024


@dataclass(frozen=True)
class GradientParams(EffectParams):
    """Parameters of the gradient.

    Attributes:
        gradient: How far the fill runs from the colour of the letters to ``gradient_color``, 0 not at all .. 1 fully.
        gradient_color: Where it ends, #RRGGBB.
        gradient_deg: Which way it runs: 0 up, 90 to the right, 180 down.
    """

    gradient: float = number(0.0, 0, 1)
    gradient_color: str = color("#FFFFFF")
    gradient_deg: float = number(180.0, -360, 360)


class Gradient(LetteringEffect):
    order = 60
    params = GradientParams

    def tint(self, painting: Painting) -> Tint | None:
        own = painting.style.effects.of(GradientParams)
        if not own.gradient:
            return None
        ramp = _ramp(painting.style, own)
        along_x, along_y, start = _run(own.gradient_deg, painting)
        across = along_x * (np.arange(painting.size[0], dtype=np.float32) + np.float32(0.5))

        def tinted(planes: Any, rows: slice) -> Any:
            down = along_y * (np.arange(rows.start, rows.stop, dtype=np.float32) + np.float32(0.5))
            share = (start + down)[:, None] + across
            place = np.clip(share * (_STEPS - 1) + 0.5, 0, _STEPS - 1).astype(np.int16)
            return [plane[place] for plane in ramp]

        return tinted


def _ramp(style: LetteringStyle, own: GradientParams) -> list[Any]:
    """Return the three planes [_STEPS] of the run from one colour to the other, even to the eye."""
    ends = oklab(np.array([parse_hex(style.color), parse_hex(own.gradient_color)]))
    share = np.linspace(0, own.gradient, _STEPS)[:, None]
    return list(from_oklab(ends[0] * (1 - share) + ends[1] * share).astype(np.float32).T)


def _run(deg: float, painting: Painting) -> tuple[Any, Any, Any]:
    """Return x, y and constant part of the place 0..1 along the fill, for a pixel of the picture."""
    x, y = toward(deg)
    ink, origin = painting.text.ink, painting.origin
    length = max(abs(x) * ink.width + abs(y) * ink.height, 1e-6)
    middle = x * (ink.x + ink.width / 2 + origin[0]) + y * (ink.y + ink.height / 2 + origin[1])
    return np.float32(x / length), np.float32(y / length), np.float32(0.5 - middle / length)


EFFECT = Gradient()
