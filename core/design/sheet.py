"""The sheet that an ad is painted on: layer by layer, each kept by name where layers are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import parse_hex

F32 = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class SheetLayer:
    """A painted layer: [h,w,4] float32 0..1 with straight alpha, its place in px, how it blends."""

    name: str
    rgba: F32
    x: int
    y: int
    blend: str = "normal"


class Sheet:
    """A picture that layers are painted on, one over the other, in sRGB as design programs do."""

    def __init__(self, width: int, height: int, keep_layers: bool = False) -> None:
        self.rgb: F32 = np.ones((height, width, 3), np.float32)
        self.printed: F32 = np.zeros((height, width), np.float32)
        """What words and elements cover."""
        self.layers: list[SheetLayer] = []
        self._keep = keep_layers
        self._open: str | None = None
        self._parts: list[SheetLayer] = []

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in px."""
        return self.rgb.shape[1], self.rgb.shape[0]

    def colour(
        self, name: str, colour: str | F32, alpha: F32, x: int, y: int, blend: str = "normal", printed: bool = False
    ) -> None:
        """Paint one colour (``#RRGGBB`` or a picture [h,w,3]) through an alpha [h,w]."""
        rows, columns, part = self._visible(alpha, x, y)
        if part is None:
            return
        top = np.array(parse_hex(colour), np.float32) if isinstance(colour, str) else colour[part]
        a = alpha[part]
        if not self._keep and blend == "normal" and not np.any(a):
            return
        under = self.rgb[rows, columns]
        mixed = _blended(under, top, blend)
        under += (mixed - under) * a[..., None]
        if printed:
            seen = self.printed[rows, columns]
            np.maximum(seen, a, out=seen)
        if self._keep:
            full = np.empty((*a.shape, 4), np.float32)
            full[..., :3] = top
            full[..., 3] = a
            self._remember(SheetLayer(name, full, columns.start, rows.start, blend))

    def picture(self, name: str, rgba: F32, x: int, y: int, blend: str = "normal", printed: bool = False) -> None:
        """Paint a picture [h,w,4] with straight alpha."""
        self.colour(name, rgba[..., :3], rgba[..., 3], x, y, blend, printed)

    def begin(self, name: str) -> None:
        """Gather what is painted from now on in one layer of that name."""
        self._open, self._parts = name, []

    def end(self) -> None:
        """Close the layer that ``begin`` opened."""
        if self._open and self._parts:
            normal = all(part.blend == "normal" for part in self._parts)
            self.layers += [_joined(self._open, self._parts, self.size)] if normal else self._parts
        self._open, self._parts = None, []

    def luminance(self) -> F32:
        """Return the luma [H,W] of the picture as it stands."""
        return cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY)

    def _remember(self, layer: SheetLayer) -> None:
        if self._open:
            self._parts.append(layer)
        else:
            self.layers.append(layer)

    def _visible(self, alpha: F32, x: int, y: int) -> tuple[slice, slice, tuple[slice, slice] | None]:
        height, width = alpha.shape[:2]
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + width, self.size[0]), min(y + height, self.size[1])
        if right <= left or bottom <= top:
            return slice(0, 0), slice(0, 0), None
        return slice(top, bottom), slice(left, right), (slice(top - y, bottom - y), slice(left - x, right - x))


def _blended(under: F32, top: F32, blend: str) -> F32:
    if blend == "multiply":
        return under * top
    if blend == "screen":
        return 1 - (1 - under) * (1 - top)
    if blend == "overlay":
        return np.where(under <= 0.5, 2 * under * top, 1 - 2 * (1 - under) * (1 - top))
    return top


def _joined(name: str, parts: Sequence[SheetLayer], size: tuple[int, int]) -> SheetLayer:
    """Return layers as one, laid over each other."""
    if len(parts) == 1:
        only = parts[0]
        return SheetLayer(name, only.rgba, only.x, only.y)
    left, top = min(p.x for p in parts), min(p.y for p in parts)
    right = max(p.x + p.rgba.shape[1] for p in parts)
    bottom = max(p.y + p.rgba.shape[0] for p in parts)
    whole = np.zeros((bottom - top, right - left, 4), np.float32)
    for part in parts:
        h, w = part.rgba.shape[:2]
        under = whole[part.y - top : part.y - top + h, part.x - left : part.x - left + w]
        a, b = part.rgba[..., 3:], under[..., 3:]
        out = a + b * (1 - a)
        safe = np.maximum(out, 1e-6)
        under[..., :3] = (part.rgba[..., :3] * a + under[..., :3] * b * (1 - a)) / safe
        under[..., 3:] = out
    return SheetLayer(name, whole, left, top)


def blurred(alpha: F32, sigma: float) -> F32:
    """Return a Gaussian blur [h,w], made small first where the radius allows it."""
    if sigma <= 0.3:
        return alpha
    step = 1
    while sigma / step > 6 and min(alpha.shape) / step > 16:
        step *= 2
    if step == 1:
        return cv2.GaussianBlur(alpha, (0, 0), sigma)
    size = (max(alpha.shape[1] // step, 1), max(alpha.shape[0] // step, 1))
    small = cv2.GaussianBlur(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), (0, 0), sigma / step)
    return cv2.resize(small, (alpha.shape[1], alpha.shape[0]), interpolation=cv2.INTER_LINEAR)


def padded(alpha: F32, by: int) -> F32:
    """Return the alpha with that many empty px around."""
    return cv2.copyMakeBorder(alpha, by, by, by, by, cv2.BORDER_CONSTANT, value=0)


def grown(alpha: F32, radius: float) -> F32:
    """Return an alpha grown by ``radius`` px with round corners, antialiased."""
    if radius <= 0:
        return alpha
    solid = (alpha > 0.5).astype(np.uint8)
    away = cv2.distanceTransform(1 - solid, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inside = np.where(solid > 0, 0.5 - alpha, away - 0.5 + (0.5 - alpha))
    return np.clip(radius + 0.5 - np.maximum(np.minimum(inside, away), 0), 0, 1).astype(np.float32)
