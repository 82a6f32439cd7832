"""Lines of type in the em: shaped once at 1000 px, then placed by any affine map. Lengths are px at 1000 px, y down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..errors import FitAdError
from ..text.affine import Affine
from ..text.font_instance import InkBounds
from ..text.fonts import FontFace
from ..text.lines import PositionedGlyph, set_line
from ..text.rasterize import coloured, coverage, glyph_masks
from ..text.shaping import Span

EM = 1000.0


@dataclass(frozen=True)
class EmLine:
    """A line of type at 1000 px; the pen starts at 0,0 and y = 0 is the baseline.

    Attributes:
        text: What it says.
        glyphs: In their places.
        ink: The exact box of all ink; all zero for spaces only.
        advance: How wide it is, from the first letter's ink to the last one's.
    """

    text: str
    glyphs: tuple[PositionedGlyph, ...]
    ink: InkBounds
    advance: float


class FaceHeights(NamedTuple):
    """Ink heights at 1000 px of a Hangul syllable, a capital and a numeral, and the syllable's foot (y down)."""

    hangul: float
    capital: float
    numeral: float
    foot: float


@lru_cache(maxsize=4096)
def em_line(text: str, face: FontFace, tracking_em: float = 0.0, fallback: tuple[FontFace, ...] = ()) -> EmLine:
    """Return a line set in a face; what the face lacks comes from ``fallback``, then from the default chain.

    Characters that no font has are left out.
    """
    try:
        block = set_line([Span(text, face, EM, tracking_em=tracking_em)], fallback=fallback)
    except FitAdError:
        kept = "".join(char for char in text if _is_covered(char, face, fallback))
        if kept == text:
            raise
        return em_line(kept, face, tracking_em, fallback)
    glyphs = tuple(glyph for glyph in block.glyphs if glyph.ink.width > 0 and glyph.ink.height > 0)
    return EmLine(text, glyphs, block.ink, block.ink.right - block.ink.left)


@lru_cache(maxsize=2048)
def _is_covered(char: str, face: FontFace, fallback: tuple[FontFace, ...]) -> bool:
    try:
        set_line([Span(char, face, EM)], fallback=fallback)
    except FitAdError:
        return False
    return True


@lru_cache(maxsize=128)
def heights(face: FontFace) -> FaceHeights:
    """Return the heights of a face's letters."""
    han, cap, one = (em_line(t, face).ink for t in ("한", "H", "1"))
    return FaceHeights(han.height, cap.height, one.height, max(han.bottom, 0.0))


__all__ = [
    "EM",
    "Affine",
    "EmLine",
    "FaceHeights",
    "PositionedGlyph",
    "coloured",
    "coverage",
    "em_line",
    "glyph_masks",
    "heights",
]
