"""The outline of the letters: outside them, on their edge, or inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...color.spaces import parse_hex
from .effect import EffectParams, LetteringEffect, Margins, Reach, choice
from .relief import lit

if TYPE_CHECKING:
    from ..composite import Layer
    from ..paint_context import Painting
    from ..style import LetteringStyle

# the outline's own edge runs over a pixel
_BLURRED_PX = 1.0
_SHARE_OUTSIDE = {"outside": 1.0, "center": 0.5, "inside": 0.0}


@dataclass(frozen=True)
class OutlineParams(EffectParams):
    """Parameters of the outline; its width and colour are the style's.

    Attributes:
        outline_position: Where it lies.
    """

    outline_position: str = choice(*_SHARE_OUTSIDE)


def stroke_px(style: LetteringStyle) -> float:
    """Return how far the outline stands out from the letters."""
    return style.outline_px * _SHARE_OUTSIDE[style.effects.of(OutlineParams).outline_position]


class Outline(LetteringEffect):
    order = 40
    params = OutlineParams

    def margins(self, style: LetteringStyle, font_px: float) -> Margins:
        stroke = stroke_px(style)
        return Margins(*[stroke + 0.5] * 4) if stroke else Margins()

    def reach(self, style: LetteringStyle, font_px: float) -> tuple[Reach | None, Reach | None]:
        stroke = stroke_px(style)
        inward = style.outline_px - stroke
        return (
            (max(inward - _BLURRED_PX, 0.0), inward + _BLURRED_PX) if inward else None,
            (max(stroke - _BLURRED_PX, 0.0), stroke + _BLURRED_PX) if stroke else None,
        )

    def behind(self, painting: Painting) -> Sequence[Layer]:
        from ..composite import Layer

        if not painting.style.outline_px:
            return ()
        plain = parse_hex(painting.style.outline_color)
        if painting.style.effects.of(OutlineParams).outline_position == "outside":
            return [Layer(painting.edge, plain)]
        # what lies on the letters is lit as they are
        return [Layer(painting.edge, partial(lit, painting, plain))]

    def narrow(self, painting: Painting, cover: Any) -> Any:
        from ..filters import shrunk

        style = painting.style
        inward = style.outline_px - stroke_px(style)
        if not inward or painting.distance is None:
            return cover
        left = np.clip(painting.distance - np.float32(inward * painting.scale - 0.5), 0, 1)
        return np.minimum(shrunk(left, painting.scale), cover)


EFFECT = Outline()
