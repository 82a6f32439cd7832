"""Colour on the letters: face, relief, outline, shadows, ink texture; composited in premultiplied alpha."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color import RGB, parse_hex
from .brush import blurred, dry_ink
from .relief import Surface, outside_distance, surface, toward
from .style import LetteringStyle

Array = NDArray[Any]  # float32, or what an operation widens it to
Fine = NDArray[np.uint8]

_SHADOW_BLUR_EM = 0.05
_SHADOW_STEP_EM = 0.035
_CAST_BLUR_EM = 0.07
_CAST_STEP_EM = 0.16
_GLOSS = 0.8
_SHADE = 0.72
_LEAST_ALPHA = 1e-4


class Margins(NamedTuple):
    """What the effects need around the ink, in px."""

    left: float
    top: float
    right: float
    bottom: float


class Painted(NamedTuple):
    """Letters in colour: rgba straight alpha [H,W,4], coverage [H,W], height map [H,W]."""

    rgba: Array
    mask: Array
    depth: Array


def margins(style: LetteringStyle, font_px: float) -> Margins:
    """Return the room that outline and shadows take on each side."""
    sides = [0.0, 0.0, 0.0, 0.0]
    for step, blur in _shadows(style, font_px):
        x, y = step
        reach = 2.8 * blur + style.outline_px
        sides = [max(side, reach + out) for side, out in zip(sides, (-x, -y, x, y), strict=True)]
    if style.outline_px:
        sides = [max(side, style.outline_px + 0.5) for side in sides]
    return Margins(*sides)


def _shadows(style: LetteringStyle, font_px: float) -> list[tuple[tuple[float, float], float]]:
    to_x, to_y = toward(style.light_deg)
    found = []
    if style.shadow:
        step = _SHADOW_STEP_EM * font_px
        found.append(((-to_x * step, -to_y * step), _SHADOW_BLUR_EM * font_px))
    if style.style == "floating" and style.relief:
        step = _CAST_STEP_EM * font_px * style.relief
        found.append(((-to_x * step, -to_y * step), _CAST_BLUR_EM * font_px * (0.4 + style.relief)))
    return found


def paint(fine: Fine, scale: int, emoji: Array | None, style: LetteringStyle, font_px: float) -> Painted:
    """Return the letters in colour.

    Args:
        fine: Coverage uint8 [H*scale, W*scale].
        scale: Enlargement of ``fine``.
        emoji: [H,W,4] straight alpha, drawn on top, or None.
        style: Colours and effects.
        font_px: Em size in px of the picture.
    """
    cover = shrink(fine.astype(np.float32) / 255, scale)
    relief = _relief(fine, scale, style, font_px)
    shape = cover if emoji is None else np.maximum(cover, emoji[..., 3])
    edge = _outlined(fine, scale, shape, emoji, style)
    layers: list[tuple[Array, Array | RGB]] = [*_shadow_layers(edge, style, font_px)]
    if style.outline_px:
        layers.append((edge, parse_hex(style.outline_color)))
    if style.brush:
        kept = dry_ink(cover, font_px, style.brush, style.seed)
        cover = cover * kept
        shape = cover if emoji is None else np.maximum(cover, emoji[..., 3])
    layers.append((cover, _face(style, relief)))
    if emoji is not None:
        layers.append((emoji[..., 3], emoji[..., :3]))
    return Painted(_composite(layers), shape, _depth(shape, relief, style))


def shrink(fine: Array, scale: int) -> Array:
    """Return the picture at its own size; each pixel is the mean of its fine pixels."""
    if scale == 1:
        return fine
    return cv2.resize(fine, (fine.shape[1] // scale, fine.shape[0] // scale), interpolation=cv2.INTER_AREA)


def _relief(fine: Fine, scale: int, style: LetteringStyle, font_px: float) -> Surface | None:
    if style.style == "flat" or not style.relief:
        return None
    lit = surface(fine, font_px * scale, style.style, style.relief, style.light_deg)
    if style.style == "carved":
        lit = Surface(
            np.clip(0.45 * lit.light + _inner_shadow(fine, style, lit.bevel_px), -1, 1), lit.height, lit.bevel_px
        )
    return Surface(shrink(lit.light, scale), shrink(lit.height, scale), lit.bevel_px / scale)


def _inner_shadow(fine: Fine, style: LetteringStyle, bevel_px: float) -> Array:
    """Return the shade (-1..0) that the rim throws into a carved letter on the side of the light.

    It reaches no farther than the bevel, so that the floor keeps its colour.
    """
    to_x, to_y = toward(style.light_deg)
    wall = _moved(255 - fine, -to_x * bevel_px, -to_y * bevel_px, outside=255)
    soft = cv2.GaussianBlur(wall.astype(np.float32), (0, 0), max(bevel_px * 0.35, 0.5)) / 255
    return -0.75 * np.clip(soft * 1.3 - 0.3, 0, 1) * (0.4 + 0.6 * style.relief)


def _moved(picture: NDArray, x: float, y: float, outside: float = 0) -> NDArray:
    matrix = np.array([[1, 0, x], [0, 1, y]], dtype=np.float32)
    size = picture.shape[1], picture.shape[0]
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=outside)


def _outlined(fine: Fine, scale: int, shape: Array, emoji: Array | None, style: LetteringStyle) -> Array:
    """Return the coverage of letters and outline together."""
    if not style.outline_px:
        return shape
    if emoji is not None:
        fine = np.maximum(fine, cv2.resize((emoji[..., 3] * 255).astype(np.uint8), fine.shape[1::-1]))
    # distances run between pixel centres, and the edge lies half a pixel before the first one outside
    ring = np.clip(style.outline_px * scale + 1 - outside_distance(fine), 0, 1)
    return np.maximum(shrink(ring, scale), shape)


def _shadow_layers(edge: Array, style: LetteringStyle, font_px: float) -> list[tuple[Array, RGB]]:
    strengths = [0.85 * style.shadow] if style.shadow else []
    if style.style == "floating" and style.relief:
        strengths.append(0.3 + 0.3 * style.relief)
    layers = []
    for (step, blur), strength in zip(_shadows(style, font_px), strengths, strict=True):
        layers.append((soft_shadow(edge, step, blur) * strength, (0.0, 0.0, 0.0)))
    return layers[::-1]


def soft_shadow(cover: Array, step: tuple[float, float], blur: float) -> Array:
    """Return the coverage moved by ``step`` px and blurred by ``blur`` px."""
    return blurred(_moved(cover, *step), blur)


def _face(style: LetteringStyle, relief: Surface | None) -> Array | RGB:
    color = parse_hex(style.color)
    if relief is None:
        return color
    face = np.empty((*relief.light.shape, 3), dtype=np.float32)
    lit, shaded = np.maximum(relief.light, 0) * _GLOSS, 1 + np.minimum(relief.light, 0) * _SHADE
    for number, value in enumerate(color):
        face[..., number] = (value + (1 - value) * lit) * shaded
    return face


def _depth(shape: Array, relief: Surface | None, style: LetteringStyle) -> Array:
    """Return the height map, near = bright: a slab for flat letters, the bevelled body for the others."""
    if relief is None:
        return shape
    height = np.clip(relief.height, 0, 1) * shape
    if style.style == "carved":
        return 1.0 - height * (0.35 + 0.65 * style.relief)
    return height


def _composite(layers: list[tuple[Array, Array | RGB]]) -> Array:
    """Return the layers, lowest first, over nothing: straight alpha, colour bled where alpha is 0."""
    cover, color = layers[0]
    alpha = cover
    planes = [cover * channel for channel in _channels(color)]
    for cover, color in layers[1:]:
        rest = 1 - cover
        alpha = cover + alpha * rest
        planes = [plane * rest + cover * channel for plane, channel in zip(planes, _channels(color), strict=True)]
    rgba = np.empty((*alpha.shape, 4), dtype=np.float32)
    share = 1 / np.maximum(alpha, _LEAST_ALPHA)
    nothing = alpha < _LEAST_ALPHA
    for number, (plane, bled) in enumerate(zip(planes, _channels(layers[0][1]), strict=True)):
        rgba[..., number] = np.where(nothing, bled, np.minimum(plane * share, 1))
    rgba[..., 3] = alpha
    return rgba


def _channels(color: Array | RGB) -> list[Array | np.float32]:
    if isinstance(color, tuple):
        return [np.float32(value) for value in color]
    return [color[..., number] for number in range(3)]
