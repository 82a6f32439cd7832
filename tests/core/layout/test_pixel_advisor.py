"""The pixel advisor: places, colours, words."""

from __future__ import annotations

import json

import numpy as np
import pytest
from fit_ad.core.color.spaces import contrast, parse_hex
from fit_ad.core.layout.copyfit import LineBreak, line_breaks_of
from fit_ad.core.layout.formats import KeepOut
from fit_ad.core.layout.model import ANCHORS, Layout
from fit_ad.core.layout.pixel_advisor import advise
from fit_ad.core.layout.preview import preview
from fit_ad.core.layout.saliency import saliency_maps

CREAM, NAVY = (0.97, 0.93, 0.85), (0.08, 0.10, 0.18)
HEADLINE = "오늘, 커피 한 잔의 여유"


def plain(color: tuple[float, float, float], width: int = 432, height: int = 540) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (height, width, 3)).copy()


def with_subject(color: tuple[float, float, float] = CREAM) -> tuple[np.ndarray, np.ndarray]:
    """A 4:5 picture whose lower 60 % holds a red block across the middle."""
    picture, mask = plain(color), np.zeros((540, 432), np.float32)
    picture[216:540, 60:372] = (0.7, 0.2, 0.1)
    mask[216:540, 60:372] = 1
    return picture, mask


def overlap(box: object, mask: np.ndarray) -> float:
    rows, columns = box.to_px(mask.shape[1], mask.shape[0]).slices(*mask.shape)  # type: ignore[attr-defined]
    return float(mask[rows, columns].mean())


def test_a_headline_fills_the_room_above_the_subject() -> None:
    picture, mask = with_subject()
    best = advise(picture, mask, HEADLINE).layout.boxes[0]
    assert 84 <= best.width <= 88.1
    assert best.x == pytest.approx((100 - best.width) / 2, abs=0.05)
    assert best.y >= 4.7  # 6 % of the short side
    assert best.height >= 22
    assert best.y + best.height <= 40 - 2.5
    assert best.anchor == "top"


@pytest.mark.parametrize("color", [CREAM, NAVY, (0.5, 0.5, 0.5)])
def test_the_text_colour_reads_and_is_tinted(color: tuple[float, float, float]) -> None:
    picture, mask = with_subject(color)
    layout = advise(picture, mask, HEADLINE).layout
    assert float(contrast(parse_hex(layout.text_color), color)) >= 4.5
    if color != (0.5, 0.5, 0.5):
        assert layout.text_color not in ("#000000", "#FFFFFF")


