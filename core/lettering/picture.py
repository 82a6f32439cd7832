"""The finished picture: words set and painted, then cut tight or placed in their box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..fonts import FontFace, find
from ..layout import Box
from . import Lettering
from .glyphs import clean
from .ink import draw, draw_colour, scale_for
from .paint import Painted, margins, paint
from .setting import Setting, set_text
from .style import LetteringStyle

Array = NDArray[Any]  # float32, or what an operation widens it to


def rendered(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> Lettering:
    """Return the lettering; see ``lettering.render``."""
    setting = _set(text, style, faces)
    if not setting.placed:
        return _empty(style, setting.font_px)
    edge = margins(style, setting.font_px)
    origin = math.ceil(edge.left) + 1, math.ceil(edge.top) + 1
    width = math.ceil(setting.width_px) + origin[0] + math.ceil(edge.right) + 2
    height = math.ceil(setting.height_px) + origin[1] + math.ceil(edge.bottom) + 2
    scale = scale_for(setting.font_px, bool(style.outline_px) or style.style != "flat")
    fine = draw(setting, (width, height), origin, scale)
    painted = paint(fine, scale, draw_colour(setting, (width, height), origin), style, setting.font_px)
    return _boxed(painted, setting, style, origin)


def measured(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> tuple[int, int]:
    """Return the size of the picture in px; see ``lettering.measure``."""
    setting = _set(text, style, faces)
    edge = margins(style, setting.font_px)
    width = style.width_px or math.ceil(setting.width_px + edge.left + edge.right)
    height = style.height_px or math.ceil(setting.height_px + edge.top + edge.bottom)
    return max(width, 1), max(height, 1)


def _set(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> Setting:
    def room(font_px: float) -> tuple[float, float]:
        edge = margins(style, font_px)
        sides = edge.left + edge.right, edge.top + edge.bottom
        return sides[::-1] if style.vertical else sides

    return set_text(clean(text), find(style.font, faces), style, faces, room)


def _empty(style: LetteringStyle, font_px: float) -> Lettering:
    shape = style.height_px or 1, style.width_px or 1
    rgba = np.zeros((*shape, 4), dtype=np.float32)
    return Lettering(rgba, rgba[..., 3].copy(), rgba[..., 3].copy(), (), font_px)


def _boxed(painted: Painted, setting: Setting, style: LetteringStyle, origin: tuple[int, int]) -> Lettering:
    """Return the painted words cut to what they cover, or placed in the box."""
    edge = margins(style, setting.font_px)
    cover: Array = painted.rgba[..., 3] > 0.5 / 255
    side = {"left": 0.0, "center": 0.5, "right": 1.0, "justify": 0.5}[style.align]
    across, down = (0.5, side) if style.vertical else (side, 0.5)
    x = _start(cover.any(axis=0), origin[0], setting.width_px, style.width_px, (edge.left, edge.right), across)
    y = _start(cover.any(axis=1), origin[1], setting.height_px, style.height_px, (edge.top, edge.bottom), down)
    ground = 1.0 if style.style == "carved" else 0.0
    lines = tuple(Box(b.x + origin[0] - x[0], b.y + origin[1] - y[0], b.width, b.height) for b in setting.lines)
    corner = np.append(painted.rgba[0, 0, :3], np.float32(0))  # always transparent: its colour is the bled one
    return Lettering(
        _cut(painted.rgba, x, y, corner),
        _cut(painted.mask, x, y, 0.0),
        _cut(painted.depth, x, y, ground),
        lines,
        setting.font_px,
    )


def _start(
    covered: Any, origin: int, ink: float, box: int, edges: tuple[float, float], share: float
) -> tuple[int, int]:
    """Return the first pixel and the number of pixels of the picture along one axis.

    Without a box the picture ends where the words end. In a box the ink stands at ``share`` of the free room; it gives
    way where an outline or a shadow would be cut off.
    """
    if not box:
        inked = np.flatnonzero(covered)
        return (int(inked[0]), int(inked[-1] - inked[0]) + 1) if inked.size else (origin, 1)
    free = (box - ink) * share
    place = max(min(free, box - ink - edges[1]), edges[0] if box >= ink + sum(edges) else 0.0)
    return round(origin - place), box


def _cut(picture: Array, x: tuple[int, int], y: tuple[int, int], fill: float | Array) -> Array:
    """Return the window of a picture that starts at x[0], y[0]; what lies outside the picture is ``fill``."""
    out = np.full((y[1], x[1], *picture.shape[2:]), fill, dtype=np.float32)
    left, top = max(x[0], 0), max(y[0], 0)
    right, bottom = min(x[0] + x[1], picture.shape[1]), min(y[0] + y[1], picture.shape[0])
    if right > left and bottom > top:
        out[top - y[0] : bottom - y[0], left - x[0] : right - x[0]] = picture[top:bottom, left:right]
    return out
