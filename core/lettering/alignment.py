"""Lines aligned: flush, centred or justified, with marks hanging outside the edges."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .paragraphs import Item, Line, moved

# a justified line first stretches its word spaces by up to this, in ems; then its letters by up to that, and its word
# spaces so many times as much
_FIRST_WORD_GAP, _MOST_LETTER_GAP, _WORD_TO_LETTER = 0.35, 0.3, 3
_HANG_STEPS = (1.0, 0.75, 0.5, 0.25, 0.0)


class Row(NamedTuple):
    """A line in place: items along a common axis, in ems, and the line's number."""

    items: list[Item]
    number: int


def block_em(lines: Sequence[tuple[float, tuple[float, float]]], align: str, hang: float = 1.0) -> float:
    """Return how long lines of ink are once aligned, in ems: marks that hang make the block longer than its lines.

    Args:
        lines: For each line the length of its ink and what hangs left and right.
        align: One of ``style.ALIGNS``.
        hang: Share of the hang that is allowed.
    """
    lefts = [hang * left for _, (left, _) in lines]
    rights = [hang * right for _, (_, right) in lines]
    bodies = [length - a - b for (length, _), a, b in zip(lines, lefts, rights, strict=True)]
    if align == "left":
        return max(lefts) + max(body + b for body, b in zip(bodies, rights, strict=True))
    if align == "right":
        return max(rights) + max(body + a for body, a in zip(bodies, lefts, strict=True))
    if align == "center":
        before = max(body / 2 + a for body, a in zip(bodies, lefts, strict=True))
        return before + max(body / 2 + b for body, b in zip(bodies, rights, strict=True))
    return max(lefts) + max(bodies) + max(rights)


def rows(lines: Sequence[Line], align: str, measure_em: float) -> list[Row]:
    """Return the lines in place; marks hang as far as the measure allows.

    Args:
        lines: Lines; empty ones are left out, but counted.
        align: One of ``style.ALIGNS``.
        measure_em: How long the block may be, in ems; infinite where it may be any.
    """
    inked = [(number, _in_visual_order(line)) for number, line in enumerate(lines) if line.items]
    sizes = [(line.stop - line.start, line.hang) for _, line in inked]
    hang = next((h for h in _HANG_STEPS if block_em(sizes, align, h) <= measure_em + 1e-6), 0.0)
    bodies = [length - hang * (a + b) for length, (a, b) in sizes]
    goal = max(bodies)
    if align == "justify" and measure_em < float("inf"):
        goal = max(measure_em - hang * (max(h[0] for _, h in sizes) + max(h[1] for _, h in sizes)), goal)
    made = []
    for (number, line), body in zip(inked, bodies, strict=True):
        lead = {"center": (goal - body) / 2, "right": goal - body}.get(align, 0.0)
        start = lead - hang * line.hang[0] - line.start
        items = [moved(item, start) for item in line.items]
        if align == "justify" and not line.ends:
            items = _stretched(items, goal - body)
        made.append(Row(items, number))
    return made


def _stretched(items: list[Item], slack: float) -> list[Item]:
    """Return a line made longer by ``slack`` ems; as it is, where that would leave gaping holes."""
    gaps = [_gap(left, right) for left, right in pairwise(items)]
    words, letters = gaps.count("word"), gaps.count("letter")
    first = min(slack / words, _FIRST_WORD_GAP) if words else 0.0
    parts = letters + words * (_WORD_TO_LETTER if letters else 1)
    letter = (slack - first * words) / parts if parts else float("inf")
    if letter > (_MOST_LETTER_GAP if letters else _MOST_LETTER_GAP * _WORD_TO_LETTER):
        return items
    added = {"": 0.0, "letter": letter, "word": first + letter * (_WORD_TO_LETTER if letters else 1)}
    shift, made = 0.0, items[:1]
    for item, gap in zip(items[1:], gaps, strict=True):
        shift += added[gap]
        made.append(moved(item, shift))
    return made


def _gap(left: Item, right: Item) -> str:
    """Return ``word`` or ``letter``, or nothing between the letters of a Latin word, a figure, and one cell."""
    if right.cluster.index > left.cluster.stop:
        return "word"
    if right.tied or (left.cluster.text.isascii() and right.cluster.text.isascii()):
        return ""
    return "letter"


def _in_visual_order(line: Line) -> Line:
    """Return the line with right-to-left words in the order in which they are seen."""
    strong = [_direction(item.cluster.text) for item in line.items]
    if "R" not in strong:
        return line
    first, last = strong.index("R"), len(strong) - 1 - strong[::-1].index("R")
    if "L" in strong[first:last]:
        return line
    run = line.items[first : last + 1]
    left, right = min(item.start for item in run), max(item.stop for item in run)
    words: list[list[Item]] = []
    for item, direction in zip(run, strong[first:], strict=False):
        if words and direction == "" and words[-1][-1].cluster.stop == item.cluster.index:
            words[-1].append(item)
        else:
            words.append([item])
    turned = [moved(item, left + right - word[0].start - word[-1].stop) for word in reversed(words) for item in word]
    return Line((*line.items[:first], *turned, *line.items[last + 1 :]), line.ends)


def _direction(text: str) -> str:
    kinds = {unicodedata.bidirectional(char) for char in text}
    return "R" if kinds & {"R", "AL"} else "L" if "L" in kinds else ""
