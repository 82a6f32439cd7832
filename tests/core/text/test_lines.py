"""Where the glyphs go: breaks by meaning, hanging marks, justified lines, words that run leftwards."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from built_fonts import built
from fit_ad.core.text import fonts
from fit_ad.core.text.alignment import block_length
from fit_ad.core.text.lines import (
    PositionedGlyph,
    TextBlock,
    block,
    evened,
    extent,
    filled,
    length,
    measure,
    set_line,
)
from fit_ad.core.text.paragraphs import breakable
from fit_ad.core.text.shaping import Span, shape
from text_in_lines import set_lines

FACES = fonts.bundled()
MAIN = fonts.find("Pretendard ExtraBold", FACES)
BLACK = fonts.find("Black Han Sans", FACES)


def set_in(text: str, measure_px: float = float("inf"), size: float = 100, **options: Any) -> TextBlock:
    found = set_lines(shape([Span(text, MAIN, size)], FACES), measure_px, **options)
    assert found is not None
    return found


def words(text: str, found: TextBlock) -> list[str]:
    return [text[line.start : line.stop] for line in found.lines]


def rows(found: TextBlock) -> list[list[PositionedGlyph]]:
    return [[glyph for glyph in found.glyphs if glyph.line == number] for number in range(len(found.lines))]


def test_lines_are_broken_by_meaning_and_evened() -> None:
    text = "소금빵 3개 7,900원 지금 매장에서"
    assert words(text, set_in(text, 600)) == ["소금빵 3개", "7,900원", "지금 매장에서"]
    assert words("전 메뉴 50% 할인!", set_in("전 메뉴 50% 할인!", 470)) == ["전 메뉴", "50% 할인!"]


def test_more_lines_than_needed_can_be_asked_for() -> None:
    text = "매일 아침 갓 구운 소금빵"
    assert len(set_in(text).lines) == 1
    assert words(text, set_in(text, lines=2)) == ["매일 아침", "갓 구운 소금빵"]
    assert len(set_in(text, lines=99).lines) <= 5


def test_what_may_not_be_broken_does_not_fit_a_narrow_measure() -> None:
    shaped = shape([Span("아이스아메리카노와카페라떼", MAIN, 100)], FACES)
    assert set_lines(shaped, 500) is None
    inside = set_lines(shaped, 500, inside=True, avoid=False)
    assert inside is not None
    assert all(line.ink.right <= 500 for line in inside.lines)


def test_lines_of_several_spans_are_broken_as_one_text() -> None:
    spans = [
        Span("전 메뉴 ", MAIN, 60),
        Span("50", BLACK, 140),
        Span("%", BLACK, 70, rise_px=40),
        Span(" 할인!", MAIN, 60),
    ]
    text = "".join(span.text for span in spans)
    found = set_lines(shape(spans, FACES), 420)
    assert found is not None
    assert words(text, found) == ["전 메뉴", "50% 할인!"]
    assert found.lines[1].baseline == pytest.approx(1.2 * 140)  # by the largest letters of the lower line
    assert {glyph.span for glyph in found.glyphs if glyph.line == 1} == {1, 2, 3}


def test_the_block_begins_at_its_edge_and_first_baseline() -> None:
    found = set_in("가나\n다라", align="left", line_height_em=1.5)
    assert [line.baseline for line in found.lines] == [0, 150]
    assert [line.ink.left for line in found.lines] == pytest.approx([0, 0])
    assert [line.left for line in found.lines] == [0, 0]
    assert found.ink.left == pytest.approx(min(glyph.ink.left for glyph in found.glyphs))
    assert found.ink.bottom == pytest.approx(max(glyph.ink.bottom for glyph in found.glyphs))


def test_blank_lines_keep_their_room_between_but_not_around() -> None:
    found = set_in("\n\n가\n\n나\n ")
    assert [line.baseline for line in found.lines] == [0, 240]
    assert set_in(" \n\n").glyphs == ()


@pytest.mark.parametrize("k", [0.37, 2.5])
def test_a_scaled_block_is_the_block_of_scaled_spans(k: float) -> None:
    text = "“가 AV”\n9,900원"
    small, large = set_in(text, 500, align="center"), set_in(text, 500 * k, 100 * k, align="center")
    for one, other in zip(small.scaled(k).moved(3, 4).glyphs, large.moved(3, 4).glyphs, strict=True):
        assert one.matrix == pytest.approx(other.matrix)
        assert one.ink == pytest.approx(other.ink)
        assert one.pen == pytest.approx(other.pen)
    assert small.scaled(k).lines[1][:5] == pytest.approx(large.lines[1][:5])


def test_lengths_are_known_before_anything_is_placed() -> None:
    paragraphs = breakable(shape([Span("우리 동네 빵집에서 매일 아침 굽는 “빵”", MAIN, 50)], FACES))
    breaks = evened(paragraphs, 400)
    assert breaks is not None
    assert breaks.line_count == filled(paragraphs, 400).line_count  # type: ignore[union-attr]
    placed = block(paragraphs, breaks, "center", 400)
    assert length(paragraphs, breaks, "center") == pytest.approx(placed.ink.width)
    assert extent(paragraphs, breaks, 1.2) == pytest.approx(placed.ink.height)


def test_an_opening_quote_hangs_left_of_the_letters() -> None:
    first, second = rows(set_in("“가나다라\n가나다라"))
    quote, letter, below = (glyph.ink.left for glyph in (first[0], first[1], second[0]))
    assert quote < 0
    assert below == pytest.approx(0)
    assert quote + 0.8 * (letter - quote) == pytest.approx(0)


@pytest.mark.parametrize(("mark", "share"), [(".", 0.8), (",", 0.8), ("”", 0.8), (")", 0.4), ("!", 0.3)])
def test_closing_marks_hang_right_of_the_letters(mark: str, share: float) -> None:
    first, second = rows(set_in(f"가나다라{mark}\n가나다라", align="right"))
    letter, end, below = (glyph.ink.right for glyph in (first[-2], first[-1], second[-1]))
    assert end - share * (end - letter) == pytest.approx(below)


def test_a_centred_line_is_centred_without_its_marks() -> None:
    first, second = rows(set_in("가나다라.\n가나다라", align="center"))
    hang = 0.8 * (first[-1].ink.right - first[-2].ink.right)
    middles = [(row[0].ink.left + row[-1].ink.right) / 2 for row in (first, second)]
    assert middles[0] - middles[1] == pytest.approx(hang / 2)
    plain = set_in("가나다라.\n가나다라", align="center", hanging=False)
    assert [(line.ink.left + line.ink.right) / 2 for line in plain.lines] == pytest.approx([plain.ink.width / 2] * 2)


def test_the_block_is_as_long_as_its_lines_and_what_hangs() -> None:
    lines = [(10.0, (1.0, 0.0)), (9.0, (0.0, 2.0))]
    assert block_length(lines, "left") == 10  # bodies of 9 and 7 from one edge: 1 hangs left, 9 is the rest
    assert block_length(lines, "right") == 12
    assert block_length(lines, "center") == 4.5 + 1 + 5.5
    assert block_length(lines, "left", hang=0) == 10


def test_justified_lines_end_flush_and_the_last_is_natural() -> None:
    text = (
        "우리 동네 작은 빵집에서는 매일 아침 여섯 시 반죽을 시작합니다 천천히 부풀린 빵은 속이 편안하고 향이 깊습니다"
    )
    found = set_in(text, 520, 40, align="justify")
    assert len(found.lines) >= 4
    for line in found.lines[:-1]:
        assert (line.left, line.right) == (pytest.approx(0), pytest.approx(520))
        assert (line.ink.left, line.ink.right) == (pytest.approx(0, abs=3), pytest.approx(520, abs=3))
    last = text[found.lines[-1].start : found.lines[-1].stop]
    assert found.lines[-1].ink.width == pytest.approx(set_in(last, size=40).ink.width)


def test_letters_are_spaced_where_a_justified_line_has_no_spaces() -> None:
    line, last = rows(set_in("가나다라마바사 아자차카타파하", 740, align="justify"))
    steps = [b.pen[0] - a.pen[0] for a, b in pairwise(line)]
    assert line[-1].ink.right - line[0].ink.left == pytest.approx(740)
    assert max(steps) - min(steps) < 1
    assert [b.pen[0] - a.pen[0] for a, b in pairwise(last)] < steps


@pytest.mark.parametrize("text", ["가나 다라마바사아자차카", "SALE 아메리카노와라떼", "9,900원 아메리카노와라떼와"])
def test_a_justified_line_never_gapes(text: str) -> None:
    for row in rows(set_in(text, 1000, align="justify")):
        assert max((b.ink.left - a.ink.right for a, b in pairwise(row)), default=0) < 160


def test_figures_and_latin_words_are_never_pulled_apart() -> None:
    text = "지금만 9,900원 SALE 가나다라마바사아자"
    stretched = [glyph for glyph in set_in(text, 560, 60, align="justify").glyphs if glyph.line == 0]
    natural = set_in("지금만 9,900원 SALE", size=60).glyphs
    for letters in ("9,900", "SALE"):
        start = text.index(letters)
        a, b = (
            [g.pen[0] for g in glyphs if start <= g.start < start + len(letters)] for glyphs in (stretched, natural)
        )
        assert len(a) == len(letters)
        assert [x - a[0] for x in a] == pytest.approx([x - b[0] for x in b])


def test_an_accent_stands_over_its_letter_wherever_the_line_goes() -> None:
    face = fonts.find("Nanum Myeongjo ExtraBold", FACES)
    found = set_lines(shape([Span("가\n가é", face, 100)], FACES), align="right")
    assert found is not None
    letter, mark = found.glyphs[-2:]
    assert letter.pen == mark.pen
    assert letter.ink.left + letter.ink.right == pytest.approx(mark.ink.left + mark.ink.right)
    assert mark.ink.bottom == pytest.approx(letter.ink.top - 6)


HEBREW = dict.fromkeys("אבגד가나ab 12!(),", (0, 0, 600, 700))


def seen(text: str, folder: Path, measure_px: float = float("inf"), **options: Any) -> list[str]:
    """Return the lines as they are seen from left to right, brackets as they were typed."""
    face = built(folder, HEBREW)
    found = set_lines(shape([Span(text, face, 1)], [face], **options), measure_px, hanging=False)
    assert found is not None
    return ["".join(text[g.start] for g in sorted(row, key=lambda g: g.pen[0])) for row in rows(found)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("가 אב 12! גד", "가דג!12בא"),
        ("אב (ab) גד!", "!דג)ab(בא"),
        ("ab (אב) 가", "ab(בא)가"),
        ("אב, 12", "12,בא"),
    ],
)
def test_words_that_run_leftwards_are_seen_so(tmp_path: Path, text: str, shown: str) -> None:
    assert seen(text, tmp_path) == [shown]


def test_each_line_is_put_in_order_by_itself(tmp_path: Path) -> None:
    assert seen("אב גד 가나 אב", tmp_path, 3.1) == ["דגבא", "בא가나"]
    assert seen("אב גד 가나 אב", tmp_path, 3.1, direction="ltr") == ["דגבא", "가나בא"]


def test_leftward_lines_keep_to_the_measure(tmp_path: Path) -> None:
    face = built(tmp_path, HEBREW)
    found = set_lines(shape([Span("אב גד, אבגד! ab אב", face, 10)], [face]), 40)
    assert found is not None
    assert len(found.lines) >= 3
    assert found.ink.width <= 40


def test_a_line_as_typed_and_its_measures() -> None:
    spans = [Span("가 A", MAIN, 50), Span("9,900원", BLACK, 70)]
    found, sizes = set_line(spans, FACES), measure(spans, FACES)
    assert sizes.ink is not None
    assert found.ink.width == pytest.approx(sizes.ink.width)
    assert found.ink.top == pytest.approx(sizes.ink.top)
    assert sizes.advance > sizes.ink.right
    assert len(set_line([Span("가\n나 다", MAIN, 50)], FACES).lines) == 2
    assert measure([Span("  ", MAIN, 50)], FACES).ink is None
