"""The finished picture: words set and painted, then cut tight or placed in their box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..raster.box import Box
from ..text.fonts import FontFace, find
from . import Lettering
from .backing import ground_box
from .glyphs import clean
from .paint import Painted, effect_margins, margins, paint, stroke_px
from .rasterize import draw, draw_colour, draw_moved, scale_for
from .style import DEFAULT_SIZE_PX, MIN_LEGIBLE_PX, LetteringStyle
from .typesetting import Setting, set_text
from .warp import Bent, bend, scaled

Array = NDArray[Any]  # float32, or what an operation widens it to

# bent words are set at this size first; the picture that it makes is never drawn
_FREE_SIZE_PX = 32
_MOST_SIZE_PX = 2048
_FIT_ROUNDS = 8
_FIT_SLACK_PX = 0.1
# the edges of turned letters run across pixels
_BENT_AIR_PX = 1.0


def rendered(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> Lettering:
    """Return the lettering; see ``lettering.render``."""
    bent = shaped(text, style, faces)
    font_px = bent.setting.font_px
    if not bent.setting.placed:
        return _empty(style, font_px)
    across, down = _axes(bent, style)
    size, origin = (across.size, down.size), (across.origin, down.origin)
    scale = scale_for(font_px, bool(style.outline_px) or bent.moves is not None, relief=style.style != "flat")
    if bent.moves is None:
        fine = draw(bent.setting, size, origin, scale)
    else:
        fine = draw_moved(bent.setting, bent.moves, size, origin, scale)
    emoji = draw_colour(bent.setting, size, origin, bent.moves)
    return _boxed(paint(fine, scale, emoji, style, bent, origin), bent, style, (across, down))


def measured(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> tuple[int, int]:
    """Return the size of the picture in px; see ``lettering.measure``."""
    whole = _extent(shaped(text, style, faces), style)
    return max(style.width_px or math.ceil(whole.width), 1), max(style.height_px or math.ceil(whole.height), 1)


def shaped(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> Bent:
    """Return the words set, bent and slanted, as large as the box and the size asked for let them be."""
    if not style.effects.arc_deg:
        bent = bend(_set(text, style, faces), style.effects, style.vertical)
        return bent if bent.moves is None else _fitted(bent, style, bent.setting.font_px)
    # bent words keep the lines as typed: they are set once, and only made larger or smaller
    free = replace(style, width_px=0, height_px=0, size_px=_FREE_SIZE_PX)
    setting = set_text(clean(text), find(style.font, faces), free, faces, lambda _: (0.0, 0.0))
    box = style.width_px or style.height_px
    wanted = float(style.size_px or (_MOST_SIZE_PX if box else DEFAULT_SIZE_PX))
    return _fitted(bend(scaled(setting, wanted / setting.font_px), style.effects), style, wanted)


def _fitted(bent: Bent, style: LetteringStyle, wanted_px: float) -> Bent:
    """Return the words no larger than asked for, and so that nothing of them leaves the box."""
    for _ in range(_FIT_ROUNDS):
        whole = _extent(bent, style)
        sides = ((style.width_px, whole.width), (style.height_px, whole.height))
        ratio = min((box / side for box, side in sides if box and side), default=1.0)
        size = min(bent.setting.font_px * ratio, wanted_px)
        if ratio >= 1 and size < bent.setting.font_px * 1.003:
            break
        bent = bend(scaled(bent.setting, size / bent.setting.font_px), style.effects, style.vertical)
    if bent.setting.font_px < MIN_LEGIBLE_PX and not 0 < style.size_px < MIN_LEGIBLE_PX:
        raise FitAdError(
            f"The bent words would be {bent.setting.font_px:.1f} px high",
            why=f"Under {MIN_LEGIBLE_PX} px nobody can read them",
            fix="Shorten the text, break it into lines, or make the box larger",
        )
    return bent


def _extent(bent: Bent, style: LetteringStyle) -> Box:
    """Return what words, effects and ground cover together, px of the page."""
    edge = effect_margins(style, bent.setting.font_px)
    ink, air = bent.ink, 0.0 if bent.moves is None else _BENT_AIR_PX
    left, top = ink.x - edge.left - air, ink.y - edge.top - air
    right, bottom = ink.right + edge.right + air, ink.bottom + edge.bottom + air
    if bent.setting.placed and (ground := ground_box(bent, style.effects, stroke_px(style))):
        left, top = min(left, ground.x), min(top, ground.y)
        right, bottom = max(right, ground.right), max(bottom, ground.bottom)
    return Box(left, top, right - left, bottom - top)


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


class _Axis(NamedTuple):
    """The canvas along one axis: where the page's corner lies on it, its pixels, and where it starts in the picture.

    ``start`` is None where the picture ends with what the words cover.
    """

    origin: float
    size: int
    start: int | None


def _axes(bent: Bent, style: LetteringStyle) -> tuple[_Axis, _Axis]:
    """Return the canvas across and down."""
    ink, whole = bent.ink, _extent(bent, style)
    side = {"left": 0.0, "center": 0.5, "right": 1.0, "justify": 0.5}[style.align]
    across, down = (0.5, side) if style.vertical else (side, 0.5)
    return (
        _axis((whole.x, whole.right), (ink.x, ink.right), style.width_px, across),
        _axis((whole.y, whole.bottom), (ink.y, ink.bottom), style.height_px, down),
    )


def _axis(whole: tuple[float, float], ink: tuple[float, float], box: int, share: float) -> _Axis:
    """Return the canvas for what ``whole`` covers of the page along one axis.

    In a box the ink stands at ``share`` of the free room; it gives way where an outline or a shadow would be cut off.
    """
    if not box:
        start = math.floor(whole[0]) - 1
        return _Axis(-start, math.ceil(whole[1]) + 2 - start, None)
    room = box - (ink[1] - ink[0])
    before, after = ink[0] - whole[0], whole[1] - ink[1]
    place = max(min(room * share, room - after), before if room >= before + after - _FIT_SLACK_PX else 0.0)
    page = place - ink[0]
    start = math.floor(page + whole[0]) - 1
    return _Axis(page - start, math.ceil(page + whole[1]) + 2 - start, start)


def _boxed(painted: Painted, bent: Bent, style: LetteringStyle, axes: tuple[_Axis, _Axis]) -> Lettering:
    """Return the painted words cut to what they cover, or placed in the box."""
    cover: Array = painted.rgba[..., 3]
    x = _window(axes[0], style.width_px, cover, 0)
    y = _window(axes[1], style.height_px, cover, 1)
    surface = 1.0 if style.style == "carved" else 0.0
    left, top = axes[0].origin - x[0], axes[1].origin - y[0]
    lines = tuple(Box(b.x + left, b.y + top, b.width, b.height) for b in bent.lines)
    corner = np.append(painted.rgba[0, 0, :3], np.float32(0))  # always transparent: its colour is the bled one
    return Lettering(
        _cut(painted.rgba, x, y, corner),
        _cut(painted.mask, x, y, 0.0),
        _cut(painted.depth, x, y, surface),
        lines,
        bent.setting.font_px,
    )


def _window(axis: _Axis, box: int, cover: Array, number: int) -> tuple[int, int]:
    """Return the first pixel and the number of pixels of the picture on the canvas."""
    if axis.start is not None:
        return -axis.start, box
    inked = np.flatnonzero(cover.max(axis=number) > 0.5 / 255)
    return (int(inked[0]), int(inked[-1] - inked[0]) + 1) if inked.size else (round(axis.origin), 1)


def _cut(picture: Array, x: tuple[int, int], y: tuple[int, int], fill: float | Array) -> Array:
    """Return the window of a picture that starts at x[0], y[0]; what lies outside the picture is ``fill``."""
    left, top = max(x[0], 0), max(y[0], 0)
    right, bottom = min(x[0] + x[1], picture.shape[1]), min(y[0] + y[1], picture.shape[0])
    if (right - left, bottom - top) == (x[1], y[1]):
        return picture[top:bottom, left:right].copy()
    out = np.full((y[1], x[1], *picture.shape[2:]), fill, dtype=np.float32)
    if right > left and bottom > top:
        out[top - y[0] : bottom - y[0], left - x[0] : right - x[0]] = picture[top:bottom, left:right]
    return out
