import numpy as np
import pytest
from cutouts import block, carton, disc
from fit_ad.core.raster.box import Box
from fit_ad.core.scene.ground_contact import ground_contact
from fit_ad.core.scene.shadows import Pose, pose_of, shadow


def test_round_things_lie_and_tall_ones_stand() -> None:
    assert pose_of(disc()[20:100, 20:100, 3]) is Pose.LYING
    assert pose_of(np.ones((300, 90), np.float32)) is Pose.STANDING
    assert pose_of(np.zeros((9, 9), np.float32)) is Pose.STANDING
    assert pose_of(carton()[20:111, 10:111, 3]) is Pose.STANDING


def test_feet_are_where_the_outline_ends() -> None:
    feet = ground_contact(block((100, 100), 20, 80, 90, 30)[..., 3])
    assert feet.columns.tolist() == list(range(30, 80))
    assert (feet.row == 90).all()
    assert feet.rise == 0


def test_a_base_seen_from_its_corner_touches_along_both_sides() -> None:
    feet = ground_contact(carton()[..., 3])
    assert (feet.columns[0], feet.columns[-1]) == (12, 108)
    assert feet.row[60] == 111
    assert feet.row[12] == pytest.approx(88, abs=1)
    assert feet.rise == pytest.approx(23, abs=1.5)
    assert feet.sure[60] == 1
    assert 0.3 < feet.sure[12] < 0.6


def test_a_handle_does_not_touch_but_legs_do() -> None:
    table = block((100, 100), 20, 90, 30, 10)
    table[30:90, 10:14, 3] = table[30:88, 86:90, 3] = 1
    assert ground_contact(table[..., 3]).columns.tolist() == [*range(10, 14), *range(86, 90)]
    empty = ground_contact(np.zeros((9, 9), np.float32))
    assert not len(empty.columns)
    assert empty.rise == 0


def cast(alpha: np.ndarray, pose: Pose, angle: float = 35, softness: float = 1) -> np.ndarray:
    ys, xs = np.flatnonzero((alpha > 0.5).any(1)), np.flatnonzero((alpha > 0.5).any(0))
    box = Box(xs[0], ys[0], xs[-1] + 1 - xs[0], ys[-1] + 1 - ys[0])
    return shadow(alpha, box, pose, angle, softness)


def standing() -> np.ndarray:
    return block((270, 216), 60, 138, 220, 78)[..., 3]


def test_is_darkest_at_the_base_and_leaves_the_wall_alone() -> None:
    dark = cast(standing(), Pose.STANDING)
    assert dark[221, 80:136].min() > 0.7
    assert dark[:150][:, :70].max() < 0.02  # no halo
    assert dark[:150][:, 146:].max() < 0.02
    assert dark[10, 108] < 0.01


def test_what_lies_throws_no_halo_behind_its_far_rim() -> None:
    alpha = np.zeros((270, 216), np.float32)
    alpha[75:195, 48:168] = disc(120, 58)[..., 3]
    dark = cast(alpha, Pose.LYING)
    assert dark[:76].max() < 0.02
    assert dark[197, 112] > 0.35
    assert cast(alpha, Pose.LYING, -90)[70:76].max() > 0.1  # unless the light comes from the front


def test_falls_away_from_the_light_and_softens() -> None:
    def spread(angle: float) -> tuple[float, float]:
        dark = cast(standing(), Pose.STANDING, angle)
        return float(dark[200:250, :70].sum()), float(dark[200:250, 146:].sum())

    left, right = spread(0)
    assert right > 3 * left
    left, right = spread(180)
    assert left > 3 * right
    hard, soft = (cast(standing(), Pose.STANDING, 35, s) for s in (0.0, 2.0))
    steepest = [float(np.abs(np.diff(d[225:, 146:], axis=1)).max()) for d in (hard, soft)]
    assert steepest[0] > 1.5 * steepest[1]


def test_the_shadow_of_a_corner_joins_both_sides_of_the_base() -> None:
    alpha = np.zeros((270, 270), np.float32)
    alpha[60:180, 75:195] = carton()[..., 3]
    dark = cast(alpha, Pose.STANDING)
    under = ground_contact(alpha).row.astype(int)
    assert min(dark[under[x] + 1, x] for x in range(88, 182)) > 0.45


def test_a_person_on_a_wall_has_a_shadow_on_one_side_only() -> None:
    dark = cast(block((270, 216), 100, 150, 270, 66)[..., 3], Pose.BLEEDING, 0)
    assert dark[180, 56] < 0.03
    assert dark[180, 158] > 0.12
