"""What an effect on letters is made of: its parameters, the room it takes, and what it adds to the picture.

Imports nothing heavy: the node list loads it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ...color.spaces import parse_hex
from ...errors import FitAdError
from ...raster.box import Box

if TYPE_CHECKING:
    from ..composite import Layer, Plane
    from ..paint_context import Painting
    from ..style import LetteringStyle
    from .warp import WarpedText

# changes the three colour planes of some rows of the letters
Tint = Callable[[Sequence["Plane"], slice], Sequence["Plane"]]


# from one distance to another, px
Reach = tuple[float, float]


class Margins(NamedTuple):
    """Room around the ink on each side, in px."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def joined(self, other: Margins) -> Margins:
        """Return the room that holds both."""
        return Margins(*map(max, self, other))


@dataclass(frozen=True)
class EffectParams:
    """The parameters of one effect, checked; the defaults change nothing."""

    def __post_init__(self) -> None:
        for own in fields(self):
            _check(own.name, getattr(self, own.name), own.metadata)


def number(default: float, low: float, high: float) -> Any:
    """Return a field for a number from ``low`` to ``high``."""
    return field(default=default, metadata={"range": (low, high)})


def choice(default: str, *others: str) -> Any:
    """Return a field for one of some names."""
    return field(default=default, metadata={"choices": (default, *others)})


def color(default: str) -> Any:
    """Return a field for a colour, #RRGGBB."""
    return field(default=default)


class LetteringEffect:
    """An effect; what it does not override changes nothing.

    A module of this package holds its ``EffectParams`` and, as ``EFFECT``, one of these; nothing else names it but the
    inputs of the node.

    Attributes:
        order: Where it lies: layers behind the letters from the lowest, then changes to the letters in turn.
        params: Its parameters; None where the style alone has them.
    """

    order: ClassVar[int] = 0
    params: ClassVar[type[EffectParams] | None] = None

    def margins(self, style: LetteringStyle, font_px: float) -> Margins:
        """Return the room it takes around straight words."""
        return Margins()

    def page_box(self, style: LetteringStyle, text: WarpedText) -> Box:
        """Return what it covers together with the words in their final shape, px of the page."""
        ink, edge = text.ink, self.margins(style, text.font_px)
        width, height = edge.left + ink.width + edge.right, edge.top + ink.height + edge.bottom
        return Box(ink.x - edge.left, ink.y - edge.top, width, height)

    def reach(self, style: LetteringStyle, font_px: float) -> tuple[Reach | None, Reach | None]:
        """Return from where to where inside, and outside, it needs the distance to the edge of the letters, in px."""
        return None, None

    def behind(self, painting: Painting) -> Sequence[Layer]:
        """Return what it lays behind the letters, the lowest first."""
        return ()

    def wear(self, painting: Painting) -> Any:
        """Return what share of the ink it leaves, [H,W] float32 0..1; None for all of it."""
        return None

    def narrow(self, painting: Painting, cover: Any) -> Any:
        """Return the part of the coverage [H,W] float32 that shows the letters' own colour."""
        return cover

    def tint(self, painting: Painting) -> Tint | None:
        """Return how it changes the colour of the letters."""
        return None


def toward(deg: float) -> tuple[float, float]:
    """Return the unit step (x right, y down) in a direction: 0° is up, 90° right, 180° down."""
    angle = math.radians(deg)
    return math.sin(angle), -math.cos(angle)


def _check(name: str, value: Any, metadata: Any) -> None:
    if "choices" in metadata:
        if value not in metadata["choices"]:
            raise FitAdError(f"{name} is {shown(value)}", fix=f"Choose one of {', '.join(metadata['choices'])}")
    elif "range" in metadata:
        _check_number(name, value, *metadata["range"])
    else:
        parse_hex(value, name)


def _check_number(name: str, value: Any, low: float, high: float) -> None:
    real = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not real or not low <= value <= high:
        raise FitAdError(f"{name} is {shown(value)}", fix=f"Choose a value from {low:g} to {high:g}")


def shown(value: Any) -> str:
    """Return a value as an error shows it."""
    text = f"{value:g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
