"""Shade that the edge throws into the letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...color.spaces import parse_hex
from .cast_shadows import ShadowParams, shadow_step
from .effect import EffectParams, LetteringEffect, Tint, number

if TYPE_CHECKING:
    from ..paint_context import Painting

_STEP_EM = 0.03
_BLUR_EM = 0.025


@dataclass(frozen=True)
class InnerShadowParams(EffectParams):
    """Parameters of the inner shadow; its colour is that of all shadows.

    Attributes:
        inner_shadow: 0 none .. 1 strong.
    """

    inner_shadow: float = number(0.0, 0, 1)


class InnerShadow(LetteringEffect):
    order = 80
    params = InnerShadowParams

    def tint(self, painting: Painting) -> Tint | None:
        from ..filters import blurred, shifted

        effects = painting.style.effects
        strength = effects.of(InnerShadowParams).inner_shadow
        if not strength:
            return None
        x, y = shadow_step(painting.style)
        step = _STEP_EM * painting.font_px
        wall = blurred(shifted(1 - painting.cover, x * step, y * step, outside=1), _BLUR_EM * painting.font_px)
        shade = wall * np.float32(strength)
        dark = parse_hex(effects.of(ShadowParams).shadow_color)
        return lambda planes, rows: [
            value + (edge - value) * shade[rows] for value, edge in zip(planes, dark, strict=True)
        ]


EFFECT = InnerShadow()
