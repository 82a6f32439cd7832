"""The small picture in the placer: the same code as the finished one, on a copy that is kept ready."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..layout.formats import zone
from ..layout.model import Layout
from ..raster.blending import RasterLayer
from ..raster.box import Box
from ..raster.fingerprint import fingerprint
from .geometry import percents
from .overlay import drawn, reduced, shrunk
from .render import DECIDING_PX, PlacedOverlay, PlacementOptions, place_scene
from .scene import PlacedContent, PlacementScene, scene
from .text_layer import TextLayer, render_text_layer

Array = NDArray[Any]  # float32, or what an operation widens it to
Bytes = NDArray[np.uint8]

PREVIEW_PX = 800
_CHECK_PX = 8  # side of the squares that show through a transparent background
_CHECK = (0.82, 0.93)
_SOLID = 0.98  # alpha of words that are not see-through
_NO_PICTURE = np.zeros((0, 0, 4), np.uint8)


@dataclass(frozen=True)
class PreviewStage:
    """A background and what goes on it, no larger than decisions need, in 8 bits.

    Attributes:
        background: uint8 [h,w,3 or 4], at most ``DECIDING_PX`` on the longer side.
        overlay: uint8 [h,w,4] without its empty border, no larger than that either; None for typed words.
        natural: Width and height of the overlay in its own px.
        canvas: Width and height of the finished picture.
        picture: Fingerprint of the picture that all words go on.
        subject: [h,w] 0..1 where the subject is, or None.
        layout: The advisor's, or None.
    """

    background: Bytes
    overlay: Bytes | None
    natural: tuple[int, int]
    canvas: tuple[int, int]
    picture: str
    subject: Array | None = None
    layout: Layout | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        small = self.__dict__.get("thumbnail", ("", None))[1]
        return sum(a.nbytes for a in (self.background, self.overlay, self.subject, small) if a is not None)

    @property
    def bare(self) -> PreviewStage:
        """The overlay alone, with a background of one pixel."""
        return self.on(PreviewStage(_NO_PICTURE, None, (0, 0), (1, 1), ""))

    def on(self, other: PreviewStage) -> PreviewStage:
        """Return this overlay on the background, and with the subject and layout, of another stage."""
        made = replace(other, overlay=self.overlay, natural=self.natural)
        if "thumbnail" in self.__dict__:
            made.__dict__["thumbnail"] = self.thumbnail
        return made

    @cached_property
    def thumbnail(self) -> tuple[str, Bytes]:
        """The overlay at preview size, with a name that tells it from others."""
        picture = _bytes(shrunk(_floats(self.overlay), PREVIEW_PX)) if self.overlay is not None else _NO_PICTURE
        return digest(picture, picture.shape), picture

    def with_overlay(self, overlay: Array | None) -> PreviewStage:
        """Return the same background with another overlay [h,w,3 or 4]."""
        content = scene(self.background, overlay)
        kept = None if content.overlay is None else _bytes(_at_most(content.overlay))
        return replace(self, overlay=kept, natural=content.natural)

    def scene(self) -> PlacementScene:
        """Return it for ``place_scene``."""
        overlay = None if self.overlay is None else _floats(self.overlay)
        scale = self.background.shape[1] / self.canvas[0]
        return PlacementScene(_floats(self.background), overlay, self.natural, self.canvas, scale)


def stage(
    background: Array,
    overlay: Array | None,
    subject: Array | None = None,
    layout: Layout | None = None,
    picture: str = "",
) -> PreviewStage:
    """Return what a preview needs of a background [H,W,3 or 4] and an overlay [h,w,3 or 4].

    Args:
        background: What the overlay goes on.
        overlay: What is placed; None for typed words.
        subject: [H,W] 0..1 where the subject is, or None.
        layout: The advisor's, or None.
        picture: Fingerprint of the picture that all words go on; empty for that of the background.
    """
    reduced = scene(background, None).reduced(DECIDING_PX)
    small = None if subject is None else _at_most(np.ascontiguousarray(subject, np.float32), PREVIEW_PX)
    bare = PreviewStage(
        _bytes(reduced.background), None, (0, 0), reduced.canvas, picture or fingerprint(background), small, layout
    )
    return bare.with_overlay(overlay)


@dataclass(frozen=True)
class Preview:
    """What is shown.

    Attributes:
        image: uint8 [h,w,3], the finished picture at preview size.
        scale: Size of the preview, as a share of the canvas.
        placed: What was placed, at the scale of the stage.
    """

    image: Bytes
    scale: float
    placed: PlacedOverlay


def preview(of: PreviewStage, options: PlacementOptions) -> Preview:
    """Return the finished picture at preview size.

    Raises:
        FitAdError: As ``placing.place`` does.
    """
    options = replace(options, layout=options.layout or of.layout)
    placed = place_scene(of.scene(), options, of.picture, of.subject)
    size = preview_size(of.canvas)
    return Preview(shown(placed.image, size), size[0] / of.canvas[0], placed)


def preview_size(canvas: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the preview of a canvas."""
    factor = min(1.0, PREVIEW_PX / max(canvas))
    return max(round(canvas[0] * factor), 1), max(round(canvas[1] * factor), 1)


