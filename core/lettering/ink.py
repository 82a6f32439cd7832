"""Glyphs drawn: coverage of the letters, and emoji in their own colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ..fonts import FontFace
from .glyphs import open_font, shaped_font
from .setting import Placed, Setting

Array = NDArray[Any]  # float32, or what an operation widens it to
Move = NDArray[np.float64]  # [2,3], see bending

# a glyph that is turned or slanted is first drawn this much larger, so that its edges stay crisp
_MOVED_ZOOM = 2


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


def draw_moved(
    setting: Setting, moves: Sequence[Move], size: tuple[int, int], origin: tuple[float, float], scale: int
) -> NDArray[np.uint8]:
    """Return the coverage as ``draw`` does, each glyph turned and slanted as its move says."""
    canvas = np.zeros((size[1] * scale, size[0] * scale), np.uint8)
    zoom = scale * _MOVED_ZOOM
    for placed, move in zip(setting.placed, moves, strict=True):
        cluster = placed.cluster
        if cluster.colour or cluster.ink is None:
            continue
        shaped = len(cluster.text) > 1
        px = setting.font_px * zoom
        font = shaped_font(cluster.face, round(px)) if shaped else _font(cluster.face, px)
        left, top, right, bottom = (round(v) for v in font.getbbox(cluster.text, anchor="ls"))
        piece = Image.new("L", (right - left + 4, bottom - top + 4))
        ImageDraw.Draw(piece).text((2 - left, 2 - top), cluster.text, fill=255, font=font, anchor="ls")
        to_canvas = _pixel_move(move, (2 - left, 2 - top), px * cluster.face.zoom / font.size / zoom, origin, scale)
        _lay(canvas, np.asarray(piece), to_canvas)
    return canvas


def _pixel_move(
    move: Move, pen: tuple[float, float], piece_px: float, origin: tuple[float, float], scale: float
) -> Array:
    """Return the [2,3] matrix from pixels of a piece to pixels of the canvas, both counted by their centres.

    Args:
        move: From px around the pen to px of the page.
        pen: Where the pen stands in the piece.
        piece_px: Size of a pixel of the piece in px of the page.
        origin: Where the page's corner lies on the canvas, in px of the page.
        scale: Pixels of the canvas per px of the page.
    """
    from_piece = np.array([[piece_px, 0, (0.5 - pen[0]) * piece_px], [0, piece_px, (0.5 - pen[1]) * piece_px]])
    whole = move[:, :2] @ from_piece
    whole[:, 2] += move[:, 2] + origin
    whole *= scale
    whole[:, 2] -= 0.5
    return whole


def _lay(canvas: NDArray[np.uint8], piece: NDArray[np.uint8], matrix: Array) -> None:
    """Put a piece on the canvas; where letters meet, the denser one stays."""
    window = _window(canvas, piece, matrix)
    if window is None:
        return
    rows, columns = window
    matrix = matrix - [[0, 0, columns.start], [0, 0, rows.start]]
    size = columns.stop - columns.start, rows.stop - rows.start
    moved = cv2.warpAffine(piece, matrix, size, flags=cv2.INTER_LINEAR)
    if canvas.ndim == 2:
        np.maximum(canvas[rows, columns], moved, out=canvas[rows, columns])
        return
    below = canvas[rows, columns]
    below[:] = moved + (below * (1 - moved[..., 3:] / 255.0) + 0.5).astype(np.uint8)


def _window(canvas: NDArray, piece: NDArray, matrix: Array) -> tuple[slice, slice] | None:
    height, width = piece.shape[:2]
    ends = np.array([(0, 0), (width, 0), (width, height), (0, height)]) @ matrix[:, :2].T + matrix[:, 2]
    low = np.maximum(np.floor(ends.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(ends.max(axis=0)).astype(int) + 2, canvas.shape[1::-1])
    if (high <= low).any():
        return None
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def draw_colour(
    setting: Setting,
    size: tuple[int, int],
    origin: tuple[float, float],
    moves: Sequence[Move] | None = None,
) -> Array | None:
    """Return the emoji [H,W,4] float32, straight alpha; None where there are none."""
    emoji = [number for number, placed in enumerate(setting.placed) if placed.cluster.colour]
    if not emoji:
        return None
    if moves is not None:
        return _moved_emoji(setting, moves, emoji, size, origin)
    canvas = Image.new("RGBA", size)
    for placed in (setting.placed[number] for number in emoji):
        _paste_emoji(canvas, placed, setting.font_px, (placed.x + origin[0], placed.y + origin[1]))
    return np.asarray(canvas, dtype=np.float32) / 255


def _moved_emoji(
    setting: Setting,
    moves: Sequence[Move],
    emoji: Sequence[int],
    size: tuple[int, int],
    origin: tuple[float, float],
) -> Array:
    canvas = np.zeros((size[1], size[0], 4), np.uint8)  # premultiplied
    for number in emoji:
        piece, pen, piece_px = _emoji_piece(setting.placed[number], setting.font_px)
        small = piece.reduce(max(int(1 / piece_px), 1))
        piece_px *= piece.width / small.width
        pen = pen[0] * small.width / piece.width, pen[1] * small.height / piece.height
        _lay(canvas, np.asarray(small), _pixel_move(moves[number], pen, piece_px, origin, 1))
    alpha = canvas[..., 3:].astype(np.float32)
    color = np.minimum(canvas[..., :3] / np.maximum(alpha, 1), 1)
    return np.concatenate([color, alpha / 255], axis=-1).astype(np.float32)


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
    piece, (room, middle), zoom = _emoji_piece(placed, font_px)
    scaled = piece.resize((round(piece.width * zoom), round(piece.height * zoom)), Image.Resampling.LANCZOS)
    corner = round(at[0] - room * zoom), round(at[1] - middle * zoom)
    canvas.alpha_composite(scaled.convert("RGBA"), (max(corner[0], 0), max(corner[1], 0)), _source(corner))


def _emoji_piece(placed: Placed, font_px: float) -> tuple[Image.Image, tuple[float, float], float]:
    """Return an emoji premultiplied, its pen position, and the size of its pixels in px of the page."""
    font = shaped_font(placed.cluster.face, round(font_px))
    room = round(font.size)
    width = round(font.getlength(placed.cluster.text)) + 2 * room
    piece = Image.new("RGBA", (width, 4 * room))
    ImageDraw.Draw(piece).text((room, 2 * room), placed.cluster.text, font=font, anchor="ls", embedded_color=True)
    return piece.convert("RGBa"), (room, 2 * room), font_px / font.size


def _source(corner: tuple[int, int]) -> tuple[int, int]:
    return max(-corner[0], 0), max(-corner[1], 0)
