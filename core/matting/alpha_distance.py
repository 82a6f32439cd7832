"""Distances to the outline of a cut-out's alpha, finer than a pixel, where they are needed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..raster import distance
from ..raster.distance import FAR, LevelOutline

__all__ = ["FAR", "signed_distance"]

Array = NDArray[Any]  # float32, or what an operation widens it to


def signed_distance(
    alpha: Array, level: float, near: float = 0.0, reach: float = np.inf, evened: bool = False
) -> Array:
    """Return each pixel centre's distance in pixels to the outline, above 0 inside and below 0 outside.

    Args:
        alpha: float32 [H,W] in 0..1.
        level: The alpha at which the outline lies, above 0.
        near: The distance, on either side, around which it has to be exact to a few hundredths of a pixel.
        reach: How far around ``near``; further away the distance is right to about a pixel.
        evened: See :class:`.raster.distance.LevelOutline`.

    Where there is no outline at all the distance is a million pixels.
    """
    limits = near - reach, near + reach
    return distance.signed_distance(LevelOutline(alpha, level, evened), limits, limits)
