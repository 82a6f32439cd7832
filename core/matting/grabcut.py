"""GrabCut: the cut-out that needs no model.

A prior says where the subject is, GrabCut finds its outline on a reduced copy, and a guided filter lays
that outline onto the edges of the whole picture.

Source: C. Rother, V. Kolmogorov, A. Blake, "GrabCut", SIGGRAPH 2004 (cv2.grabCut).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.scaling import reduced
from .guided import upsample
from .prior import fill_holes, subject_prior

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Progress = Callable[[float], None]

_PRIOR_SIDE = 400
_CUT_SIDE = 560
_EDGE_SIDE = 1200
_ROUNDS = 3
_EDGE_VARIANCE = 3e-4
_SEED = 0  # cv2 has one random state for the process; GrabCut's k-means draws from it
_LEAST_SIDE = 16
_LEAST_SHARE = 0.008


def grabcut(rgb: Array, progress: Progress | None = None) -> Array:
    """Return the subject's alpha [H,W]; all 0 where the picture shows none.

    The same picture always gives the same alpha. OpenCV's own random state, which nothing can read back,
    is set to a fixed seed on the way.

    Args:
        rgb: float32 [H,W,3] in 0..1.
        progress: Called with the share done.
    """
    report = progress or (lambda share: None)
    empty = np.zeros(rgb.shape[:2], np.float32)
    if min(rgb.shape[:2]) < _LEAST_SIDE or _shows_nothing(rgb):
        return empty
    prior = subject_prior(reduced(rgb, _PRIOR_SIDE), lambda share: report(0.4 * share))
    report(0.4)
    small = reduced(rgb, _CUT_SIDE)
    outline = _outline(small, cv2.resize(prior, small.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    report(0.8)
    if np.count_nonzero(outline) < _LEAST_SHARE * outline.size:
        return empty
    return _full_size(outline, rgb)


def _shows_nothing(rgb: Array) -> bool:
    """Return whether a picture is flat or a mere gradient: a fitted paraboloid explains all of it."""
    small = cv2.resize(rgb, (32, 32), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    y, x = np.mgrid[-1:1:32j, -1:1:32j].reshape(2, -1)
    surface = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)
    rest = small - surface @ np.linalg.lstsq(surface, small, rcond=None)[0]
    return bool(np.abs(rest).max() < 0.03)


def _outline(small: Array, prior: Array) -> Mask:
    """Return the subject on the reduced copy."""
    level = _level(prior)
    guess = prior > level
    if not guess.any():
        return guess
    reach = max(small.shape[:2]) / 40
    inside = cv2.distanceTransform(guess.astype(np.uint8), cv2.DIST_L2, 3)
    outside = cv2.distanceTransform((~guess).astype(np.uint8), cv2.DIST_L2, 3)
    trimap = np.where(guess, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[(inside > reach) & (prior > (1 + level) / 2)] = cv2.GC_FGD
    trimap[(outside > reach) | _frame_line(guess)] = cv2.GC_BGD
    return _smooth(_tidy(_cut(small, trimap), prior))


def _smooth(mask: Mask) -> Mask:
    """Return the mask with its outline's pixel steps evened out."""
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(mask.shape) / 400) > 0.5


def _cut(small: Array, trimap: NDArray[np.uint8]) -> Mask:
    certain = (trimap == cv2.GC_FGD).any() and (trimap == cv2.GC_BGD).any()
    if not certain:
        return (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    picture = np.round(small[..., ::-1] * 255).astype(np.uint8)
    background, subject = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(_SEED)
    cv2.grabCut(picture, trimap, None, background, subject, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)


def _frame_line(guess: Mask) -> Mask:
    """Return the outermost pixels that the prior leaves to the background: nothing may run out of there."""
    line = np.ones_like(guess)
    line[2:-2, 2:-2] = False
    return line & ~guess


def _level(prior: Array) -> float:
    """Return the prior's level that parts subject from background best (Otsu), kept near one half."""
    levels = np.round(prior * 255).astype(np.uint8)
    best, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(np.clip(best / 255, 0.3, 0.5))


def _tidy(mask: Mask, prior: Array) -> Mask:
    """Return the mask without specks, threads and holes: the pieces that matter."""
    radius = max(round(max(mask.shape) / 280), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    count, labels = cv2.connectedComponents(opened)
    weight = np.bincount(labels.ravel(), prior.ravel(), count)
    weight[0] = 0
    keep = weight >= 0.12 * weight.max() if count > 1 else np.zeros(count, bool)
    return _fill_small_holes(keep[labels] & (opened > 0))


def _fill_small_holes(mask: Mask) -> Mask:
    """Return the mask with holes filled up to 2 % of the picture; bigger ones (a handle) show the background."""
    holes = fill_holes(mask) & ~mask
    count, labels = cv2.connectedComponents(holes.astype(np.uint8))
    size = np.bincount(labels.ravel(), minlength=count)
    small = size < 0.02 * mask.size
    small[0] = False
    return mask | small[labels]


def _full_size(outline: Mask, rgb: Array) -> Array:
    """Return the alpha at the picture's size, crisp where the picture is and soft where it is."""
    edge = reduced(rgb, _EDGE_SIDE)
    soft = cv2.resize(outline.astype(np.float32), edge.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    grain = max(edge.shape[:2]) / max(outline.shape)
    soft = cv2.GaussianBlur(soft, (0, 0), 1.0 * grain)
    soft = np.clip((soft - 0.5) * 2 + 0.5, 0, 1)
    alpha = upsample(soft, rgb, max(round(2.5 * grain), 2), _EDGE_VARIANCE)
    return cv2.GaussianBlur(np.clip((alpha - 0.1) / 0.8, 0, 1), (3, 3), 0.6)
