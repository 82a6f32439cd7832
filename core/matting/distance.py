"""Distances to the outline of a soft mask, finer than a pixel.

The outline of a level is where the mask, read linearly between pixel centres, passes it. A distance transform
says how far each pixel is from it and hence where its nearest piece lies; the distance to that piece, a short
stretch of tangent through a point on the outline, is then worked out exactly, but only where it is asked for.

Source: S. Gustavson, R. Strand, "Anti-aliased Euclidean distance transform", Pattern Recognition Letters 2011
(the idea to let a coarse transform find sub-pixel points).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

FAR = np.float32(1e6)

_HALF_PX = 0.5  # half a stretch of tangent; points on the outline lie at most a pixel apart
_SEARCH_PX = 2
_STAIRS_SIGMA_PX = 1.0
_KEPT = 0.04
_FLAT = np.float32(1e-6)


@dataclass(frozen=True)
class Outline:
    """The outline of one level, as its crossings of the lines between neighbouring pixel centres.

    Attributes:
        inside: bool [H,W].
        across: float32 [H,W], how far right of this pixel's centre the outline crosses, NaN where it does not.
        down: float32 [H,W], how far below it.
        rise: float32 [H,W,2], the slope (y, x) of the mask.
    """

    inside: NDArray[np.bool_]
    across: Array
    down: Array
    rise: Array


def signed_distance(
    alpha: Array, level: float, near: float = 0.0, reach: float = np.inf, evened: bool = False
) -> Array:
    """Return each pixel centre's distance in pixels to the outline, above 0 inside and below 0 outside.

    Args:
        alpha: float32 [H,W] in 0..1.
        level: The alpha at which the outline lies, above 0.
        near: The distance, on either side, around which it has to be exact to a few hundredths of a pixel.
        reach: How far around ``near``; further away the distance is right to about a pixel.
        evened: See :func:`trace`.

    Where there is no outline at all the distance is a million pixels.
    """
    outline = trace(alpha, level, evened)
    crossed = touched(outline)
    if not crossed.any():
        return np.where(outline.inside, FAR, -FAR).astype(np.float32)
    coarse = cv2.distanceTransform((~crossed).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    rows, cols = np.nonzero(np.abs(coarse - np.float32(near)) <= reach + 1)
    fine = coarse.copy()
    fine[rows, cols] = np.minimum(_to_outline(outline, coarse, rows, cols), coarse[rows, cols] + 1)
    return np.where(outline.inside, fine, -fine)


def trace(alpha: Array, level: float, evened: bool) -> Outline:
    """Return the outline of a level of the alpha; the picture's frame is no outline.

    The stairs of a steep edge are not its shape: ``evened`` smooths them, every pixel staying on its side.
    """
    inside = alpha >= np.float32(level)
    height = _evened(alpha, level, inside) if evened else alpha - np.float32(level)
    across = np.full(alpha.shape, np.nan, np.float32)
    down = np.full(alpha.shape, np.nan, np.float32)
    across[:, :-1] = _crossing(height[:, :-1], height[:, 1:], inside[:, :-1] != inside[:, 1:])
    down[:-1] = _crossing(height[:-1], height[1:], inside[:-1] != inside[1:])
    return Outline(inside, across, down, _rise(height))


def touched(outline: Outline) -> NDArray[np.bool_]:
    """Return [H,W], true for pixels with the outline between them and a neighbour."""
    right, below = ~np.isnan(outline.across), ~np.isnan(outline.down)
    crossed = right | below
    crossed[:, 1:] |= right[:, :-1]
    crossed[1:] |= below[:-1]
    return crossed


def _evened(alpha: Array, level: float, inside: NDArray[np.bool_]) -> Array:
    smooth = cv2.GaussianBlur(alpha, (0, 0), _STAIRS_SIGMA_PX, borderType=cv2.BORDER_REPLICATE) - np.float32(level)
    return np.where((smooth >= 0) == inside, smooth, (alpha - np.float32(level)) * np.float32(_KEPT))


def _crossing(one: Array, other: Array, crossed: NDArray[np.bool_]) -> Array:
    """Return where the straight line from one height to the other passes 0, as a share of the way."""
    place = np.full(one.shape, np.nan, np.float32)
    place[crossed] = one[crossed] / (one[crossed] - other[crossed])
    return place


def _rise(height: Array) -> Array:
    smooth = cv2.GaussianBlur(height, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)
    return np.dstack([cv2.Sobel(smooth, cv2.CV_32F, 0, 1), cv2.Sobel(smooth, cv2.CV_32F, 1, 0)])


def _to_outline(outline: Outline, coarse: Array, rows: Array, cols: Array) -> Array:
    """Return the distances of some pixels to the outline's pieces around the pixel nearest to each."""
    up, left = _slope(coarse, rows, cols)
    far = coarse[rows, cols]
    near_y, near_x = np.rint(rows - far * up).astype(np.intp), np.rint(cols - far * left).astype(np.intp)
    best = np.full(len(rows), FAR, np.float32)
    last_y, last_x = coarse.shape[0] - 1, coarse.shape[1] - 1
    for dy in range(-_SEARCH_PX, _SEARCH_PX + 1):
        for dx in range(-_SEARCH_PX, _SEARCH_PX + 1):
            y, x = np.clip(near_y + dy, 0, last_y), np.clip(near_x + dx, 0, last_x)
            for crossings, way in ((outline.across, (0, 1)), (outline.down, (1, 0))):
                part = crossings[y, x]
                there = np.flatnonzero(~np.isnan(part))
                place = y[there], x[there]
                away = _to_stretch(rows[there], cols[there], place, part[there], way, outline.rise)
                best[there] = np.minimum(best[there], away)
    return best


def _to_stretch(
    rows: Array, cols: Array, place: tuple[Array, Array], along: Array, way: tuple[int, int], rise: Array
) -> Array:
    """Return the distances of pixels to the stretches of tangent at crossings, ``along`` the ``way`` from a place."""
    after = place[0] + way[0], place[1] + way[1]
    normal = rise[place] * (1 - along[:, None]) + rise[after] * along[:, None]
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.where(length > _FLAT, normal / np.maximum(length, _FLAT), np.array(way, np.float32))
    down, right = rows - place[0] - way[0] * along, cols - place[1] - way[1] * along
    across = down * normal[:, 0] + right * normal[:, 1]
    beside = np.abs(down * normal[:, 1] - right * normal[:, 0])
    return np.hypot(across, np.maximum(beside - _HALF_PX, 0))


def _slope(plane: Array, rows: Array, cols: Array) -> tuple[Array, Array]:
    """Return the rise per pixel downwards and to the right; on a ridge that of its lower side."""
    padded = np.pad(plane, 1, mode="reflect", reflect_type="odd")
    here = plane[rows, cols]

    def one(before: Array, after: Array) -> Array:
        lower = np.where(before < after, here - before, after - here)
        return np.where((before < here) == (here < after), (after - before) / 2, lower)

    down = one(padded[rows, cols + 1], padded[rows + 2, cols + 1])
    right = one(padded[rows + 1, cols], padded[rows + 1, cols + 2])
    return down, right
