"""The guided filter: a mask made to follow the edges of a picture, as a linear function of the colours around.

Source: K. He, J. Sun, X. Tang, "Guided Image Filtering", TPAMI 2013 (colour guide), and K. He, J. Sun,
"Fast Guided Filter", 2015 (coefficients worked out on a reduced copy).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

_ONES = np.ones((1, 3), np.float32)


class GuidedFilter:
    """The filter for one guide; what only depends on the guide is worked out once.

    Args:
        guide: float32 [h,w,3].
        radius_px: Half the window's side.
        epsilon: Variance of colour below which a mask is only smoothed.
    """

    def __init__(self, guide: Array, radius_px: int, epsilon: float) -> None:
        self._guide = guide
        self._box = (2 * radius_px + 1, 2 * radius_px + 1)
        self._colour = self._mean(guide)
        self._inverse = _inverse(*(self._spread(i, j, epsilon) for i in range(3) for j in range(i, 3)))

    def model(self, mask: Array) -> tuple[Array, Array]:
        """Return, for each pixel, slope [h,w,3] and offset [h,w] of mask = slope · colour + offset around it."""
        level = self._mean(mask)
        x, y, z = cv2.split(self._mean(self._guide * mask[..., None]) - self._colour * level[..., None])
        xx, xy, xz, yy, yz, zz = self._inverse
        slope = np.dstack((xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z))
        offset = level - dot(slope, self._colour)
        return self._mean(slope), self._mean(offset)

    def apply(self, mask: Array) -> Array:
        """Return the mask, filtered; not held within 0..1."""
        slope, offset = self.model(mask)
        return dot(slope, self._guide) + offset

    def _mean(self, plane: Array) -> Array:
        return cv2.blur(plane, self._box)

    def _spread(self, i: int, j: int, epsilon: float) -> Array:
        product = self._mean(self._guide[..., i] * self._guide[..., j]) - self._colour[..., i] * self._colour[..., j]
        return product.astype(np.float64) + (epsilon if i == j else 0.0)


def upsample(mask: Array, rgb: Array, radius_px: int, epsilon: float) -> Array:
    """Return the mask at the size of the picture, its edge where the picture's edge is.

    Args:
        mask: float32 [h,w], the reduced mask.
        rgb: float32 [H,W,3], the whole picture.
        radius_px: Half the window's side, in pixels of the reduced mask.
        epsilon: Variance of colour below which the mask is only smoothed.
    """
    small = rgb if mask.shape == rgb.shape[:2] else cv2.resize(rgb, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    return laid_on(rgb, *GuidedFilter(small, radius_px, epsilon).model(mask))


def laid_on(rgb: Array, slope: Array, offset: Array) -> Array:
    """Return slope · colour + offset [H,W] in 0..1 for a picture, whose model may be a reduced one."""
    full = rgb.shape[1::-1]
    if full != offset.shape[::-1]:
        slope, offset = (cv2.resize(part, full, interpolation=cv2.INTER_LINEAR) for part in (slope, offset))
    return np.clip(dot(slope, rgb) + offset, 0.0, 1.0).astype(np.float32)


def dot(one: Array, other: Array) -> Array:
    """Return the sum over the channels of the product."""
    return cv2.transform(cv2.multiply(one, other), _ONES)


def _inverse(xx: Array, xy: Array, xz: Array, yy: Array, yz: Array, zz: Array) -> tuple[Array, ...]:
    """Return the inverse of one symmetric 3 by 3 matrix a pixel, by cofactors."""
    cxx, cxy, cxz = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    cyy, cyz, czz = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    whole = xx * cxx + xy * cxy + xz * cxz
    return tuple((part / whole).astype(np.float32) for part in (cxx, cxy, cxz, cyy, cyz, czz))
