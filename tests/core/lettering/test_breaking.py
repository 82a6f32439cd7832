"""Korean line breaking: what stays together, what may not start a line, even lines."""

from __future__ import annotations

import pytest
from fit_ad.core.lettering import breaking


def words(text: str, avoid: bool = True, inside: bool = False) -> list[str]:
    return [text[unit.start : unit.stop] for unit in breaking.units(text, avoid, inside)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("오늘만 9,900 원 특가", "9,900 원"),
        ("전 메뉴 50% 할인 중입니다", "50% 할인"),
        ("커피 1 + 1 이벤트", "1 + 1"),
        ("매일 10:00 ~ 22:00 영업", "10:00 ~ 22:00"),
        ("선착순 100 명 한정", "100 명"),
        ("단돈 ₩ 9,900 에", "₩ 9,900"),
        ("오직 3 시간 동안만", "3 시간"),
        ("지금 할인 ! 서둘러요", "할인 !"),
        ("행사 ( 오늘만 ) 합니다", "( 오늘만 )"),
        ("최대 2 만원 쿠폰", "2 만원"),
        ("무게 500 g 한 봉", "500 g"),
    ],
)
def test_figures_and_marks_stay_together(text: str, kept: str) -> None:
    assert any(kept in word for word in words(text, avoid=False))


def test_words_are_eojeols() -> None:
    assert words("가을 신메뉴 아메리카노") == ["가을", "신메뉴", "아메리카노"]
    assert words("9,900원") == ["9,900원"]


def test_the_last_line_is_never_one_syllable() -> None:
    assert words("정말 좋은 날", avoid=False) == ["정말", "좋은 날"]
    assert words("정말 좋은 날!", avoid=False) == ["정말", "좋은 날!"]


def test_words_that_lean_on_others_are_joined_when_there_is_a_choice() -> None:
    assert words("첫 방문 고객") == ["첫 방문", "고객"]
    assert words("할 수 있는 만큼 해요") == ["할 수", "있는 만큼", "해요"]


def test_a_no_break_space_keeps_words_together() -> None:
    assert words("카페\u00a0온도 오픈했어요") == ["카페\u00a0온도", "오픈했어요"]


def test_han_and_kana_break_anywhere_but_before_closing_marks() -> None:
    pieces = words("日本語の文章です。次", avoid=False)
    assert "す。" in pieces
    assert not any(piece[0] in breaking.CLOSING for piece in pieces)


def test_an_overlong_word_may_break() -> None:
    assert len(words("가" * 40)) == 1
    assert len(words("가" * 40, inside=True)) == 40
    assert len(words("가" * 12, inside=True)) == 1
    assert words("https://example.com/menu/long/", inside=True)[0] == "https://"
    assert any("02-123-4567" in word for word in words("문의:02-123-4567(주말가능)", inside=True))


def test_greedy_says_when_a_unit_is_too_wide() -> None:
    assert breaking.greedy([5, 10], [0, 6], 4) is None
    assert breaking.greedy([5, 10, 16], [0, 6, 11], 10) == [0, 2]


def test_lines_are_evened_out() -> None:
    lefts, rights = [0, 5, 10, 15], [4, 9, 14, 19]
    assert breaking.greedy(rights, lefts, 14) == [0, 3]
    assert breaking.balanced(rights, lefts, [0, 0, 0, 0], 14, 2)[0] == [0, 2]


def test_a_costly_break_is_avoided() -> None:
    lefts, rights = [0, 5, 10, 15, 20], [4, 9, 14, 19, 24]
    assert breaking.balanced(rights, lefts, [0, 0, 1, 0, 0], 14, 2)[0] == [0, 3]
    assert breaking.balanced(rights, lefts, [0, 0, 0, 1, 0], 14, 2)[0] == [0, 2]
