"""The edge of a cut-out: threshold, grow, feather and the ring around it, at the picture's own size.

Alphas are float32 [H,W] in 0..1, 1 = subject. Distances are measured in pixels from pixel centres to the edge,
which lies between pixels (see :mod:`.distance`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from .alpha_distance import FAR, signed_distance
from .tiles import where_it_varies

Array = NDArray[np.float32]

MAX_GROW_PX = 256.0
MAX_FEATHER_PX = 256.0
MAX_BAND_PX = 512.0

_LEVELS = 8
_MARGIN_PX = 6
_STEEP_PX = 1.8  # an anti-aliased edge read linearly is at most this wide
_SOFT_PX = 3.0
_BLUR_SIGMA_PX = 4.0
_RESIZED_VARIANCE = 1 / 12 + 1 / 6  # a box of one pixel, then a triangle of two, in reduced pixels


@dataclass(frozen=True)
class EdgeOptions:
    """What is done to the edge, in this order.

    Attributes:
        threshold: 0 keeps the soft edge; above 0 the edge is crisp and lies where the alpha passes it.
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
    """Return the alpha with a crisp edge where it passes ``level``: 1 inside, 0 outside, one pixel between.

    A level of 0 changes nothing, and a mask of hard pixels stays as it is.
    """
    if level <= 0 or bool(((alpha == 0) | (alpha == 1)).all()):
        return alpha

    def crisp(part: Array) -> Array:
        return np.clip(signed_distance(part, level, reach=1, evened=True) + np.float32(0.5), 0, 1)

    return where_it_varies(alpha, _MARGIN_PX, crisp, lambda value: float(value >= np.float32(level)))


def grow(alpha: Array, px: float) -> Array:
    """Return the alpha with its edge moved outwards by ``px`` pixels (inwards where negative).

    Where the edge is soft each level of the alpha moves by itself (threshold decomposition), so that it keeps
    its shape and a thin hair its strength; where it is steep it moves as one line and is anti-aliased.
    """
    if px == 0:
        return alpha
    margin = int(np.ceil(abs(px))) + _MARGIN_PX
    return where_it_varies(alpha, margin, lambda part: _moved(part, px), lambda value: value)


def _moved(alpha: Array, px: float) -> Array:
    steep = np.clip(_past(alpha, 0.5, px, evened=True) + np.float32(0.5), 0, 1)
    levels = [(step + 0.5) / _LEVELS for step in range(_LEVELS)]
    outer, inner = _past(alpha, levels[0], px), _past(alpha, levels[-1], px)
    apart = np.where(inner > -FAR / 2, outer - inner, np.float32(_SOFT_PX))
    share = np.clip((apart - _STEEP_PX) / (_SOFT_PX - _STEEP_PX), 0, 1)
    if not ((share > 0) & (outer > -1) & (inner < 1)).any():
        return steep
    step = np.clip(apart, _SOFT_PX, _SOFT_PX * _LEVELS) / (_LEVELS - 1)
    soft = np.clip(outer / step + np.float32(0.5), 0, 1) + np.clip(inner / step + np.float32(0.5), 0, 1)
    for level in levels[1:-1]:
        soft += np.clip(_past(alpha, level, px) / step + np.float32(0.5), 0, 1)
    return steep + share * (soft / _LEVELS - steep)


def _past(alpha: Array, level: float, px: float, evened: bool = False) -> Array:
    """Return how far each pixel lies within the level's outline moved by ``px``."""
    return signed_distance(alpha, level, abs(px), 1.5, evened) + np.float32(px)


def feather(alpha: Array, px: float) -> Array:
    """Return the alpha blurred so that a hard edge fades over ``px`` pixels to either side.

    The picture's frame is not an edge: a subject cut off by it stays whole there. A wide blur is worked out on a
    reduced copy, whose own blur is taken off its width.
    """
    if px <= 0:
        return alpha
    sigma = px / 2  # two standard deviations hold 95 % of the fade
    step = int(sigma // _BLUR_SIGMA_PX)
    if step < 2 or min(alpha.shape) < 4 * step:
        return cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    size = alpha.shape[1], alpha.shape[0]
    small = cv2.resize(alpha, (-(-size[0] // step), -(-size[1] // step)), interpolation=cv2.INTER_AREA)
    across, down = size[0] / small.shape[1], size[1] / small.shape[0]
    left = [np.sqrt(max((sigma / scale) ** 2 - _RESIZED_VARIANCE, 0.01)) for scale in (across, down)]
    small = cv2.GaussianBlur(small, (0, 0), left[0], sigmaY=left[1], borderType=cv2.BORDER_REPLICATE)
    return np.clip(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), 0.0, 1.0)


def edge_band(alpha: Array, px: float) -> Array:
    """Return the ring ``px`` pixels wide whose middle is the edge (where alpha passes one half)."""
    if px <= 0:
        return np.zeros_like(alpha)

    def ring(part: Array) -> Array:
        away = np.abs(signed_distance(part, 0.5, px / 2, 1, evened=True))
        return np.clip(np.float32(px / 2 + 0.5) - away, 0, 1)

    return where_it_varies(alpha, int(np.ceil(px / 2)) + _MARGIN_PX, ring, lambda value: 0.0)


def _in_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise FitAdError(f"{name} is {value:g}", why=f"It must lie between {low:g} and {high:g}")
