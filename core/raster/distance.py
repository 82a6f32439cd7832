"""Signed distances to the outline of a soft mask, finer than a pixel.

A distance transform says which pixel of the outline is nearest to each pixel; the distance to the outline in and
around that pixel is then worked out exactly, but only where it is asked for. Where the outline passes through a pixel
is read in one of two ways: as the level of a mask that is read linearly between pixel centres (``LevelOutline``), or as
the edge that covers so much of the pixel (``CoverageOutline``).

Source: S. Gustavson, R. Strand, "Anti-aliased Euclidean distance transform", Pattern Recognition Letters 2011.
"""

from __future__ import annotations

from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to
Limits = tuple[float, float]

FAR = np.float32(1e6)
EVERYWHERE: Limits = (0.0, np.inf)
NOWHERE: Limits = (np.inf, np.inf)

# half a stretch of tangent; points on the outline lie at most a pixel apart
_HALF_PX = 0.5
_SEARCH_PX = 2
_STAIRS_SIGMA_PX = 1.0
_KEPT = 0.04
_FLAT = np.float32(1e-6)
# how far beside the normal a pixel may lie, next to the edge and more with every px farther off, to be as far as the
# line is: inside for smooth slopes, outside for corners of an outline that are truly round
_BESIDE_PX, _BESIDE_IN, _BESIDE_OUT = 0.75, 0.35, 0.17
_NORMAL_BLUR_PX = 1.4
# what OpenCV's transform may be off by
_COARSE_SHARE, _COARSE_PX = 0.02, 1.0


class MaskOutline(Protocol):
    """An outline: on which side each pixel lies, which pixels it touches, and how far it is from others.

    Attributes:
        inside: [H,W].
        far: Whether it has to be exact at hundreds of pixels too, where the quick transform picks a wrong neighbour.
    """

    inside: NDArray[np.bool_]
    far: bool

    def touched(self) -> NDArray[np.bool_]:
        """Return [H,W], true for the pixels that the outline touches."""

    def distances(self, places: Array, seeds: Array, own: Array) -> Array:
        """Return how far pixels are from the outline, 0 or more, or below 0 where they lie beyond it after all.

        Args:
            places: int32 [N], the pixels, counted row by row.
            seeds: int32 [S], pixels of the outline or next to it, counted likewise.
            own: int32 [N], which of these is nearest to each pixel.
        """


def signed_distance(
    outline: MaskOutline, inside: Limits = EVERYWHERE, outside: Limits = EVERYWHERE
) -> NDArray[np.float32]:
    """Return each pixel centre's distance in pixels to the outline, above 0 inside and below 0 outside.

    Where there is no outline at all the distance is a million pixels.

    Args:
        outline: Where the edge lies.
        inside: From which distance to which it has to be exact there; elsewhere it is right to a pixel and 2 %.
        outside: The same outside.
    """
    touched = outline.touched()
    if not touched.any():
        return np.where(outline.inside, FAR, -FAR).astype(np.float32)
    distance, labels = _coarse(touched, outline.far)
    wanted = np.where(outline.inside, _between(distance, inside), _between(distance, outside))
    places = np.flatnonzero(wanted.ravel()).astype(np.int32)
    if labels is None:
        seeds, own = _down_the_slope(distance, places), np.arange(len(places), dtype=np.int32)
    else:
        seeds = np.flatnonzero(touched.ravel()).astype(np.int32)
        own = labels.ravel()[places] - 1  # OpenCV numbers the zero pixels row by row, from 1
    found = outline.distances(places, seeds, own)
    distance.ravel()[places] = np.minimum(found, distance.ravel()[places] + 1)  # in case none was found
    np.negative(distance, out=distance, where=~outline.inside)
    return distance


def _coarse(touched: NDArray[np.bool_], far: bool) -> tuple[Array, Array | None]:
    """Return the distance to the nearest touched pixel, and which it is, if the quick transform will do."""
    zeros = (~touched).view(np.uint8)
    if far:
        return cv2.distanceTransform(zeros, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), None
    return cv2.distanceTransformWithLabels(zeros, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)


