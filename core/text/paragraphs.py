"""Shaped paragraphs along a line, and the stretches of them that no line break enters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import bidi, line_breaks
from .fonts import FontFace
from .line_items import LineItem, row_items
from .shaping import Cluster, ShapedParagraph, ShapedText
from .vertical import column_items

# how much of a mark stands outside the line's edge, so that the letters line up to the eye
_HANG_LEFT = dict.fromkeys("“‘\"'‟‛«‹", 0.8) | dict.fromkeys("「『《〈【〔([（［", 0.4)
_HANG_RIGHT = (
    dict.fromkeys("”’\"'»›", 0.8)
    | dict.fromkeys(".,、。，．", 0.8)
    | dict.fromkeys("-–—~", 0.5)
    | dict.fromkeys("」』》〉】〕)]）］…", 0.4)
    | dict.fromkeys("!?:;！？", 0.3)
)
_MOST_HANGING = 3


@dataclass(frozen=True)
class BrokenLine:
    """What stands on one line.

    Attributes:
        items: From left to right, or down.
        start: Place of its first character in the whole text.
        stop: Place after its last.
        ends: Whether it ends its paragraph.
        hang: What of its first and last marks may hang out on the left and on the right, px.
        size_px: Em size of its largest letters.
        vertical: Whether it is a column.
    """

    items: tuple[LineItem, ...]
    start: int
    stop: int
    ends: bool
    hang: tuple[float, float]
    size_px: float
    vertical: bool = False

    @property
    def left(self) -> float:
        """Where its ink starts."""
        return min(item.start for item in self.items)

    @property
    def right(self) -> float:
        """Where its ink ends."""
        return max(item.stop for item in self.items)

    @property
    def cross(self) -> tuple[float, float]:
        """Its ink across the line, see ``LineItem.cross``."""
        return min(item.cross[0] for item in self.items), max(item.cross[1] for item in self.items)


@dataclass(frozen=True)
class BreakableParagraph:
    """A paragraph and its unbreakable units; the sequences run parallel, one entry a unit, in px.

    Attributes:
        shaped: The paragraph.
        vertical: Whether its lines are columns.
        faces: The font of each span.
        units: What no break enters; places in the whole text.
        spans: First item and one after the last of each unit.
        items: All that leaves ink, in the order of the text.
        lefts: Where its ink starts along an endless line.
        rights: Where its ink ends.
        tops: Ink across the line, see ``LineItem.cross``.
        bottoms: The other end of it.
        hangs: What hangs left, and right, where a line starts and ends with the unit.
        sizes: Em size of its largest letters.
        empty_size_px: Em size for a paragraph without ink.
    """

    shaped: ShapedParagraph
    vertical: bool
    faces: tuple[FontFace, ...]
    units: tuple[line_breaks.BreakUnit, ...]
    spans: tuple[tuple[int, int], ...]
    items: tuple[LineItem, ...]
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    hangs: tuple[tuple[float, float], ...]
    sizes: tuple[float, ...]
    empty_size_px: float

    @property
    def costs(self) -> list[float]:
        """How bad a break before each unit is."""
        return [unit.cost for unit in self.units]

    def greedy(self, limit: float) -> list[int] | None:
        """Return the first unit of each line, filled in turn; None where a unit is too wide."""
        return line_breaks.greedy(self.rights, self.lefts, limit) if self.units else [0]

    def balanced(self, limit: float, lines: int, full: bool) -> tuple[list[int], float]:
        """Return the first unit of each line, evened out (or ``full``), and how ugly the lines are."""
        if not self.units:
            return [0], 0.0
        return line_breaks.balanced(self.rights, self.lefts, self.costs, limit, lines, full)

    def size_px(self, first: int, stop: int) -> float:
        """Return the em size of the largest letters of some units; of an empty paragraph, that of its span."""
        sizes = self.sizes[first:stop]
        return max(sizes) if sizes else self.empty_size_px

    def cut(self, starts: Sequence[int]) -> list[BrokenLine]:
        """Return the lines that begin with these units; an empty paragraph is one empty line."""
        if not self.units:
            start, stop = self.shaped.start, self.shaped.start + len(self.shaped.text)
            return [BrokenLine((), start, stop, True, (0.0, 0.0), self.size_px(0, 0), self.vertical)]
        stops = [*starts[1:], len(self.units)]
        return [self._line(a, b) for a, b in zip(starts, stops, strict=True)]

    def _line(self, first: int, stop: int) -> BrokenLine:
        items = self.items[self.spans[first][0] : self.spans[stop - 1][1]]
        start, end = self.units[first].start, self.units[stop - 1].stop
        if any(item.cluster.level for item in items):
            items = _in_visual_order(self, start, end)
        hang = self.hangs[first][0], self.hangs[stop - 1][1]
        size = self.size_px(first, stop)
        return BrokenLine(items, start, end, stop == len(self.units), hang, size, self.vertical)


def breakable(
    text: ShapedText, *, avoid: bool = True, inside: bool = False, hanging: bool = True, as_typed: bool = False
) -> list[BreakableParagraph]:
    """Return the paragraphs of a text as units; blank ones at both ends are left out.

    Args:
        text: Shaped.
        avoid: Whether what leans on each other makes one unit.
        inside: Whether overlong words may be broken.
        hanging: Whether marks may hang out of the lines.
        as_typed: Whether each paragraph is one unit.
    """
    faces = tuple(span.face.varied(span.variations) for span in text.spans)
    found = [_breakable(text, p, faces, avoid, inside, hanging, as_typed) for p in text.paragraphs]
    while found and not found[-1].items:
        found.pop()
    while found and not found[0].items:
        found.pop(0)
    return found


def _breakable(
    text: ShapedText,
    shaped: ShapedParagraph,
    faces: tuple[FontFace, ...],
    avoid: bool,
    inside: bool,
    hanging: bool,
    as_typed: bool,
) -> BreakableParagraph:
    vertical = text.vertical
    items = line_items(shaped.clusters, vertical, faces)
    whole = [line_breaks.BreakUnit(0, len(shaped.text))]
    typed = whole if as_typed else line_breaks.units(shaped.text, avoid, inside)
    units: list[line_breaks.BreakUnit] = []
    spans: list[tuple[int, int]] = []
    place = 0
    for unit in typed:
        first = place
        while place < len(items) and items[place].cluster.start < unit.stop + shaped.start:
            place += 1
        if place > first:
            units.append(line_breaks.BreakUnit(unit.start + shaped.start, unit.stop + shaped.start, unit.cost))
            spans.append((first, place))
    own = [items[a:b] for a, b in spans]
    leftwards = any(shaped.levels.levels)
    edges = [_edges(unit_items, leftwards and not vertical) for unit_items in own]
    return BreakableParagraph(
        shaped,
        vertical,
        faces,
        tuple(units),
        tuple(spans),
        tuple(items),
        tuple(left for left, _ in edges),
        tuple(right for _, right in edges),
        tuple(min(item.cross[0] for item in unit_items) for unit_items in own),
        tuple(max(item.cross[1] for item in unit_items) for unit_items in own),
        tuple(_hang(unit_items) if hanging and not vertical and not leftwards else (0.0, 0.0) for unit_items in own),
        tuple(max(item.cluster.size_px for item in unit_items) for unit_items in own),
        _size_at(text, shaped.start),
    )


def _size_at(text: ShapedText, place: int) -> float:
    """Return the em size of the span that a place of the text lies in."""
    for span in text.spans:
        place -= len(span.text)
        if place < 0:
            return span.size_px
    return text.spans[-1].size_px if text.spans else 0.0


def line_items(clusters: Sequence[Cluster], vertical: bool, faces: Sequence[FontFace]) -> list[LineItem]:
    """Return clusters one after the other along a line; what leaves no ink only takes its room."""
    return column_items(clusters, faces) if vertical else row_items(clusters)


def _in_visual_order(paragraph: BreakableParagraph, start: int, stop: int) -> tuple[LineItem, ...]:
    shaped = paragraph.shaped
    own = [cluster for cluster in shaped.clusters if start <= cluster.start < stop]
    by_character = bidi.line_levels(shaped.text, shaped.levels, start - shaped.start, stop - shaped.start)
    order = bidi.visual_order([by_character[cluster.start - start] for cluster in own])
    return tuple(line_items([own[place] for place in order], paragraph.vertical, paragraph.faces))


def _edges(items: Sequence[LineItem], leftwards: bool) -> tuple[float, float]:
    """Return where a unit starts and ends along an endless line.

    Where letters run leftwards it is not yet known which of them will stand at the ends: then their pens count too.
    """
    left, right = min(item.start for item in items), max(item.stop for item in items)
    if leftwards:
        left = min(left, items[0].matrix.dx)
        right = max(right, items[-1].matrix.dx + items[-1].cluster.advance)
    return left, right


def _hang(items: Sequence[LineItem]) -> tuple[float, float]:
    return _hang_left(items), _hang_right(items)


def _hang_left(items: Sequence[LineItem]) -> float:
    hang = 0.0
    for item, after in pairwise(items[: _MOST_HANGING + 1]):
        if item.cluster.text not in _HANG_LEFT:
            break
        hang += _HANG_LEFT[item.cluster.text] * max(after.start - item.start, 0.0)
    return hang


def _hang_right(items: Sequence[LineItem]) -> float:
    hang = 0.0
    for item, before in pairwise(items[: -_MOST_HANGING - 2 : -1]):
        if item.cluster.text not in _HANG_RIGHT:
            break
        hang += _HANG_RIGHT[item.cluster.text] * max(item.stop - before.stop, 0.0)
    return hang
