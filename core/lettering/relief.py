"""Raised, carved and floating letters: distance from the edge -> height -> slope -> light."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

# the bevel leaves this share of the letter flat, so that the face keeps its colour
_FLAT_SHARE = 0.6
_STEEPNESS = 0.8
_BEVEL_EM = {"emboss": 0.05, "carved": 0.05, "floating": 0.022}
_GLOSS_POWER = 18
# reach of the darkness in corners, as a share of the bevel
_CORNER = 0.8
# the ridges of the bevel are rounded over this share of its width
_SMOOTH = 0.06


class Light(NamedTuple):
    """Where the light comes from, and how the material takes it.

    Attributes:
        deg: Clockwise from above.
        elevation_deg: Over the picture.
        specular: 0..1, strength of the gloss.
        occlusion: 0..1, darkness of corners.
    """

    deg: float
    elevation_deg: float = 40.0
    specular: float = 0.0
    occlusion: float = 0.0


class Surface(NamedTuple):
    """The relief of the letters.

    Attributes:
        light: [H,W] -1 (deep shade) .. 1 (full light); 0 on flat faces.
        height: [H,W] 0..1; 1 on the face, falling to 0 at the edge.
        bevel_px: Width of the sloping rim.
        gloss: [H,W] 0..1, mirrored light; None where none is asked for.
    """

    light: Array
    height: Array
    bevel_px: float
    gloss: Array | None = None


def surface(edge: Array, font_px: float, style: str, relief: float, light: Light) -> Surface:
    """Return the lit relief of the letters at the scale of ``edge``.

    Args:
        edge: Distance to the edge of the letters in px, above 0 inside; see ``distance.edge_distance``.
        font_px: Em size in the same px.
        style: ``emboss`` and ``floating`` rise at the edge, ``carved`` falls.
        relief: 0..1, width and strength of the bevel.
        light: The light.
    """
    distance = np.maximum(edge, 0)
    bevel = bevel_px(distance, font_px, style, relief)
    smooth = cv2.GaussianBlur(distance, (0, 0), max(_SMOOTH * bevel, 0.8))
    smooth[edge <= 0] = 0
    rim = _profile(smooth / bevel)
    slopes = _slopes(rim, _STEEPNESS * bevel * (-1.0 if style == "carved" else 1.0))
    # the slope is true only where all neighbours are inside too; from there it is carried on over the edge
    known = (distance > 1.6).astype(np.float32)
    strength = 0.4 + 0.75 * relief
    lit = np.clip(_carried_out(_lambert(*slopes, light), known) * strength, -1, 1)
    gloss = None
    if light.specular:
        gloss = np.clip(_carried_out(_mirrored(*slopes, light), known) * light.specular, 0, 1)
    if light.occlusion:
        lit = np.maximum(lit - light.occlusion * _corners(rim, bevel, style), -1)
    return Surface(lit, rim, bevel, gloss)


def _carried_out(light: Array, known: Array) -> Array:
    soft = cv2.GaussianBlur(light * known, (7, 7), 1.1)
    weight = cv2.GaussianBlur(known, (7, 7), 1.1)
    return soft / np.maximum(weight, 1e-3)


def bevel_px(distance: Array, font_px: float, style: str, relief: float) -> float:
    """Return the width of the bevel: by the size of the type, and never over the flat part of thin strokes."""
    inside = distance[distance > 0]
    if not inside.size:
        return 1.0
    widest = float(np.quantile(inside[:: max(inside.size // 200_000, 1)], 1 - _FLAT_SHARE))
    return max(min(most_bevel_px(font_px, style, relief), widest), 1.0)


def most_bevel_px(font_px: float, style: str, relief: float) -> float:
    """Return the width of the bevel of strokes that are wide enough for it."""
    return _BEVEL_EM[style] * font_px * (0.4 + 1.2 * relief)


def _profile(t: Array) -> Array:
    """Return the height of the rim over the way in, t = 0 at the edge and 1 at its end: half round, half slope."""
    t = np.clip(t, 0, 1)
    return (t * (1.5 - 0.5 * t)).astype(np.float32)


def _slopes(height: Array, scale: float) -> tuple[Array, Array]:
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    return dx, cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)


def _lambert(dx: Array, dy: Array, light: Light) -> Array:
    """Return how much more or less light than a level face each point gets."""
    to_x, to_y = toward(light.deg)
    flat = math.sin(math.radians(light.elevation_deg))
    level = math.cos(math.radians(light.elevation_deg))
    lit = (flat - level * (dx * to_x + dy * to_y)) / np.sqrt(1.0 + dx * dx + dy * dy) - flat
    return (np.maximum(lit, 0) / (1 - flat) + np.minimum(lit, 0) / flat).astype(np.float32)


def _mirrored(dx: Array, dy: Array, light: Light) -> Array:
    """Return the mirrored light 0..1, none on a level face.

    Source: James Blinn, "Models of light reflection for computer synthesized pictures" (1977): the half vector.
    """
    to_x, to_y = toward(light.deg)
    elevation = math.radians(light.elevation_deg)
    half = np.array([math.cos(elevation) * to_x, math.cos(elevation) * to_y, 1 + math.sin(elevation)])
    half /= np.linalg.norm(half)
    facing = (half[2] - half[0] * dx - half[1] * dy) / np.sqrt(1.0 + dx * dx + dy * dy)
    level = half[2] ** _GLOSS_POWER
    shine = np.maximum(np.maximum(facing, 0) ** _GLOSS_POWER - level, 0) / (1 - level)
    return shine.astype(np.float32)


def _corners(rim: Array, bevel: float, style: str) -> Array:
    """Return how shut in each point is, 0..1: by how much its surroundings rise above it."""
    height = 1 - rim if style == "carved" else rim
    around = cv2.GaussianBlur(height, (0, 0), max(_CORNER * bevel / 2, 0.8))
    return 2 * np.clip(around - height, 0, 0.5)


def toward(light_deg: float) -> tuple[float, float]:
    """Return the unit step (x right, y down) towards the light; 0° is above, 90° right."""
    angle = math.radians(light_deg)
    return math.sin(angle), -math.cos(angle)