def _down_the_slope(distance: Array, places: Array) -> Array:
    """Return the pixel to which the distance falls from each of some pixels."""
    rows, columns = distance.shape
    y, x = np.divmod(places, np.int32(columns))
    padded = np.pad(distance, 1, mode="reflect", reflect_type="odd")
    here = distance[y, x]

    def slope(before: Array, after: Array) -> Array:
        # on a ridge that of its lower side
        lower = np.where(before < after, here - before, after - here)
        return np.where((before < here) == (here < after), (after - before) / 2, lower)

    down = slope(padded[y, x + 1], padded[y + 2, x + 1])
    right = slope(padded[y + 1, x], padded[y + 1, x + 2])
    near_y = np.clip(np.rint(y - here * down), 0, rows - 1).astype(np.int32)
    near_x = np.clip(np.rint(x - here * right), 0, columns - 1).astype(np.int32)
    return near_y * np.int32(columns) + near_x


def _between(distance: Array, limits: Limits) -> NDArray[np.bool_]:
    low = np.float32(limits[0] * (1 - _COARSE_SHARE) - _COARSE_PX)
    return (distance >= low) & (distance <= np.float32(limits[1] * (1 + _COARSE_SHARE) + _COARSE_PX))


class LevelOutline:
    """The outline where a mask, read linearly between pixel centres, passes a level. The picture's frame is none."""

    far = True

    def __init__(self, mask: Array, level: float, evened: bool = False) -> None:
        """Read the outline.

        Args:
            mask: float32 [H,W] in 0..1.
            level: Above 0.
            evened: Whether the stairs of a steep edge, which are not its shape, are smoothed; every pixel stays on its
                side.
        """
        self.inside: NDArray[np.bool_] = mask >= np.float32(level)
        height = _evened(mask, level, self.inside) if evened else mask - np.float32(level)
        self._across = np.full(mask.shape, np.nan, np.float32)  # how far right of this centre it crosses
        self._down = np.full(mask.shape, np.nan, np.float32)
        self._across[:, :-1] = _crossing(height[:, :-1], height[:, 1:], self.inside[:, :-1] != self.inside[:, 1:])
        self._down[:-1] = _crossing(height[:-1], height[1:], self.inside[:-1] != self.inside[1:])
        smooth = cv2.GaussianBlur(height, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)
        self._rise = np.dstack([cv2.Sobel(smooth, cv2.CV_32F, 0, 1), cv2.Sobel(smooth, cv2.CV_32F, 1, 0)])

    def touched(self) -> NDArray[np.bool_]:
        right, below = ~np.isnan(self._across), ~np.isnan(self._down)
        crossed = right | below
        crossed[:, 1:] |= right[:, :-1]
        crossed[1:] |= below[:-1]
        return crossed

    def distances(self, places: Array, seeds: Array, own: Array) -> Array:
        """Return the distances to the stretches of outline around the nearest pixel of it."""
        rows, columns = self.inside.shape
        y, x = np.divmod(places, np.int32(columns))
        near_y, near_x = np.divmod(seeds[own], np.int32(columns))
        best = np.full(len(places), FAR, np.float32)
        for dy in range(-_SEARCH_PX, _SEARCH_PX + 1):
            for dx in range(-_SEARCH_PX, _SEARCH_PX + 1):
                at = np.clip(near_y + dy, 0, rows - 1), np.clip(near_x + dx, 0, columns - 1)
                for crossings, way in ((self._across, (0, 1)), (self._down, (1, 0))):
                    part = crossings[at]
                    there = np.flatnonzero(~np.isnan(part))
                    away = self._to_stretch(y[there], x[there], (at[0][there], at[1][there]), part[there], way)
                    best[there] = np.minimum(best[there], away)
        return best

    def _to_stretch(self, y: Array, x: Array, place: tuple[Array, Array], along: Array, way: tuple[int, int]) -> Array:
        """Return the distances to the stretches of tangent at crossings, ``along`` the ``way`` from a place."""
        after = place[0] + way[0], place[1] + way[1]
        normal = self._rise[place] * (1 - along[:, None]) + self._rise[after] * along[:, None]
        length = np.linalg.norm(normal, axis=1, keepdims=True)
        normal = np.where(length > _FLAT, normal / np.maximum(length, _FLAT), np.array(way, np.float32))
        down, right = y - place[0] - way[0] * along, x - place[1] - way[1] * along
        across = down * normal[:, 0] + right * normal[:, 1]
        beside = np.abs(down * normal[:, 1] - right * normal[:, 0])
        return np.hypot(across, np.maximum(beside - _HALF_PX, 0))


