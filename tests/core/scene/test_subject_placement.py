import cv2
import numpy as np
import pytest
from cutouts import block, disc, grey, room
from fit_ad.core.backdrop.kinds import KINDS, backdrop
from fit_ad.core.raster.box import Box
from fit_ad.core.scene.compose import ComposeOptions, compose
from fit_ad.core.scene.subject import FrameCuts
from fit_ad.core.scene.subject_placement import Floor, PlacementRequest, floor_of, horizon_of, place

NO_CUTS = FrameCuts(False, False, False, False)


def test_auto_stands_low_and_leaves_the_upper_third_of_portrait_formats() -> None:
    box = place((1080, 1350), (406, 356), NO_CUTS, PlacementRequest())
    assert (box.width, box.height) == (837, 734)
    assert (box.x, box.bottom) == (122, 1195)
    assert box.y > 1350 / 3 - 5


def test_auto_keeps_one_side_of_wide_formats() -> None:
    box = place((1920, 1080), (406, 356), NO_CUTS, PlacementRequest())
    assert box.x > 0.45 * 1920
    assert box.right <= 1920
    banner = place((1029, 258), (300, 300), NO_CUTS, PlacementRequest())
    assert banner.x > 1029 / 2
    assert banner.y >= 0
    assert banner.bottom <= 258


def test_auto_keeps_clear_of_the_buttons_of_stories() -> None:
    assert place((1080, 1920), (400, 400), NO_CUTS, PlacementRequest()).bottom == pytest.approx(0.80 * 1920, abs=1)


@pytest.mark.parametrize(
    ("wish", "box"),
    [
        (PlacementRequest(position="center", scale=0.5), Box(54, 81, 108, 108)),
        (PlacementRequest(position="top", scale=0.5), Box(54, 16, 108, 108)),
        (PlacementRequest(position="bottom", scale=0.5), Box(54, 131, 108, 108)),
        (PlacementRequest(position="xy", scale=0.5, x_pct=0, y_pct=100), Box(-54, 216, 108, 108)),
    ],
)
def test_places(wish: PlacementRequest, box: Box) -> None:
    assert place((216, 270), (50, 50), NO_CUTS, wish) == box


@pytest.mark.parametrize("horizon", [0.35, 0.5, 0.72, 0.85])
def test_finds_where_the_floor_begins(horizon: float) -> None:
    assert horizon_of(room(216, 270, horizon)) == pytest.approx(horizon, abs=0.012)


def test_finds_a_table_whose_edge_is_out_of_focus() -> None:
    picture = cv2.GaussianBlur(room(540, 675, 0.7), (0, 0), 8)
    assert horizon_of(picture) == pytest.approx(0.7, abs=0.015)


def test_sees_no_floor_where_there_is_none() -> None:
    falling = np.linspace(0.9, 0.3, 270, dtype=np.float32)[:, None, None]
    assert horizon_of(grey()) is None
    assert horizon_of(np.broadcast_to(falling, (270, 216, 3)).copy()) is None
    pool = np.linspace(0, 1, 60, dtype=np.float32)[:, None, None] * [0.2, 0.2, 0.3]
    slow = grey(value=0.3)
    slow[130:190] += pool.astype(np.float32)
    slow[190:] += np.float32([0.2, 0.2, 0.3])
    assert horizon_of(slow) is None
    half = grey()
    half[150:, :90] = 0.2  # what does not reach from side to side is a thing, not the floor
    assert horizon_of(half) is None
    assert floor_of(np.zeros((1, 5000, 3), np.float32)) == Floor()


def test_stands_on_the_floor_even_if_that_begins_low() -> None:
    base = place((216, 270), (50, 50), NO_CUTS, PlacementRequest(), Floor(0.86)).bottom
    assert base == pytest.approx((0.86 + 0.25 * 0.14) * 270, abs=1)
    assert place((216, 270), (50, 50), NO_CUTS, PlacementRequest(), Floor(0.6)) == place(
        (216, 270), (50, 50), NO_CUTS, PlacementRequest()
    )
    assert place((216, 270), (50, 50), NO_CUTS, PlacementRequest("bottom"), Floor(0.86)).bottom == round(0.885 * 270)


