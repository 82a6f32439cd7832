"""How lettering reads where it stands: its face, the pixels around its outline, and the contrast between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, luminance
from ..raster.blending import RasterLayer
from .contrast import worst_ratio

Array = NDArray[Any]  # float32, or what an operation widens it to

_SAME_COLOR = 0.12  # largest channel difference within the face of flat lettering
_PLATE = 0.6  # one solid piece that fills its box to this share is a badge, with or without words
_PLATE_AWAY = 0.18  # largest channel difference from which something on a badge stands out from it
_SOFT_PX = 2  # how far the soft edge of words on a badge reaches, which no alpha tells
_OUTLINE_SHARE = 0.7  # of the solid pixels beside the face, so many have one colour where that is an outline
_LEAST_TEXT = 0.01  # share of a badge that words have at least
_RING_EM = 0.04  # the pixels that count as behind the glyphs lie this near the outline
_MOST_POINTS = 20_000
_CLEAR = 0.02  # alpha of the lettering up to which a pixel shows the picture itself
_LEAST_CLEAR = 60
_LEAST_RING_PX = 3
_LETTER_EM = 0.92  # height of a Hangul syllable, share of the type size


@dataclass(frozen=True)
class GlyphPixels:
    """Lettering as the eye meets it.

    Attributes:
        face: [h,w] bool, the letters without their own outline, shadow or glow.
        color: The colour of the face (its median).
        flat: The whole overlay has that one colour, so that it can be changed.
        size_px: The type size, estimated from the height of the lines.
        rows, columns: The pixels around the outline, relative to the overlay; they may lie outside of it.
    """

    face: Array
    color: RGB
    flat: bool
    size_px: float
    rows: Array
    columns: Array


class ContrastRing(NamedTuple):
    """The pixels around the outlines that lie on the canvas: arrays [N]."""

    rows: Array
    columns: Array
    behind: Array  # [N,3] the picture without the lettering
    over: Array  # [N,4] what the overlay itself puts there: soft edge, own outline, own shadow
    text: float | Array  # luminance of the face nearby
    through: float = 0.0  # how much of what lies below shows through the face

    def ratio(self, behind: Array | None = None) -> float:
        """Return the contrast that all but the worst 5 % keep, optionally with other pixels behind.

        It is kept both by all pixels and by those alone that are free of the lettering's soft edge.
        """
        below = self.behind if behind is None else behind
        alpha = self.over[:, 3:]
        seen = luminance(alpha * self.over[:, :3] + (1 - alpha) * below)
        face = self.text if behind is None else self.face_on(luminance(self.behind), luminance(below))
        clear = self.clear
        if clear is None:
            return worst_ratio(face, seen)
        return min(worst_ratio(face, seen), worst_ratio(face if isinstance(face, float) else face[clear], seen[clear]))

    def face_on(self, before: Array, after: Array) -> float | Array:
        """Return the luminance of the face once what lies below goes from one luminance to another."""
        return self.text if not self.through else np.maximum(self.text + self.through * (after - before), 0.0)

    @property
    def clear(self) -> Array | None:
        """Which pixels the lettering leaves free, as indices; None where they are too few to tell."""
        free = np.flatnonzero(self.over[:, 3] < _CLEAR)
        return free if _LEAST_CLEAR <= len(free) < len(self.over) else None


def thinned(ring: ContrastRing, most: int) -> ContrastRing:
    """Return at most about ``most`` of the pixels, evenly taken."""
    step = max(len(ring.rows) // most, 1)
    text = ring.text if isinstance(ring.text, float) else ring.text[::step]
    rows, columns = ring.rows[::step], ring.columns[::step]
    return ContrastRing(rows, columns, ring.behind[::step], ring.over[::step], text, ring.through)


def glyph_pixels(rgba: Array, size_px: float | None = None) -> GlyphPixels | None:
    """Return the lettering in an overlay [h,w,4]; None where there is none (nothing visible, or a picture).

    On a badge or ribbon the words on it count, against the badge itself.

    Args:
        rgba: Trimmed overlay, straight alpha.
        size_px: The type size, where it is known.
    """
    alpha = np.ascontiguousarray(rgba[..., 3])
    core = alpha > 0.9 * float(alpha.max(initial=0.0))
    if alpha.max(initial=0.0) < 0.05:
        return None
    color = _median_color(rgba, core)
    away = _distance(rgba, color)
    if _is_plate(core):
        return _on_plate(rgba, core & (away > _PLATE_AWAY), size_px)
    near = (away < _SAME_COLOR) & core
    share = near.sum() / max(core.sum(), 1)
    flat = bool(share > 0.985 and away[alpha > 0.02].mean() < 0.02)
    face = near if share > 0.5 else core
    size = size_px or type_size(face)
    letters = face if flat or _is_outlined(rgba, core & ~face) else core
    rows, columns = _around(letters, max(_LEAST_RING_PX, round(_RING_EM * size)))
    return GlyphPixels(face, (float(color[0]), float(color[1]), float(color[2])), flat, size, rows, columns)


def _median_color(rgba: Array, where: Array) -> Array:
    return np.median(rgba[where][:, :3][:: max(int(where.sum()) // _MOST_POINTS, 1)], axis=0)


def _is_outlined(rgba: Array, band: Array) -> bool:
    """Return whether what is solid beside the face is an outline, of one colour, rather than bevels, of many."""
    if not band.any():
        return False
    same = _distance(rgba, _median_color(rgba, band)) < _SAME_COLOR
    return bool(same[band].mean() > _OUTLINE_SHARE)


def _is_plate(core: Array) -> bool:
    """Return whether one solid piece fills most of the overlay: a badge, a ribbon, a picture."""
    if core.mean() < _PLATE or min(core.shape) <= 8:
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8))
    return bool(stats[1:, cv2.CC_STAT_AREA].max() > _PLATE * core.size)


def _on_plate(rgba: Array, text: Array, size_px: float | None) -> GlyphPixels | None:
    """Return the lettering on a badge: what of it has another colour, if that is mostly one colour."""
    if text.mean() < _LEAST_TEXT:
        return None
    color = _median_color(rgba, text)
    face = text & (_distance(rgba, color) < _SAME_COLOR)
    if face.sum() < 0.5 * text.sum():
        return None
    size = size_px or type_size(face)
    rows, columns = _around(text, max(_LEAST_RING_PX, round(_RING_EM * size)) + _SOFT_PX, _SOFT_PX)
    return GlyphPixels(face, (float(color[0]), float(color[1]), float(color[2])), False, size, rows, columns)


def _distance(rgba: Array, color: Array) -> Array:
    """Return the largest channel difference of each pixel to a colour, [h,w]."""
    planes = cv2.split(np.ascontiguousarray(rgba, np.float32))[:3]
    away = [np.abs(plane - np.float32(value)) for plane, value in zip(planes, color, strict=True)]
    return np.maximum(np.maximum(away[0], away[1], out=away[0]), away[2], out=away[0])


def type_size(face: Array) -> float:
    """Return the type size in px: the usual height of the lines of lettering (of the letters, set vertically)."""
    inked = np.flatnonzero(np.diff(np.concatenate([[0], face.any(axis=1).astype(np.int8), [0]])))
    heights = (inked[1::2] - inked[::2]).astype(float)
    if not len(heights):
        return 0.0
    return float(np.median(heights[heights > 0.4 * heights.max()]) / _LETTER_EM)


def contrast_ring(canvas: Array, glyphs: GlyphPixels, layer: RasterLayer, drawn: Array | None = None) -> ContrastRing:
    """Return the pixels of ``canvas`` [H,W,3 or 4] around the outlines of lettering that lies there as ``layer``.

    Args:
        canvas: The picture without the lettering.
        glyphs: The lettering of ``layer``.
        layer: Where it stands.
        drawn: The picture with the lettering. Given where the face is not simply ``glyphs.color``: its luminance is
            then measured beside each pixel.
    """
    rows, columns = glyphs.rows + layer.y, glyphs.columns + layer.x
    inside = (rows >= 0) & (rows < canvas.shape[0]) & (columns >= 0) & (columns < canvas.shape[1])
    step = max(int(inside.sum()) // _MOST_POINTS, 1)
    rows, columns = rows[inside][::step], columns[inside][::step]
    over = np.zeros((len(rows), 4), np.float32)
    r, c = rows - layer.y, columns - layer.x
    held = (r >= 0) & (r < layer.rgba.shape[0]) & (c >= 0) & (c < layer.rgba.shape[1])
    over[held] = layer.rgba[r[held], c[held]]
    text: float | Array = float(luminance(glyphs.color))
    if drawn is not None and len(rows):
        text = _beside(drawn, glyphs, layer, rows, columns)
    return ContrastRing(rows, columns, canvas[rows, columns, :3], over, text, _through(glyphs, layer))


def _through(glyphs: GlyphPixels, layer: RasterLayer) -> float:
    """Return how much of what lies below shows through the letters."""
    alpha = layer.rgba[..., 3][glyphs.face] if glyphs.face.shape == layer.rgba.shape[:2] else np.ones(1)
    seen = 1 - float(np.median(alpha)) if alpha.size else 0.0
    return seen if layer.blend == "normal" and seen > _CLEAR else 0.0


def _around(face: Array, radius: int, soft: int = 1) -> tuple[Array, Array]:
    """Return the rows and columns of the pixels within ``radius`` of the face, its soft edge left out."""
    padded = cv2.copyMakeBorder(face.astype(np.uint8), radius, radius, radius, radius, cv2.BORDER_CONSTANT)
    wide = cv2.dilate(padded, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))
    edge = cv2.dilate(padded, np.ones((2 * soft + 1, 2 * soft + 1), np.uint8))
    rows, columns = np.nonzero(wide & (1 - edge))
    return rows - radius, columns - radius


def _beside(drawn: Array, glyphs: GlyphPixels, layer: RasterLayer, rows: Array, columns: Array) -> Array:
    """Return the mean luminance of the face near each pixel, as it is drawn on the picture."""
    h, w = glyphs.face.shape
    top, left = max(layer.y, 0), max(layer.x, 0)
    bottom, right = min(layer.y + h, drawn.shape[0]), min(layer.x + w, drawn.shape[1])
    if bottom <= top or right <= left:
        return np.full(len(rows), float(luminance(glyphs.color)))
    face = glyphs.face[top - layer.y : bottom - layer.y, left - layer.x : right - layer.x].astype(np.float32)
    light = luminance(drawn[top:bottom, left:right, :3]).astype(np.float32) * face
    side = 2 * max(3, round(2 * _RING_EM * glyphs.size_px)) + 1
    total = cv2.boxFilter(light, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
    count = cv2.boxFilter(face, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
    r = np.clip(rows - top, 0, face.shape[0] - 1)
    c = np.clip(columns - left, 0, face.shape[1] - 1)
    whole = float(light.sum() / max(face.sum(), 1))
    return np.where(count[r, c] > 0.5, total[r, c] / np.maximum(count[r, c], 1), whole)
