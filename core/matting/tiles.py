"""A picture in tiles, so that work and memory go only where something happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Area = tuple[slice, slice]


def tiles(shape: tuple[int, ...], side_px: int) -> Iterator[Area]:
    """Yield the tiles of a picture, row by row."""
    height, width = shape[:2]
    for top in range(0, height, side_px):
        for left in range(0, width, side_px):
            yield slice(top, min(top + side_px, height)), slice(left, min(left + side_px, width))


def widened(area: Area, margin_px: int, shape: tuple[int, ...]) -> Area:
    """Return the area with ``margin_px`` more on each side, within the picture."""
    rows, cols = (
        slice(max(part.start - margin_px, 0), min(part.stop + margin_px, end))
        for part, end in zip(area, shape, strict=False)
    )
    return rows, cols


def within(area: Area, wide: Area) -> Area:
    """Return where an area lies in a wider one."""
    rows, cols = (slice(a.start - w.start, a.stop - w.start) for a, w in zip(area, wide, strict=True))
    return rows, cols


def where_it_varies(
    plane: NDArray[Any], margin_px: int, work: Callable[[NDArray[Any]], NDArray[Any]], still: Callable[[float], float]
) -> NDArray[np.float32]:
    """Return a plane worked out tile by tile, each with ``margin_px`` around it.

    Args:
        plane: [H,W].
        margin_px: How far the result at a pixel looks.
        work: Gives the result of a part of the plane that is not of one value.
        still: Gives the result of a part of one value.
    """
    result = np.empty(plane.shape, np.float32)
    for tile in tiles(plane.shape, max(512, 2 * margin_px)):
        wide = widened(tile, margin_px, plane.shape)
        part = plane[wide]
        value = float(part.flat[0])
        if bool((part == value).all()):
            result[tile] = still(value)
        else:
            result[tile] = work(np.ascontiguousarray(part))[within(tile, wide)]
    return result
