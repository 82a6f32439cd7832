"""Where an overlay goes: the geometry of a placement, in percent of the picture and in pixels.

Light: no numpy, no pictures. Twin of js/lib/placement.mjs; tests/goldens/placement.json holds both to the same figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import FitAdError
from ..layout.formats import KeepOut
from ..raster.box import Box
from .fields import CHOICES, KEEP_ASPECT, NUMBERS


@dataclass(frozen=True)
class Placement:
    """Where and how: x, y (the anchor point of the box), width and height in percent of the picture.

    Attributes:
        keep_aspect: Fit the overlay into the box, on the side that ``anchor`` names; otherwise stretch it.
        anchor: One of ``layout.model.ANCHORS``.
        rotation_deg: Clockwise, about the middle of the placed overlay.
        opacity: 0..1.
        blend: One of ``fields.BLENDS``.
    """

    x: float = NUMBERS["x"].default
    y: float = NUMBERS["y"].default
    width: float = NUMBERS["width"].default
    height: float = NUMBERS["height"].default
    keep_aspect: bool = KEEP_ASPECT
    anchor: str = CHOICES["anchor"].default
    rotation_deg: float = NUMBERS["rotation"].default
    opacity: float = NUMBERS["opacity"].default
    blend: str = CHOICES["blend"].default

    def __post_init__(self) -> None:
        for field, value in (("anchor", self.anchor), ("blend", self.blend)):
            if value not in CHOICES[field].choices:
                raise FitAdError(f"{field} is {value!r}", fix=f"Choose one of {', '.join(CHOICES[field].choices)}")
        for field in ("x", "y", "width", "height", "rotation_deg", "opacity"):
            if not math.isfinite(getattr(self, field)):
                raise FitAdError(f"{field.removesuffix('_deg')} is not a number", fix="Give it a value")
        if not (self.width > 0 and self.height > 0):
            raise FitAdError(f"The box is {self.width:g} % × {self.height:g} %", fix="Give it a width and a height")


def shares(anchor: str) -> tuple[float, float]:
    """Return where an anchor is in a box: 0 = left or top, 0.5 = middle, 1 = right or bottom."""
    across = 0.0 if "left" in anchor else 1.0 if "right" in anchor else 0.5
    return across, 0.0 if "top" in anchor else 1.0 if "bottom" in anchor else 0.5


def frame(placement: Placement, width_px: float, height_px: float) -> Box:
    """Return the box of a placement in px of a picture of that size."""
    w, h = placement.width / 100 * width_px, placement.height / 100 * height_px
    across, down = shares(placement.anchor)
    return Box(placement.x / 100 * width_px - across * w, placement.y / 100 * height_px - down * h, w, h)


def percents(box: Box, anchor: str, width_px: float, height_px: float) -> tuple[float, float, float, float]:
    """Return x, y (of the anchor point), width and height in percent for a box in px: the inverse of ``frame``."""
    across, down = shares(anchor)
    x, y = box.x + across * box.width, box.y + down * box.height
    return x / width_px * 100, y / height_px * 100, box.width / width_px * 100, box.height / height_px * 100


def fitted(box: Box, anchor: str, size: tuple[float, float], keep_aspect: bool) -> Box:
    """Return where an overlay of ``size`` (width, height) goes: fitted into the box, or stretched to it."""
    if not keep_aspect:
        return box
    factor = min(box.width / size[0], box.height / size[1])
    return aligned(box, anchor, (size[0] * factor, size[1] * factor))


def aligned(box: Box, anchor: str, size: tuple[float, float]) -> Box:
    """Return a rectangle of ``size`` at the side of the box that the anchor names."""
    across, down = shares(anchor)
    return Box(box.x + across * (box.width - size[0]), box.y + down * (box.height - size[1]), *size)


def free_box(keep_out: KeepOut, width_px: float, height_px: float) -> Box:
    """Return what a keep-out frame leaves free, in whole pixels that lie inside."""
    left, top = math.ceil(keep_out.left / 100 * width_px), math.ceil(keep_out.top / 100 * height_px)
    right = math.floor(width_px - keep_out.right / 100 * width_px)
    bottom = math.floor(height_px - keep_out.bottom / 100 * height_px)
    return Box(left, top, max(right - left, 1), max(bottom - top, 1))


def into(box: Box, free: Box) -> Box:
    """Return the box moved into ``free``, and cut down where it is larger."""
    width, height = min(box.width, free.width), min(box.height, free.height)
    return moved_into(Box(box.x, box.y, width, height), free)


def moved_into(box: Box, free: Box) -> Box:
    """Return the box moved so that it lies in ``free``; it must not be larger."""
    x = min(max(box.x, free.x), free.right - box.width)
    return Box(x, min(max(box.y, free.y), free.bottom - box.height), box.width, box.height)


def turned_extent(size: tuple[float, float], rotation_deg: float) -> tuple[float, float]:
    """Return width and height of the upright rectangle around one of ``size`` that is turned."""
    cos, sin = abs(math.cos(math.radians(rotation_deg))), abs(math.sin(math.radians(rotation_deg)))
    return size[0] * cos + size[1] * sin, size[0] * sin + size[1] * cos


def turned_into(box: Box, rotation_deg: float, free: Box) -> Box:
    """Return a rectangle moved, and shrunk about its middle where it must be, so that turned it lies in ``free``."""
    around = turned_extent((box.width, box.height), rotation_deg)
    factor = min(1.0, free.width / around[0], free.height / around[1])
    width, height = around[0] * factor, around[1] * factor
    x, y = box.x + box.width / 2, box.y + box.height / 2
    inside = moved_into(Box(x - width / 2, y - height / 2, width, height), free)
    size = box.width * factor, box.height * factor
    return Box(inside.x + (width - size[0]) / 2, inside.y + (height - size[1]) / 2, *size)


def rounded(box: Box) -> Box:
    """Return the box with its edges on whole pixels, at least one pixel wide and high."""
    x, y = round(box.x), round(box.y)
    return Box(x, y, max(round(box.right) - x, 1), max(round(box.bottom) - y, 1))
