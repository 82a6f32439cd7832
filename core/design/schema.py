"""The schema of a design: its layers from the ground up, what changes when, and what it suits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .schema_values import Colour, Condition, Coord, Names, Paint, Pair, Region, Unit
from .schema_words import EffectSpec, Hang, Plate, Shadow, Strict, WordsLayer

SIDES = ("left", "top", "right", "bottom")
_MOST_LAYERS = 60


class FillLayer(Strict):
    """A field of colour, gradient or material: the ground, a panel, a card, a disc."""

    id: str
    kind: Literal["fill"] = "fill"
    when: Condition | None = None
    region: Region = (0.0, 0.0, 1.0, 1.0)
    hug: tuple[str, ...] = ()
    """Groups that it lies under: it grows to hold them with ``pad`` around."""
    pad: Pair = (0.04, 0.04)
    hug_sides: Names = SIDES
    """The sides that hug; the others keep the region's."""
    shape: str = "rect"
    params: dict[str, float] = Field(default_factory=dict)
    paint: Paint = "ground"
    opacity: float = Field(default=1.0, ge=0, le=1)
    blend: Literal["normal", "multiply", "screen", "overlay"] = "normal"
    border: Unit = 0.0
    border_colour: Colour = "line"
    inset: Unit = 0.0
    dashed: bool = False
    shadow: Shadow | None = None
    hang: Hang | None = None
    size: Pair = (0.0, 0.0)
    """Width and height as shares of the other layer's larger side, where it hangs."""
    turn: float = 0.0
    role: Literal["ground", "panel", "decor"] = "decor"
    hides: bool = False
    """It covers the product's cut edge."""
    holds: Names = ()
    """Groups that it is there for: it vanishes where none of them stands."""


class PatternLayer(Strict):
    """A drawn pattern: rays, halftone, dots, stripes, checks, grid, confetti, snow, bokeh, bubbles, petals, window …"""

    id: str
    kind: Literal["pattern"] = "pattern"
    when: Condition | None = None
    pattern: str
    region: Region = (0.0, 0.0, 1.0, 1.0)
    colours: tuple[Colour, ...] = ("ground2",)
    opacity: float = Field(default=1.0, ge=0, le=1)
    blend: Literal["normal", "multiply", "screen", "overlay"] = "normal"
    centre: tuple[Coord, Coord] = (0.5, 0.5)
    params: dict[str, float] = Field(default_factory=dict)
    avoid: Names = ()
    """Layers whose letters (or whose subject) its pieces keep off."""


class PhotoLayer(Strict):
    """The whole photo in a frame; the ground is grown where it is too small for it."""

    id: str
    kind: Literal["photo"] = "photo"
    when: Condition | None = None
    region: Region = (0.0, 0.0, 1.0, 1.0)
    shape: str = "rect"
    params: dict[str, float] = Field(default_factory=dict)
    turn: float = 0.0
    focus: Pair = (0.5, 0.5)
    """Where the subject's middle should be, as a share of the frame."""
    face: Pair | None = None
    """Where the largest face's middle should be, where there is one."""
    zoom: Pair = (1.0, 1.4)
    extend: float = Field(default=0.0, ge=0, le=1)
    """The most of the frame, along either side, that may be grown beyond the photo."""
    cross: float = Field(default=0.0, ge=0, le=0.4)
    """How far the subject may rise over the frame's top (share of the height); a ``cross`` layer draws it there."""
    grade: Literal["none", "warm", "cool", "dark", "soft", "mono"] = "none"
    border: Unit = 0.0
    border_colour: Colour = "paper"
    shadow: Shadow | None = None
    calm: Names = ()
    """Groups of words that want a calm place of it."""
    below: Names = ()
    """Panels over it that must not hide a face."""


class CrossLayer(Strict):
    """The subject once more, where it crosses the edge of its photo's frame."""

    id: str
    kind: Literal["cross"] = "cross"
    when: Condition | None = None
    of: str
    shadow: bool = False


class ProductLayer(Strict):
    """The cut-out product, scaled and placed together with the words."""

    id: str = "product"
    kind: Literal["product"] = "product"
    when: Condition | None = None
    width: Pair = (0.5, 0.8)
    """Of the canvas."""
    height: Pair = (0.0, 0.7)
    area: float = Field(default=0.0, ge=0, le=1)
    """The share of the canvas that its box should have; 0 takes the largest that the other limits allow."""
    anchor: Pair = (0.5, 0.6)
    """Where its middle should be."""
    reach: Pair = (0.16, 0.12)
    """How far from there it may be."""
    bleed: Names = ()
    """Sides that it may leave the canvas at."""
    out: Unit = 0.1
    """How much of it may be out, at one side."""
    stand: Coord | None = None
    """The height of its feet."""
    turn: float = 0.0
    shadow: Literal["none", "contact", "cast", "drop", "hard"] = "cast"
    reflect: float = Field(default=0.0, ge=0, le=1)
    outline: Unit = 0.0
    """A sticker's edge around it."""
    outline_colour: Colour = "paper"
    grade: Literal["none", "lift", "warm", "cool", "mono"] = "none"
    over: tuple[str, ...] = ()
    """Groups that it may cover as far as their ``cover`` says; every other group it keeps off."""


