"""Where the glyphs go: hanging marks, justified lines, columns, right-to-left words, speed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.lettering import LetteringStyle
from fit_ad.core.lettering.alignment import block_em
from fit_ad.core.lettering.alignment import rows as rows_of
from fit_ad.core.lettering.glyphs import Cluster, Ink, clean, measures
from fit_ad.core.lettering.paragraphs import Item, Line
from fit_ad.core.lettering.typesetting import Placed, Setting, set_text
from fit_ad.core.text import fonts
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

FACES = fonts.bundled()


def words(text: str, faces: Any = FACES, **look: Any) -> Setting:
    style = LetteringStyle(**look)
    return set_text(clean(text), fonts.find(style.font, faces), style, faces, lambda _: (0.0, 0.0))


def rows(setting: Setting) -> list[list[Placed]]:
    found: dict[float, list[Placed]] = {}
    for placed in setting.placed:
        found.setdefault(round(placed.y, 3), []).append(placed)
    return [found[y] for y in sorted(found)]


def left_ink(placed: Placed, size: float) -> float:
    return placed.x + (placed.cluster.ink.left if placed.cluster.ink else 0) * size


def right_ink(placed: Placed, size: float) -> float:
    return placed.x + (placed.cluster.ink.right if placed.cluster.ink else 0) * size


def test_an_opening_quote_hangs_left_of_the_letters() -> None:
    first, second = rows(words("“가나다라\n가나다라", size_px=100, align="left"))
    quote, letter, below = left_ink(first[0], 100), left_ink(first[1], 100), left_ink(second[0], 100)
    assert quote == pytest.approx(0)
    assert quote + 0.8 * (letter - quote) == pytest.approx(below)


@pytest.mark.parametrize(("mark", "share"), [(".", 0.8), (",", 0.8), ("”", 0.8), (")", 0.4), ("!", 0.3)])
def test_closing_marks_hang_right_of_the_letters(mark: str, share: float) -> None:
    first, second = rows(words(f"가나다라{mark}\n가나다라", size_px=100, align="right"))
    letter, end, below = right_ink(first[-2], 100), right_ink(first[-1], 100), right_ink(second[-1], 100)
    assert end - share * (end - letter) == pytest.approx(below)


def test_a_centred_line_is_centred_without_its_marks() -> None:
    first, second = rows(words("가나다라.\n가나다라", size_px=100, align="center"))
    hang = 0.8 * (right_ink(first[-1], 100) - right_ink(first[-2], 100))
    middles = [(left_ink(row[0], 100) + right_ink(row[-1], 100)) / 2 for row in (first, second)]
    assert middles[0] - middles[1] == pytest.approx(hang / 2)


@pytest.mark.parametrize("align", ["left", "center", "right", "justify"])
def test_hanging_marks_stay_in_the_box(align: str) -> None:
    setting = words("“오늘도,\n수고했어요.”\n(당신을 위한)\n『디저트』", width_px=400, height_px=400, align=align)
    assert setting.width_px <= 400 + 1e-6
    fixed = words("“가나다라마”\n가나다라마바", size_px=60, width_px=345, align=align)
    assert fixed.font_px == 60  # the marks hang less, rather than making the type smaller
    assert fixed.width_px <= 345 + 1e-6


def test_the_block_is_as_long_as_its_lines_and_what_hangs() -> None:
    lines = [(10.0, (1.0, 0.0)), (9.0, (0.0, 2.0))]
    assert block_em(lines, "left") == 10  # bodies of 9 and 7 from one edge: 1 hangs left, 9 is the rest
    assert block_em(lines, "right") == 12
    assert block_em(lines, "center") == 4.5 + 1 + 5.5
    assert block_em(lines, "left", hang=0) == 10


def test_justified_lines_end_flush_and_the_last_is_natural() -> None:
    text = (
        "우리 동네 작은 빵집에서는 매일 아침 여섯 시 반죽을 시작합니다 천천히 부풀린 빵은 속이 편안하고 향이 깊습니다"
    )
    lines = rows(words(text, size_px=40, width_px=520, align="justify"))
    assert len(lines) >= 4
    for line in lines[:-1]:
        assert (left_ink(line[0], 40), right_ink(line[-1], 40)) == (pytest.approx(0, abs=3), pytest.approx(520, abs=3))
    plain = rows(words(text[-15:], size_px=40, align="left"))[-1]
    assert right_ink(lines[-1][-1], 40) - left_ink(lines[-1][-3], 40) == pytest.approx(
        right_ink(plain[-1], 40) - left_ink(plain[-3], 40)
    )


def test_letters_are_spaced_where_a_justified_line_has_no_spaces() -> None:
    line, last = rows(words("가나다라마바사 아자차카타파하", size_px=100, width_px=740, align="justify"))
    steps = [b.x - a.x for a, b in pairwise(line)]
    assert right_ink(line[-1], 100) - left_ink(line[0], 100) == pytest.approx(740)
    assert max(steps) - min(steps) < 1
    assert [b.x - a.x for a, b in pairwise(last)] < steps


@pytest.mark.parametrize("text", ["가나 다라마바사아자차카", "SALE 아메리카노와라떼", "9,900원 아메리카노와라떼와"])
def test_a_justified_line_never_gapes(text: str) -> None:
    for row in rows(words(text, size_px=100, width_px=1000, align="justify")):
        gaps = [left_ink(b, 100) - right_ink(a, 100) for a, b in pairwise(row)]
        assert max(gaps, default=0) < 160


def test_figures_and_latin_words_are_never_pulled_apart() -> None:
    stretched = rows(words("지금만 9,900원 SALE 가나다라마바사아자", size_px=60, width_px=560, align="justify"))[0]
    natural = rows(words("지금만 9,900원 SALE", size_px=60))[0]
    for letters in ("9,900", "SALE"):
        a, b = ([p for p in row if p.cluster.text in letters] for row in (stretched, natural))
        assert [p.x - a[0].x for p in a[: len(letters)]] == pytest.approx([p.x - b[0].x for p in b[: len(letters)]])


def test_an_accent_stands_over_its_letter_wherever_the_line_goes() -> None:
    setting = words("가\n가é", size_px=100, font="Nanum Myeongjo ExtraBold", align="right")
    base, mark = setting.placed[-2:]
    assert mark.y != base.y
    assert len({placed.baseline(100) for placed in setting.placed}) == len(setting.lines) == 2
    assert (base.cluster.text, mark.cluster.text) == ("e", "´")
    assert mark.cluster.ink
    assert base.cluster.ink
    assert left_ink(mark, 100) + right_ink(mark, 100) == pytest.approx(left_ink(base, 100) + right_ink(base, 100))
    assert mark.y + 100 * mark.cluster.ink.bottom == pytest.approx(base.y + 100 * base.cluster.ink.top - 6)


def item(text: str, index: int, start: float, stop: float) -> Item:
    return Item(Cluster(text, FACES[0], 1, Ink(0, 0, 1, 1), index, length=len(text)), start, start, stop, (0, 1))


def test_right_to_left_words_are_seen_from_right_to_left() -> None:
    line = [item("가", 0, 0, 1), item("אב", 2, 2, 4), item("5", 5, 5, 6), item("%", 6, 6, 7), item("ג", 8, 8, 9)]
    (row,) = rows_of([Line(tuple(line), True)], "left", float("inf"))
    assert [(i.cluster.text, i.start) for i in sorted(row.items, key=lambda i: i.start)] == [
        ("가", 0),
        ("ג", 2),
        ("5", 4),
        ("%", 5),
        ("אב", 7),
    ]


def columns(text: str, **look: Any) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for placed in words(text, vertical=True, size_px=100, **look).placed:
        found.setdefault(placed.cluster.text, []).append(placed)
    return found


def test_two_figures_stand_side_by_side_in_one_cell() -> None:
    found = columns("오전10시")
    one, zero = found["1"][0], found["0"][0]
    assert one.y == zero.y
    assert one.x < zero.x
    assert not one.turned
    assert found["전"][0].y < one.y < found["시"][0].y
    middle = (left_ink(one, 100 * 1) + right_ink(zero, 100)) / 2
    hangul = found["시"][0].x + found["시"][0].cluster.advance * 50
    assert middle == pytest.approx(hangul, abs=1)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("7월", ""),
        ("50%할인", ""),
        ("1+1행사", ""),
        ("A세트", ""),
        ("2025년", "2025"),
        ("9,900원", "9,900"),
        ("SALE", "SALE"),
        ("(봄)", "()"),
        ("“봄”", "“”"),
        ("02-123", "02-123"),
        ("가~나", "~"),
        ("봄…", "…"),
        ("가!", ""),
    ],
)
def test_what_lies_on_its_side_in_a_column(text: str, turned: str) -> None:
    setting = words(text, vertical=True, size_px=100)
    assert "".join(p.cluster.text for p in setting.placed if p.turned) == turned


def test_a_full_stop_hangs_at_the_top_right_of_its_cell() -> None:
    found = columns("가나.다")
    stop, above = found["."][0], found["나"][0]
    assert right_ink(stop, 100) > right_ink(above, 100)
    assert found["다"][0].y - above.y < 2 * (above.y - found["가"][0].y)


def test_a_vertical_form_of_the_font_stands_upright(tmp_path: Path) -> None:
    face = vertical_font(tmp_path)
    assert measures(face).vertical("「") == "\ufe41"
    setting = words("가「", [*FACES, face], font="Vertical", vertical=True, size_px=100)
    assert [(p.cluster.text, p.turned) for p in setting.placed] == [("가", False), ("\ufe41", False)]


def test_the_vert_feature_of_a_font_is_obeyed(tmp_path: Path) -> None:
    face = vertical_font(tmp_path, "feature vert { sub eul by corner.vert; } vert;")
    assert measures(face).vertical("을") == "\ufe41"
    assert measures(face).vertical("글") is None


def vertical_font(folder: Path, rules: str = "") -> fonts.FontFace:
    names = {"가": "ga", "한": "han", "글": "geul", "을": "eul", "「": "corner", "\ufe41": "corner.vert"}
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(char): name for char, name in names.items()})
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], box))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Vertical", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    if rules:
        addOpenTypeFeaturesFromString(builder.font, rules)
    path = folder / "Vertical.ttf"
    builder.save(path)
    return fonts.FontFace("Vertical", "Vertical", path, 0, "folder")


@pytest.mark.parametrize("text", ["가" * 10_000, "우리 동네 빵집에서 매일 " * 714, "9,900원, “봄” " * 1000])
def test_ten_thousand_characters_are_set_in_seconds(text: str) -> None:
    words("가", width_px=100)
    with at_most_cpu(4):
        setting = words(text, width_px=8000, height_px=8000)
    assert len(setting.placed) > 7000
    assert setting.width_px <= 8000 + 1e-6
