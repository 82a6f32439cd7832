"""A photo parted into the colours of its subject and of its ground, for a known alpha.

Both vary little between neighbours, the less the more the alpha stays, and together they give the photo. Each step
takes both from their neighbours and then moves them just as far as the photo asks; steps on coarse copies carry
colours far, steps on finer ones make them local.

Source: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, "Fast Multi-Level Foreground Estimation", ICPR 2020 (the
energy and the levels; the step here is its two-by-two system in closed form, all pixels at once).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

_STEPS = 4
_STEPS_SMALL = 10
_SMALL_PX = 32
_EVEN = np.float32(1e-3)  # how much neighbours of one alpha agree
_CHANGE = np.float32(0.1)  # how much more they do where the alpha changes


def part(rgb: Array, alpha: Array, start: Array | None = None, coarsest_px: int = 2) -> Array:
    """Return float32 [H,W,6], the subject's colour and the ground's, in 0..1.

    Args:
        rgb: float32 [H,W,3].
        alpha: float32 [H,W].
        start: [H,W,6], what is known of them from further away; else the photo itself.
        coarsest_px: Longer side in pixels of the copy to begin with.
    """
    sizes = [alpha.shape[::-1]]
    while max(sizes[-1]) > coarsest_px:
        sizes.append((max((sizes[-1][0] + 1) // 2, 1), max((sizes[-1][1] + 1) // 2, 1)))
    both = np.dstack([rgb, rgb]) if start is None else start
    both = _resized(both, sizes[-1])
    for size in reversed(sizes):
        both = _resized(both, size)
        both = _settled(
            both, _resized(rgb, size), _resized(alpha, size), _STEPS_SMALL if max(size) <= _SMALL_PX else _STEPS
        )
    return both


def _settled(both: Array, rgb: Array, alpha: Array, steps: int) -> Array:
    across, down = (_EVEN + _CHANGE * np.abs(np.diff(alpha, axis=axis))[..., None] for axis in (1, 0))
    weight = np.zeros((*alpha.shape, 1), np.float32)
    _add_neighbours(weight, np.ones_like(weight), across, down)
    weight = np.maximum(weight, np.float32(1e-9))  # a picture of one pixel has no neighbours
    cover = alpha[..., None]
    room = cover**2 + (1 - cover) ** 2 + weight
    for _ in range(steps):
        around = np.zeros_like(both)
        _add_neighbours(around, both, across, down)
        around /= weight
        left = (rgb - cover * around[..., :3] - (1 - cover) * around[..., 3:]) / room
        around[..., :3] += cover * left
        around[..., 3:] += (1 - cover) * left
        both = np.clip(around, 0, 1, out=around)
    return both


def _add_neighbours(total: Array, plane: Array, across: Array, down: Array) -> None:
    """Add to each pixel of ``total`` the weighted values of its four neighbours in ``plane``."""
    total[:, 1:] += across * plane[:, :-1]
    total[:, :-1] += across * plane[:, 1:]
    total[1:] += down * plane[:-1]
    total[:-1] += down * plane[1:]


def _resized(plane: Array, size: tuple[int, int]) -> Array:
    if plane.shape[1::-1] == size:
        return plane
    smaller = size[0] * size[1] < plane.shape[0] * plane.shape[1]
    channels = [plane] if plane.ndim == 2 else [plane[..., i : i + 3] for i in range(0, plane.shape[2], 3)]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    parts = [cv2.resize(channel, size, interpolation=way) for channel in channels]
    return parts[0] if plane.ndim == 2 else np.dstack(parts)
