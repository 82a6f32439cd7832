"""Phrases that say the same: found in other words' order and number, and never where one says more."""

from __future__ import annotations

import pytest
from fit_ad.core.prompt.phrases import Meaning, meaning, said_elsewhere


def found(text: str) -> Meaning:
    result = meaning(text)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("fuller", "shorter"),
    [
        ("a red cup", "red cup"),
        ("red cup", "the red cups"),
        ("soft light", "light soft"),
        ("close-up", "Close up"),
        ("a red ceramic cup", "red cup"),
        ("a red ceramic cup on a wooden table", "cup on table"),
        ("a red ceramic cup on a wooden table", "wooden tables"),
        ("a cup on a table in a garden", "on the table"),
        ("two cats sleeping on a sofa", "two cats"),
        ("(red cup:1.2)", "red cup"),
        ("red cup", "(red cup:0.8)"),
        ("red cup", "(cup:1.0)"),
        ("strawberries", "strawberry"),
        ("glass dishes", "glass dish"),
        ("no people", "No people."),
        ("빨간 컵들", "빨간 컵"),
        ("따뜻한 아침 햇살", "아침 햇살"),
        ("f/1.8 lens", "lens"),
    ],
)
def test_one_phrase_covers_the_other(fuller: str, shorter: str) -> None:
    assert found(fuller).covers(found(shorter))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a cat on a sofa", "a sofa on a cat"),
        ("dog chasing cat", "cat chasing dog"),
        ("a red cup on a wooden table", "red table"),
        ("coffee shop", "coffee"),
        ("no people", "people"),
        ("coffee without milk", "milk"),
        ("red cup", "(red cup:1.2)"),
        ("cup in a box", "cup on a box"),
        ("f/1.8", "f/8.1"),
        ("glass", "glas"),
        ("딸기 케이크", "딸기"),
    ],
)
def test_what_says_something_of_its_own_is_not_covered(one: str, other: str) -> None:
    assert not found(one).covers(found(other))


@pytest.mark.parametrize(
    "text",
    ["embedding:ink", "{red|blue} cup", "[cup:mug:0.5]", "((cup))", "<lora:x:1>", r"cup \(red\)", "of", "", ",."],
)
def test_what_is_more_than_words_is_not_compared(text: str) -> None:
    assert meaning(text) is None


def test_of_two_alike_the_later_goes_and_chains_end_at_what_stays() -> None:
    meanings = [meaning(text) for text in ("cup", "red cup", "cups red", "a red cup on a table", "embedding:x")]
    assert said_elsewhere(meanings, [False] * 5) == {0: 3, 1: 3, 2: 3}
    assert said_elsewhere(meanings[:3], [False] * 3) == {0: 1, 2: 1}


def test_what_is_fixed_stays_and_covers() -> None:
    meanings = [meaning("red cups"), meaning("red cup"), meaning("cup")]
    assert said_elsewhere(meanings, [False, True, False]) == {0: 1, 2: 1}
    assert said_elsewhere(meanings, [True, False, True]) == {1: 0}
