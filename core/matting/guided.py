"""The guided filter: a small mask made to follow the edges of a big picture.

Source: K. He, J. Sun, X. Tang, "Guided Image Filtering", TPAMI 2013 (colour guide), and K. He, J. Sun,
"Fast Guided Filter", 2015 (coefficients worked out on a reduced copy).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def upsample(mask: Array, rgb: Array, radius_px: int, epsilon: float) -> Array:
    """Return the mask at the size of the picture, its edge where the picture's edge is.

    Args:
        mask: float32 [h,w], the reduced mask.
        rgb: float32 [H,W,3], the whole picture.
        radius_px: Half the window's side, in pixels of the reduced mask.
        epsilon: Variance of colour below which the mask is only smoothed.
    """
    size = mask.shape[1], mask.shape[0]
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    slope, offset = _fit(mask, small, radius_px, epsilon)
    full = rgb.shape[1], rgb.shape[0]
    if full != size:
        slope, offset = (cv2.resize(part, full, interpolation=cv2.INTER_LINEAR) for part in (slope, offset))
    return np.clip(np.einsum("hwc,hwc->hw", slope, rgb) + offset, 0.0, 1.0).astype(np.float32)


def _fit(mask: Array, guide: Array, radius_px: int, epsilon: float) -> tuple[Array, Array]:
    """Return, for each pixel, the slope [h,w,3] and offset [h,w] of mask = slope · colour + offset around it."""
    box = (2 * radius_px + 1, 2 * radius_px + 1)
    colour, level = cv2.blur(guide, box), cv2.blur(mask, box)
    height, width = mask.shape
    spread = np.empty((height, width, 3, 3), np.float32)
    for i in range(3):
        for j in range(i, 3):
            spread[..., i, j] = cv2.blur(guide[..., i] * guide[..., j], box) - colour[..., i] * colour[..., j]
            spread[..., j, i] = spread[..., i, j]
    spread += np.float32(epsilon) * np.eye(3, dtype=np.float32)
    together = cv2.blur(guide * mask[..., None], box) - colour * level[..., None]
    slope = np.linalg.solve(spread, together[..., None])[..., 0]
    offset = level - np.einsum("hwc,hwc->hw", slope, colour)
    return cv2.blur(slope, box), cv2.blur(offset, box)
