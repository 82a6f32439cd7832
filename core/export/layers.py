"""An ad taken apart for a layered PSD: what ComfyUI's LAYERS hold, the product by its mask, and the marks.

ComfyUI mixes plain layers in linear light, Photoshop and its like in sRGB. Alpha and colour of what is partly clear
are adapted, so that the stack looks the same there.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import gamma
from ..color.spaces import linear as light_of
from ..errors import FitAdError
from ..raster.blending import MODES, RasterLayer, blend, overlap
from .pixel_layer import BLEND_KEYS, PixelLayer
from .psd import LONGEST_SIDE_PX

Array = NDArray[np.float32]

_MOST_LAYERS = 200
_CLEAR = 1 / 512
# More than this (of 255) between stack and picture means that the layers are those of another picture.
_SAME_PICTURE = 3.0
_NEARLY = 10.0  # linear light makes that of a nearly clear pixel over black
_LEAST_ALPHA = 1e-5
_log = logging.getLogger("fit_ad.saving")


@dataclass(frozen=True)
class DocumentLayer:
    """A layer of a LAYERS document: pixels [h,w,4] float32 0..1, and how they lie on the canvas.

    Attributes:
        name: As the layer list shows it.
        rgba: Straight alpha, sRGB.
        x: Left edge in px of the canvas, before turning.
        y: Top edge.
        size: Width and height in px that it is scaled to; None = as it is.
        rotation_deg: Clockwise, about the middle.
        flip_h: Mirrored left to right.
        flip_v: Upside down.
        opacity: 0..1.
        blend: One of ``psd.BLEND_KEYS``; another counts as normal.
        visible: Hidden layers are kept, but not shown.
    """

    name: str
    rgba: Array
    x: int = 0
    y: int = 0
    size: tuple[int, int] | None = None
    rotation_deg: float = 0.0
    flip_h: bool = False
    flip_v: bool = False
    opacity: float = 1.0
    blend: str = "normal"
    visible: bool = True


@dataclass(frozen=True)
class LayerDocument:
    """What a LAYERS document holds: the canvas (width, height in px) and the pieces, the lowest first."""

    canvas: tuple[int, int]
    pieces: tuple[DocumentLayer, ...]


@dataclass(frozen=True)
class LayerStack:
    """The layers of a PSD, the lowest first, and what they look like together ([H,W,4] float32, straight alpha)."""

    layers: tuple[PixelLayer, ...]
    mixed: Array


def split_layers(
    document: LayerDocument,
    subject_mask: Array | None = None,
    on_top: Callable[[Array], Sequence[RasterLayer]] = lambda _: (),
    picture: Array | None = None,
) -> LayerStack:
    """Return the ad as layers.

    Args:
        document: The layers of the ad.
        subject_mask: [H,W] of the product: it becomes a layer of its own above the lowest one, whose hole is filled
            from around it.
        on_top: Given what the layers look like together ([H,W,4]), returns what is laid over them.
        picture: [H,W,3 or 4] the ad itself; the layer that lies highest at a pixel makes up for the last digits.

    Raises:
        FitAdError: There are no layers, too many, or one is too large.
    """
    _check(document)
    stack = _StackBuilder(*document.canvas)
    pieces = [_laid_out(piece) for piece in document.pieces]
    for number, piece in enumerate(pieces):
        if number == 0 and subject_mask is not None:
            _add_split(stack, piece, subject_mask)
        else:
            stack.goal = None if picture is None else _uncovered(picture, pieces[number + 1 :])
            stack.add(piece, linear=True)
    stack.goal = None
    for mark in on_top(stack.made):
        stack.add(DocumentLayer(mark.name, np.asarray(mark.rgba, np.float32), mark.x, mark.y), linear=False)
    return LayerStack(tuple(stack.layers), stack.made)


def _uncovered(picture: Array, above: Sequence[DocumentLayer]) -> Array:
    """Return the picture [H,W,4], clear where one of the pieces above covers it."""
    alpha = np.ones(picture.shape[:2], np.float32) if picture.shape[2] == 3 else picture[..., 3].copy()
    for piece in above:
        rows, columns, part = overlap(picture.shape, piece)
        if piece.visible and part.size:
            alpha[rows, columns][part[..., 3] > 0] = 0
    return np.dstack([picture[..., :3], alpha])


def matches_flat_image(apart: LayerStack, flat: NDArray[np.uint8]) -> bool:
    """Say whether the layers together look like the flat picture [H,W,3 or 4] uint8; else warn."""
    if all(layer.blend == "normal" for layer in apart.layers):
        alpha = flat[..., 3:] / np.float32(255) if flat.shape[2] == 4 else np.float32(1)
        gap = np.abs(apart.mixed[..., :3] * apart.mixed[..., 3:] * 255 - flat[..., :3] * alpha)
        if float(gap.max(initial=0)) <= _SAME_PICTURE:
            return True
        _log.warning("The layers are not quite those of the saved picture; the PSD holds both as they are")
    return False


def _check(document: LayerDocument) -> None:
    if not document.pieces:
        raise FitAdError(
            "There are no layers to save as a PSD", fix="Connect the layers of TextPlacer, or turn psd off"
        )
    if len(document.pieces) > _MOST_LAYERS:
        raise FitAdError(
            f"There are {len(document.pieces)} layers", fix=f"Fit-AD writes PSDs of at most {_MOST_LAYERS}"
        )
    sides = [*document.canvas, *(side for piece in document.pieces for side in piece.size or ())]
    if min(sides) < 1 or max(sides) > LONGEST_SIDE_PX:
        raise FitAdError(
            f"The layers have sides of {min(sides)} to {max(sides)} px", fix=f"A PSD can be 1 to {LONGEST_SIDE_PX} px"
        )


# --- the stack ----------------------------------------------------------------------------------------------


class _StackBuilder:
    """Layers so far, what they should look like (``truth``), and what other programs make of them (``made``)."""

    def __init__(self, width: int, height: int) -> None:
        self.layers: list[PixelLayer] = []
        self.truth = np.zeros((height, width, 4), np.float32)
        self.made = np.zeros((height, width, 4), np.float32)
        self.goal: Array | None = None  # the ad [H,W,4], solid where the next layer is the highest one

    def add(self, piece: DocumentLayer, *, linear: bool) -> None:
        """Put a piece on top; ``linear`` says in what light it is meant to be mixed."""
        piece = _trimmed(piece)
        rows, columns, part = overlap(self.made.shape, piece)
        if not piece.visible or not part.size or piece.blend != "normal":
            self._keep(piece)
            if piece.visible and part.size:
                self._blend(piece, rows, columns, part)
            return
        rgba = part.copy()
        rgba[..., 3] *= np.float32(piece.opacity)
        self.truth[rows, columns] = _over(self.truth[rows, columns], rgba, linear)
        if self.goal is not None:
            self._aim(rows, columns, self.goal)
        self.cover(piece, rgba, rows, columns)

    def _aim(self, rows: slice, columns: slice, goal: Array) -> None:
        """Take the ad's own colours for a solid region where they are nearly those of the layers."""
        truth, wanted = self.truth[rows, columns], goal[rows, columns]
        solid = np.minimum(truth[..., 3], wanted[..., 3]) > 1 - _CLEAR
        near = np.abs(wanted[..., :3] - truth[..., :3]).max(axis=2) * 255 <= _NEARLY
        truth[..., :3] = np.where((solid & near)[..., None], wanted[..., :3], truth[..., :3])

    def cover(self, piece: DocumentLayer, rgba: Array, rows: slice, columns: slice) -> None:
        """Put pixels on a region so that it looks as ``truth`` there; ``rgba`` says how, as far as it can be kept."""
        below = self.made[rows, columns]
        fitted = _fitted(rgba, below, self.truth[rows, columns])
        self.made[rows, columns] = _over(below, fitted.astype(np.float32) / np.float32(255), linear=False)
        pixels = _bytes_of(piece.rgba)
        inner = np.s_[rows.start - piece.y : rows.stop - piece.y, columns.start - piece.x : columns.stop - piece.x]
        pixels[..., 3] = np.rint(pixels[..., 3] * piece.opacity)
        pixels[inner] = fitted
        self._append(replace(piece, opacity=1.0), pixels)

    def _keep(self, piece: DocumentLayer) -> None:
        self._append(piece, _bytes_of(piece.rgba))

    def _append(self, piece: DocumentLayer, pixels: NDArray[np.uint8]) -> None:
        top, left, cut = _cropped(pixels)
        how = piece.blend if piece.blend in BLEND_KEYS else "normal"
        self.layers.append(
            PixelLayer(piece.name, cut, piece.x + left, piece.y + top, piece.opacity, how, piece.visible)
        )

    def _blend(self, piece: DocumentLayer, rows: slice, columns: slice, part: Array) -> None:
        """Mix in one of the blend modes, about as ComfyUI and Photoshop do."""
        below = self.truth[rows, columns]
        mode = piece.blend if piece.blend in MODES else "normal"
        rgba = part.copy()
        rgba[..., :3] = np.clip(blend(mode, below[..., :3], part[..., :3]), 0, 1)
        rgba[..., 3] *= np.float32(piece.opacity)
        for canvas in (self.truth, self.made):
            canvas[rows, columns] = _over(canvas[rows, columns], rgba, linear=False)


