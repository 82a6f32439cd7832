"""Setting the words: which size, which lines, and where each glyph goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..errors import FitAdError
from ..raster.box import Box
from ..text.fonts import FontFace
from .alignment import Row, block_em, rows
from .glyphs import Cluster
from .paragraphs import Item, Line, Paragraph, grouped, paragraphs, unbroken
from .style import DEFAULT_SIZE_PX, MAX_SIDE_PX, MIN_LEGIBLE_PX, LetteringStyle

log = logging.getLogger("fit_ad.lettering")

# lines no shorter than this share of the measure are asked for when only one side of the box is given
_EMS_PER_LINE = 10
# how much larger the words must come out before the lines as typed are broken, then words that lean on each other,
# then words inside
_TYPED_GAIN, _LEANING_GAIN, _INSIDE_GAIN = 1.25, 1.3, 1.8
# even lines are worth this much of the size; sizes down to a fifth less are tried in steps
_EVENNESS_WORTH = 0.45
_SIZE_STEPS = tuple(1 - 0.01 * step for step in range(21))
_MOST_UNITS_TO_WEIGH = 40

Room = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Placed:
    """A cluster with its pen position in px.

    Attributes:
        cluster: What is drawn.
        x: Of the pen.
        y: Of the pen, on the baseline but for accents and emoji.
        turned: Whether it stands 90° clockwise.
        raised_em: How far an accent or an emoji is raised over the baseline of its line, in ems.
    """

    cluster: Cluster
    x: float
    y: float
    turned: bool = False
    raised_em: float = 0.0

    def baseline(self, font_px: float) -> float:
        """Return where the baseline of its line is, to a thousandth of a px: the same for all glyphs of a line."""
        return round(self.y + self.raised_em * font_px, 3)


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


class _Breaks(NamedTuple):
    """The first unit of each line of each paragraph, and how ugly the lines are."""

    starts: list[list[int]]
    ugliness: float


def set_text(text: str, face: FontFace, style: LetteringStyle, faces: Sequence[FontFace] | None, room: Room) -> Setting:
    """Return the words set in ``style``; ``text`` is clean.

    Args:
        room: What the effects need around the ink along and across the lines, in px, for an em size in px.

    Raises:
        FitAdError: The box is too small for legible words, or the words make too large a picture.
    """
    source = paragraphs(text, face, style, faces)
    if not source:
        return Setting((), (), float(style.size_px or DEFAULT_SIZE_PX), 0.0, 0.0)
    fit = _Fit(style, room)
    size, chosen = _best_variant(source, fit)
    _check_size(size, text, style)
    size, breaks = _best_lines(chosen, fit, size)
    lines = [line for p, starts in zip(chosen, breaks.starts, strict=True) for line in p.cut(starts)]
    setting = _place(rows(lines, fit.align, fit.measure_em(size)), size, style)
    _check_extent(setting)
    return setting


class _Fit:
    """What fits the box of a style."""

    def __init__(self, style: LetteringStyle, room: Room) -> None:
        sides = style.width_px, style.height_px
        self.along, self.across = sides[::-1] if style.vertical else sides
        self.style = style
        self.align = style.align
        self.room = room

    def measure_em(self, size: float) -> float:
        """Return how long a line may be, in ems; infinite where the box is open in that direction."""
        return (self.along - self.room(size)[0]) / size if self.along else float("inf")

    def filled(self, chosen: Sequence[Paragraph], size: float) -> list[list[int]] | None:
        """Return the lines filled in turn; None where a unit is too wide."""
        limit = self.measure_em(size)
        starts = [p.greedy(limit) for p in chosen]
        return None if any(s is None for s in starts) else [s for s in starts if s is not None]

    def holds(self, chosen: Sequence[Paragraph], starts: Sequence[list[int]], size: float) -> bool:
        """Return whether the box holds these lines; marks may hang only where the size is free."""
        if self.along:
            hang = 0.0 if self.style.size_px else 1.0
            if block_em(_sizes(chosen, starts), self.align, hang) > self.measure_em(size) + 1e-9:
                return False
        if not self.across:
            return True
        return _extent_em(chosen, starts, self.style.line_spacing) * size + self.room(size)[1] <= self.across

    def fits(self, chosen: Sequence[Paragraph], size: float, most_lines: int = 0) -> bool:
        """Return whether the paragraphs fit the box at a size, in no more than so many lines."""
        starts = self.filled(chosen, size)
        if starts is None or (most_lines and sum(map(len, starts)) > most_lines):
            return False
        return self.holds(chosen, starts, size)


def _best_variant(source: list[tuple[str, int, list[Item]]], fit: _Fit) -> tuple[float, list[Paragraph]]:
    """Return the size and the paragraphs to set: those of fewer break places, unless others are clearly larger."""
    hanging = not fit.style.vertical
    best = 0.0, [grouped(*p, avoid=True, inside=False, hanging=hanging) for p in source]
    best = _largest(best[1], fit), best[1]
    if len(source) > 1:
        typed = [unbroken(*p, hanging=hanging) for p in source]
        size = _largest(typed, fit)
        if best[0] < size * _TYPED_GAIN:
            best = size, typed
    for avoid, inside, gain in ((False, False, _LEANING_GAIN), (False, True, _INSIDE_GAIN)):
        rival = [grouped(*p, avoid=avoid, inside=inside, hanging=hanging) for p in source]
        size = _largest(rival, fit)
        if size >= best[0] * gain or (size > best[0] and best[0] < MIN_LEGIBLE_PX):
            best = size, rival
    return best


def _largest(chosen: list[Paragraph], fit: _Fit) -> float:
    """Return the largest size, up to the one asked for, at which the words fit the box."""
    style = fit.style
    if not fit.along and not fit.across:
        return float(style.size_px or DEFAULT_SIZE_PX)
    high = float(style.size_px or min(2048, 4 * max(fit.along, fit.across)))
    if fit.along and not fit.across and not style.size_px:
        return _largest_open(chosen, fit, high)
    return _bisect(lambda size: fit.fits(chosen, size), high)


def _largest_open(chosen: list[Paragraph], fit: _Fit, high: float) -> float:
    """Return the size for a box that is open across: as few lines as keep the letters large enough."""
    most = sum(max(len(p.units), 1) for p in chosen)
    size = 0.0
    for count in range(len(chosen), min(most, len(chosen) + 40) + 1):
        size = _bisect(lambda size, count=count: fit.fits(chosen, size, count), high)  # type: ignore[misc]
        if size >= fit.along / _EMS_PER_LINE:
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


def _best_lines(chosen: list[Paragraph], fit: _Fit, largest: float) -> tuple[float, _Breaks]:
    """Return the size and the lines: the largest type, or a little less where that makes much better lines."""
    filled = fit.filled(chosen, largest) or [[0] for _ in chosen]
    units = sum(len(p.units) for p in chosen)
    free = not fit.style.size_px and bool(fit.along) and units <= _MOST_UNITS_TO_WEIGH
    best = 0.0, largest, _Breaks(filled, 0.0)
    for step in _SIZE_STEPS if free else _SIZE_STEPS[:1]:
        if not step * largest > best[0] or step * largest < MIN_LEGIBLE_PX:
            break
        for more in (0, 1) if free and fit.across else (0,):
            breaks = _balanced(chosen, fit, step * largest, more)
            if breaks is None:
                continue
            worth = step * largest * (1 - _EVENNESS_WORTH * min(breaks.ugliness, 1.0)) - 0.001 * more
            best = max(best, (worth, step * largest, breaks), key=lambda found: found[0])
    return best[1], best[2]


def _balanced(chosen: list[Paragraph], fit: _Fit, size: float, more: int) -> _Breaks | None:
    """Return the evened lines at a size; None where the box does not hold them."""
    filled = fit.filled(chosen, size)
    if filled is None:
        return None
    longest = max(range(len(chosen)), key=lambda i: len(filled[i]))
    limit = fit.measure_em(size)
    wanted = [len(starts) + (more if i == longest else 0) for i, starts in enumerate(filled)]
    full = fit.align == "justify"
    found = [p.balanced(limit, lines, full) for p, lines in zip(chosen, wanted, strict=True)]
    starts = [own for own, _ in found]
    total = sum(map(len, starts))
    return _Breaks(starts, 2 * sum(cost for _, cost in found) / total) if fit.holds(chosen, starts, size) else None


def _sizes(chosen: Sequence[Paragraph], starts: Sequence[list[int]]) -> list[tuple[float, tuple[float, float]]]:
    """Return the length and the hang of each line that has ink."""
    return [
        (p.rights[b - 1] - p.lefts[a], (p.hangs[a][0], p.hangs[b - 1][1]))
        for p, own in zip(chosen, starts, strict=True)
        if p.units
        for a, b in zip(own, [*own[1:], len(p.units)], strict=True)
    ]


def _extent_em(chosen: Sequence[Paragraph], starts: Sequence[list[int]], pitch: float) -> float:
    """Return how far the lines reach across (the block's height, where horizontal), in ems."""
    top, bottom, number = float("inf"), float("-inf"), 0
    for p, own in zip(chosen, starts, strict=True):
        for a, b in zip(own, [*own[1:], len(p.units)], strict=True):
            if p.units:
                top = min(top, number * pitch + min(p.tops[a:b]))
                bottom = max(bottom, number * pitch + max(p.bottoms[a:b]))
            number += 1
    return bottom - top


def _place(placed_rows: list[Row], size: float, style: LetteringStyle) -> Setting:
    placed: list[Placed] = []
    boxes: list[Box] = []
    for row in placed_rows:
        line = Line(tuple(row.items), True)
        placed.extend(_pen(item, row.number, size, style) for item in row.items)
        boxes.append(_line_box((line.start, line.stop), line.cross, row.number, size, style))
    return _to_origin(placed, boxes, size)


def _pen(item: Item, number: int, size: float, style: LetteringStyle) -> Placed:
    if style.vertical:
        return Placed(item.cluster, (item.shift - number * style.line_spacing) * size, item.pen * size, item.turned)
    y = (item.shift + number * style.line_spacing) * size
    return Placed(item.cluster, item.pen * size, y, raised_em=-item.shift)


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
        tuple(replace(p, x=p.x - left, y=p.y - top) for p in placed),
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
