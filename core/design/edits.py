"""What a person changed by hand in an ad: words, colours, and where layers are; saved in the graph, read as untrusted.

``{"version": 1, "parts": {"headline": "…"}, "palette": {"accent": "#FF0000"}, "layers": {"badge": {"x": 0.02, "y": 0,
"scale": 1.1, "turn": 5, "hidden": false}}, "formats": {"tall": {"layers": {…}}}}``: x and y are shares of the width and
the height, added to where the solver put the layer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..copywriting.parts import AdParts, read_parts
from ..errors import FitAdError
from ..text.bounds import Bounds
from .composition import Composition, Placed, Spot
from .flow import Group
from .glyphs import Affine
from .schema import ProductLayer
from .schema_values import ROLES, Colour

LONGEST = 64_000
_FARTHEST = 3.0


class LayerEdit(BaseModel):
    """What was done to a layer: moved by shares of the canvas, scaled and turned about its middle, hidden."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    x: float = Field(default=0.0, ge=-_FARTHEST, le=_FARTHEST)
    y: float = Field(default=0.0, ge=-_FARTHEST, le=_FARTHEST)
    scale: float = Field(default=1.0, ge=0.05, le=20)
    turn: float = Field(default=0.0, ge=-360, le=360)
    hidden: bool = False


class FormatEdit(BaseModel):
    """What was done in one class of format only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    layers: dict[str, LayerEdit] = Field(default_factory=dict)


class Edits(BaseModel):
    """All that was changed by hand."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    parts: dict[str, str] = Field(default_factory=dict)
    palette: dict[str, Colour] = Field(default_factory=dict)
    layers: dict[str, LayerEdit] = Field(default_factory=dict)
    formats: dict[str, FormatEdit] = Field(default_factory=dict)

    def of(self, layer_id: str, format_class: str) -> LayerEdit | None:
        """Return what was done to a layer; what was done in one format stands before what was done in all."""
        own = self.formats.get(format_class)
        found = own.layers.get(layer_id) if own is not None else None
        return found or self.layers.get(layer_id)


def read_edits(value: object) -> Edits:
    """Return the edits that a graph holds; nothing gives none.

    Raises:
        FitAdError: They cannot be read.
    """
    if isinstance(value, Edits):
        return value
    if not value or (isinstance(value, str) and not value.strip()):
        return Edits()
    try:
        if isinstance(value, str):
            if len(value) > LONGEST:
                raise ValueError(f"{len(value):,} characters; {LONGEST:,} is the limit")
            value = json.loads(value)
        return Edits.model_validate(value)
    except (ValueError, ValidationError, RecursionError) as exc:
        raise FitAdError(
            "The changes made by hand cannot be read",
            why=str(exc)[:200],
            fix="Undo the last change, or empty the field edits to start over",
        ) from exc


def with_words(parts: AdParts, edits: Edits) -> AdParts:
    """Return the parts with the words that were typed by hand."""
    if not edits.parts:
        return parts
    data = parts.model_dump(mode="json")
    known = {name: text for name, text in edits.parts.items() if name in data and name != "items"}
    return read_parts({**data, **known})


def roles_of(edits: Edits) -> Mapping[str, str]:
    """Return the colours that were chosen by hand."""
    return {role: colour for role, colour in edits.palette.items() if role in ROLES and colour.startswith("#")}


def edited(made: Composition, edits: Edits) -> Composition:
    """Return a composition with what was done to its layers by hand."""
    placed = []
    for entry in made.placed:
        edit = edits.of(entry.layer.id, made.canvas.format_class)
        if edit is None:
            placed.append(entry)
        elif not edit.hidden:
            placed.append(_moved(entry, edit, made.canvas.width, made.canvas.height))
    return replace(made, placed=tuple(placed))


def _moved(placed: Placed, edit: LayerEdit, width: int, height: int) -> Placed:
    cx, cy = placed.box.middle
    to_middle = Affine.shift(cx, cy) @ Affine.turn(edit.turn) @ Affine.scale(edit.scale) @ Affine.shift(-cx, -cy)
    matrix = Affine.shift(edit.x * width, edit.y * height) @ to_middle
    box = _resized(placed.box, matrix, edit.scale)
    crop = placed.crop
    if crop is not None:
        x, y = matrix.point(crop.x, crop.y)
        crop = replace(crop, scale=crop.scale * edit.scale, x=x, y=y)
    turned = isinstance(placed.layer, ProductLayer) or not placed.group
    return replace(
        placed,
        box=box if placed.group is None else placed.box.transformed(matrix),
        group=None if placed.group is None else _group(placed.group, matrix),
        crop=crop,
        spots=tuple(Spot(_resized(s.box, matrix, edit.scale), s.turn + edit.turn, s.flip) for s in placed.spots),
        turn=placed.turn + edit.turn if turned else placed.turn,
    )


def _resized(box: Bounds, matrix: Affine, scale: float) -> Bounds:
    """Return the untransformed rectangle of what is moved, scaled and turned about its middle."""
    x, y = matrix.point(*box.middle)
    w, h = box.width * scale / 2, box.height * scale / 2
    return Bounds(x - w, y - h, x + w, y + h)


def _group(group: Group, matrix: Affine) -> Group:
    items = {name: box.transformed(matrix) for name, box in group.items.items()}
    return replace(group, block=group.block.mapped(matrix), items=items)
