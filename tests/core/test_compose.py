import logging

import numpy as np
import pytest
from cutouts import block, disc, grey
from fit_ad.core.compose import Cuts, Options, compose
from fit_ad.core.errors import FitAdError
from fit_ad.core.grading import core_of
from fit_ad.core.layout import Box

NO_CUTS = Cuts(False, False, False, False)


def test_own_pixels_stay_exactly_as_they_were() -> None:
    cutout = disc()
    options = Options(position="xy", scale=80 / 216, color_match=1.0, sharpen=2.0, edge_blend_px=2)
    made = compose(grey(), cutout, options)
    assert made.box == Box(68, 95, 80, 80)
    placed = np.zeros((270, 216, 3), np.float32)
    placed[95:175, 68:148] = cutout[20:100, 20:100, :3]
    inside = core_of(made.mask, 5)
    assert inside.sum() > 2500
    assert np.array_equal(made.image[inside], placed[inside])


def test_without_the_lock_colours_lean_towards_the_scene() -> None:
    cutout = disc()
    cutout[..., :3] = (0.8, 0.3, 0.2)
    scene = grey()
    scene[:] = (0.2, 0.4, 0.7)
    centre = lambda lock: compose(scene, cutout, Options(lock=lock, scale=0.5)).image[made_row, 108]  # noqa: E731
    made_row = int(compose(scene, cutout, Options(scale=0.5)).box.y + 40)
    assert np.allclose(centre(True), (0.8, 0.3, 0.2), atol=1e-6)
    assert centre(False)[2] > 0.21


@pytest.mark.parametrize("canvas", [(216, 270), (240, 240), (216, 384), (480, 270), (412, 103)])
def test_a_subject_cut_off_at_the_bottom_leaves_at_the_bottom(canvas: tuple[int, int]) -> None:
    made = compose(grey(*canvas), block((100, 100), 20, 80, 100, 30), Options())
    assert made.box.bottom == canvas[1]
    assert made.mask[-1].max() == 1
    assert made.edge_band[-1, int(made.box.x + made.box.width / 2)] == 0


def test_a_subject_cut_off_at_one_side_leaves_at_that_side() -> None:
    assert compose(grey(), block((100, 100), 20, 100, 80, 40), Options()).box.right == 216
    assert compose(grey(), block((100, 100), 20, 60, 80, 0), Options()).box.x == 0


def test_a_cut_line_that_cannot_leave_the_canvas_fades() -> None:
    made = compose(grey(480, 270), block((100, 100), 20, 100, 100, 0), Options())
    left = int(made.box.x)
    assert left > 0
    assert made.mask[200, left] < 0.05
    assert made.mask[200, left + int(made.box.width / 2)] == 1


def test_a_photo_that_was_not_cut_out_floats_nowhere_else() -> None:
    made = compose(
        grey(), np.full((40, 40, 3), 0.5, np.float32), Options(position="center", scale=0.5), np.ones((40, 40))
    )
    assert made.box == Box(54, 81, 108, 108)


def test_a_subject_outside_the_canvas_leaves_the_background() -> None:
    made = compose(grey(), disc(), Options(position="xy", scale=0.2, x_pct=-100, shadow=0))
    assert np.array_equal(made.image, grey())
    assert made.mask.max() == 0


def test_specks_do_not_count_as_subject() -> None:
    cutout = disc()
    cutout[2, 2, 3] = 1
    assert compose(grey(), cutout, Options()).box == compose(grey(), disc(), Options()).box


def test_shadow_darkens_beside_the_subject_and_only_darkens() -> None:
    plain, shaded = (compose(grey(), disc(), Options(shadow=s)) for s in (0.0, 0.8))
    outside = shaded.mask == 0
    assert np.array_equal(plain.image[outside], grey()[outside])
    assert (shaded.image[outside] <= grey()[outside] + 1e-6).all()
    x, y = round(shaded.box.x + shaded.box.width / 2), round(shaded.box.bottom + 3)
    assert shaded.image[y, x, 0] < 0.72
    assert shaded.image[5, 5, 0] > 0.79


def test_shadow_falls_where_the_angle_points() -> None:
    def sides(angle: float) -> tuple[float, float]:
        made = compose(grey(), disc(), Options(shadow=1, shadow_angle_deg=angle))
        row = made.image[round(made.box.y + made.box.height / 2), :, 0]
        return row[: int(made.box.x)].mean(), row[int(made.box.right) + 1 :].mean()

    left, right = sides(0)
    assert right < left - 0.02
    left, right = sides(180)
    assert left < right - 0.02


def test_soft_edges_gain_no_fringe() -> None:
    cutout = disc(radius=30)
    cutout[..., :3] = 0.5
    cutout[cutout[..., 3] == 0, :3] = (1, 0, 0)  # what lies under full transparency must not show
    made = compose(grey(value=0.5), cutout, Options(shadow=0, color_match=0, scale=0.9))
    assert np.abs(made.image - 0.5).max() < 0.004


def test_mask_is_used_when_the_cutout_has_no_alpha() -> None:
    cutout = disc()
    opaque = np.dstack([cutout[..., :3], np.ones((120, 120), np.float32)])
    expected = compose(grey(), cutout).image
    assert np.array_equal(compose(grey(), cutout[..., :3], mask=cutout[..., 3]).image, expected)
    assert np.array_equal(compose(grey(), opaque, mask=cutout[..., 3]).image, expected)
    with pytest.raises(FitAdError, match="neither an alpha channel nor a mask"):
        compose(grey(), cutout[..., :3])


def test_inputs_are_not_written_to() -> None:
    scene, cutout = grey(), disc()
    before = scene.copy(), cutout.copy()
    compose(scene, cutout, Options(lock=False, sharpen=1))
    assert np.array_equal(scene, before[0])
    assert np.array_equal(cutout, before[1])


def test_an_empty_cutout_keeps_the_background_and_warns(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "fit_ad.compose"):
        made = compose(grey(), np.zeros((20, 20, 4), np.float32))
    assert np.array_equal(made.image, grey())
    assert made.mask.max() == made.edge_band.max() == 0
    assert "empty" in caplog.text


def test_unknown_position_is_named() -> None:
    with pytest.raises(FitAdError, match="position is 'middle'"):
        compose(grey(), disc(), Options(position="middle"))
