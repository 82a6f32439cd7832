import logging
from dataclasses import replace

import cv2
import numpy as np
import pytest
from cutouts import block, disc, grey
from fit_ad.core.errors import FitAdError
from fit_ad.core.raster.box import Box
from fit_ad.core.scene.compose import ComposeOptions, FrameCuts, compose
from fit_ad.core.scene.grading import freedom
from fit_ad.core.scene.subject import resampled

NO_CUTS = FrameCuts(False, False, False, False)


def test_own_pixels_stay_exactly_as_they_were() -> None:
    cutout = disc()
    options = ComposeOptions(position="xy", scale=80 / 216, color_match=1.0, sharpen=2.0, edge_blend_px=2)
    made = compose(grey(), cutout, options)
    assert made.box == Box(68, 95, 80, 80)
    placed = np.zeros((270, 216, 3), np.float32)
    placed[95:175, 68:148] = cutout[20:100, 20:100, :3]
    inside = freedom(made.mask, 5, lock=True) == 0
    assert inside.sum() > 2500
    assert np.array_equal(made.image[inside], placed[inside])


def test_without_the_lock_colours_lean_towards_the_scene() -> None:
    cutout = disc()
    cutout[..., :3] = (0.8, 0.3, 0.2)
    scene = grey()
    scene[:] = (0.2, 0.4, 0.7)
    centre = lambda lock: compose(scene, cutout, ComposeOptions(lock=lock, scale=0.5)).image[made_row, 108]  # noqa: E731
    made_row = int(compose(scene, cutout, ComposeOptions(scale=0.5)).box.y + 40)
    assert np.allclose(centre(True), (0.8, 0.3, 0.2), atol=1e-6)
    assert centre(False)[2] > 0.21


@pytest.mark.parametrize("canvas", [(216, 270), (240, 240), (216, 384), (480, 270), (412, 103)])
def test_a_subject_cut_off_at_the_bottom_leaves_at_the_bottom(canvas: tuple[int, int]) -> None:
    made = compose(grey(*canvas), block((100, 100), 20, 80, 100, 30), ComposeOptions())
    assert made.box.bottom == canvas[1]
    assert made.mask[-1].max() == 1
    assert made.edge_band[-1, int(made.box.x + made.box.width / 2)] == 0


def test_a_subject_cut_off_at_one_side_leaves_at_that_side() -> None:
    assert compose(grey(), block((100, 100), 20, 100, 80, 40), ComposeOptions()).box.right == 216
    assert compose(grey(), block((100, 100), 20, 60, 80, 0), ComposeOptions()).box.x == 0


def test_a_cut_line_that_cannot_leave_the_canvas_fades() -> None:
    made = compose(grey(480, 270), block((100, 100), 20, 100, 100, 0), ComposeOptions())
    left = int(made.box.x)
    assert left > 0
    assert made.mask[200, left] < 0.05
    assert made.mask[200, left + int(made.box.width / 2)] == 1


def test_a_photo_that_was_not_cut_out_floats_nowhere_else() -> None:
    made = compose(
        grey(), np.full((40, 40, 3), 0.5, np.float32), ComposeOptions(position="center", scale=0.5), np.ones((40, 40))
    )
    assert made.box == Box(54, 81, 108, 108)


def test_a_subject_outside_the_canvas_leaves_the_background() -> None:
    made = compose(grey(), disc(), ComposeOptions(position="xy", scale=0.2, x_pct=-100, shadow=0))
    assert np.array_equal(made.image, grey())
    assert made.mask.max() == 0


def test_specks_do_not_count_as_subject() -> None:
    cutout = disc()
    cutout[2, 2, 3] = 1
    assert compose(grey(), cutout, ComposeOptions()).box == compose(grey(), disc(), ComposeOptions()).box


def test_shadow_darkens_beside_the_subject_and_only_darkens() -> None:
    plain, shaded = (compose(grey(), disc(), ComposeOptions(shadow=s)) for s in (0.0, 0.8))
    outside = shaded.mask == 0
    assert np.array_equal(plain.image[outside], grey()[outside])
    assert (shaded.image[outside] <= grey()[outside] + 1e-6).all()
    x, y = round(shaded.box.x + shaded.box.width / 2), round(shaded.box.bottom + 3)
    assert shaded.image[y, x, 0] < 0.72
    assert shaded.image[5, 5, 0] > 0.79


def test_shadow_falls_where_the_angle_points() -> None:
    def sides(angle: float) -> tuple[float, float]:
        made = compose(grey(), disc(), ComposeOptions(shadow=1, shadow_angle_deg=angle))
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
    made = compose(grey(value=0.5), cutout, ComposeOptions(shadow=0, color_match=0, scale=0.9))
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
    compose(scene, cutout, ComposeOptions(lock=False, sharpen=1))
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
        compose(grey(), disc(), ComposeOptions(position="middle"))


@pytest.mark.parametrize("edge_blend_px", [0.0, 1.5, 4.0])
def test_everything_at_once_leaves_locked_pixels_exactly_as_they_were(edge_blend_px: float) -> None:
    cutout = disc(seed=3)
    harsh = {
        "shadow": 1,
        "color_match": 1,
        "sharpen": 2,
        "reflection": 1,
        "relight": 1,
        "brightness": 1,
        "contrast": -1,
    }
    options = ComposeOptions("xy", 80 / 216, 50, 50, edge_blend_px=edge_blend_px, **harsh)
    made = compose(grey(value=0.3), cutout, options)
    inside = freedom(made.mask, edge_blend_px + 0.5, lock=True) == 0
    assert inside.sum() > 3400
    box = made.box.slices(270, 216)
    assert np.array_equal(made.image[box][inside[box]], cutout[20:100, 20:100, :3][inside[box]])
    free = compose(grey(value=0.3), cutout, replace(options, lock=False))
    assert np.abs(free.image[inside] - made.image[inside]).mean() > 0.05


