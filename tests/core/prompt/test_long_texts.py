"""Prompts of 20,000 characters, built to be slow: none holds a server up."""

from __future__ import annotations

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.errors import FitAdError
from fit_ad.core.prompt import clip_tokens, dynamic
from fit_ad.core.prompt.clamp import fit

LENGTH = 20_000
UNITS = (" ", "\n", "a. ", ",", "a,", "(", ")", "()", r"\(", "[", "(a:1.1), ", "BREAK ", "{", "{a|", "/*", "/*/")
UNITS += ("//a ", "a very detailed cup,", "embedding:,", "w", "가", "a cup ", "1, ", "x" * 90 + ", ")
NESTED = "(" * (LENGTH // 2) + ")" * (LENGTH // 2)
TEXTS = {unit: (unit * LENGTH)[:LENGTH] for unit in UNITS} | {"((…))": NESTED}


def words(text: str) -> int:
    return 2 + len(text.replace(",", " , ").split())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_prompt_is_clamped(text: str) -> None:
    with at_most_cpu(1):
        assert fit(text, words).token_count <= 77


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_long_must_keep_is_matched_or_refused(text: str) -> None:
    with at_most_cpu(1):
        try:
            count = fit(text, words, must_keep=text[:8000]).token_count
        except FitAdError as error:
            count = 0 if error.what.startswith("must_keep needs") else 78
    assert count <= 77


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_longest_of_a_dynamic_prompt_is_found(text: str) -> None:
    with at_most_cpu(1):
        dynamic.longest(text, words)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_tokens_are_counted(text: str) -> None:
    with at_most_cpu(1):
        assert clip_tokens.counter()(text) >= clip_tokens.fewest(text)


def test_brackets_that_nest_too_deeply_are_left_out_of_the_count() -> None:
    deep = "(" * 500 + "a cup" + ")" * 500
    assert clip_tokens.flattened(deep) == "(" * 32 + " " * 468 + "a cup" + " " * 468 + ")" * 32
    assert clip_tokens.counter()(deep) == clip_tokens.counter()("a cup")
    assert clip_tokens.flattened("(a) " * 100) == "(a) " * 100
    assert clip_tokens.flattened(r"\(" * 100) == r"\(" * 100


@pytest.mark.parametrize("text", ["", "a red, (cup:1.2) BREAK 컵", "embedding:ink, rain", r"smile \(big\) 12 !!"])
def test_no_prompt_has_fewer_tokens_than_its_words(text: str) -> None:
    assert clip_tokens.fewest(text) <= clip_tokens.counter()(text)


@pytest.mark.parametrize("most", [5, 12, 40])
def test_the_parts_of_a_prompt_have_as_many_tokens_as_the_whole(most: int) -> None:
    text = (
        r"a red cup, (soft light:1.2) on a (wooden (old:1.1) table:0.9), smile \(big\) BREAK 컵 하나, f/1.8  bokeh !!"
    )
    parts = [*clip_tokens.parts_of(text, most)]
    assert len(parts) >= 2
    assert " ".join(" ".join(parts).split()) == " ".join(text.split())
    count = clip_tokens.counter()
    assert 2 + sum(count(part) - 2 for part in parts) == count(text)
    assert [*clip_tokens.parts_of("a " * 9, 99)] == ["a " * 9]
    assert [*clip_tokens.parts_of("", 99)] == []


def test_what_closes_more_brackets_than_it_opens_is_one_part() -> None:
    assert [*clip_tokens.parts_of("a b c) d e f", 2)] == ["a b", "c) d e f"]
    assert [len(part) for part in clip_tokens.parts_of("가" * 9000)] == [1000] * 9
