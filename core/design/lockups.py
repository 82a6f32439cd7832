"""Lock-ups: an offer, a price or a date set as one drawing, numerals large and units small.

Every function gives a block whose numerals (or Hangul syllables, where there are none) are ``EM`` px high; its baseline
is y = 0. Source of the proportions: a designer's practice, written down in the project's art direction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..text.bounds import Bounds
from ..text.fonts import FontFace
from ..text.korean import has_hangul
from .glyphs import EM, Affine, em_line, heights
from .marks import Letters, MarkBlock, joined

_WHOLE_PERCENT = re.compile(
    r"(?P<before>\D*)(?P<number>\d+(?:[.,]\d+)?(?:\s*[~–-]\s*\d+)?)\s*(?P<sign>[%％]|프로|퍼센트)\s*(?P<tail>.*)",
    re.DOTALL,
)
_WHOLE_PLUS = re.compile(r"(?P<before>\D*)(?P<one>\d{1,2})\s*\+\s*(?P<two>\d{1,2})\s*(?P<tail>.*)", re.DOTALL)
_WHOLE_PRICE = re.compile(
    r"(?P<before>[^\d₩]*)(?P<number>₩?\s?\d{1,3}(?:,\d{3})+|₩?\s?\d+(?:[.,]\d+)?)\s*(?P<unit>만\s?원|천\s?원|억\s?원?|원|만|천|won\b|KRW\b|달러)(?P<tail>.*)",
    re.DOTALL | re.IGNORECASE,
)
_FIGURES = re.compile(r"\d[\d,.:/]*|[^\d]+")
_DATES = re.compile(r"\d{1,2}\s*[/.]\s*\d{1,2}")
_BRACKET = re.compile(r"\([^()]{1,6}\)")


class Faces(NamedTuple):
    """The faces of a lock-up, and what stands in for a glyph that they lack."""

    words: FontFace
    numerals: FontFace
    fallback: tuple[FontFace, ...] = ()


@dataclass(frozen=True)
class LockupSpan:
    """A stretch of a line: its height against the line's numerals, and what is special about it.

    Attributes:
        text: What it says.
        height: Of its letters, against the lock-up's.
        numeral: Set in the numerals' face.
        second: In the second colour.
        rise: Where its foot stands over the baseline, in heights of the lock-up.
        gap: Room before it, in heights of the lock-up.
        unit: A unit, which nothing may hide.
        stretch: Width against its natural one.
    """

    text: str
    height: float = 1.0
    numeral: bool = False
    second: bool = False
    rise: float = 0.0
    gap: float = 0.0
    unit: bool = False
    stretch: float = 1.0


def kind_of(text: str) -> str:
    """Return which lock-up a text asks for: percent, plus, price, mixed, dates or words."""
    text = text.strip()
    if len(text) > 24 or "\n" in text:
        return "words"
    for kind, pattern in (("percent", _WHOLE_PERCENT), ("plus", _WHOLE_PLUS)):
        found = pattern.fullmatch(text)
        if found and len(found["before"]) <= 8 and len(found["tail"]) <= 8:
            return kind
    if _DATES.search(text):
        return "dates"
    if re.fullmatch(r"\D{0,6}\d+[만천]\s*\d+[천백]\s*원\D{0,5}", text):
        return "mixed"
    found = _WHOLE_PRICE.fullmatch(text)
    if found and len(found["before"]) <= 6 and len(found["tail"]) <= 10 and not re.search(r"\d", found["tail"]):
        return "price"
    return "words"


@lru_cache(maxsize=1024)
def lockup(text: str, faces: Faces, tracking: float = 0.0, stretch: float = 1.0, unit: float = 0.0) -> MarkBlock:
    """Return the lock-up that a text asks for, its numerals ``EM`` px high.

    Args:
        text: What it says, verbatim.
        faces: What it is set in.
        tracking: In em.
        stretch: Width of the numerals against their natural one.
        unit: Height of the unit after a price; 0 takes the usual one.
    """
    kind = kind_of(text)
    if kind == "percent":
        return _percent(_WHOLE_PERCENT.fullmatch(text.strip()), faces, tracking, stretch)  # type: ignore[arg-type]
    if kind == "plus":
        return _plus(_WHOLE_PLUS.fullmatch(text.strip()), faces, tracking, stretch)  # type: ignore[arg-type]
    if kind == "price":
        return line_of(_price_spans(text.strip(), unit or 0.52, stretch), faces, tracking)
    if kind == "mixed":
        return line_of(_mixed_spans(text.strip(), unit or 0.62, stretch), faces, tracking)
    if kind == "dates":
        return line_of(_date_spans(text.strip(), stretch), faces, tracking)
    return line_of([LockupSpan(text.strip(), stretch=stretch)], faces, tracking)


def line_of(spans: Sequence[LockupSpan], faces: Faces, tracking: float = 0.0) -> MarkBlock:
    """Return spans set side by side on one baseline."""
    blocks: list[MarkBlock] = []
    right = 0.0
    for span in spans:
        if not span.text.strip():
            continue
        block = _set(span, faces, tracking)
        shift = right + (span.gap * EM if blocks else 0.0) - block.box.left
        block = block.moved(shift, -span.rise * EM)
        right = block.box.right
        blocks.append(block)
    if not blocks:
        return MarkBlock((), Bounds(0, -EM, 0, 0), 0.0, EM)
    whole = joined(blocks, EM, 0.0)
    top = min(-EM, min(block.box.top for block in blocks))
    return MarkBlock(whole.marks, Bounds(whole.box.left, top, whole.box.right, max(0.0, whole.box.bottom)), 0.0, EM)


def letter_height(text: str, face: FontFace) -> float:
    """Return the height at 1000 px by which a text's size is told: of a Hangul syllable, a numeral or a capital."""
    sizes = heights(face)
    if has_hangul(text):
        return sizes.hangul
    return sizes.numeral if any(c.isdigit() for c in text) else sizes.capital


