"""A small network asked twice: about the whole picture, and about the part around its subject or more finely.

The first look finds what the subject is; the second shows it larger, so that its edge is finer and thin handles are
open. Where the closer look has lost a whole piece that the first was sure of (a saucer, the body of a cat), the piece
stays, unless it lies in an opening of what the closer look sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from . import closeup
from .prior import fill_holes

Array = NDArray[Any]  # float32, or what an operation widens it to
Look = Callable[[Array, int], Array]
"""Takes a picture [H,W,3] and the longer side in pixels to see it at; gives float32 [h,w] 0..1 at the size it saw."""

FIRST_SIDE = 256
FINE_SIDE = 320
FOUND = 0.2
_NOTHING = 0.35  # an answer that is nowhere surer shows no subject
_SURE = 0.8
_LOST = 0.5
_VAGUE = 0.16  # share of the answer that lies between the ends, from which a third look is asked for


class Looks(NamedTuple):
    """What was seen.

    Attributes:
        alpha: float32 [H,W], the coarse answer at the picture's size; all 0 without a subject.
        agreement: 0..1, how much of the subject both looks share.
        cell_px: Size of the finer look's pixels in those of the picture.
    """

    alpha: Array
    agreement: float
    cell_px: float


def look_twice(rgb: Array, look: Look, progress: Callable[[float], None] | None = None) -> Looks:
    """Return what a network sees of a picture in two looks, and in a third where those leave it vague.

    Args:
        rgb: float32 [H,W,3].
        look: Asks the network.
        progress: Called with the share done.
    """
    report = progress or (lambda share: None)
    size = rgb.shape[1::-1]
    first = _enlarged(look(rgb, FIRST_SIDE), size)
    report(0.4)
    if float(first.max()) < _NOTHING or _vagueness(first) > _VAGUE:
        finer = _enlarged(look(rgb, FINE_SIDE), size)
        first = finer if float(first.max()) < _NOTHING else (first + finer) / 2
    if float(first.max()) < _NOTHING:
        return Looks(np.zeros_like(first), 0.0, max(size) / FINE_SIDE)
    report(0.6)
    part = closeup.around(first, FOUND, FIRST_SIDE)
    if part is None:
        second = _enlarged(look(rgb, FINE_SIDE), size)
        return Looks(with_lost(first, second, second), agreement(first, second), max(size) / FINE_SIDE)
    return _closer(first, rgb, part, look)


def agreement(one: Array, other: Array) -> float:
    """Return how much of two masks is common: the sum of the lesser over that of the greater."""
    whole = float(np.maximum(one, other).sum())
    return float(np.minimum(one, other).sum()) / whole if whole else 0.0


def _closer(first: Array, rgb: Array, part: closeup.Crop, look: Look) -> Looks:
    seen = np.ascontiguousarray(rgb[part.rows, part.columns])
    closer = _enlarged(look(seen, FIRST_SIDE), seen.shape[1::-1])
    known = first[part.rows, part.columns]
    result = closeup.joined(first, closer, part)
    result[part.rows, part.columns] = with_lost(known, closer, result[part.rows, part.columns])
    return Looks(result, agreement(known, closer), max(seen.shape[:2]) / FIRST_SIDE)


def with_lost(known: Array, closer: Array, result: Array) -> Array:
    """Return the result with the pieces that one look was sure of and another has lost, both [H,W]."""
    radius = max(max(known.shape) // 200, 1)
    kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    gone = (known > _SURE) & (closer < _LOST) & ~fill_holes(closer > _LOST)
    pieces = cv2.erode(gone.astype(np.uint8), kernel)
    if not pieces.any():
        return result
    return np.where(cv2.dilate(pieces, kernel) > 0, np.maximum(result, known), result)


def _vagueness(alpha: Array) -> float:
    """Return the share of what was found that is neither sure nor nothing, beyond the edge's own width."""
    found = alpha > FOUND
    return float((found & (alpha < _SURE)).sum()) / max(float(found.sum()), 1.0)


def _enlarged(answer: Array, size: tuple[int, int]) -> Array:
    return np.clip(cv2.resize(answer, size, interpolation=cv2.INTER_CUBIC), 0, 1)
