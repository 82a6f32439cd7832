"""A thing chosen by a click: what a network sees around that place, at several sizes.

A click says where the thing is, not how big it is, so that there are several answers to offer: the thing that a look
at the whole picture shows there, and those that closer looks show. A choice keeps place and size of the look, from
which the same answer comes again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from .two_looks import FIRST_SIDE, Look, agreement

Array = NDArray[Any]  # float32, or what an operation widens it to

SIZES = (1.0, 0.62, 0.38, 0.22)  # of the parts that are looked at, in longer sides of the picture
MOST = 12
_LEAST_PX = 32
_FOUND = 0.5
_SLIP = 0.03  # how far a click may lie beside the thing, in longer sides of the part
_SAME = 0.8
_LEAST_SHARE = 0.002  # of the picture
_MOST_CUT = 0.12  # of a side of the part: a thing that goes on beyond it is not shown whole


class Choice(NamedTuple):
    """A look at a part of a picture.

    Attributes:
        x: Of its middle, as a share of the picture's width.
        y: Of its middle, as a share of the picture's height.
        size: Of its sides, as a share of the picture's longer side.
    """

    x: float
    y: float
    size: float


class Candidate(NamedTuple):
    """What a choice shows: float32 [H,W], the coarse answer at the picture's size."""

    choice: Choice
    alpha: Array


def candidates(rgb: Array, x: float, y: float, look: Look) -> list[Candidate]:
    """Return the things that a click may mean, the biggest first; none where nothing is seen.

    Args:
        rgb: float32 [H,W,3].
        x: Of the click, as a share of the width.
        y: Of the click, as a share of the height.
        look: Asks the network.
    """
    found: list[Candidate] = []
    for size in SIZES:
        choice = Choice(x, y, size)
        alpha = chosen(rgb, choice, look)
        if float((alpha > _FOUND).mean()) < _LEAST_SHARE:
            continue
        if all(agreement(alpha, one.alpha) < _SAME for one in found):
            found.append(Candidate(choice, alpha))
    return sorted(found, key=lambda one: -float(one.alpha.sum()))


def chosen(rgb: Array, choice: Choice, look: Look) -> Array:
    """Return the thing of a choice, float32 [H,W]; all 0 where nothing is seen there."""
    height, width = rgb.shape[:2]
    side = max(round(choice.size * max(height, width)), _LEAST_PX)
    at = choice.x * width, choice.y * height
    rows, columns = _span(at[1], side, height), _span(at[0], side, width)
    part = np.ascontiguousarray(rgb[rows, columns])
    answer = cv2.resize(look(part, FIRST_SIDE), part.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    piece = _around(np.clip(answer, 0, 1), at[0] - columns.start, at[1] - rows.start)
    whole = np.zeros((height, width), np.float32)
    if _cut_through(piece, rows, columns, (height, width)) < _MOST_CUT:
        whole[rows, columns] = piece
    return whole


def all_chosen(rgb: Array, choices: Sequence[Choice], look: Look) -> Array:
    """Return all things chosen together, float32 [H,W]."""
    return np.max([chosen(rgb, choice, look) for choice in choices], axis=0)


def cell_px(rgb: Array, choices: Sequence[Choice]) -> float:
    """Return the size in pixels of the coarsest look's own pixels."""
    return max(choice.size for choice in choices) * max(rgb.shape[:2]) / FIRST_SIDE


def choices_in(text: str) -> tuple[Choice, ...]:
    """Return the choices of a saved text, ``[[x, y, size], …]``; none for an empty one.

    Raises:
        FitAdError: It is something else.
    """
    if not text.strip():
        return ()
    try:
        choices = tuple(Choice(*map(_share, one)) for one in json.loads(text))
    except (ValueError, TypeError) as exc:
        raise FitAdError(
            "The objects chosen for the cut-out could not be read",
            why=f"Each must be [x, y, size] between 0 and 1: {exc}",
            fix="Clear the field chosen, or choose again in the node",
        ) from exc
    if len(choices) > MOST:
        raise FitAdError(f"{len(choices)} objects are chosen", fix=f"Choose at most {MOST}")
    return choices


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    if not 0 <= value <= 1:
        raise ValueError(f"{value:g} lies outside 0 to 1")
    return float(value)


def _span(middle: float, side: int, end: int) -> slice:
    start = min(max(round(middle - side / 2), 0), max(end - side, 0))
    return slice(start, min(start + side, end))


def _cut_through(piece: Array, rows: slice, columns: slice, size: tuple[int, int]) -> float:
    """Return the share of the part's own sides, those within the picture, that run through the piece."""
    sides = {
        "top": (piece[0], rows.start > 0),
        "bottom": (piece[-1], rows.stop < size[0]),
        "left": (piece[:, 0], columns.start > 0),
        "right": (piece[:, -1], columns.stop < size[1]),
    }
    return max((float((line > _FOUND).mean()) for line, inner in sides.values() if inner), default=0.0)


def _around(answer: Array, x: float, y: float) -> Array:
    """Return the piece of an answer at a place, or the nearest within a slip of the hand; all 0 without one."""
    count, labels = cv2.connectedComponents((answer > _FOUND).astype(np.uint8))
    if count < 2:
        return np.zeros_like(answer)
    rows, columns = np.nonzero(labels)
    away = np.hypot(rows - y, columns - x)
    nearest = int(away.argmin())
    if away[nearest] > _SLIP * max(answer.shape):
        return np.zeros_like(answer)
    piece = (labels == labels[rows[nearest], columns[nearest]]).astype(np.uint8)
    reach = max(round(max(answer.shape) / 40), 2)
    rim = cv2.dilate(piece, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    others = (labels > 0) & (piece == 0)
    return np.where(rim & ~others, answer, 0)