def foot(text: str, face: FontFace) -> float:
    """Return how far the letters reach below the baseline at 1000 px: a Hangul syllable's foot, else 0."""
    return heights(face).foot if has_hangul(text) else 0.0


def _set(span: LockupSpan, faces: Faces, tracking: float) -> MarkBlock:
    """Return one span, its foot on y = 0 and its letters ``height`` × EM high."""
    face = faces.numerals if span.numeral else faces.words
    line = em_line(span.text, face, tracking, faces.fallback)
    k = span.height * EM / letter_height(span.text, face)
    down = foot(span.text, face)
    matrix = Affine(k * span.stretch, 0, 0, k, 0, -k * down if down else 0.0)
    letters = Letters(line, matrix, "2" if span.second else "1", "", span.height * EM, unit=span.unit)
    ink = letters.ink
    return MarkBlock((letters,), Bounds(ink.left, -span.height * EM, ink.right, 0.0), 0.0, span.height * EM)


def _percent(found: re.Match[str], faces: Faces, tracking: float, stretch: float) -> MarkBlock:
    """Return a number, its % at the top, and what follows below the %, as wide as that."""
    number = line_of([LockupSpan(found["number"].replace(" ", ""), numeral=True, stretch=stretch)], faces, tracking)
    gap = 0.055 * EM
    sign = _set(LockupSpan("%", 0.54, numeral=True, unit=True), faces, 0.0)
    left = number.box.right + gap - sign.box.left
    sign = sign.moved(left, -(1.0 - 0.54) * EM)
    pieces = [number, sign]
    tail = found["tail"].strip()
    if tail:
        word = _set(LockupSpan(tail, 0.36, second=True, unit=True), faces, tracking)
        k = min(max(1.06 * sign.box.width / max(word.box.width, 1.0), 0.6), 1.11)
        word = word.mapped(Affine.scale(k))
        pieces.append(word.moved(sign.box.left - word.box.left, 0.0))
    if found["before"].strip():
        before = _set(LockupSpan(found["before"].strip(), 0.26, second=True, unit=True), faces, tracking)
        pieces.append(before.moved(number.box.left - before.box.left, -1.16 * EM))
    whole = joined(pieces, EM, 0.0)
    return MarkBlock(whole.marks, whole.box, 0.0, EM)


