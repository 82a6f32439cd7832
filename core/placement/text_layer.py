"""Words typed into the placer: set once for the finished picture, drawn at whatever scale is asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, parse_hex
from ..layout.copyfit import largest_size, total_em
from ..lettering.rasterize import draw, draw_coloured
from ..lettering.style import LetteringStyle
from ..lettering.typesetting import TypesetText, typeset
from ..raster.blending import RasterLayer, lay_over
from ..raster.box import Box
from ..text.fonts import find
from .geometry import shares

Array = NDArray[Any]  # float32, or what an operation widens it to

_HEADLINE_FONT, _TEXT_FONT = "Pretendard ExtraBold", "Pretendard Medium"
_HEADLINE_EM = 30.0  # longer texts are set in the lighter weight
_MOST_SIDE_PX = 8192
_AIR_PX = 2


@dataclass(frozen=True)
class TextLayer:
    """Typeset words; the ink is ``size`` px on the finished picture."""

    typeset: TypesetText

    @property
    def size(self) -> tuple[float, float]:
        return self.typeset.width_px, self.typeset.height_px

    @property
    def font_px(self) -> float:
        return self.typeset.font_px


def text_layer(text: str, box: Box, anchor: str, canvas: tuple[int, int], least_px: int = 0) -> TextLayer | None:
    """Return the text set into a box (px of the finished picture); None for no text.

    Args:
        text: What to write; a newline starts a new line.
        box: Where; the words are as large as they fit, and no larger than suits so long a text.
        anchor: The side that the lines stand at.
        canvas: Width and height of the finished picture.
        least_px: The type is made this large, if the box allows it.

    Raises:
        FitAdError: No font has some character, or the words fit the box in no legible size.
    """
    if not text.strip():
        return None
    across, _ = shares(anchor)
    align = {0.0: "left", 0.5: "center", 1.0: "right"}[across]
    size_px = min(max(round(largest_size(text, *canvas)), least_px, 1), 2048)
    words = _typeset(text, (_side(box.width), _side(box.height)), align, size_px)
    return TextLayer(words) if words.glyphs else None


@lru_cache(maxsize=32)
def _typeset(text: str, box: tuple[int, int], align: str, size_px: int) -> TypesetText:
    """Return the text typeset; kept, because words that are dragged about stay the same."""
    style = LetteringStyle(
        font=_HEADLINE_FONT if total_em(text) <= _HEADLINE_EM else _TEXT_FONT,
        size_px=size_px,
        width_px=box[0],
        height_px=box[1],
        align=align,
    )
    return typeset(text, find(style.font), style, None, lambda _: (0.0, 0.0))


def render_text_layer(words: TextLayer, box: Box, color: RGB | str, scale: float) -> RasterLayer:
    """Return the words in one colour; emoji keep theirs.

    Args:
        words: From ``words``.
        box: Where the ink goes, px of the finished picture.
        color: Of the letters.
        scale: Size of the picture that the layer is for, 1 = the finished one.
    """
    typeset_words = words.typeset.scaled(scale)
    x, y = box.x * scale, box.y * scale
    left, top = math.floor(x) - _AIR_PX, math.floor(y) - _AIR_PX
    size = (
        math.ceil(typeset_words.width_px + x - left) + _AIR_PX,
        math.ceil(typeset_words.height_px + y - top) + _AIR_PX,
    )
    origin = x - left, y - top
    cover = draw(typeset_words.glyphs, size, origin, 1).astype(np.float32) / 255
    rgba = np.empty((*cover.shape, 4), np.float32)
    rgba[..., :3] = parse_hex(color) if isinstance(color, str) else color
    rgba[..., 3] = cover
    emoji = draw_coloured(typeset_words.glyphs, size, origin)
    if emoji is not None:
        lay_over(rgba, RasterLayer("Emoji", emoji, 0, 0))
    return RasterLayer("Text", rgba, left, top)


def _side(px: float) -> int:
    return min(max(math.floor(px + 1e-6), 1), _MOST_SIDE_PX)
