"""A composition at another size: everything in it is linear, so that a preview is the same ad."""

from __future__ import annotations

from dataclasses import replace

from ..raster.box import Box
from ..text.bounds import Bounds
from .canvas import Canvas
from .composition import Composition, PhotoCrop, Placed, Spot
from .flow import Group
from .glyphs import Affine


def scaled(made: Composition, k: float) -> Composition:
    """Return a composition ``k`` times as large."""
    return replace(made, canvas=_canvas(made.canvas, k), placed=tuple(_placed(p, k) for p in made.placed))


def _canvas(canvas: Canvas, k: float) -> Canvas:
    safe, kept = canvas.safe, canvas.kept
    return Canvas(
        max(round(canvas.width * k), 1),
        max(round(canvas.height * k), 1),
        Box(safe.x * k, safe.y * k, safe.width * k, safe.height * k),
        Box(kept.x * k, kept.y * k, kept.width * k, kept.height * k),
        canvas.least_type_px * k,
    )


def _placed(placed: Placed, k: float) -> Placed:
    crop = placed.crop
    return replace(
        placed,
        box=_box(placed.box, k),
        group=None if placed.group is None else _group(placed.group, k),
        crop=None if crop is None else PhotoCrop(crop.scale * k, crop.x * k, crop.y * k),
        spots=tuple(Spot(_box(s.box, k), s.turn, s.flip) for s in placed.spots),
        centre=(placed.centre[0] * k, placed.centre[1] * k),
    )


def _group(group: Group, k: float) -> Group:
    items = {name: _box(box, k) for name, box in group.items.items()}
    return replace(group, block=group.block.mapped(Affine.scale(k)), items=items)


def _box(box: Bounds, k: float) -> Bounds:
    return Bounds(box.left * k, box.top * k, box.right * k, box.bottom * k)
