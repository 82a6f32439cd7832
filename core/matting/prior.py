"""Where the subject probably is, before any edge is looked at closely.

Source: W. Zhu, S. Liang, Y. Wei, J. Sun, "Saliency Optimization from Robust Background Detection",
CVPR 2014: what reaches the frame in its own colour is background.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from . import person_finder
from .superpixels import Superpixels, split

Array = NDArray[np.float32]

_SAME_COLOUR = 3.0  # Lab distance below which two pieces count as one
_REACH = 7.0  # how far (in Lab steps along the way) a piece's own region goes
_BOND = 10.0  # Lab distance at which two neighbours stop pulling on each other
_GAP = 0.06  # of the longer side: openings this narrow do not open an enclosure
_UNLIKE = 14.0  # Lab distance from which a piece does not show the background
_FLAT = 2.0  # Lab standard deviation below which a picture has no subject


def subject_prior(rgb: Array, progress: Callable[[float], None] | None = None) -> Array:
    """Return [H,W], 0..1, how surely each pixel of a small picture belongs to the subject; all 0 without one.

    Args:
        rgb: float32 [H,W,3], a few hundred pixels on the longer side.
        progress: Called with the share done.
    """
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)
    pieces = split(lab)
    if pieces.count < 4:
        return np.zeros(rgb.shape[:2], np.float32)
    found = person_finder.faces(rgb)
    if progress:
        progress(0.4)
    if found:
        return _of_people(pieces, person_finder.main_people(found))
    return _of_things(pieces)


def _of_people(pieces: Superpixels, persons: list) -> Array:
    shape = pieces.labels.shape
    sure, maybe = person_finder.certain(shape, persons), person_finder.possible(shape, persons)
    core, room = pieces.mean(sure), pieces.mean(maybe)
    frame = _touches(pieces, "top", "left", "right") | (_touches(pieces, "bottom") & (room < 0.5))
    background = _background(pieces, frame)
    subject = room * (1 - background) + 4 * core
    against = 4 * background * (1 - core) + 4 * (1 - room)
    first = _settle(pieces, subject, against)
    held = _enclosed(pieces, first, background) * room
    return pieces.paint(_settle(pieces, subject + 4 * held, against * (1 - held)))


def _enclosed(
    pieces: Superpixels, subject: NDArray[np.float64], background: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return 1 for pieces that the subject and the lower frame close in, unless they show the background.

    A dark thing held before a dark wall is part of the subject; the wall seen between arm and body is not,
    and is known by having the colour of what surely is background.
    """
    mask = pieces.paint(subject) > 0.5
    reach = max(round(_GAP * max(mask.shape)), 1)
    padded = np.pad(mask.astype(np.uint8), reach * 2)
    padded[-2 * reach :] = 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    inner = fill_holes(closed > 0)[2 * reach : -2 * reach, 2 * reach : -2 * reach] & ~mask
    sure = (background > 0.7) & (subject < 0.2)
    unlike = pieces.contrast[:, sure].min(axis=1) > _UNLIKE if sure.any() else np.ones(pieces.count, bool)
    return ((pieces.mean(inner.astype(np.float32)) > 0.5) & unlike).astype(np.float64)


def fill_holes(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask with everything filled that it closes in."""
    outside = np.pad((~mask).astype(np.uint8), 1, constant_values=1)
    cv2.floodFill(outside, None, (0, 0), 2)
    return outside[1:-1, 1:-1] != 2


def _of_things(pieces: Superpixels) -> Array:
    background = _background(pieces, _frame(pieces))
    away = np.hypot(*(pieces.place - 0.5).T)
    central = np.exp(-(away**2) / (2 * 0.35**2))
    subject = (_stands_out(pieces, background) + (1 - background) ** 2) * central
    return pieces.paint(_settle(pieces, subject, 3 * background**2))


def _background(pieces: Superpixels, frame: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how surely each piece is background: how much of the frame its colour region holds for its size."""
    step = np.where(
        pieces.neighbours | (frame[:, None] & frame[None]), np.maximum(pieces.contrast - _SAME_COLOUR, 0), np.inf
    )
    np.fill_diagonal(step, 0)
    alike = np.exp(-(_shortest(step) ** 2) / (2 * _REACH**2))
    held = alike[:, frame].sum(axis=1) / np.sqrt(alike.sum(axis=1))
    return 1 - np.exp(-(held**2) / 2)


def _stands_out(pieces: Superpixels, background: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each piece differs in colour from the background near it, 0..1."""
    apart = np.linalg.norm(pieces.place[:, None] - pieces.place[None], axis=2)
    contrast = (pieces.contrast * np.exp(-(apart**2) / (2 * 0.25**2)) * background[None]).sum(axis=1)
    return (contrast - contrast.min()) / max(float(np.ptp(contrast)), 1e-9)


def _settle(pieces: Superpixels, subject: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values 0..1 that follow both pulls and differ least between alike neighbours."""
    bond = np.where(pieces.neighbours, np.exp(-(pieces.contrast**2) / (2 * _BOND**2)) + 0.1, 0.0)
    system = np.diag(bond.sum(axis=1) + subject + background + 1e-9) - bond
    return np.clip(np.linalg.solve(system, subject), 0.0, 1.0)


def _shortest(step: NDArray[np.float64]) -> Array:
    """Return the length of the shortest way between any two pieces (Floyd and Warshall)."""
    ways = step.astype(np.float32)
    for middle in range(len(ways)):
        np.minimum(ways, ways[:, middle, None] + ways[None, middle], out=ways)
    return ways


def _frame(pieces: Superpixels) -> NDArray[np.bool_]:
    return _touches(pieces, "top", "left", "right", "bottom")


def _touches(pieces: Superpixels, *sides: str) -> NDArray[np.bool_]:
    labels = pieces.labels
    lines = {"top": labels[0], "left": labels[:, 0], "right": labels[:, -1], "bottom": labels[-1]}
    frame = np.zeros(pieces.count, bool)
    for side in sides:
        frame[lines[side]] = True
    return frame
