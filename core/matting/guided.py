"""The guided filter: a small mask made to follow the edges of a big picture.

Source: K. He, J. Sun, X. Tang, "Guided Image Filtering", TPAMI 2013 (colour guide), and K. He, J. Sun,
"Fast Guided Filter", 2015 (coefficients worked out on a reduced copy).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to


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

    def spread(i: int, j: int) -> NDArray[np.float64]:
        product = cv2.blur(guide[..., i] * guide[..., j], box) - colour[..., i] * colour[..., j]
        return product.astype(np.float64) + (epsilon if i == j else 0.0)

    together = cv2.blur(guide * mask[..., None], box) - colour * level[..., None]
    xx, xy, xz, yy, yz, zz = (spread(i, j) for i in range(3) for j in range(i, 3))
    slope = _solve(xx, xy, xz, yy, yz, zz, together)
    offset = level - np.einsum("hwc,hwc->hw", slope, colour)
    return cv2.blur(slope, box), cv2.blur(offset, box)


def _solve(
    xx: NDArray[np.float64],
    xy: NDArray[np.float64],
    xz: NDArray[np.float64],
    yy: NDArray[np.float64],
    yz: NDArray[np.float64],
    zz: NDArray[np.float64],
    right: Array,
) -> Array:
    """Return the solutions of one symmetric 3 by 3 system a pixel, by cofactors."""
    cxx, cxy, cxz = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    cyy, cyz, czz = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    x, y, z = cv2.split(right)
    rows = (cxx * x + cxy * y + cxz * z, cxy * x + cyy * y + cyz * z, cxz * x + cyz * y + czz * z)
    return (np.dstack(rows) / (xx * cxx + xy * cxy + xz * cxz)[..., None]).astype(np.float32)
