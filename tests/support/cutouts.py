"""Cut-outs made by formula: what stands, what lies, what is cut off."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]


def disc(size: int = 120, radius: float = 40, seed: int = 0) -> Picture:
    """A round, textured cut-out in the middle of a clear picture."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    alpha = np.clip(radius - np.hypot(x, y) + 0.5, 0, 1)
    rgb = np.random.default_rng(seed).uniform(0.2, 0.9, (size, size, 3))
    return np.dstack([rgb, alpha]).astype(np.float32)


def block(size: tuple[int, int], top: int, right: int, bottom: int, left: int, value: float = 0.3) -> Picture:
    """A rectangle of one grey in a clear picture of that height and width."""
    cutout = np.full((*size, 4), value, np.float32)
    cutout[..., 3] = 0
    cutout[top:bottom, left:right, 3] = 1
    return cutout


def carton(value: float = 0.3) -> Picture:
    """A box seen from its corner, 120×120: its base is a V, 24 px higher at the ends than at the corner."""
    outline = np.array([[10, 20], [60, 10], [110, 20], [110, 86], [60, 110], [10, 86]])
    alpha = np.zeros((120, 120), np.uint8)
    cv2.fillPoly(alpha, [outline], 1)
    return np.dstack([np.full((120, 120, 3), value), alpha]).astype(np.float32)


def grey(width: int = 216, height: int = 270, value: float = 0.8) -> Picture:
    return np.full((height, width, 3), value, np.float32)


def room(width: int = 216, height: int = 270, horizon: float = 0.6) -> Picture:
    """A light wall and a darker floor."""
    picture = grey(width, height)
    picture[round(horizon * height) :] = (0.55, 0.45, 0.35)
    return picture
