"""Pictures blurred, moved and reduced."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to


def blurred(picture: Array, sigma_px: float) -> Array:
    """Return the picture under a Gaussian blur; a wide one is worked out on a smaller copy."""
    small = max(int(sigma_px / 3), 1)
    if small == 1:
        return cv2.GaussianBlur(picture, (0, 0), max(sigma_px, 0.3))
    size = math.ceil(picture.shape[1] / small), math.ceil(picture.shape[0] / small)
    reduced = cv2.GaussianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), (0, 0), sigma_px / small)
    return cv2.resize(reduced, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def shifted(picture: Array, x: float, y: float, outside: float = 0) -> Array:
    """Return the picture moved to the right and down; ``outside`` comes in from beyond its edges."""
    matrix = np.array([[1, 0, x], [0, 1, y]], dtype=np.float32)
    size = picture.shape[1], picture.shape[0]
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=outside)


def shrunk(fine: Array, scale: int) -> Array:
    """Return the picture ``scale`` times smaller; each pixel is the mean of its fine pixels."""
    if scale == 1:
        return fine
    return cv2.resize(fine, (fine.shape[1] // scale, fine.shape[0] // scale), interpolation=cv2.INTER_AREA)
