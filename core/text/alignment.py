"""Lines aligned: flush, centred or justified, with marks hanging outside the edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from .line_items import LineItem
from .paragraphs import BrokenLine

Align = Literal["left", "center", "right", "justify"]

# a justified line first stretches its word spaces by up to this, in ems; then its letters by up to that, and its word
# spaces so many times as much
_FIRST_WORD_GAP, _MOST_LETTER_GAP, _WORD_TO_LETTER = 0.35, 0.3, 3
_HANG_STEPS = (1.0, 0.75, 0.5, 0.25, 0.0)
_SLACK_PX = 1e-6


class AlignedLine(NamedTuple):
    """A line in its place along the common axis.

    Attributes:
        line: With its items moved to their places.
        number: Of the line, empty ones counted.
        edges: Where it starts and ends without what hangs, px.
    """

    line: BrokenLine
    number: int
    edges: tuple[float, float]


def block_length(lines: Sequence[tuple[float, tuple[float, float]]], align: str, hang: float = 1.0) -> float:
    """Return how long lines of ink are once aligned: marks that hang make the block longer than its lines.

    Args:
        lines: For each line the length of its ink and what hangs left and right.
        align: One of ``Align``.
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


def aligned(lines: Sequence[BrokenLine], align: str, measure: float) -> list[AlignedLine]:
    """Return the lines in place; marks hang as far as the measure allows.

    Args:
        lines: Lines; empty ones are left out, but counted.
        align: One of ``Align``.
        measure: How long the block may be; infinite where it may be any.
    """
    inked = [(number, line) for number, line in enumerate(lines) if line.items]
    if not inked:
        return []
    sizes = [(line.right - line.left, line.hang) for _, line in inked]
    hang = next((h for h in _HANG_STEPS if block_length(sizes, align, h) <= measure + _SLACK_PX), 0.0)
    bodies = [length - hang * (a + b) for length, (a, b) in sizes]
    goal = max(bodies)
    if align == "justify" and measure < float("inf"):
        goal = max(measure - hang * (max(h[0] for _, h in sizes) + max(h[1] for _, h in sizes)), goal)
    made = []
    for (number, line), body in zip(inked, bodies, strict=True):
        lead = {"center": (goal - body) / 2, "right": goal - body}.get(align, 0.0)
        start = lead - hang * line.hang[0] - line.left
        items = [item.moved(start, line.vertical) for item in line.items]
        if align == "justify" and not line.ends:
            stretched = _stretched(items, goal - body, line.size_px, line.vertical)
            body = goal if stretched is not items else body
            items = stretched
        made.append(AlignedLine(_with_items(line, items), number, (lead, lead + body)))
    return made


def _with_items(line: BrokenLine, items: Sequence[LineItem]) -> BrokenLine:
    return BrokenLine(tuple(items), line.start, line.stop, line.ends, line.hang, line.size_px, line.vertical)


def _stretched(items: list[LineItem], slack: float, em: float, vertical: bool) -> list[LineItem]:
    """Return a line made longer by ``slack``; as it is, where that would leave gaping holes."""
    gaps = [_gap(left, right) for left, right in pairwise(items)]
    words, letters = gaps.count("word"), gaps.count("letter")
    first = min(slack / words, _FIRST_WORD_GAP * em) if words else 0.0
    parts = letters + words * (_WORD_TO_LETTER if letters else 1)
    letter = (slack - first * words) / parts if parts else float("inf")
    if letter > (_MOST_LETTER_GAP if letters else _MOST_LETTER_GAP * _WORD_TO_LETTER) * em:
        return items
    added = {"": 0.0, "letter": letter, "word": first + letter * (_WORD_TO_LETTER if letters else 1)}
    shift, made = 0.0, items[:1]
    for item, gap in zip(items[1:], gaps, strict=True):
        shift += added[gap]
        made.append(item.moved(shift, vertical))
    return made


def _gap(left: LineItem, right: LineItem) -> str:
    """Return ``word`` or ``letter``, or nothing between the letters of a Latin word, a figure, and one cell."""
    a, b = left.cluster, right.cluster
    if b.start > a.stop or a.start > b.stop:
        return "word"
    if right.tied or (a.text.isascii() and b.text.isascii()) or a.level % 2 or b.level % 2:
        return ""
    return "letter"
