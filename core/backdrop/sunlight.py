"""Sun that falls into a room: through a window, past a branch. Fields [H,W] float32 0..1; sizes are (height, width)."""

from __future__ import annotations

import cv2
import numpy as np

from .textures import F32, Random, Size, grid, ramp


def panes(rng: Random, size: Size, horizon: float) -> F32:
    """Return sunlight [h,w] 0..1: slanting panes, soft at the edges, that turn where the wall meets the floor."""
    v, u = grid(size)
    aspect = size[1] / size[0]
    shift = rng.uniform(-0.05, 0.05)
    below = np.maximum(v - horizon, 0)
    wall = np.minimum(v, horizon)
    a = (u - 0.52 - shift) * aspect + 0.38 * (wall - 0.5) + 1.15 * below  # across the window
    b = wall - 0.47 + 0.34 * (u - 0.5) * aspect + 1.3 * below  # down the window
    soft = 0.012
    lit = np.zeros(size, np.float32)
    for column in (-1, 1):
        for row in (-1.5, -0.5, 0.5, 1.5):
            across = ramp(0.135 + soft, 0.135 - soft, np.abs(a - column * 0.15))
            down = ramp(0.105 + soft, 0.105 - soft, np.abs(b - row * 0.235))
            lit = np.maximum(lit, across * down)
    return cv2.GaussianBlur(lit, (0, 0), size[1] * 0.006)


def branch_shade(rng: Random, size: Size) -> F32:
    """Return how much sun [h,w] passes a twig with leaves that hangs in from a corner, far out of focus."""
    shade = np.zeros(size, np.float32)
    unit = (size[0] * size[1]) ** 0.5
    for _ in range(2):
        point = np.array([1.04 * size[1], rng.uniform(0.10, 0.42) * size[0]])
        heading = np.pi + rng.uniform(-0.35, 0.25)  # radians clockwise from the right: to the left
        for i in range(8):
            heading -= rng.uniform(0.02, 0.12)
            point = point + unit * 0.058 * np.array([np.cos(heading), np.sin(heading)])
            for side in (-1, 1):
                length = unit * rng.uniform(0.10, 0.14) * (1 - 0.05 * i)
                _add_leaf(shade, point, heading + side * rng.uniform(0.6, 1.0), length)
    return 1 - np.float32(0.55) * cv2.GaussianBlur(shade, (0, 0), unit * 0.010)


def _add_leaf(shade: F32, stem: F32, heading: float, length: float) -> None:
    """Fill one leaf that is pointed at both ends."""
    t = np.linspace(0, 1, 12)
    half = 0.20 * length * np.sin(np.pi * t) * (1 - 0.35 * t)
    along, across = np.array([np.cos(heading), np.sin(heading)]), np.array([-np.sin(heading), np.cos(heading)])
    middle = stem + t[:, None] * length * along
    outline = np.concatenate([middle + half[:, None] * across, (middle - half[:, None] * across)[::-1]])
    cv2.fillPoly(shade, [np.round(outline * 8).astype(np.int32)], 1.0, cv2.LINE_AA, shift=3)
