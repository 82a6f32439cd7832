"""Lettering: exact letters and colours, boxes, fits, no fringes, clear errors."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fit_ad.core.color import spaces
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import STYLES, Lettering, LetteringStyle, measure, render
from fit_ad.core.text import fonts

FACES = fonts.bundled()
SLOGAN = "가을 신메뉴 라떼 9,900원 지금 50% 할인!"


def draw(text: str, **look: Any) -> Lettering:
    return render(text, LetteringStyle(**look), FACES)


def ink(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.max(axis=1) > 0.1), np.flatnonzero(mask.max(axis=0) > 0.1)
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


@pytest.mark.parametrize("style", STYLES)
def test_arrays_have_the_shapes_and_types_promised(style: str) -> None:
    made = draw(SLOGAN, style=style, width_px=300, height_px=200, shadow=0.5, outline_px=2)
    assert made.rgba.shape == (200, 300, 4)
    assert made.mask.shape == made.depth.shape == (200, 300)
    for array in (made.rgba, made.mask, made.depth):
        assert array.dtype == np.float32
        assert 0 <= array.min() <= array.max() <= 1


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.id)
def test_every_bundled_font_sets_the_slogan_within_its_box(face: fonts.FontFace) -> None:
    made = draw(SLOGAN, font=face.id, width_px=400, height_px=240)
    left, top, right, bottom = ink(made.mask)
    assert right - left > 340 or bottom - top > 204
    assert made.mask[[0, -1]].max() < 1 or (top >= 0 and bottom <= 240)


def test_the_picture_is_tight_without_a_box() -> None:
    made = draw("안녕", size_px=100)
    left, top, right, bottom = ink(made.mask)
    assert (left, top) == pytest.approx((0, 0), abs=1)
    assert (bottom, right) == pytest.approx(made.mask.shape, abs=1)
    assert made.font_px == 100


@pytest.mark.parametrize(
    "look", [{}, {"width_px": 500}, {"height_px": 90}, {"vertical": True}, {"shadow": 1.0}, {"outline_px": 8.0}]
)
def test_measuring_agrees_with_rendering(look: dict[str, Any]) -> None:
    made = draw(SLOGAN, **look)
    width, height = measure(SLOGAN, LetteringStyle(**look), FACES)
    slack = 1 + 0.03 * made.font_px * (look.get("shadow", 0) > 0)
    assert abs(width - made.rgba.shape[1]) <= slack
    assert abs(height - made.rgba.shape[0]) <= slack


def test_the_fit_is_the_largest_of_all_breaks_or_nearly_so_with_more_even_lines() -> None:
    box = {"width_px": 420, "height_px": 260}
    fitted = draw("아침 커피 한잔 2,500원", **box)
    every_break = [
        "아침\n커피\n한잔\n2,500원",
        "아침 커피\n한잔\n2,500원",
        "아침 커피\n한잔 2,500원",
        "아침 커피 한잔\n2,500원",
    ]
    rivals = [draw(text, **box).font_px for text in every_break]
    assert fitted.font_px >= 0.96 * max(rivals)
    assert len(fitted.lines) == 2


def test_a_wanted_size_is_kept_where_it_fits_and_lowered_where_not() -> None:
    assert draw("안녕", size_px=40, width_px=400, height_px=200).font_px == 40
    lowered = draw("안녕하세요", size_px=300, width_px=200, height_px=100)
    assert lowered.font_px < 60
    assert lowered.rgba.shape[:2] == (100, 200)


def test_lines_as_typed_are_kept_unless_that_makes_them_much_smaller() -> None:
    assert len(draw("천천히 내린 한 잔\n오늘의 여유", width_px=620, height_px=300).lines) == 2


@pytest.mark.parametrize(("align", "place"), [("left", 0), ("center", 0.5), ("right", 1)])
def test_words_stand_where_align_says(align: str, place: float) -> None:
    made = draw("안녕", size_px=60, width_px=400, height_px=160, align=align)
    left, top, right, bottom = ink(made.mask)
    assert left == pytest.approx((400 - (right - left)) * place, abs=1.5)
    assert top == pytest.approx((160 - (bottom - top)) / 2, abs=1.5)


def test_justified_lines_reach_both_edges() -> None:
    made = draw("우리 동네 빵집에서 매일 아침 굽는 빵", size_px=50, width_px=420, height_px=300, align="justify")
    assert len(made.lines) >= 2
    for line in made.lines[:-1]:
        assert (line.x, line.right) == (pytest.approx(0, abs=1), pytest.approx(420, abs=1))


def test_line_and_letter_spacing_are_in_ems() -> None:
    lines = draw("하나\n둘이", size_px=100, line_spacing=1.5).lines
    close = draw("하나\n둘이", size_px=100, line_spacing=1.0).lines
    assert (lines[1].y - lines[0].y) - (close[1].y - close[0].y) == pytest.approx(50)
    wide, plain = (draw("가나다라", size_px=100, letter_spacing_em=em).lines[0].width for em in (0.2, 0.0))
    assert wide - plain == pytest.approx(3 * 20)


def test_vertical_columns_run_from_right_to_left() -> None:
    made = draw("첫째\n둘째", vertical=True, size_px=60)
    first, second = made.lines
    assert first.x > second.right
    assert first.height > first.width


def test_latin_lies_on_its_side_in_vertical_setting() -> None:
    upright, turned = draw("CAFE", size_px=100).mask, draw("CAFE", size_px=100, vertical=True).mask
    back = np.rot90(turned)
    assert np.abs(np.subtract(upright.shape, back.shape)).max() <= 1
    rows, columns = np.minimum(upright.shape, back.shape)
    assert np.mean(np.abs(upright[:rows, :columns] - back[:rows, :columns])) < 0.05


@pytest.mark.parametrize("style", ["emboss", "carved", "floating"])
@pytest.mark.parametrize("hexa", ["#E8B04A", "#FFFFFF", "#1A1A1A", "#B3261E"])
@pytest.mark.parametrize("font", ["Black Han Sans", "Nanum Pen"])
def test_relief_keeps_the_colour_of_the_face(style: str, hexa: str, font: str) -> None:
    made = draw("갓 구운 소금빵", font=font, style=style, color=hexa, width_px=700, relief=1.0)
    face = made.rgba[..., :3][made.mask > 0.99]
    near = spaces.oklab(np.median(face, axis=0)) - spaces.oklab(spaces.parse_hex(hexa))
    assert np.linalg.norm(near) < 0.012


@pytest.mark.parametrize("style", ["emboss", "carved"])
def test_relief_keeps_the_shape_of_the_letters(style: str) -> None:
    flat, made = (draw(SLOGAN, style=kind, width_px=500, height_px=300) for kind in ("flat", style))
    a, b = flat.rgba[..., 3] > 0.5, made.rgba[..., 3] > 0.5
    assert np.logical_and(a, b).sum() / np.logical_or(a, b).sum() >= 0.99


@pytest.mark.parametrize("light", [315, 135])
def test_raised_letters_are_bright_towards_the_light(light: int) -> None:
    made = draw("ㅁ", style="emboss", color="#808080", size_px=200, light_deg=light)
    luma = np.where(made.mask > 0.9, made.rgba[..., 0], np.nan)
    half = luma.shape[0] // 2
    rim = 8
    top, bottom = np.nanmean(luma[:rim]), np.nanmean(luma[2 * half - rim :])
    assert (top > bottom) == (light == 315)


def test_depth_is_a_height_map() -> None:
    raised, cut = (draw("가", style=style, size_px=200).depth for style in ("emboss", "carved"))
    mask = draw("가", style="emboss", size_px=200).mask
    assert raised[mask < 0.01].max() == 0
    assert raised[mask > 0.99].max() == 1
    assert len(np.unique(raised)) > 50
    assert cut[mask < 0.01].min() == 1
    assert cut[mask > 0.99].min() < 0.4


@pytest.mark.parametrize("ground", [0.0, 1.0])
def test_no_fringe_on_black_or_white(ground: float) -> None:
    made = draw("한글", color="#C83C28", width_px=300)
    alpha = made.rgba[..., 3:]
    shown = made.rgba[..., :3] * alpha + ground * (1 - alpha)
    wanted = np.array(spaces.parse_hex("#C83C28")) * alpha + ground * (1 - alpha)
    assert np.abs(shown - wanted).max() < 1e-6
    assert np.abs(made.rgba[..., :3] - spaces.parse_hex("#C83C28")).max() < 1e-6


def test_the_outline_is_as_wide_as_asked_and_outside_the_letters() -> None:
    plain = draw("ㅡ", size_px=200, color="#FFFFFF")
    made = draw("ㅡ", size_px=200, color="#FFFFFF", outline_px=6, outline_color="#0000FF")
    for axis in (0, 1):
        reach = made.rgba[..., 3].sum(axis=axis).max() - plain.rgba[..., 3].sum(axis=axis).max()
        assert reach == pytest.approx(12, abs=0.5)
    assert made.mask.sum() == pytest.approx(plain.mask.sum(), rel=0.01)
    ring = (made.rgba[..., 3] > 0.99) & (made.mask < 0.01)
    assert np.allclose(made.rgba[..., :3][ring], (0, 0, 1), atol=1e-3)


@pytest.mark.parametrize(
    "look", [{"shadow": 1.0}, {"style": "floating", "relief": 1.0}, {"outline_px": 9.0, "shadow": 0.6}]
)
def test_effects_end_softly_inside_the_box(look: dict[str, Any]) -> None:
    alpha = draw("여름 특가", width_px=500, height_px=200, **look).rgba[..., 3]
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert border.max() < 0.03 or look.get("outline_px")


def test_dry_ink_takes_some_ink_and_leaves_every_stroke_most_of_it() -> None:
    plain = draw("손칼국수", font="Nanum Brush", width_px=500).mask
    dry = draw("손칼국수", font="Nanum Brush", width_px=500, brush=1.0, seed=3).mask
    assert 0.5 < dry.sum() / plain.sum() < 0.9
    assert (dry <= plain + 1e-6).all()


@pytest.mark.parametrize(
    "look", [{"brush": 0.8, "seed": 7}, {"style": "emboss"}, {"style": "floating", "shadow": 0.5, "outline_px": 3}]
)
def test_the_same_inputs_give_the_same_bytes(look: dict[str, Any]) -> None:
    digests = {hashlib.sha256(draw(SLOGAN, width_px=300, **look).rgba.tobytes()).hexdigest() for _ in range(2)}
    assert len(digests) == 1


def test_another_seed_gives_another_texture() -> None:
    a, b = (draw("붓", brush=0.7, seed=seed, width_px=200).rgba for seed in (1, 2))
    assert not np.array_equal(a, b)


def test_all_uncovered_characters_are_named_at_once() -> None:
    with pytest.raises(FitAdError, match=r"𒀀 \(U\+12000\), 𒀁 \(U\+12001\): no installed font has them"):
        draw("안녕 𒀀𒀁𒀀")


@pytest.mark.parametrize("text", ["안녕\u200d", "안녕\ufe0f", "\x00안\x07녕", "\u202e안녕", "\ufeff안녕"])
def test_characters_that_draw_nothing_change_nothing(text: str) -> None:
    assert np.array_equal(draw(text, size_px=50).rgba, draw("안녕", size_px=50).rgba)


def test_decomposed_hangul_is_composed() -> None:
    assert np.array_equal(draw("각", size_px=50).rgba, draw("각", size_px=50).rgba)


@pytest.mark.parametrize(("look", "shape"), [({}, (1, 1, 4)), ({"width_px": 30, "height_px": 20}, (20, 30, 4))])
@pytest.mark.parametrize("text", ["", " \n\u3000"])
def test_no_words_give_a_clear_picture(text: str, look: dict[str, Any], shape: tuple[int, ...]) -> None:
    made = draw(text, **look)
    assert made.rgba.shape == shape
    assert made.rgba.max() == 0


def test_half_a_character_is_named() -> None:
    with pytest.raises(FitAdError, match=r"Character 3 of the text is half a character \(U\+D83D\)"):
        draw("안녕\ud83d")


def test_too_many_words_for_the_box_are_refused() -> None:
    with pytest.raises(FitAdError, match="3,000 characters do not fit a box of 200 × 100 px"):
        draw("가" * 3000, width_px=200, height_px=100)
    with pytest.raises(FitAdError, match="Set width and height"):
        draw("가" * 3000)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("style", "neon", "style is 'neon'. Choose one of flat"),
        ("align", "middle", "align is 'middle'"),
        ("color", "red", "color is 'red'"),
        ("shadow", 2.0, "shadow is 2. Choose a value from 0 to 1"),
        ("width_px", 9000, "width is 9000"),
    ],
)
def test_wrong_values_are_named(field: str, value: object, message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        dataclasses.replace(LetteringStyle(), **{field: value})


def test_a_broken_font_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Torn.ttf"
    path.write_bytes((fonts.BUNDLED_FOLDER / "nanum-pen" / "NanumPen.ttf").read_bytes()[:20000])
    torn = fonts.FontFace("Torn", "Torn", path, 0, "folder")
    with pytest.raises(FitAdError, match=r"Torn\.ttf"):
        render("안녕", LetteringStyle(font="Torn"), [*FACES, torn])