@pytest.mark.parametrize("scale", [0.2, 0.73])
def test_a_rescaled_product_is_locked_too(scale: float) -> None:
    cutout = disc(seed=4)
    made = compose(grey(), cutout, ComposeOptions("center", scale, color_match=1, sharpen=2, relight=1))
    size = (int(made.box.width), int(made.box.height))
    expected = resampled(cutout[20:100, 20:100], size)[..., :3]
    inside = (freedom(made.mask, 2.5, lock=True) == 0)[made.box.slices(270, 216)]
    assert inside.sum() > 0.5 * size[0] * size[1]
    assert np.array_equal(made.image[made.box.slices(270, 216)][inside], expected[inside])


def test_enlarging_gives_back_the_original_better_than_plain_lanczos(coffee: np.ndarray) -> None:
    photo = np.dstack([coffee[100:300, 200:400], np.ones((200, 200), np.float32)])
    ours = resampled(photo, (400, 400))[..., :3]
    plain = np.clip(cv2.resize(photo[..., :3], (400, 400), interpolation=cv2.INTER_LANCZOS4), 0, 1)

    def off(picture: np.ndarray) -> float:
        back = cv2.resize(picture, (200, 200), interpolation=cv2.INTER_AREA)
        lab = [cv2.cvtColor(p, cv2.COLOR_RGB2Lab) for p in (back, photo[..., :3])]
        return float(np.linalg.norm(lab[0] - lab[1], axis=2).mean())

    assert off(ours) < 0.65 * off(plain)


def test_brightness_waits_for_the_lock_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    plain = compose(grey(), disc(), ComposeOptions())
    with caplog.at_level(logging.WARNING, "fit_ad.compose"):
        locked = compose(grey(), disc(), ComposeOptions(brightness=0.5))
    assert np.array_equal(plain.image, locked.image)
    assert "until lock is off" in caplog.text
    unlocked = compose(grey(), disc(), ComposeOptions(brightness=0.5, lock=False))
    assert unlocked.image[unlocked.mask == 1].mean() > plain.image[plain.mask == 1].mean() + 0.05


def test_changes_at_the_edge_leave_no_line_where_the_lock_begins() -> None:
    cutout = disc(size=240, radius=100)
    cutout[..., :3] = (0.6, 0.3, 0.2)
    scene = grey(432, 540)
    scene[:] = (0.2, 0.4, 0.8)
    made = compose(scene, cutout, ComposeOptions("center", 200 / 432, shadow=0, color_match=1, relight=1))
    row = made.image[270, 117:160]
    assert np.abs(np.diff(row[np.flatnonzero(made.mask[270, 117:160] >= 1)], axis=0)).max() < 0.12


def test_what_is_transparent_in_the_background_is_white() -> None:
    scene = np.dstack([grey(value=0.2), np.ones((270, 216), np.float32)])
    scene[:100, :, 3] = 0
    image = compose(scene, np.zeros((5, 5, 4), np.float32)).image
    assert (image[:100] == 1).all()
    assert np.array_equal(image[100:], grey(value=0.2)[100:])


CUTOUTS = {
    "empty": np.zeros((40, 40, 4), np.float32),
    "full": np.ones((40, 40, 4), np.float32),
    "pixel": np.ones((1, 1, 4), np.float32),
    "line": np.ones((1, 3000, 4), np.float32),
    "pole": np.ones((3000, 1, 4), np.float32),
    "larger than the canvas": disc(900, 440),
    "nan": np.full((30, 30, 4), np.nan, np.float32),
    "faint": np.full((30, 30, 4), 0.2, np.float32),
    "beyond 0..1": disc() * 4 - 1,
    "grey and alpha": disc()[..., 2:],
    "float64": disc().astype(np.float64),
}
SCENES = {
    "usual": grey(),
    "pixel": grey(1, 1),
    "line": grey(700, 1),
    "pole": grey(1, 700),
    "nan": np.full((60, 50, 3), np.nan, np.float32),
    "clear": np.zeros((60, 50, 4), np.float32),
    "grey": grey()[..., :1],
}
EVERYTHING = ComposeOptions(
    reflection=0.5, relight=1, sharpen=1, color_match=1, lock=False, brightness=0.2, contrast=0.3
)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("cutout", CUTOUTS)
def test_any_cutout_on_any_background_gives_a_picture(scene: str, cutout: str) -> None:
    for options in (
        ComposeOptions(),
        EVERYTHING,
        ComposeOptions("xy", 2.0, 110, -20),
        ComposeOptions("bottom", reflection=1),
    ):
        made = compose(SCENES[scene], CUTOUTS[cutout], options, logo=disc())
        assert made.image.shape == (*SCENES[scene].shape[:2], 3)
        assert np.isfinite(made.image).all()
        assert 0 <= made.image.min() <= made.image.max() <= 1
        assert 0 <= made.mask.min() <= made.mask.max() <= 1
        assert set(np.unique(made.edge_band)) <= {0.0, 1.0}


def test_pictures_without_pixels_are_named() -> None:
    with pytest.raises(FitAdError, match="background has no pixels"):
        compose(np.zeros((0, 5, 3), np.float32), disc())
    with pytest.raises(FitAdError, match="cut-out has no pixels"):
        compose(grey(), np.zeros((0, 0, 4), np.float32))


def test_a_needle_at_a_large_scale_is_an_error_and_not_all_memory() -> None:
    with pytest.raises(FitAdError, match=r"would be 17280×.*scale 2"):
        compose(grey(8640, 300), np.ones((1, 300, 4), np.float32), ComposeOptions("center", 2.0))
