"""A clamped prompt: within the limit, nothing lost, the important phrases kept."""

from __future__ import annotations

import logging
import re
from collections import Counter

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.prompt.clamp import clamp, split
from hypothesis import given, settings
from hypothesis import strategies as st


def count(text: str) -> int:
    """Count like CLIP's tokenizer: weights and their brackets are free, long words take several tokens."""
    bare = re.sub(r":\d*\.?\d+(?=[)])|(?<!\\)[()]", " ", text)
    words = re.findall(r"[가-힣]|[A-Za-z]+|\d|[^\w\s]", bare)
    return 2 + sum(-(-len(word) // 6) for word in words)


def words(text: str) -> Counter[str]:
    """Return the words of a prompt without separators, brackets and weights."""
    bare = re.sub(r":\d*\.?\d+(?=[)])|[()]", " ", text)
    return Counter(re.findall(r"[^\s,，、]+", bare))


def test_what_fits_is_not_touched() -> None:
    text = "  a cat,, a cat , masterpiece,\n best quality "
    result = clamp(text, count)
    assert (result.text, result.dropped, result.token_count) == (text, "", count(text))


@pytest.mark.parametrize(
    ("text", "max_tokens", "kept", "dropped"),
    [
        ("a cat, red sofa, a cat, rain", 9, "a cat, red sofa, rain", "a cat"),
        ("best quality, a cat, 8k, masterpiece, rain", 11, "best quality, a cat, rain", "8k, masterpiece"),
        ("best quality, a cat, rain, sun", 7, "a cat, rain", "best quality, sun"),
        ("a cat, (dust:0.5), rain, sun", 8, "a cat, rain, sun", "(dust:0.5)"),
        ("a cat, (scarf:1.3), rain, sun", 6, "a cat, (scarf:1.3)", "rain, sun"),
        ("a cat, rain, embedding:ink, sun", 9, "a cat, embedding:ink", "rain, sun"),
        ("a cat, (rain, (wet:1.1) sun:1.2), fog", 9, "a cat, (rain, (wet:1.1) sun:1.2)", "fog"),
        ("A cat sits. It rains.\nThe end, fog", 10, "A cat sits. It rains.", "The end, fog"),
        ("A cat, f/1.8 of Dr. Kim, fog", 14, "A cat, f/1.8 of Dr. Kim", "fog"),
        ("a cat BREAK a dog BREAK rain", 7, "a cat BREAK a dog", "BREAK, rain"),
        ("a cat BREAK rain", 4, "a cat", "BREAK, rain"),
        (r"a cat, smile \(big, wide\), fog", 13, r"a cat, smile \(big, wide\)", "fog"),
        ("a cat with a very long tail", 6, "a cat with a", "very long tail"),
        ("(a cat with a very long tail:1.2)", 6, "(a cat with a:1.2)", "(very long tail:1.2)"),
        ("고양이 한 마리, 비 오는 거리, 안개", 11, "고양이 한 마리", "비 오는 거리, 안개"),
        ("a red cup, rain, red cups, sun", 9, "a red cup, rain, sun", "red cups"),
        ("rain, soft light, fog, light soft", 8, "rain, soft light, fog", "light soft"),
        ("a cat, rain, sun, a black cat on a mat", 11, "rain, a black cat on a mat", "a cat, sun"),
        ("fog, cup, rain, red cup", 8, "fog, rain, red cup", "cup"),
        ("fog, cup, rain, red cup", 6, "fog, red cup", "cup, rain"),
        ("a cat, rain, (cup:1.2), (red cup:0.9), sun", 12, "a cat, rain, (cup:1.2), sun", "(red cup:0.9)"),
        ("a cat, {red|blue} cup, cup, sun", 13, "a cat, {red|blue} cup, cup", "sun"),
    ],
)
def test_the_least_important_goes_first(text: str, max_tokens: int, kept: str, dropped: str) -> None:
    result = clamp(text, count, max_tokens=max_tokens)
    assert (result.text, result.dropped) == (kept, dropped)
    assert result.token_count == count(kept) <= max_tokens


def test_a_word_that_is_too_long_is_not_cut() -> None:
    result = clamp("x" * 90, count, max_tokens=5)
    assert (result.text, result.dropped, result.token_count) == ("", "x" * 90, 2)


@pytest.mark.parametrize(
    ("text", "must_keep", "max_tokens", "kept", "dropped"),
    [
        ("a cat, rain, sun, fog", "fog", 6, "a cat, fog", "rain, sun"),
        ("a cat, heavy RAIN, sun", "rain", 7, "a cat, heavy RAIN", "sun"),
        ("a cat, sun", "fog", 77, "fog, a cat, sun", ""),
        ("a cat, sun, category", "cat", 5, "a cat", "sun, category"),
        ("one two three four five six seven", "six seven", 6, "one two six seven", "three four five"),
        ("rain, rain, sun", "rain", 3, "rain", "rain, sun"),
        ("red cups, sun, red cup", "red cup", 4, "red cup", "red cups, sun"),
    ],
)
def test_must_keep_stays(text: str, must_keep: str, max_tokens: int, kept: str, dropped: str) -> None:
    result = clamp(text, count, must_keep=must_keep, max_tokens=max_tokens)
    assert (result.text, result.dropped) == (kept, dropped)


def test_the_parts_say_what_became_of_each_phrase() -> None:
    result = clamp("a cat with a very long tail, fog, BREAK rain", count, must_keep="fog", max_tokens=7)
    assert [(part.text, part.end, part.kept, part.must) for part in result.parts] == [
        ("a cat with", " ", True, False),
        ("a very long tail", ", ", False, False),
        ("fog", ", ", True, True),
        ("BREAK", "", False, False),
        ("rain", "", False, False),
    ]
    whole = clamp("a cat, fog", count, must_keep="sun")
    assert [(part.text, part.end, part.kept, part.must) for part in whole.parts] == [
        ("sun", ", ", True, True),
        ("a cat", ", ", True, False),
        ("fog", "", True, False),
    ]


def test_must_keep_that_never_fits_is_an_error() -> None:
    with pytest.raises(FitAdError, match=r"must_keep needs 6 tokens, but only 4 are allowed"):
        clamp("a cat", count, must_keep="one two three four", max_tokens=4)


def test_korean_that_reaches_clip_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="fit_ad.prompt"):
        clamp("a cat", count)
        assert caplog.records == []
        clamp("고양이", count)
    assert "CLIP reads English only" in caplog.text


def test_brackets_are_never_opened() -> None:
    assert [p.text for p in split("a, (b, [c, d]:1.2), {e|f, g}, h) i, (j")] == [
        *("a", "(b, [c, d]:1.2)", "{e|f, g}", "h) i", "(j")
    ]


def test_a_huge_prompt_costs_few_counts() -> None:
    calls: list[int] = []

    def counted(text: str) -> int:
        calls.append(len(text))
        return count(text)

    result = clamp(", ".join(f"thing number {i}" for i in range(2000)), counted)
    assert result.token_count <= 77
    assert len(calls) < 25


WORDS = ["cat", "cats", "dog", "rain", "on", "red", "sunlight", "커피", "f/1.8", "8k,", "masterpiece", "a"]
PHRASE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9)
PIECE = st.one_of(
    PHRASE.map(" ".join),
    PHRASE.map(lambda parts: f"({' '.join(parts)}:1.2)"),
    PHRASE.map(lambda parts: f"(({' '.join(parts)}) fog:0.8)"),
    PHRASE.map(lambda parts: f"{{{'|'.join(parts)}}} [fog, (rain:1.1)]"),
    st.sampled_from(["BREAK", "embedding:ink", "best quality", "masterpiece", "8k", "(", "])", "It rains.", "x" * 40]),
)
SEPARATOR = st.sampled_from([", ", ",", "\n", " , \n", " ", ". "])