def _evened(mask: Array, level: float, inside: NDArray[np.bool_]) -> Array:
    smooth = cv2.GaussianBlur(mask, (0, 0), _STAIRS_SIGMA_PX, borderType=cv2.BORDER_REPLICATE) - np.float32(level)
    return np.where((smooth >= 0) == inside, smooth, (mask - np.float32(level)) * np.float32(_KEPT))


def _crossing(one: Array, other: Array, crossed: NDArray[np.bool_]) -> Array:
    """Return where the straight line from one height to the other passes 0, as a share of the way."""
    place = np.full(one.shape, np.nan, np.float32)
    place[crossed] = one[crossed] / (one[crossed] - other[crossed])
    return place


class CoverageOutline:
    """The edge of shapes of which each pixel says how much they cover of it; exact to about a tenth of a pixel."""

    far = False

    def __init__(self, cover: NDArray[np.uint8]) -> None:
        """Read the edge of a coverage [H,W] in 0..255."""
        self._cover = cover
        self.inside: NDArray[np.bool_] = cover >= 128

    def touched(self) -> NDArray[np.bool_]:
        """Return the pixels that the edge runs through, or along where it lies between two pixels."""
        cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
        least = cv2.erode(self._cover, cross, borderType=cv2.BORDER_REPLICATE)
        return (self._cover > 0) & ((self._cover < 255) | (least == 0))

    def distances(self, places: Array, seeds: Array, own: Array) -> Array:
        """Return the distances to the edge in the nearest pixel of it, taken there as a straight line.

        Only what lies beside the line's end, round a corner, is as far as its middle.
        """
        width = np.int32(self._cover.shape[1])
        seed_y, seed_x = np.divmod(seeds, width)
        normal_x, normal_y = self._normals(seed_x, seed_y)
        beyond = self._beyond(seed_x, seed_y, normal_x, normal_y)
        lines = np.stack([seed_x, seed_y, normal_x, normal_y, beyond], axis=1).astype(np.float32)[own]
        y, x = np.divmod(places, width)
        across, down = x - lines[:, 0], y - lines[:, 1]
        side = np.where(self.inside.ravel()[places], np.float32(1), np.float32(-1))
        deep = side * (across * lines[:, 2] + down * lines[:, 3])
        aside = np.abs(down * lines[:, 2] - across * lines[:, 3])
        straight = aside <= _BESIDE_PX + np.where(side > 0, _BESIDE_IN, _BESIDE_OUT) * deep
        return np.where(straight, deep, np.hypot(deep, aside)) + side * lines[:, 4]

    def _normals(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return the unit vectors into the shape, across the edge."""
        rows, columns = self._cover.shape
        soft = cv2.GaussianBlur(self._cover, (0, 0), _NORMAL_BLUR_PX)
        dx = soft[y, np.minimum(x + 1, columns - 1)].astype(np.float32) - soft[y, np.maximum(x - 1, 0)]
        dy = soft[np.minimum(y + 1, rows - 1), x].astype(np.float32) - soft[np.maximum(y - 1, 0), x]
        length = np.hypot(dx, dy)
        # in the middle of a hairline there is no telling: any way will do
        flat = length < 1
        return np.where(flat, 1, dx / np.maximum(length, 1)), np.where(flat, 0, dy / np.maximum(length, 1))

    def _beyond(self, x: Array, y: Array, normal_x: Array, normal_y: Array) -> Array:
        """Return how far outside the middle of each pixel the edge lies, by its coverage and the way that it faces."""
        share = self._cover[y, x].astype(np.float32) / 255
        along = np.maximum(np.abs(normal_x), np.abs(normal_y))
        across = np.minimum(np.abs(normal_x), np.abs(normal_y))
        corner = 0.5 * across / along  # coverage up to which the edge cuts off only a corner
        rest = np.minimum(share, 1 - share)
        cut = 0.5 * (along + across) - np.sqrt(2 * along * across * rest)
        depth = np.where(rest < corner, cut, (0.5 - rest) * along)
        return np.where(share < 0.5, -depth, depth).astype(np.float32)
