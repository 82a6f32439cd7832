"""A solved ad: every layer in its place, in px, before anything is painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..text.bounds import Bounds
from .canvas import Canvas
from .colours import Palette
from .flow import Group
from .schema import Layer


@dataclass(frozen=True)
class PhotoCrop:
    """How a photo lies on the canvas: ``scale`` px of canvas a px of photo, its top left at ``x``, ``y``."""

    scale: float
    x: float
    y: float

    def mapped(self, box: Bounds) -> Bounds:
        """Return where a rectangle of the photo lies on the canvas."""
        k = self.scale
        return Bounds(self.x + box.left * k, self.y + box.top * k, self.x + box.right * k, self.y + box.bottom * k)


@dataclass(frozen=True)
class Spot:
    """One drawing: its untransformed rectangle in px, and its turn in degrees."""

    box: Bounds
    turn: float = 0.0
    flip: bool = False


@dataclass(frozen=True)
class Placed:
    """A layer in its place.

    Attributes:
        layer: Its data in the design.
        box: Its rectangle on the canvas.
        group: The words of a words layer.
        crop: How the photo of a photo layer lies.
        spots: The drawings of an element layer.
        centre: The point that a pattern spreads from.
        turn: In degrees.
    """

    layer: Layer
    box: Bounds
    group: Group | None = None
    crop: PhotoCrop | None = None
    spots: tuple[Spot, ...] = ()
    centre: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0


@dataclass(frozen=True)
class Composition:
    """A solved ad.

    Attributes:
        canvas: The canvas.
        design: The design's name.
        attempt: Which of its compositions it is.
        palette: The colours.
        faces: The name of the type set.
        placed: The layers, the lowest first.
        scale: How far the hero was scaled.
        left_out: Parts that stand nowhere, and why.
        marks: What the ranking saw, by name.
        score: What candidates are ranked by; higher is better.
    """

    canvas: Canvas
    design: str
    attempt: str
    palette: Palette
    faces: str
    placed: tuple[Placed, ...]
    scale: float = 1.0
    left_out: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)
    score: float = 0.0
    seed: int = 0

    def find(self, layer_id: str) -> Placed | None:
        """Return the layer of that id."""
        return next((p for p in self.placed if p.layer.id == layer_id), None)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return the groups of words that stand."""
        return tuple(p.group for p in self.placed if p.group is not None)
