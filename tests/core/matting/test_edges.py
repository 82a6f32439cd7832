"""Threshold, grow, feather and the ring, against shapes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.matting import EdgeOptions
from fit_ad.core.matting.alpha_distance import signed_distance
from fit_ad.core.matting.edges import edge_band, feather, grow, shape_edge, threshold
from matting_shapes import disc, radius_of

STEPS = (-15.5, -3.0, -0.4, 0.25, 1.0, 2.7, 10.0)


def half_plane(place: float, size: tuple[int, int] = (40, 60)) -> np.ndarray:
    """Return a mask that fills everything left of x = ``place``."""
    return np.broadcast_to(np.clip(place - np.arange(size[1]), 0, 1).astype(np.float32), size).copy()


@pytest.mark.parametrize("radius", [20.3, 60.0])
@pytest.mark.parametrize("px", STEPS)
def test_a_disc_grows_to_a_disc(radius: float, px: float) -> None:
    side = int(2 * (radius + max(px, 0) + 6))
    grown = grow(disc(side, radius), px)
    assert radius_of(grown) == pytest.approx(radius + px, abs=0.04)
    assert np.abs(grown - disc(side, radius + px)).max() < 0.16


@pytest.mark.parametrize("px", [-3.0, 0.25, 2.7, 10.0])
def test_hard_pixels_grow_as_the_shape_they_stand_for(px: float) -> None:
    hard = (disc(160, 60.0) >= 0.5).astype(np.float32)
    assert radius_of(grow(hard, px)) == pytest.approx(60 + px, abs=0.09)


@pytest.mark.parametrize("px", [-2.3, 0.5, 7.7])
def test_a_soft_edge_keeps_its_shape(px: float) -> None:
    grown = grow(disc(160, 60.0, soft_px=6.0), px)
    assert np.abs(grown - disc(160, 60.0 + px, soft_px=6.0)).max() < 0.05


@pytest.mark.parametrize("px", [-256.0, -100.3, 100.3, 256.0])
def test_the_farthest_steps(px: float) -> None:
    radius = 300.0 if px < 0 else 40.0
    side = int(2 * (radius + max(px, 0) + 6))
    assert radius_of(grow(disc(side, radius), px)) == pytest.approx(radius + px, abs=0.08)


@pytest.mark.parametrize("px", [-3.6, -1.0, 0.3, 2.5, 11.0])
def test_a_straight_edge_moves_exactly(px: float) -> None:
    assert np.abs(grow(half_plane(30.25), px) - half_plane(30.25 + px)).max() < 0.03


def test_a_thin_faint_hair_keeps_its_strength_and_gains_width() -> None:
    hair = np.zeros((41, 60), np.float32)
    hair[20] = 0.6
    grown = grow(hair, 2)
    assert grown[20].min() == pytest.approx(0.6, abs=0.08)
    assert grown[18:23, 30].min() > 0.3
    assert grown[[15, 25]].max() == 0


def test_growing_back_and_forth_comes_home() -> None:
    mask = disc(120, 40.0)
    assert np.abs(grow(grow(mask, 5.3), -5.3) - mask).max() < 0.16


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (3, 500)])
@pytest.mark.parametrize("px", [-4.0, 0.5, 90.0])
def test_any_size_grows(size: tuple[int, int], px: float) -> None:
    mask = np.zeros(size, np.float32)
    mask[0, size[1] // 2 :] = 1
    grown = grow(mask, px)
    assert grown.shape == size
    assert grown.dtype == np.float32
    assert 0 <= grown.min() <= grown.max() <= 1
    assert grown.sum() > mask.sum() if px > 0 and mask.min() == 0 else grown.sum() <= mask.sum()
    assert np.array_equal(grow(np.ones(size, np.float32), px), np.ones(size, np.float32))
    assert not grow(np.zeros(size, np.float32), px).any()


def test_the_frame_is_no_edge() -> None:
    assert grow(half_plane(30), -5)[:, 0].min() == 1
    assert feather(half_plane(30), 9)[:, 0].min() == pytest.approx(1, abs=1e-3)
    assert edge_band(half_plane(30), 9)[:, 0].max() == 0


@pytest.mark.parametrize("level", [0.25, 0.5, 0.8])
def test_threshold_lies_where_the_alpha_passes_it(level: float) -> None:
    ramp = disc(160, 60.0, soft_px=20.0)
    crisp = threshold(ramp, level)
    true = 60.0 + 20 * (0.5 - level)
    assert radius_of(crisp) == pytest.approx(true, abs=0.03)
    assert np.abs(crisp - disc(160, true)).max() < 0.08


def test_threshold_leaves_hard_masks_and_nothing_alone() -> None:
    hard = (disc(60, 20.0) > 0.5).astype(np.float32)
    assert threshold(hard, 0.5) is hard
    soft = disc(60, 20.0)
    assert threshold(soft, 0) is soft
    assert not threshold(soft * 0.3, 0.5).any()


@pytest.mark.parametrize("px", [1.5, 3.0, 7.5, 8.5, 9.0, 33.3, 120.0])
def test_feather_fades_by_its_pixels(px: float) -> None:
    width = int(8 * px) + 40
    faded = feather(half_plane(width / 2, (24, width)), px)[12]
    slope = -np.diff(faded.astype(np.float64))
    place = np.arange(1, width)
    mean = (slope * place).sum() / slope.sum()
    spread = np.sqrt((slope * (place - mean) ** 2).sum() / slope.sum())
    assert mean == pytest.approx(width / 2, abs=0.02)
    assert spread == pytest.approx(px / 2, abs=max(0.05, 0.012 * px))
    assert np.all(slope >= -1e-6)


@pytest.mark.parametrize("px", [1.0, 2.5, 24.0, 90.4])
def test_the_ring_lies_on_both_sides_of_the_edge(px: float) -> None:
    side = int(2 * (60 + px / 2 + 6))
    ring = edge_band(disc(side, 60.0), px)
    true = disc(side, 60.0 + px / 2) - disc(side, 60.0 - px / 2)
    assert np.abs(ring - true).max() < 0.2
    assert ring.sum() / true.sum() == pytest.approx(1, abs=0.004 + 0.04 / px)


def test_no_ring_without_an_edge() -> None:
    assert not edge_band(np.ones((9, 9), np.float32), 5).any()
    assert not edge_band(np.zeros((9, 9), np.float32), 5).any()
    assert not edge_band(disc(40, 9.0), 0).any()


def test_the_steps_come_in_order_and_leave_the_mask_alone() -> None:
    mask = disc(120, 30.0, soft_px=10.0)
    mask.setflags(write=False)
    shaped = shape_edge(mask, EdgeOptions(threshold=0.5, grow=4.5, feather=3))
    assert np.array_equal(shaped, feather(grow(threshold(mask, 0.5), 4.5), 3))
    assert radius_of(threshold(shaped, 0.5)) == pytest.approx(34.5, abs=0.1)


def test_distances_of_a_line_are_exact() -> None:
    away = signed_distance(half_plane(30.25), 0.5)
    assert np.abs(away - (30.25 - 0.5 - np.arange(60))).max() < 0.1
    assert np.abs(away[:, [0, 59]] - (29.75, -29.25)).max() < 0.1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"threshold": 1.5}, "threshold is 1.5"),
        ({"grow": -300}, "grow is -300"),
        ({"feather": float("nan")}, "feather is nan"),
        ({"edge_band": -1}, "edge_band is -1"),
    ],
)
def test_values_out_of_range_are_named(values: dict[str, float], said: str) -> None:
    with pytest.raises(FitAdError, match=said):
        EdgeOptions(**values)
