"""What is laid out before it is painted: letters, forms, drawings and pictures in blocks, in px, y down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..text.bounds import Bounds, union
from .glyphs import Affine, EmLine, PositionedGlyph
from .schema_words import EffectSpec, Plate

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
    effects: EffectSpec | None = None
    hero: bool = False
    unit: bool = False
    tone: float = 1.0
    paint: Any = None
    strike: bool = False

    @property
    def ink(self) -> Bounds:
        return self.line.ink.transformed(self.matrix)

    def glyph_boxes(self) -> list[tuple[PositionedGlyph, Bounds]]:
        """Return each glyph that has ink, with its rectangle."""
        return [(g, g.ink.transformed(self.matrix)) for g in self.line.glyphs if g.ink]

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

    @property
    def ink(self) -> Bounds:
        return self.box.transformed(self.matrix)

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
        return self.box.transformed(self.matrix)

    def mapped(self, matrix: Affine) -> Drawing:
        return replace(self, matrix=matrix @ self.matrix)


Mark = Letters | Form | Drawing


@dataclass(frozen=True)
class MarkBlock:
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

    def moved(self, x: float, y: float) -> MarkBlock:
        """Return the block elsewhere."""
        return self.mapped(Affine.shift(x, y)) if x or y else self

    def mapped(self, matrix: Affine) -> MarkBlock:
        """Return the block under an affine map."""
        k = float(np.hypot(matrix.xy, matrix.yy))
        return replace(
            self,
            marks=tuple(mark.mapped(matrix) for mark in self.marks),
            box=self.box.transformed(matrix),
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


def joined(blocks: Iterable[MarkBlock], size: float | None = None, base: float | None = None) -> MarkBlock:
    """Return blocks as one."""
    listed = list(blocks)
    return MarkBlock(
        tuple(mark for block in listed for mark in block.marks),
        union(block.box for block in listed),
        listed[0].base if base is None else base,
        max(block.size for block in listed) if size is None else size,
        sum(block.cost for block in listed),
    )
