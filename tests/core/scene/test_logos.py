import logging

import numpy as np
import pytest
from cutouts import disc, grey
from fit_ad.core.errors import FitAdError
from fit_ad.core.raster.box import Box
from fit_ad.core.scene.compose import ComposeOptions, compose
from fit_ad.core.scene.logos import CORNERS, LogoOptions, with_logo

WIDTH, HEIGHT = 400, 500
ALL = [corner for corner in CORNERS if corner != "auto"]


def wordmark(value: float = 0.1) -> np.ndarray:
    """Three times as wide as high, in a clear border."""
    logo = np.zeros((60, 120, 4), np.float32)
    logo[20:40, 30:90] = (value, value, value, 1)
    return logo


def subject(box: Box) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[box.slices(HEIGHT, WIDTH)] = 1
    return mask


FREE = subject(Box(150, 200, 100, 150))


def corner_of(box: Box) -> str:
    row = "top" if box.y + box.height / 2 < HEIGHT / 2 else "bottom"
    return f"{row}-{'left' if box.x + box.width / 2 < WIDTH / 2 else 'right'}"


@pytest.mark.parametrize("corner", ALL)
def test_stands_in_the_corner_asked_for_clear_of_the_edges(corner: str) -> None:
    image, taken, box = with_logo(grey(WIDTH, HEIGHT), FREE, wordmark(), LogoOptions(corner, 18, 0.5))
    assert box is not None
    assert corner_of(box) == corner
    assert (box.width, box.height) == (72, 24)  # 18 % of 400, without its clear border
    assert min(box.x, WIDTH - box.right, box.y, HEIGHT - box.bottom) == 16  # 4 % of 400
    assert np.allclose(image[box.slices(HEIGHT, WIDTH)], 0.1, atol=1e-6)
    assert taken[round(box.y) - 12, round(box.x) - 12] == 1
    assert taken.sum() == FREE.sum() + (72 + 24) * (24 + 24)


def test_clear_space_wider_than_the_margin_moves_it_in() -> None:
    _, _, box = with_logo(grey(WIDTH, HEIGHT), FREE, wordmark(), LogoOptions("top-left", 18, 2.0))
    assert box == Box(48, 48, 72, 24)


def test_compact_logos_get_the_area_of_wide_ones() -> None:
    square = np.ones((50, 50, 4), np.float32)
    _, _, box = with_logo(grey(WIDTH, HEIGHT), FREE, square, LogoOptions("top-left", 18))
    assert box is not None
    assert box.width == box.height == round(72 * (1 / 2.2) ** 0.5)


@pytest.mark.parametrize(
    ("asked", "taken", "found"),
    [
        ("top-left", Box(0, 0, 200, 200), "top-right"),
        ("top-left", Box(0, 0, 400, 200), "bottom-left"),
        ("bottom-right", Box(200, 300, 200, 200), "bottom-left"),
        ("bottom-right", Box(0, 300, 400, 200), "top-right"),
        ("top-right", Box(0, 0, 400, 480), "top-right"),
    ],
)
def test_goes_to_the_nearest_free_corner(asked: str, taken: Box, found: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "fit_ad.compose"):
        _, _, box = with_logo(grey(WIDTH, HEIGHT), subject(taken), wordmark(), LogoOptions(asked))
    assert box is not None
    assert corner_of(box) == found
    assert asked in caplog.text or "No corner is free" in caplog.text


def test_auto_takes_the_free_corner_where_it_reads_best() -> None:
    scene = grey(WIDTH, HEIGHT)
    scene[:, :200] = 0.1
    for value, side in ((0.1, "right"), (0.9, "left")):
        _, _, box = with_logo(scene, FREE, wordmark(value), LogoOptions())
        assert box is not None
        assert corner_of(box) == f"top-{side}"
    scene[:250] = np.indices((250, WIDTH)).sum(0)[..., None] % 2  # a busy upper half
    _, _, box = with_logo(scene, FREE, wordmark(0.1), LogoOptions())
    assert box is not None
    assert corner_of(box) == "bottom-right"


def test_keeps_off_what_apps_lay_over_tall_formats() -> None:
    for corner, room in (("top-right", 0.14), ("bottom-left", 0.20)):
        _, _, box = with_logo(grey(270, 480), np.zeros((480, 270), np.float32), wordmark(), LogoOptions(corner))
        assert box is not None
        gap = box.y if corner.startswith("top") else 480 - box.bottom
        assert gap >= room * 480


def test_composing_never_covers_the_product() -> None:
    logo = wordmark(0.9)
    for corner in CORNERS:
        plain = compose(grey(WIDTH, HEIGHT), disc(), ComposeOptions())
        made = compose(grey(WIDTH, HEIGHT), disc(), ComposeOptions(), logo=logo, logo_wish=LogoOptions(corner))
        solid = plain.mask > 0
        assert np.array_equal(made.image[solid], plain.image[solid])
        assert np.array_equal(made.edge_band, plain.edge_band)
        assert (made.mask >= plain.mask).all()
        assert made.logo is not None


def test_empty_logos_are_left_out_and_small_canvases_are_fine(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fit_ad.compose"):
        image, mask, box = with_logo(grey(), FREE, np.zeros((9, 9, 4), np.float32), LogoOptions())
    assert box is None
    assert "logo is empty" in caplog.text
    assert mask is FREE
    assert np.array_equal(image, grey())
    for width, height in ((1, 1), (3, 200), (200, 3)):
        made = compose(grey(width, height), disc(), ComposeOptions(), logo=wordmark())
        assert made.image.shape == (height, width, 3)
        assert np.isfinite(made.image).all()


def test_takes_logos_without_transparency_and_leaves_inputs_alone() -> None:
    scene, mask, logo = grey(WIDTH, HEIGHT), FREE.copy(), wordmark()[..., :3].copy()
    before = scene.copy(), mask.copy(), logo.copy()
    image, _, box = with_logo(scene, mask, logo, LogoOptions("top-left"))
    assert box is not None
    assert box.width / box.height == pytest.approx(2, abs=0.1)
    assert image[round(box.y), round(box.x), 0] == 0
    assert all(np.array_equal(a, b) for a, b in zip(before, (scene, mask, logo), strict=True))


def test_unknown_corners_are_named() -> None:
    with pytest.raises(FitAdError, match="logo_corner is 'middle'"):
        with_logo(grey(), FREE, wordmark(), LogoOptions("middle"))


def test_says_when_a_logo_hardly_shows(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fit_ad.compose"):
        with_logo(grey(WIDTH, HEIGHT), FREE, wordmark(0.1), LogoOptions())
        assert caplog.text == ""
        with_logo(grey(WIDTH, HEIGHT, 0.15), FREE, wordmark(0.1), LogoOptions())
    assert "hardly shows" in caplog.text
