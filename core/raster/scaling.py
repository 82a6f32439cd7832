"""Pictures and masks made smaller."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def reduced(plane: Array, longest_px: int) -> Array:
    """Return a copy of [H,W] or [H,W,C] whose longer side is at most that long; a small one as it is, contiguous."""
    height, width = plane.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(plane)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_AREA)
