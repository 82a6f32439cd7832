"""Columns: what stands upright, what lies on its side, what shares a cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from built_fonts import builder, saved
from fit_ad.core.text import fonts
from fit_ad.core.text.lines import PositionedGlyph, TextBlock
from fit_ad.core.text.shaping import Span, shape
from text_in_lines import set_lines

FACES = fonts.bundled()
MAIN = fonts.find("Pretendard ExtraBold", FACES)


def set_in(text: str, face: fonts.FontFace = MAIN, faces: object = FACES, **options: object) -> TextBlock:
    span = Span(text, face, 100, **options)  # type: ignore[arg-type]
    found = set_lines(shape([span], faces, vertical=True))  # type: ignore[arg-type]
    assert found is not None
    return found


def glyphs(text: str, found: TextBlock) -> dict[str, PositionedGlyph]:
    return {text[glyph.start]: glyph for glyph in found.glyphs}


def test_columns_run_from_right_to_left() -> None:
    found = set_in("첫째\n둘째")
    first, second = found.lines
    assert second.baseline == pytest.approx(-120)
    assert first.ink.left > second.ink.right
    assert first.ink.height > first.ink.width
    assert second.left == pytest.approx(0)


def test_syllables_stand_in_equal_cells_on_one_axis() -> None:
    found = glyphs("가힣을", set_in("가힣을"))
    steps = [found["힣"].pen[1] - found["가"].pen[1], found["을"].pen[1] - found["힣"].pen[1]]
    assert steps[0] == pytest.approx(steps[1])
    assert {round(glyph.pen[0], 6) for glyph in found.values()} == {round(found["가"].pen[0], 6)}
    wider = glyphs("가힣을", set_in("가힣을", tracking_em=0.2))
    assert wider["을"].pen[1] - wider["힣"].pen[1] == pytest.approx(steps[0] + 20)


def test_two_figures_stand_side_by_side_in_one_cell() -> None:
    found = glyphs("오전10시", set_in("오전10시"))
    one, zero = found["1"], found["0"]
    assert one.pen[1] == pytest.approx(zero.pen[1])
    assert one.pen[0] < zero.pen[0]
    assert not one.turned
    assert found["전"].pen[1] < one.pen[1] < found["시"].pen[1]
    assert (one.ink.left + zero.ink.right) / 2 == pytest.approx(0)


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
def test_what_lies_on_its_side(text: str, turned: str) -> None:
    assert "".join(text[glyph.start] for glyph in set_in(text).glyphs if glyph.turned) == turned


def test_turned_letters_read_downwards_on_the_axis() -> None:
    found = set_in("SALE")
    tops = [glyph.ink.top for glyph in found.glyphs]
    assert tops == sorted(tops)
    assert all(glyph.matrix.yx == pytest.approx(100) for glyph in found.glyphs)
    upright = set_lines(shape([Span("SALE", MAIN, 100)], FACES))
    assert upright is not None
    assert (found.ink.height, found.ink.width) == pytest.approx((upright.ink.width, upright.ink.height))


def test_a_full_stop_hangs_at_the_top_right_of_its_cell() -> None:
    found = glyphs("가나.다", set_in("가나.다"))
    assert found["."].ink.right > found["나"].ink.right
    assert found["다"].pen[1] - found["나"].pen[1] < 2 * (found["나"].pen[1] - found["가"].pen[1])


def font(folder: Path, rules: str = "", more: tuple[str, ...] = ()) -> fonts.FontFace:
    shapes = dict.fromkeys("가한글을「\ufe41", (100, 0, 500, 800))
    return saved(builder(shapes, more), folder, rules, "Vertical.ttf")


def test_a_vertical_form_of_the_font_stands_upright(tmp_path: Path) -> None:
    face = font(tmp_path)
    bracket = set_in("가「", face, [face]).glyphs[1]
    assert bracket.id == bracket.font.glyph_id("\ufe41")
    assert not bracket.turned


def test_a_vertical_form_without_a_code_point_is_used(tmp_path: Path) -> None:
    face = font(tmp_path, "feature vert { sub uni300C by corner; } vert;", ("corner",))
    bracket = set_in("가「", face, [face]).glyphs[1]
    assert bracket.ink.width == pytest.approx(80)
    assert not bracket.turned


def test_spans_of_several_sizes_share_the_axis() -> None:
    found = set_lines(shape([Span("가", MAIN, 100), Span("나", MAIN, 50)], FACES, vertical=True))
    assert found is not None
    large, small = found.glyphs
    assert (large.ink.left + large.ink.right) / 2 == pytest.approx((small.ink.left + small.ink.right) / 2, abs=3)
    assert small.ink.top > large.ink.bottom
