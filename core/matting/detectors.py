"""MediaPipe's finders of faces and palms: from a picture to boxes and points.

Source: V. Bazarevsky et al., "BlazeFace", 2019, and F. Zhang et al., "MediaPipe Hands", 2020 (anchors of one size
at the middle of each cell; offsets in pixels of the input; close answers are averaged by their scores, not dropped).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .networks import Network, shipped_network

Array = NDArray[Any]  # float32, or what an operation widens it to

_SAME = 0.3  # intersection over union from which two answers are of one thing


class Find(NamedTuple):
    """One thing that was found.

    Attributes:
        box: In pixels of the picture, a square.
        score: 0..1.
        points: float32 [N,2], x and y in pixels. Of a face: eyes, nose, mouth, ears (the person's right one first). Of
            a palm: wrist, the knuckles of index, middle, ring and little finger, base and knuckle of the thumb.
    """

    box: Box
    score: float
    points: Array


@dataclass(frozen=True)
class Detector:
    """A finder: its network and how it lays out its answers.

    Attributes:
        model_id: In the registry.
        side: Of the square that it sees, in pixels.
        cells: For each grid of anchors the pixels a cell has and the anchors in it.
        lowest: What black is in its input; white is 1.
    """

    model_id: str
    side: int
    cells: tuple[tuple[int, int], ...]
    lowest: float

    def find(self, rgb: Array, least: float, network: Network | None = None) -> list[Find]:
        """Return what it finds on a picture [H,W,3], the surest first.

        Args:
            rgb: float32 [H,W,3] in 0..1.
            least: Score from which an answer counts.
            network: Read before; else it is read now.

        Raises:
            FitAdError: Its network cannot be read or run.
        """
        if min(rgb.shape[:2]) < 1:
            return []
        square, scale, shift = _letterboxed(rgb, self.side)
        answer = (network or shipped_network(self.model_id)).all(square * (1 - self.lowest) + self.lowest)
        raw = next(part for part in answer.values() if part.shape[-1] == 1)[:, 0]
        offsets = next(part for part in answer.values() if part.shape[-1] > 1)
        scores: Array = 1 / (1 + np.exp(-np.clip(raw, -80, 80)))
        sure = scores >= least
        places = offsets.reshape(len(offsets), -1, 2)[sure]  # middle, size, points
        lies = np.arange(places.shape[1])[:, None] != 1  # the size lies nowhere
        places = (places + lies * (self._anchors()[sure][:, None] - shift)) / scale
        return _merged(scores[sure], np.asarray(places, np.float32))

    def _anchors(self) -> Array:
        grids = []
        for cell, count in self.cells:
            middles = (np.arange(self.side // cell, dtype=np.float32) + np.float32(0.5)) * cell
            grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
            grids.append(np.repeat(grid, count, axis=0))
        return np.concatenate(grids)


NEAR_FACES = Detector("mediapipe-face", 128, ((8, 2), (16, 6)), -1.0)
FAR_FACES = Detector("mediapipe-face-far", 192, ((4, 1),), -1.0)
PALMS = Detector("mediapipe-palm", 192, ((8, 2), (16, 6)), 0.0)


def overlap(one: Box, other: Box) -> float:
    """Return the intersection of two boxes over their union."""
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    common = max(width, 0.0) * max(height, 0.0)
    return common / max(one.width * one.height + other.width * other.height - common, 1e-9)


def _letterboxed(rgb: Array, side: int) -> tuple[Array, float, Array]:
    """Return the picture in the middle of a black square, its scale, and where its corner lies there (x, y)."""
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    square = np.zeros((side, side, 3), np.float32)
    square[top : top + size[1], left : left + size[0]] = cv2.resize(rgb, size, interpolation=way)
    return square, scale, np.array((left, top), np.float32)


def _merged(scores: Array, places: Array) -> list[Find]:
    """Return the answers with those of one thing averaged."""
    found = []
    left = list(np.argsort(-scores))
    while left:
        best = left[0]
        same = [one for one in left if overlap(_box(places[best]), _box(places[one])) > _SAME or one == best]
        mean = np.average(places[same], axis=0, weights=scores[same]).astype(np.float32)
        found.append(Find(_box(mean), float(scores[best]), mean[2:]))
        left = [one for one in left if one not in same]
    return found


def _box(place: Array) -> Box:
    (x, y), (width, height) = place[:2]
    return Box(float(x - width / 2), float(y - height / 2), float(width), float(height))
