"""The edge of a cut-out: threshold, grow, feather and the ring around it, at the picture's own size.

Alphas are float32 [H,W] in 0..1, 1 = subject. Distances are measured between pixel centres; the edge
of a hard mask lies half a pixel outside its last pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError

Array = NDArray[np.float32]

MAX_GROW_PX = 256.0
MAX_FEATHER_PX = 256.0
MAX_BAND_PX = 512.0

_LEVELS = 16
_FAR = np.float32(1e6)


@dataclass(frozen=True)
class EdgeOptions:
    """What is done to the edge, in this order.

    Attributes:
        threshold: 0 keeps the soft edge; above 0 all alphas from it on become 1, the others 0.
        grow: Pixels the mask grows (below 0: shrinks), fractions allowed.
        feather: Pixels over which the edge fades on either side of where it was.
        edge_band: Width in pixels of the ring around the edge; 0 gives an empty ring.
        refine: Replace the colours of the edge by the subject's own.
    """

    threshold: float = 0.0
    grow: float = 0.0
    feather: float = 0.0
    edge_band: float = 24.0
    refine: bool = True

    def __post_init__(self) -> None:
        _in_range("threshold", self.threshold, 0.0, 1.0)
        _in_range("grow", self.grow, -MAX_GROW_PX, MAX_GROW_PX)
        _in_range("feather", self.feather, 0.0, MAX_FEATHER_PX)
        _in_range("edge_band", self.edge_band, 0.0, MAX_BAND_PX)


def shape_edge(alpha: Array, options: EdgeOptions) -> Array:
    """Return the alpha after threshold, grow and feather."""
    return feather(grow(threshold(alpha, options.threshold), options.grow), options.feather)


def threshold(alpha: Array, level: float) -> Array:
    """Return 1 where alpha is at least ``level`` and 0 elsewhere; a level of 0 changes nothing."""
    return alpha if level <= 0 else (alpha >= np.float32(level)).astype(np.float32)


def grow(alpha: Array, px: float) -> Array:
    """Return the alpha with its edge moved outwards by ``px`` pixels (inwards where negative).

    A soft edge keeps its shape: each level of the alpha moves by itself (threshold decomposition), so a
    soft alpha comes out in steps of 1/16 before anti-aliasing, and a hard one is exact.
    """
    if px == 0 or not alpha.any():
        return alpha
    rows, cols = _around(alpha > 0, max(px, 0.0) + 1)
    part = alpha[rows, cols]
    total = np.zeros_like(part)
    size, grown = -1, total
    for step in range(_LEVELS):
        inside = part >= (step + 0.5) / _LEVELS
        if (count := int(np.count_nonzero(inside))) != size:  # levels are nested: same count, same set
            size, grown = count, np.clip(signed_distance(inside) + np.float32(px + 0.5), 0.0, 1.0)
        total += grown
    result = np.zeros_like(alpha)
    result[rows, cols] = total / _LEVELS
    return result


def feather(alpha: Array, px: float) -> Array:
    """Return the alpha blurred so that a hard edge fades over ``px`` pixels to either side.

    The picture's frame is no edge: a subject cut off by it stays whole there.
    """
    if px <= 0:
        return alpha
    sigma = px / 2  # two standard deviations hold 95 % of the fade
    if sigma <= 4:
        return cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    side = 2 * round((np.sqrt(4 * sigma**2 + 1) - 1) / 2) + 1  # three boxes have the variance of the Gaussian
    for _ in range(3):
        alpha = cv2.boxFilter(alpha, -1, (side, side), borderType=cv2.BORDER_REPLICATE)
    return np.clip(alpha, 0.0, 1.0)


def edge_band(alpha: Array, px: float) -> Array:
    """Return the ring ``px`` pixels wide whose middle is the edge (where alpha passes one half)."""
    inside = alpha >= 0.5
    if px <= 0 or not inside.any() or inside.all():
        return np.zeros_like(alpha)
    rows, cols = _around(inside, px / 2 + 1)
    ring = np.zeros_like(alpha)
    distance = np.abs(signed_distance(inside[rows, cols]))
    ring[rows, cols] = np.clip(np.float32(px / 2 + 0.5) - distance, 0.0, 1.0)
    return ring


def signed_distance(inside: NDArray[np.bool_]) -> Array:
    """Return each pixel centre's distance in pixels to the edge, above 0 inside and below 0 outside.

    Where there is no edge at all the distance is a million pixels.
    """
    if inside.all() or not inside.any():
        return np.full(inside.shape, _FAR if inside.all() else -_FAR, np.float32)
    mask = inside.astype(np.uint8)
    within = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    without = cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where(inside, within - 0.5, 0.5 - without).astype(np.float32)


def _around(inside: NDArray[np.bool_], margin: float) -> tuple[slice, slice]:
    """Return the rows and columns that hold all of a mask and ``margin`` pixels around it."""
    reach = int(np.ceil(margin)) + 1
    spans = []
    for axis in (1, 0):
        filled = np.flatnonzero(inside.any(axis=axis))
        spans.append(slice(max(int(filled[0]) - reach, 0), int(filled[-1]) + reach + 1))
    return spans[0], spans[1]


def _in_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise FitAdError(f"{name} is {value:g}", why=f"it must lie between {low:g} and {high:g}")
