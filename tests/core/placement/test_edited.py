"""Who said where the words go: a person, the layout, or the place that they are held in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fit_ad.core.layout.model import Layout, TextBox
from fit_ad.core.placement.edited import by_hand, held_place, is_stale
from fit_ad.core.placement.render import Placement, place
from fit_ad.core.raster.fingerprint import fingerprint

H, W = 300, 200
LAYOUT = Layout((TextBox(10, 60, 80, 20, "bottom", "#402A1E"),), "bottom", "#402A1E", (), "")


def ground(level: float = 0.9) -> np.ndarray:
    return np.full((H, W, 3), level, np.float32)


def held(*places: tuple[object, ...]) -> str:
    return "held:" + json.dumps(places)


LIGHT, DARK = fingerprint(ground()), fingerprint(ground(0.1))
AT_TOP = (LIGHT, 5, 4, 90, 10.5, "top-left", "#AA0000")


def test_nobody_a_person_and_what_is_held() -> None:
    assert not by_hand("")
    assert not by_hand(held(AT_TOP))
    assert by_hand(LIGHT)
    assert by_hand("manual")


def test_a_box_set_by_hand_is_stale_on_a_picture_that_was_not_shown() -> None:
    assert not is_stale("", DARK)
    assert is_stale(LIGHT, DARK)
    assert not is_stale(f"{LIGHT} {DARK}", DARK)
    assert not is_stale("manual", DARK)
    assert not is_stale(held(AT_TOP), DARK)


def test_words_are_held_on_each_picture_in_its_own_place() -> None:
    edited = held(AT_TOP, (DARK, 5, 70, 90, 10, "bottom", "#FFFFFF"))
    assert held_place(edited, LIGHT) == TextBox(5, 4, 90, 10.5, "top-left", "#AA0000")
    assert held_place(edited, DARK) == TextBox(5, 70, 90, 10, "bottom", "#FFFFFF")
    assert held_place(edited, fingerprint(ground(0.5))) is None
    assert held_place(LIGHT, LIGHT) is None


@pytest.mark.parametrize(
    "edited",
    [
        "held:",
        "held:{",
        "held:{}",
        "held:7",
        "held:[1, null, []]",
        "held:" + "[" * 100_000,
        held(("", *AT_TOP[1:])),
        held(AT_TOP[:-1]),
        held((LIGHT, "5", 4, 90, 10, "top", "#AA0000")),
        held((LIGHT, True, 4, 90, 10, "top", "#AA0000")),
        held((LIGHT, 5, 4, 90, 0, "top", "#AA0000")),
        held((LIGHT, 5, 1e9, 90, 10, "top", "#AA0000")),
        held((LIGHT, 5, 4, 90, 10, "middle", "#AA0000")),
        held((LIGHT, 5, 4, 90, 10, ["top"], "#AA0000")),
        held((LIGHT, 5, 4, 90, 10, "top", "red")),
        held((LIGHT, 5, 4, 90, 10, "top", 7)),
        held((LIGHT, float("nan"), 4, 90, 10, "top", "#AA0000")),
    ],
)
def test_what_is_wrong_in_a_saved_field_is_passed_over(edited: str) -> None:
    assert held_place(edited, LIGHT) is None
    assert place(ground(), None, text="커피", layout=LAYOUT, edited=edited).report["advised"] is True


def test_one_wrong_place_leaves_the_others() -> None:
    assert held_place(held((LIGHT, 5, 4, 90, 0, "top", "#AA0000"), AT_TOP), LIGHT) is not None


def test_held_words_stay_and_keep_their_colour_whatever_the_layout_says_now() -> None:
    made = place(ground(), None, text="커피", layout=LAYOUT, edited=held(AT_TOP))
    assert made.report["placement"] == {"x": 5, "y": 4, "width": 90, "height": 10.5, "anchor": "top-left"}
    assert (made.report["advised"], made.report["held"], made.report["stale"]) == (True, True, False)
    assert made.lettering is not None
    solid = made.lettering.rgba[made.lettering.rgba[..., 3] == 1][:, :3]
    assert np.round(np.median(solid, axis=0) * 255).tolist() == [0xAA, 0, 0]


def test_on_another_picture_the_layout_says_it_again() -> None:
    made = place(ground(0.1), None, text="커피", layout=LAYOUT, edited=held(AT_TOP))
    assert (made.report["placement"]["y"], made.report["held"]) == (80, False)
    moved = replace(LAYOUT, boxes=())
    assert place(ground(), None, Placement(y=30), text="커피", layout=moved).report["placement"]["y"] == 30


def test_words_that_were_put_on_before_do_not_make_another_picture() -> None:
    with_words = ground()
    with_words[40:120, 20:180] = 0
    made = place(with_words, None, text="커피", layout=LAYOUT, edited=held(AT_TOP), picture=LIGHT)
    assert (made.report["held"], made.report["fingerprint"]) == (True, LIGHT)
    assert place(with_words, None, text="커피", layout=LAYOUT, edited=held(AT_TOP)).report["held"] is False


def test_what_is_held_needs_a_layout() -> None:
    made = place(ground(), None, Placement(y=30), text="커피", edited=held(AT_TOP))
    assert (made.report["advised"], made.report["placement"]["y"]) == (False, 30)


def test_what_the_editor_writes_is_read() -> None:
    golden = json.loads((Path(__file__).parents[2] / "goldens" / "edited.json").read_text(encoding="utf-8"))
    for told in golden["pictures"][:2]:
        assert held_place(golden["held"], told["picture"]) == TextBox(**told["place"])
        assert not is_stale(golden["by_hand"], told["picture"])
    assert is_stale(golden["by_hand"], fingerprint(ground(0.5)))
