"""Lines of type in the em: shaped once at 1000 px, then placed by any affine map. Lengths are px at 1000 px, y down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..errors import FitAdError
from ..text.affine import Affine
from ..text.bounds import Bounds
from ..text.fonts import FontFace
from ..text.glyph_raster import coloured, coverage, glyph_masks
from ..text.lines import PositionedGlyph, set_line
from ..text.shaping import Span

EM = 1000.0
WORD_SPACE = 0.24  # em: the widest word space; many Korean faces for headlines have more
_SPACES = re.compile("( +)")


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
    ink: Bounds
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
        block = set_line(_spans(text, face, tracking_em), fallback=fallback)
    except FitAdError:
        kept = "".join(char for char in text if _is_covered(char, face, fallback))
        if kept == text:
            raise
        return em_line(kept, face, tracking_em, fallback)
    glyphs = tuple(glyph for glyph in block.glyphs if glyph.ink.width > 0 and glyph.ink.height > 0)
    return EmLine(text, glyphs, block.ink, block.ink.right - block.ink.left)


def _spans(text: str, face: FontFace, tracking_em: float) -> list[Span]:
    """Return a line's spans; word spaces wider than headlines bear are drawn in."""
    over = _space(face) - WORD_SPACE if " " in text.strip() else 0.0
    if over <= 0:
        return [Span(text, face, EM, tracking_em=tracking_em)]
    parts = [part for part in _SPACES.split(text) if part]
    return [Span(p, face, EM, tracking_em=tracking_em - over if p.isspace() else tracking_em) for p in parts]


@lru_cache(maxsize=128)
def _space(face: FontFace) -> float:
    """Return how wide a face's word space is, in em."""
    with_space, without = (set_line([Span(t, face, EM)]).ink for t in ("한 한", "한한"))
    return (with_space.width - without.width) / EM


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
