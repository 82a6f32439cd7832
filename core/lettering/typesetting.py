"""Words typeset: which size, which lines, and where each glyph goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import FitAdError
from ..raster.box import Box
from ..text.bounds import Bounds
from ..text.fonts import FontFace
from ..text.lines import Breaks, PositionedGlyph, TextBlock, TextLine, block, evened, extent, filled, length
from ..text.paragraphs import BreakableParagraph, breakable
from ..text.shaping import ShapedText, Span, shape
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
_EMPTY = TextBlock((), (), Bounds(0.0, 0.0, 0.0, 0.0))

Room = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class TypesetText:
    """Typeset words, in px; (0, 0) is the top left corner of the ink.

    Attributes:
        block: Lines and glyphs.
        font_px: The em size.
    """

    block: TextBlock
    font_px: float

    @property
    def glyphs(self) -> tuple[PositionedGlyph, ...]:
        """What is drawn."""
        return self.block.glyphs

    @property
    def text_lines(self) -> tuple[TextLine, ...]:
        """The lines (columns where vertical) that have ink."""
        return self.block.lines

    @property
    def lines(self) -> tuple[Box, ...]:
        """One ink box per line."""
        inks = (line.ink for line in self.block.lines)
        return tuple(Box(ink.left, ink.top, ink.width, ink.height) for ink in inks)

    @property
    def width_px(self) -> float:
        """Ink width."""
        return self.block.ink.width

    @property
    def height_px(self) -> float:
        """Ink height."""
        return self.block.ink.height

    def scaled(self, k: float) -> TypesetText:
        """Return the same words, larger or smaller."""
        return TypesetText(self.block.scaled(k), self.font_px * k)


def typeset(
    text: str, face: FontFace, style: LetteringStyle, faces: Sequence[FontFace] | None, room: Room
) -> TypesetText:
    """Return the words set in ``style``.

    Args:
        text: What to write.
        face: The font.
        style: How it looks.
        faces: The fonts that may stand in; None takes bundled and system fonts.
        room: What the effects need around the ink along and across the lines, in px, for an em size in px.

    Raises:
        FitAdError: A character that no font has, a box too small for legible words, or words that make too large a
            picture.
    """
    # at an em of one px: all measures below are in ems
    shaped = shape([Span(text, face, 1.0, tracking_em=style.letter_spacing_em)], faces, vertical=style.vertical)
    if not breakable(shaped, as_typed=True):
        return TypesetText(_EMPTY, float(style.size_px or DEFAULT_SIZE_PX))
    fit = _BoxFit(style, room)
    size, chosen = _best_variant(shaped, fit)
    _check_size(size, shaped.text, style)
    size, breaks = _best_lines(chosen, fit, size)
    set_block = block(chosen, breaks, fit.align, fit.measure_em(size), style.line_spacing, style.vertical)
    set_block = set_block.moved(-set_block.ink.left, -set_block.ink.top).scaled(size)
    _check_extent(set_block.ink)
    return TypesetText(set_block, size)


class _BoxFit:
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

    def holds(self, chosen: Sequence[BreakableParagraph], breaks: Breaks, size: float) -> bool:
        """Return whether the box holds these lines; marks may hang only where the size is free."""
        if self.along:
            hang = 0.0 if self.style.size_px else 1.0
            if length(chosen, breaks, self.align, hang) > self.measure_em(size) + 1e-9:
                return False
        if not self.across:
            return True
        return extent(chosen, breaks, self.style.line_spacing) * size + self.room(size)[1] <= self.across

    def fits(self, chosen: Sequence[BreakableParagraph], size: float, most_lines: int = 0) -> bool:
        """Return whether the paragraphs fit the box at a size, in no more than so many lines."""
        breaks = filled(chosen, self.measure_em(size))
        if breaks is None or (most_lines and breaks.line_count > most_lines):
            return False
        return self.holds(chosen, breaks, size)


def _best_variant(shaped: ShapedText, fit: _BoxFit) -> tuple[float, list[BreakableParagraph]]:
    """Return the size and the paragraphs to set: those of fewer break places, unless others are clearly larger."""
    plain = breakable(shaped)
    best = _largest(plain, fit), plain
    if len(plain) > 1:
        typed = breakable(shaped, as_typed=True)
        size = _largest(typed, fit)
        if best[0] < size * _TYPED_GAIN:
            best = size, typed
    for avoid, inside, gain in ((False, False, _LEANING_GAIN), (False, True, _INSIDE_GAIN)):
        rival = breakable(shaped, avoid=avoid, inside=inside)
        size = _largest(rival, fit)
        if size >= best[0] * gain or (size > best[0] and best[0] < MIN_LEGIBLE_PX):
            best = size, rival
    return best


def _largest(chosen: list[BreakableParagraph], fit: _BoxFit) -> float:
    """Return the largest size, up to the one asked for, at which the words fit the box."""
    style = fit.style
    if not fit.along and not fit.across:
        return float(style.size_px or DEFAULT_SIZE_PX)
    high = float(style.size_px or min(2048, 4 * max(fit.along, fit.across)))
    if fit.along and not fit.across and not style.size_px:
        return _largest_open(chosen, fit, high)
    return _bisect(lambda size: fit.fits(chosen, size), high)


def _largest_open(chosen: list[BreakableParagraph], fit: _BoxFit, high: float) -> float:
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


def _best_lines(chosen: list[BreakableParagraph], fit: _BoxFit, largest: float) -> tuple[float, Breaks]:
    """Return the size and the lines: the largest type, or a little less where that makes much better lines."""
    measure = fit.measure_em(largest)
    best = 0.0, largest, filled(chosen, measure) or Breaks(tuple((0,) for _ in chosen), 0.0)
    units = sum(len(p.units) for p in chosen)
    free = not fit.style.size_px and bool(fit.along) and units <= _MOST_UNITS_TO_WEIGH
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


def _balanced(chosen: list[BreakableParagraph], fit: _BoxFit, size: float, more: int) -> Breaks | None:
    """Return the evened lines at a size; None where the box does not hold them."""
    limit = fit.measure_em(size)
    fewest = filled(chosen, limit)
    breaks = evened(chosen, limit, fewest.line_count + more, fit.align) if fewest else None
    return breaks if breaks and fit.holds(chosen, breaks, size) else None


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


def _check_extent(ink: Bounds) -> None:
    if max(ink.width, ink.height) > MAX_SIDE_PX:
        raise FitAdError(
            f"The words would make a picture of {ink.width:,.0f} × {ink.height:,.0f} px",
            why=f"The limit is {MAX_SIDE_PX:,} px per side",
            fix="Set width and height, so that the words are broken into lines, or a smaller size",
        )
