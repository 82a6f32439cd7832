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
_ELEVATION_DEG = 40.0
_STEEPNESS = 0.8
_BEVEL_EM = {"emboss": 0.05, "carved": 0.05, "floating": 0.022}


class Surface(NamedTuple):
    """The relief of the letters.

    Attributes:
        light: [H,W] -1 (deep shade) .. 1 (full light); 0 on flat faces.
        height: [H,W] 0..1; 1 on the face, falling to 0 at the edge.
        bevel_px: Width of the sloping rim.
    """

    light: Array
    height: Array
    bevel_px: float


def inside_distance(fine: NDArray[np.uint8]) -> Array:
    """Return each pixel's distance to the edge of the letters, in fine px; 0 outside.

    The edge is taken where the coverage says, between the pixels, so that slopes show no steps.
    """
    inside = (fine >= 128).astype(np.uint8)
    distance, labels = cv2.distanceTransformWithLabels(
        inside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    outer = np.flatnonzero(inside == 0)
    nearest = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int64)
    nearest[labels.ravel()[outer]] = outer
    inner = np.flatnonzero(inside)
    seeds = nearest[labels.ravel()[inner]]
    width = fine.shape[1]
    across = inner % width - seeds % width
    down = inner // width - seeds // width
    distance.ravel()[inner] = np.sqrt(across * across + down * down) + fine.ravel()[seeds] / 255 - 0.5
    return distance


def outside_distance(fine: NDArray[np.uint8]) -> Array:
    """Return each pixel's distance from the letters, in fine px; 0 inside."""
    return cv2.distanceTransform((fine < 128).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def surface(fine: NDArray[np.uint8], font_px: float, style: str, relief: float, light_deg: float) -> Surface:
    """Return the lit relief of the letters at the scale of ``fine``.

    Args:
        fine: Coverage uint8.
        font_px: Em size in px of ``fine``.
        style: ``emboss`` and ``floating`` rise at the edge, ``carved`` falls.
        relief: 0..1, width and strength of the bevel.
        light_deg: Where the light comes from, clockwise from above.
    """
    distance = inside_distance(fine)
    bevel = bevel_px(distance, font_px, style, relief)
    rim = _profile(distance / bevel)
    light = _lambert(_STEEPNESS * bevel * rim, light_deg, -1.0 if style == "carved" else 1.0)
    # the slope is true only where all neighbours are inside too; from there it is carried on over the edge
    light = _carried_out(light, (distance > 1.6).astype(np.float32))
    return Surface(np.clip(light * (0.4 + 0.75 * relief), -1, 1), rim, bevel)


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
    return max(min(_BEVEL_EM[style] * font_px * (0.4 + 1.2 * relief), widest), 1.0)


def _profile(t: Array) -> Array:
    """Return the height of the rim over the way in, t = 0 at the edge and 1 at its end: half round, half slope."""
    t = np.clip(t, 0, 1)
    return (t * (1.5 - 0.5 * t)).astype(np.float32)


def _lambert(height: Array, light_deg: float, direction: float) -> Array:
    """Return how much more or less light than a level face each point gets."""
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8) * direction
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8) * direction
    to_x, to_y = toward(light_deg)
    flat = math.sin(math.radians(_ELEVATION_DEG))
    level = math.cos(math.radians(_ELEVATION_DEG))
    lit = (flat - level * (dx * to_x + dy * to_y)) / np.sqrt(1.0 + dx * dx + dy * dy) - flat
    return np.maximum(lit, 0) / (1 - flat) + np.minimum(lit, 0) / flat


def toward(light_deg: float) -> tuple[float, float]:
    """Return the unit step (x right, y down) towards the light; 0° is above, 90° right."""
    angle = math.radians(light_deg)
    return math.sin(angle), -math.cos(angle)
