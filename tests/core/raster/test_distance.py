"""Distances to the edge: between the pixels, at any angle, without ridges."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from fit_ad.core.raster.distance import FAR, NOWHERE, CoverageOutline, LevelOutline, signed_distance

FINE = 16
SIDE = 160


def edge_distance(cover: np.ndarray, inside_px: float, outside_px: float) -> np.ndarray:
    return signed_distance(CoverageOutline(cover), (0, inside_px), (0, outside_px))


def half_plane(angle_deg: float, offset: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the coverage of a half plane, and the true distance of each pixel to its edge."""
    x, y = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    fine = (np.arange(SIDE * FINE) + 0.5) / FINE - SIDE / 2
    inside = (offset - fine[None] * x - fine[:, None] * y > 0).astype(np.uint8) * 255
    at = np.arange(SIDE) + 0.5 - SIDE / 2
    return cv2.resize(inside, (SIDE, SIDE), interpolation=cv2.INTER_AREA), offset - at[None] * x - at[:, None] * y


@pytest.mark.parametrize("angle_deg", [0, 4, 10, 30, 45, 73, 90, 200])
@pytest.mark.parametrize("offset", [0.0, 0.3, -0.45])
def test_distances_to_a_straight_edge(angle_deg: float, offset: float) -> None:
    cover, true = half_plane(angle_deg, offset)
    near = np.abs(true) < 25
    near[:30] = near[-30:] = near[:, :30] = near[:, -30:] = False
    error = edge_distance(cover, 30, 30)[near] - true[near]
    assert abs(error.mean()) < 0.03
    assert np.sqrt(np.mean(error**2)) < 0.2


def test_distances_to_a_circle() -> None:
    y, x = (np.indices((SIDE * FINE, SIDE * FINE)) + 0.5) / FINE - SIDE / 2
    disc = (np.hypot(x, y) < 50.3).astype(np.uint8) * 255
    cover = cv2.resize(disc, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    y, x = np.indices((SIDE, SIDE)) + 0.5 - SIDE / 2
    true = 50.3 - np.hypot(x, y)
    near = np.abs(true) < 20
    error = edge_distance(cover, 25, 25)[near] - true[near]
    assert abs(error.mean()) < 0.03
    assert np.sqrt(np.mean(error**2)) < 0.2


def test_the_sign_is_that_of_the_coverage() -> None:
    cover, _ = half_plane(30, 0.0)
    distance = edge_distance(cover, 10, 10)
    assert (distance[cover == 255] > 0).all()
    assert (distance[cover == 0] < 0).all()


@pytest.mark.parametrize(("value", "far"), [(0, -FAR), (255, FAR)])
def test_without_an_edge_everything_is_far(value: int, far: float) -> None:
    assert (edge_distance(np.full((5, 7), value, np.uint8), 3, 3) == far).all()


@pytest.mark.parametrize("angle_deg", [0, 10, 30, 45, 200])
def test_a_mask_read_linearly_has_its_edge_to_a_tenth_of_a_pixel(angle_deg: float) -> None:
    cover, true = half_plane(angle_deg, 0.3)
    near = np.abs(true) < 25
    near[:30] = near[-30:] = near[:, :30] = near[:, -30:] = False
    error = signed_distance(LevelOutline(cover.astype(np.float32) / 255, 0.5))[near] - true[near]
    assert np.sqrt(np.mean(error**2)) < 0.1


@pytest.mark.parametrize("level", [0.25, 0.5, 0.9])
def test_the_level_of_a_soft_edge_is_where_the_mask_passes_it(level: float) -> None:
    mask = np.tile(np.clip((np.arange(80, dtype=np.float32) - 30) / 20, 0, 1), (20, 1))
    distance = signed_distance(LevelOutline(mask, level))[10]
    assert distance == pytest.approx(np.arange(80) - (30 + 20 * level), abs=0.02)


def test_stairs_are_smoothed_only_when_asked_for() -> None:
    cover, true = half_plane(10, 0.0)
    hard = (cover >= 128).astype(np.float32)
    near = (np.abs(true) < 20) & (np.abs(np.indices(true.shape) - SIDE / 2).max(axis=0) < 50)
    plain, evened = (signed_distance(LevelOutline(hard, 0.5, evened=wanted))[near] for wanted in (False, True))
    assert np.std(evened - true[near]) < 0.8 * np.std(plain - true[near])
    assert ((evened > 0) == (hard[near] > 0)).all()


def test_far_from_where_it_has_to_be_exact_it_is_right_to_a_pixel() -> None:
    cover, true = half_plane(30, 0.2)
    distance = signed_distance(CoverageOutline(cover), NOWHERE, (10, 12))
    near = (np.abs(true) < 40) & (np.abs(np.indices(true.shape) - SIDE / 2).max(axis=0) < 50)
    assert np.abs(distance[near] - true[near]).max() < 1.9
    ring = near & (np.abs(true + 11) < 1)
    assert np.sqrt(np.mean((distance[ring] - true[ring]) ** 2)) < 0.2
