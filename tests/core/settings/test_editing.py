"""Single values change; every other sign of the file stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.settings import parse
from fit_ad.core.settings.editing import Value, edited
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
FILE = Path("config.yaml")


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"default_profile": "ollama"}, "default_profile: rules", "default_profile: ollama"),
        ({"default_profile": ""}, "default_profile: rules", 'default_profile: ""'),
        ({"name": "가을 카페"}, "name: 봄날 카페", "name: 가을 카페"),
        ({"name": "가을: 'A' # 1"}, "name: 봄날 카페", "name: \"가을: 'A' # 1\""),
        ({"phone": "070-1"}, "phone: 02-123-4567", 'phone: "070-1"'),
        ({"colors": ("#112233",)}, '["#FFF3E0", "#F2994A"]', '["#112233"]'),
        ({"font": "No"}, 'font: ""', 'font: "No"'),
        ({"banned_words": ()}, "[싸구려, 떨이]", "[]"),
        ({"banned_words": ("싸요", "1+1")}, "[싸구려, 떨이]", '[싸요, "1+1"]'),
        ({"logo": "a/b.png"}, "logo: logo.png", "logo: a/b.png"),
    ],
)
def test_one_value_of_the_example_changes_and_nothing_else(changes: dict[str, Value], old: str, new: str) -> None:
    assert EXAMPLE.count(old) == 1
    assert edited(EXAMPLE, FILE, changes) == EXAMPLE.replace(old, new)


NAMED = {"name": "A", "default_profile": "rules"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "shop:\n  name: A\ndefault_profile: rules\n"),
        ("# mine", "# mine\nshop:\n  name: A\ndefault_profile: rules\n"),
        ("shop:\n", "shop:\n  name: A\ndefault_profile: rules\n"),
        ("shop: # mine\n\nfonts: [f]", "shop: # mine\n  name: A\n\nfonts: [f]\ndefault_profile: rules\n"),
        ("shop: {}\n", "shop: {name: A}\ndefault_profile: rules\n"),
        ("shop: {phone: x}\n", "shop: {phone: x, name: A}\ndefault_profile: rules\n"),
        ("{fonts: [f]}", "{fonts: [f], shop: {name: A}, default_profile: rules}"),
        (
            "shop:\n    phone: x # y\n\n# z\nfonts:\n- f\n",
            "shop:\n    phone: x # y\n    name: A\n\n# z\nfonts:\n- f\ndefault_profile: rules\n",
        ),
        ("  shop:\n    phone: x\n", "  shop:\n    phone: x\n    name: A\n  default_profile: rules\n"),
        ("shop:\n  name:   # none yet\n", "shop:\n  name: A   # none yet\ndefault_profile: rules\n"),
        ("shop:\n  name: |\n    B\n  phone: x\n", "shop:\n  name: A\n  phone: x\ndefault_profile: rules\n"),
        ("shop:\n  name: 'B'\n...\n", "shop:\n  name: A\ndefault_profile: rules\n...\n"),
    ],
)
def test_what_is_not_there_yet_gets_a_line_of_its_own(before: str, after: str) -> None:
    assert edited(before, FILE, NAMED) == after


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("- a\n  - b # x\n  phone: y\n", ("c", "d"), "- c\n  - d # x\n  phone: y\n"),
        ("  - a\n    - b\n", ("c",), "  - c\n"),
        ("  - a\n  # next\n  phone: y\n", (), None),
    ],
)
def test_a_list_with_one_part_a_line_stays_one(before: str, words: tuple[str, ...], after: str | None) -> None:
    head = "shop:\n  banned_words:\n  "
    expected = head + after if after else "shop:\n  banned_words: []\n  # next\n  phone: y\n"
    assert edited(head + before, FILE, {"banned_words": words}) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("shop: &a {name: x}\n", "It uses anchors (&, *), so a value may stand for several."),
        ("shop:\n  banned_words:\n  - a\n  # why\n  - b\n", "line 2, can't be changed from here"),
        ("shop:\n  banned_words: [a, # why\n    b]\n", "The list banned_words has remarks among its parts."),
        ("shop: [1\n", "line 2, holds a mistake"),
        ("shop: {nmae: x}\n", "Did you mean name?"),
    ],
)
def test_what_can_not_be_changed_without_risk_is_refused(text: str, reason: str) -> None:
    with pytest.raises(FitAdError) as caught:
        edited(text, FILE, {"banned_words": ("c",)})
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"default_profile": "theirs"}, "There is no profile 'theirs' in the settings"),
        ({"key": "x"}, "There is no setting 'key'"),
        ({"profiles": "x"}, "There is no setting 'profiles'"),
        ({"name": ("a",)}, "name is no text"),
        ({"colors": "#112233"}, "colors is no list"),
        ({"colors": ("red",)}, "'red' is no colour"),
        ({"name": "a\nb"}, "name holds a line break or another sign that can't be seen"),
        ({"banned_words": ("a", "")}, "banned_words holds an empty part, or begins or ends with a space"),
    ],
)
def test_a_value_that_can_not_stand_there_is_told(changes: dict[str, Value], what: str) -> None:
    with pytest.raises(FitAdError) as caught:
        edited(EXAMPLE, FILE, changes)
    assert caught.value.what == what


def test_an_unchanged_value_changes_no_sign() -> None:
    shop = parse(EXAMPLE, FILE).shop
    assert edited(EXAMPLE, FILE, {"default_profile": "rules", **vars(shop)}) == EXAMPLE


_line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12).map(str.strip)


@settings(max_examples=150, deadline=None)
@given(
    name=_line, words=st.lists(_line.filter(bool), max_size=3).map(tuple), text=st.sampled_from([EXAMPLE, "", "shop:"])
)
def test_whatever_is_written_is_read_again(name: str, words: tuple[str, ...], text: str) -> None:
    shop = parse(edited(text, FILE, {"name": name, "banned_words": words}), FILE).shop
    assert (shop.name, shop.banned_words) == (name, words)
