import logging

import numpy as np
import pytest
from fit_ad.core.compose import Cuts, Options, compose, place
from fit_ad.core.errors import FitAdError
from fit_ad.core.grading import core_of, matched, mixed, ring, softened
from fit_ad.core.layout import Box
from fit_ad.core.shadows import Pose, pose_of

NO_CUTS = Cuts(False, False, False, False)


def disc(size: int = 120, radius: float = 40, seed: int = 0) -> np.ndarray:
    """A round, textured cut-out in the middle of a clear picture."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    alpha = np.clip(radius - np.hypot(x, y) + 0.5, 0, 1)
    rgb = np.random.default_rng(seed).uniform(0.2, 0.9, (size, size, 3))
    return np.dstack([rgb, alpha]).astype(np.float32)


def block(size: tuple[int, int], top: int, right: int, bottom: int, left: int) -> np.ndarray:
    cutout = np.full((*size, 4), 0.3, np.float32)
    cutout[..., 3] = 0
    cutout[top:bottom, left:right, 3] = 1
    return cutout


def grey(width: int = 216, height: int = 270, value: float = 0.8) -> np.ndarray:
    return np.full((height, width, 3), value, np.float32)


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


def test_auto_stands_low_and_leaves_the_upper_third_of_portrait_formats() -> None:
    box = place((1080, 1350), (406, 356), NO_CUTS, Options())
    assert (box.width, box.height) == (837, 734)
    assert (box.x, box.bottom) == (122, 1195)
    assert box.y > 1350 / 3 - 5


def test_auto_keeps_one_side_of_wide_formats() -> None:
    box = place((1920, 1080), (406, 356), NO_CUTS, Options())
    assert box.x > 0.45 * 1920
    assert box.right <= 1920
    banner = place((1029, 258), (300, 300), NO_CUTS, Options())
    assert banner.x > 1029 / 2
    assert banner.y >= 0
    assert banner.bottom <= 258


def test_auto_keeps_clear_of_the_buttons_of_stories() -> None:
    assert place((1080, 1920), (400, 400), NO_CUTS, Options()).bottom == pytest.approx(0.80 * 1920, abs=1)


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


@pytest.mark.parametrize(
    ("options", "box"),
    [
        (Options(position="center", scale=0.5), Box(54, 81, 108, 108)),
        (Options(position="top", scale=0.5), Box(54, 16, 108, 108)),
        (Options(position="bottom", scale=0.5), Box(54, 131, 108, 108)),
        (Options(position="xy", scale=0.5, x_pct=0, y_pct=100), Box(-54, 216, 108, 108)),
    ],
)
def test_places(options: Options, box: Box) -> None:
    assert place((216, 270), (50, 50), NO_CUTS, options) == box


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


def test_round_things_lie_and_tall_ones_stand() -> None:
    assert pose_of(disc()[20:100, 20:100, 3]) is Pose.LYING
    assert pose_of(np.ones((300, 90), np.float32)) is Pose.STANDING
    assert pose_of(np.zeros((9, 9), np.float32)) is Pose.STANDING


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


def test_ring_lies_on_both_sides_of_the_outline() -> None:
    alpha = np.zeros((60, 60), np.float32)
    alpha[20:40, 20:40] = 1
    band = ring(alpha, 8)
    assert set(np.unique(band)) == {0.0, 1.0}
    assert np.flatnonzero(band[30]).tolist() == [*range(16, 24), *range(36, 44)]
    assert ring(np.zeros((9, 9), np.float32), 8).max() == 0


def test_softening_never_adds_and_keeps_hair() -> None:
    alpha = np.zeros((60, 60), np.float32)
    alpha[20:40, 20:40] = 1
    alpha[10:20, 30] = 1
    soft = softened(alpha, 3)
    assert (soft <= alpha).all()
    assert soft[12, 30] == 1
    assert soft[30, 30] == 1
    assert 0 < soft[30, 20] < 0.9
    assert softened(alpha, 0) is alpha


def test_matching_changes_only_where_it_may() -> None:
    subject = np.full((10, 10, 3), 0.5, np.float32)
    where = np.zeros((10, 10), bool)
    where[0] = True
    scene = np.full((10, 10, 3), (0.9, 0.6, 0.3), np.float32)
    changed = matched(subject, np.ones((10, 10), np.float32), scene, 0.5)
    out = mixed(subject, changed, where.astype(np.float32))
    assert np.array_equal(out[1:], subject[1:])
    assert out[0, 0, 0] > 0.52 > out[0, 0, 2]