def _plus(found: re.Match[str], faces: Faces, tracking: float, stretch: float) -> MarkBlock:
    """Return two numerals and a smaller plus at their optical middle."""
    numbers = [LockupSpan(found[name], numeral=True, stretch=stretch) for name in ("one", "two")]
    one, two = (line_of([n], faces, tracking) for n in numbers)
    face = faces.numerals
    plus = em_line("+", face, 0.0, faces.fallback)
    k = 0.56 * EM / max(plus.ink[3] - plus.ink[1], 1.0)
    gap = 0.075 * EM * stretch
    x = one.box.right + gap
    middle = -0.47 * EM  # a little below the middle of the numerals looks like the middle
    matrix = Affine(k, 0, 0, k, x - k * plus.ink[0], middle - k * (plus.ink[1] + plus.ink[3]) / 2)
    letters = Letters(plus, matrix, "2", "", 0.56 * EM)
    ink = letters.ink
    sign = MarkBlock((letters,), Bounds(ink.left, ink.top, ink.right, ink.bottom), 0.0, 0.56 * EM)
    two = two.moved(ink.right + gap - two.box.left, 0.0)
    pieces = [one, sign, two]
    tail = found["tail"].strip()
    if tail:
        word = _set(LockupSpan(tail, 0.36, second=True, unit=True), faces, tracking)
        pieces.append(word.moved(two.box.right + gap - word.box.left, 0.0))
    if found["before"].strip():
        before = _set(LockupSpan(found["before"].strip(), 0.26, second=True, unit=True), faces, tracking)
        pieces.append(before.moved(one.box.left - before.box.left, -1.16 * EM))
    whole = joined(pieces, EM, 0.0)
    return MarkBlock(whole.marks, Bounds(whole.box.left, min(-EM, whole.box.top), whole.box.right, 0.0), 0.0, EM)


def _price_spans(text: str, unit: float, stretch: float) -> list[LockupSpan]:
    found = _WHOLE_PRICE.fullmatch(text)
    if not found:
        return [LockupSpan(text)]
    spans = []
    if found["before"].strip():
        spans.append(LockupSpan(found["before"].strip(), unit * 0.9, second=True, unit=True))
    spans.append(LockupSpan(found["number"], numeral=True, gap=0.12 if spans else 0.0, stretch=stretch))
    tail = found["tail"].strip()
    glued = tail and not tail.startswith("(") and not found["tail"].startswith(" ")
    spans.append(LockupSpan(found["unit"] + (tail if glued else ""), unit, second=True, gap=0.07, unit=True))
    if tail and not glued:
        spans.append(LockupSpan(tail, unit * 0.85, second=True, gap=0.14, unit=True))
    return spans


def _mixed_spans(text: str, unit: float, stretch: float) -> list[LockupSpan]:
    spans: list[LockupSpan] = []
    for piece in _FIGURES.findall(text):
        figure = piece[0].isdigit()
        loose = bool(spans) and piece.startswith(" ")
        gap = (0.16 if loose else 0.05) if spans else 0.0
        wide = stretch if figure else 1.0
        spans.append(LockupSpan(piece.strip(), 1.0 if figure else unit, figure, not figure, 0.0, gap, not figure, wide))
    return spans


def _date_spans(text: str, stretch: float) -> list[LockupSpan]:
    """Return a date line: weekdays in brackets small, a dash between two dates with some room."""
    spans: list[LockupSpan] = []
    last = 0
    for found in _BRACKET.finditer(text):
        spans += _date_words(text[last : found.start()], stretch, after=bool(spans))
        spans.append(LockupSpan(found.group(), 0.42, second=True, gap=0.04, unit=True))
        last = found.end()
    return spans + _date_words(text[last:], stretch, after=bool(spans))


def _date_words(text: str, stretch: float, after: bool = False) -> list[LockupSpan]:
    """Return what stands between the brackets: a dash alone, with even room, then the date."""
    text = text.strip()
    found = re.match(r"(?P<dash>[-–—~])\s*(?P<rest>.+)", text) if after else None
    if found:
        dash = LockupSpan(found["dash"], 1.0, True, gap=0.08)
        return [dash, LockupSpan(found["rest"], 1.0, not has_hangul(found["rest"]), gap=0.08, stretch=stretch)]
    return [LockupSpan(text, 1.0, not has_hangul(text), gap=0.1, stretch=stretch)] if text else []
