"""Words set into their box: marks that hang stay inside, long texts take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from fit_ad.core.lettering import LetteringStyle
from fit_ad.core.lettering.typesetting import TypesetText, typeset
from fit_ad.core.text import fonts, line_breaks

FACES = fonts.bundled()


def words(text: str, **look: Any) -> TypesetText:
    style = LetteringStyle(**look)
    return typeset(text, fonts.find(style.font, FACES), style, FACES, lambda _: (0.0, 0.0))


@pytest.mark.parametrize("align", ["left", "center", "right", "justify"])
def test_hanging_marks_stay_in_the_box(align: str) -> None:
    free = words("“오늘도,\n수고했어요.”\n(당신을 위한)\n『디저트』", width_px=400, height_px=400, align=align)
    assert free.width_px <= 400 + 1e-6
    fixed = words("“가나다라마”\n가나다라마바", size_px=60, width_px=345, align=align)
    assert fixed.font_px == 60  # the marks hang less, rather than making the type smaller
    assert fixed.width_px <= 345 + 1e-6


def test_the_ink_begins_at_the_corner() -> None:
    set_words = words("“가나”\n다라마", size_px=80, align="center")
    assert (set_words.block.ink.left, set_words.block.ink.top) == pytest.approx((0, 0))
    assert set_words.width_px == pytest.approx(max(line.right for line in set_words.lines))
    assert set_words.height_px == pytest.approx(set_words.lines[-1].bottom)
    half = set_words.scaled(0.5)
    assert (half.font_px, half.width_px) == pytest.approx((40, set_words.width_px / 2))


def test_the_box_is_filled_by_columns_too() -> None:
    columns = words("봄날의 커피 한 잔", vertical=True, width_px=300, height_px=400)
    assert columns.width_px <= 300 + 1e-6
    assert columns.height_px <= 400 + 1e-6
    assert columns.width_px > 200 or columns.height_px > 300
    assert len(columns.lines) >= 2


@pytest.mark.parametrize("text", ["가" * 3000, "우리 동네 빵집에서 매일 " * 214, "9,900원, “봄” " * 300])
def test_a_long_text_is_gone_over_a_bounded_number_of_times(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[int] = []
    greedy = line_breaks.greedy

    def counted(rights: Sequence[float], lefts: Sequence[float], limit: float) -> list[int] | None:
        filled.append(len(rights))
        return greedy(rights, lefts, limit)

    monkeypatch.setattr(line_breaks, "greedy", counted)
    set_words = words(text, width_px=4000, height_px=4000)
    assert len(filled) < 100
    assert max(filled) <= len(text)
    assert len(set_words.glyphs) > 2000
    assert set_words.width_px <= 4000 + 1e-6
