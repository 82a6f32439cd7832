"""Raised, carved and floating letters: distance from the edge -> height -> slope -> light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..._lazily import module
from .effect import EffectParams, LetteringEffect, Reach, Tint, number, toward

if TYPE_CHECKING:
    from ..composite import Plane
    from ..paint_context import Painting
    from ..style import LetteringStyle

cv2 = module("cv2")

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
# how much the light brightens and the shade darkens
_GLOSS, _SHADE = 0.8, 0.72


@dataclass(frozen=True)
class ReliefParams(EffectParams):
    """Parameters of the light on raised, carved and floating letters; strength and direction are the style's.

    Attributes:
        elevation_deg: Height of the light over the letters.
        specular: Gloss, 0 none .. 1 polished.
        occlusion: Darkness in the corners, 0 none .. 1 strong.
    """

    elevation_deg: float = number(40.0, 10, 80)
    specular: float = number(0.0, 0, 1)
    occlusion: float = number(0.0, 0, 1)


class LitSurface(NamedTuple):
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


class Relief(LetteringEffect):
    order = 70
    params = ReliefParams

    def reach(self, style: LetteringStyle, font_px: float) -> tuple[Reach | None, Reach | None]:
        return ((0.0, most_bevel_px(font_px, style.style, style.relief)) if is_raised(style) else None), None

    def tint(self, painting: Painting) -> Tint | None:
        return partial(lit, painting) if painting.surface is not None else None


def is_raised(style: LetteringStyle) -> bool:
    """Return whether the letters have a relief."""
    return style.style != "flat" and style.relief > 0


def lit(painting: Painting, planes: Sequence[Plane], rows: slice) -> Sequence[Plane]:
    """Return the colour planes of some rows under the light."""
    surface = painting.surface
    if surface is None:
        return planes
    light = surface.light[rows]
    bright, shaded = np.maximum(light, 0) * _GLOSS, 1 + np.minimum(light, 0) * _SHADE
    if surface.gloss is not None:
        bright = 1 - (1 - bright) * (1 - surface.gloss[rows])
    return [(value + (1 - value) * bright) * shaded for value in planes]


def lit_surface(painting: Painting) -> LitSurface | None:
    """Return the relief of the letters at the picture's own size; None for flat ones."""
    from ..filters import shrunk

    style, scale = painting.style, painting.scale
    if painting.distance is None or not is_raised(style):
        return None
    params = style.effects.of(ReliefParams)
    found = surface(painting.distance, painting.font_px * scale, style.style, style.relief, style.light_deg, params)
    if style.style == "carved":
        shade = np.clip(0.45 * found.light + _inner_shade(painting.fine, style, found.bevel_px), -1, 1)
        found = found._replace(light=shade)
    gloss = None if found.gloss is None else shrunk(found.gloss, scale)
    return LitSurface(shrunk(found.light, scale), shrunk(found.height, scale), found.bevel_px / scale, gloss)


def _inner_shade(fine: NDArray[np.uint8], style: LetteringStyle, bevel_px: float) -> Array:
    """Return the shade (-1..0) that the rim throws into a carved letter on the side of the light.

    It reaches no farther than the bevel, so that the floor keeps its colour.
    """
    from ..filters import shifted

    to_x, to_y = toward(style.light_deg)
    wall = shifted(255 - fine, -to_x * bevel_px, -to_y * bevel_px, outside=255)
    soft = cv2.GaussianBlur(wall.astype(np.float32), (0, 0), max(bevel_px * 0.35, 0.5)) / 255
    return -0.75 * np.clip(soft * 1.3 - 0.3, 0, 1) * (0.4 + 0.6 * style.relief)


def surface(
    edge: Array, font_px: float, style: str, relief: float, light_deg: float, params: ReliefParams
) -> LitSurface:
    """Return the lit relief of the letters at the scale of ``edge``.

    Args:
        edge: Distance to the edge of the letters in px, above 0 inside; see ``raster.distance.signed_distance``.
        font_px: Em size in the same px.
        style: ``emboss`` and ``floating`` rise at the edge, ``carved`` falls.
        relief: 0..1, width and strength of the bevel.
        light_deg: Where the light comes from, clockwise from above.
        params: How high it stands, and how the material takes it.
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
    shine = np.clip(_carried_out(_lambert(*slopes, light_deg, params), known) * strength, -1, 1)
    gloss = None
    if params.specular:
        gloss = np.clip(_carried_out(_mirrored(*slopes, light_deg, params), known) * params.specular, 0, 1)
    if params.occlusion:
        shine = np.maximum(shine - params.occlusion * _corners(rim, bevel, style), -1)
    return LitSurface(shine, rim, bevel, gloss)


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


def _lambert(dx: Array, dy: Array, light_deg: float, params: ReliefParams) -> Array:
    """Return how much more or less light than a level face each point gets."""
    to_x, to_y = toward(light_deg)
    flat = math.sin(math.radians(params.elevation_deg))
    level = math.cos(math.radians(params.elevation_deg))
    lit = (flat - level * (dx * to_x + dy * to_y)) / np.sqrt(1.0 + dx * dx + dy * dy) - flat
    return (np.maximum(lit, 0) / (1 - flat) + np.minimum(lit, 0) / flat).astype(np.float32)


def _mirrored(dx: Array, dy: Array, light_deg: float, params: ReliefParams) -> Array:
    """Return the mirrored light 0..1, none on a level face.

    Source: James Blinn, "Models of light reflection for computer synthesized pictures" (1977): the half vector.
    """
    to_x, to_y = toward(light_deg)
    elevation = math.radians(params.elevation_deg)
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


EFFECT = Relief()
