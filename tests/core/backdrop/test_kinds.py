import cv2
import numpy as np
import pytest
from fit_ad.core.backdrop.kinds import KINDS, backdrop, colors_for
from fit_ad.core.backdrop.sunlight import panes
from fit_ad.core.color.schemes import HOUSE, lightness, tints_of
from fit_ad.core.color.spaces import contrast, oklab, parse_hex, to_hex
from fit_ad.core.errors import FitAdError


@pytest.mark.parametrize("kind", KINDS)
def test_is_a_picture_of_the_size_asked_and_the_same_again(kind: str) -> None:
    first = backdrop(216, 270, kind, "#DDC9B0", seed=4)
    assert first.shape == (270, 216, 3)
    assert first.dtype == np.float32
    assert 0 <= first.min() <= first.max() <= 1
    assert np.array_equal(first, backdrop(216, 270, kind, "#DDC9B0", seed=4))
    assert not np.array_equal(first, backdrop(216, 270, kind, "#DDC9B0", seed=5))


@pytest.mark.parametrize("kind", KINDS)
def test_any_shape_down_to_one_pixel(kind: str) -> None:
    for width, height in ((1, 1), (3, 40), (515, 130), (64, 700)):
        assert backdrop(width, height, kind).shape == (height, width, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_upper_third_is_calm_enough_for_words(kind: str) -> None:
    for palette in ("", "sage", "#2B3A55"):
        top = backdrop(432, 540, kind, palette, seed=2)[:180]
        light = oklab(top)[..., 0]
        assert light.std() < 0.09
        ink = max(contrast((0, 0, 0), top.mean((0, 1))), contrast((1, 1, 1), top.mean((0, 1))))
        assert ink > 4.5


@pytest.mark.parametrize("kind", KINDS)
def test_does_not_band_in_eight_bits(kind: str) -> None:
    exact = backdrop(540, 675, kind, "#3A4454, #2A3240") * 255
    picture = np.round(exact)
    same = (np.diff(picture[:, :, 1], axis=0) == 0).mean()
    assert same < 0.5  # neighbours differ: grain breaks up every step
    assert (
        np.abs(cv2.blur(picture, (15, 15)) - cv2.blur(exact, (15, 15))).max() < 0.12
    )  # and on average no step is left


def test_solid_keeps_the_colour() -> None:
    found = backdrop(216, 270, "solid", "#C9D6C3").mean((0, 1))
    assert np.abs(oklab(found) - oklab(np.array(parse_hex("#C9D6C3")))).max() < 0.03


def test_palette_takes_colours_names_and_nothing() -> None:
    assert [to_hex(c) for c in colors_for("paper", "#ABC, #102030")] == ["#AABBCC", "#102030"]
    assert [to_hex(c) for c in colors_for("paper", " Sage ")] == list(HOUSE["sage"])
    assert [to_hex(c) for c in colors_for("spotlight")] == list(HOUSE["night"])
    with pytest.raises(FitAdError, match="palette is 'beige'"):
        colors_for("paper", "beige")


@pytest.mark.parametrize("color", ["#111111", "#6B2A12", "#2F6FDE", "#F5F2EC", "#FFD83A", "#7F7F7F"])
def test_a_subject_stands_out_from_the_tints_taken_from_it(color: str) -> None:
    subject = np.full((30, 30, 3), parse_hex(color), np.float32)
    assert abs(lightness(tints_of(subject)[0]) - lightness(parse_hex(color))) >= 0.2


@pytest.mark.parametrize(("color", "turn"), [("#2F6FDE", 0.0), ("#1F7A4D", 0.0), ("#A94721", 0.36)])
def test_tints_are_calm_and_keep_the_hue_but_for_reds_that_turn_to_cream(color: str, turn: float) -> None:
    own = oklab(np.array(parse_hex(color)))
    for tint in oklab(np.array(tints_of(np.full((9, 9, 3), parse_hex(color), np.float32))))[:2]:
        assert np.hypot(*tint[1:]) < 0.06
        turned = np.arctan2(tint[2], tint[1]) - np.arctan2(own[2], own[1])
        assert turned == pytest.approx(turn, abs=0.1)


def test_colours_come_from_the_picture_only_when_the_palette_is_empty() -> None:
    picture = np.zeros((20, 20, 4), np.float32)
    picture[5:15, 5:15] = (*parse_hex("#2F6FDE"), 1)
    assert colors_for("paper", "", picture) == tints_of(picture)
    assert [to_hex(c) for c in colors_for("paper", "#ABCDEF", picture)] == ["#ABCDEF"]


def test_an_empty_cutout_falls_back_to_house_colours() -> None:
    assert [to_hex(c) for c in tints_of(np.zeros((5, 5, 4), np.float32))] == list(HOUSE["porcelain"])


def test_says_what_is_wrong() -> None:
    with pytest.raises(FitAdError, match=r"kind is 'marble'.*solid, gradient"):
        backdrop(10, 10, "marble")
    with pytest.raises(FitAdError, match="height is 9000 px"):
        backdrop(10, 9000, "solid")


def test_the_set_suits_how_the_subject_is_seen() -> None:
    y, x = np.mgrid[:90, :90] - 44.5
    plate = np.dstack([np.full((90, 90, 3), 0.4), np.clip(35 - np.hypot(x, y), 0, 1)]).astype(np.float32)
    standing = plate.copy()
    standing[..., 3] = 0
    standing[10:80, 35:55, 3] = 1

    def first_row_of_floor(picture: np.ndarray) -> int:
        painted = backdrop(80, 200, "paper", "#FFFFFF, #A04020", picture=picture)
        return int(np.flatnonzero(painted[..., 2].mean(1) < 0.5)[0])

    assert first_row_of_floor(plate) == pytest.approx(0.37 * 200, abs=2)
    assert first_row_of_floor(standing) == pytest.approx(0.70 * 200, abs=2)
    standing[80:, 35:55, 3] = 1  # now cut off by its own picture: a portrait
    assert backdrop(80, 200, "paper", "#FFFFFF, #A04020", picture=standing)[..., 2].mean(1).min() > 0.5
    assert first_row_of_floor(plate[..., :3]) == pytest.approx(0.70 * 200, abs=2)


@pytest.mark.parametrize("kind", KINDS)
def test_colours_come_from_the_palette(kind: str) -> None:
    """Whatever the kind, a blue palette gives a blue picture and a red one a red one."""
    for palette, channel in (("#2F6FDE, #1F4FA8", 2), ("#C8453A, #A03028", 0)):
        mean = backdrop(108, 135, kind, palette)[:60].mean((0, 1))
        assert int(np.argmax(mean)) == channel


HOSTILE = {
    "pixel": np.ones((1, 1, 4), np.float32),
    "empty": np.zeros((20, 20, 4), np.float32),
    "nan": np.full((20, 20, 4), np.nan, np.float32),
    "beyond": np.full((20, 20, 3), 7.0, np.float32),
    "grey": np.full((20, 20, 1), 0.4, np.float32),
    "grey and alpha": np.full((20, 20, 2), 0.4, np.float32),
    "line": np.full((1, 4000, 3), 0.4, np.float32),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_picture_gives_colours(name: str) -> None:
    painted = backdrop(40, 50, "paper", picture=HOSTILE[name])
    assert np.isfinite(painted).all()


def test_a_picture_without_pixels_is_named() -> None:
    with pytest.raises(FitAdError, match="has no pixels"):
        backdrop(40, 50, "paper", picture=np.zeros((0, 4, 3), np.float32))


def test_sun_turns_where_the_wall_meets_the_floor() -> None:
    sun = panes(np.random.default_rng(0), (400, 320), 0.7)
    bar = [int(np.argmin(sun[y, 60:200])) for y in (215, 245, 275, 285, 305, 325)]
    on_wall, on_floor = (bar[0] - bar[2]) / 60, (bar[3] - bar[5]) / 40
    assert on_floor > 2 * on_wall > 0
