"""Compositing: blend modes, and layers laid over a picture.

Colours are sRGB, alpha is straight. Source of the formulas: W3C, Compositing and Blending Level 1,
sections 5 (simple alpha compositing) and 9.1 (separable blend modes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB

Array = NDArray[np.floating]

_SOLID = 0.998  # alpha from which a pixel hides what lies below it
_BAND = 32  # rows mixed at a time, so that they stay in the processor's cache


@dataclass(frozen=True)
class RasterLayer:
    """A piece of picture [h,w,4] with its top left corner at x, y (px) of the canvas; it may reach beyond it."""

    name: str
    rgba: Array
    x: int
    y: int
    blend: str = "normal"


def _hard_light(below: Array, above: Array) -> Array:
    return np.where(above <= 0.5, below * 2 * above, _screen(below, 2 * above - 1))


def _screen(below: Array, above: Array) -> Array:
    return below + above - below * above


def _soft_light(below: Array, above: Array) -> Array:
    root = np.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(np.maximum(below, 0)))
    darker = below - (1 - 2 * above) * below * (1 - below)
    return np.where(above <= 0.5, darker, below + (2 * above - 1) * (root - below))


def _color_dodge(below: Array, above: Array) -> Array:
    bright = np.minimum(1.0, below / np.maximum(1 - above, 1e-6))
    return np.where(below <= 0, 0.0, np.where(above >= 1, 1.0, bright))


def _color_burn(below: Array, above: Array) -> Array:
    dark = 1 - np.minimum(1.0, (1 - below) / np.maximum(above, 1e-6))
    return np.where(below >= 1, 1.0, np.where(above <= 0, 0.0, dark))


_FORMULAS: dict[str, Callable[[Array, Array], Array]] = {
    "normal": lambda below, above: above,
    "multiply": lambda below, above: below * above,
    "screen": _screen,
    "overlay": lambda below, above: _hard_light(above, below),
    "soft-light": _soft_light,
    "hard-light": _hard_light,
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _color_dodge,
    "color-burn": _color_burn,
    "difference": lambda below, above: np.abs(below - above),
    "exclusion": lambda below, above: below + above - 2 * below * above,
}
MODES = tuple(_FORMULAS)


def blend(mode: str, below: Array, above: Array) -> Array:
    """Return the blended colour [..., 3] of two opaque colours, in one of ``MODES``."""
    return _FORMULAS[mode](below, above)


def lay_over(canvas: Array, layer: RasterLayer) -> None:
    """Lay a layer over ``canvas`` [H,W,3 or 4], which is changed in place; what reaches beyond it is cut off."""
    rows, columns, piece = overlap(canvas.shape, layer)
    if not piece.size:
        return
    below, alpha = canvas[rows, columns], piece[..., 3:]
    if canvas.shape[2] == 3 and layer.blend == "normal":
        for start in range(0, piece.shape[0], _BAND):
            _mix(below[start : start + _BAND], piece[start : start + _BAND])
        return
    if canvas.shape[2] == 3:
        color = blend(layer.blend, below, piece[..., :3])
        canvas[rows, columns] = below + alpha * (color - below)
        return
    under = below[..., 3:]
    color = (1 - under) * piece[..., :3] + under * blend(layer.blend, below[..., :3], piece[..., :3])
    united = alpha + under * (1 - alpha)
    mixed = alpha * color + (1 - alpha) * under * below[..., :3]
    canvas[rows, columns, :3] = np.where(united > 0, mixed / np.maximum(united, 1e-6), below[..., :3])
    canvas[rows, columns, 3:] = united


def tint(canvas: Array, alpha: Array, color: RGB, x: int, y: int) -> None:
    """Lay one colour over ``canvas`` [H,W,3], in place, as much as ``alpha`` [h,w] says; it must lie on the canvas."""
    below = canvas[y : y + alpha.shape[0], x : x + alpha.shape[1]]
    for start in range(0, alpha.shape[0], _BAND):
        part = below[start : start + _BAND]
        much = np.ascontiguousarray(alpha[start : start + _BAND], np.float32)
        part *= cv2.merge([1 - much] * 3)
        part += cv2.merge([much * value for value in color])


def _mix(below: Array, piece: Array) -> None:
    """Lay rows [h,w,4] over rows [h,w,3], in place."""
    rows = np.ascontiguousarray(piece, np.float32)
    color, alpha = np.empty(below.shape, np.float32), np.empty(below.shape, np.float32)
    cv2.mixChannels([rows], [color], [0, 0, 1, 1, 2, 2])
    cv2.mixChannels([rows], [alpha], [3, 0, 3, 1, 3, 2])
    color -= below
    color *= alpha
    below += color


def coverage(layer: RasterLayer, height: int, width: int) -> Array:
    """Return a layer's alpha on the canvas, [height,width]."""
    mask = np.zeros((height, width), np.float32)
    rows, columns, piece = overlap(mask.shape, layer)
    mask[rows, columns] = piece[..., 3]
    return mask


