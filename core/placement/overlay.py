"""The overlay as a picture: trimmed, and drawn into its place at any scale, without fringes."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.blending import RasterLayer
from ..raster.box import Box

Array = NDArray[Any]  # float32, or what an operation widens it to

_VISIBLE = 0.5 / 255
_LEAST_ALPHA = 1e-4  # below it a pixel's colour is lost in rounding


def trimmed(overlay: Array) -> Array:
    """Return an overlay [h,w,3 or 4] as RGBA without its empty border; nothing visible gives 0 × 0."""
    if overlay.shape[2] == 3:
        return np.dstack([overlay, np.ones(overlay.shape[:2], overlay.dtype)])
    seen = overlay[..., 3] > _VISIBLE
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return overlay[:0, :0]
    return overlay[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def with_alpha(overlay: Array, mask: Array) -> Array:
    """Return an overlay as RGBA: its own alpha where that hides anything, else ``mask`` (1 = shows)."""
    if overlay.shape[2] == 4 and float(overlay[..., 3].min()) < 1:
        return overlay
    if mask.shape != overlay.shape[:2]:
        size = overlay.shape[1], overlay.shape[0]
        mask = cv2.resize(np.ascontiguousarray(mask, np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.dstack([overlay[..., :3], np.clip(mask, 0, 1)])


def shrunk(overlay: Array, most_px: int) -> Array:
    """Return an RGBA overlay whose longer side is at most ``most_px``; a smaller one as it is."""
    factor = most_px / max(overlay.shape[:2])
    if factor >= 1:
        return overlay
    size = max(round(overlay.shape[1] * factor), 1), max(round(overlay.shape[0] * factor), 1)
    return _straight(cv2.resize(_premultiplied(overlay), size, interpolation=cv2.INTER_AREA))


def reduced(picture: Array, size: tuple[int, int]) -> Array:
    """Return a picture [h,w,3 or 4] made smaller to ``size`` (width, height); hidden colours stay hidden."""
    if picture.shape[1::-1] == size:
        return picture
    if picture.shape[2] == 3:
        return cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    return _straight(cv2.resize(_premultiplied(picture), size, interpolation=cv2.INTER_AREA))


def drawn(rgba: Array, box: Box, rotation_deg: float, canvas: tuple[int, int]) -> RasterLayer:
    """Return an overlay drawn into a box of a canvas (width, height), turned clockwise about the box's middle.

    Colours are resampled premultiplied, so that no fringe appears. A box on whole pixels is met exactly; another is
    met to a fraction of a pixel. What lies far off the canvas is left out.
    """
    width, height = max(round(box.width), 1), max(round(box.height), 1)
    turned = rotation_deg % 360 != 0
    whole = all(float(v).is_integer() for v in box)
    if whole and not turned and (width, height) == rgba.shape[1::-1]:
        return RasterLayer("Text", np.asarray(rgba, np.float32), int(box.x), int(box.y))
    huge = width * height > 4 * canvas[0] * canvas[1]
    if whole and not turned and not huge:
        shrinks = width < rgba.shape[1] or height < rgba.shape[0]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        resized = cv2.resize(_premultiplied(rgba), (width, height), interpolation=method)
        return RasterLayer("Text", _straight(resized), int(box.x), int(box.y))
    return _warped(_reduced(_premultiplied(rgba), box), box, rotation_deg, canvas)


def _premultiplied(rgba: Array) -> Array:
    *color, alpha = cv2.split(np.asarray(rgba, np.float32))
    return cv2.merge([*(plane * alpha for plane in color), alpha])


def _straight(premultiplied: Array) -> Array:
    *color, alpha = cv2.split(premultiplied)
    np.clip(alpha, 0, 1, out=alpha)
    part = 1 / np.maximum(alpha, _LEAST_ALPHA)
    return cv2.merge([*(np.clip(plane * part, 0, 1) for plane in color), alpha])


def _reduced(premultiplied: Array, box: Box) -> Array:
    """Return a copy made smaller by area where the box is smaller, so that turning it does not alias."""
    size = (
        min(max(round(box.width), 1), premultiplied.shape[1]),
        min(max(round(box.height), 1), premultiplied.shape[0]),
    )
    if size == premultiplied.shape[1::-1]:
        return premultiplied
    return cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA)


def _warped(source: Array, box: Box, rotation_deg: float, canvas: tuple[int, int]) -> RasterLayer:
    """Return the overlay scaled to the box and turned about its middle, only as far as it lies on the canvas."""
    angle = math.radians(rotation_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    reach = np.abs([[cos, sin], [sin, cos]]) @ [box.width / 2, box.height / 2]
    low = np.floor(middle - reach).astype(int) - 1
    high = np.ceil(middle + reach).astype(int) + 1
    if np.prod((high - low).astype(float)) > 4 * canvas[0] * canvas[1]:
        low, high = np.clip(low, 0, canvas), np.clip(high, 0, canvas)
    size = (max(int(high[0] - low[0]), 1), max(int(high[1] - low[1]), 1))
    scale = np.array([box.width / source.shape[1], box.height / source.shape[0]])
    matrix = np.array([[cos, -sin], [sin, cos]]) * scale
    offset = middle - low - matrix @ [source.shape[1] / 2, source.shape[0] / 2]
    offset += matrix @ [0.5, 0.5] - 0.5  # pixel centres
    warp = np.hstack([matrix, offset[:, None]])
    picture = cv2.warpAffine(source, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    return RasterLayer("Text", _straight(picture), int(low[0]), int(low[1]))
