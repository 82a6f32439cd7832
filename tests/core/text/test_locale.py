"""Texts by language: found, filled in, and translated by their patterns."""

from __future__ import annotations

import pytest
from fit_ad.core.text.locale import fill, messages, translated

TEMPLATES = {
    "{name} is {theirs}, not {ours}": "{name} 값이 {ours} 이(가) 아니라 {theirs}입니다",
    "{problem}, line {line}": "{line}행에서 {problem}",
    "{what} stands twice": "{what} 이(가) 두 번 나옵니다",
}
WORDS = {"problem": {"Extra data": "글이 더 있습니다"}}


def korean(text: str) -> str:
    return translated(text, TEMPLATES, WORDS, "ko")


def test_a_language_that_the_pack_does_not_speak_is_english() -> None:
    assert messages("findings", "fr") == messages("findings", "en") != messages("findings", "ko")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("이미지", "이미지가 없습니다"),
        ("그림", "그림이 없습니다"),
        ("a.safetensors", "a.safetensors가 없습니다"),
        ("", " 이(가) 없습니다"),
    ],
)
def test_a_korean_particle_fits_the_value_before_it(value: str, text: str) -> None:
    assert fill("{name} 이(가) 없습니다", {"name": value}, "ko") == text


def test_values_that_look_like_placeholders_stay_as_they_are_and_missing_ones_are_blank() -> None:
    assert fill("{a}{b}.", {"a": "{b} {0}"}, "en") == "{b} {0}."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps is 21, not 20", "steps 값이 20이 아니라 21입니다"),
        ("two words is 21, not 20", "two words is 21, not 20"),  # a name has no space
        ("Extra data, line 7", "7행에서 글이 더 있습니다"),
        ("Other data, line 7", "7행에서 Other data"),
        ("Extra data, line x", "Extra data, line x"),
        ("a\nb stands twice", "a\nb가 두 번 나옵니다"),
        ("a stands twice.", "a stands twice."),
    ],
)
def test_a_text_is_translated_by_the_template_that_it_fits(text: str, said: str) -> None:
    assert korean(text) == said


def test_a_text_too_long_for_a_pattern_is_left_as_it_is() -> None:
    text = "x" * 5000 + " stands twice"
    assert korean(text) == text
