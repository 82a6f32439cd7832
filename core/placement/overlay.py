"""The overlay as a picture: trimmed, and drawn into its place at any scale, without fringes."""

from __future__ import annotations

import logging
import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.blending import RasterLayer
from ..raster.box import Box

Array = NDArray[Any]  # float32, or what an operation widens it to

_log = logging.getLogger("fit_ad.placement")
_LOADERS = ("LoadImage", "LoadImageOutput")
_VISIBLE = 0.5 / 255
_LEAST_ALPHA = 1e-4  # below it a pixel's colour is lost in rounding
_AIR_PX = 2  # by so much a layer may be smaller than what it holds, by rounding


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
    """Return an overlay as RGBA: its own alpha where that hides anything, else ``mask`` (1 = shows).

    A mask that hides everything is none: so ComfyUI's loaders say that a file has no transparency.
    """
    if overlay.shape[2] == 4 and float(overlay[..., 3].min()) < 1:
        return overlay
    if float(mask.max(initial=0)) < _VISIBLE:
        _log.warning("The overlay's mask shows nothing and is left out; a mask is 1 where the overlay shows")
        return trimmed(overlay[..., :3])
    if mask.shape != overlay.shape[:2]:
        size = overlay.shape[1], overlay.shape[0]
        mask = cv2.resize(np.ascontiguousarray(mask, np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.dstack([overlay[..., :3], np.clip(mask, 0, 1)])


def loads_transparency(prompt: Any, node_id: str, name: str) -> bool:
    """Return whether a node's input comes from a loader of ComfyUI's, whose masks are 1 where a picture is transparent.

    Args:
        prompt: The graph in the API format.
        node_id: The node's id in it.
        name: The input's name.

    Source: ComfyUI, nodes.py, LoadImage and LoadImageMask (``mask = 1. - alpha``).
    """
    nodes = prompt if isinstance(prompt, dict) else {}
    inputs = (nodes.get(node_id) or {}).get("inputs") or {}
    link = inputs.get(name)
    if not isinstance(link, list) or len(link) != 2:
        return False
    source = nodes.get(str(link[0])) or {}
    if source.get("class_type") == "LoadImageMask":
        return (source.get("inputs") or {}).get("channel", "alpha") == "alpha"
    return source.get("class_type") in _LOADERS and link[1] == 1


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


def cut_share(layer: RasterLayer, extent: Box, canvas: tuple[int, int]) -> float:
    """Return the share of a layer's solid pixels that the canvas (width, height) cuts off, 0..1.

    Soft pixels, such as a shadow's, do not count. Of a layer that was only drawn as far as it lies on the canvas, the
    share is that of ``extent``, the upright rectangle around all of it.
    """
    height, width = layer.rgba.shape[:2]
    if (width + _AIR_PX) * (height + _AIR_PX) < extent.width * extent.height:
        left, top = max(extent.x, 0), max(extent.y, 0)
        seen = max(min(extent.right, canvas[0]) - left, 0) * max(min(extent.bottom, canvas[1]) - top, 0)
        return 1 - seen / (extent.width * extent.height)
    alpha = layer.rgba[..., 3]
    solid = alpha > 0.5 * alpha.max(initial=0.0)
    rows, columns = Box(layer.x, layer.y, width, height).slices(canvas[1], canvas[0])
    inside = solid[rows.start - layer.y : rows.stop - layer.y, columns.start - layer.x : columns.stop - layer.x]
    return 1 - float(inside.sum()) / max(float(solid.sum()), 1.0)


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
