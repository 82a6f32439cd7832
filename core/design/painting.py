"""A composition painted, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .art import drawn, element
from .composition import Composition, Placed
from .glyphs import Affine
from .inks import Inks
from .marks import Drawing, Form, Letters
from .paint_photo import paint_cross, paint_photo, paint_product
from .paint_words import Pen, paint_drawing, paint_form, paint_glow, paint_letters, paint_shadow, paint_shape
from .patterns import PatternJob, paint_pattern
from .pictures import Pictures
from .schema import (
    CrossLayer,
    ElementLayer,
    FillLayer,
    FinishLayer,
    PatternLayer,
    PhotoLayer,
    ProductLayer,
    ScrimLayer,
)
from .schema_words import Plate, WordsLayer
from .scrims import paint_scrim
from .sheet import Sheet, SheetLayer

F32 = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class PaintedAd:
    """A painted ad.

    Attributes:
        image: [H,W,3] float32 0..1.
        mask: [H,W] what words and elements cover.
        layers: The layers, the lowest first; empty unless they were asked for.
        contrasts: The contrast of each line of type against what lies behind it, with what it says.
        product: [H,W] what the product (or the photo's subject) covers.
        behind: [H,W,3] the picture before any word was painted; None unless it was asked for.
    """

    image: F32
    mask: F32
    layers: tuple[SheetLayer, ...]
    contrasts: tuple[tuple[str, float, float], ...]
    product: F32
    inks: Inks


def paint(
    composition: Composition,
    pictures: Pictures,
    logo: F32 | None = None,
    lettering: F32 | None = None,
    keep_layers: bool = False,
    progress: Callable[[float], None] | None = None,
) -> PaintedAd:
    """Return a composition as a picture.

    Args:
        composition: The solved ad.
        pictures: Photo and product.
        logo: [h,w,4] the shop's logo.
        lettering: [h,w,4] what stands for the headline.
        keep_layers: Also return every layer for itself.
        progress: Called with the share that is done.
    """
    canvas = composition.canvas
    sheet = Sheet(canvas.width, canvas.height, keep_layers)
    inks = Inks(sheet, composition.palette, canvas)
    pen = Pen(sheet, composition.palette, canvas.unit, composition.seed, logo, lettering)
    job = _Job(composition, pictures, sheet, pen, inks)
    for number, placed in enumerate(composition.placed):
        sheet.begin(placed.layer.id)
        job.paint(placed)
        sheet.end()
        if progress is not None:
            progress((number + 1) / len(composition.placed))
    image = np.clip(sheet.rgb, 0, 1)
    return PaintedAd(image, np.clip(sheet.printed, 0, 1), tuple(sheet.layers), tuple(inks.measured), job.product, inks)


class _Job:
    """What is painted on, and what later layers need of earlier ones."""

    def __init__(self, composition: Composition, pictures: Pictures, sheet: Sheet, pen: Pen, inks: Inks) -> None:
        self.composition, self.pictures, self.sheet, self.pen, self.inks = composition, pictures, sheet, pen, inks
        self.product: F32 = np.zeros((sheet.size[1], sheet.size[0]), np.float32)

    def paint(self, placed: Placed) -> None:
        layer = placed.layer
        if isinstance(layer, FillLayer):
            self._fill(placed, layer)
        elif isinstance(layer, PatternLayer):
            self._pattern(placed, layer)
        elif isinstance(layer, PhotoLayer):
            self.product = np.maximum(self.product, paint_photo(self.pen, placed, layer, self.pictures))
        elif isinstance(layer, CrossLayer):
            self._cross(layer)
        elif isinstance(layer, ProductLayer):
            self.product = np.maximum(self.product, paint_product(self.pen, placed, layer, self.pictures))
        elif isinstance(layer, ElementLayer):
            self._elements(placed, layer)
        elif isinstance(layer, ScrimLayer):
            boxes = [g.block.ink for g in self.composition.groups if g.layer.id in layer.under]
            paint_scrim(self.sheet, self.pen.palette, layer, boxes, self.product)
        elif isinstance(layer, FinishLayer):
            self._finish(layer)
        elif isinstance(layer, WordsLayer) and placed.group is not None:
            self._words(placed)

    def _fill(self, placed: Placed, layer: FillLayer) -> None:
        whole = placed.box.left <= 0.5 and placed.box.top <= 0.5 and layer.shape == "rect" and not layer.turn
        w, h = self.sheet.size
        if whole and placed.box.right >= w - 0.5 and placed.box.bottom >= h - 0.5 and not layer.border:
            from .materials import painted

            colour: Any = self.pen.palette.hex(layer.paint) if isinstance(layer.paint, str) else painted(
                layer.paint, self.pen.palette, (w, h), self.pen.unit, self.pen.seed
            )  # fmt: skip
            alpha = np.full((h, w), layer.opacity, np.float32)
            self.sheet.colour(layer.id, colour, alpha, 0, 0, layer.blend)
            return
        plate = Plate(
            shape=layer.shape,
            paint=layer.paint,
            border=layer.border,
            border_colour=layer.border_colour,
            inset=layer.inset,
            dashed=layer.dashed,
            shadow=layer.shadow,
            radius=layer.params.get("radius", 0.02),
            params=layer.params,
        )
        before = self.sheet.printed.copy() if layer.role == "decor" else None
        params = {"seed": float(self.pen.seed), **layer.params}
        paint_shape(self.pen, layer.shape, placed.box, _turn(placed), plate, params, layer.opacity)
        if before is not None:
            self.sheet.printed = before

    def _pattern(self, placed: Placed, layer: PatternLayer) -> None:
        avoid = [
            p.group.block.ink for p in self.composition.placed if p.group is not None and p.layer.id in layer.avoid
        ]
        if "faces" in layer.avoid:
            avoid += [p.box for p in self.composition.placed if isinstance(p.layer, ProductLayer)]
        job = PatternJob(
            self.sheet,
            placed.box,
            placed.centre,
            tuple(self.pen.palette.hex(colour) for colour in layer.colours),
            layer.params,
            self.pen.unit,
            self.pen.seed,
            layer.opacity,
            layer.blend,
            tuple(avoid),
            self.product if "subject" in layer.avoid or "product" in layer.avoid else None,
        )
        paint_pattern(layer.pattern, job)

    def _cross(self, layer: CrossLayer) -> None:
        photo = self.composition.find(layer.of)
        if photo is not None:
            paint_cross(self.pen, photo, self.pictures, layer.shadow)

    def _elements(self, placed: Placed, layer: ElementLayer) -> None:
        art = element(layer.element)
        colours = {**self.pen.palette.roles, **{k: self.pen.palette.hex(v) for k, v in layer.colours.items()}}
        for spot in placed.spots:
            picture = drawn(art, colours, spot.box.width, spot.box.height, spot.turn, spot.flip)
            cx, cy = spot.box.middle
            x, y = round(cx - picture.shape[1] / 2), round(cy - picture.shape[0] / 2)
            if layer.shadow is not None:
                paint_shadow(self.pen, layer.shadow, picture[..., 3], x, y)
            if layer.effects is not None and layer.effects.glow is not None:
                paint_glow(self.pen, layer.effects.glow, picture[..., 3], x, y)
            if layer.opacity < 1:
                picture = picture.copy()
                picture[..., 3] *= layer.opacity
            self.sheet.picture(layer.element, picture, x, y, layer.blend)

    def _words(self, placed: Placed) -> None:
        group = placed.group
        if group is None:
            return
        plates: list[Form] = []
        letters: list[Letters] = []
        for mark in group.block.marks:
            if isinstance(mark, Form) and mark.source != "strike":
                paint_form(self.pen, mark)
                plates.append(mark)
        pen = replace(self.pen, colour_of=partial(self.inks.colour, on=self._under(group.layer.stands_on)))
        for mark in group.block.marks:
            if isinstance(mark, Letters):
                letters.append(mark)
            elif isinstance(mark, Drawing):
                paint_drawing(pen, mark)
        paint_letters(pen, letters)
        for mark in group.block.marks:
            if isinstance(mark, Form) and mark.source == "strike":
                paint_form(self.pen, mark)

    def _under(self, name: str) -> str:
        placed = self.composition.find(name) if name else None
        paint_ = getattr(placed.layer, "paint", None) if placed is not None else None
        return paint_ if isinstance(paint_, str) else ""

    def _finish(self, layer: FinishLayer) -> None:
        width, height = self.sheet.size
        if layer.vignette:
            yy, xx = np.mgrid[0:height:4, 0:width:4].astype(np.float32)
            d = np.hypot((xx / width - 0.5) * 1.25, (yy / height - 0.5) * 1.25)
            small = (np.clip(d - 0.32, 0, 1) ** 1.6 * 1.7 * layer.vignette).astype(np.float32)
            shade = self.pen.palette.hex("shade")
            alpha = np.clip(cv2.resize(small, (width, height)), 0, 0.9)
            self.sheet.colour("vignette", shade, alpha, 0, 0)
        if layer.grain:
            self._grain(layer.grain * min(self.pen.unit / 1000, 1.0))  # a preview is averaged, its grain too

    def _grain(self, amount: float) -> None:
        """Lay grain over everything: noise of that deviation, as black and white through its size."""
        width, height = self.sheet.size
        from ..backdrop.textures import grain

        noise = grain(np.random.default_rng(self.pen.seed + 99), (height, width))
        noise = cv2.GaussianBlur(noise, (0, 0), 0.6) * np.float32(1.6 * amount)
        value = (noise > 0).astype(np.float32)[..., None].repeat(3, axis=2)
        self.sheet.colour("grain", value, np.abs(noise) * np.float32(1.3), 0, 0)


def _turn(placed: Placed) -> Affine:
    if not placed.turn:
        return Affine()
    cx, cy = placed.box.middle
    return Affine.shift(cx, cy) @ Affine.turn(placed.turn) @ Affine.shift(-cx, -cy)