class ElementLayer(Strict):
    """A drawing of ``designs/elements``, or many of them scattered."""

    id: str
    kind: Literal["element"] = "element"
    when: Condition | None = None
    element: str
    """A name; ``trade`` takes the one that the ad's words, trade or purpose name, ``trade-2``, ``trade-3`` others."""
    box: Region | None = None
    hang: Hang | None = None
    width: float = Field(default=0.2, gt=0, le=4)
    """Of the canvas' short side, where no box is given."""
    turn: float = 0.0
    flip: bool = False
    opacity: float = Field(default=1.0, ge=0, le=1)
    blend: Literal["normal", "multiply", "screen", "overlay"] = "normal"
    colours: dict[str, Colour] = Field(default_factory=dict)
    """Another role for a role of the drawing."""
    shadow: Shadow | None = None
    effects: EffectSpec | None = None
    scatter: int = Field(default=0, ge=0, le=400)
    sizes: Pair = (0.6, 1.2)
    region: Region = (0.0, 0.0, 1.0, 1.0)
    avoid: Names = ()
    optional: bool = True
    may_touch: Names = ()
    """Groups whose letters it may overlap a little."""


class ScrimLayer(Strict):
    """Light or dark over a photo where words stand, no stronger than they need."""

    id: str
    kind: Literal["scrim"] = "scrim"
    when: Condition | None = None
    under: Names = ()
    colour: Literal["auto", "dark", "light"] = "auto"
    side: Literal["bottom", "top", "left", "right", "under"] = "bottom"
    most: float = Field(default=0.92, ge=0, le=1)
    least: float = Field(default=0.0, ge=0, le=1)


class FinishLayer(Strict):
    """The print: grain and vignette."""

    id: str = "finish"
    kind: Literal["finish"] = "finish"
    when: Condition | None = None
    grain: float = Field(default=0.012, ge=0, le=0.2)
    vignette: float = Field(default=0.0, ge=0, le=1)


Layer = Annotated[
    FillLayer
    | PatternLayer
    | PhotoLayer
    | CrossLayer
    | ProductLayer
    | ElementLayer
    | ScrimLayer
    | FinishLayer
    | WordsLayer,
    Field(discriminator="kind"),
]


class Case(Strict):
    """What is different when a condition holds; ``set`` holds changes by layer id."""

    when: Condition
    set: dict[str, Any] = Field(default_factory=dict)


class Alternative(Strict):
    """Another composition of the same design, tried by the solver beside the first."""

    name: str
    when: Condition | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    bias: float = 0.0


class FormatChange(Strict):
    """What is different in one class of format: other layers, or changes by layer id, and cases of its own."""

    margin: float | None = Field(default=None, ge=0.02, le=0.2)
    layers: tuple[dict[str, Any], ...] = ()
    set: dict[str, Any] = Field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    attempts: tuple[Alternative, ...] | None = None


class Suits(Strict):
    """What the design is for, and what it cannot do without."""

    purposes: Names = ()
    angles: Names = ()
    trades: Names = ()
    moods: Names = ()
    """loud, calm, warm, playful, sober, retro, night, handmade."""
    needs: Condition = Condition()
    never: Condition | None = None
    formats: Names = ("tall", "portrait", "square", "wide", "banner")
    weight: float = Field(default=1.0, ge=0, le=3)


class Colours(Strict):
    """Where its colours come from."""

    moods: Names = ("vivid",)
    ways: Names = ()
    """Colourways it takes before others of its moods."""
    roles: dict[str, Colour] = Field(default_factory=dict)
    """Fixed colours, or another role's colour, for a role."""
    from_photo: bool = False
    """Ground and accent are made from the photo's own hues."""


class TypeChoice(Strict):
    """Its faces: type sets by name or by mood."""

    sets: Names = ()
    moods: Names = ("loud",)
    faces: dict[str, str] = Field(default_factory=dict)
    """A face of its own for a role."""


class Design(Strict):
    """A design: data from which an ad is composed for any photo, words and format that it suits."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: dict[str, str] = Field(default_factory=dict)
    family: str = ""
    about: dict[str, str] = Field(default_factory=dict)
    suits: Suits = Suits()
    colours: Colours = Colours()
    type: TypeChoice = TypeChoice()
    margin: float = Field(default=0.067, ge=0.02, le=0.2)
    hero_steps: tuple[float, ...] = (1.0, 0.9, 0.8, 0.7)
    layers: tuple[Layer, ...] = Field(min_length=1, max_length=_MOST_LAYERS)
    cases: tuple[Case, ...] = ()
    attempts: tuple[Alternative, ...] = ()
    formats: dict[Literal["tall", "portrait", "square", "wide", "banner"], FormatChange] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ids_are_one_each(self) -> Design:
        ids = [layer.id for layer in self.layers]
        double = sorted({name for name in ids if ids.count(name) > 1})
        if double:
            raise ValueError(f"two layers are called {', '.join(double)}")
        return self


__all__ = ["SIDES", "Design", "EffectSpec", "Hang", "Layer", "Paint", "Plate", "WordsLayer"]
