"""TextPlacer's fields have one home: nobody else types their numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fit_ad.core.placement.fields import NUMBERS, NumberField
from fit_ad.core.placement.geometry import Placement

ROOT = Path(__file__).parents[3]
HOMES = {"core/placement/fields.py", "js/lib/placement_fields.mjs"}
PLACES = ("core/placement/*.py", "nodes/text_placer.py", "nodes/routes/*.py", "js/placer/*.mjs", "js/lib/*.mjs")
# The default height and width of the box, and the ends of its range.
TYPED = re.compile(r"(?<![\w.#])(?:84(?:\.0)?|22(?:\.0)?|300\.0|-100(?:\.0)?|-360(?:\.0)?)(?![\w.%])")


def test_no_second_place_types_the_defaults_and_ranges() -> None:
    files = {path.relative_to(ROOT).as_posix(): path for pattern in PLACES for path in ROOT.glob(pattern)}
    typed = {name for name, path in files.items() if TYPED.search(path.read_text(encoding="utf-8"))}
    assert typed == HOMES


def test_a_placement_begins_with_the_fields_defaults() -> None:
    placement = Placement()
    names = {"rotation": "rotation_deg"}
    assert {name: getattr(placement, names.get(name, name)) for name in NUMBERS} == {
        name: field.default for name, field in NUMBERS.items()
    }


@pytest.mark.parametrize(("value", "kept"), [(-5.0, -1.0), (0.5, 0.5), (9.0, 2.0)])
def test_a_number_is_kept_within_its_range(value: float, kept: float) -> None:
    assert NumberField(0.0, -1.0, 2.0, 0.1).clamped(value) == kept
