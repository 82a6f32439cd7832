"""The schema of words in a design: items in rows in groups, the plates under them, and their effects."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .schema_values import Anchor, Colour, Condition, Paint, Pair, Region, Unit

Setting = Literal[
    "plain",  # as it stands
    "auto",  # percent, plus, price, dates or mixed figures by what it is
    "hero",  # as auto, stretched to its room and broken into lines
    "shop",  # the name, its branch lighter
    "menu",  # every item on a line of its own: name, leader, price
    "rule",  # a hairline
    "stars",  # five stars
    "logo",  # the shop's logo
    "qr",  # the link as a QR code
    "icon",  # an element, as high as the row
    "stepped",  # line by line larger and darker
    "quote",  # a quotation mark
    "stack",  # short lines, the one with a figure large
    "monogram",  # the first syllable of the shop's last word in a small frame
]


class Strict(BaseModel):
    """A part of a design; a field that it does not have is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OutlineSpec(Strict):
    """A line around the letters, outside."""

    width: Unit = 0.006
    colour: Colour = "ink"


class Extrude(Strict):
    """The letters' body, as far as ``x`` and ``y`` (shares of the unit, y down)."""

    x: float = -0.006
    y: float = 0.009
    colour: Colour = "ink"


class Shadow(Strict):
    """A soft or hard shadow; lengths are shares of the unit."""

    x: float = 0.0
    y: float = 0.004
    blur: Unit = 0.012
    opacity: float = Field(default=0.35, ge=0, le=1)
    colour: Colour = "shade"


class GlowSpec(Strict):
    """Light around the letters; ``tube`` makes them neon tubes of that width (share of the unit)."""

    colour: Colour = "hot"
    radius: Unit = 0.02
    strength: float = Field(default=0.9, ge=0, le=2)
    tube: float = Field(default=0.0, ge=0, le=0.05)


class EffectSpec(Strict):
    """What is done to letters or a shape."""

    outline: OutlineSpec | None = None
    extrude: Extrude | None = None
    shadow: Shadow | None = None
    glow: GlowSpec | None = None
    worn: float = Field(default=0.0, ge=0, le=1)
    """How worn the print is."""


class Plate(Strict):
    """A shape that words stand on."""

    shape: str = "pill"
    paint: Paint = "accent"
    pad: Pair = (1.0, 0.5)
    """Room left and right, above and below: in heights of the letters for an item, in units for a group."""
    border: Unit = 0.0
    border_colour: Colour = "line"
    inset: Unit = 0.0
    """How far inside the edge the border runs."""
    dashed: bool = False
    radius: float = Field(default=0.0, ge=0, le=1)
    """Corner radius of the shape ``round``, in units."""
    turn: float = 0.0
    params: dict[str, float] = Field(default_factory=dict)
    shadow: Shadow | None = None
    full: bool = False
    """The plate is as wide as the group's region."""


class ItemSpec(Strict):
    """One setting of words, or a picture in a row of them."""

    id: str = ""
    say: tuple[str, ...] = ()
    """Where the words come from, tried in this order; a part is used once in an ad.

    ``"cta+contact"`` says both, where both are there; ``"=말"`` says 말 itself.
    """
    set: Setting = "plain"
    size: Pair = (0.024, 0.03)
    """Least and best height of a Hangul syllable or a numeral, as shares of the unit."""
    face: str = "body"
    colour: Colour = "auto"
    colour2: Colour = ""
    """Of units, of the plus between two numerals, of the branch after the shop's name."""
    paint: Paint | None = None
    tracking: float = Field(default=0.0, ge=-0.2, le=0.6)
    lines: int = Field(default=1, ge=1, le=8)
    leading: float = Field(default=0.32, ge=0, le=2)
    """Room between lines, in heights of the letters."""
    stretch: Pair = (1.0, 1.0)
    """How far letters may be narrowed and widened."""
    fill: float = Field(default=0.0, ge=0, le=1)
    """The share of the group's width that the words want to take."""
    maxw: float = Field(default=1.0, gt=0, le=1)
    justify: bool = False
    """All lines of a hero are set to one width."""
    prio: int = Field(default=5, ge=1, le=9)
    """Which go first where there is no room: 9. An item of 1 never goes."""
    plate: Plate | None = None
    icon: str = ""
    """An element before the words: its name, ``auto`` for the part's own, ``trade`` for the trade's."""
    element: str = ""
    params: dict[str, float] = Field(default_factory=dict)
    strike: Colour = ""
    label: dict[str, str] = Field(default_factory=dict)
    """Small words with them, by language; ``label_at`` says where."""
    label_at: Literal["above", "before", "instead"] = "before"
    """``instead``: only where no source has words."""
    when: Condition | None = None
    effects: EffectSpec | None = None
    arc: float = 0.0
    """Degrees of the arc that the baseline bends into; over 0 it rises in the middle."""
    tone: float = Field(default=1.0, ge=0, le=1)
    """How strong the colour is against what lies behind."""
    align: Anchor | None = None
    unit: float = Field(default=0.0, ge=0, le=1.2)
    """Height of the unit after a number, as a share of the number's; 0 takes the lock-up's own."""


