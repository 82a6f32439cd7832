"""Rectangles by their edges, in any unit, y down: around ink, lines, blocks and what lies on a canvas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .affine import Affine


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

    def scaled(self, k: float) -> Bounds:
        """Return the rectangle ``k`` times as large, the origin kept."""
        return Bounds(self.left * k, self.top * k, self.right * k, self.bottom * k)

    def moved(self, x: float, y: float) -> Bounds:
        """Return the rectangle moved."""
        return Bounds(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, x: float, y: float | None = None) -> Bounds:
        """Return the rectangle with that much more on every side."""
        y = x if y is None else y
        return Bounds(self.left - x, self.top - y, self.right + x, self.bottom + y)

    def transformed(self, affine: Affine) -> Bounds:
        """Return the rectangle around this one under an affine map."""
        left, top, right, bottom = self
        xx, yx, xy, yy, dx, dy = affine
        if not yx and not xy:
            left, right = xx * left + dx, xx * right + dx
            top, bottom = yy * top + dy, yy * bottom + dy
            return Bounds(min(left, right), min(top, bottom), max(left, right), max(top, bottom))
        corners = [affine.point(x, y) for x in (left, right) for y in (top, bottom)]
        xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
        return Bounds(min(xs), min(ys), max(xs), max(ys))

    def joined(self, other: Bounds | None) -> Bounds:
        """Return the rectangle around both."""
        return self if other is None else union((self, other))

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
        """Return whether it lies inside the other, but for ``slack``."""
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
        min(b.left for b in listed),
        min(b.top for b in listed),
        max(b.right for b in listed),
        max(b.bottom for b in listed),
    )
