"""Seeded surface textures: grey fields [H,W] float32 around 0, made coarse and resized, so that they are cheap.

Sizes are (height, width). ``unit`` is the length in px that counts as one px of a 1080 px wide picture, so that a
texture keeps its look at every size.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[Any]  # float32, or what an operation widens it to
Size = tuple[int, int]
Random = np.random.Generator


def ramp(low: float, high: float, values: F32 | float) -> F32:
    """Return the smooth step 0..1 of values between ``low`` and ``high``."""
    t = np.clip((np.asarray(values, np.float32) - low) / np.float32(high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def grid(size: Size) -> tuple[F32, F32]:
    """Return v [H,1] and u [1,W], 0..1 from the top left, at pixel centres."""
    height, width = size
    v = (np.arange(height, dtype=np.float32) + 0.5) / height
    u = (np.arange(width, dtype=np.float32) + 0.5) / width
    return v[:, None], u[None, :]


def resized(field: F32, size: Size, how: int = cv2.INTER_CUBIC) -> F32:
    """Return the field at another size."""
    return cv2.resize(field, (size[1], size[0]), interpolation=how)


def noise(rng: Random, size: Size, cell_y: float, cell_x: float) -> F32:
    """Return smooth noise (mean 0, deviation about 1) whose blotches are ``cell`` px apart."""
    height, width = size
    coarse = (max(round(height / max(cell_y, 1)), 1) + 3, max(round(width / max(cell_x, 1)), 1) + 3)
    field = rng.standard_normal(coarse, dtype=np.float32)
    grown = (round(height * coarse[0] / (coarse[0] - 3)), round(width * coarse[1] / (coarse[1] - 3)))
    if grown[0] * grown[1] > 4 * height * width:  # very large cells: grow only as far as needed
        grown = (min(grown[0], 2 * height), min(grown[1], 2 * width))
    return resized(field, grown)[(grown[0] - height) // 2 :, (grown[1] - width) // 2 :][:height, :width]


def clouds(rng: Random, size: Size, cell: float, octaves: int = 4, fade: float = 0.55) -> F32:
    """Return fractal noise, its largest blotches ``cell`` px apart, made at the resolution its finest octave needs."""
    finest = max(cell / 2 ** (octaves - 1) / 3, 1.0)
    small = (max(int(size[0] / finest), 8), max(int(size[1] / finest), 8))
    total = np.zeros(small, np.float32)
    for octave in range(octaves):
        step = cell / finest / 2**octave
        total += np.float32(fade**octave) * noise(rng, small, step, step)
    return resized(total, size, cv2.INTER_LINEAR)


def grain(rng: Random, size: Size) -> F32:
    """Return white noise (deviation 1), tiled beyond 1536 px: no eye finds the repeat."""
    height, width = size
    tile = rng.standard_normal((min(height, 1536), min(width, 1536)), dtype=np.float32)
    if tile.shape == size:
        return tile
    return np.tile(tile, (-(-height // tile.shape[0]), -(-width // tile.shape[1])))[:height, :width]


def tooth(rng: Random, size: Size, unit: float) -> F32:
    """Return the tooth of heavy paper: fine grain lit from the top left, with a few soft fibres."""
    fine = cv2.GaussianBlur(grain(rng, size), (0, 0), max(0.8 * unit, 0.5))
    lit = fine - np.roll(fine, (1, 1), (0, 1))
    return lit * np.float32(1.3 * unit) + 0.35 * clouds(rng, size, 26 * unit, 3)


def weave(rng: Random, size: Size, unit: float) -> F32:
    """Return linen: uneven threads both ways, some thick, over and under each other."""
    across = noise(rng, size, 2.2 * unit, 70 * unit) + 0.7 * noise(rng, size, 5 * unit, 240 * unit)
    down = noise(rng, size, 70 * unit, 2.2 * unit) + 0.7 * noise(rng, size, 240 * unit, 5 * unit)
    over = noise(rng, size, 2.4 * unit, 2.4 * unit)
    return 0.42 * across + 0.42 * down + 0.3 * over


def plaster(rng: Random, size: Size, unit: float) -> F32:
    """Return trowelled concrete: clouds, slanting strokes, fine sand and a few pits."""
    cloud = clouds(rng, size, 330 * unit, 6, 0.6)
    strokes = noise(rng, size, 26 * unit, 190 * unit)
    sand = cv2.GaussianBlur(grain(rng, size), (0, 0), max(0.9 * unit, 0.5))
    pits = noise(rng, size, 7 * unit, 7 * unit)
    pits = ramp(2.35, 3.0, pits + 0.35 * cloud)
    relief = np.roll(pits, (round(2 * unit), round(2 * unit)), (0, 1))
    return 0.62 * cloud + 0.22 * strokes + 0.5 * sand - 1.9 * pits + 0.9 * relief


def planks(rng: Random, size: Size, count: int) -> tuple[F32, F32]:
    """Return grain and tone [H,W] of wooden boards that lie side by side, their grain along x.

    The grain is dark where it is low (pores, seams between boards); the tone is one value a board.
    """
    height, width = size
    grain_ = np.empty(size, np.float32)
    tone = np.empty(size, np.float32)
    edges = np.linspace(0, height, count + 1).round().astype(int)
    for top, bottom in pairwise(edges):
        grain_[top:bottom] = _board(rng, (bottom - top, width))
        tone[top:bottom] = rng.normal()
    return grain_, tone


def _board(rng: Random, size: Size) -> F32:
    """Return the figure of one board: year rings cut lengthwise, streaks and pores."""
    height, width = size
    v, u = grid(size)
    bend = resized(rng.standard_normal((3, 6)).astype(np.float32), size)
    heart = rng.uniform(-0.5, 1.5)
    rings = np.abs(v - heart + 0.10 * bend + 0.05 * (u - 0.5)) * rng.uniform(7, 11)
    rings = rings + 0.25 * noise(rng, size, height / 5, width / 9)
    figure = np.sin(2 * np.pi * rings).astype(np.float32)
    streaks = noise(rng, size, 3, width / 4) + 0.8 * noise(rng, size, 1.4, width / 11)
    pores = ramp(1.3, 2.4, noise(rng, size, 1.5, width / 40))
    y = np.arange(height, dtype=np.float32)[:, None]
    seam = np.exp(-np.minimum(y, height - 1 - y) / 1.3)
    return 0.30 * figure + 0.42 * streaks - 0.7 * pores - 3.0 * seam
