"""Layers of coverage and colour laid over each other, in bands that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB

Array = NDArray[Any]
Plane = Array | float
# gives the three colour planes of some rows
Fill = Callable[[slice], Sequence[Plane]]

_BAND_BYTES = 192 * 1024
_LEAST_ALPHA = 1e-4


class Layer(NamedTuple):
    """A colour and where it lies.

    Attributes:
        cover: [H,W] float32 0..1, or uint8 0..255.
        fill: One colour, or what gives the colours of some rows.
        strength: What the coverage is multiplied by.
    """

    cover: Array
    fill: RGB | Fill
    strength: float = 1.0


def composite(layers: Sequence[Layer], bled: RGB) -> Array:
    """Return the layers, lowest first, over nothing: [H,W,4] float32, straight alpha.

    Args:
        layers: All of one size; at least one.
        bled: The colour where alpha is 0.
    """
    height, width = layers[0].cover.shape
    out = np.empty((height, width, 4), np.float32)
    for rows in _bands(height, width):
        _band(layers, bled, rows, out[rows])
    return out


def _bands(height: int, width: int) -> Iterator[slice]:
    step = max(_BAND_BYTES // (4 * max(width, 1)), 4)
    for start in range(0, height, step):
        yield slice(start, min(start + step, height))


def _band(layers: Sequence[Layer], bled: RGB, rows: slice, out: Array) -> None:
    shape = out.shape[:2]
    alpha = np.zeros(shape, np.float32)
    planes = [np.zeros(shape, np.float32) for _ in range(3)]
    for layer in layers:
        cover = _cover(layer, rows)
        if not cover.any():
            continue
        rest = 1 - cover
        for plane, value in zip(planes, _values(layer.fill, rows), strict=True):
            plane *= rest
            if not (isinstance(value, float) and value == 0):
                plane += cover * value
        alpha *= rest
        alpha += cover
    nothing = alpha < _LEAST_ALPHA
    share = 1 / np.maximum(alpha, _LEAST_ALPHA)
    for plane, value in zip(planes, bled, strict=True):
        plane *= share
        np.minimum(plane, 1, out=plane)
        plane[nothing] = value
    cv2.merge([*planes, alpha], out)


def _cover(layer: Layer, rows: slice) -> Array:
    cover = layer.cover[rows]
    if cover.dtype == np.uint8:
        return cover * np.float32(layer.strength / 255)
    return cover if layer.strength == 1 else cover * np.float32(layer.strength)


def _values(fill: RGB | Fill, rows: slice) -> Sequence[Plane]:
    return fill if isinstance(fill, tuple) else fill(rows)
