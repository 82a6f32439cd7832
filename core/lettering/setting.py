"""Setting the words: which size, which lines, and where each glyph goes."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ..errors import FitAdError
from ..fonts import FontFace
from ..layout import Box
from . import breaking
from .glyphs import Cluster, Ink, clusters
from .style import DEFAULT_SIZE_PX, MAX_SIDE_PX, MIN_LEGIBLE_PX, LetteringStyle

log = logging.getLogger("fit_ad.lettering")

# lines no shorter than this share of the measure are asked for when only one side of the box is given
_EMS_PER_LINE = 10
# how much larger the words must come out before the lines as typed, and words that lean on each other, are broken
_PLAIN_BREAK_GAIN = (1.25, 1.15, 1.0)
_UPRIGHT_MARKS = frozenset(".,、。，．")
_PROBE = "가한글을"

Room = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Placed:
    """A cluster with its pen position (on the baseline) in px; ``turned`` ones stand 90° clockwise."""

    cluster: Cluster
    x: float
    y: float
    turned: bool = False


@dataclass(frozen=True)
class Setting:
    """Set words, in px; (0, 0) is the top left corner of the ink.

    Attributes:
        placed: The glyphs.
        lines: One ink box per line (per column where vertical).
        font_px: The em size.
        width_px: Ink width.
        height_px: Ink height.
    """

    placed: tuple[Placed, ...]
    lines: tuple[Box, ...]
    font_px: float
    width_px: float
    height_px: float


@dataclass(frozen=True)
class _Item:
    """A cluster along its paragraph in ems: pen position, ends of the ink, place across the line."""

    cluster: Cluster
    pen: float
    start: float
    stop: float
    cross: tuple[float, float]
    turned: bool = False
    shift: float = 0.0


@dataclass(frozen=True)
class _Paragraph:
    items: tuple[_Item, ...]
    units: tuple[breaking.Unit, ...]
    lefts: tuple[float, ...]
    rights: tuple[float, ...]

    def greedy(self, limit: float) -> list[int] | None:
        return breaking.greedy(self.rights, self.lefts, limit) if self.units else [0]


_Line = list[_Item]


def set_text(text: str, face: FontFace, style: LetteringStyle, faces: Sequence[FontFace] | None, room: Room) -> Setting:
    """Return the words set in ``style``; ``text`` is clean.

    Args:
        room: What the effects need around the ink along and across the lines, in px, for an em size in px.

    Raises:
        FitAdError: The box is too small for legible words, or the words make too large a picture.
    """
    free, any_break = (_paragraphs(text, face, style, faces, avoid) for avoid in (True, False))
    variants = [free, any_break]
    if "\n" in text.strip():
        variants.insert(0, [_unbroken(p) for p in free])
    if not any(p.items for p in variants[0]):
        return Setting((), (), float(style.size_px or DEFAULT_SIZE_PX), 0.0, 0.0)
    size, paragraphs = _best_size(variants, style, room)
    _check_size(size, text, style)
    measure_em = _measure_em(style, size, room)
    lines = _lines(paragraphs, measure_em)
    across = style.width_px if style.vertical else style.height_px
    if across and _extent_em([line for line, _ in lines], style) * size + room(size)[1] > across:
        lines = _lines(paragraphs, measure_em, even=False)  # evening out put a taller glyph into an outer line
    setting = _place(lines, size, style, measure_em)
    _check_extent(setting)
    return setting


def _measure_em(style: LetteringStyle, size: float, room: Room) -> float:
    """Return how long a line may be, in ems; infinite where the box is open in that direction."""
    along = style.height_px if style.vertical else style.width_px
    return (along - room(size)[0]) / size if along else float("inf")


def _best_size(variants: list[list[_Paragraph]], style: LetteringStyle, room: Room) -> tuple[float, list[_Paragraph]]:
    """Return the size and the paragraphs to set: those of fewer break places, unless others are clearly larger."""
    sizes = [_largest(paragraphs, style, room) for paragraphs in variants]
    best = max(sizes)
    gains = _PLAIN_BREAK_GAIN[-len(sizes) :]
    choice = next(i for i, size in enumerate(sizes) if size * gains[i] >= best)
    return sizes[choice], variants[choice]


def _largest(paragraphs: list[_Paragraph], style: LetteringStyle, room: Room) -> float:
    """Return the largest size, up to the one asked for, at which the words fit the box."""
    along, across = (style.height_px, style.width_px) if style.vertical else (style.width_px, style.height_px)
    if not along and not across:
        return float(style.size_px or DEFAULT_SIZE_PX)
    high = float(style.size_px or min(2048, 4 * max(along, across)))
    if along and not across and not style.size_px:
        return _largest_open(paragraphs, style, room, high)

    def fits(size: float) -> bool:
        lines = _filled(paragraphs, _measure_em(style, size, room))
        return lines is not None and (not across or _extent_em(lines, style) * size + room(size)[1] <= across)

    return _bisect(fits, high)


def _largest_open(paragraphs: list[_Paragraph], style: LetteringStyle, room: Room, high: float) -> float:
    """Return the size for a box that is open across: as few lines as keep the letters large enough."""
    along = style.height_px if style.vertical else style.width_px
    most = sum(max(len(p.units), 1) for p in paragraphs)
    size = 0.0
    for count in range(len(paragraphs), min(most, len(paragraphs) + 40) + 1):

        def fits(size: float, count: int = count) -> bool:
            lines = _filled(paragraphs, _measure_em(style, size, room))
            return lines is not None and len(lines) <= count

        size = _bisect(fits, high)
        if size >= along / _EMS_PER_LINE:
            break
    return size


def _bisect(fits: Callable[[float], bool], high: float) -> float:
    if fits(high):
        return high
    low = 0.0
    while high - low > max(0.02, high / 2000):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _filled(paragraphs: list[_Paragraph], limit: float) -> list[_Line] | None:
    lines: list[_Line] = []
    for paragraph in paragraphs:
        starts = paragraph.greedy(limit)
        if starts is None:
            return None
        lines.extend(_cut(paragraph, starts))
    return lines


def _lines(paragraphs: list[_Paragraph], limit: float, even: bool = True) -> list[tuple[_Line, bool]]:
    """Return the lines, evened out or just filled, each with whether it ends its paragraph."""
    lines: list[tuple[_Line, bool]] = []
    for p in paragraphs:
        first = p.greedy(limit)
        if even and p.units and first:
            first = breaking.balanced(p.rights, p.lefts, [unit.cost for unit in p.units], limit, len(first))
        cut = _cut(p, first or [0])
        lines.extend((line, number == len(cut) - 1) for number, line in enumerate(cut))
    return lines


def _unbroken(paragraph: _Paragraph) -> _Paragraph:
    """Return the paragraph as one unit: the line as it was typed."""
    if not paragraph.units:
        return paragraph
    whole = breaking.Unit(paragraph.units[0].start, paragraph.units[-1].stop)
    return _Paragraph(paragraph.items, (whole,), (paragraph.lefts[0],), (paragraph.rights[-1],))


def _cut(paragraph: _Paragraph, starts: list[int]) -> list[_Line]:
    if not paragraph.units:
        return [[]]
    edges = [paragraph.units[i].start for i in starts]
    stops = [paragraph.units[i - 1].stop for i in starts[1:]] + [paragraph.units[-1].stop]
    places = [item.cluster.index for item in paragraph.items]
    return [
        list(paragraph.items[bisect_left(places, start) : bisect_left(places, stop)])
        for start, stop in zip(edges, stops, strict=True)
    ]


def _paragraphs(
    text: str, face: FontFace, style: LetteringStyle, faces: Sequence[FontFace] | None, avoid: bool
) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    all_clusters = clusters(text.replace("\n", " "), face, faces)
    by_index = {cluster.index: cluster for cluster in all_clusters}
    offset = 0
    for raw in text.split("\n"):
        own = [by_index[i] for i in range(offset, offset + len(raw)) if i in by_index]
        found.append(_paragraph(raw, own, offset, face, style, avoid))
        offset += len(raw) + 1
    while found and not found[-1].items:
        found.pop()
    while found and not found[0].items:
        found.pop(0)
    return found


def _paragraph(
    raw: str, own: list[Cluster], offset: int, face: FontFace, style: LetteringStyle, avoid: bool
) -> _Paragraph:
    items = _vertical_items(own, face, style) if style.vertical else _horizontal_items(own, style)
    inked = {item.cluster.index: item for item in items}
    units, lefts, rights = [], [], []
    for unit in breaking.units(raw, avoid):
        inside = [inked[i] for i in range(unit.start + offset, unit.stop + offset) if i in inked]
        if inside:
            units.append(breaking.Unit(unit.start + offset, unit.stop + offset, unit.cost))
            lefts.append(min(item.start for item in inside))
            rights.append(max(item.stop for item in inside))
    return _Paragraph(tuple(items), tuple(units), tuple(lefts), tuple(rights))


def _horizontal_items(own: list[Cluster], style: LetteringStyle) -> list[_Item]:
    items: list[_Item] = []
    pen = 0.0
    for cluster in own:
        if cluster.ink:
            ink = cluster.ink
            items.append(_Item(cluster, pen, pen + ink.left, pen + ink.right, (ink.top, ink.bottom)))
        pen += cluster.advance + style.letter_spacing_em
    return items


def _vertical_items(own: list[Cluster], face: FontFace, style: LetteringStyle) -> list[_Item]:
    """Return the clusters down a column: Hangul and Han upright in equal cells, the rest turned clockwise."""
    top, bottom = _hangul_extent(face)
    cell = (bottom - top) * 1.06
    items: list[_Item] = []
    pen = 0.0
    for number, cluster in enumerate(own):
        ink = cluster.ink
        if ink is None:
            pen += cluster.advance + style.letter_spacing_em
        elif _upright(own, number):
            item, step = _upright_item(cluster, ink, pen, cell, (top, bottom))
            items.append(item)
            pen += step + style.letter_spacing_em
        else:
            middle = -(top + bottom) / 2
            items.append(
                _Item(
                    cluster,
                    pen,
                    pen + ink.left,
                    pen + ink.right,
                    (-ink.bottom - middle, -ink.top - middle),
                    True,
                    -middle,
                )
            )
            pen += cluster.advance + style.letter_spacing_em
    return items


def _upright_item(
    cluster: Cluster, ink: Ink, pen: float, cell: float, extent: tuple[float, float]
) -> tuple[_Item, float]:
    if cluster.text in _UPRIGHT_MARKS:  # hangs at the top right of its cell
        down = pen - ink.top
        shift = cell / 2 - ink.right
        cross = (ink.left + shift, ink.right + shift)
        return _Item(cluster, down, pen, pen + ink.bottom - ink.top, cross, False, shift), cell / 2
    down = pen + cell / 2 - (extent[0] + extent[1]) / 2
    shift = -cluster.advance / 2
    cross = (ink.left + shift, ink.right + shift)
    return _Item(cluster, down, down + ink.top, down + ink.bottom, cross, False, shift), cell


def _upright(own: list[Cluster], number: int) -> bool:
    cluster = own[number]
    char = cluster.text[0]
    if char in _UPRIGHT_MARKS:  # in 9,900 or 3.5 it turns with the digits
        return not (number and own[number - 1].text and not _upright(own, number - 1))
    return cluster.colour or char in "!?★☆♥♡" or (ord(char) >= 0x1100 and not _is_bracket(char))


def _is_bracket(char: str) -> bool:
    return char in "‘’“”‹›《》〈〉「」『』【】〔〕（）［］｛｝…—–―～〜"


@lru_cache(maxsize=64)
def _hangul_extent(face: FontFace) -> tuple[float, float]:
    inks = [cluster.ink for cluster in clusters(_PROBE, face) if cluster.ink]
    return min(ink.top for ink in inks), max(ink.bottom for ink in inks)


def _extent_em(lines: list[_Line], style: LetteringStyle) -> float:
    """Return how far the lines reach across (the block's height, where horizontal), in ems."""
    pitch = style.line_spacing
    tops = [i * pitch + min(item.cross[0] for item in line) for i, line in enumerate(lines) if line]
    bottoms = [i * pitch + max(item.cross[1] for item in line) for i, line in enumerate(lines) if line]
    return max(bottoms) - min(tops)


def _place(lines: list[tuple[_Line, bool]], size: float, style: LetteringStyle, measure_em: float) -> Setting:
    longest = max(_length(line) for line, _ in lines)
    goal = measure_em if style.align == "justify" and measure_em < float("inf") else longest
    placed: list[Placed] = []
    boxes: list[Box] = []
    for number, (line, ends) in enumerate(lines):
        if not line:
            continue
        row = _aligned(line, goal, style.align, ends)
        along = (row[0][1], max(start + item.stop - item.start for item, start in row))
        cross = (min(item.cross[0] for item in line), max(item.cross[1] for item in line))
        placed.extend(_pen(item, start, number, size, style) for item, start in row)
        boxes.append(_line_box(along, cross, number, size, style))
    return _to_origin(placed, boxes, size)


def _length(line: _Line) -> float:
    return max(item.stop for item in line) - min(item.start for item in line) if line else 0.0


def _aligned(line: _Line, goal: float, align: str, ends: bool) -> list[tuple[_Item, float]]:
    """Return each item with where its ink starts along the line, in ems."""
    slack = goal - _length(line)
    origin = line[0].start
    lead = {"center": slack / 2, "right": slack}.get(align, 0.0)
    gaps = [b.cluster.index - a.cluster.index > len(a.cluster.text) for a, b in pairwise(line)]
    extra = slack / sum(gaps) if align == "justify" and not ends and any(gaps) else 0.0
    shift, row = 0.0, []
    for number, item in enumerate(line):
        shift += extra if number and gaps[number - 1] else 0.0
        row.append((item, item.start - origin + lead + shift))
    return row


def _pen(item: _Item, start: float, number: int, size: float, style: LetteringStyle) -> Placed:
    along = start + item.pen - item.start
    if style.vertical:
        return Placed(item.cluster, (item.shift - number * style.line_spacing) * size, along * size, item.turned)
    return Placed(item.cluster, along * size, number * style.line_spacing * size)


def _line_box(
    along: tuple[float, float], cross: tuple[float, float], number: int, size: float, style: LetteringStyle
) -> Box:
    pitch = number * style.line_spacing
    a, b = along[0] * size, (along[1] - along[0]) * size
    depth = (cross[1] - cross[0]) * size
    if style.vertical:
        return Box((cross[0] - pitch) * size, a, depth, b)
    return Box(a, (cross[0] + pitch) * size, b, depth)


def _to_origin(placed: list[Placed], boxes: list[Box], size: float) -> Setting:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Setting(
        tuple(Placed(p.cluster, p.x - left, p.y - top, p.turned) for p in placed),
        tuple(Box(box.x - left, box.y - top, box.width, box.height) for box in boxes),
        size,
        right - left,
        bottom - top,
    )


def _check_size(size: float, text: str, style: LetteringStyle) -> None:
    if size < MIN_LEGIBLE_PX and not 0 < style.size_px < MIN_LEGIBLE_PX:
        box = f"{style.width_px or 'any'} × {style.height_px or 'any'} px"
        raise FitAdError(
            f"{len(text):,} characters do not fit a box of {box}",
            why=f"The letters would be {size:.1f} px high, and under {MIN_LEGIBLE_PX} px nobody can read them",
            fix="Shorten the text, or make the box larger",
        )
    if style.size_px and size < style.size_px - 0.5:
        log.info("size %d px does not fit the box; the words are set at %.1f px", style.size_px, size)


def _check_extent(setting: Setting) -> None:
    if max(setting.width_px, setting.height_px) > MAX_SIDE_PX:
        raise FitAdError(
            f"The words would make a picture of {setting.width_px:,.0f} × {setting.height_px:,.0f} px",
            why=f"The limit is {MAX_SIDE_PX:,} px a side",
            fix="Set width and height, so that the words are broken into lines, or a smaller size",
        )
