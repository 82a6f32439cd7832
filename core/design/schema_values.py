"""Values of a design's schema: coordinates, regions, colours and paints, conditions."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

ROLES = (
    "ground", "ground2", "panel", "ink", "type", "accent", "on-accent", "hot", "paper", "line", "shade", "light",
)  # fmt: skip
Anchor = Literal["left top", "top", "right top", "left", "centre", "right", "left bottom", "bottom", "right bottom"]

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_ROLE = re.compile(r"(on-)?[a-z][a-z0-9]*(-[a-z0-9]+)?")
_COORD = re.compile(
    r"(?:(?P<layer>[a-z][a-z0-9-]*)\.)?(?P<edge>left|right|top|bottom|mid)(?P<add>[+-](?:\d+\.?\d*|\.\d+))?"
)


def parsed_coord(text: str) -> tuple[str, str, float]:
    """Return layer ("" for the safe area), edge and offset of a coordinate such as ``panel.top-.02``.

    Raises:
        ValueError: It is none.
    """
    found = _COORD.fullmatch(text)
    if not found:
        raise ValueError(
            f"{text!r} is not a coordinate; write a share such as 0.06, an edge such as left or bottom-.02, "
            "or an edge of another layer such as panel.top"
        )
    return found["layer"] or "", found["edge"], float(found["add"] or 0)


def _coord(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(
            "a coordinate is a number or the name of an edge; YAML reads on, off, yes and no as true or false"
        )
    if isinstance(value, str):
        parsed_coord(value)
    return value


def _colour(value: str) -> str:
    if value in ("", "auto") or _HEX.fullmatch(value):
        return value
    role = value.removeprefix("on-") if value != "on-accent" else value
    if role in ROLES:
        return value
    raise ValueError(f"{value!r} is not a colour; use a role ({', '.join(ROLES)}), on-ROLE, auto, or #RRGGBB")


def _names(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""Names; a single one may stand alone."""
Coord = Annotated[float | str, BeforeValidator(_coord)]
Region = tuple[Coord, Coord, Coord, Coord]
Pair = tuple[float, float]
Unit = Annotated[float, Field(ge=0, le=1)]
Colour = Annotated[str, AfterValidator(_colour)]


class GradientSpec(BaseModel):
    """A paint that changes along a line (``angle`` degrees, 90 = downwards) or outwards from ``centre``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["linear", "radial"] = "linear"
    stops: tuple[Colour, ...] = Field(min_length=2, max_length=6)
    at: tuple[float, ...] = ()
    angle: float = 90.0
    centre: Pair = (0.5, 0.5)
    radius: float = Field(default=0.8, gt=0, le=4)


class Texture(BaseModel):
    """A material (paper, kraft, linen, felt, brick, plaster, wood, board) tinted with a colour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texture: str
    colour: Colour = "ground"
    strength: float = Field(default=1.0, ge=0, le=3)
    scale: float = Field(default=1.0, gt=0.05, le=10)


Paint = Annotated[Colour | GradientSpec | Texture, Field(union_mode="left_to_right")]


class Condition(BaseModel):
    """What an ad must be like for something to hold. All that is said must be true; an empty one always is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offer: Names = ()
    """Kinds of offer: none, percent, plus, price, amount, words."""
    purpose: Names = ()
    angle: Names = ()
    trade: Names = ()
    mentions: Names = ()
    """Words that stand in the shop's name, the product, the headline or an item."""
    language: Names = ()
    photo: Names = ()
    """Uses of the photo: cut-out, full, frame, none."""
    face: Names = ()
    """Where the (first) face is: none, left, middle, right."""
    subject: Names = ()
    """Where the subject is (left, middle, right) and how (tall, wide, filling, cut-left, cut-bottom …)."""
    has: Names = ()
    """Parts that must be there."""
    lacks: Names = ()
    headline: Pair | None = None
    """Least and most syllables."""
    hero: Pair | None = None
    items: Pair | None = None
    formats: Names = ()
    small: bool | None = None
    confidence: float | None = None
    """Least confidence of the cut-out."""
