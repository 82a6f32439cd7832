"""Glyphs and outlines drawn: coverage at exact positions under any affine map, and emoji in their own colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from .affine import Affine
from .bounds import Bounds
from .font_instance import FontInstance
from .outlines import GlyphOutline

Array = NDArray[Any]
Cover = NDArray[np.uint8]

# HarfBuzz cuts curves into lines that lie up to a fifth of a pixel inside them (measured with 15.0): all but the
# largest type is drawn larger and reduced
_LARGER = ((48.0, 4), (512.0, 2))
_MOST_SIDE_PX = 32_000


class DrawableGlyph(Protocol):
    """What can be drawn."""

    @property
    def font(self) -> FontInstance: ...
    @property
    def id(self) -> int: ...
    @property
    def matrix(self) -> Affine: ...
    @property
    def coloured(self) -> bool: ...


class GlyphMask(NamedTuple):
    """One glyph drawn alone.

    Attributes:
        cover: [h,w] uint8.
        x: Column of its left edge on the canvas.
        y: Row of its top edge.
    """

    cover: Cover
    x: int
    y: int


def coverage(
    glyphs: Iterable[DrawableGlyph],
    size: tuple[int, int],
    matrix: Affine = Affine(),  # noqa: B008  (immutable)
    out: Cover | None = None,
) -> Cover:
    """Return what the plain glyphs cover, [H,W] uint8; coloured ones are left out.

    Args:
        glyphs: Where each stands on the page is in its own matrix.
        size: Width and height of the canvas in px.
        matrix: From px of the page to px of the canvas.
        out: A canvas to draw on, [H,W] uint8; else a new one.
    """
    canvas = np.zeros((size[1], size[0]), np.uint8) if out is None else out
    for glyph in glyphs:
        if not glyph.coloured:
            mask = _glyph_mask(glyph, matrix, (0, 0, size[0], size[1]))
            if mask is not None:
                _lay(canvas, mask)
    return canvas


def glyph_masks(glyphs: Iterable[DrawableGlyph], matrix: Affine = Affine()) -> list[GlyphMask | None]:  # noqa: B008
    """Return each glyph drawn alone; None for one that leaves no ink. A coloured one is drawn as its shape.

    Args:
        glyphs: As for ``coverage``.
        matrix: From px of the page to px of the canvas.
    """
    everywhere = (-_MOST_SIDE_PX, -_MOST_SIDE_PX, _MOST_SIDE_PX, _MOST_SIDE_PX)
    found: list[GlyphMask | None] = []
    for glyph in glyphs:
        if glyph.coloured:
            piece = _coloured_piece(glyph, matrix, everywhere)
            found.append(None if piece is None else GlyphMask(piece.rgba[..., 3], piece.x, piece.y))
        else:
            found.append(_glyph_mask(glyph, matrix, everywhere))
    return found


def coloured(
    glyphs: Iterable[DrawableGlyph],
    size: tuple[int, int],
    matrix: Affine = Affine(),  # noqa: B008
) -> NDArray[np.float32] | None:
    """Return the coloured glyphs, [H,W,4] float32 0..1, premultiplied; None where there are none.

    Args:
        glyphs: As for ``coverage``; plain ones are left out.
        size: Width and height of the canvas in px.
        matrix: From px of the page to px of the canvas.
    """
    wanted = [glyph for glyph in glyphs if glyph.coloured]
    if not wanted:
        return None
    canvas = np.zeros((size[1], size[0], 4), np.float32)
    for glyph in wanted:
        piece = _coloured_piece(glyph, matrix, (0, 0, size[0], size[1]))
        if piece is not None:
            height, width = piece.rgba.shape[:2]
            below = canvas[piece.y : piece.y + height, piece.x : piece.x + width]
            over = piece.rgba.astype(np.float32) / 255
            below[:] = over + below * (1 - over[..., 3:])
    return canvas


def fill(
    outlines: Iterable[GlyphOutline],
    size: tuple[int, int],
    matrix: Affine = Affine(),  # noqa: B008
    tolerance_px: float = 0.05,
) -> Cover:
    """Return what outlines cover, [H,W] uint8, by the non-zero rule.

    Args:
        outlines: On the page; each is filled by itself.
        size: Width and height of the canvas in px.
        matrix: From px of the page to px of the canvas.
        tolerance_px: How far a curve may be from the lines that stand for it.
    """
    canvas = np.zeros((size[1], size[0]), np.uint8)
    for outline in outlines:
        contours = outline.transformed(matrix).flattened(tolerance_px)
        mask = _filled(contours, (0, 0, size[0], size[1]))
        if mask is not None:
            _lay(canvas, mask)
    return canvas


_Window = tuple[int, int, int, int]  # left, top, right, bottom


def _window(ink: Bounds, limits: _Window, air: int = 1) -> _Window | None:
    """Return the pixels that ink may touch within limits."""
    if not all(map(math.isfinite, ink)):
        return None
    left, top = max(math.floor(ink.left) - air, limits[0]), max(math.floor(ink.top) - air, limits[1])
    right, bottom = min(math.ceil(ink.right) + air, limits[2]), min(math.ceil(ink.bottom) + air, limits[3])
    return (left, top, right, bottom) if right > left and bottom > top else None


def _glyph_mask(glyph: DrawableGlyph, matrix: Affine, limits: _Window) -> GlyphMask | None:
    placed = matrix @ glyph.matrix
    ink = glyph.font.ink(glyph.id)
    window = _window(ink.transformed(placed), limits) if ink else None
    if window is None:
        return None
    em = placed.enlargement()
    zoom = next((times for limit, times in _LARGER if em < limit), 1)
    cover = _drawn(glyph, placed.scaled(zoom) if zoom > 1 else placed, tuple(v * zoom for v in window))  # type: ignore[arg-type]
    if zoom > 1:
        cover = cv2.resize(cover, (window[2] - window[0], window[3] - window[1]), interpolation=cv2.INTER_AREA)
    return GlyphMask(cover, window[0], window[1])


def _drawn(glyph: DrawableGlyph, placed: Affine, window: _Window) -> Cover:
    """Return the coverage of a window of the canvas."""
    import uharfbuzz as hb

    left, top, right, bottom = window
    raster = hb.RasterDraw()
    raster.extents = hb.RasterExtents(left, -bottom, right - left, bottom - top, 0)
    raster.transform = _to_harfbuzz(placed, glyph.font.units_per_em)
    raster.draw_glyph(glyph.font.hb_font, glyph.id)
    image = raster.render()
    stride = image.extents.stride
    rows = np.frombuffer(image.buffer, np.uint8).reshape(bottom - top, stride)
    return np.ascontiguousarray(rows[::-1, : right - left])


def _to_harfbuzz(placed: Affine, units_per_em: int) -> tuple[float, ...]:
    """Return the map from units of the font to px, y up in both."""
    k = 1 / units_per_em
    return placed.xx * k, -placed.yx * k, -placed.xy * k, placed.yy * k, placed.dx, -placed.dy


def _lay(canvas: Cover, mask: GlyphMask) -> None:
    """Lay a mask, all of it on the canvas, over what is there."""
    height, width = mask.cover.shape
    below = canvas[mask.y : mask.y + height, mask.x : mask.x + width]
    if below.any():
        shared = cv2.multiply(np.ascontiguousarray(below), mask.cover, scale=1 / 255)
        below += mask.cover - shared
    else:
        below[:] = mask.cover


class _ColouredPiece(NamedTuple):
    """A coloured glyph, [h,w,4] uint8 RGBA premultiplied, and where it lies."""

    rgba: Cover
    x: int
    y: int


def _coloured_piece(glyph: DrawableGlyph, matrix: Affine, limits: _Window) -> _ColouredPiece | None:
    placed = matrix @ glyph.matrix
    ink = glyph.font.ink(glyph.id)
    window = _window(ink.transformed(placed), limits) if ink else None
    if window is None or ink is None:
        return None
    bitmap = _bitmap(glyph.font, glyph.id)
    bgra = _painted(glyph, placed, window) if bitmap is None else _moved(bitmap, ink, placed, window)
    return _ColouredPiece(np.ascontiguousarray(bgra[..., [2, 1, 0, 3]]), window[0], window[1])


def _painted(glyph: DrawableGlyph, placed: Affine, window: _Window) -> Cover:
    """Return a glyph of coloured layers, BGRA premultiplied."""
    import uharfbuzz as hb

    left, top, right, bottom = window
    paint = hb.RasterPaint()
    paint.extents = hb.RasterExtents(left, -bottom, right - left, bottom - top, 0)
    paint.transform = _to_harfbuzz(placed, glyph.font.units_per_em)
    paint.paint_glyph(glyph.font.hb_font, glyph.id)
    image = paint.render()
    rows = np.frombuffer(image.buffer, np.uint8).reshape(bottom - top, image.extents.stride)
    return rows[::-1, : 4 * (right - left)].reshape(bottom - top, right - left, 4)


def _bitmap(font: FontInstance, glyph_id: int) -> Cover | None:
    """Return the picture that a font of bitmaps holds for a glyph, BGRA premultiplied; None where it holds none."""
    png = font.hb_font.get_glyph_color_png(glyph_id) if font.hb_face.has_color_png else None
    if png is None or not len(png):
        return None
    picture = cv2.imdecode(np.frombuffer(png.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3 or picture.dtype != np.uint8:
        return None
    if picture.shape[2] == 3:
        return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    alpha = picture[..., 3:].astype(np.uint16)
    return np.dstack([((picture[..., :3] * alpha + 127) // 255).astype(np.uint8), picture[..., 3]])


def _moved(bitmap: Cover, ink: Bounds, placed: Affine, window: _Window) -> Cover:
    """Return a bitmap that fills the ink box, drawn where the box lies."""
    across, down = math.hypot(placed.xx, placed.yx) * ink.width, math.hypot(placed.xy, placed.yy) * ink.height
    size = max(min(round(across), bitmap.shape[1]), 1), max(min(round(down), bitmap.shape[0]), 1)
    small = cv2.resize(bitmap, size, interpolation=cv2.INTER_AREA)
    # pixels count by their centres on both sides
    to_ink = Affine(ink.width / size[0], 0.0, 0.0, ink.height / size[1], ink.left, ink.top)
    whole = Affine.shift(-window[0] - 0.5, -window[1] - 0.5) @ placed @ to_ink @ Affine.shift(0.5, 0.5)
    rows = np.array([[whole.xx, whole.xy, whole.dx], [whole.yx, whole.yy, whole.dy]])
    return cv2.warpAffine(small, rows, (window[2] - window[0], window[3] - window[1]), flags=cv2.INTER_LINEAR)


def _filled(contours: Sequence[Array], limits: _Window) -> GlyphMask | None:
    """Return the coverage of polygons.

    Each edge adds what it covers of its own pixels and all of those to the right of it; sums along the rows give the
    winding number times the area.
    """
    edges = [np.stack([c, np.roll(c, -1, axis=0)], axis=1) for c in contours]
    if not edges:
        return None
    lines = np.concatenate(edges)
    (left, top), (right, bottom) = lines.min(axis=(0, 1)), lines.max(axis=(0, 1))
    window = _window(Bounds(float(left), float(top), float(right), float(bottom)), limits)
    if window is None:
        return None
    width, height = window[2] - window[0], window[3] - window[1]
    sums = np.zeros(height * (width + 2))
    for place, weights in _pixel_shares(lines - window[:2], width, height):
        sums += np.bincount(place, weights, len(sums))
    area = np.cumsum(sums.reshape(height, width + 2)[:, :width], axis=1)
    return GlyphMask((np.minimum(np.abs(area), 1) * 255 + 0.5).astype(np.uint8), window[0], window[1])


def _pixel_shares(lines: Array, width: int, height: int) -> Iterator[tuple[Array, Array]]:
    """Yield places in a table of rows of ``width`` + 2, and what the edges add there."""
    x, y, x_end, y_end = _by_rows(lines, height)
    x, x_end = np.clip(x, -0.5, width + 0.5), np.clip(x_end, -0.5, width + 0.5)
    row = np.clip(np.floor((y + y_end) / 2), 0, height - 1).astype(np.intp)
    x, y, x_end, y_end, row = _by_columns(x, y, x_end, y_end, row)
    middle = (x + x_end) / 2
    column = np.floor(middle)
    down = y_end - y
    share = middle - column
    share[column < 0] = 0
    place = row * (width + 2) + np.clip(column, 0, width).astype(np.intp)
    yield place, down * (1 - share)
    yield place + 1, down * share


def _by_rows(lines: Array, height: int) -> tuple[Array, Array, Array, Array]:
    """Return the edges cut where they pass from one row of pixels to the next; what lies above or below is dropped."""
    x, y, x_end, y_end = lines[:, 0, 0], lines[:, 0, 1], lines[:, 1, 0], lines[:, 1, 1]
    kept = (np.minimum(y, y_end) < height) & (np.maximum(y, y_end) > 0) & (y != y_end)
    x, y, x_end, y_end = x[kept], y[kept], x_end[kept], y_end[kept]
    return _cut(x, y, x_end, y_end, y, y_end, (0, height))


def _by_columns(x: Array, y: Array, x_end: Array, y_end: Array, row: Array) -> tuple[Array, ...]:
    """Return the edges cut where they pass from one column of pixels to the next."""
    low, high = np.minimum(x, x_end), np.maximum(x, x_end)
    counts = np.maximum(np.ceil(high) - np.floor(low), 1).astype(np.intp)
    cut = _cut(x, y, x_end, y_end, x, x_end, None)
    return (*cut, np.repeat(row, counts))


def _cut(
    x: Array, y: Array, x_end: Array, y_end: Array, along: Array, along_end: Array, limits: tuple[int, int] | None
) -> tuple[Array, Array, Array, Array]:
    """Return edges cut at the whole numbers that ``along`` passes, in the order of those numbers within each edge."""
    low, high = np.minimum(along, along_end), np.maximum(along, along_end)
    if limits:
        low, high = np.clip(low, *limits), np.clip(high, *limits)
    first = np.floor(low)
    counts = np.maximum(np.ceil(high) - first, 1).astype(np.intp)
    edge = np.repeat(np.arange(len(x)), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    a = np.maximum(first[edge] + number, low[edge])
    b = np.minimum(first[edge] + number + 1, high[edge])
    length = along_end[edge] - along[edge]
    flat = length == 0
    safe = np.where(flat, 1, length)
    t, u = (a - along[edge]) / safe, (b - along[edge]) / safe
    t, u = np.where(flat, 0, t), np.where(flat, 1, u)
    t, u = np.where(length < 0, u, t), np.where(length < 0, t, u)  # keep the way that the edge runs
    dx, dy = (x_end - x)[edge], (y_end - y)[edge]
    return x[edge] + t * dx, y[edge] + t * dy, x[edge] + u * dx, y[edge] + u * dy
