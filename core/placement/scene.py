"""A scene to place on: background, what is placed, at full size or reduced; the content drawn where it goes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from ..color.spaces import RGB
from ..raster.blending import RasterLayer
from ..raster.box import Box
from .geometry import aligned, fitted, rounded, turned_extent, turned_into
from .overlay import drawn, reduced, shrunk, trimmed
from .target_box import TargetBox
from .text_layer import TextLayer, render_text_layer, text_layer

Array = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class PlacementScene:
    """What is placed on what.

    Attributes:
        background: [h,w,3 or 4]; the finished picture's size times ``scale``.
        overlay: [h,w,4] without its empty border; None where words are typed instead.
        natural: Width and height of the overlay in its own px, before it was reduced.
        canvas: Width and height of the finished picture.
        scale: Size of ``background``, as a share of the canvas.
    """

    background: Array
    overlay: Array | None
    natural: tuple[int, int]
    canvas: tuple[int, int]
    scale: float = 1.0

    def reduced(self, most_px: int) -> PlacementScene:
        """Return the scene no larger than ``most_px`` on the longer side; one that is small enough as it is."""
        factor = most_px / max(self.canvas)
        overlay = None if self.overlay is None else shrunk(self.overlay, most_px) if self.overlay.size else self.overlay
        if factor >= 1 or self.scale < 1:
            return self if overlay is self.overlay else replace(self, overlay=overlay)
        size = max(round(self.canvas[0] * factor), 1), max(round(self.canvas[1] * factor), 1)
        return replace(self, background=reduced(self.background, size), overlay=overlay, scale=size[0] / self.canvas[0])


def scene(background: Array, overlay: Array | None) -> PlacementScene:
    """Return the scene of a background [H,W,3 or 4] and an overlay [h,w,3 or 4], which may be None."""
    size = background.shape[1], background.shape[0]
    if overlay is None:
        return PlacementScene(background, None, (0, 0), size)
    content = trimmed(overlay)
    return PlacementScene(background, content, (content.shape[1], content.shape[0]), size)


@dataclass(frozen=True)
class PlacedContent:
    """What is placed and where: typed words or an overlay, in px of the finished picture.

    Attributes:
        box: Where it stands before it is turned.
        rotation_deg: Clockwise, about the middle of ``box``.
        words: Typed words; None for an overlay.
        font_px: The type size, where it is known.
    """

    box: Box
    rotation_deg: float
    words: TextLayer | None = None
    font_px: float | None = None

    @property
    def extent(self) -> Box:
        """The upright rectangle around it, in px of the finished picture."""
        width, height = turned_extent((self.box.width, self.box.height), self.rotation_deg)
        x, y = self.box.x + self.box.width / 2, self.box.y + self.box.height / 2
        return Box(x - width / 2, y - height / 2, width, height)

    def drawn(self, scene: PlacementScene, color: RGB | str) -> RasterLayer:
        """Return it as a layer of the scene's background; typed words take the colour."""
        size = scene.background.shape[1], scene.background.shape[0]
        if self.words is None and scene.overlay is not None:
            return drawn(scene.overlay, times(self.box, scene.scale), self.rotation_deg, size)
        if self.words is None:
            raise ValueError("the scene has no overlay, and the ink no words")
        layer = render_text_layer(self.words, self.box, color, scene.scale)
        if self.rotation_deg % 360 == 0:
            return layer
        upright = Box(layer.x, layer.y, layer.rgba.shape[1], layer.rgba.shape[0])
        middle = _middle(times(self.box, scene.scale))
        return drawn(layer.rgba, _swung(upright, middle, self.rotation_deg), self.rotation_deg, size)


def overlay_content(
    scene: PlacementScene, target: TargetBox, keep_aspect: bool, rotation_deg: float
) -> PlacedContent | None:
    """Return the overlay in its place; None where nothing of it shows."""
    if scene.overlay is None or not scene.overlay.size:
        return None
    box = _kept(fitted(target.box, target.anchor, scene.natural, keep_aspect), rotation_deg, target.free)
    box = box if rotation_deg % 360 else rounded(box)
    return PlacedContent(box, rotation_deg)


def text_content(
    scene: PlacementScene, target: TargetBox, text: str, rotation_deg: float, least_px: int
) -> PlacedContent | None:
    """Return the words in their place; None for no words.

    Raises:
        FitAdError: No font has some character, or the words fit the box in no legible size.
    """
    typeset = text_layer(text, target.box, target.anchor, scene.canvas, least_px)
    if typeset is None:
        return None
    box = _kept(aligned(target.box, target.anchor, typeset.size), rotation_deg, target.free)
    if rotation_deg % 360 == 0:  # on whole pixels, so that stems stay sharp
        box = Box(math.floor(box.x + 1e-6), math.floor(box.y + 1e-6), *typeset.size)
    return PlacedContent(box, rotation_deg, typeset, typeset.font_px)


def _kept(box: Box, rotation_deg: float, free: Box | None) -> Box:
    return box if free is None else turned_into(box, rotation_deg, free)


def times(box: Box, scale: float) -> Box:
    """Return a box on a picture of another scale."""
    return box if scale == 1 else Box(*(v * scale for v in box))


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _swung(box: Box, pivot: tuple[float, float], rotation_deg: float) -> Box:
    """Return the box moved so that turning it about its own middle is turning it about ``pivot``."""
    cos, sin = math.cos(math.radians(rotation_deg)), math.sin(math.radians(rotation_deg))
    x, y = _middle(box)
    dx, dy = x - pivot[0], y - pivot[1]
    return box._replace(x=box.x + dx * cos - dy * sin - dx, y=box.y + dx * sin + dy * cos - dy)
