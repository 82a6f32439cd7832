"""A rectangle in pixels."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels; origin top left, x to the right, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def slices(self, height_px: int, width_px: int) -> tuple[slice, slice]:
        """Return the row and column slices of the box, rounded and clipped to the picture."""
        top, left = max(round(self.y), 0), max(round(self.x), 0)
        return (
            slice(min(top, height_px), min(max(round(self.bottom), top), height_px)),
            slice(min(left, width_px), min(max(round(self.right), left), width_px)),
        )