def taken(left: float, right: float) -> np.ndarray:
    """A room with something green on its floor between two shares of the width."""
    picture = room(540, 540)
    picture[380:520, round(left * 540) : round(right * 540)] = (0.1, 0.4, 0.2)
    return picture


def test_finds_the_free_stretch_of_floor() -> None:
    assert floor_of(room(540, 540)).is_free
    ground = floor_of(taken(0.0, 0.3))
    assert (ground.left, ground.right) == (pytest.approx(0.3, abs=0.02), 1.0)
    ground = floor_of(taken(0.6, 0.9))
    assert (ground.left, ground.right) == (0.0, pytest.approx(0.6, abs=0.02))


@pytest.mark.parametrize(("left", "right"), [(0.0, 0.3), (0.7, 1.0), (0.0, 0.6), (0.2, 0.5)])
def test_stands_beside_what_is_on_the_floor(left: float, right: float) -> None:
    ground = floor_of(taken(left, right))
    box = place((540, 540), (100, 160), NO_CUTS, PlacementRequest(), ground)
    assert box.right <= left * 540 or box.x >= right * 540
    assert box.x >= 0
    assert box.right <= 540


def test_stands_on_a_third_when_the_middle_is_taken() -> None:
    box = place((540, 540), (100, 200), NO_CUTS, PlacementRequest(), Floor(0.6, 0.42, 1.0))
    assert box.x + box.width / 2 == pytest.approx(540 * 2 / 3, abs=1)


def test_grows_smaller_for_a_narrow_floor_but_not_much() -> None:
    free = place((540, 540), (100, 100), NO_CUTS, PlacementRequest())
    assert place((540, 540), (100, 100), NO_CUTS, PlacementRequest(), Floor(0.6, 0.5, 1.0)).width == round(0.94 * 270)
    assert place((540, 540), (100, 100), NO_CUTS, PlacementRequest(), Floor(0.6, 0.64, 1.0)).width >= 0.6 * free.width
    assert place((540, 540), (100, 100), NO_CUTS, PlacementRequest(scale=0.4), Floor(0.6, 0.5, 1.0)).width == 216


@pytest.mark.parametrize("kind", KINDS)
def test_on_house_backdrops_stands_in_the_middle_and_as_large_as_anywhere(kind: str) -> None:
    usual = place((432, 540), (100, 100), NO_CUTS, PlacementRequest())
    for seed in range(2):
        found = place(
            (432, 540), (100, 100), NO_CUTS, PlacementRequest(), floor_of(backdrop(432, 540, kind, seed=seed))
        )
        assert found.width >= 0.99 * usual.width
        assert found.x == pytest.approx(usual.x, abs=5)
        assert found.bottom - usual.bottom < 0.02 * 540


@pytest.mark.parametrize("size", [(432, 540), (960, 540), (1029, 258), (304, 540)])
def test_finds_house_floors_in_every_format(size: tuple[int, int]) -> None:
    assert horizon_of(backdrop(*size, "wood", seed=1)) == pytest.approx(0.69, abs=0.015)


def test_a_strong_gradient_is_free_floor() -> None:
    for seed in range(3):
        assert floor_of(backdrop(432, 540, "gradient", "#E04020, #2040C0", seed)).is_free


@pytest.mark.parametrize("side", [25, 75])
def test_a_second_product_is_put_beside_the_first(side: int) -> None:
    table = backdrop(960, 540, "wood", seed=1)
    first = compose(table, disc(), ComposeOptions("xy", 0.5, side, 72))
    second = compose(first.image, block((100, 60), 10, 50, 90, 10), ComposeOptions())
    assert not (second.mask > 0.5)[first.mask > 0.5].any()
