"""The advice drawn on the picture: numbered boxes, their contrast, the palette."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..color.spaces import parse_hex
from ..raster.box import Box
from .pixel_advisor import Advice

Array = NDArray[np.floating]

_LONG_SIDE_PX = 1024
_LEAST_PX = 64  # a smaller picture has no room for marks
_SMOOTH = 2  # drawn this much larger, then reduced: smooth lines
_FONT = Path(__file__).parents[2] / "fonts" / "pretendard" / "Pretendard-ExtraBold.otf"
_CHIP = 4.4  # height of a label, in units
_INK = (24, 24, 27)
_PAPER = (255, 255, 255)


def preview(rgb: Array, advice: Advice) -> Array:
    """Return a copy of the picture [h,w,3], long side at most 1024 px, with the advised boxes drawn on it."""
    scale = min(1.0, _LONG_SIDE_PX / max(rgb.shape[:2]))
    size = (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1))
    picture = cv2.resize(np.ascontiguousarray(rgb[..., :3], np.float32), size, interpolation=cv2.INTER_AREA)
    if min(size) < _LEAST_PX:
        return np.clip(picture, 0, 1)
    drawn = np.asarray(_drawing(size, advice), np.float32)
    drawn = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA) / 255  # premultiplied
    return np.clip(picture * (1 - drawn[..., 3:]) + drawn[..., :3], 0, 1)


def _drawing(size: tuple[int, int], advice: Advice) -> Image.Image:
    """Return the marks on transparent ground, premultiplied, ``_SMOOTH`` times the size."""
    width, height = size[0] * _SMOOTH, size[1] * _SMOOTH
    sheet = Image.new("RGBa", (width, height))
    draw = ImageDraw.Draw(sheet)
    unit = max((width * height) ** 0.5 / 110, 1.0)
    for number in range(len(advice.layout.boxes), 0, -1):
        box = advice.layout.boxes[number - 1]
        label = f"{number}  {advice.analysis['boxes'][number - 1]['contrast']:.1f}:1"
        _draw_box(draw, box.to_px(width, height), label, box.text_color, unit, best=number == 1)
    _draw_palette(draw, advice.layout.palette, width, height, unit)
    return sheet


def _premultiplied(color: tuple[int, ...], alpha: float) -> tuple[int, int, int, int]:
    r, g, b = (round(v * alpha) for v in color)
    return r, g, b, round(255 * alpha)


def _draw_box(draw: ImageDraw.ImageDraw, box: Box, label: str, text_color: str, unit: float, *, best: bool) -> None:
    color = tuple(round(255 * v) for v in parse_hex(text_color))
    edges = (box.x, box.y, box.right, box.bottom)
    line = max(round((0.5 if best else 0.28) * unit), 1)
    fill = _premultiplied(color, 0.1 if best else 0.06)
    draw.rounded_rectangle(
        edges, min(unit * 1.6, box.width / 2, box.height / 2), fill, _premultiplied(color, 1.0 if best else 0.7), line
    )
    above = min(unit * 1.5, (box.height - _CHIP * unit) / 2)  # in the middle of a box that is lower than it
    _draw_chip(draw, (box.x + unit * 1.5, box.y + above), label, unit, best=best)


def _draw_chip(draw: ImageDraw.ImageDraw, at: tuple[float, float], label: str, unit: float, *, best: bool) -> None:
    font = ImageFont.truetype(str(_FONT), max(round(2.6 * unit), 6))
    wide = draw.textlength(label, font=font)
    ground, ink = (_INK, _PAPER) if best else (_PAPER, _INK)
    edges = (at[0], at[1], at[0] + wide + 2.4 * unit, at[1] + _CHIP * unit)
    draw.rounded_rectangle(edges, 2.2 * unit, _premultiplied(ground, 0.92))
    draw.text((at[0] + 1.2 * unit, at[1] + _CHIP / 2 * unit), label, (*ink, 255), font, anchor="lm")


def _draw_palette(draw: ImageDraw.ImageDraw, palette: tuple[str, ...], width: int, height: int, unit: float) -> None:
    radius, gap = 1.9 * unit, 4.6 * unit
    y = height - 2.2 * unit - radius
    x = width - 2.2 * unit - radius - gap * (len(palette) - 1)
    for color in palette:
        edges = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(
            edges, (*(round(255 * v) for v in parse_hex(color)), 255), (*_PAPER, 255), max(round(0.3 * unit), 1)
        )
        x += gap
