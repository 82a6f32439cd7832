"""What is laid over a finished ad: the label that AI had a hand in it, and a watermark."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import LUMINANCE
from ..errors import FitAdError
from ..lettering import LetteringStyle, render
from ..lettering.style import MIN_LEGIBLE_PX
from ..raster.blending import RasterLayer, lay_over
from ..text.fonts import bundled
from .metadata import SOURCE_TYPES
from .options import AI_MARKS, CORNERS, LANGUAGES, WATERMARK_PLACES, Marks

Array = NDArray[np.float32]

__all__ = ["AI_MARKS", "CORNERS", "LABELS", "LANGUAGES", "WATERMARK_PLACES", "Marks", "layers_of", "marked"]

LABELS = {"ko": "AI로 제작", "en": "Made with AI"}
_FONT = "Pretendard Medium"
# Shares of the picture's shorter side.
_LABEL_SIZE, _CORNER_SIZE, _TILE_SIZE, _MARGIN = 0.022, 0.032, 0.04, 0.024
_LABEL_LEAST_PX, _LABEL_MOST_PX = 12, 72
_PLATE_ALPHA = 0.6  # white type on it has a contrast of 5.7:1 even on white
_TILE_TURN_DEG = -30.0
_LONGEST_WATERMARK = 120
_LIGHT, _DARK = "#FFFFFF", "#202020"
_BRIGHT = 0.68  # a ground this bright takes dark type


def marked(picture: Array, marks: Marks) -> Array:
    """Return the picture [H,W,C] with its marks; without any it is the same array.

    Raises:
        FitAdError: The marks do not fit the picture, or no font has some character of the watermark.
    """
    if not marks:
        return picture
    channels = picture.shape[2]
    canvas = np.array(picture if channels >= 3 else picture[..., [0, 0, 0, 1][: channels + 2]], np.float32)
    for layer in layers_of(marks, canvas):
        lay_over(canvas, layer)
    return canvas


def layers_of(marks: Marks, picture: Array) -> tuple[RasterLayer, ...]:
    """Return the marks as layers for a picture [H,W,3 or 4], the lowest first.

    Raises:
        FitAdError: They do not fit the picture, or no font has some character of the watermark.
    """
    height, width = picture.shape[:2]
    label = _label(marks, width, height) if marks.ai in SOURCE_TYPES else None
    layers = [_watermark(marks, picture, label)] if marks.watermark.strip() else []
    return (*layers, label) if label is not None else tuple(layers)


# --- the label ----------------------------------------------------------------------------------------------


def _label(marks: Marks, width: int, height: int) -> RasterLayer:
    short = min(width, height)
    size_px = min(max(round(short * _LABEL_SIZE), _LABEL_LEAST_PX), _LABEL_MOST_PX)
    type_rgba = _type(LABELS[marks.language], size_px)
    across, down = round(size_px * 0.62), round(size_px * 0.42)
    rgba = _plate(type_rgba.shape[1] + 2 * across, max(type_rgba.shape[0], size_px) + 2 * down)
    top = (rgba.shape[0] - type_rgba.shape[0]) // 2
    lay_over(rgba, RasterLayer("type", type_rgba, across, top))
    margin = max(round(short * _MARGIN), 4)
    if rgba.shape[1] + 2 * margin > width or rgba.shape[0] + 2 * margin > height:
        raise FitAdError(
            f"A picture of {width}×{height} px is too small for the AI mark",
            fix="Set ai_mark to off, or enlarge the picture with min_side",
        )
    return RasterLayer("AI mark", rgba, *_corner(marks.corner, rgba, (width, height), margin))


def _plate(width: int, height: int) -> Array:
    """Return a dark, half clear plate [h,w,4] with round ends and soft pixels at its edge."""
    y, x = np.mgrid[:height, :width].astype(np.float32) + np.float32(0.5)
    radius = height / 2
    beside = np.maximum(np.maximum(radius - x, x - (width - radius)), 0)
    inside = radius - np.hypot(beside, y - radius)
    plate = np.zeros((height, width, 4), np.float32)
    plate[..., 3] = np.clip(inside + 0.5, 0, 1) * _PLATE_ALPHA
    return plate


def _corner(corner: str, rgba: Array, canvas: tuple[int, int], margin: int) -> tuple[int, int]:
    """Return where the left top of a piece is when it stands in a corner of the canvas."""
    height, width = rgba.shape[:2]
    x = margin if "left" in corner else canvas[0] - width - margin
    y = margin if "top" in corner else canvas[1] - height - margin
    return x, y


def _type(text: str, size_px: int, color: str = "#FFFFFF", shadow: float = 0.0) -> Array:
    style = LetteringStyle(font=_FONT, size_px=size_px, color=color, shadow=shadow)
    return render(text, style, bundled()).rgba


# --- the watermark ------------------------------------------------------------------------------------------


def _watermark(marks: Marks, picture: Array, label: RasterLayer | None) -> RasterLayer:
    text = " ".join(marks.watermark.split())
    if len(text) > _LONGEST_WATERMARK:
        raise FitAdError(
            f"The watermark has {len(text)} characters", fix=f"Write at most {_LONGEST_WATERMARK}; a name is enough"
        )
    if marks.watermark_place == "tiled":
        wall = _tiled(text, picture)
        if label is not None:
            wall[_around(label)] = 0
        return _faint(RasterLayer("Watermark", wall, 0, 0), marks.watermark_opacity)
    height, width = picture.shape[:2]
    margin = max(round(min(width, height) * _MARGIN), 2)

    def standing(color: str) -> RasterLayer:
        piece = _fitting(text, round(min(width, height) * _CORNER_SIZE), (width, height), color)
        x, y = _corner(marks.watermark_place, piece, (width, height), margin)
        if label is not None and marks.watermark_place == marks.corner:
            step = label.rgba.shape[0] + margin // 2
            y += step if "top" in marks.corner else -step
        return RasterLayer("Watermark", piece, x, y)

    light = standing(_LIGHT)
    below = picture[max(light.y, 0) : light.y + light.rgba.shape[0], max(light.x, 0) : light.x + light.rgba.shape[1]]
    return _faint(light if _suits(below) == _LIGHT else standing(_DARK), marks.watermark_opacity)


def _around(label: RasterLayer) -> tuple[slice, slice]:
    """Return the rows and columns of a label and some air about it."""
    height, width = label.rgba.shape[:2]
    air = height // 3
    return (
        slice(max(label.y - air, 0), label.y + height + air),
        slice(max(label.x - air, 0), label.x + width + air),
    )


def _suits(ground: Array) -> str:
    """Return the colour of type, light or dark, that stands out from a ground [h,w,3 or 4]; clear ground is white."""
    alpha = ground[..., 3:] if ground.shape[2] == 4 else 1.0
    bright = ground[..., :3] * alpha + (1 - alpha)
    return _DARK if bright.size and float(np.median(bright @ LUMINANCE)) > _BRIGHT else _LIGHT


def _fitting(text: str, size_px: int, canvas: tuple[int, int], color: str) -> Array:
    """Return the type, smaller where it would not fit beside its margins."""
    size_px = max(size_px, MIN_LEGIBLE_PX)
    piece = _drawn(text, size_px, color)
    share = min(0.94 * canvas[0] / piece.shape[1], 0.9 * canvas[1] / piece.shape[0])
    if share >= 1:
        return piece
    smaller = math.floor(size_px * share)
    if smaller < MIN_LEGIBLE_PX:
        raise FitAdError(
            f"The watermark {text[:40]!r} does not fit a picture of {canvas[0]}×{canvas[1]} px legibly",
            fix="Write less, choose tiled, or leave the watermark empty",
        )
    return _drawn(text, smaller, color)


def _drawn(text: str, size_px: int, color: str) -> Array:
    return _type(text, size_px, color, shadow=0.5 if color == _LIGHT else 0.0)


def _tiled(text: str, picture: Array) -> Array:
    """Return the type all over a canvas as large as the picture [H,W,4], turned, every other row shifted by half."""
    height, width = picture.shape[:2]
    size_px = max(round(min(width, height) * _TILE_SIZE), MIN_LEGIBLE_PX)
    piece = _drawn(text, size_px, _suits(picture))
    h, w = piece.shape[:2]
    across, down = w + 3 * size_px, h + round(3.2 * size_px)
    brick = np.zeros((2 * down, across, 4), np.float32)
    brick[:h, :w] = piece
    brick[down:] = np.roll(brick[:down], across // 2, axis=1)
    brick[..., :3] *= brick[..., 3:]  # premultiplied, so that turning mixes colours right
    side = math.ceil(math.hypot(width, height)) + 2
    wall = np.tile(brick, (math.ceil(side / (2 * down)), math.ceil(side / across), 1))
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), -_TILE_TURN_DEG, 1)
    turn[:, 2] += (width - side) / 2, (height - side) / 2
    turned = cv2.warpAffine(wall, turn, (width, height), flags=cv2.INTER_LINEAR)
    turned[..., :3] /= np.maximum(turned[..., 3:], 1e-6)
    return np.clip(turned, 0, 1)


def _faint(layer: RasterLayer, opacity: float) -> RasterLayer:
    rgba = np.array(layer.rgba, np.float32)
    rgba[..., 3] *= np.float32(opacity)
    return RasterLayer(layer.name, rgba, layer.x, layer.y)