class Row(Strict):
    """Items side by side."""

    id: str = ""
    items: tuple[ItemSpec, ...] = ()
    gap: float = Field(default=-1.0, ge=-2, le=10)
    """Room above, in heights of the smaller of the two rows; -1 takes the group's."""
    igap: float = Field(default=0.8, ge=-1, le=10)
    """Room between items, in heights of the row's smaller letters."""
    at: Literal["start", "centre", "end", "spread", "group"] = "group"
    line: Literal["baseline", "middle", "top", "bottom"] = "baseline"
    when: Condition | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        """Take the fields of an only item in the row itself."""
        if not isinstance(data, dict) or "items" in data:
            return data
        own = {k: v for k, v in data.items() if k in ("id", "gap", "at", "igap", "line")}
        rest = {k: v for k, v in data.items() if k not in ("gap", "at", "igap", "line")}
        return {**own, "items": [rest]}


class Hang(Strict):
    """Where a thing hangs on another layer."""

    to: str
    at: Pair = (0.5, 0.5)
    """The point of that layer's box, as shares of its width and height."""
    overlap: Pair = (0.0, 1.0)
    """Least and largest share of it that lies over the other."""
    search: float = Field(default=0.0, ge=0, le=1)
    """How far it may move for a better place, as a share of the short side."""


class WordsLayer(Strict):
    """A group of words."""

    id: str
    kind: Literal["words"] = "words"
    when: Condition | None = None
    region: Region = ("left", "top", "right", "bottom")
    anchor: Anchor = "left top"
    align: Literal["left", "centre", "right"] | None = None
    gap: float = Field(default=0.5, ge=-1, le=5)
    rows: tuple[Row, ...] = ()
    hero: bool = False
    """Its hero row is searched together with the product."""
    cover: Pair = (0.0, 0.0)
    """Least and largest share of the hero's letters that the product hides."""
    turn: float = 0.0
    plate: Plate | None = None
    hang: Hang | None = None
    effects: EffectSpec | None = None
    yields_to: tuple[str, ...] = ()
    """Groups whose place it keeps free."""
    least: float = Field(default=0.6, gt=0, le=1)
    """How far all its sizes may shrink together."""
    stands_on: str = ""
    """The layer that lies under it, for its colours; empty takes what is painted there."""
    optional: bool = False
    """It may be left out where it finds no place."""
    bleed: bool = False
    """It may leave the safe area (a large word cut by the edge)."""
    keep: bool = True
    """Other words keep off it."""

    @field_validator("rows", mode="after")
    @classmethod
    def _named(cls, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """Give every row and item an id: that of its first source, or its number."""
        taken: set[str] = set()
        named = []
        for row in rows:
            items = tuple(item.model_copy(update={"id": _free(item.id or _first(item), taken)}) for item in row.items)
            named.append(row.model_copy(update={"items": items, "id": row.id or (items[0].id if items else "empty")}))
        return tuple(named)


def _first(item: ItemSpec) -> str:
    """Return the first source of an item, or what it sets."""
    source = item.say[0] if item.say else item.set
    return re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or item.set


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    taken.add(free)
    return free