def _over(below: Array, above: Array, linear: bool) -> Array:
    """Return simple alpha compositing of [h,w,4] over [h,w,4], straight alpha, in linear light or in sRGB."""
    alpha, under = above[..., 3:], below[..., 3:]
    if alpha.min(initial=1) >= 1:
        return above
    united = alpha + under * (1 - alpha)
    low, high = (light_of(p[..., :3]) if linear else p[..., :3] for p in (below, above))
    color = (alpha * high + (1 - alpha) * under * low) / np.maximum(united, 1e-6)
    return np.dstack([gamma(color) if linear else color, united]).astype(np.float32)


def _fitted(rgba: Array, below: Array, wanted: Array) -> NDArray[np.uint8]:
    """Return pixels [h,w,4] uint8 that, over ``below`` in sRGB, look as ``wanted``; alpha about as in ``rgba``.

    Where the ground is solid, alpha is the least-squares one for the given colour, or the least with which a colour
    of the gamut makes up for the rest.
    """
    alpha, under, low = rgba[..., 3], below[..., 3], below[..., :3]
    if alpha.min(initial=1) >= 1:
        return _bytes_of(np.dstack([wanted[..., :3], alpha]))
    step, across = wanted[..., :3] - low, rgba[..., :3] - low
    length = np.square(across).sum(axis=2)
    fit = np.where(length > 1e-4, (step * across).sum(axis=2) / np.maximum(length, 1e-6), alpha)
    least = (np.abs(step) / np.maximum(np.where(step > 0, 1 - low, low), 1e-4)).max(axis=2)
    partly = (alpha > _LEAST_ALPHA) & (alpha < 1 - _CLEAR) & (under > 1 - _CLEAR)
    alpha = np.where(partly, np.clip(np.maximum(fit, least), 0, 1), alpha)
    whole = np.where(partly, np.ceil(alpha * 255), np.rint(alpha * 255)).astype(np.float32)
    share = (whole / 255)[..., None]
    rest = wanted[..., :3] * wanted[..., 3:] - (1 - share) * below[..., 3:] * low
    color = np.where(share > 0, rest / np.maximum(share, 1e-6), rgba[..., :3])
    return np.dstack([np.rint(np.clip(color, 0, 1) * 255), whole]).astype(np.uint8)


