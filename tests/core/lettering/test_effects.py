"""Effects: their values checked, their geometry exact, nothing of them cut off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from fit_ad.core.color import spaces
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import Effects, Lettering, LetteringStyle, measure, render
from fit_ad.core.lettering.effects.warp import WarpParams
from fit_ad.core.text import fonts

FACES = fonts.bundled()

EVERY: dict[str, dict[str, Any]] = {
    "glow": {"effects": Effects(glow=1.0, glow_px=30)},
    "box": {"effects": Effects(ground="box")},
    "pill": {"effects": Effects(ground="pill")},
    "ribbon": {"effects": Effects(ground="ribbon")},
    "arch": {"effects": Effects(arc_deg=100)},
    "hanging": {"effects": Effects(arc_deg=-160)},
    "slant": {"effects": Effects(slant_deg=20)},
    "leaning ribbon on an arch": {"outline_px": 4.0, "effects": Effects(arc_deg=70, slant_deg=-12, ground="ribbon")},
    "far shadow": {"shadow": 1.0, "effects": Effects(shadow_distance_em=0.3, shadow_deg=20, shadow_blur_em=0.1)},
    "floating": {"style": "floating", "relief": 1.0, "effects": Effects(arc_deg=40)},
    "corners": {"style": "emboss", "effects": Effects(occlusion=1.0)},
}


def draw(text: str, **look: Any) -> Lettering:
    return render(text, LetteringStyle(**look), FACES)


def border(alpha: np.ndarray) -> float:
    return float(max(alpha[[0, -1]].max(), alpha[:, [0, -1]].max()))


def inked(picture: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(picture.max(axis=1) > 0.5), np.flatnonzero(picture.max(axis=0) > 0.5)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ground", "cloud", "ground is 'cloud'. Choose one of none, box"),
        ("outline_position", None, "outline_position is None. Choose one of outside"),
        ("glow", 1.5, "glow is 1.5. Choose a value from 0 to 1"),
        ("arc_deg", float("nan"), "arc_deg is nan"),
        ("slant_deg", "10", "slant_deg is '10'"),
        ("specular", True, "specular is True"),
        ("glow_color", "pink", "glow_color is 'pink', which is not a colour"),
    ],
)
def test_wrong_values_are_named(field: str, value: object, message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        Effects(**{field: value})


def test_a_dict_from_elsewhere_is_checked() -> None:
    assert Effects.from_dict({"glow": 0.5}) == Effects(glow=0.5)
    with pytest.raises(FitAdError, match="effects has halo, which Fit-AD does not know"):
        Effects.from_dict({"halo": 1})
    with pytest.raises(FitAdError, match="effects is 3"):
        Effects.from_dict(3)


def test_columns_cannot_be_bent() -> None:
    with pytest.raises(FitAdError, match="arc bends lines, not columns"):
        LetteringStyle(vertical=True, effects=Effects(arc_deg=10))


@pytest.mark.parametrize("look", EVERY.values(), ids=EVERY)
def test_nothing_is_cut_off_in_a_box(look: dict[str, Any]) -> None:
    assert border(draw("여름 특가 Sale", width_px=420, height_px=260, **look).rgba[..., 3]) < 0.01


@pytest.mark.parametrize("look", EVERY.values(), ids=EVERY)
def test_a_tight_picture_holds_the_whole_effect(look: dict[str, Any]) -> None:
    tight = draw("여름 특가", size_px=60, **look).rgba[..., 3]
    roomy = draw("여름 특가", size_px=60, width_px=700, height_px=500, **look).rgba[..., 3]
    assert tight.sum() == pytest.approx(roomy.sum(), rel=2e-3)


@pytest.mark.parametrize("look", EVERY.values(), ids=EVERY)
def test_measuring_counts_the_effects(look: dict[str, Any]) -> None:
    made = draw("여름 특가", size_px=60, **look)
    width, height = measure("여름 특가", LetteringStyle(size_px=60, **look), FACES)
    warp = look["effects"].of(WarpParams)
    turned = warp.arc_deg or warp.slant_deg  # these are measured by the corners of the letters
    slack = 0.36 if turned else 0.16
    assert (width, height) == pytest.approx(made.mask.shape[::-1], abs=slack * 60)


def test_the_fill_runs_from_one_colour_to_the_other() -> None:
    look = {"color": "#FF0000", "size_px": 200}
    down = draw("■", effects=Effects(gradient=1, gradient_color="#0000FF"), **look)
    ink = down.rgba[..., :3][down.mask > 0.99].reshape(-1, 3)
    rows = np.nonzero(down.mask > 0.99)[0]
    assert ink[rows == rows.min()].mean(axis=0) == pytest.approx([1, 0, 0], abs=0.02)
    assert ink[rows == rows.max()].mean(axis=0) == pytest.approx([0, 0, 1], abs=0.05)
    half = draw("■", effects=Effects(gradient=0.5, gradient_color="#0000FF", gradient_deg=0), **look)
    middle = spaces.from_oklab((spaces.oklab((1.0, 0.0, 0.0)) + spaces.oklab((0.0, 0.0, 1.0))) / 2)
    assert half.rgba[rows.min(), half.mask.shape[1] // 2, :3] == pytest.approx(middle, abs=0.02)


@pytest.mark.parametrize(("position", "grows", "left"), [("outside", 12, 0), ("center", 6, 6), ("inside", 0, 12)])
def test_the_outline_lies_where_it_should(position: str, grows: float, left: float) -> None:
    look = {"size_px": 200, "color": "#FFFFFF"}
    plain = draw("■", **look)
    effects = Effects(outline_position=position)
    made = draw("■", outline_px=6, outline_color="#0000FF", effects=effects, **look)
    side = plain.mask[plain.mask.shape[0] // 2].sum()
    row = made.rgba[made.rgba.shape[0] // 2]
    assert row[:, 3].sum() - side == pytest.approx(grows, abs=0.3)
    assert side - (row[:, 0] * row[:, 3]).sum() == pytest.approx(left, abs=0.3)
    assert made.mask.sum() == pytest.approx(plain.mask.sum(), rel=0.01)


@pytest.mark.parametrize(("deg", "step"), [(90, (20, 0)), (180, (0, 20)), (315, (-14.1, -14.1)), (-1, (14.1, 14.1))])
def test_the_shadow_falls_as_far_and_where_it_should(deg: float, step: tuple[float, float]) -> None:
    effects = Effects(shadow_distance_em=0.2, shadow_deg=deg, shadow_blur_em=0, shadow_color="#00FF00")
    look = {"size_px": 100, "color": "#FF0000", "width_px": 300, "height_px": 300}
    made = draw("■", shadow=1.0, effects=effects, **look)
    face, fallen = inked(made.mask), inked(made.rgba[..., 1] * made.rgba[..., 3])
    assert fallen[2 if step[0] > 0 else 0] - face[2 if step[0] > 0 else 0] == pytest.approx(step[0], abs=1)
    assert fallen[3 if step[1] > 0 else 1] - face[3 if step[1] > 0 else 1] == pytest.approx(step[1], abs=1)


def test_the_inner_shadow_stays_inside_on_the_side_of_the_light() -> None:
    made = draw("■", size_px=100, color="#808080", effects=Effects(inner_shadow=1.0))
    assert np.array_equal(made.rgba[..., 3], draw("■", size_px=100).rgba[..., 3])
    left, top, right, bottom = inked(made.mask)
    grey = made.rgba[..., 0]
    assert grey[top + 1, left + 1 : right - 1].mean() < 0.3
    assert grey[bottom - 2, left + 9 : right - 1].mean() > 0.45


def test_the_glow_fades_within_its_reach() -> None:
    made = draw("■", size_px=100, effects=Effects(glow=1.0, glow_px=30, glow_color="#FF00FF"))
    left, top, right, _ = inked(made.mask)
    row = made.rgba[(top + made.rgba.shape[0]) // 2]
    outward = row[right:, 3]
    assert np.all(np.diff(outward) <= 1e-6)
    assert outward[2] > 0.6
    assert len(outward) == pytest.approx(29, abs=2)
    assert row[right + 5, :3] == pytest.approx([1, 0, 1])
    assert left == pytest.approx(len(outward), abs=2)


@pytest.mark.parametrize("ground", ["box", "rounded", "pill"])
def test_the_ground_keeps_its_padding_and_opacity(ground: str) -> None:
    effects = Effects(ground=ground, ground_padding_em=0.5, ground_color="#0000FF", ground_opacity=0.5)
    made = draw("■", size_px=100, color="#FFFFFF", effects=effects)
    left, top, right, bottom = inked(made.mask)
    height, width = made.mask.shape
    more = 30 if ground == "pill" else 0
    assert (left, width - right) == (pytest.approx(50 + more, abs=1), pytest.approx(50 + more, abs=1))
    assert (top, height - bottom) == (pytest.approx(31, abs=1), pytest.approx(31, abs=1))
    assert made.rgba[height // 2, left // 2] == pytest.approx([0, 0, 1, 0.5], abs=0.01)
    assert (made.rgba[2, 2, 3] > 0.4) == (ground == "box")


def test_a_ribbon_is_folded_darker_behind_its_band() -> None:
    made = draw("■ ■", size_px=100, color="#FFFFFF", effects=Effects(ground="ribbon", ground_color="#FF0000"))
    solid = made.rgba[..., :3][(made.rgba[..., 3] > 0.99) & (made.mask < 0.01)]
    shades, counts = np.unique(np.round(solid[:, 0], 2), return_counts=True)
    largest = sorted(shades[np.argsort(counts)[-3:]].tolist())
    assert largest == pytest.approx([0.5, 0.8, 1.0], abs=0.011)
    assert np.allclose(made.mask[:, :40], 0)


@pytest.mark.parametrize("arc", [90.0, -90.0])
def test_bent_words_lie_on_a_circle(arc: float) -> None:
    made = draw("■■■■■■■■■", size_px=40, font="Pretendard Medium", effects=Effects(arc_deg=arc))
    rows, columns = np.nonzero(made.mask > 0.5)
    width = made.mask.shape[1]
    middle = np.abs(columns - width / 2) < 3
    ends = np.abs(columns - width / 2) > width / 2 - 8
    rise = (rows[ends].mean() - rows[middle].mean()) * math.copysign(1, arc)
    straight = draw("■■■■■■■■■", size_px=40, font="Pretendard Medium")
    radius = straight.mask.shape[1] / math.radians(90)
    assert rise == pytest.approx(radius * (1 - math.cos(math.radians(45))), rel=0.25)
    assert width == pytest.approx(2 * radius * math.sin(math.radians(45)), rel=0.25)
    assert made.mask.sum() == pytest.approx(straight.mask.sum(), rel=0.02)
    assert np.abs(made.mask - made.mask[:, ::-1]).mean() < 0.02


def test_bent_words_fill_their_box_and_keep_their_lines() -> None:
    made = draw("여름 특가 Sale", width_px=500, height_px=400, effects=Effects(arc_deg=60))
    left, top, right, bottom = inked(made.mask)
    assert 478 < right - left <= 500
    assert bottom - top < 400
    assert len(made.lines) == 1
    assert made.lines[0].x == pytest.approx(left, abs=12)
    assert len(draw("여름\n특가", width_px=500, height_px=400, effects=Effects(arc_deg=60)).lines) == 2
    small = draw("여름", size_px=40, width_px=500, height_px=400, effects=Effects(arc_deg=60))
    assert small.font_px == 40


def test_bent_words_too_small_to_read_are_refused() -> None:
    with pytest.raises(FitAdError, match=r"The bent words would be [\d.]+ px high"):
        draw("가나다라마바사아자차" * 20, width_px=200, effects=Effects(arc_deg=30))


@pytest.mark.parametrize("slant", [20.0, -20.0])
def test_slanted_letters_lean_by_the_angle(slant: float) -> None:
    made = draw("ㅣ", size_px=300, font="Pretendard Medium", effects=Effects(slant_deg=slant))
    rows, columns = np.nonzero(made.mask > 0.5)
    lean = np.polyfit(rows, columns, 1)[0]
    assert math.degrees(math.atan(-lean)) == pytest.approx(slant, abs=0.5)
    plain = draw("ㅣ", size_px=300, font="Pretendard Medium")
    assert made.mask.sum() == pytest.approx(plain.mask.sum(), rel=0.005)


def test_gloss_and_dark_corners_leave_the_face_its_colour() -> None:
    effects = Effects(specular=1.0, occlusion=0.6)
    plain, made = (draw("가", style="emboss", size_px=200, color="#A05030", effects=e) for e in (Effects(), effects))
    ink = plain.mask > 0.99
    assert np.median(made.rgba[..., :3][_window(made, plain)][ink], axis=0) == pytest.approx(
        spaces.parse_hex("#A05030"), abs=0.01
    )
    assert made.rgba[..., :3][_window(made, plain)][ink].max() > plain.rgba[..., :3][ink].max()


def _window(made: Lettering, plain: Lettering) -> tuple[slice, slice]:
    a, b = inked(made.mask), inked(plain.mask)
    height, width = plain.mask.shape
    return slice(a[1] - b[1], a[1] - b[1] + height), slice(a[0] - b[0], a[0] - b[0] + width)


@pytest.mark.parametrize("look", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("text", ["", " \n"])
def test_no_words_give_a_clear_picture_whatever_the_effects(text: str, look: dict[str, Any]) -> None:
    assert draw(text, width_px=40, height_px=30, **look).rgba.max() == 0


@pytest.mark.parametrize("text", [".", "'", "ㅎ", "하나\n둘\n셋", "a🙂b", "50% 할인"])
@pytest.mark.parametrize("arc", [170.0, -170.0])
def test_any_words_can_be_bent_inside_their_box(text: str, arc: float) -> None:
    effects = Effects(arc_deg=arc, slant_deg=30, ground="pill")
    alpha = draw(text, width_px=200, height_px=260, outline_px=2, effects=effects).rgba[..., 3]
    assert border(alpha) < 0.01
    assert alpha.max() == 1


def test_an_accent_leans_with_its_letter() -> None:
    plain, made = (draw("ɛ\u0301", size_px=200, effects=Effects(slant_deg=slant)).mask for slant in (0.0, 30.0))

    def offset(mask: np.ndarray) -> float:
        rows, columns = np.nonzero(mask > 0.5)
        upper = rows < mask.shape[0] * 0.22
        return float(columns[upper].mean() - columns[~upper].mean())

    lift = 0.5 * plain.shape[0] * math.tan(math.radians(30))
    assert offset(made) - offset(plain) == pytest.approx(lift, rel=0.35)
