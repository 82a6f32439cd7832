"""What is laid out before it is painted: letters, forms, drawings and pictures in blocks, in px, y down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from .glyphs import Affine, EmLine, PositionedGlyph
from .schema_words import Effects, Plate


class Bounds(NamedTuple):
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, x: float, y: float | None = None) -> Bounds:
        """Return the rectangle with that much more on every side."""
        y = x if y is None else y
        return Bounds(self.left - x, self.top - y, self.right + x, self.bottom + y)

    def shared(self, other: Bounds) -> float:
        """Return the area in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def inside(self, other: Bounds) -> Bounds:
        """Return the rectangle whose edges, as shares of another, are these."""
        return Bounds(
            other.left + self.left * other.width,
            other.top + self.top * other.height,
            other.left + self.right * other.width,
            other.top + self.bottom * other.height,
        )

    def met(self, other: Bounds) -> Bounds:
        """Return the part in common; empty where there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Bounds(left, top, max(min(self.right, other.right), left), max(min(self.bottom, other.bottom), top))

    def within(self, other: Bounds, slack: float = 0.5) -> bool:
        """Return whether it lies inside the other, but for ``slack`` px."""
        return (
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )


def union(boxes: Iterable[Bounds]) -> Bounds:
    """Return the rectangle around all; all zero around none."""
    listed = list(boxes)
    if not listed:
        return Bounds(0, 0, 0, 0)
    return Bounds(
        min(b[0] for b in listed), min(b[1] for b in listed), max(b[2] for b in listed), max(b[3] for b in listed)
    )


def mapped_bounds(matrix: Affine, box: tuple[float, float, float, float]) -> Bounds:
    """Return the rectangle around a mapped rectangle."""
    left, top, right, bottom = box
    if matrix.xy == 0 and matrix.yx == 0:
        xs = sorted((matrix.xx * left + matrix.dx, matrix.xx * right + matrix.dx))
        ys = sorted((matrix.yy * top + matrix.dy, matrix.yy * bottom + matrix.dy))
        return Bounds(xs[0], ys[0], xs[1], ys[1])
    corners = matrix.points(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))
    low, high = corners.min(0), corners.max(0)
    return Bounds(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


_STILL = Affine()


@dataclass(frozen=True)
class Letters:
    """One line of type in one colour.

    Attributes:
        line: At 1000 px.
        matrix: From there to the canvas.
        colour: A colour role.
        source: The slot that it fills.
        effects: Of its item; the group's come on top.
        hero: Whether it is part of the ad's hero, and how much of it may be hidden.
        unit: A unit (%, 원, 할인): never hidden.
        size_px: Height of a Hangul syllable, or of a numeral where there is none.
        tone: How strong the colour is.
    """

    line: EmLine
    matrix: Affine
    colour: str
    source: str
    size_px: float
    effects: Effects | None = None
    hero: bool = False
    unit: bool = False
    tone: float = 1.0
    paint: Any = None
    strike: bool = False

    @property
    def ink(self) -> Bounds:
        return mapped_bounds(self.matrix, self.line.ink)

    def glyph_boxes(self) -> list[tuple[PositionedGlyph, Bounds]]:
        """Return each glyph that has ink, with its rectangle."""
        return [(g, mapped_bounds(self.matrix, g.ink)) for g in self.line.glyphs if g.ink]

    def mapped(self, matrix: Affine) -> Letters:
        size = self.size_px * float(np.hypot(matrix.xy, matrix.yy))
        return replace(self, matrix=matrix @ self.matrix, size_px=size)


@dataclass(frozen=True)
class Form:
    """A parametric shape under or between words; ``box`` is its untransformed rectangle."""

    shape: str
    box: Bounds
    plate: Plate
    matrix: Affine = _STILL
    source: str = ""
    params: Mapping[str, float] = field(default_factory=dict)
    pad_px: tuple[float, float] = (0.0, 0.0)

    @property
    def ink(self) -> Bounds:
        return mapped_bounds(self.matrix, self.box)

    def mapped(self, matrix: Affine) -> Form:
        return replace(self, matrix=matrix @ self.matrix)


@dataclass(frozen=True)
class Drawing:
    """An element, a logo (``*logo``) or a QR code (``*qr``) among words."""

    name: str
    box: Bounds
    matrix: Affine = _STILL
    source: str = ""
    colour: str = "auto"
    text: str = ""

    @property
    def ink(self) -> Bounds:
        return mapped_bounds(self.matrix, self.box)

    def mapped(self, matrix: Affine) -> Drawing:
        return replace(self, matrix=matrix @ self.matrix)


Mark = Letters | Form | Drawing


@dataclass(frozen=True)
class Block:
    """Marks laid out together.

    Attributes:
        marks: The lowest first.
        box: The layout's rectangle: ink at the sides, letter heights at top and bottom.
        base: The baseline of its (first) line.
        size: Height of its letters in px.
        cost: How ugly its line breaks are.
    """

    marks: tuple[Mark, ...]
    box: Bounds
    base: float
    size: float
    cost: float = 0.0

    def moved(self, x: float, y: float) -> Block:
        """Return the block elsewhere."""
        return self.mapped(Affine.shift(x, y)) if x or y else self

    def mapped(self, matrix: Affine) -> Block:
        """Return the block under an affine map."""
        k = float(np.hypot(matrix.xy, matrix.yy))
        return replace(
            self,
            marks=tuple(mark.mapped(matrix) for mark in self.marks),
            box=mapped_bounds(matrix, self.box),
            base=matrix.yy * self.base + matrix.dy,
            size=self.size * k,
        )

    @property
    def letters(self) -> tuple[Letters, ...]:
        """Return the lines of type."""
        return tuple(mark for mark in self.marks if isinstance(mark, Letters))

    @property
    def ink(self) -> Bounds:
        """Return the rectangle around all marks."""
        return union(mark.ink for mark in self.marks)


def joined(blocks: Iterable[Block], size: float | None = None, base: float | None = None) -> Block:
    """Return blocks as one."""
    listed = list(blocks)
    return Block(
        tuple(mark for block in listed for mark in block.marks),
        union(block.box for block in listed),
        listed[0].base if base is None else base,
        max(block.size for block in listed) if size is None else size,
        sum(block.cost for block in listed),
    )
