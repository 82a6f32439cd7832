import numpy as np
import pytest
from fit_ad.core.scene.grading import freedom, matched, mixed, ring, softened, toned


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


def test_matching_moves_hue_towards_the_scene_by_its_strength() -> None:
    rng = np.random.default_rng(0)
    subject = rng.uniform(0.2, 0.4, (20, 20, 3)).astype(np.float32)
    scene = np.full((10, 10, 3), (0.8, 0.6, 0.3), np.float32)
    whole = np.ones((20, 20), np.float32)
    made = [matched(subject, whole, scene, strength) for strength in (0.0, 0.5, 1.0)]
    warmth = [float((m[..., 0] - m[..., 2]).mean()) for m in made]
    assert warmth[0] == pytest.approx(0, abs=0.01)
    assert warmth[0] + 0.05 < warmth[1] < warmth[2] - 0.05
    assert matched(subject, whole, scene, 0.0) is subject
    assert matched(subject, np.zeros((20, 20), np.float32), scene, 1.0) is subject


def test_a_lock_frees_the_edge_and_nothing_of_the_core() -> None:
    alpha = np.zeros((60, 60), np.float32)
    alpha[10:50, 10:50] = 1
    free = freedom(alpha, 3, lock=True)
    core = np.zeros(alpha.shape, bool)
    core[12:48, 12:48] = True
    assert np.array_equal(free == 0, core)
    assert (np.diff(free[30, 10:13]) < 0).all()
    assert freedom(alpha, 3, lock=False).min() == 1


def test_mixing_gives_the_very_pixels_where_nothing_is_free() -> None:
    own = np.random.default_rng(1).random((8, 8, 3), dtype=np.float32)
    free = np.zeros((8, 8), np.float32)
    free[0] = 1
    out = mixed(own, np.ones_like(own), free)
    assert np.array_equal(out[1:], own[1:])
    assert np.array_equal(out[0], np.ones((8, 3)))


def test_brightness_and_contrast_keep_black_and_white() -> None:
    steps = np.linspace(0, 1, 11, dtype=np.float32)[None, :, None].repeat(3, 2)
    assert toned(steps, 0, 0) is steps
    lighter, harder, softer = toned(steps, 0.5, 0)[0, :, 0], toned(steps, 0, 1)[0, :, 0], toned(steps, 0, -1)[0, :, 0]
    assert (lighter[[0, 10]] == (0, 1)).all()
    assert (lighter[1:10] > steps[0, 1:10, 0]).all()
    assert (toned(steps, -0.5, 0)[0, 1:10, 0] < steps[0, 1:10, 0]).all()
    assert (harder[[0, 5, 10]] == (0, 0.5, 1)).all()
    assert harder[2] < 0.2 < 0.8 < harder[8]
    assert softer[[0, 10]].tolist() == [0.25, 0.75]