def test_all_boxes_keep_off_the_subject_and_off_each_other() -> None:
    picture, mask = plain(CREAM), np.zeros((540, 432), np.float32)
    picture[190:350, 130:300] = 0.2
    mask[190:350, 130:300] = 1
    boxes = advise(picture, mask, HEADLINE).layout.boxes
    assert len(boxes) >= 3
    assert all(overlap(box, mask) <= 0.02 for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
            assert apart_x or a.y + a.height <= b.y or b.y + b.height <= a.y
    assert all(box.anchor in ANCHORS for box in boxes)


def test_lettering_that_is_there_is_kept_free() -> None:
    picture, mask = with_subject()
    rng = np.random.default_rng(1)
    letters = np.kron(rng.integers(0, 2, (16, 46)), np.ones((6, 6)))[..., None]  # 96 × 276 px of black and cream
    picture[30:126, 78:354] *= 1 - letters
    written = np.zeros_like(mask)
    written[30:126, 78:354] = 1
    advice = advise(picture, mask, "아메리카노 1+1")
    assert advice.analysis["lettering"] is True
    assert overlap(advice.layout.boxes[0], written) <= 0.02
    assert overlap(advice.layout.boxes[0], mask) <= 0.02


def test_a_large_headline_is_found_and_the_second_text_set_smaller() -> None:
    from fit_ad.core.placement.render import place

    picture, mask = plain(CREAM, 864, 1080), np.zeros((1080, 864), np.float32)
    picture[460:900, 160:700] = (0.7, 0.2, 0.1)
    mask[460:900, 160:700] = 1
    first = place(picture, None, text=HEADLINE, layout=advise(picture, mask, HEADLINE).layout)
    body = "아메리카노 1+1, 이번 주 금요일까지"
    advice = advise(first.image, mask, body)
    second = place(first.image, None, text=body, layout=advice.layout)
    assert advice.analysis["lettering"] is True
    assert (first.mask * second.mask).max() == 0
    assert second.report["box"][3] < first.report["box"][3] / 2


def test_a_rough_ground_is_no_lettering() -> None:
    picture, mask = with_subject()
    rough = np.clip(picture + np.random.default_rng(0).normal(0, 0.1, picture.shape), 0, 1).astype(np.float32)
    assert advise(rough, mask, HEADLINE).analysis["lettering"] is False


def test_half_dark_half_light_takes_one_half() -> None:
    picture = plain(CREAM)
    picture[:, 216:] = NAVY
    advice = advise(picture, None, HEADLINE)
    best = advice.layout.boxes[0]
    assert best.x >= 49 or best.x + best.width <= 51
    assert advice.analysis["boxes"][0]["contrast"] >= 4.5


@pytest.mark.parametrize(
    ("color", "tone", "ko", "en"),
    [
        (CREAM, "warm", "따뜻하고 화사한", "warm and bright"),
        (NAVY, "cool", "깊고 세련된", "deep and sleek"),
        ((0.5, 0.5, 0.5), "neutral", "차분하고 단정한", "calm and neat"),
    ],
)
def test_tone_and_mood_in_both_languages(color: tuple[float, float, float], tone: str, ko: str, en: str) -> None:
    korean, english = (advise(plain(color), None, "", language).layout for language in ("ko", "en"))
    assert korean.tone == tone
    assert korean.mood.startswith(ko)
    assert english.mood.startswith(en)


@pytest.mark.parametrize(
    ("rows", "columns", "position"),
    [
        (slice(216, 540), slice(0, 432), "top"),
        (slice(0, 330), slice(0, 432), "bottom"),
        (slice(0, 540), slice(170, 432), "top-left"),
    ],
)
def test_the_position_is_where_the_room_is(rows: slice, columns: slice, position: str) -> None:
    mask = np.zeros((540, 432), np.float32)
    mask[rows, columns] = 1
    assert advise(plain(CREAM), mask, HEADLINE).layout.position == position


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (3, 5), (258, 1029), (64, 8192)])
def test_any_size_gives_a_box_inside_the_picture(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random((*shape, 3), np.float32)
    advice = advise(picture, np.zeros((1, 1), np.float32), HEADLINE)
    for box in advice.layout.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= 100.01
        assert box.y + box.height <= 100.01
    assert preview(picture, advice).shape[2] == 3


def test_a_subject_everywhere_still_gives_an_answer() -> None:
    advice = advise(plain(CREAM), np.ones((540, 432), np.float32), HEADLINE)
    assert advice.analysis["boxes"][0]["subject_overlap"] == 1
    assert len(advice.layout.boxes) == 1


def test_the_analysis_is_json_and_the_layout_reads_back() -> None:
    picture, mask = with_subject()
    advice = advise(picture, mask, HEADLINE)
    assert Layout.from_dict(json.loads(json.dumps(advice.layout.as_dict()))) == advice.layout
    analysis = json.loads(json.dumps(advice.analysis))
    assert analysis["subject"] == {
        "share": pytest.approx(0.433, abs=0.01),
        "box": pytest.approx([13.9, 40, 72.2, 60], abs=0.5),
    }


def test_the_light_direction_is_clockwise_from_above() -> None:
    right = np.repeat(np.linspace(0.2, 0.9, 400, dtype=np.float32)[None, :, None], 300, axis=0).repeat(3, axis=2)
    assert advise(right, None, "").analysis["light"]["azimuth_deg"] == pytest.approx(90, abs=1)
    above = np.ascontiguousarray(right.transpose(1, 0, 2)[::-1])
    assert advise(above, None, "").analysis["light"]["azimuth_deg"] % 360 == pytest.approx(0, abs=1)


def test_the_preview_draws_on_a_copy() -> None:
    picture, mask = with_subject()
    before = picture.copy()
    drawn = preview(picture, advise(picture, mask, HEADLINE))
    assert drawn.shape == picture.shape
    assert np.array_equal(picture, before)
    assert np.abs(drawn - picture).max() > 0.3


def test_settings_keep_typed_lines_and_words_whole() -> None:
    assert line_breaks_of("커피\n한 잔")[0].lines == 2
    assert line_breaks_of("신메뉴") == [LineBreak(1, pytest.approx(2.76, abs=0.01))]
    assert [s.lines for s in line_breaks_of("가 나 다")] == [1, 2, 3]


def test_the_tip_of_a_subject_does_not_touch_the_type() -> None:
    picture, mask = plain(CREAM), np.zeros((540, 432), np.float32)
    mask[170:540, 208:224] = 1  # a bottle's neck
    mask[240:540, 150:280] = 1
    picture[mask > 0] = (0.1, 0.3, 0.2)
    best = advise(picture, mask, HEADLINE).layout.boxes[0]
    assert best.width > 80
    assert best.y + best.height <= 100 * 170 / 540 - 1


def test_without_a_mask_a_face_is_kept_free(astronaut: np.ndarray) -> None:
    advice = advise(astronaut, None, "우주로 떠나는 여름방학 캠프")
    face = np.zeros(astronaut.shape[:2], np.float32)
    face[69:170, 185:286] = 1  # in the sample's pixels
    assert all(overlap(box, face) == 0 for box in advice.layout.boxes)


def test_a_face_beside_the_masked_subject_is_kept_free_too(astronaut: np.ndarray) -> None:
    helmet = np.zeros(astronaut.shape[:2], np.float32)
    helmet[330:470, 400:500] = 1
    guarded = saliency_maps(astronaut, helmet).guarded
    rows, columns = (round(v * guarded.shape[0] / astronaut.shape[0]) for v in (110, 224))
    assert guarded[rows, columns] >= 1
    assert guarded[round(guarded.shape[0] * 0.2), 5] == 0


def test_what_is_like_the_border_is_ground_and_what_is_not_is_the_subject() -> None:
    picture = plain(CREAM)
    picture[270:] = NAVY  # a table and a wall: the border shows both
    picture[150:420, 130:300] = (0.75, 0.2, 0.15)
    thing = np.zeros((540, 432), np.float32)
    thing[150:420, 130:300] = 1
    for box in advise(picture, None, HEADLINE).layout.boxes[:2]:
        assert overlap(box, thing) <= 0.05


def test_a_second_choice_holds_the_words_at_a_third_of_the_size_at_least() -> None:
    picture, mask = plain(CREAM, 1029, 258), np.zeros((258, 1029), np.float32)
    picture[30:230, 760:960] = (0.8, 0.25, 0.2)
    mask[30:230, 760:960] = 1
    boxes = advise(picture, mask, "봄맞이 전 메뉴 20% 할인").layout.boxes
    assert boxes[0].height > 60
    assert all(box.height > 12 for box in boxes)  # no strip above the subject


def test_boxes_stay_out_of_the_frame() -> None:
    frame = KeepOut(top=14, right=6, bottom=35, left=6)
    layout = advise(np.full((960, 540, 3), 0.5, np.float32), None, "오늘의 커피", keep_out=frame).layout
    assert layout.boxes
    for box in layout.boxes:
        assert box.x >= 6
        assert box.y >= 14
        assert box.x + box.width <= 94.01
        assert box.y + box.height <= 65.01
