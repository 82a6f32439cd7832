"""Glyphs drawn: coverage of the letters, and emoji in their own colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..text.fonts import FontFace
from .glyphs import open_font, shaped_font
from .typesetting import Placed, Setting

Array = NDArray[Any]  # float32, or what an operation widens it to
Move = NDArray[np.float64]  # [2,3], see bending

# a glyph that is turned or slanted is first drawn this much larger, so that its edges stay crisp
_MOVED_ZOOM = 2
# glyphs are drawn at least this large, as long as all together stay under so many pixels
_UNHINTED_PX = 640
_MOST_DRAWN = 48_000_000
# pens stand on this many places in a px of the picture
_PEN_STEPS = 8


def scale_for(font_px: float, effects: bool, relief: bool = False) -> int:
    """Return how many times larger than life the letters are drawn.

    Plain ones need nothing: each glyph is reduced from a larger one. Edges of small type need room, and slopes more.
    """
    if not effects and not relief:
        return 1
    return 4 if font_px < (96 if relief else 48) else 2 if font_px < (400 if relief else 144) else 1


def draw(setting: Setting, size: tuple[int, int], origin: tuple[float, float], scale: int) -> NDArray[np.uint8]:
    """Return the coverage [H*scale, W*scale] uint8 of all plain glyphs.

    Args:
        size: Width and height of the picture in px.
        origin: Where the top left corner of the ink goes, in px.
        scale: Enlargement.
    """
    canvas = np.zeros((size[1] * scale, size[0] * scale), np.uint8)
    plain = [p for p in setting.placed if not p.cluster.colour and p.cluster.ink is not None]
    zoom = max(_zoom(setting.font_px, len(plain)) // scale, 1)
    grid = max(_PEN_STEPS // (zoom * scale), 1)
    pieces: dict[tuple[Any, ...], _Piece] = {}
    for placed in plain:
        x, part_x = divmod(round((placed.x + origin[0]) * scale * zoom * grid), grid)
        y, part_y = divmod(round((placed.y + origin[1]) * scale * zoom * grid), grid)
        cluster = placed.cluster
        key = cluster.face, cluster.text, setting.font_px * scale * zoom, placed.turned, part_x / grid, part_y / grid
        if key not in pieces:
            pieces[key] = _piece(*key)
        _stamp(canvas, pieces[key], (x, y), zoom)
    return canvas


class _Piece(NamedTuple):
    """A glyph [h,w] uint8 and where its pen stands on it."""

    cover: NDArray[np.uint8]
    pen: tuple[int, int]


def _zoom(font_px: float, count: int) -> int:
    """Return how many times larger than life each glyph is drawn, before it is reduced to the canvas.

    The same whatever the scale of the canvas, so that all styles have the same silhouette. Large, because Pillow can't
    switch hinting off; it moves stems by up to half a pixel of the size that is drawn.
    """
    zoom = 1
    while zoom < 16 and font_px * zoom < _UNHINTED_PX and count * (2 * zoom * font_px) ** 2 < _MOST_DRAWN:
        zoom *= 2
    return zoom


def _piece(face: FontFace, text: str, px: float, turned: bool = False, x: float = 0.0, y: float = 0.0) -> _Piece:
    """Return a glyph drawn with its pen ``x``, ``y`` (0..1) right of and below a corner between pixels."""
    font = _font(face, px) if len(text) == 1 else shaped_font(face, round(px))
    left, top, right, bottom = (math.floor(v) if i < 2 else math.ceil(v) for i, v in enumerate(_box(font, text)))
    image = Image.new("L", (right - left, bottom - top))
    aside, below = (y, -x) if turned else (x, y)
    ImageDraw.Draw(image).text((aside - left, below - top), text, fill=255, font=font, anchor="ls")
    cover = np.asarray(image)
    if turned:  # what was right of the pen lies below it, what was above it to the right
        return _Piece(np.rot90(cover, -1), (bottom, -left))
    return _Piece(cover, (-left, -top))


def _box(font: ImageFont.FreeTypeFont, text: str) -> tuple[float, float, float, float]:
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    return left - 2, top - 2, right + 2, bottom + 2


def _stamp(canvas: NDArray[np.uint8], piece: _Piece, at: tuple[int, int], zoom: int) -> None:
    """Put a piece on the canvas, ``zoom`` times smaller, its pen at ``at`` / zoom; the denser of two glyphs stays."""
    height, width = piece.cover.shape
    left, top = at[0] - piece.pen[0], at[1] - piece.pen[1]
    x, y = left // zoom, top // zoom
    columns, rows = -(-(left + width) // zoom) - x, -(-(top + height) // zoom) - y
    if zoom == 1:
        small = piece.cover
    else:
        aligned = np.zeros((rows * zoom, columns * zoom), np.uint8)
        aligned[top - y * zoom :, left - x * zoom :][:height, :width] = piece.cover
        small = cv2.resize(aligned, (columns, rows), interpolation=cv2.INTER_AREA)
    inside = canvas[max(y, 0) : max(y + rows, 0), max(x, 0) : max(x + columns, 0)]
    shown = small[max(-y, 0) :, max(-x, 0) :][: inside.shape[0], : inside.shape[1]]
    np.maximum(inside, shown, out=inside)


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
        piece = _piece(cluster.face, cluster.text, setting.font_px * zoom)
        to_canvas = _pixel_move(move, piece.pen, 1 / zoom, origin, scale)
        _lay(canvas, piece.cover, to_canvas)
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
