"""Colours by any name."""

from __future__ import annotations

import pytest
from fit_ad.core.color.spaces import oklab, parse_hex, to_hex
from fit_ad.core.layout.vlm.color_names import color_of


@pytest.mark.parametrize(
    ("value", "hexed"),
    [
        ("#abc", "#AABBCC"),
        ("#A1B2C3FF", "#A1B2C3"),
        ("2B1A10", "#2B1A10"),
        ("0x2B1A10", "#2B1A10"),
        ("rgb(30, 20, 10)", "#1E140A"),
        ("rgba(100%, 0%, 0%, 0.5)", "#FF0000"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ([255.0, 128.0, 0.0], "#FF8000"),
        ([1.0, 0.5, 0.0], "#FF8000"),
        ({"r": 30.0, "g": 20.0, "b": 10.0}, "#1E140A"),
        ({"hex": "#123456"}, "#123456"),
        ("255, 255, 255", "#FFFFFF"),
        ("pure white (#FFFDF5)", "#FFFDF5"),
        ("White", "#FFFFFF"),
        ("흰색으로", "#FFFFFF"),
        ("네이비 블루", "#000080"),
        ("navy blue", "#000080"),
        (["#FFFFFF", "#000000"], "#FFFFFF"),
    ],
)
def test_a_colour_is_read(value: object, hexed: str) -> None:
    color = color_of(value)
    assert color is not None
    assert to_hex(color) == hexed


@pytest.mark.parametrize(
    "value", ["", "contrasting", "#GG", "tangible", None, 7.0, [1.0], [300.0, 0.0, 0.0], {}, "rgb()"]
)
def test_no_colour_is_none(value: object) -> None:
    assert color_of(value) is None


def test_light_and_dark_shift_the_lightness() -> None:
    plain = oklab(parse_hex("#8B4513"))[0]
    dark, light = (color_of(word) for word in ("dark brown", "연한 갈색"))
    assert dark is not None
    assert light is not None
    assert oklab(dark)[0] == pytest.approx(plain - 0.16, abs=0.01)
    assert oklab(light)[0] == pytest.approx(plain + 0.16, abs=0.02)
