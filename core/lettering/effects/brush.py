"""Dry ink: streaks that follow the strokes, as a brush leaves them when it runs out of ink."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..._lazily import module
from .effect import LetteringEffect

if TYPE_CHECKING:
    from ..paint_context import Painting

cv2 = module("cv2")

Array = NDArray[Any]  # float32, or what an operation widens it to

# streaks are worked out at this em size and enlarged: their look and cost don't hang on the size of the type
_WORK_EM_PX = 220
# half the length of a streak doubles with each step, up to about a third of an em in all
_STREAK_STEPS_EM = (0.004, 0.008, 0.016, 0.032, 0.064, 0.12)
_MOST_BARE = 0.36
# how softly ink ends: hair-fine, for bristles leave it in lines
_SOFT = 0.09


class Brush(LetteringEffect):
    """The style's dry ink."""

    order = 50

    def wear(self, painting: Painting) -> Array | None:
        style = painting.style
        return dry_ink(painting.cover, painting.font_px, style.brush, style.seed) if style.brush else None


def dry_ink(cover: Array, font_px: float, amount: float, seed: int) -> Array:
    """Return what share of the ink stays, [H,W] 0..1, for letters of coverage [H,W].

    Args:
        cover: Coverage 0..1 of the letters.
        font_px: Em size in px.
        amount: 0 none .. 1 strong; even then more than half of each stroke keeps its ink.
        seed: Another seed gives another texture.
    """
    zoom = min(_WORK_EM_PX / font_px, 1.0)
    size = max(round(cover.shape[1] * zoom), 1), max(round(cover.shape[0] * zoom), 1)
    small = cv2.resize(cover, size, interpolation=cv2.INTER_AREA) if zoom < 1 else cover
    em = font_px * zoom
    rng = np.random.default_rng(seed % 2**63)
    streaks = _share(_along(_noise(rng, small.shape, 1.0), *_strokes(small, em), em), small, 0.14 * em)
    wet = _share(_noise(rng, small.shape, 0.4 * em), small, 2 * em)
    bare = amount * _MOST_BARE * (0.2 + 1.2 * wet)
    kept = _smoothstep((streaks - bare) / _SOFT + 0.5)
    kept = cv2.resize(kept, cover.shape[1::-1], interpolation=cv2.INTER_CUBIC) if zoom < 1 else kept
    return np.clip((kept - 0.5) * (1 + 0.6 * (1 / zoom - 1)) + 0.5, 0, 1).astype(np.float32)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], grain_px: float) -> Array:
    """Return smooth noise whose spots are about ``grain_px`` large."""
    coarse = max(math.ceil(shape[0] / grain_px) + 2, 2), max(math.ceil(shape[1] / grain_px) + 2, 2)
    grid = rng.random(coarse, dtype=np.float32)
    full = cv2.resize(grid, (shape[1] + round(grain_px), shape[0] + round(grain_px)), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(full[: shape[0], : shape[1]])


def _strokes(cover: Array, em: float) -> tuple[Array, Array]:
    """Return the unit direction of the stroke at each pixel: along the edge, by the structure tensor."""
    soft = cv2.GaussianBlur(cover, (0, 0), max(0.02 * em, 0.8))
    dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    sigma = max(0.085 * em, 1.0)
    xx, yy, xy = (cv2.GaussianBlur(v, (0, 0), sigma) for v in (dx * dx, dy * dy, dx * dy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.cos(angle), np.sin(angle)


def _along(noise: Array, x: Array, y: Array, em: float) -> Array:
    """Return the noise smeared along the direction field.

    Each round takes the mean of what lies one step ahead and one step behind; doubling the step makes a streak twice
    as long, and an axis needs no sign.
    """
    rows, columns = np.indices(noise.shape, dtype=np.float32)
    for step in (share * em for share in _STREAK_STEPS_EM):
        there, back = (
            cv2.remap(noise, columns + s * x, rows + s * y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            for s in (step, -step)
        )
        noise = (there + back) / 2
    return noise


def _share(values: Array, cover: Array, reach_px: float) -> Array:
    """Return roughly the share (0..1) of nearby ink whose value is lower: a threshold bares the same share anywhere."""
    from ..filters import blurred

    weight = blurred(cover, reach_px) + 1e-4
    mean = blurred(values * cover, reach_px) / weight
    spread = blurred((values - mean) ** 2 * cover, reach_px) / weight
    # the logistic curve of slope 1.7 stands in for the normal distribution
    return (1 / (1 + np.exp(-1.7 * (values - mean) / np.sqrt(spread + 1e-9)))).astype(np.float32)


def _smoothstep(t: Array) -> Array:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


EFFECT = Brush()
