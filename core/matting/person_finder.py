"""Where people are: faces, and the head and body that hang together with each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .protected import SURE_FACE, find_faces

Array = NDArray[np.float32]


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
    """Return the faces of a picture, the biggest first; an animal's or a doll's seldom counts."""
    return sorted((face.box for face in find_faces(rgb, SURE_FACE)), key=lambda face: -face.width)


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
