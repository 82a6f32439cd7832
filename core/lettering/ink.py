"""Glyphs drawn: coverage of the letters, and emoji in their own colours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ..fonts import FontFace
from .glyphs import open_font, shaped_font
from .setting import Placed, Setting

Array = NDArray[Any]  # float32, or what an operation widens it to


def scale_for(font_px: float, effects: bool) -> int:
    """Return how many times larger than life the letters are drawn: hinting then bends no outline."""
    least = 2 if effects else 1
    return max(least, 4 if font_px < 48 else 2 if font_px < 128 else 1)


def draw(setting: Setting, size: tuple[int, int], origin: tuple[float, float], scale: int) -> NDArray[np.uint8]:
    """Return the coverage [H*scale, W*scale] uint8 of all plain glyphs.

    Args:
        size: Width and height of the picture in px.
        origin: Where the top left corner of the ink goes, in px.
        scale: Enlargement.
    """
    canvas = Image.new("L", (size[0] * scale, size[1] * scale))
    pencil = ImageDraw.Draw(canvas)
    fonts: dict[FontFace, ImageFont.FreeTypeFont] = {}
    for placed in setting.placed:
        face = placed.cluster.face
        if placed.cluster.colour:
            continue
        if face not in fonts:
            fonts[face] = _font(face, setting.font_px * scale)
        at = (placed.x + origin[0]) * scale, (placed.y + origin[1]) * scale
        font = fonts[face] if len(placed.cluster.text) == 1 else shaped_font(face, round(setting.font_px * scale))
        if placed.turned:
            _draw_turned(canvas, placed.cluster.text, font, at)
        else:
            pencil.text(at, placed.cluster.text, fill=255, font=font, anchor="ls")
    return np.asarray(canvas)


def draw_colour(setting: Setting, size: tuple[int, int], origin: tuple[float, float]) -> Array | None:
    """Return the emoji [H,W,4] float32, straight alpha; None where there are none."""
    emoji = [placed for placed in setting.placed if placed.cluster.colour]
    if not emoji:
        return None
    canvas = Image.new("RGBA", size)
    for placed in emoji:
        _paste_emoji(canvas, placed, setting.font_px, (placed.x + origin[0], placed.y + origin[1]))
    return np.asarray(canvas, dtype=np.float32) / 255


def _font(face: FontFace, size: float) -> ImageFont.FreeTypeFont:
    return open_font(face.path, face.index, size * face.zoom)


def _draw_turned(canvas: Image.Image, text: str, font: ImageFont.FreeTypeFont, at: tuple[float, float]) -> None:
    """Draw text that runs downwards; its baseline is the vertical through ``at``, its top to the right."""
    reach = math.ceil(font.size * 2)
    width = math.ceil(font.getlength(text)) + 2 * reach
    piece = Image.new("L", (width, 2 * reach))
    # after the turn the fraction of y lies along the run, that of x (from the right) across it
    down, across = math.floor(at[1]), math.ceil(at[0])
    ImageDraw.Draw(piece).text((reach + at[1] - down, reach + across - at[0]), text, fill=255, font=font, anchor="ls")
    turned = piece.transpose(Image.Transpose.ROTATE_270)
    corner = (across - reach, down - reach)
    layer = Image.new("L", canvas.size)
    layer.paste(turned, corner)
    canvas.paste(ImageChops.lighter(canvas, layer))


def _paste_emoji(canvas: Image.Image, placed: Placed, font_px: float, at: tuple[float, float]) -> None:
    font = shaped_font(placed.cluster.face, round(font_px))
    room = round(font.size)
    width = round(font.getlength(placed.cluster.text)) + 2 * room
    piece = Image.new("RGBA", (width, 4 * room))
    ImageDraw.Draw(piece).text((room, 2 * room), placed.cluster.text, font=font, anchor="ls", embedded_color=True)
    zoom = font_px / font.size
    scaled = piece.convert("RGBa").resize((round(width * zoom), round(4 * room * zoom)), Image.Resampling.LANCZOS)
    corner = round(at[0] - room * zoom), round(at[1] - 2 * room * zoom)
    canvas.alpha_composite(scaled.convert("RGBA"), (max(corner[0], 0), max(corner[1], 0)), _source(corner))


def _source(corner: tuple[int, int]) -> tuple[int, int]:
    return max(-corner[0], 0), max(-corner[1], 0)
