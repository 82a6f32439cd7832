"""Accented letters that a font lacks, put together from its own letters and its accents that stand alone.

Korean fonts have the accents of KS X 1001 but few accented letters: the é of Café from another font would stand out.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from .bounds import Bounds
from .font_instance import FontInstance

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


class AccentedLetter(NamedTuple):
    """A letter with a mark that stands alone drawn over or under it.

    Attributes:
        letter: The letter.
        mark: Glyph of the mark.
        x: Where the mark's pen is from the letter's, in ems.
        y: The same, y down.
    """

    letter: str
    mark: int
    x: float
    y: float


def accented_letter(char: str, font: FontInstance) -> AccentedLetter | None:
    """Return how the font draws an accented letter with its own parts; None where it cannot."""
    parts = unicodedata.normalize("NFD", char)
    if len(parts) != 2 or parts[1] not in _ALONE or not parts[0].isalpha():
        return None
    letter = parts[0] if parts[1] in _BELOW else _DOTLESS.get(parts[0], parts[0])
    base = font.ink(font.glyph_id(letter)) if font.glyph_id(letter) else None
    mark = next((glyph_id for alone in _ALONE[parts[1]] if (glyph_id := font.glyph_id(alone))), 0)
    ink = font.ink(mark) if mark else None
    if base is None or ink is None:
        return None
    across = (base.left + base.right - ink.left - ink.right) / 2
    return AccentedLetter(letter, mark, across, 0.0 if parts[1] in _BELOW else _raise(base, ink))


def _raise(base: Bounds, mark: Bounds) -> float:
    return base.top - _GAP_EM - mark.bottom
