"""Several texts at once: one picture each, all of one size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from ..text.fonts import FontFace
from . import Lettering
from .render_text import rendered
from .style import LetteringStyle

Array = NDArray[Any]

_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0, "justify": 0.5}


def rendered_batch(
    texts: Sequence[str],
    styles: Sequence[LetteringStyle],
    faces: Sequence[FontFace] | None,
    progress: Callable[[float], None] | None,
) -> list[Lettering]:
    """Return the letterings; see ``lettering.batch``."""
    made = []
    for number, (text, style) in enumerate(zip(texts, styles, strict=True), 1):
        made.append(rendered(text, style, faces))
        if progress is not None:
            progress(number / len(texts))
    height = max((one.mask.shape[0] for one in made), default=0)
    width = max((one.mask.shape[1] for one in made), default=0)
    return [padded(one, style, (width, height)) for one, style in zip(made, styles, strict=True)]


def padded(lettering: Lettering, style: LetteringStyle, size: tuple[int, int]) -> Lettering:
    """Return the lettering on a picture of at least its own size (width, height)."""
    height, width = lettering.mask.shape
    if (width, height) == size:
        return lettering
    side = _SHARES[style.align]
    across, down = (0.5, side) if style.vertical else (side, 0.5)
    left, top = round((size[0] - width) * across), round((size[1] - height) * down)
    clear = np.append(lettering.rgba[0, 0, :3], np.float32(0))
    surface = 1.0 if style.style == "carved" else 0.0
    return replace(
        lettering,
        rgba=_laid(lettering.rgba, size, left, top, clear),
        mask=_laid(lettering.mask, size, left, top, 0.0),
        depth=_laid(lettering.depth, size, left, top, surface),
        lines=tuple(Box(b.x + left, b.y + top, b.width, b.height) for b in lettering.lines),
    )


def _laid(picture: Array, size: tuple[int, int], left: int, top: int, fill: float | Array) -> Array:
    out = np.full((size[1], size[0], *picture.shape[2:]), fill, np.float32)
    out[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return out
