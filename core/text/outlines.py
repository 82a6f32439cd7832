"""Outlines of glyphs as path commands: to warp, export or fill them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .affine import Affine

Array = NDArray[Any]

# how many points each command takes
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}
_MOST_PIECES = 512


@dataclass(frozen=True)
class GlyphOutline:
    """Closed contours, filled by the non-zero rule.

    Attributes:
        commands: One letter each: M move, L line, Q quadratic, C cubic curve, Z close; every contour ends with Z.
        points: float64 [N,2], y down; what the commands take in turn: 1, 1, 2, 3 and 0 points.
    """

    commands: str
    points: Array

    def transformed(self, affine: Affine) -> GlyphOutline:
        """Return the outline under an affine map."""
        return GlyphOutline(self.commands, affine.points(self.points)) if len(self.points) else self

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return left, top, right and bottom of all points, control points included; None without any."""
        if not len(self.points):
            return None
        (left, top), (right, bottom) = self.points.min(axis=0), self.points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def flattened(self, tolerance_px: float = 0.1) -> list[Array]:
        """Return the contours as polygons [N,2] no farther than ``tolerance_px`` from the curves, not closed twice."""
        return [
            contour for contour in self._contours(lambda curve: _pieces_within(curve, tolerance_px)) if len(contour)
        ]

    def warped(self, warp: Callable[[Array], Array], step_px: float = 2.0) -> GlyphOutline:
        """Return the outline with all its points moved by ``warp``, lines and curves first cut into short lines.

        Args:
            warp: Takes points [N,2] and returns as many.
            step_px: How long the pieces are at most.
        """
        contours = self._contours(lambda curve: math.ceil(_length(curve) / step_px), close=True)
        return polygons([warp(_cut(contour, step_px)) for contour in contours if len(contour)])

    def svg(self, digits: int = 2) -> str:
        """Return the outline as the ``d`` of an SVG path."""
        parts, place = [], 0
        for command in self.commands:
            count = _POINTS[command]
            numbers = " ".join(f"{v:.{digits}f}" for v in self.points[place : place + count].ravel())
            parts.append(command + numbers)
            place += count
        return "".join(parts)

    def _contours(self, pieces: Callable[[Array], int], close: bool = False) -> Iterator[Array]:
        """Yield each contour as a polygon, a curve in as many lines as ``pieces`` says."""
        current: list[Array] = []
        place = 0
        for command in self.commands:
            own = self.points[place : place + _POINTS[command]]
            place += len(own)
            if command == "Z":
                if current:
                    yield np.concatenate([*current, current[0][:1]] if close else current)
                current = []
            elif command in "ML" or not current:
                current.append(own[-1:])
            else:
                curve = np.concatenate([current[-1][-1:], own])
                current.append(_curve_points(curve, min(max(pieces(curve), 1), _MOST_PIECES)))
        if current:
            yield np.concatenate(current)


def polygons(contours: Iterable[Array]) -> GlyphOutline:
    """Return an outline of straight lines from polygons [N,2]."""
    kept = [np.asarray(contour, np.float64) for contour in contours if len(contour) > 1]
    if not kept:
        return GlyphOutline("", np.zeros((0, 2)))
    return GlyphOutline("".join("M" + "L" * (len(contour) - 1) + "Z" for contour in kept), np.concatenate(kept))


def joined(outlines: Iterable[GlyphOutline]) -> GlyphOutline:
    """Return several outlines as one."""
    kept = [outline for outline in outlines if outline.commands]
    if not kept:
        return GlyphOutline("", np.zeros((0, 2)))
    return GlyphOutline("".join(o.commands for o in kept), np.concatenate([o.points for o in kept]))


def _curve_points(curve: Array, pieces: int) -> Array:
    """Return points on a curve, its start left out.

    Args:
        curve: Start, control points and end, [3,2] or [4,2].
        pieces: How many.
    """
    t = (np.arange(1, pieces + 1) / pieces)[:, None]
    u = 1 - t
    if len(curve) == 3:
        return u * u * curve[0] + 2 * u * t * curve[1] + t * t * curve[2]
    return u**3 * curve[0] + 3 * u * u * t * curve[1] + 3 * u * t * t * curve[2] + t**3 * curve[3]


def _pieces_within(curve: Array, tolerance: float) -> int:
    """Return in how many lines a curve may be cut.

    Source: the deviation of a chord is at most 1/8 of the second difference, times 2 for a quadratic curve and 6 for
    a cubic one, over the square of the number of pieces.
    """
    bends = curve[:-2] - 2 * curve[1:-1] + curve[2:]
    degree = len(curve) - 1
    most = float(np.hypot(bends[:, 0], bends[:, 1]).max()) * degree * (degree - 1) / 8
    return math.ceil(math.sqrt(most / tolerance))


def _length(curve: Array) -> float:
    steps = np.diff(curve, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def _cut(contour: Array, step_px: float) -> Array:
    """Return the closed contour with points in between, so that no line is longer than ``step_px``."""
    steps = np.diff(contour, axis=0)
    counts = np.clip(np.ceil(np.hypot(steps[:, 0], steps[:, 1]) / step_px).astype(np.intp), 1, _MOST_PIECES)
    start = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(len(start)) - np.repeat(np.cumsum(counts) - counts, counts)) / np.repeat(counts, counts)
    return contour[start] + steps[start] * share[:, None]
