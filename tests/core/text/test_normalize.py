"""Text at the door: what looks the same is the same."""

from __future__ import annotations

import unicodedata

import pytest
from fit_ad.core.text.normalize import normalized, one_line


def test_hangul_in_single_letters_becomes_syllables() -> None:
    typed_on_a_mac = unicodedata.normalize("NFD", "봄날 카페 아메리카노 1+1")
    assert len(typed_on_a_mac) > 20
    assert normalized(typed_on_a_mac) == "봄날 카페 아메리카노 1+1"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("카\u200b페\ufeff", "카페"),
        ("\u202e소금빵\u202c", "소금빵"),
        ("3,\u00a0000원", "3, 000원"),
        ("가\u3164나\u115f", "가나"),
        ("한\u00ad정", "한정"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb\u3000c", "a b c"),
        ("x\x00\x07y\x1b[0m", "xy[0m"),
        ("빵\ud800집", "빵집"),
        ("１＋１ ＡＢ", "１＋１ ＡＢ"),
        ("9\u200d900원", "9900원"),
        ("가\ufe0f", "가"),
        ("👨\u200d👩\u200d👧 ☕\ufe0f 1\ufe0f\u20e3", "👨\u200d👩\u200d👧 ☕\ufe0f 1\ufe0f\u20e3"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_goes(given: str, seen: str) -> None:
    assert normalized(given) == seen
    assert normalized(seen) == seen


def test_one_line_has_single_spaces() -> None:
    assert one_line("  봄날 \n\u00a0 카페\u200b ") == "봄날 카페"
