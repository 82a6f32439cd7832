"""The label and the watermark: small, legible, in their place, and only where they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.color.spaces import contrast
from fit_ad.core.errors import FitAdError
from fit_ad.core.export import Marks
from fit_ad.core.export.watermark import layers_of, marked
from fit_ad.core.raster.blending import coverage
from saved_pictures import flat

WIDTH, HEIGHT = 1080, 1350
CORNERS = ["bottom-right", "bottom-left", "top-right", "top-left"]


def ground(value: float, channels: int = 3, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return flat((value,) * channels, height, width)


def box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_no_marks_give_the_same_array() -> None:
    picture = ground(0.5)
    assert marked(picture, Marks()) is picture
    assert marked(picture, Marks(watermark="  \n ")) is picture
    assert layers_of(Marks(), picture) == ()


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_label_is_small_and_in_its_corner(corner: str, language: str) -> None:
    (label,) = layers_of(Marks("composite", language, corner), ground(0.5))
    left, top, right, bottom = box(coverage(label, HEIGHT, WIDTH))
    margin = round(0.024 * WIDTH)
    assert (left if "left" in corner else WIDTH - right) == margin
    assert (top if "top" in corner else HEIGHT - bottom) == margin
    assert 36 <= bottom - top <= 52
    assert (right - left) * (bottom - top) < 0.006 * WIDTH * HEIGHT


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_the_label_is_legible_on_any_ground(value: float) -> None:
    changed = marked(ground(value), Marks("generated"))
    (label,) = layers_of(Marks("generated"), ground(value))
    region = changed[label.y : label.y + label.rgba.shape[0], label.x : label.x + label.rgba.shape[1]]
    type_color = region.reshape(-1, 3)[region.sum(axis=2).argmax()]
    plate = region[label.rgba.shape[0] // 2, 6]
    assert type_color.min() > 0.97
    assert contrast(tuple(type_color), tuple(plate)) >= 4.5


def test_the_picture_outside_of_the_label_stays() -> None:
    picture = np.random.default_rng(1).random((400, 500, 3), dtype=np.float32)
    picture.flags.writeable = False
    changed = marked(picture, Marks("composite"))
    (label,) = layers_of(Marks("composite"), picture)
    outside = coverage(label, 400, 500) == 0
    np.testing.assert_array_equal(changed[outside], picture[outside])
    assert (changed[~outside] != picture[~outside]).mean() > 0.9


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_gray_and_clear_pictures_take_marks(channels: int) -> None:
    changed = marked(np.zeros((300, 300, channels), np.float32), Marks("composite", watermark="카페"))
    assert changed.shape == (300, 300, 4 if channels in (2, 4) else 3)
    assert changed[..., :3].max() > 0.97
    if channels in (2, 4):
        assert 0.2 < changed[..., 3].max() <= 1


def test_a_picture_too_small_for_the_label() -> None:
    with pytest.raises(FitAdError, match=r"40×30 px is too small for the AI mark\. Set ai_mark to off, or enlarge"):
        marked(ground(0.5, 3, 30, 40), Marks("composite"))


def test_a_watermark_all_over() -> None:
    (layer,) = layers_of(Marks(watermark="카페 봄날", watermark_opacity=0.4), ground(0.2))
    assert layer.rgba.shape == (HEIGHT, WIDTH, 4)
    assert 0.36 < layer.rgba[..., 3].max() < 0.401
    for rows in np.split(layer.rgba[..., 3], 3):
        for part in np.split(rows, 3, axis=1):
            assert 0.01 < (part > 0.1).mean() < 0.3


@pytest.mark.parametrize("corner", CORNERS)
def test_a_watermark_all_over_leaves_the_label_alone(corner: str) -> None:
    water, label = layers_of(Marks("composite", "ko", corner, "카페 봄날 @spring"), ground(0.2))
    assert not water.rgba[..., 3][coverage(label, HEIGHT, WIDTH) > 0].any()


@pytest.mark.parametrize("corner", CORNERS)
def test_a_watermark_in_the_corner_of_the_label_stands_beside_it(corner: str) -> None:
    water, label = layers_of(Marks("composite", "ko", corner, "@cafe.spring", corner), ground(0.2))
    both = (coverage(water, HEIGHT, WIDTH) > 0) & (coverage(label, HEIGHT, WIDTH) > 0)
    assert not both.any()
    left, top, right, bottom = box(coverage(water, HEIGHT, WIDTH))
    assert 0 < left < right < WIDTH
    assert 0 < top < bottom < HEIGHT


@pytest.mark.parametrize("place", ["tiled", "top-left"])
def test_dark_type_on_bright_ground_and_the_other_way_round(place: str) -> None:
    for value, wanted in ((0.05, 1.0), (1.0, 0.125)):
        (layer,) = layers_of(Marks(watermark="봄날", watermark_place=place, watermark_opacity=1), ground(value))
        solid = layer.rgba[layer.rgba[..., 3] > 0.99][:, :3]
        np.testing.assert_allclose(np.median(solid, axis=0), wanted, atol=0.02)


def test_a_long_watermark_gets_smaller_until_it_cannot() -> None:
    (layer,) = layers_of(Marks(watermark="봄날 " * 30, watermark_place="top-left"), ground(0.2))
    assert layer.rgba.shape[1] <= 0.95 * WIDTH
    with pytest.raises(FitAdError, match=r"does not fit a picture of 120×90 px legibly\. Write less"):
        layers_of(Marks(watermark="봄날 " * 30, watermark_place="top-left"), ground(0.2, 3, 90, 120))
    with pytest.raises(FitAdError, match="The watermark has 121 characters"):
        layers_of(Marks(watermark="x" * 121), ground(0.2))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"ai": "yes"}, "ai_mark is 'yes'.*off, composite, generated"),
        ({"language": "jp"}, "mark_language is 'jp'"),
        ({"corner": "middle"}, "mark_corner is 'middle'"),
        ({"watermark_place": "nowhere"}, "watermark_place is 'nowhere'.*tiled"),
        ({"watermark_opacity": 1.5}, "watermark_opacity is 1.5"),
        ({"watermark_opacity": float("nan")}, "watermark_opacity is nan"),
    ],
)
def test_marks_that_make_no_sense(bad: dict[str, object], message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        Marks(**bad)
