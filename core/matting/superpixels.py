"""A picture as a few hundred pieces of one colour each, and the graph of their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_PIECES = 500


@dataclass(frozen=True)
class Superpixels:
    """Pieces that follow the edges of a picture.

    Attributes:
        labels: int32 [H,W], 0..count-1.
        colour: float64 [count,3], mean CIE Lab.
        place: float64 [count,2], mean x and y, each 0..1 of the picture.
        size: float64 [count], pixels.
    """

    labels: NDArray[np.int32]
    colour: NDArray[np.float64]
    place: NDArray[np.float64]
    size: NDArray[np.float64]

    @property
    def count(self) -> int:
        return len(self.size)

    @cached_property
    def neighbours(self) -> NDArray[np.bool_]:
        """[count,count], true where two pieces touch."""
        touch = np.zeros((self.count, self.count), bool)
        rows = self.labels[:, 1:], self.labels[:, :-1]
        columns = self.labels[1:], self.labels[:-1]
        for one, other in (rows, columns):
            apart = one != other
            touch[one[apart], other[apart]] = True
        return touch | touch.T

    @cached_property
    def contrast(self) -> NDArray[np.float64]:
        """[count,count], distance of two pieces' colours in Lab."""
        return np.linalg.norm(self.colour[:, None] - self.colour[None], axis=2)

    def mean(self, plane: Array) -> NDArray[np.float64]:
        """Return the mean of a [H,W] plane in each piece."""
        return np.bincount(self.labels.ravel(), plane.ravel().astype(np.float64), self.count) / self.size

    def paint(self, values: NDArray[np.float64]) -> Array:
        """Return a [H,W] plane that holds each piece's value."""
        return values.astype(np.float32)[self.labels]


def split(lab: Array) -> Superpixels:
    """Return the superpixels of a small picture: a watershed of the smoothed picture from a grid of seeds.

    Args:
        lab: float32 [H,W,3], CIE Lab (L 0..100).
    """
    height, width = lab.shape[:2]
    labels = _watershed(lab)
    size = np.bincount(labels.ravel()).astype(np.float64)
    rows, cols = np.mgrid[:height, :width].astype(np.float32)

    def mean(plane: Array) -> NDArray[np.float64]:
        return np.bincount(labels.ravel(), plane.ravel().astype(np.float64)) / size

    colour = np.stack([mean(lab[..., channel]) for channel in range(3)], axis=1)
    place = np.stack([mean((cols + 0.5) / width), mean((rows + 0.5) / height)], axis=1)
    return Superpixels(labels, colour, place, size)


def _watershed(lab: Array) -> NDArray[np.int32]:
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    steps = cv2.absdiff(smooth, cv2.blur(smooth, (3, 3))).sum(axis=2)
    height, width = steps.shape
    pitch = max(4, int(np.sqrt(height * width / _PIECES)))
    reach = pitch // 4
    seeds = np.zeros((height, width), np.int32)
    for y in range(min(pitch // 2, height - 1), height, pitch):
        for x in range(min(pitch // 2, width - 1), width, pitch):
            top, left = max(y - reach, 0), max(x - reach, 0)
            window = steps[top : y + reach + 1, left : x + reach + 1]
            dy, dx = np.unravel_index(int(window.argmin()), window.shape)  # the calmest spot nearby
            seeds[top + dy, left + dx] = seeds.max() + 1
    cv2.watershed(_bytes(smooth), seeds)
    return _close_ridges(seeds)


def _close_ridges(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the labels 0.. with the ridges between them (below 1) given to a neighbour."""
    filled = labels.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    while (gap := filled < 1).any():
        filled[gap] = cv2.dilate(filled, kernel)[gap]
    _, dense = np.unique(filled, return_inverse=True)
    return dense.reshape(labels.shape).astype(np.int32)


def _bytes(lab: Array) -> NDArray[np.uint8]:
    return np.clip(np.round(lab * (2.55, 1, 1) + (0, 128, 128)), 0, 255).astype(np.uint8)
