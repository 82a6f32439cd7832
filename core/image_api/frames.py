"""How a picture of the wanted size lies in one of the size that a model makes."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..placement.overlay import drawn, reduced
from ..raster.box import Box
from .sizes import Size

Array = NDArray[Any]  # float32, or what an operation widens it to


class Frame(NamedTuple):
    """Whole pixels from the upper left corner."""

    x: int
    y: int
    width: int
    height: int


def centered_frame(outer: Size, wanted: Size) -> Frame:
    """Return the largest middle part of ``outer`` that has the shape of ``wanted``."""
    factor = min(outer[0] / wanted[0], outer[1] / wanted[1])
    width, height = (min(max(round(side * factor), 1), most) for side, most in zip(wanted, outer, strict=True))
    return Frame((outer[0] - width) // 2, (outer[1] - height) // 2, width, height)


def center_crop(picture: Array, wanted: Size) -> Array:
    """Return the middle of a picture [H,W,C] or mask [H,W] in the wanted size; one of that size as it is."""
    part = centered_frame((picture.shape[1], picture.shape[0]), wanted)
    return resized(picture[part.y : part.y + part.height, part.x : part.x + part.width], wanted)


def pad_to(picture: Array, outer: Size) -> Array:
    """Return a picture or mask as large as ``outer`` allows, in its middle; the rest is its edge, drawn on.

    ``cut`` gives it back.
    """
    part = centered_frame(outer, (picture.shape[1], picture.shape[0]))
    right, below = outer[0] - part.x - part.width, outer[1] - part.y - part.height
    inner = resized(picture, (part.width, part.height))
    return cv2.copyMakeBorder(inner, part.y, below, part.x, right, cv2.BORDER_REPLICATE)


def resized(picture: Array, size: Size) -> Array:
    """Return a picture [h,w,3 or 4] or a mask [h,w] in a size; colours under transparency stay hidden."""
    if picture.shape[1::-1] == size:
        return picture
    if picture.ndim == 2:
        return cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_LINEAR)
    if size[0] <= picture.shape[1] and size[1] <= picture.shape[0]:
        return reduced(picture, size)
    if picture.shape[2] == 4:
        return drawn(picture, Box(0, 0, *size), 0.0, size).rgba
    return np.clip(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_LANCZOS4), 0, 1)
