"""Accented letters that a font lacks, put together from its own letters and its accents that stand alone.

Korean fonts have the accents of KS X 1001 but few accented letters: the é of Café from another font would stand out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .glyphs import Ink, Measures

# combining mark -> marks that stand alone, the best first
_ALONE = {
    "\u0300": "`",
    "\u0301": "´",
    "\u0302": "ˆ^",
    "\u0303": "˜~",
    "\u0304": "¯",
    "\u0306": "˘",
    "\u0307": "˙",
    "\u0308": "¨",
    "\u030a": "˚",
    "\u030b": "˝",
    "\u030c": "ˇ",
    "\u0327": "¸",
    "\u0328": "˛",
}
_BELOW = frozenset("\u0327\u0328")
_DOTLESS = {"i": "ı", "j": "ȷ"}
_GAP_EM = 0.06


class Accent(NamedTuple):
    """A mark drawn with a letter: what, and where its pen is from the letter's, in ems, y down."""

    text: str
    x: float
    y: float


def parts(char: str, covered: Collection[int]) -> tuple[str, str, str] | None:
    """Return letter, mark that stands alone and combining mark, if a font that covers ``covered`` can draw them."""
    pieces = unicodedata.normalize("NFD", char)
    if len(pieces) != 2 or pieces[1] not in _ALONE or not pieces[0].isalpha():
        return None
    letter = pieces[0] if pieces[1] in _BELOW else _DOTLESS.get(pieces[0], pieces[0])
    mark = next((alone for alone in _ALONE[pieces[1]] if ord(alone) in covered), "")
    return (letter, mark, pieces[1]) if mark and ord(letter) in covered else None


def accent(font: Measures, letter: str, mark: str, combining: str) -> Accent | None:
    """Return where the mark goes over (under) the letter; None where one of them is blank."""
    base, ink = font.glyph(letter)[1], font.glyph(mark)[1]
    if base is None or ink is None:
        return None
    across = (base.left + base.right - ink.left - ink.right) / 2
    return Accent(mark, across, 0.0 if combining in _BELOW else _raise(base, ink))


def _raise(base: Ink, mark: Ink) -> float:
    return base.top - _GAP_EM - mark.bottom
