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
    """Return the tooth of heavy paper: fine grain lit from the top left, pulp below it, and a few pressed fibres."""
    fine = cv2.GaussianBlur(grain(rng, size), (0, 0), max(0.8 * unit, 0.5))
    lit = fine - np.roll(fine, (1, 1), (0, 1))
    fibres = ramp(2.2, 3.2, noise(rng, size, 2.2 * unit, 15 * unit)) - ramp(
        2.2, 3.2, noise(rng, size, 15 * unit, 2.2 * unit)
    )
    return lit * np.float32(1.3 * unit) + 0.16 * clouds(rng, size, 30 * unit, 3) + 0.5 * fibres


def weave(rng: Random, size: Size, unit: float) -> F32:
    """Return linen: threads over and under each other, no two equally thick, here and there a slub."""
    pitch = max(4.6 * unit, 3.0)
    height, width = size
    wander = resized(rng.standard_normal((max(height // 150, 3), max(width // 150, 3)), dtype=np.float32), size)
    y = (np.arange(height, dtype=np.float32)[:, None] + 1.1 * unit * wander) * np.float32(np.pi / pitch)
    x = (np.arange(width, dtype=np.float32)[None] - 1.1 * unit * wander) * np.float32(np.pi / pitch)
    sin_y, sin_x = np.sin(y), np.sin(x)
    over = np.float32(1.15) * (np.cos(y) * np.cos(x))  # which thread is on top, and the dip where it goes under
    gaps = -(np.abs(sin_y * sin_x) ** 3)
    across = noise(rng, size, pitch, 46 * unit) + 0.7 * slubs(rng, size, pitch, 90 * unit)
    down = noise(rng, size, 46 * unit, pitch) + 0.7 * slubs(rng, size, pitch, 90 * unit, upright=True)
    return 0.55 * over * (sin_x**2 - sin_y**2 + 0.6) + 1.5 * gaps + 0.42 * (across + down)


def slubs(rng: Random, size: Size, thick: float, length: float, upright: bool = False) -> F32:
    """Return the few places [H,W], about 1 high, where a thread is thicker."""
    cells = (length, 1.3 * thick) if upright else (1.3 * thick, length)
    return 2.2 * ramp(1.9, 3.0, noise(rng, size, *cells))


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
    """Return the figure of one flat-sawn board: pointed arches where the cut grazes a year ring, fibres and pores."""
    height, width = size
    thin = height / 144  # a fibre's thickness, px
    v, u = grid(size)
    warp = resized(rng.standard_normal((3, 9)).astype(np.float32), size)
    heart = rng.uniform(0.2, 0.8) if rng.random() < 0.7 else rng.uniform(1.2, 1.8)
    depth = 0.25 + 0.9 * np.abs(u - rng.uniform(-0.2, 1.2)) + 0.06 * warp  # of the cut below the ring that it grazes
    rings = np.hypot(v - heart + 0.05 * warp, 0.55 * depth) * rng.uniform(9, 13)
    rings = rings + 0.10 * noise(rng, size, height / 14, width / 22)
    year = rings - np.floor(rings)
    late = ramp(0.25, 0.90, year) * (1 - ramp(0.90, 1.0, year))  # wood darkens through a year and breaks off
    fibres = noise(rng, size, 1.5 * thin, width / 26) + 0.6 * noise(rng, size, 2.6 * thin, width / 9)
    pores = ramp(1.2, 2.2, noise(rng, size, 1.3 * thin, width / 70)) * (0.4 + 0.6 * (1 - late))
    broad = noise(rng, size, height / 2, width / 4)
    y = np.arange(height, dtype=np.float32)[:, None]
    edge = np.minimum(y, height - 1 - y)
    seam = np.exp(-edge / (1.4 * thin)) + 0.10 * np.exp(-edge / (9 * thin))
    return 0.30 - 0.95 * late + 0.22 * fibres - 0.75 * pores + 0.20 * broad - 3.2 * seam
