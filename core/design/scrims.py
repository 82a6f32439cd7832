"""Scrims: a photo made darker or lighter where words stand, in steps, until they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import luminance, parse_hex
from ..text.bounds import Bounds, union
from .colours import Palette
from .inks import luminance_of
from .schema import ScrimLayer
from .sheet import Sheet

F32 = NDArray[Any]  # float32, or what an operation widens it to
_GOAL = 5.2  # contrast of the worst decile of what lies behind the words
_LIGHT = 0.42  # luminance behind the words from which they are dark on light
_STEPS = (0.0, 0.3, 0.45, 0.58, 0.7, 0.8, 0.88, 0.94, 1.0)
_SMALL = 4  # px a px of the field that a scrim is worked out on


def paint_scrim(sheet: Sheet, palette: Palette, layer: ScrimLayer, boxes: Sequence[Bounds], subject: F32) -> None:
    """Paint the weakest scrim on which the words in ``boxes`` read; nothing where they do already."""
    if not boxes:
        return
    dark = _is_dark(sheet, layer, boxes)
    ink = palette.hex("ground" if dark else "paper")
    type_ = palette.hex("type" if dark else "ink")
    shape = _field(sheet.size, layer.side, union(boxes))
    for step in _STEPS:
        strength = layer.least + (layer.most - layer.least) * step
        alpha = shape * np.float32(strength)
        if step == 1.0 or _reads(sheet, alpha, ink, type_, boxes, dark):
            break
    _lay(sheet, alpha, ink, dark)


def _is_dark(sheet: Sheet, layer: ScrimLayer, boxes: Sequence[Bounds]) -> bool:
    if layer.colour != "auto":
        return layer.colour == "dark"
    behind = np.concatenate([_behind(sheet.rgb, box) for box in boxes])
    return float(np.mean(luminance_of(behind))) < _LIGHT


def _behind(rgb: F32, box: Bounds) -> F32:
    height, width = rgb.shape[:2]
    x0, x1 = max(int(box.left), 0), min(int(box.right) + 1, width)
    y0, y1 = max(int(box.top), 0), min(int(box.bottom) + 1, height)
    return rgb[y0:y1:3, x0:x1:3].reshape(-1, 3)


def _field(size: tuple[int, int], side: str, box: Bounds) -> F32:
    """Return the scrim's shape [H,W] 0..1: full where words stand, fading out away from them."""
    width, height = size
    small = (max(width // _SMALL, 2), max(height // _SMALL, 2))
    v = ((np.arange(small[1], dtype=np.float32) + 0.5) / small[1] * height)[:, None]
    u = ((np.arange(small[0], dtype=np.float32) + 0.5) / small[0] * width)[None]
    if side in ("bottom", "top"):
        # it begins a little before the words and is full a little inside them
        out, into = 0.085 * height, min(0.14 * height, 0.6 * box.height)
        along = (v - box.top + out) / (out + into) if side == "bottom" else (box.bottom + out - v) / (out + into)
        across = 0.3 + 0.7 * _smooth((box.right + 0.42 * width - u) / (0.42 * width)) if box.left < 0.3 * width else 1.0
        if box.left >= 0.3 * width and box.right > 0.8 * width:
            across = 0.3 + 0.7 * _smooth((u - (box.left - 0.42 * width)) / (0.42 * width))
        field = _smooth(along) * across
    elif side in ("left", "right"):
        far = 0.22 * width if width < 2.2 * height else 0.08 * width
        along = (box.right + far - u) / far if side == "left" else (u - (box.left - far)) / far
        field = _smooth(along) * np.ones_like(v)
    else:
        dx = np.maximum(np.maximum(box.left - u, u - box.right), 0) / (0.22 * width)
        dy = np.maximum(np.maximum(box.top - v, v - box.bottom), 0) / (0.2 * height)
        field = _smooth(1 - np.hypot(dx, dy))
    return cv2.resize(np.broadcast_to(field, small[::-1]).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)


def _smooth(t: F32) -> F32:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def _mixed(rgb: F32, alpha: F32, ink: str, dark: bool) -> F32:
    """Return the picture under the scrim: half multiplied, so that hue and texture stay, half flat colour."""
    colour = np.array(parse_hex(ink), np.float32)
    if dark:
        goal = rgb * (0.16 + 0.5 * colour) * 0.55 + colour * 0.45
    else:
        goal = 1 - (1 - rgb) * (1 - colour) * 0.6
        goal = goal * 0.45 + colour * 0.55
    return rgb + (goal - rgb) * alpha[..., None]


def _reads(sheet: Sheet, alpha: F32, ink: str, type_: str, boxes: Sequence[Bounds], dark: bool) -> bool:
    own = float(luminance(parse_hex(type_)))
    for box in boxes:
        behind = _behind(sheet.rgb, box)
        through = _behind(alpha[..., None].repeat(3, axis=2), box)[:, 0]
        lums = luminance_of(_mixed(behind[:, None], through[:, None], ink, dark)[:, 0])
        worst = float(np.quantile(lums, 0.95 if dark else 0.05)) if len(lums) else own
        if (max(own, worst) + 0.05) / (min(own, worst) + 0.05) < _GOAL:
            return False
    return True


def _lay(sheet: Sheet, alpha: F32, ink: str, dark: bool) -> None:
    goal = _mixed(sheet.rgb, np.ones_like(alpha), ink, dark)
    sheet.colour("scrim", goal, alpha, 0, 0)
