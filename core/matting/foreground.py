"""The subject's own colours along the edge, and under full transparency."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .tiles import Area, tiles, widened, within
from .unmixing import part

Array = NDArray[Any]  # float32, or what an operation widens it to

_EPS = np.float32(1e-5)
_COARSE_SIDE = 384
_FAR_PX = (24, 16, 12, 8, 6, 4, 3, 2, 2, 1, 1)  # windows on the reduced copy
_NEAR_PX = (4, 2, 2, 1, 1, 1)  # windows on the picture itself
_MARGIN_PX = 11
_TILE_PX = 96


def true_colours(rgb: Array, alpha: Array) -> Array:
    """Return the picture with the subject's own colours where it is see-through.

    Opaque pixels keep their colours exactly; those under full transparency take the nearest subject
    colours, so that scaling and blurring the cut-out never brings the old background back. The wide steps
    are worked out on a reduced copy and the fine ones only in the tiles that hold an edge.

    Args:
        rgb: float32 [H,W,3].
        alpha: float32 [H,W].
    """
    result = bleed(rgb, alpha)
    soft = (alpha > 0) & (alpha < 1)
    if not soft.any():
        return result
    size = _reduced(alpha)
    far = part(_shrink(rgb, size), _shrink(alpha, size), _FAR_PX)
    for tile in tiles(alpha.shape, _TILE_PX):
        if not soft[tile].any():
            continue
        wide = widened(tile, _MARGIN_PX, alpha.shape)
        start = _sample(far[0], wide, alpha.shape), _sample(far[1], wide, alpha.shape)
        subject, _ = part(rgb[wide], alpha[wide], _NEAR_PX, start)
        result[tile] = np.where(soft[tile][..., None], subject[within(tile, wide)], result[tile])
    return result


def bleed(rgb: Array, alpha: Array) -> Array:
    """Return the picture with colours of the opaque parts spread under everything see-through.

    Pull and push over a pyramid (Gortler et al., "The Lumigraph", 1996): each level averages what is
    known of the finer one and fills its gaps from the coarser one. Worked out on a reduced copy.
    """
    if not alpha.any():
        return rgb.copy()
    known = (alpha >= 1).astype(np.float32)
    if not known.any():
        known = alpha
    size = _reduced(alpha)
    weight = _shrink(known, size)
    filled = _pull_push(_shrink(rgb * known[..., None], size), weight)
    filled = cv2.resize(filled, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    np.copyto(filled, rgb, where=(alpha >= 1)[..., None])
    return filled


def _pull_push(premultiplied: Array, weight: Array) -> Array:
    height, width = weight.shape
    colour = premultiplied / np.maximum(weight, _EPS)[..., None]
    if max(height, width) <= 1 or weight.min() > 0.5:
        return colour
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse = _pull_push(_shrink(premultiplied, half), _shrink(weight, half))
    below = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    share = np.minimum(weight * 2, 1)[..., None]
    return np.clip(colour * share + below * (1 - share), 0.0, 1.0)


def _reduced(alpha: Array) -> tuple[int, int]:
    """Return width and height of the reduced copy."""
    height, width = alpha.shape
    scale = min(1.0, _COARSE_SIDE / max(height, width))
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _shrink(plane: Array, size: tuple[int, int]) -> Array:
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _sample(small: Array, area: Area, shape: tuple[int, int]) -> Array:
    """Return one area of the reduced copy at the picture's size."""
    rows, cols = area
    step_x, step_y = small.shape[1] / shape[1], small.shape[0] / shape[0]
    place = np.array(
        [[step_x, 0, (cols.start + 0.5) * step_x - 0.5], [0, step_y, (rows.start + 0.5) * step_y - 0.5]]
    )  # target pixel -> source pixel, both counted at their centres
    return cv2.warpAffine(
        small,
        place,
        (cols.stop - cols.start, rows.stop - rows.start),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
