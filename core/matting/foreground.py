"""The subject's own colours along the edge, and under full transparency.

Source: M. Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021 (two blur-fusion steps).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .edges import _around

Array = NDArray[np.float32]

_EPS = np.float32(1e-5)
_COARSE_PX = 90
_FINE_PX = 6
_COARSE_SIDE = 512


def true_colours(rgb: Array, alpha: Array) -> Array:
    """Return the picture with the subject's own colours where it is see-through.

    Opaque pixels keep their colours exactly; those under full transparency take the nearest subject
    colour, so that scaling and blurring the cut-out never brings the old background back.

    Args:
        rgb: float32 [H,W,3].
        alpha: float32 [H,W].
    """
    soft = (alpha > 0) & (alpha < 1)
    if not alpha.any():
        return rgb.copy()
    filled = bleed(rgb, alpha)
    if not soft.any():
        return filled
    rows, cols = _around(soft, _FINE_PX)
    part, cover = rgb[rows, cols], alpha[rows, cols]
    front, back = _coarse(rgb, alpha)
    front, _ = _blur_fusion(part, front[rows, cols], back[rows, cols], cover, _FINE_PX)
    result = filled
    result[rows, cols] = np.where(soft[rows, cols, None], front, filled[rows, cols])
    return result


def bleed(rgb: Array, alpha: Array) -> Array:
    """Return the picture with colours of the opaque parts spread under everything see-through.

    Pull and push over a pyramid (Gortler et al., "The Lumigraph", 1996): each level averages what is
    known of the finer one and fills its gaps from the coarser one.
    """
    known = (alpha >= 1).astype(np.float32)
    if not known.any():
        known = alpha
    colours = _pull_push(rgb * known[..., None], known)
    return np.where(alpha[..., None] >= 1, rgb, colours).astype(np.float32)


def _pull_push(premultiplied: Array, weight: Array) -> Array:
    height, width = weight.shape
    if min(height, width) <= 1 or weight.min() > 0:
        return premultiplied / np.maximum(weight, _EPS)[..., None]
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse_weight = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    coarse = _pull_push(cv2.resize(premultiplied, half, interpolation=cv2.INTER_AREA), coarse_weight)
    below = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return premultiplied + below * (1 - np.minimum(weight, 1.0))[..., None]


def _coarse(rgb: Array, alpha: Array) -> tuple[Array, Array]:
    """Return foreground and background after the wide step, worked out on a reduced copy: both are smooth."""
    height, width = alpha.shape
    scale = min(1.0, _COARSE_SIDE / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    front, back = _blur_fusion(small, small, small, cover, max(round(_COARSE_PX * scale), 3))
    return (
        cv2.resize(front, (width, height), interpolation=cv2.INTER_LINEAR),
        cv2.resize(back, (width, height), interpolation=cv2.INTER_LINEAR),
    )


def _blur_fusion(image: Array, front: Array, back: Array, alpha: Array, side_px: int) -> tuple[Array, Array]:
    """Return better foreground and background colours from a box of ``side_px`` pixels around each pixel."""
    box = (side_px, side_px)
    cover = alpha[..., None]
    share = cv2.blur(alpha, box)[..., None]
    front = cv2.blur(front * cover, box) / (share + _EPS)
    back = cv2.blur(back * (1 - cover), box) / (1 - share + _EPS)
    front = front + cover * (image - cover * front - (1 - cover) * back)
    return np.clip(front, 0.0, 1.0), back
