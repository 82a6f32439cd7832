"""Shadows on what lies behind the letters: the drop shadow, what floating letters cast, and contact with the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...color.spaces import parse_hex
from .effect import EffectParams, LetteringEffect, Margins, color, number, toward
from .outline import stroke_px
from .relief import ReliefParams

if TYPE_CHECKING:
    from ..composite import Layer
    from ..paint_context import Painting
    from ..style import LetteringStyle

_CAST_BLUR_EM = 0.07
_CAST_STEP_EM = 0.16
_CONTACT_BLUR_EM = 0.03
# so many standard deviations of its blur a shadow reaches
_BLUR_REACH = 2.8


@dataclass(frozen=True)
class ShadowParams(EffectParams):
    """Parameters of the shadows; the strength of the drop shadow is the style's.

    Attributes:
        shadow_color: Of all shadows, #RRGGBB.
        shadow_distance_em: How far the drop shadow falls, in ems.
        shadow_deg: Which way it falls: 0 up, 90 to the right, 180 down; below 0 = away from the light.
        shadow_blur_em: Standard deviation of its blur, in ems.
    """

    shadow_color: str = color("#000000")
    shadow_distance_em: float = number(0.035, 0, 1)
    shadow_deg: float = number(-1.0, -1, 360)
    shadow_blur_em: float = number(0.05, 0, 0.5)


class _CastShadow(NamedTuple):
    step: tuple[float, float]
    blur_px: float
    strength: float


def shadow_step(style: LetteringStyle) -> tuple[float, float]:
    """Return the unit step in which shadows fall."""
    deg = style.effects.of(ShadowParams).shadow_deg
    if deg >= 0:
        return toward(deg)
    x, y = toward(style.light_deg)
    return -x, -y


class Shadows(LetteringEffect):
    order = 20
    params = ShadowParams

    def margins(self, style: LetteringStyle, font_px: float) -> Margins:
        found = Margins()
        for shadow in _cast_shadows(style, font_px):
            x, y = shadow.step
            reach = _BLUR_REACH * shadow.blur_px + stroke_px(style)
            found = found.joined(Margins(reach - x, reach - y, reach + x, reach + y))
        return found

    def behind(self, painting: Painting) -> Sequence[Layer]:
        from ..composite import Layer
        from ..filters import blurred, shifted

        fill = parse_hex(painting.style.effects.of(ShadowParams).shadow_color)
        return [
            Layer(blurred(shifted(painting.edge, *shadow.step), shadow.blur_px), fill, shadow.strength)
            for shadow in _cast_shadows(painting.style, painting.font_px)
        ]


def _cast_shadows(style: LetteringStyle, font_px: float) -> list[_CastShadow]:
    """Return the shadows, lowest first."""
    own, found = style.effects.of(ShadowParams), []
    if style.style == "floating" and style.relief:
        x, y = toward(style.light_deg)
        step = -_CAST_STEP_EM * font_px * style.relief
        blur = _CAST_BLUR_EM * font_px * (0.4 + style.relief)
        found.append(_CastShadow((x * step, y * step), blur, 0.3 + 0.3 * style.relief))
    if style.shadow:
        x, y = shadow_step(style)
        step = own.shadow_distance_em * font_px
        found.append(_CastShadow((x * step, y * step), own.shadow_blur_em * font_px, 0.85 * style.shadow))
    occlusion = style.effects.of(ReliefParams).occlusion
    if occlusion and style.style == "emboss" and style.relief:
        found.append(_CastShadow((0.0, 0.0), _CONTACT_BLUR_EM * font_px, 0.6 * occlusion))
    return found


EFFECT = Shadows()
