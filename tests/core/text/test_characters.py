"""Text cut into what a reader takes for one character."""

from __future__ import annotations

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.text.characters import clean, compatible_jamo, for_shaper, is_silent, pieces, wants_colour


def cut(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("가나 A", ["가", "나", " ", "A"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("\u1100\u1161\u11a8\u1100", ["\u1100\u1161\u11a8", "\u1100"]),
        ("👩🏽\u200d🚀!", ["👩🏽\u200d🚀", "!"]),
        ("🇰🇷🇺🇸🇯", ["🇰🇷", "🇺🇸", "🇯"]),
        ("1\ufe0f\u20e32", ["1\ufe0f\u20e3", "2"]),
        ("नि", ["नि"]),
        ("가\u200d나", ["가\u200d", "나"]),
        (" \u0301", [" ", "\u0301"]),
        ("", []),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    assert cut(text) == expected
    assert "".join(cut(text)) == text
    assert all(text.startswith(piece.text, piece.start) for piece in pieces(text))


def test_a_heap_of_marks_is_cut_into_pieces_of_bounded_length() -> None:
    assert max(map(len, cut("e" + "\u0301" * 2000))) == 64


def test_clean_text_is_composed_and_without_controls() -> None:
    assert clean("각\r\n\x00나\t다\u2028라") == "각\n나 다\n라"
    assert clean("\u202e가\u202d나") == "가나"  # overrides would write words backwards
    with pytest.raises(FitAdError, match=r"Character 2 of the text is half a character \(U\+D83D\)"):
        clean("가\ud83d")


def test_what_draws_nothing() -> None:
    assert all(map(is_silent, "\u200b\u200d\u200e\ufe0f\ufeff\u2060\u00ad\u202c"))
    assert not any(map(is_silent, "가A \u3164\u0600"))
    assert for_shaper("\ufeff가\u200e\u200d❤\ufe0f") == "가\u200d❤\ufe0f"


def test_emoji_that_want_colour() -> None:
    assert all(map(wants_colour, ("😀", "❤\ufe0f", "1\ufe0f\u20e3", "🇰🇷")))
    assert not any(map(wants_colour, ("❤", "가", "☎")))


def test_lone_jamo_as_letters() -> None:
    assert [compatible_jamo(char) for char in ("\u1100", "\u1161", "\u11a8", "\u1113", "가")] == [
        "ㄱ",
        "ㅏ",
        "ㄱ",
        "",
        "",
    ]
