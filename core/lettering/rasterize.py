"""Typeset words drawn: coverage of the letters, and emoji in their own colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..text.affine import Affine
from ..text.glyph_raster import coloured, coverage
from ..text.lines import PositionedGlyph

Array = NDArray[Any]


def scale_for(font_px: float, effects: bool, relief: bool = False) -> int:
    """Return how many times larger than life the letters are drawn.

    Plain ones need nothing. Edges of small type need room, and slopes more.
    """
    if not effects and not relief:
        return 1
    return 4 if font_px < (96 if relief else 48) else 2 if font_px < (400 if relief else 144) else 1


def draw(
    glyphs: Sequence[PositionedGlyph], size: tuple[int, int], origin: tuple[float, float], scale: int
) -> NDArray[np.uint8]:
    """Return the coverage [H*scale, W*scale] uint8 of all plain glyphs.

    Args:
        glyphs: Where they stand on the page.
        size: Width and height of the picture in px.
        origin: Where the page's corner lies in the picture, in px.
        scale: Enlargement.
    """
    return coverage(glyphs, (size[0] * scale, size[1] * scale), _placed(origin).scaled(scale))


def draw_coloured(
    glyphs: Sequence[PositionedGlyph], size: tuple[int, int], origin: tuple[float, float]
) -> Array | None:
    """Return the emoji [H,W,4] float32, straight alpha; None where there are none."""
    found = coloured(glyphs, size, _placed(origin))
    if found is None:
        return None
    alpha = found[..., 3:]
    color = np.minimum(found[..., :3] / np.maximum(alpha, 1 / 255), 1)
    return np.concatenate([color, alpha], axis=-1).astype(np.float32)


def _placed(origin: tuple[float, float]) -> Affine:
    return Affine.shift(*origin)
