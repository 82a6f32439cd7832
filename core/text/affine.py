"""Affine maps of the plane, y down: where a glyph's em space lies on a page, and a page on a canvas."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Affine(NamedTuple):
    """The map x' = xx·x + xy·y + dx, y' = yx·x + yy·y + dy; as it stands, the identity."""

    xx: float = 1.0
    yx: float = 0.0
    xy: float = 0.0
    yy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def shift(cls, x: float, y: float) -> Affine:
        """Return the map that moves by ``x`` to the right and ``y`` down."""
        return cls(dx=x, dy=y)

    @classmethod
    def scale(cls, x: float, y: float | None = None) -> Affine:
        """Return the map that enlarges ``x`` times across and ``y`` times (else as much) down."""
        return cls(x, 0.0, 0.0, x if y is None else y)

    @classmethod
    def turn(cls, deg: float) -> Affine:
        """Return the map that turns clockwise about the origin."""
        c, s = math.cos(math.radians(deg)), math.sin(math.radians(deg))
        return cls(c, s, -s, c)

    @classmethod
    def skew(cls, deg: float) -> Affine:
        """Return the map that leans what stands upright to the right, as an italic leans."""
        return cls(xy=-math.tan(math.radians(deg)))

    def __matmul__(self, first: Affine) -> Affine:
        """Return the map that does ``first``, then this one."""
        a, b, c, d, x, y = self
        p, q, r, s, u, v = first
        return Affine(a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * u + c * v + x, b * u + d * v + y)

    def moved(self, x: float, y: float) -> Affine:
        """Return this map, then a move by ``x`` to the right and ``y`` down."""
        return Affine(self.xx, self.yx, self.xy, self.yy, self.dx + x, self.dy + y)

    def scaled(self, k: float) -> Affine:
        """Return this map, then an enlargement about the origin."""
        return Affine(self.xx * k, self.yx * k, self.xy * k, self.yy * k, self.dx * k, self.dy * k)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        return self.xx * x + self.xy * y + self.dx, self.yx * x + self.yy * y + self.dy

    def points(self, points: Array) -> Array:
        """Return where points [N,2] go, float64 [N,2]."""
        return points @ np.array([[self.xx, self.yx], [self.xy, self.yy]]) + (self.dx, self.dy)

    def enlargement(self) -> float:
        """Return the side of the square that has the area of the unit square's image."""
        return math.sqrt(abs(self.xx * self.yy - self.xy * self.yx))
