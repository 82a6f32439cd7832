"""Copyfitting before any font is opened: widths in em, line counts, type sizes.

One em is the type size. The widths are averages of Korean sans faces, good to about a tenth; typesetting
measures the real font.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

_LINE_EM = 1.2  # distance from line to line
_INK_EM = 0.95  # height of a line of Hangul
_MAX_LINES = 6
_HEADLINE_EM = 16.0  # up to this length a text is a headline, set as large as it goes
_LARGEST = 0.118  # type size of a headline, share of the picture's mean side
_BANNER = 1.4  # on a banner the type is larger by this
_SMALLEST = 0.03  # the same for a long text
_LINES_LIKED = (1.0, 1.0, 0.96, 0.84, 0.7, 0.6)  # a size in many short lines is worth less
_EXAMPLE = "오늘의 새로운 소식"


class LineBreak(NamedTuple):
    """A text broken into ``lines`` lines, the longest of which is ``width_em`` wide."""

    lines: int
    width_em: float


def line_breaks_of(text: str) -> list[LineBreak]:
    """Return the ways to break a text, fewest lines first. Typed line breaks are kept; empty text is an example."""
    paragraphs = [[em_width(word) for word in line.split()] for line in text.splitlines() if line.strip()]
    paragraphs = paragraphs or [[em_width(word) for word in _EXAMPLE.split()]]
    least, most = len(paragraphs), sum(len(words) for words in paragraphs)
    return [_broken(paragraphs, lines) for lines in range(least, min(most, max(_MAX_LINES, least)) + 1)]


def largest_size(text: str, width_px: float, height_px: float) -> float:
    """Return the type size in px beyond which a text stops looking better: headlines large, long texts small."""
    largest = _LARGEST * (_BANNER if width_px > 2 * height_px else 1.0)
    share = largest * (_HEADLINE_EM / max(total_em(text), 1e-3)) ** 1.5
    return float(np.sqrt(width_px * height_px) * np.clip(share, _SMALLEST, largest))


def total_em(text: str) -> float:
    """Return the width of the whole text in em, its lines end to end."""
    return em_width(" ".join((text if text.strip() else _EXAMPLE).split()))


class FitResult(NamedTuple):
    """How a text sits in each of many boxes: arrays [N]."""

    size_px: Array
    worth_px: Array  # the size, less where it takes many lines
    filled: Array  # share of the box height that the lines take


def fit(settings: list[LineBreak], width_px: Array, height_px: Array, largest_px: float) -> FitResult:
    """Return the best size of a text for each box, over all ways to break it, up to ``largest_px``."""
    lines = np.array([s.lines for s in settings])
    widths = np.array([s.width_em for s in settings])
    sizes = np.minimum(width_px[None] / widths[:, None], height_px[None] / _height_em(lines)[:, None])
    sizes = np.minimum(sizes, largest_px)
    liked = np.array([_LINES_LIKED[min(n, len(_LINES_LIKED)) - 1] for n in lines])
    best = np.argmax(sizes * (liked / liked[0])[:, None], axis=0)
    size = np.take_along_axis(sizes, best[None], axis=0)[0]
    return FitResult(size, size * (liked / liked[0])[best], _height_em(lines[best]) * size / height_px)


def _height_em(lines: Array) -> Array:
    return (lines - 1) * _LINE_EM + _INK_EM


def em_width(text: str) -> float:
    """Return the approximate width of a text in em."""
    return sum(_char_em(char) for char in text)


def _char_em(char: str) -> float:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 0.92
    if char.isspace():
        return 0.26
    if char.isupper() or char in "%@&MWmw":
        return 0.7
    return 0.32 if char in ".,:;!'|()[]il·" else 0.57


def _broken(paragraphs: list[list[float]], lines: int) -> LineBreak:
    """Return the narrowest setting of at most that many lines: bisection on the width, greedy filling."""
    low = max(max(words) for words in paragraphs)
    high = max(sum(words) + 0.26 * (len(words) - 1) for words in paragraphs)
    for _ in range(12):
        middle = (low + high) / 2
        if sum(_lines_at(words, middle) for words in paragraphs) <= lines:
            high = middle
        else:
            low = middle
    return LineBreak(lines, max(high, 0.3))


def _lines_at(words: list[float], width: float) -> int:
    count, x = 1, 0.0
    for word in words:
        wider = word if x == 0 else x + 0.26 + word
        if wider > width and x > 0:
            count, x = count + 1, word
        else:
            x = wider
    return count
