"""Words -> lettering: set, drawn, lit and coloured, on a transparent picture.

Imports little until something is rendered, so that the node list loads fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..raster.box import Box
from .effects import Effects
from .style import ALIGNS, STYLES, LetteringStyle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..text.fonts import FontFace

__all__ = [
    "ALIGNS",
    "STYLES",
    "Effects",
    "Lettering",
    "LetteringStyle",
    "batch",
    "measure",
    "render",
]


@dataclass(frozen=True)
class Lettering:
    """Finished lettering.

    Attributes:
        rgba: [H,W,4] float32, straight alpha, colour bled under full transparency.
        mask: [H,W] float32, the letters themselves, without outline and shadow.
        depth: [H,W] float32, the height of the letters, near = bright.
        lines: Ink box of each line (column) in px.
        font_px: Em size used.
    """

    rgba: NDArray[np.float32]
    mask: NDArray[np.float32]
    depth: NDArray[np.float32]
    lines: tuple[Box, ...]
    font_px: float


def render(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None = None) -> Lettering:
    """Return ``text`` as lettering; the same arguments give the same bytes.

    Args:
        text: What to write; a newline starts a new line. Empty text gives a transparent picture.
        style: How it looks; with a width or height, the picture has just that size.
        faces: The fonts at hand, as ``core.text.fonts.catalogue`` gives them; None takes bundled and system fonts.

    Raises:
        FitAdError: No such font, a character that no font has, or words that fit no legible size.
    """
    from .render_text import rendered

    return rendered(text, style, faces)


def batch(
    texts: Sequence[str],
    styles: Sequence[LetteringStyle],
    faces: Sequence[FontFace] | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Lettering]:
    """Return one lettering per text, all of one size where their boxes are the same.

    Tight ones are padded with transparency to the largest, standing as their ``align`` says.

    Args:
        texts: What to write.
        styles: One per text.
        faces: As for ``render``.
        progress: Called with the share done, 0..1, after each text.

    Raises:
        FitAdError: As ``render`` does.
    """
    from .batch_render import rendered_batch

    return rendered_batch(texts, styles, faces, progress)


def measure(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None = None) -> tuple[int, int]:
    """Return the width and height in px of the picture that ``render`` gives, to about a pixel, without drawing it.

    Raises:
        FitAdError: As ``render`` does.
    """
    from .render_text import measured

    return measured(text, style, faces)
