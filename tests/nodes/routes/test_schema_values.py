"""Values that come to a route are held against the node's schema."""

from __future__ import annotations

from typing import Any

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.calligraphy_render import CalligraphyRender
from fit_ad.nodes.routes import place
from fit_ad.nodes.routes._schema_values import taken_by


def test_what_is_not_given_is_as_the_node_has_it() -> None:
    taken = taken_by(CalligraphyRender, {"text": "봄", "nothing of the node": 5})
    assert (taken["text"], taken["color"], taken["style"], taken["relief"]) == ("봄", "#FFFFFF", "flat", 0.5)
    assert "nothing of the node" not in taken


def test_numbers_are_kept_within_their_range() -> None:
    taken = taken_by(CalligraphyRender, {"width": 10**9, "height": -5, "outline": 1e300, "light": 12.9})
    assert (taken["width"], taken["height"], taken["outline"], taken["light"]) == (8192, 0, 256.0, 12)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"width": "wide"}, "width must be a number"),
        ({"width": True}, "width must be a number"),
        ({"width": float("nan")}, "width must be a number"),
        ({"text": 5}, "text must be a text"),
        ({"font": "a" * 501}, "font has 501 characters"),
        ({"text": "a" * 20_001}, "text has 20001 characters"),
        ({"effects": [1]}, "effects is not something this input accepts"),
        ({"effects": {str(n): n for n in range(3000)}}, "effects is not something this input accepts"),
    ],
)
def test_what_an_input_does_not_take_is_told(values: dict[str, Any], what: str) -> None:
    with pytest.raises(FitAdError) as caught:
        taken_by(CalligraphyRender, values)
    assert caught.value.what == what


@pytest.mark.parametrize(
    "values",
    [
        {"text": "봄", "width": 8192, "height": 8192},
        {"text": "봄" * 100, "size": 2000, "width": 0, "height": 0},
        {"text": "봄" * 5000, "width": 400, "height": 300},
    ],
)
def test_lettering_that_is_too_large_for_a_preview_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(FitAdError, match=r"too large for a preview|5000 characters"):
        place._lettering(values)


def test_lettering_is_made_of_a_few_values() -> None:
    assert place._lettering({"text": "봄", "width": 200, "height": 100}).shape == (100, 200, 4)
