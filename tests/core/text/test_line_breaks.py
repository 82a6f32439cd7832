"""Korean line breaking: what stays together, what may not start a line, even lines."""

from __future__ import annotations

import pytest
from fit_ad.core.text import line_breaks


def words(text: str, avoid: bool = True, inside: bool = False) -> list[str]:
    return [text[unit.start : unit.stop] for unit in line_breaks.units(text, avoid, inside)]


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
        ("테이크아웃 할인 (오후 6시 이후)", "(오후 6시"),
        ("매주 토요일 오전 11시 모임", "오전 11시"),
        ("행사는 3월 15일 시작", "3월 15일"),
        ("저녁 7시 30분 공연", "저녁 7시 30분"),
        ("예약 02) 555 0199 로", "555 0199"),
        ("문의 010 1234 5678 번", "010 1234 5678"),
        ("한우 1 등급 2 팩", "2 팩"),
        ("45,000원 → 33,000원", "→ 33,000원"),
        ("신부 헤어 & 메이크업 상담", "& 메이크업"),
        ("봄을 입다 — 2025 신상", "입다 —"),
    ],
)
def test_figures_and_marks_stay_together(text: str, kept: str) -> None:
    assert any(kept in word for word in words(text, avoid=False))


def test_words_are_eojeols() -> None:
    assert words("가을 신메뉴 아메리카노") == ["가을", "신메뉴", "아메리카노"]
    assert words("9,900원") == ["9,900원"]


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("말해줍니다 — 12주 과정", "12주"),  # the dash is not a minus
        ("얼음 5 시원한 맥주", "시원한"),  # 시 is not a unit here
        ("봄 3 개운한 국", "개운한"),
        ("10% 더 드려요", "드려요"),
    ],
)
def test_what_only_looks_like_a_figure_may_be_broken(text: str, apart: str) -> None:
    assert any(word.startswith(apart) for word in words(text, avoid=False))


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("수고했어요, 당신을", -0.4),
        ("“봄날” 특가", -0.4),
        ("젤네일 (포함)", -0.2),
        ("따뜻한 커피", 0.1),
        ("포장 가능 메뉴", 0.5),
        ("카페 Early Bird", 0.0),
        ("가을 신메뉴", 0.0),
    ],
)
def test_how_welcome_a_break_is(text: str, cost: float) -> None:
    assert line_breaks.units(text, avoid=False)[1].cost == cost


def test_an_emoji_stays_with_the_words_before_it_and_a_label_with_those_after() -> None:
    assert words("오늘은 커피 ☕ 어때요") == ["오늘은", "커피 ☕", "어때요"]
    assert words("예약 ☎ 02-123-4567 매장") == ["예약", "☎ 02-123-4567", "매장"]
    assert words("지금 시작 😀👍 함께") == ["지금", "시작 😀👍", "함께"]


def test_names_in_brackets_and_english_names_hold_together() -> None:
    assert words("오늘 『작은 책방』 낭독회") == ["오늘", "『작은 책방』", "낭독회"]
    assert words("성탄 Early Bird 예약") == ["성탄", "Early Bird", "예약"]
    assert words("Early Bird Sale today") == ["Early", "Bird", "Sale", "today"]


def test_the_last_line_is_never_one_syllable() -> None:
    assert words("정말 좋은 날", avoid=False) == ["정말", "좋은 날"]
    assert words("정말 좋은 날!", avoid=False) == ["정말", "좋은 날!"]


def test_words_that_lean_on_others_are_joined_when_there_is_a_choice() -> None:
    assert words("첫 방문 선물") == ["첫 방문", "선물"]
    assert words("할 수 있는 만큼 해요") == ["할 수", "있는 만큼", "해요"]


def test_a_no_break_space_keeps_words_together() -> None:
    assert words("카페\u00a0온도 오픈했어요") == ["카페\u00a0온도", "오픈했어요"]


def test_han_and_kana_break_anywhere_but_before_closing_marks() -> None:
    pieces = words("日本語の文章です。次", avoid=False)
    assert "す。" in pieces
    assert not any(piece[0] in line_breaks.CLOSING for piece in pieces)


def test_an_overlong_word_may_break() -> None:
    assert len(words("가" * 40)) == 1
    assert len(words("가" * 40, inside=True)) == 40
    assert len(words("가" * 12, inside=True)) == 1
    assert words("https://example.com/menu/long/", inside=True)[0] == "https://"
    assert any("02-123-4567" in word for word in words("문의:02-123-4567(주말가능)", inside=True))


def test_greedy_says_when_a_unit_is_too_wide() -> None:
    assert line_breaks.greedy([5, 10], [0, 6], 4) is None
    assert line_breaks.greedy([5, 10, 16], [0, 6, 11], 10) == [0, 2]


def test_lines_are_evened_out() -> None:
    lefts, rights = [0, 5, 10, 15], [4, 9, 14, 19]
    assert line_breaks.greedy(rights, lefts, 14) == [0, 3]
    assert line_breaks.balanced(rights, lefts, [0, 0, 0, 0], 14, 2)[0] == [0, 2]


def test_a_line_does_not_run_on_over_the_end_of_a_clause() -> None:
    lefts, rights = [0, 5, 10, 15], [4, 9, 14, 19]
    assert line_breaks.balanced(rights, lefts, [0, 0, 0, 0], 20, 2)[0] == [0, 2]
    assert line_breaks.balanced(rights, lefts, [0, -0.4, 0, 0], 20, 2)[0] == [0, 1]
    assert line_breaks.balanced(rights, lefts, [0, 0, 0, 0], 15, 2, full=True)[0] == [0, 3]
    assert line_breaks.balanced(rights, lefts, [0, -0.4, 0, 0], 15, 2, full=True)[0] == [0, 3]  # full lines come first


def test_the_last_line_is_not_short_if_it_can_be_helped() -> None:
    lefts, rights = [0, 7, 14], [6, 13, 15]
    assert line_breaks.greedy(rights, lefts, 13) == [0, 2]
    assert line_breaks.balanced(rights, lefts, [0, 0, 0], 13, 2)[0] == [0, 1]


def test_a_costly_break_is_avoided() -> None:
    lefts, rights = [0, 5, 10, 15, 20], [4, 9, 14, 19, 24]
    assert line_breaks.balanced(rights, lefts, [0, 0, 1, 0, 0], 14, 2)[0] == [0, 3]
    assert line_breaks.balanced(rights, lefts, [0, 0, 0, 1, 0], 14, 2)[0] == [0, 2]
