"""Photo and product painted: framed, cut out, with their shadows, reflections and edges."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..scene.subject import resampled
from ..text.bounds import Bounds
from .composition import Placed
from .glyphs import Affine
from .paint_words import Pen, paint_shadow
from .photo_use import framed_photo, graded
from .pictures import Pictures
from .schema import PhotoLayer, ProductLayer
from .schema_words import Shadow
from .shapes import cover, outline
from .sheet import blurred, grown, padded

F32 = NDArray[Any]  # float32, or what an operation widens it to


def paint_photo(pen: Pen, placed: Placed, layer: PhotoLayer, pictures: Pictures) -> F32:
    """Paint a photo in its frame; return what its subject covers, [H,W] 0..1."""
    width, height = pen.sheet.size
    none = np.zeros((height, width), np.float32)
    if placed.crop is None or pictures.photo is None:
        return none
    matrix = _turn(placed)
    polygons = outline(layer.shape, placed.box, {"radius": 0.02, **layer.params}, pen.unit)
    alpha, x, y = cover(polygons, matrix, pen.sheet.size)
    if not alpha.size:
        return none
    picture = graded(framed_photo(pictures, placed.crop, placed.box, pen.unit), layer.grade)
    if layer.border:
        _edge(pen, placed, layer, matrix)
    elif layer.shadow is not None:
        paint_shadow(pen, layer.shadow, alpha, x, y)
    fill = _on_canvas(picture, placed.box, matrix, pen.sheet.size)[y : y + alpha.shape[0], x : x + alpha.shape[1]]
    pen.sheet.colour("photo", fill, alpha, x, y)
    return _subject_mask(pictures, placed, matrix, pen.sheet.size)


def _edge(pen: Pen, placed: Placed, layer: PhotoLayer, matrix: Affine) -> None:
    """Paint the photo's border: even all round, or deeper at the foot as an instant photo's."""
    by = layer.border * pen.unit
    foot = layer.params.get("foot", 1.0) * by
    box = placed.box
    outer = Bounds(box.left - by, box.top - by, box.right + by, box.bottom + foot)
    shape = layer.shape if layer.shape in ("arch", "circle", "round") else "rect"
    params = {**layer.params, "radius": layer.params.get("radius", 0.02) + layer.border}
    alpha, x, y = cover(outline(shape, outer, params, pen.unit), matrix, pen.sheet.size)
    if not alpha.size:
        return
    if layer.shadow is not None:
        paint_shadow(pen, layer.shadow, alpha, x, y)
    pen.sheet.colour("frame", pen.palette.hex(layer.border_colour), alpha, x, y)


def _on_canvas(picture: F32, box: Bounds, matrix: Affine, size: tuple[int, int]) -> F32:
    """Return a picture laid on an empty canvas; its edge pixels go on beyond it."""
    m = matrix @ Affine.shift(round(box.left), round(box.top))
    flat = np.array([[m.xx, m.xy, m.dx], [m.yx, m.yy, m.dy]], np.float64)
    how = cv2.INTER_NEAREST if not matrix.xy else cv2.INTER_LINEAR
    return cv2.warpAffine(picture, flat, size, flags=how, borderMode=cv2.BORDER_REPLICATE)


def _turn(placed: Placed) -> Affine:
    if not placed.turn:
        return Affine()
    cx, cy = placed.box.middle
    return Affine.shift(cx, cy) @ Affine.turn(placed.turn) @ Affine.shift(-cx, -cy)


def _subject_mask(pictures: Pictures, placed: Placed, matrix: Affine, size: tuple[int, int]) -> F32:
    if pictures.subject is None or placed.crop is None:
        return np.zeros((size[1], size[0]), np.float32)
    picture, x, y = _subject_at(pictures, placed)
    m = matrix @ Affine.shift(x, y)
    flat = np.array([[m.xx, m.xy, m.dx], [m.yx, m.yy, m.dy]], np.float64)
    return cv2.warpAffine(np.ascontiguousarray(picture[..., 3]), flat, size)


def _subject_at(pictures: Pictures, placed: Placed) -> tuple[F32, int, int]:
    """Return the subject at the size and place that it has in a placed photo."""
    crop = placed.crop
    if pictures.subject is None or crop is None:
        return np.zeros((1, 1, 4), np.float32), 0, 0
    size = (max(round(pictures.place.width * crop.scale), 1), max(round(pictures.place.height * crop.scale), 1))
    picture = resampled(pictures.subject, size)
    return picture, round(crop.x + pictures.place.left * crop.scale), round(crop.y + pictures.place.top * crop.scale)


def paint_cross(pen: Pen, photo: Placed, pictures: Pictures, shadow: bool) -> None:
    """Paint the subject of a placed photo where it rises over the frame's top."""
    if pictures.subject is None or photo.crop is None or not isinstance(photo.layer, PhotoLayer):
        return
    picture, x, y = _subject_at(pictures, photo)
    below = round(photo.box.top) + 1 - y
    if below <= 0:
        return
    picture = picture[:below].copy()
    picture[..., :3] = graded(picture[..., :3], photo.layer.grade)
    if shadow:
        paint_shadow(pen, Shadow(blur=0.012, opacity=0.3), picture[..., 3], x, y)
    pen.sheet.picture("cross", picture, x, y)