def for_linear_light(background: Array, layers: tuple[RasterLayer, ...]) -> tuple[RasterLayer, ...]:
    """Return plain layers that give the same picture where layers are mixed in linear light.

    ComfyUI's layer editor mixes ``normal`` layers in linear light, which makes soft edges and shadows lighter. Each
    partly covered pixel gets the alpha and colour that give, there, what sRGB mixing gives here. Blend modes are
    baked in. Layers are cut to the canvas. Where ``background`` [H,W,3 or 4] is clear, they stay as they are.
    """
    canvas = background[..., :3].copy()
    adapted = []
    for layer in layers:
        rows, columns, piece = overlap(canvas.shape, layer)
        below = canvas[rows, columns].copy()
        lay_over(canvas, layer)
        color = np.clip(blend(layer.blend, below, piece[..., :3]), 0, 1)
        rgba = np.dstack([color, piece[..., 3]]).astype(np.float32)
        plain = rgba.copy() if background.shape[2] == 4 else rgba
        _adapt(rgba, below, canvas[rows, columns])
        if background.shape[2] == 4:
            clear = background[rows, columns, 3] < _SOLID
            rgba[clear] = plain[clear]
        adapted.append(RasterLayer(layer.name, rgba, columns.start, rows.start))
    return tuple(adapted)


def _adapt(rgba: Array, below: Array, result: Array) -> None:
    """Change a piece [h,w,4] in place so that in linear light it makes ``result`` of ``below``.

    The alpha is the least-squares one for the given colour, or the least with which a colour of the gamut makes up
    for the rest.
    """
    part = np.flatnonzero((rgba[..., 3] > 0.002) & (rgba[..., 3] < _SOLID))
    if not part.size:
        return
    bottom, top, wanted = (_linear_planes(picture, part) for picture in (below, rgba, result))
    steps = [w - b for w, b in zip(wanted, bottom, strict=True)]
    acrosses = [t - b for t, b in zip(top, bottom, strict=True)]
    length = sum(a * a for a in acrosses)
    fit = sum(s * a for s, a in zip(steps, acrosses, strict=True)) / np.maximum(length, 1e-9)
    flat = rgba.reshape(-1, 4)
    alpha = np.where(length > 1e-6, fit, flat[part, 3])
    for step, low in zip(steps, bottom, strict=True):  # so much at least, for the colour to stay in the gamut
        room = np.where(step > 0, 1 - low, low)
        np.maximum(alpha, np.abs(step) / np.maximum(room, 1e-6), out=alpha)
    np.clip(alpha, 0, 1, out=alpha)
    far, part_of = alpha > 0.004, 1 / np.maximum(alpha, 1e-6)
    exact = [np.where(far, b + s * part_of, t) for b, s, t in zip(bottom, steps, top, strict=True)]
    flat[part] = cv2.merge([*(_srgb(plane) for plane in exact), alpha])[:, 0]


def _linear_planes(picture: Array, part: NDArray[np.intp]) -> list[Array]:
    """Return linear light of the colours of some pixels, given by their flat indices, as three arrays [N]."""
    whole = np.ascontiguousarray(picture, np.float32)
    planes = (plane.ravel().take(part) for plane in cv2.split(whole)[:3])
    return [np.where(v <= 0.04045, v / 12.92, _power((v + 0.055) / 1.055, 2.4)) for v in planes]


def _srgb(light: Array) -> Array:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * _power(light, 1 / 2.4) - 0.055)


def _power(values: Array, exponent: float) -> Array:
    return cv2.pow(values, exponent)[:, 0]


class Placeable(Protocol):
    """A picture [h,w,4] with the place of its top left corner."""

    @property
    def rgba(self) -> Array: ...
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...


def overlap(size: tuple[int, ...], layer: Placeable) -> tuple[slice, slice, Array]:
    """Return the rows and columns of a canvas (height, width) that a layer covers, and its piece that is there."""
    h, w = layer.rgba.shape[:2]
    top, left = max(layer.y, 0), max(layer.x, 0)
    bottom, right = max(min(layer.y + h, size[0]), top), max(min(layer.x + w, size[1]), left)
    piece = layer.rgba[top - layer.y : bottom - layer.y, left - layer.x : right - layer.x]
    return slice(top, bottom), slice(left, right), piece