def _bytes_of(rgba: Array) -> NDArray[np.uint8]:
    return np.rint(np.clip(rgba, 0, 1) * 255).astype(np.uint8)


def _cropped(pixels: NDArray[Any]) -> tuple[int, int, NDArray[Any]]:
    """Return top, left and the pixels without their clear border; one clear pixel where there is nothing else."""
    top, bottom, left, right = _box(pixels[..., 3] > 0)
    if bottom == top:
        return 0, 0, np.zeros((1, 1, 4), pixels.dtype)
    return top, left, np.ascontiguousarray(pixels[top:bottom, left:right])


def _box(seen: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of what is true in [h,w]; all 0 where nothing is."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return 0, 0, 0, 0
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _trimmed(piece: DocumentLayer) -> DocumentLayer:
    top, left, rgba = _cropped(piece.rgba)
    return replace(piece, rgba=rgba, x=piece.x + left, y=piece.y + top)


# --- one piece ----------------------------------------------------------------------------------------------


def _laid_out(piece: DocumentLayer) -> DocumentLayer:
    """Return the piece mirrored, scaled and turned, with finite values 0..1."""
    rgba = np.clip(np.nan_to_num(piece.rgba, posinf=1.0, neginf=0.0), 0, 1).astype(np.float32)
    rgba = rgba[:, ::-1] if piece.flip_h else rgba
    rgba = np.ascontiguousarray(rgba[::-1] if piece.flip_v else rgba)
    size = piece.size or (rgba.shape[1], rgba.shape[0])
    plain = replace(piece, rgba=rgba, size=None, rotation_deg=0.0, flip_h=False, flip_v=False)
    if size == (rgba.shape[1], rgba.shape[0]) and piece.rotation_deg % 360 == 0:
        return plain
    solid = rgba.copy()
    solid[..., :3] *= rgba[..., 3:]
    smaller = size[0] < rgba.shape[1] or size[1] < rgba.shape[0]
    solid = cv2.resize(solid, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    turned = _turned(solid, piece.rotation_deg) if piece.rotation_deg % 360 else solid
    turned[..., :3] /= np.maximum(turned[..., 3:], 1e-6)
    x = piece.x + (size[0] - turned.shape[1]) // 2
    y = piece.y + (size[1] - turned.shape[0]) // 2
    return replace(plain, rgba=np.clip(turned, 0, 1), x=x, y=y)


def _turned(solid: Array, degrees: float) -> Array:
    height, width = solid.shape[:2]
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    across, down = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    across, down = across + (across - width) % 2, down + (down - height) % 2  # so that the middle stays in place
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1)
    turn[:, 2] += (across - width) / 2, (down - height) / 2
    return cv2.warpAffine(solid, turn, (across, down), flags=cv2.INTER_LINEAR)


# --- the product --------------------------------------------------------------------------------------------


def resized(mask: Array, size: tuple[int, int]) -> Array:
    """Return a mask [h,w] in another size (width, height)."""
    plain = np.ascontiguousarray(mask, np.float32)
    return plain if mask.shape == size[::-1] else cv2.resize(plain, size, interpolation=cv2.INTER_LINEAR)


def _add_split(stack: _StackBuilder, piece: DocumentLayer, subject_mask: Array) -> None:
    """Add the lowest piece as two: without the product, its hole filled, and the product."""
    rows, columns, part = overlap(stack.made.shape, piece)
    height, width = stack.made.shape[:2]
    mask = resized(np.clip(np.nan_to_num(subject_mask), 0, 1), (width, height))[rows, columns]
    hole = np.rint(mask * 255) > 0
    plain = piece.blend == "normal" and piece.visible and piece.opacity == 1
    if not (plain and hole.any() and not hole.all() and part[..., 3].min() >= 1):
        stack.add(piece, linear=True)
        return
    scene = part.copy()
    behind = piece.rgba.copy()
    behind[rows.start - piece.y : rows.stop - piece.y, columns.start - piece.x : columns.stop - piece.x, :3] = _without(
        part[..., :3], hole
    )
    stack.add(replace(piece, rgba=behind), linear=True)
    top, bottom, left, right = _box(hole)
    product = np.dstack([scene[..., :3], mask])[top:bottom, left:right]
    place = (
        slice(rows.start + top, rows.start + bottom),
        slice(columns.start + left, columns.start + right),
    )
    stack.truth[rows, columns] = scene
    stack.cover(DocumentLayer("Product", product, place[1].start, place[0].start), product, *place)


def _without(colors: Array, hole: NDArray[np.bool_]) -> Array:
    """Return colours [h,w,3] whose hole is filled smoothly from around it."""
    top, bottom, left, right = _box(hole)
    down, across = max((bottom - top) // 4, 16), max((right - left) // 4, 16)
    around = np.s_[max(top - down, 0) : bottom + down, max(left - across, 0) : right + across]
    filled = colors.copy()
    filled[around] = _filled(colors[around], hole[around])
    return filled


def _filled(colors: Array, hole: NDArray[np.bool_]) -> Array:
    """Return colours [h,w,3] with a filled hole: a pyramid of known pixels, the coarse ones let in where none are."""
    if not hole.any() or min(colors.shape[:2]) < 2:
        return colors
    known = (~hole).astype(np.float32)
    size = (-(-colors.shape[1] // 2), -(-colors.shape[0] // 2))
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    half = cv2.resize(colors * known[..., None], size, interpolation=cv2.INTER_AREA)
    half /= np.maximum(weight, 1e-6)[..., None]
    coarse = _filled(half, weight < 1e-3)
    larger = cv2.resize(coarse, (colors.shape[1], colors.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.where(hole[..., None], larger, colors)
