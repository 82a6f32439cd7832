"""Paragraphs as rows of glyphs in ems, and the stretches of them that no line break enters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..text import line_breaks
from ..text.fonts import FontFace
from .glyphs import Cluster, clusters, measures
from .style import LetteringStyle

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
class Item:
    """A cluster along its paragraph in ems: pen position, ends of the ink, place across the line.

    Attributes:
        cluster: What is drawn.
        pen: Along the line.
        start: Where its ink starts along the line.
        stop: Where its ink ends along the line.
        cross: Ink across the line: (top, bottom) from the baseline; where vertical, (left, right) from the axis.
        turned: Whether it stands 90° clockwise.
        shift: Pen position across the line, from the baseline or, where vertical, from the axis.
        tied: Whether it stands in one cell with the item before.
    """

    cluster: Cluster
    pen: float
    start: float
    stop: float
    cross: tuple[float, float]
    turned: bool = False
    shift: float = 0.0
    tied: bool = False


@dataclass(frozen=True)
class Line:
    """A run of items with what of its first and last marks may hang outside, in ems.

    Attributes:
        items: In the order of the text.
        ends: Whether it ends its paragraph.
        hang: Beyond the left and the right edge.
    """

    items: tuple[Item, ...]
    ends: bool
    hang: tuple[float, float] = (0.0, 0.0)

    @property
    def start(self) -> float:
        return min(item.start for item in self.items)

    @property
    def stop(self) -> float:
        return max(item.stop for item in self.items)

    @property
    def cross(self) -> tuple[float, float]:
        return min(item.cross[0] for item in self.items), max(item.cross[1] for item in self.items)


@dataclass(frozen=True)
class Paragraph:
    """Items and the units they form; the sequences run parallel, one entry a unit, in ems.

    Attributes:
        items: All that leaves ink.
        units: What no break enters.
        spans: First item and one after the last.
        lefts: Where its ink starts along the line.
        rights: Where its ink ends.
        tops: Ink across the line, see ``Item.cross``.
        bottoms: The other end of it.
        hangs: What hangs left, and right, where a line starts and ends with the unit.
    """

    items: tuple[Item, ...]
    units: tuple[line_breaks.BreakUnit, ...]
    spans: tuple[tuple[int, int], ...]
    lefts: tuple[float, ...]
    rights: tuple[float, ...]
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    hangs: tuple[tuple[float, float], ...]

    @property
    def costs(self) -> list[float]:
        return [unit.cost for unit in self.units]

    def greedy(self, limit: float) -> list[int] | None:
        """Return the first unit of each line, filled in turn; None where a unit is too wide."""
        return line_breaks.greedy(self.rights, self.lefts, limit) if self.units else [0]

    def balanced(self, limit: float, lines: int, full: bool) -> tuple[list[int], float]:
        """Return the first unit of each line, evened out (or ``full``), and how ugly the lines are."""
        if not self.units:
            return [0], 0.0
        return line_breaks.balanced(self.rights, self.lefts, self.costs, limit, lines, full)

    def cut(self, starts: Sequence[int]) -> list[Line]:
        """Return the lines that begin with these units; an empty paragraph is one empty line."""
        if not self.units:
            return [Line((), True)]
        stops = [*starts[1:], len(self.units)]
        return [
            Line(
                self.items[self.spans[a][0] : self.spans[b - 1][1]],
                b == len(self.units),
                (self.hangs[a][0], self.hangs[b - 1][1]),
            )
            for a, b in zip(starts, stops, strict=True)
        ]


def paragraphs(
    text: str, face: FontFace, style: LetteringStyle, faces: Sequence[FontFace] | None
) -> list[tuple[str, int, list[Item]]]:
    """Return the paragraphs of cleaned text: words, place in the text, items. Blank ones at the ends are left out."""
    ligatures = style.letter_spacing_em == 0 and not style.vertical
    found: list[tuple[str, int, list[Item]]] = []
    by_index = {cluster.index: cluster for cluster in clusters(text.replace("\n", " "), face, faces, ligatures)}
    offset = 0
    for raw in text.split("\n"):
        own = [by_index[i] for i in range(offset, offset + len(raw)) if i in by_index]
        found.append((raw, offset, _items(own, face, style)))
        offset += len(raw) + 1
    while found and not found[-1][2]:
        found.pop()
    while found and not found[0][2]:
        found.pop(0)
    return found


def grouped(raw: str, offset: int, items: Sequence[Item], avoid: bool, inside: bool, hanging: bool) -> Paragraph:
    """Return a paragraph whose items form the units of ``breaking.units``."""
    units: list[line_breaks.BreakUnit] = []
    spans: list[tuple[int, int]] = []
    place = 0
    for unit in line_breaks.units(raw, avoid, inside):
        first = place
        while place < len(items) and items[place].cluster.index < unit.stop + offset:
            place += 1
        if place > first:
            units.append(line_breaks.BreakUnit(unit.start + offset, unit.stop + offset, unit.cost))
            spans.append((first, place))
    return _paragraph(items, units, spans, hanging)


def unbroken(raw: str, offset: int, items: Sequence[Item], hanging: bool) -> Paragraph:
    """Return a paragraph that is one unit: the line as it was typed."""
    if not items:
        return _paragraph(items, [], [], hanging)
    return _paragraph(items, [line_breaks.BreakUnit(offset, offset + len(raw))], [(0, len(items))], hanging)


def _paragraph(
    items: Sequence[Item], units: list[line_breaks.BreakUnit], spans: list[tuple[int, int]], hanging: bool
) -> Paragraph:
    inside = [items[a:b] for a, b in spans]
    return Paragraph(
        tuple(items),
        tuple(units),
        tuple(spans),
        tuple(min(item.start for item in own) for own in inside),
        tuple(max(item.stop for item in own) for own in inside),
        tuple(min(item.cross[0] for item in own) for own in inside),
        tuple(max(item.cross[1] for item in own) for own in inside),
        tuple((_hang_left(own), _hang_right(own)) if hanging else (0.0, 0.0) for own in inside),
    )


def _hang_left(items: Sequence[Item]) -> float:
    hang = 0.0
    for item, after in pairwise(items[: _MOST_HANGING + 1]):
        if item.cluster.text not in _HANG_LEFT:
            break
        hang += _HANG_LEFT[item.cluster.text] * max(after.start - item.start, 0.0)
    return hang


def _hang_right(items: Sequence[Item]) -> float:
    hang = 0.0
    for item, before in pairwise(items[: -_MOST_HANGING - 2 : -1]):
        if item.cluster.text not in _HANG_RIGHT:
            break
        hang += _HANG_RIGHT[item.cluster.text] * max(item.stop - before.stop, 0.0)
    return hang


def _items(own: list[Cluster], face: FontFace, style: LetteringStyle) -> list[Item]:
    if style.vertical:
        from .vertical import vertical_items

        return vertical_items(own, face, style.letter_spacing_em)
    return _horizontal_items(own, style.letter_spacing_em)


def _horizontal_items(own: list[Cluster], spacing_em: float) -> list[Item]:
    items: list[Item] = []
    pen = 0.0
    for cluster in own:
        if cluster.ink:
            ink, down = cluster.ink, -cluster.lift
            cross = ink.top + down, ink.bottom + down
            items.append(Item(cluster, pen, pen + ink.left, pen + ink.right, cross, shift=down))
            items.extend(accent_items(cluster, pen))
        if cluster.advance or cluster.ink:
            pen += cluster.advance + spacing_em
    return items


def accent_items(cluster: Cluster, pen: float) -> list[Item]:
    """Return the accent of a cluster as an item tied to it; nothing for most."""
    if cluster.accent is None:
        return []
    text, x, y = cluster.accent
    ink = measures(cluster.face).glyph(text)[1]
    if ink is None:
        return []
    mark = Cluster(text, cluster.face, 0.0, ink, cluster.index, length=cluster.length)
    cross = ink.top + y, ink.bottom + y
    return [Item(mark, pen + x, pen + x + ink.left, pen + x + ink.right, cross, shift=y, tied=True)]


def moved(item: Item, along: float) -> Item:
    """Return the item moved along its line."""
    return replace(item, pen=item.pen + along, start=item.start + along, stop=item.stop + along)
