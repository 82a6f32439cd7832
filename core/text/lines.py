"""Lines of shaped text: broken by meaning, evened out, aligned, every glyph in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .affine import Affine
from .alignment import AlignedLine, aligned, block_length
from .bounds import Bounds
from .font_instance import FontInstance
from .fonts import FontFace
from .outlines import GlyphOutline
from .paragraphs import BreakableParagraph, BrokenLine, breakable
from .shaping import Direction, Span, shape

_SLACK_PX = 1e-6


class PositionedGlyph(NamedTuple):
    """A glyph in its place on a page, y down.

    Attributes:
        font: Where it comes from.
        id: Its number there.
        matrix: From its em space (y down, pen at 0, 0) to px of the page.
        ink: The box around its ink, px of the page.
        coloured: Whether it comes in its own colours.
        start: Place in the text of the first character of its cluster.
        span: Which span it belongs to.
        line: Which line of its block it stands on.
        pen: Where the pen of its cluster stands on the page.
        turned: Whether it lies on its side in a column.
    """

    font: FontInstance
    id: int
    matrix: Affine
    ink: Bounds
    coloured: bool
    start: int
    span: int
    line: int
    pen: tuple[float, float]
    turned: bool = False

    def transformed(self, affine: Affine) -> PositionedGlyph:
        """Return the glyph under an affine map of the page."""
        matrix = affine @ self.matrix
        own = self.font.ink(self.id)
        ink = own.transformed(matrix) if own else self.ink.transformed(affine)
        return self._replace(matrix=matrix, ink=ink, pen=affine.point(*self.pen))

    def outline(self) -> GlyphOutline:
        """Return its contours on the page; empty for a bitmap."""
        return self.font.outline(self.id).transformed(self.matrix)


class TextLine(NamedTuple):
    """A line of a block; in a column, along is down.

    Attributes:
        start: Place in the text of its first character.
        stop: Place after its last.
        baseline: Where its baseline (the axis of a column) is on the page.
        left: Where it starts along the line, without marks that hang out.
        right: Where it ends.
        ink: The box around its ink.
    """

    start: int
    stop: int
    baseline: float
    left: float
    right: float
    ink: Bounds

    def transformed(self, scale: float, x: float, y: float, vertical: bool) -> TextLine:
        """Return the line enlarged, then moved."""
        along, across = (y, x) if vertical else (x, y)
        return TextLine(
            self.start,
            self.stop,
            self.baseline * scale + across,
            self.left * scale + along,
            self.right * scale + along,
            self.ink.scaled(scale).moved(x, y),
        )


class TextBlock(NamedTuple):
    """Set text, in px. As it is made, x = 0 is its left edge (marks may hang out) and y = 0 the first baseline.

    Columns run from right to left: x = 0 is the axis of the first, y = 0 their upper edge.

    Attributes:
        glyphs: What is drawn, line by line.
        lines: Its lines, those without ink left out.
        ink: The box around all ink; all 0 where there is none.
        ugliness: How uneven the lines and how bad their breaks are, 0 = not at all.
        vertical: Whether the lines are columns.
    """

    glyphs: tuple[PositionedGlyph, ...]
    lines: tuple[TextLine, ...]
    ink: Bounds
    ugliness: float = 0.0
    vertical: bool = False

    def scaled(self, k: float) -> TextBlock:
        """Return the block ``k`` times as large, the origin kept."""
        return self._transformed(k, 0.0, 0.0)

    def moved(self, x: float, y: float) -> TextBlock:
        """Return the block moved."""
        return self._transformed(1.0, x, y)

    def _transformed(self, k: float, x: float, y: float) -> TextBlock:
        affine = Affine(k, 0.0, 0.0, k, x, y)
        return TextBlock(
            tuple(
                glyph._replace(
                    matrix=glyph.matrix.scaled(k).moved(x, y),
                    ink=glyph.ink.scaled(k).moved(x, y),
                    pen=affine.point(*glyph.pen),
                )
                for glyph in self.glyphs
            ),
            tuple(line.transformed(k, x, y, self.vertical) for line in self.lines),
            self.ink.scaled(k).moved(x, y),
            self.ugliness,
            self.vertical,
        )


class LineMetrics(NamedTuple):
    """The measures of a single line, px.

    Attributes:
        advance: From its first pen position to its last.
        ink: The box around its ink, from the first pen position on the baseline; None for blank text.
    """

    advance: float
    ink: Bounds | None


class Breaks(NamedTuple):
    """The first unit of each line of each paragraph, and how ugly the lines are."""

    starts: tuple[tuple[int, ...], ...]
    ugliness: float

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.starts))


def set_line(
    spans: Sequence[Span],
    faces: Sequence[FontFace] | None = None,
    *,
    fallback: Sequence[FontFace] = (),
    direction: Direction = "auto",
) -> TextBlock:
    """Return spans set as they are typed, without further line breaks.

    Raises:
        FitAdError: As ``shape`` does.
    """
    paragraphs = breakable(shape(spans, faces, fallback=fallback, direction=direction), as_typed=True, hanging=False)
    return block(paragraphs, Breaks(tuple((0,) for _ in paragraphs), 0.0))


def measure(
    spans: Sequence[Span], faces: Sequence[FontFace] | None = None, *, fallback: Sequence[FontFace] = ()
) -> LineMetrics:
    """Return the measures of spans on one line.

    Raises:
        FitAdError: As ``shape`` does.
    """
    pen, ink = 0.0, None
    for paragraph in shape(spans, faces, fallback=fallback).paragraphs:
        for cluster in paragraph.clusters:
            ink = cluster.ink.moved(pen, 0.0).joined(ink) if cluster.ink else ink
            pen += cluster.advance
    return LineMetrics(pen, ink)


def filled(paragraphs: Sequence[BreakableParagraph], measure_px: float) -> Breaks | None:
    """Return the lines filled in turn; None where a unit is too wide."""
    starts = [paragraph.greedy(measure_px) for paragraph in paragraphs]
    if any(own is None for own in starts):
        return None
    return Breaks(tuple(tuple(own) for own in starts if own is not None), 0.0)


def evened(
    paragraphs: Sequence[BreakableParagraph], measure_px: float, lines: int = 0, align: str = "left"
) -> Breaks | None:
    """Return lines of about one length, broken where it reads well; None where a unit is too wide.

    Args:
        paragraphs: From ``breakable``.
        measure_px: How long a line may be.
        lines: How many there shall be, if that is more than are needed: the longest paragraph takes the rest.
        align: ``justify`` fills all lines but the last.
    """
    first = filled(paragraphs, measure_px)
    if first is None:
        return None
    wanted = [len(own) for own in first.starts]
    if lines > first.line_count:
        longest = max(range(len(wanted)), key=wanted.__getitem__)
        wanted[longest] += lines - first.line_count
    found = [
        paragraph.balanced(measure_px, count, align == "justify")
        for paragraph, count in zip(paragraphs, wanted, strict=True)
    ]
    total = max(sum(len(starts) for starts, _ in found), 1)
    return Breaks(tuple(tuple(starts) for starts, _ in found), 2 * sum(cost for _, cost in found) / total)


def lengths(paragraphs: Sequence[BreakableParagraph], breaks: Breaks) -> list[tuple[float, tuple[float, float]]]:
    """Return the length and the hang of each line that has ink."""
    return [
        (p.rights[b - 1] - p.lefts[a], (p.hangs[a][0], p.hangs[b - 1][1]))
        for p, own in zip(paragraphs, breaks.starts, strict=True)
        if p.units
        for a, b in zip(own, [*own[1:], len(p.units)], strict=True)
    ]


def length(paragraphs: Sequence[BreakableParagraph], breaks: Breaks, align: str, hang: float = 1.0) -> float:
    """Return how long the block of these lines is; see ``alignment.block_length``."""
    return block_length(lengths(paragraphs, breaks), align, hang)


def extent(paragraphs: Sequence[BreakableParagraph], breaks: Breaks, line_height_em: float) -> float:
    """Return how far the ink of these lines reaches across them: the height of a block, the width of columns."""
    top, bottom, baseline, number = float("inf"), float("-inf"), 0.0, 0
    for p, own in zip(paragraphs, breaks.starts, strict=True):
        for a, b in zip(own, [*own[1:], len(p.units)], strict=True):
            if number:
                baseline += line_height_em * p.size_px(a, b)
            if p.units:
                top = min(top, baseline + min(p.tops[a:b]))
                bottom = max(bottom, baseline + max(p.bottoms[a:b]))
            number += 1
    return bottom - top


def block(
    paragraphs: Sequence[BreakableParagraph],
    breaks: Breaks,
    align: str = "left",
    measure_px: float = float("inf"),
    line_height_em: float = 1.2,
    vertical: bool = False,
) -> TextBlock:
    """Return the lines with every glyph in its place."""
    broken = [line for p, starts in zip(paragraphs, breaks.starts, strict=True) for line in p.cut(starts)]
    baselines = _baselines(broken, line_height_em)
    glyphs: list[PositionedGlyph] = []
    lines: list[TextLine] = []
    for placed in aligned(broken, align, measure_px):
        baseline = -baselines[placed.number] if vertical else baselines[placed.number]
        lines.append(_text_line(placed, baseline, vertical))
        glyphs.extend(_glyphs(placed, baseline, len(lines) - 1, vertical))
    ink = _around(line.ink for line in lines) or Bounds(0.0, 0.0, 0.0, 0.0)
    return TextBlock(tuple(glyphs), tuple(lines), ink, breaks.ugliness, vertical)


def _baselines(lines: Sequence[BrokenLine], line_height_em: float) -> list[float]:
    found: list[float] = []
    for line in lines:
        found.append(found[-1] + line_height_em * line.size_px if found else 0.0)
    return found


def _text_line(placed: AlignedLine, baseline: float, vertical: bool) -> TextLine:
    line = placed.line
    cross = line.cross[0] + baseline, line.cross[1] + baseline
    if vertical:
        ink = Bounds(cross[0], line.left, cross[1], line.right)
    else:
        ink = Bounds(line.left, cross[0], line.right, cross[1])
    return TextLine(line.start, line.stop, baseline, *placed.edges, ink)


def _glyphs(placed: AlignedLine, baseline: float, number: int, vertical: bool) -> list[PositionedGlyph]:
    found: list[PositionedGlyph] = []
    for item in placed.line.items:
        matrix = item.matrix.moved(baseline, 0.0) if vertical else item.matrix.moved(0.0, baseline)
        pen, cluster = matrix.point(0.0, 0.0), item.cluster
        plain = not item.turned and matrix.xx == 1.0
        for glyph in cluster.glyphs:
            whole = glyph.matrix.moved(matrix.dx, matrix.dy) if plain else matrix @ glyph.matrix
            ink = glyph.ink.moved(matrix.dx, matrix.dy) if plain else glyph.ink.transformed(matrix)
            found.append(
                PositionedGlyph(
                    glyph.font,
                    glyph.id,
                    whole,
                    ink,
                    glyph.coloured,
                    cluster.start,
                    cluster.span,
                    number,
                    pen,
                    item.turned,
                )
            )
    return found


def _around(boxes: Iterable[Bounds]) -> Bounds | None:
    found: Bounds | None = None
    for box in boxes:
        found = box.joined(found)
    return found