@st.composite
def prompts(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(st.tuples(PIECE, SEPARATOR), max_size=30))
    return "".join(piece + separator for piece, separator in pieces)


@settings(max_examples=300, deadline=None)
@given(prompts(), st.integers(3, 77))
def test_within_the_limit_nothing_lost_and_settled(text: str, max_tokens: int) -> None:
    result = clamp(text, count, max_tokens=max_tokens)
    assert result.token_count == count(result.text) <= max_tokens
    assert words(result.text) + words(result.dropped) == words(text)
    assert words(" ".join(part.text for part in result.parts)) == words(text)
    assert words(" ".join(part.text for part in result.parts if part.kept)) == words(result.text)
    again = clamp(result.text, count, max_tokens=max_tokens)
    assert (again.text, again.dropped) == (result.text, "")


@settings(max_examples=150, deadline=None)
@given(
    prompts(), st.sampled_from(["cat", "embedding:ink", "fog", "red scarf, rain", "best quality"]), st.integers(9, 77)
)
def test_must_keep_is_always_there_or_an_error(text: str, must_keep: str, max_tokens: int) -> None:
    try:
        result = clamp(text, count, must_keep=must_keep, max_tokens=max_tokens)
    except FitAdError:
        return
    assert all(part.strip() in result.text for part in must_keep.split(","))
    assert result.token_count <= max_tokens
    assert clamp(result.text, count, must_keep=must_keep, max_tokens=max_tokens).text == result.text
