"""Text cut into what a reader takes for one character, and what kinds of characters there are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from ..errors import FitAdError

ZERO_WIDTH_JOINER = "\u200d"
# format characters that are drawn: number signs that span what follows
_DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
# letters without ink: Hangul fillers, the Braille blank
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# what a shaper needs of the characters that draw nothing
_FOR_SHAPER = re.compile("[\u034f\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_LONGEST_PIECE = 64
_OVERRIDES = "\u202d\u202e"


class Piece(NamedTuple):
    """What is drawn as one: a character with its marks, a syllable of jamo, an emoji sequence.

    Attributes:
        text: Its characters.
        start: Place of the first in the text.
    """

    text: str
    start: int


def clean(text: str) -> str:
    """Return the text without control characters, composed (NFC), with ``\\n`` as the only line break.

    Direction overrides go too: they would write words backwards.

    Raises:
        FitAdError: The text holds half a surrogate pair.
    """
    for place, char in enumerate(text):
        if "\ud800" <= char <= "\udfff":
            raise FitAdError(
                f"Character {place + 1} of the text is half a character (U+{ord(char):04X})",
                why="An emoji or rare character was cut in half on its way here",
                fix="Type that character again",
            )
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    for newline in "\r\v\f\x85\u2028\u2029":
        text = text.replace(newline, "\n")
    return "".join(c for c in text if c == "\n" or (c not in _OVERRIDES and unicodedata.category(c) != "Cc"))


def pieces(text: str) -> list[Piece]:
    """Return a text in pieces: a base with marks, joiners, skin tones; jamo of a syllable; a flag's two letters."""
    found: list[Piece] = []
    current, first = "", 0
    for place, char in enumerate(text):
        if current and _continues(current, char):
            current += char
            continue
        if current:
            found.append(Piece(current, first))
        current, first = char, place
    return [*found, Piece(current, first)] if current else found


@lru_cache(maxsize=8192)
def is_silent(char: str) -> bool:
    """Return whether the character draws nothing: joiners, direction marks, variation selectors, tags."""
    if char < "\u00ad":
        return False
    if char == "\u034f" or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) == "Cf" and char not in _DRAWN_FORMATS


def wants_colour(piece: str) -> bool:
    """Return whether a piece is an emoji that is to be shown in colour."""
    return "\ufe0f" in piece or "\u20e3" in piece or any(ord(char) >= 0x1F000 for char in piece)


def compatible_jamo(text: str) -> str:
    """Return a lone conjoining jamo as the letter that fonts have; empty where there is none."""
    name = unicodedata.name(text, "") if len(text) == 1 else ""
    for part in ("CHOSEONG", "JUNGSEONG", "JONGSEONG"):
        if name.startswith(f"HANGUL {part} "):
            try:
                return unicodedata.lookup(name.replace(part, "LETTER"))
            except KeyError:
                return ""
    return ""


def for_shaper(text: str) -> str:
    """Return the text without characters that draw nothing and mean nothing to a shaper."""
    if text.isascii() or not any(map(is_silent, text)):
        return text
    return "".join(char for char in text if not is_silent(char) or _FOR_SHAPER.match(char))


@lru_cache(maxsize=8192)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Mc") or is_silent(char)


def _continues(piece: str, char: str) -> bool:
    if "가" <= char <= "힣" or char < "\u00ad":
        return False
    if len(piece) >= _LONGEST_PIECE or piece[-1].isspace() or char.isspace():
        return False
    if _is_mark(char):
        return True
    if piece[-1] == ZERO_WIDTH_JOINER and ord(char) > 0x2000:
        return True
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF:
        return ord(piece[0]) > 0x2000
    if _is_late_jamo(char):
        return _is_jamo(piece[-1])
    return 0x1F1E6 <= code <= 0x1F1FF and len(piece) == 1 and 0x1F1E6 <= ord(piece) <= 0x1F1FF


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\ua960" <= char <= "\ua97f" or "\ud7b0" <= char <= "\ud7ff"


def _is_late_jamo(char: str) -> bool:
    """Return whether a conjoining jamo is a vowel or a final, which stand with the jamo before."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
