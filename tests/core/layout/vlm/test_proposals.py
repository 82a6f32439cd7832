"""Boxes in every unit and by every name."""

from __future__ import annotations

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.layout.vlm.proposals import PromptContext, parse_answer

SEEN = PromptContext(560, 700, 1080, 1350)
PIXELS = SEEN._replace(unit="pixels")
BOX = (0.1, 0.2, 0.6, 0.4)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ('{"box": [100, 200, 600, 400]}', "thousand"),
        ('{"box": [0.1, 0.2, 0.6, 0.4]}', "fraction"),
        ('{"box": [10, 20, 60, 40]}', "percent"),
        ('{"box": ["10%", "20%", "60%", "40%"]}', "percent"),
        ('{"box": "10%, 20%, 60%, 40%"}', "percent"),
        ('{"unit": "px", "x1": 56, "y1": 140, "x2": 336, "y2": 280}', "pixels"),
        ('{"box": ["108px", "270px", "648px", "540px"]}', "full"),
        ('{"x": 10, "y": 20, "width": 50, "height": 20}', "percent"),
        ('{"xywh": [100, 200, 500, 200]}', "thousand"),
        ('{"box": [[100, 200], [600, 400]]}', "thousand"),
        ('{"polygon": [[100, 200], [600, 200], [600, 400], [100, 400]]}', "thousand"),
        ('{"box_2d": [200, 100, 400, 600]}', "thousand"),
        ('{"cx": 35, "cy": 30, "w": 50, "h": 20}', "percent"),
        ('{"왼쪽": "10%", "위": "20%", "너비": "50%", "높이": "20%"}', "percent"),
        ('{"position": {"left": 100, "top": 200, "right": 600, "bottom": 400}}', "thousand"),
        ('[{"bbox_2d": [100, 200, 600, 400], "label": "text"}]', "thousand"),
        ("<|box_start|>(100,200),(600,400)<|box_end|>", "thousand"),
        ("The box: 100, 200, 600, 400 is free.", "thousand"),
        ("왼쪽은 10%, 위는 20%, 너비 50%, 높이 20%가 좋습니다.", "percent"),
    ],
)
def test_the_same_box_in_many_ways(text: str, unit: str) -> None:
    answer = parse_answer(text, SEEN)
    assert answer.unit == unit
    assert answer.proposals[0].edges == pytest.approx(BOX)


def test_swapped_corners_that_cannot_be_a_size_are_put_right() -> None:
    assert parse_answer('{"box": [900, 800, 200, 300]}', SEEN).proposals[0].edges == pytest.approx((0.2, 0.3, 0.9, 0.8))


@pytest.mark.parametrize(
    ("text", "unit", "edges"),
    [
        ('{"box": [56, 140, 336, 280]}', "pixels", BOX),
        ('{"box": [100, 200, 600, 400]}', "thousand", BOX),  # wider than what was seen
        ('{"box": [10, 20, 60, 40]}', "percent", BOX),
        ('{"box": [108, 270, 648, 1300]}', "full", (0.1, 0.2, 0.6, 1300 / 1350)),
    ],
)
def test_a_model_that_counts_pixels(text: str, unit: str, edges: tuple[float, ...]) -> None:
    answer = parse_answer(text, PIXELS)
    assert answer.unit == unit
    assert answer.proposals[0].edges == pytest.approx(edges)


def test_what_is_no_place_for_words_is_passed_over() -> None:
    text = (
        '{"subject": [300, 300, 700, 900], "피사체": {"box": [1, 2, 30, 40]}, "palette": [[1, 2, 3, 4]],'
        ' "image_size": [0, 0, 560, 700], "boxes": [[100, 200, 600, 400]]}'
    )
    assert [p.edges for p in parse_answer(text, SEEN).proposals] == [pytest.approx(BOX)]


def test_colours_stand_beside_their_boxes_or_for_all() -> None:
    text = '{"boxes": [{"box": [1, 2, 300, 400], "color": "white"}, [1, 500, 300, 900]], "글자색": "#000"}'
    answer = parse_answer(text, SEEN)
    assert [p.color for p in answer.proposals] == [(1, 1, 1), (0, 0, 0)]
    assert answer.color == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("상단 왼쪽에 두세요", "top-left"),
        ("Put it in the lower right corner, in white.", "bottom-right"),
        ('{"position": "center"}', "center"),
        ('{"위치": "하단 중앙"}', "bottom"),
        ("가운데", "center"),
        ("우측", "right"),
    ],
)
def test_a_place_by_its_name(text: str, named: str) -> None:
    assert [p.named for p in parse_answer(text, SEEN).proposals] == [named]


@pytest.mark.parametrize(
    ("mood", "read"),
    [
        ('"따뜻한, 포근한"', "따뜻한, 포근한"),
        ('["warm", "cosy"]', "warm, cosy"),
        ('"낱말, 낱말"', ""),
        ('"word, word"', ""),
        ("7", ""),
        ('"..."', ""),
        ('"' + "calm and quiet, " * 9 + '"', "calm and quiet, calm and quiet"),
    ],
)
def test_the_mood_is_a_short_line(mood: str, read: str) -> None:
    assert parse_answer(f'{{"mood": {mood}}}', SEEN).mood == read


def test_nothing_is_nothing() -> None:
    answer = parse_answer("I'm sorry, but no.", SEEN)
    assert (answer.proposals, answer.color, answer.mood) == ((), None, "")


def test_the_form_given_back_unfilled_is_nothing() -> None:
    echo = '{"boxes": [{"box": [x1, y1, x2, y2], "text_color": "#RRGGBB"}], "mood": "낱말, 낱말"}'
    assert parse_answer(echo, SEEN).proposals == ()


DRAFT, FINAL = '{"boxes": [{"box": [1, 1, 9, 9]}], "mood": "x"}', '{"boxes": [{"box": [100, 200, 600, 400]}]'


@pytest.mark.parametrize(
    "text",
    [
        f'Perhaps {DRAFT}? No: {FINAL}, "mood": "warm"}}',
        f"The form {DRAFT} gives {FINAL}",
        f'<think>{DRAFT}</think>{FINAL}, "mood": ""}}',
    ],
)
def test_of_drafts_and_answer_the_answer_counts(text: str) -> None:
    assert [p.edges for p in parse_answer(text, SEEN).proposals] == [pytest.approx(BOX)]


@pytest.mark.parametrize("unit", ["(1,1)(0,", "(1", "x 1 ", "box: 1 ", "colo.", "1 ", " ", "[1,2,", "color text\n"])
def test_a_long_answer_takes_no_time(unit: str) -> None:
    with at_most_cpu(1):
        parse_answer((unit * 64_000)[:64_000], SEEN)
