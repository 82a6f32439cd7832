"""Coordinates of a design resolved to px, and the order in which its layers can be placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..errors import FitAdError
from ..text.bounds import Bounds
from .canvas import Canvas
from .schema import (
    CrossLayer,
    ElementLayer,
    FillLayer,
    Layer,
    PatternLayer,
    PhotoLayer,
    ProductLayer,
    ScrimLayer,
)
from .schema_values import Coord, Region, parsed_coord
from .schema_words import WordsLayer


def coord_px(value: Coord, axis: int, canvas: Canvas, boxes: Mapping[str, Bounds]) -> float:
    """Return a coordinate in px; ``axis`` 0 is across, 1 is down.

    A layer that is not there counts as an empty one in the safe area's lower left corner. Offsets are shares of the
    canvas' unit.
    """
    side = canvas.width if axis == 0 else canvas.height
    if not isinstance(value, str):
        return float(value) * side
    layer, edge, add = parsed_coord(value)
    safe = canvas.safe
    if layer and layer in boxes:
        box = boxes[layer]
    elif layer:
        box = Bounds(safe.x, safe.bottom, safe.x, safe.bottom)
    else:
        box = Bounds(safe.x, safe.y, safe.right, safe.bottom)
    found = {
        "left": box.left,
        "right": box.right,
        "top": box.top,
        "bottom": box.bottom,
        "mid": box.middle[axis],
    }[edge]
    return found + add * canvas.unit


def region_px(region: Region, canvas: Canvas, boxes: Mapping[str, Bounds]) -> Bounds:
    """Return a region in px."""
    left, top, right, bottom = (coord_px(v, k % 2, canvas, boxes) for k, v in enumerate(region))
    return Bounds(left, top, max(right, left), max(bottom, top))


def named_in(region: Region) -> set[str]:
    """Return the ids of the layers that a region names."""
    return {parsed_coord(value)[0] for value in region if isinstance(value, str)} - {""}


def needs(layer: Layer) -> set[str]:
    """Return the ids of the layers that must be placed before a layer."""
    found: set[str] = set()
    for value in _coords(layer):
        if isinstance(value, str):
            found.add(parsed_coord(value)[0])
    hang = getattr(layer, "hang", None)
    if hang is not None:
        found.add(hang.to)
    if isinstance(layer, FillLayer):
        found |= set(layer.hug) | set(layer.holds)
    if isinstance(layer, WordsLayer):
        found |= set(layer.yields_to)
    if isinstance(layer, CrossLayer):
        found.add(layer.of)
    if isinstance(layer, PhotoLayer):
        found |= set(layer.calm) | set(layer.below)
    if isinstance(layer, (PatternLayer, ElementLayer)):
        found |= {name for name in layer.avoid if name not in ("subject", "faces")}
    if isinstance(layer, ScrimLayer):
        found |= set(layer.under)
    return found - {"", "canvas"}


def _coords(layer: Layer) -> Iterable[Coord]:
    if isinstance(layer, (FillLayer, PatternLayer, PhotoLayer, ElementLayer, WordsLayer)):
        yield from layer.region
    if isinstance(layer, ElementLayer) and layer.box is not None:
        yield from layer.box
    if isinstance(layer, PatternLayer):
        yield from layer.centre
    if isinstance(layer, ProductLayer) and layer.stand is not None:
        yield layer.stand


def placing_order(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers so that each comes after what it needs; the product, and what hangs, after all words it can.

    Raises:
        FitAdError: Layers depend on each other in a cycle.
    """
    known = {layer.id: layer for layer in layers}
    wanted = {layer.id: {name for name in needs(layer) if name in known} for layer in layers}
    for layer in layers:
        hung = isinstance(layer, WordsLayer) and layer.hang is not None
        if isinstance(layer, ProductLayer) or hung:
            set_ = [w.id for w in layers if isinstance(w, WordsLayer) and (w.hang is None or not hung)]
            wanted[layer.id] |= {name for name in set_ if layer.id not in _all_needs(name, wanted)} - {layer.id}
    done: list[Layer] = []
    left = dict(wanted)
    while left:
        ready = [name for name, names in left.items() if not names & set(left)]
        if not ready:
            raise FitAdError(
                f"The layers {', '.join(sorted(left))} of the design depend on each other in a cycle",
                fix="Give one of them a place of its own",
            )
        done += [known[name] for name in ready]
        for name in ready:
            del left[name]
    return done


def _all_needs(name: str, wanted: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [name]
    while queue:
        for other in wanted.get(queue.pop(), set()):
            if other not in found:
                found.add(other)
                queue.append(other)
    return found
