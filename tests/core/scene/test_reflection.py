import numpy as np
import pytest
from cutouts import block, carton, grey
from fit_ad.core.raster.box import Box
from fit_ad.core.scene.compose import ComposeOptions, compose
from fit_ad.core.scene.reflection import reflection


def bottle() -> np.ndarray:
    """40×80: dark above, light in the lowest quarter."""
    layer = np.ones((80, 40, 4), np.float32)
    layer[:60, :, :3] = 0.2
    return layer


def test_mirrors_what_is_just_above_and_fades() -> None:
    made = reflection(bottle(), Box(30, 40, 40, 80), (100, 200), 1.0)
    assert made.shape == (200, 100, 4)
    assert made[:120].max() == 0
    column = made[120:, 50]
    assert column[0, 3] > 0.95
    assert (np.diff(column[:78, 3]) < 1e-6).all()
    assert column[79, 3] < 0.01
    straight = column[:, 0] / np.maximum(column[:, 3], 1e-6)
    assert straight[5] == pytest.approx(1, abs=0.03)  # the light quarter comes first
    assert straight[40] == pytest.approx(0.2, abs=0.03)


def test_fades_over_the_length_asked() -> None:
    made = reflection(bottle(), Box(30, 40, 40, 80), (100, 200), 0.25)
    assert made[122:136, 50, 3].min() > 0.05
    assert made[141:].max() == 0


def test_grows_blurred_on_the_way() -> None:
    striped = bottle()
    striped[..., :3] = 0.2
    striped[:, ::8, :3] = striped[:, 1::8, :3] = striped[:, 2::8, :3] = striped[:, 3::8, :3] = 1
    made = reflection(striped, Box(30, 40, 40, 80), (100, 200), 1.0)
    contrast = [float(np.ptp(made[y, 42:58, 0] / made[y, 42:58, 3])) for y in (121, 160)]
    assert contrast[0] > 0.7
    assert contrast[1] < 0.55 * contrast[0]


def test_begins_at_each_columns_own_foot() -> None:
    layer = carton()[20:111, 10:111]
    made = reflection(layer, Box(10, 20, 101, 91), (120, 200), 0.5)
    for x in (20, 40, 60, 80, 100):
        foot = int(np.flatnonzero(carton()[:, x, 3])[-1])
        assert made[foot + 2, x, 3] > 0.8
        assert made[foot - 3, x, 3] < 0.03


def test_ends_at_the_canvas_and_leaves_what_is_outside() -> None:
    assert reflection(bottle(), Box(-20, 130, 40, 80), (100, 200), 1.0).max() == 0
    assert reflection(bottle(), Box(80, 100, 40, 80), (100, 200), 1.0)[180:, 80:].max() > 0.9


def test_composing_lays_it_on_the_floor_and_not_under_a_portrait() -> None:
    standing = block((100, 100), 20, 60, 80, 40, value=0.1)
    plain, glossy = (compose(grey(), standing, ComposeOptions(reflection=r, shadow=0)) for r in (0.0, 0.5))
    under = round(glossy.box.bottom) + 2
    middle = round(glossy.box.x + glossy.box.width / 2)
    assert plain.image[under, middle, 0] == pytest.approx(0.8)
    assert glossy.image[under, middle, 0] == pytest.approx(0.8 - 0.5 * 0.7, abs=0.05)
    assert np.array_equal(plain.mask, glossy.mask)
    portrait = block((100, 100), 20, 80, 100, 30)
    made = [compose(grey(), portrait, ComposeOptions(reflection=r, shadow=0, scale=0.5)).image for r in (0.0, 1.0)]
    assert np.array_equal(*made)
