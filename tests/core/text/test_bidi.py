"""The bidirectional algorithm, rule by rule; levels and orders worked out by hand from UAX #9."""

from __future__ import annotations

import pytest
from fit_ad.core.text.bidi import bidi_class, line_levels, resolve, resolve_classes, visual_order

# Hebrew in capitals, as in UAX #9's own examples
LETTERS = {chr(ord("A") + i): chr(0x5D0 + i) for i in range(26)}
CODES = {"<": "\u202b", ">": "\u202a", "^": "\u202c", "{": "\u2067", "}": "\u2066", "=": "\u2069", "!": "\u202e"}


def hebrew(text: str) -> str:
    return "".join(LETTERS.get(char, char) for char in text)


def coded(text: str) -> str:
    return "".join(CODES.get(char, char) for char in text)


def seen(text: str, base: int | None = None) -> str:
    """Return what stands from left to right, brackets as they were typed."""
    resolved = resolve(hebrew(text), base)
    return "".join(text[place] for place in visual_order(resolved.levels))


@pytest.mark.parametrize(
    ("typed", "base", "shown"),
    [
        ("가격 9,900원", None, "가격 9,900원"),
        ("CAR means car", None, "means car RAC"),
        ("the CAR is red", None, "the RAC is red"),
        ("ABC 123 DEF", None, "FED 123 CBA"),
        ("가 ABC 나 DEF", None, "가 CBA 나 FED"),
        ("ABC 50% DEF", None, "FED 50% CBA"),
        ("ABC 02-123", None, "02-123 CBA"),
        ("가 ABC, DEF!", 0, "가 FED ,CBA!"),
        ("ABC, def!", None, "!def ,CBA"),
        ("ABC (def) GHI", None, "IHG )def( CBA"),
        ("abc (ABC DEF) ghi", None, "abc (FED CBA) ghi"),
        ("가 (ABC 나) 다", None, "가 (CBA 나) 다"),
        ("A(b)c", 1, "c)b(A"),
        ("ABC", 0, "CBA"),
        ("abc", 1, "abc"),
        ("abc!", 1, "!abc"),
    ],
)
def test_what_is_seen(typed: str, base: int | None, shown: str) -> None:
    assert seen(typed, base) == shown


def test_brackets_follow_what_they_hold() -> None:
    """N0: a pair with Latin in it, in a right-to-left line before Latin, stays with the line."""
    assert resolve(hebrew("A (b) C")).levels == (1, 1, 1, 2, 1, 1, 1)
    assert resolve(hebrew("b (A) c")).levels == (0, 0, 0, 1, 0, 0, 0)
    assert resolve(hebrew("b (A [c]) D")).levels == (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1)
    # the line's own direction outside, the opposite inside, and that opposite before the bracket
    assert resolve(hebrew("a (A) B"), 1).levels == (2, 1, 1, 1, 1, 1, 1)


def test_embeddings_overrides_and_isolates_lift_what_they_hold() -> None:
    assert resolve(coded("a<b^c")).levels == (0, 0, 2, 2, 0)
    assert resolve(coded("a!bc^d")).levels == (0, 0, 1, 1, 1, 0)
    assert resolve(coded("a{b=c")).levels == (0, 0, 2, 0, 0)
    assert resolve(hebrew("A") + "\u2066b\u2069" + hebrew("C")).levels == (1, 1, 2, 1, 1)
    assert resolve("\u2068" + hebrew("A") + " b\u2069 c").levels == (0, 1, 1, 2, 0, 0, 0)


def test_codes_nest_no_deeper_than_they_may() -> None:
    levels = resolve("\u202b" * 200 + "a").levels
    assert max(levels) <= 126
    assert resolve("\u202c" * 50 + "\u2069" * 50 + "가").levels[-1] == 0


def test_european_numbers_after_arabic_letters_are_arabic_numbers() -> None:
    """W2: the sign between two such numbers joins them only if it is a common separator."""
    assert resolve("\u0627 12,5").levels == (1, 1, 2, 2, 2, 2)
    assert resolve("\u0627 1-2").levels == (1, 1, 2, 1, 2)
    assert resolve(hebrew("A 1-2")).levels == (1, 1, 2, 2, 2)


def test_the_paragraph_runs_as_its_first_strong_letter_outside_isolates() -> None:
    assert resolve("50% " + hebrew("A")).base == 1
    assert resolve("\u2067" + hebrew("A") + "\u2069 b").base == 0
    assert resolve("123").base == 0


def test_blanks_at_the_end_of_a_line_run_as_the_paragraph() -> None:
    text = hebrew("AB CD ") + "ef"
    resolved = resolve(text)
    assert resolved.levels == (1, 1, 1, 1, 1, 1, 2, 2)
    assert line_levels("가 " + hebrew("A  B"), resolve("가 " + hebrew("A  B")), 0, 5) == [0, 0, 1, 0, 0]


def test_classes_of_code_points_that_python_does_not_know() -> None:
    assert bidi_class("\u05ff") == "R"
    assert bidi_class("\u20cf") == "ET"
    assert bidi_class("\U0001e901") == "R"
    assert bidi_class("\U000e0fff") == "BN"


def test_separators_take_the_level_of_the_paragraph() -> None:
    assert resolve_classes(["R", "S", "R", "WS", "B"], "\0" * 5, 0).levels == (1, 0, 1, 0, 0)


def test_a_long_text_takes_linear_time() -> None:
    """Ten thousand openers: brackets deeper than 63 are not paired."""
    text = "(" * 10_000 + hebrew("A") + ")" * 10_000
    assert set(resolve(text).levels) == {1}
