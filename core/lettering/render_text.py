"""The finished picture: words set and painted, then cut tight or placed in their box."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..raster.box import Box
from ..text.fonts import FontFace, find
from . import Lettering
from .effects import lettering_effects
from .effects.warp import WarpedText, WarpParams, warped
from .paint import Painted, margins, paint
from .paint_context import Painting
from .rasterize import draw, draw_coloured, scale_for
from .style import DEFAULT_SIZE_PX, MIN_LEGIBLE_PX, LetteringStyle
from .typesetting import typeset

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
    words = shaped(text, style, faces)
    if not words.glyphs:
        return _empty(style, words.font_px)
    axes = _axes(words, style)
    return _boxed(_painted(words, style, axes), words, style, axes)


def _painted(words: WarpedText, style: LetteringStyle, axes: tuple[_Axis, _Axis]) -> Painted:
    """Return the words in colour on their canvas; what that took is let go of."""
    size, origin = (axes[0].size, axes[1].size), (axes[0].origin, axes[1].origin)
    scale = scale_for(words.font_px, bool(style.outline_px), relief=style.style != "flat")
    fine, emoji = draw(words.glyphs, size, origin, scale), draw_coloured(words.glyphs, size, origin)
    return paint(Painting(style, words, origin, fine, scale, emoji))


def measured(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> tuple[int, int]:
    """Return the size of the picture in px; see ``lettering.measure``."""
    whole = _extent(shaped(text, style, faces), style)
    return max(style.width_px or math.ceil(whole.width), 1), max(style.height_px or math.ceil(whole.height), 1)


def shaped(text: str, style: LetteringStyle, faces: Sequence[FontFace] | None) -> WarpedText:
    """Return the words set, bent and slanted, as large as the box and the size asked for let them be."""
    own = style.effects.of(WarpParams)
    face = find(style.font, faces)
    if not own.arc_deg:
        words = warped(typeset(text, face, style, faces, _room(style)), own, style.vertical)
        return words if words.straight else _fitted(words, style, words.font_px)
    # bent words keep the lines as typed: they are set once, and only made larger or smaller
    free = replace(style, width_px=0, height_px=0, size_px=_FREE_SIZE_PX)
    words_flat = typeset(text, face, free, faces, lambda _: (0.0, 0.0))
    box = style.width_px or style.height_px
    wanted = float(style.size_px or (_MOST_SIZE_PX if box else DEFAULT_SIZE_PX))
    return _fitted(warped(words_flat.scaled(wanted / words_flat.font_px), own), style, wanted)


def _fitted(words: WarpedText, style: LetteringStyle, wanted_px: float) -> WarpedText:
    """Return the words no larger than asked for, and so that nothing of them leaves the box."""
    own = style.effects.of(WarpParams)
    for _ in range(_FIT_ROUNDS):
        whole = _extent(words, style)
        sides = ((style.width_px, whole.width), (style.height_px, whole.height))
        ratio = min((box / side for box, side in sides if box and side), default=1.0)
        size = min(words.font_px * ratio, wanted_px)
        if ratio >= 1 and size < words.font_px * 1.003:
            break
        words = warped(words.typeset.scaled(size / words.font_px), own, style.vertical)
    if words.font_px < MIN_LEGIBLE_PX and not 0 < style.size_px < MIN_LEGIBLE_PX:
        raise FitAdError(
            f"The bent words would be {words.font_px:.1f} px high",
            why=f"Under {MIN_LEGIBLE_PX} px nobody can read them",
            fix="Shorten the text, break it into lines, or make the box larger",
        )
    return words


def _extent(words: WarpedText, style: LetteringStyle) -> Box:
    """Return what words and effects cover together, px of the page."""
    ink, air = words.ink, 0.0 if words.straight else _BENT_AIR_PX
    boxes = [effect.page_box(style, words) for effect in lettering_effects()]
    left, top = min(ink.x, *(box.x for box in boxes)) - air, min(ink.y, *(box.y for box in boxes)) - air
    right = max(ink.right, *(box.right for box in boxes)) + air
    bottom = max(ink.bottom, *(box.bottom for box in boxes)) + air
    return Box(left, top, right - left, bottom - top)


def _room(style: LetteringStyle) -> Callable[[float], tuple[float, float]]:
    """Return what the effects take of a box along and across the lines, for an em size in px."""

    def room(font_px: float) -> tuple[float, float]:
        edge = margins(style, font_px)
        sides = edge.left + edge.right, edge.top + edge.bottom
        return sides[::-1] if style.vertical else sides

    return room


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


def _axes(words: WarpedText, style: LetteringStyle) -> tuple[_Axis, _Axis]:
    """Return the canvas across and down."""
    ink, whole = words.ink, _extent(words, style)
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


def _boxed(painted: Painted, words: WarpedText, style: LetteringStyle, axes: tuple[_Axis, _Axis]) -> Lettering:
    """Return the painted words cut to what they cover, or placed in the box."""
    cover: Array = painted.rgba[..., 3]
    x = _window(axes[0], style.width_px, cover, 0)
    y = _window(axes[1], style.height_px, cover, 1)
    surface = 1.0 if style.style == "carved" else 0.0
    left, top = axes[0].origin - x[0], axes[1].origin - y[0]
    lines = tuple(Box(b.x + left, b.y + top, b.width, b.height) for b in words.lines)
    corner = np.append(painted.rgba[0, 0, :3], np.float32(0))  # always transparent: its colour is the bled one
    return Lettering(
        _cut(painted.rgba, x, y, corner),
        _cut(painted.mask, x, y, 0.0),
        _cut(painted.depth, x, y, surface),
        lines,
        words.font_px,
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
