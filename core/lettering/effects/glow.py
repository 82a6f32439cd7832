"""Light around the letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...color.spaces import parse_hex
from .effect import EffectParams, LetteringEffect, Margins, color, number
from .outline import stroke_px

if TYPE_CHECKING:
    from ..composite import Layer
    from ..paint_context import Painting
    from ..style import LetteringStyle

# what is left of a glow at the end of its reach is taken off everywhere
_END = 0.0095


@dataclass(frozen=True)
class GlowParams(EffectParams):
    """Parameters of the glow.

    Attributes:
        glow: Light around the letters, 0 none .. 1 strong.
        glow_color: #RRGGBB.
        glow_px: How far it reaches.
    """

    glow: float = number(0.0, 0, 1)
    glow_color: str = color("#FFFFFF")
    glow_px: float = number(24.0, 0, 512)


class Glow(LetteringEffect):
    order = 30
    params = GlowParams

    def margins(self, style: LetteringStyle, font_px: float) -> Margins:
        own = style.effects.of(GlowParams)
        return Margins(*[own.glow_px + stroke_px(style) + 0.5] * 4) if own.glow else Margins()

    def behind(self, painting: Painting) -> Sequence[Layer]:
        from ..composite import Layer

        own = painting.style.effects.of(GlowParams)
        if not own.glow:
            return ()
        return [Layer(_halo(painting.edge, own.glow_px), parse_hex(own.glow_color), own.glow)]


def _halo(edge: Any, reach_px: float) -> Any:
    """Return light that is full at the edge and gone after ``reach_px``: a wide halo and a tight one."""
    from ..filters import blurred

    wide, tight = blurred(edge, max(reach_px / 2.6, 0.3)), blurred(edge, max(reach_px / 9, 0.3))
    return np.maximum(1 - (1 - wide) ** 2 * (1 - tight) - _END, 0) / (1 - _END)


EFFECT = Glow()
