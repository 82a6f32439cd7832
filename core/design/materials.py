"""Paints as pictures: flat colours, gradients, and materials such as paper, linen, brick or felt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..backdrop import textures
from ..color.spaces import parse_hex
from ..errors import FitAdError
from .colours import Palette
from .schema_values import GradientSpec, Texture

F32 = NDArray[Any]  # float32, or what an operation widens it to
MATERIALS = ("paper", "kraft", "linen", "felt", "brick", "plaster", "wood", "board", "cloth")


def painted(paint: Any, palette: Palette, size: tuple[int, int], unit: float, seed: int = 0) -> F32:
    """Return a paint as a picture [h,w,3] float32 0..1.

    Args:
        paint: A colour, a gradient or a texture of the schema.
        palette: The colours by role.
        size: Width and height in px.
        unit: The canvas' unit in px, for the grain of materials.
        seed: Same seed, same material.

    Raises:
        FitAdError: There is no such material.
    """
    if isinstance(paint, str):
        flat = np.empty((size[1], size[0], 3), np.float32)
        flat[:] = parse_hex(palette.hex(paint))
        return flat
    if isinstance(paint, GradientSpec):
        return _gradient(paint, palette, size)
    return _material(paint, palette, size, unit, seed)


def _gradient(paint: GradientSpec, palette: Palette, size: tuple[int, int]) -> F32:
    width, height = size
    v, u = textures.grid((height, width))
    if paint.kind == "radial":
        longest = max(width, height)
        t = np.hypot((u - paint.centre[0]) * width, (v - paint.centre[1]) * height) / (paint.radius * longest)
    else:
        angle = np.radians(paint.angle)
        along = (u - 0.5) * np.cos(angle) * width + (v - 0.5) * np.sin(angle) * height
        reach = abs(np.cos(angle)) * width / 2 + abs(np.sin(angle)) * height / 2
        t = along / (2 * reach) + 0.5
    t = np.clip(t, 0, 1).astype(np.float32)
    colours = np.array([parse_hex(palette.hex(stop)) for stop in paint.stops], np.float32)
    at = paint.at if len(paint.at) == len(colours) else np.linspace(0, 1, len(colours))
    table_at = np.linspace(0, 1, 1024)
    table = np.stack([np.interp(table_at, at, colours[:, c]) for c in range(3)], axis=1).astype(np.float32)
    return table[(t * 1023).astype(np.int32)]


def _material(paint: Texture, palette: Palette, size: tuple[int, int], unit: float, seed: int) -> F32:
    if paint.texture not in MATERIALS:
        raise FitAdError(f"{paint.texture!r} is not a material", fix=f"Use one of: {', '.join(MATERIALS)}")
    # Made once at a modest size: no eye tells it from the full one, and it costs a fraction.
    k = min(1.0, 1600 / max(size))
    small = (max(round(size[0] * k), 8), max(round(size[1] * k), 8))
    relief = _relief(paint.texture, small, round(unit / 1350 * paint.scale * k, 3), seed)
    field = cv2.resize(relief, size, interpolation=cv2.INTER_CUBIC) if k < 1 else relief
    colour = np.array(parse_hex(palette.hex(paint.colour)), np.float32)
    if field.ndim == 2:
        return np.clip(colour * (1 + field[..., None] * paint.strength), 0, 1).astype(np.float32)
    tint = colour / max(float(colour.max()), 1e-3)
    return np.clip(field * (0.35 + 0.65 * tint) * (0.55 + 0.9 * float(colour.max())), 0, 1).astype(np.float32)


@lru_cache(maxsize=12)
def _relief(name: str, size: tuple[int, int], unit: float, seed: int) -> F32:
    rng = np.random.default_rng(seed)
    unit = max(unit, 0.15)
    rows = (size[1], size[0])
    made = {
        "paper": _paper, "kraft": _kraft, "linen": _linen, "cloth": _linen, "felt": _felt, "brick": _brick,
        "plaster": _plaster, "wood": _wood, "board": _board,
    }[name](rng, rows, unit)  # fmt: skip
    made.setflags(write=False)
    return made


def _paper(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    cloud = textures.clouds(rng, size, 260 * unit, 4)
    return (0.010 * textures.tooth(rng, size, unit) + 0.012 * cloud).astype(np.float32)


def _kraft(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    fibres = textures.noise(rng, size, 1.6 * unit, 26 * unit) + textures.noise(rng, size, 22 * unit, 1.6 * unit)
    return (0.02 * fibres + 0.018 * textures.clouds(rng, size, 120 * unit, 4)).astype(np.float32)


def _linen(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    return (0.032 * textures.weave(rng, size, unit) + 0.02 * textures.clouds(rng, size, 420 * unit, 3)).astype(
        np.float32
    )


def _felt(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    hair = textures.noise(rng, size, 1.3 * unit, 9 * unit) + textures.noise(rng, size, 9 * unit, 1.3 * unit)
    return (0.03 * hair + 0.02 * textures.clouds(rng, size, 40 * unit, 4)).astype(np.float32)


def _plaster(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    return (0.03 * textures.plaster(rng, size, unit)).astype(np.float32)


def _wood(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    grain, tone = textures.planks(rng, size, max(round(size[0] / (210 * unit)), 1))
    return (0.085 * grain + 0.05 * tone).astype(np.float32)


def _board(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    """Return a blackboard: wiped chalk in broad strokes."""
    wipes = textures.noise(rng, size, 60 * unit, 420 * unit) + 0.6 * textures.noise(rng, size, 18 * unit, 300 * unit)
    return (0.09 * np.maximum(wipes, -0.5) + 0.03 * textures.grain(rng, size)).astype(np.float32)


def _brick(rng: np.random.Generator, size: tuple[int, int], unit: float) -> F32:
    """Return a wall of bricks [H,W,3], lit from above, every brick of its own red."""
    height, width = size
    bh, bw, joint = 68 * unit, 196 * unit, 7 * unit
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wobble = textures.noise(rng, size, 30 * unit, 30 * unit) * 1.1 * unit
    row = np.floor((y + wobble) / bh)
    x = x + (row % 2) * bw / 2 + wobble
    column = np.floor(x / bw)
    fy, fx = (y + wobble) - row * bh, x - column * bw
    edge = np.minimum(np.minimum(fy, bh - fy), np.minimum(fx, bw - fx))
    inside = np.clip((edge - joint / 2) / max(2.2 * unit, 1.0), 0, 1)
    key = (row * 37 + column * 101).astype(np.int64) % 997
    tones = rng.normal(0, 1, (997, 2)).astype(np.float32)
    tone, hue = tones[key, 0], tones[key, 1]
    rough = textures.clouds(rng, size, 22 * unit, 4)
    light = 0.46 + 0.075 * tone + 0.05 * rough - 0.10 * np.clip(1 - edge / (6 * unit), 0, 1)
    light = light + 0.05 * np.clip(1 - (fy - joint / 2) / (5 * unit), 0, 1) * inside
    brick = np.stack([light * 1.0, light * (0.50 + 0.03 * hue), light * (0.43 + 0.03 * hue)], axis=-1)
    mortar = np.stack([0.20 + 0.02 * rough] * 3, axis=-1) * (1.0, 0.9, 0.88)
    return np.clip(mortar + (brick - mortar) * inside[..., None], 0, 1).astype(np.float32)
