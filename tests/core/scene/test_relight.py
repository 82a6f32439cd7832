import numpy as np
import pytest
from cutouts import grey
from fit_ad.core.backdrop.kinds import backdrop
from fit_ad.core.scene.relight import SceneLight, light_of, relight


def lit_from(angle_deg: float) -> np.ndarray:
    """A scene [200,200,3] that grows bright towards that side."""
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    towards = x * np.cos(np.radians(angle_deg)) + y * np.sin(np.radians(angle_deg))
    return np.clip(0.6 + 0.2 * towards, 0, 1)[..., None].repeat(3, 2).astype(np.float32)


@pytest.mark.parametrize("angle", [-180, -135, -90, -45, 0])
def test_light_comes_from_where_the_scene_is_bright(angle: float) -> None:
    light = light_of(lit_from(angle), 35)
    assert abs((light.angle_deg - angle + 180) % 360 - 180) < 4
    assert light.clarity == 1


def test_light_never_comes_from_below() -> None:
    assert light_of(lit_from(90), 35).angle_deg == pytest.approx(-134.6, abs=0.1)  # opposite to the shadow, from above
    assert light_of(lit_from(60), 35).angle_deg == 0


def test_an_even_scene_is_lit_opposite_to_the_shadow() -> None:
    assert -180 < light_of(grey(), 35).angle_deg < -90
    assert -90 < light_of(grey(), 145).angle_deg < 0
    assert light_of(grey(), 35).clarity == 0.5


def test_only_the_wall_tells() -> None:
    scene = lit_from(180)
    scene[120:] = lit_from(0)[120:]
    assert abs(light_of(scene, 35, 0.6).angle_deg) == pytest.approx(180, abs=1)


def test_house_backdrops_are_lit_from_the_upper_left() -> None:
    for kind in ("solid", "paper", "concrete", "linen"):
        assert -180 <= light_of(backdrop(216, 270, kind), 35).angle_deg < -90


def test_tint_is_that_of_the_lit_side() -> None:
    scene = grey(value=0.3)
    scene[:80] = (0.9, 0.7, 0.5)
    r, _, b = light_of(scene, 35).tint
    assert r > 1.1
    assert b < 0.9
    assert light_of(grey(), 35).tint == pytest.approx((1, 1, 1), abs=1e-3)


def subject() -> tuple[np.ndarray, np.ndarray]:
    return np.full((100, 80, 3), 0.5, np.float32), np.ones((100, 80), np.float32)


def test_relighting_brightens_one_side_and_darkens_the_other() -> None:
    rgb, alpha = subject()
    out = relight(rgb, alpha, SceneLight(180, 1.0), 1.0)[..., 0]
    assert out[50, 5] > 0.55
    assert out[50, 74] < 0.45
    assert (np.diff(out[50, 20:60]) < 0).all()
    assert np.abs(np.diff(out, axis=1)).max() < 0.02  # soft all over
    half = relight(rgb, alpha, SceneLight(180, 1.0), 0.5)[..., 0]
    assert 0.5 < half[50, 5] < out[50, 5]


def test_relighting_keeps_black_black_and_never_clips_white() -> None:
    _, alpha = subject()
    assert relight(np.zeros((100, 80, 3), np.float32), alpha, SceneLight(0, 1.0), 1.0).max() == 0
    near = relight(np.full((100, 80, 3), 0.95, np.float32), alpha, SceneLight(0, 1.0), 1.0)
    assert near.max() < 1


def test_no_strength_and_no_light_change_nothing() -> None:
    rgb, alpha = subject()
    assert relight(rgb, alpha, SceneLight(0, 1.0), 0) is rgb
    assert relight(rgb, alpha, SceneLight(0, 0.0), 1) is rgb
