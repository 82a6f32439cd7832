"""Where people are: faces, and the head and body that hang together with each."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box

Array = NDArray[np.float32]

_CASCADES = ("haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_default.xml")
_SMALLEST = 0.07  # of the shorter side

# Half the width of a body below a face, in widths of the face: (down from the face's middle, surely, at most)
_BODY = np.array(
    [
        (0.55, 0.20, 0.75),
        (0.80, 0.25, 0.95),
        (1.05, 0.50, 1.45),
        (1.30, 0.75, 1.80),
        (1.70, 0.95, 2.10),
        (2.50, 1.05, 2.50),
        (3.50, 1.10, 3.00),
        (6.00, 1.00, 3.20),
    ]
)


def faces(rgb: Array) -> list[Box]:
    """Return the frontal faces of a small picture, the biggest first.

    A face counts where two of OpenCV's Haar cascades agree; one alone sees faces in crockery.
    """
    grey = cv2.equalizeHist(cv2.cvtColor(np.round(rgb * 255).astype(np.uint8), cv2.COLOR_RGB2GRAY))
    least = max(round(_SMALLEST * min(grey.shape)), 20)
    first, second = ([Box(*map(float, box)) for box in _detect(grey, name, least)] for name in _CASCADES)
    agreed = [one for one in first if any(_overlap(one, other) > 0.3 for other in second)]
    return sorted(agreed, key=lambda face: -face.width)


def main_people(found: list[Box]) -> list[Box]:
    """Return the faces that are subjects: the biggest and those at least half as wide."""
    return [face for face in found if face.width >= 0.5 * found[0].width]


def certain(shape: tuple[int, int], people: list[Box]) -> Array:
    """Return [H,W], 1 where some person surely is: the face, the neck and the middle of the chest."""
    return _union(shape, [_figure(shape, face, sure=True) for face in people])


def possible(shape: tuple[int, int], people: list[Box]) -> Array:
    """Return [H,W], 1 where a person's hair, shoulders, arms or what they hold may be, fading to 0 outside."""
    return _union(shape, [_figure(shape, face, sure=False) for face in people])


def _figure(shape: tuple[int, int], face: Box, *, sure: bool) -> Array:
    rows, cols = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    across = (cols + 0.5 - (face.x + face.width / 2)) / face.width
    down = (rows + 0.5 - (face.y + face.height / 2)) / face.width
    wide, tall, lift = (0.36, 0.45, 0.02) if sure else (0.95, 1.15, 0.2)
    head = 1 - np.hypot(across / wide, (down + lift) / tall)
    half = np.interp(down, _BODY[:, 0], _BODY[:, 1 if sure else 2])
    body = np.where(down >= _BODY[0, 0], 1 - np.abs(across) / half, -1.0)
    inside = np.maximum(head, body)
    return ((inside > 0) if sure else np.clip(inside / 0.15 + 1, 0, 1)).astype(np.float32)


def _union(shape: tuple[int, int], parts: list[Array]) -> Array:
    return np.max([np.zeros(shape, np.float32), *parts], axis=0)


def _detect(grey: NDArray[np.uint8], cascade: str, least: int) -> list[tuple[int, int, int, int]]:
    path = Path(cv2.__file__).parent / "data" / cascade
    return list(cv2.CascadeClassifier(str(path)).detectMultiScale(grey, 1.1, 5, minSize=(least, least)))


def _overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    common = max(width, 0.0) * max(height, 0.0)
    return common / (one.width * one.height + other.width * other.height - common)
