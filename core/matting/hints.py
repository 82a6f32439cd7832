"""Strokes painted by hand: what to keep and what to remove, spread over the things they were painted on.

A stroke says more than its own pixels: on the cut-off tail of a cat it means the tail. GrabCut, on a reduced copy and
around the strokes only, finds how far each reaches; strokes themselves are always obeyed.

Source: C. Rother, V. Kolmogorov, A. Blake, "GrabCut", SIGGRAPH 2004 (cv2.grabCut).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .click_choice import Choice
from .prior import fill_holes
from .refinement import refine

Array = NDArray[Any]  # float32, or what an operation widens it to

_SIDE = 320
_AROUND = 1.5  # how far a stroke may reach, in lengths of itself
_LEAST_REACH = 0.08  # of the picture's longer side
_ROUNDS = 3
_SEED = 0  # cv2 has one random state for the process; GrabCut's k-means draws from it
_PAINTED = 0.5
_CHANGED = 0.05
_SAMPLES = 100
_FAR = np.float32(1e6)


class Hints(NamedTuple):
    """What a person said of a picture; painted masks are float32 [h,w] of any size, above one half where painted.

    Attributes:
        keep: Painted: belongs to the subject. None: nothing.
        remove: Painted: does not belong to it; wins where both are painted. None: nothing.
        choices: Things chosen by clicks, which are the subject; none: what stands out.
    """

    keep: Array | None = None
    remove: Array | None = None
    choices: tuple[Choice, ...] = ()


def corrected(answer: Array, rgb: Array, hints: Hints) -> Array:
    """Return an answer [H,W] with what was painted put right.

    Args:
        answer: float32 [H,W] 0..1.
        rgb: float32 [H,W,3].
        hints: What was painted.
    """
    kept, removed = (_stroke(painted, answer.shape) for painted in hints[:2])
    kept &= ~removed
    if not kept.any() and not removed.any():
        return answer
    result = _spread(answer, rgb, kept, removed)
    return np.where(removed, 0, np.where(kept, 1, result)).astype(np.float32)


def finished(alpha: Array, rgb: Array, hints: Hints) -> Array:
    """Return a finished alpha [H,W] with what was painted put right, new edges refined."""
    answer = corrected(alpha, rgb, hints)
    changed = (np.abs(answer - alpha) > _CHANGED).astype(np.float32)
    if not changed.any():
        return answer
    cell = max(alpha.shape) / _SIDE
    share = np.clip(2 * cv2.GaussianBlur(changed, (0, 0), 2 * cell), 0, 1)
    return answer + share * (refine(answer, rgb, cell) - answer)


def _stroke(painted: Array | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    if painted is None or not painted.size:
        return np.zeros(shape, bool)
    plane = np.nan_to_num(np.ascontiguousarray(painted, np.float32))
    return cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_LINEAR) > _PAINTED


def _spread(answer: Array, rgb: Array, kept: Array, removed: Array) -> Array:
    scale = min(1.0, _SIDE / max(answer.shape))
    size = tuple(max(round(length * scale), 1) for length in answer.shape[::-1])
    small, colours = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (answer, rgb))
    keep, remove = (
        cv2.resize(one.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0 for one in (kept, removed)
    )
    near = _reach(keep | remove)
    parted = _parted(small, colours, keep, remove, near)
    if parted is None:
        return answer
    changed = near & ((parted > 0) != (small > _PAINTED))
    both = [
        cv2.resize(plane.astype(np.float32), answer.shape[::-1], interpolation=cv2.INTER_LINEAR)
        for plane in (changed, parted)
    ]
    return answer + both[0] * (both[1] - answer)


def _reach(strokes: Array) -> NDArray[np.bool_]:
    """Return where the strokes may mean something: around each, as far as it is long."""
    near = np.zeros(strokes.shape, bool)
    count, _, stats, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8))
    for left, top, width, height, _ in stats[1:count]:
        far = int(max(_AROUND * max(width, height), _LEAST_REACH * max(strokes.shape)))
        near[max(top - far, 0) : top + height + far, max(left - far, 0) : left + width + far] = True
    return near


def _parted(small: Array, colours: Array, kept: Array, removed: Array, near: Array) -> NDArray[np.uint8] | None:
    subject = small > _PAINTED
    trimap = np.where(subject, cv2.GC_FGD, cv2.GC_BGD).astype(np.uint8)
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2Lab)
    ground, thing = (_nearness(lab, part & ~near) for part in (~subject, subject))
    wanted = _nearness(lab, kept) < ground
    unwanted = _nearness(lab, removed) < thing
    trimap[near & ~subject] = np.where(wanted, cv2.GC_PR_FGD, cv2.GC_PR_BGD)[near & ~subject]
    trimap[near & subject] = np.where(unwanted, cv2.GC_PR_BGD, cv2.GC_PR_FGD)[near & subject]
    trimap[kept] = cv2.GC_FGD
    trimap[removed] = cv2.GC_BGD
    inside = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    if inside.all() or not inside.any():
        return None
    picture = np.round(colours[..., ::-1] * 255).astype(np.uint8)
    cv2.setRNGSeed(_SEED)
    cv2.grabCut(picture, trimap, None, np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    like_the_stroke = cv2.dilate((wanted & near).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    gained = (trimap == cv2.GC_FGD) | ((trimap == cv2.GC_PR_FGD) & like_the_stroke)
    inside = (fill_holes(gained & ~subject) & ~removed) | (subject & (gained | (trimap == cv2.GC_PR_FGD)))
    return _touching(inside, kept, subject).astype(np.uint8)


def _nearness(lab: Array, part: Array) -> Array:
    """Return [h,w], each pixel's colour distance to the nearest of some colours of a part; far where it is empty."""
    colours = lab[part]
    if not len(colours):
        return np.full(part.shape, _FAR, np.float32)
    some = colours[np.linspace(0, len(colours) - 1, min(len(colours), _SAMPLES)).astype(int)]
    flat = lab.reshape(-1, 3)
    squares = (flat**2).sum(axis=1)[:, None] - 2 * flat @ some.T + (some**2).sum(axis=1)
    return squares.min(axis=1).reshape(part.shape)


def _touching(inside: Array, kept: Array, subject: Array) -> NDArray[np.bool_]:
    """Return the pieces that hold a stroke or were subject before; specks elsewhere mean nothing."""
    count, labels = cv2.connectedComponents(inside.astype(np.uint8))
    meant = np.zeros(count, bool)
    meant[np.unique(labels[kept | subject])] = True
    meant[0] = False
    return meant[labels]
