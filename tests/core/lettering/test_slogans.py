"""A hundred slogans of cafés, salons, gyms and shops, broken as a designer would break them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.lettering import LetteringStyle
from fit_ad.core.lettering.typesetting import TypesetText, typeset
from fit_ad.core.text import fonts, line_breaks

FACES = fonts.bundled()
GOLDENS = json.loads((Path(__file__).parents[2] / "goldens" / "slogans.json").read_text(encoding="utf-8"))
# what reads as one: prices, percentages, hours, dates, ranges, telephone numbers, sums, sizes
FIGURES = re.compile(
    r"₩ ?[\d,]+|[\d,]+원|\d+% (?:할인|OFF)|(?:오전|오후|저녁|새벽) \d+시|\d+월 \d+일|\d+:\d\d ~ \d+:\d\d|"
    r"0\d+-\d+-\d+|\d{4}-\d{4}|\d\+\d|\d+월 \d+일 ~ \d+월 \d+일|\d+(?:kg|g|cc|kcal)|1\+\+|\d+:\d\d AM|\$[\d.]+"
)


def set_in(text: str, box: tuple[int, int], **look: Any) -> TypesetText:
    style = LetteringStyle(width_px=box[0], height_px=box[1], **look)
    return typeset(text, fonts.find(style.font, FACES), style, FACES, lambda _: (0.0, 0.0))


def lines_of(text: str, words: TypesetText) -> list[str]:
    return [text[line.start : line.stop] for line in words.text_lines]


def test_there_are_a_hundred_different_ones() -> None:
    assert len({golden["text"] for golden in GOLDENS}) == 100


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden["text"])
def test_lines(golden: dict[str, Any]) -> None:
    text, setting = golden["text"], set_in(golden["text"], golden["box"])
    lines = lines_of(text, setting)
    assert lines == golden["lines"]
    assert setting.width_px <= golden["box"][0] + 1e-6
    assert setting.height_px <= golden["box"][1] + 1e-6
    assert " ".join(lines) == text  # no word is broken, and none is lost
    assert all(any(figure in line for line in lines) for figure in FIGURES.findall(text))
    assert not any(line[0] in line_breaks.CLOSING or line[-1] in line_breaks.OPENING for line in lines)
    widths = [line.width for line in setting.lines]
    assert len(widths) == 1 or (sum(c.isalnum() for c in lines[-1]) > 1 and widths[-1] >= 0.33 * max(widths))


@pytest.mark.parametrize("golden", GOLDENS[::7], ids=lambda golden: golden["text"])
@pytest.mark.parametrize("font", ["Nanum Myeongjo ExtraBold", "Nanum Pen", "Black Han Sans"])
def test_other_fonts_keep_the_rules(golden: dict[str, Any], font: str) -> None:
    text = golden["text"]
    setting = set_in(text, golden["box"], font=font, align="left")
    lines = lines_of(text, setting)
    assert " ".join(lines) == text
    assert all(any(figure in line for line in lines) for figure in FIGURES.findall(text))
    assert setting.width_px <= golden["box"][0] + 1e-6
    assert setting.height_px <= golden["box"][1] + 1e-6


@pytest.mark.parametrize("golden", GOLDENS[::9], ids=lambda golden: golden["text"])
def test_no_other_breaks_give_much_larger_type(golden: dict[str, Any]) -> None:
    text, chosen = golden["text"], set_in(golden["text"], golden["box"])
    words = text.split(" ")
    for first, second in pairwise(range(1, len(words))):
        rival = "\n".join(" ".join(part) for part in (words[:first], words[first:second], words[second:]))
        assert set_in(rival, golden["box"]).font_px <= 1.3 * chosen.font_px