def paint_product(pen: Pen, placed: Placed, layer: ProductLayer, pictures: Pictures) -> F32:
    """Paint the product with its shadow; return what it covers, [H,W] 0..1."""
    width, height = pen.sheet.size
    whole = np.zeros((height, width), np.float32)
    if pictures.subject is None:
        return whole
    box = placed.box
    picture = resampled(pictures.subject, (max(round(box.width), 1), max(round(box.height), 1)))
    picture = np.dstack([graded(picture[..., :3], layer.grade), picture[..., 3]])
    x, y = round(box.left), round(box.top)
    if placed.turn:
        picture, x, y = _turned(picture, placed, x, y)
    if layer.reflect:
        _reflection(pen, picture, x, y, layer.reflect)
    _shadows(pen, layer.shadow, picture[..., 3], x, y, box.width)
    if layer.outline:
        by = int(layer.outline * pen.unit) + 3
        edge = grown(padded(picture[..., 3], by), layer.outline * pen.unit)
        paint_shadow(pen, Shadow(y=0.006, blur=0.01, opacity=0.35), edge, x - by, y - by)
        pen.sheet.colour("sticker", pen.palette.hex(layer.outline_colour), edge, x - by, y - by)
    pen.sheet.picture("product", picture, x, y)
    _note(whole, picture[..., 3], x, y)
    return whole


def _note(whole: F32, alpha: F32, x: int, y: int) -> None:
    height, width = whole.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + alpha.shape[1], width), min(y + alpha.shape[0], height)
    if x1 > x0 and y1 > y0:
        part = whole[y0:y1, x0:x1]
        np.maximum(part, alpha[y0 - y : y1 - y, x0 - x : x1 - x], out=part)


def _turned(picture: F32, placed: Placed, x: int, y: int) -> tuple[F32, int, int]:
    h, w = picture.shape[:2]
    c, s = abs(np.cos(np.radians(placed.turn))), abs(np.sin(np.radians(placed.turn)))
    nw, nh = int(np.ceil(w * c + h * s)), int(np.ceil(w * s + h * c))
    m = Affine.shift(nw / 2, nh / 2) @ Affine.turn(placed.turn) @ Affine.shift(-w / 2, -h / 2)
    flat = np.array([[m.xx, m.xy, m.dx], [m.yx, m.yy, m.dy]], np.float64)
    layer = picture.copy()
    layer[..., :3] *= layer[..., 3:]
    layer = np.clip(cv2.warpAffine(layer, flat, (nw, nh), flags=cv2.INTER_CUBIC), 0, 1)
    layer[..., :3] /= np.maximum(layer[..., 3:], 1e-4)
    return np.clip(layer, 0, 1), x - (nw - w) // 2, y - (nh - h) // 2


def _shadows(pen: Pen, kind: str, alpha: F32, x: int, y: int, width: float) -> None:
    """Paint the product's shadow; lengths are shares of its width."""
    u = width / pen.unit
    if kind == "contact":
        _contact(pen, alpha, x, y, width)
        paint_shadow(pen, Shadow(x=-0.024 * u, y=0.034 * u, blur=0.032 * u, opacity=0.34), alpha, x, y)
    elif kind == "cast":
        paint_shadow(pen, Shadow(x=-0.10 * u, y=0.13 * u, blur=0.07 * u, opacity=0.40), alpha, x, y)
        paint_shadow(pen, Shadow(x=-0.015 * u, y=0.03 * u, blur=0.018 * u, opacity=0.55), alpha, x, y)
    elif kind == "drop":
        paint_shadow(pen, Shadow(x=0.0, y=0.022 * u, blur=0.03 * u, opacity=0.45), alpha, x, y)
    elif kind == "hard":
        paint_shadow(pen, Shadow(x=0.022 * u, y=0.026 * u, blur=0.0, opacity=1.0), alpha, x, y)


def _contact(pen: Pen, alpha: F32, x: int, y: int, width: float) -> None:
    """Paint what lies dark under a standing thing: a thin line at its feet, and a wider one."""
    rows = np.flatnonzero(alpha.max(1) > 0.5)
    if not len(rows):
        return
    foot = int(rows[-1])
    low = alpha[max(foot - int(0.10 * width), 0) : foot + 1].max(0)
    for thick, blur, strength, down in ((0.016, 0.010, 0.78, 0.002), (0.05, 0.04, 0.42, 0.012)):
        tall = max(int(thick * width), 2)
        band = np.repeat(low[None], tall, axis=0)
        by = int(4 * blur * width) + 2
        soft = blurred(padded(band, by), blur * width) * np.float32(strength)
        top = y + foot - tall // 2 + int(down * width)
        pen.sheet.colour("contact", pen.palette.hex("shade"), np.clip(soft * 1.3, 0, 1), x - by, top - by)


def _reflection(pen: Pen, picture: F32, x: int, y: int, strength: float) -> None:
    """Paint the mirror image on a glossy floor, fading downwards."""
    rows = np.flatnonzero(picture[..., 3].max(1) > 0.5)
    if not len(rows):
        return
    foot = int(rows[-1])
    depth = int(0.24 * picture.shape[1])
    mirror = picture[max(foot - depth, 0) : foot + 1][::-1].copy()
    fall = np.clip(1 - np.arange(mirror.shape[0], dtype=np.float32) / max(depth, 1), 0, 1) ** 1.6 * np.float32(strength)
    mirror[..., 3] = blurred(np.ascontiguousarray(mirror[..., 3] * fall[:, None]), 2.5)
    pen.sheet.picture("reflection", mirror, x, y + foot)
