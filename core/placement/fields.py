"""TextPlacer's fields: their defaults, ranges and choices, for schema, preview, placement and the editor in the node.

Light: no numpy, no pictures. ``make.py generate`` writes js/lib/placement_fields.mjs from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..layout.model import ANCHORS

BLENDS = (
    "normal",
    "multiply",
    "screen",
    "overlay",
    "soft-light",
    "hard-light",
    "darken",
    "lighten",
    "color-dodge",
    "color-burn",
    "difference",
    "exclusion",
)
LEGIBILITY = ("off", "report", "fix")


class NumberField(NamedTuple):
    """A number's default, its range, and the step of its widget."""

    default: float
    low: float
    high: float
    step: float

    def clamped(self, value: float) -> float:
        """Return the number within the range."""
        return min(max(value, self.low), self.high)


class ChoiceField(NamedTuple):
    """A choice's default and what it can be."""

    default: str
    choices: tuple[str, ...]


NUMBERS: Mapping[str, NumberField] = MappingProxyType(
    {
        "x": NumberField(50.0, -100.0, 200.0, 0.1),  # percent of the picture, as y, width and height
        "y": NumberField(16.0, -100.0, 200.0, 0.1),
        "width": NumberField(84.0, 0.1, 300.0, 0.1),
        "height": NumberField(22.0, 0.1, 300.0, 0.1),
        "rotation": NumberField(0.0, -360.0, 360.0, 0.5),  # degrees clockwise
        "opacity": NumberField(1.0, 0.0, 1.0, 0.01),
    }
)
CHOICES: Mapping[str, ChoiceField] = MappingProxyType(
    {
        "anchor": ChoiceField("center", ANCHORS),
        "blend": ChoiceField("normal", BLENDS),
        "legibility": ChoiceField("fix", LEGIBILITY),
    }
)
KEEP_ASPECT = True
MOST_CUT = 0.002  # of the letters may lie outside the picture, and they still count as whole


def placement_defaults() -> dict[str, Any]:
    """Return the defaults of the fields that say where and how the overlay goes."""
    numbers = {name: field.default for name, field in NUMBERS.items()}
    choices = {name: CHOICES[name].default for name in ("anchor", "blend")}
    return {**numbers, **choices, "keep_aspect": KEEP_ASPECT}