def shown(picture: Array, size: tuple[int, int]) -> Bytes:
    """Return a picture [H,W,3 or 4] as uint8 [h,w,3] of ``size`` (width, height), on squares where it is clear."""
    small = reduced(picture, size)
    if small.shape[2] == 3:
        return _bytes(small)
    y, x = np.indices(small.shape[:2]) // _CHECK_PX
    squares = np.where((x + y) % 2, *_CHECK).astype(np.float32)[..., None]
    return _bytes(squares + small[..., 3:] * (small[..., :3] - squares))


def suggestions(layout: Layout | None) -> list[dict[str, Any]]:
    """Return the boxes of a layout, the best first, as the editor draws them: percent, top left corner."""
    boxes = layout.boxes if layout is not None else ()
    return [
        {"box": [b.x, b.y, b.width, b.height], "anchor": b.anchor, "label": str(number)}
        for number, b in enumerate(boxes, 1)
    ]


def keep_out(name: str, canvas: tuple[int, int]) -> dict[str, float] | None:
    """Return the frame that words stay out of, in percent per side; None for no zone.

    Raises:
        FitAdError: No such zone.
    """
    return None if name == "none" else zone(name, *canvas)._asdict()


class Dragged(NamedTuple):
    """What is dragged about in the editor: [h,w,4], where it stands unturned in px of the preview."""

    key: str
    picture: Bytes
    box: Box
    scalable: bool


def dragged(of: PreviewStage, made: Preview) -> Dragged | None:
    """Return what is dragged about; None where nothing was placed. Typed words are typeset again with their box."""
    content = made.placed.content
    if content is None:
        return None
    if content.words is None:
        key, picture = of.thumbnail
        return Dragged(key, picture, Box(*(v * made.scale for v in content.box)), True)
    layer = _upright_words(of, made, content, content.words)
    picture = _bytes(layer.rgba)
    height, width = picture.shape[:2]
    return Dragged(digest(picture, picture.shape), picture, Box(layer.x, layer.y, width, height), False)


def frame_percents(of: PreviewStage, made: Preview) -> tuple[float, float, float, float]:
    """Return the box in force: its top left corner, width and height in percent of the picture."""
    return percents(made.placed.target.box, "top-left", *of.canvas)


def digest(*parts: object) -> str:
    """Return a short name for what was put in; arrays count by their bytes."""
    total = hashlib.blake2b(digest_size=12)
    for part in parts:
        total.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode("utf-8", "replace"))
        total.update(b"\0")
    return total.hexdigest()


def encoded(picture: Bytes) -> tuple[str, bytes]:
    """Return a MIME type and a file: JPEG for [h,w,3], PNG for [h,w,4]."""
    if picture.shape[2] == 3:
        options = [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _FULL_COLOR]
        return "image/jpeg", cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)[1].tobytes()
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    return "image/png", cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA), options)[1].tobytes()


_FULL_COLOR = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444


def _upright_words(of: PreviewStage, made: Preview, content: PlacedContent, words: TextLayer) -> RasterLayer:
    """Return typed words unturned and opaque at preview size; made of those that were placed, where they are so."""
    placed = made.placed.lettering
    if placed is None or content.rotation_deg % 360 or float(placed.rgba[..., 3].max(initial=0.0)) < _SOLID:
        return render_text_layer(words, content.box, _color(made), made.scale)
    factor = made.scale * of.canvas[0] / made.placed.image.shape[1]
    height, width = placed.rgba.shape[:2]
    box = Box(placed.x * factor, placed.y * factor, width * factor, height * factor)
    return drawn(placed.rgba, box, 0.0, preview_size(of.canvas))


def _color(made: Preview) -> tuple[float, float, float]:
    """Return the colour that typed words have in the end."""
    layer = made.placed.lettering
    if layer is None or not layer.rgba.size:
        return (1.0, 1.0, 1.0)
    solid = layer.rgba[layer.rgba[..., 3] >= layer.rgba[..., 3].max()]
    r, g, b = np.median(solid[:, :3], axis=0)
    return float(r), float(g), float(b)


def _at_most(picture: Array, most_px: int = DECIDING_PX) -> Array:
    if not picture.size or max(picture.shape[:2]) <= most_px:
        return picture
    if picture.ndim == 3:
        return shrunk(picture, most_px)
    factor = most_px / max(picture.shape)
    size = max(round(picture.shape[1] * factor), 1), max(round(picture.shape[0] * factor), 1)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _bytes(picture: Array) -> Bytes:
    return cv2.convertScaleAbs(picture, alpha=255) if picture.size else picture.astype(np.uint8)


def _floats(picture: Bytes) -> Array:
    return np.multiply(picture, np.float32(1 / 255), dtype=np.float32)
