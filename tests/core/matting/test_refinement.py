"""From a coarse answer to the picture's own edges."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fit_ad.core.matting.refinement import refine
from matting_scenes import Scene, scene

CELL = 4.0


def coarse(alpha: np.ndarray) -> np.ndarray:
    """Return an alpha as a network answers that sees every fourth pixel: blurred, and a third of a cell beside."""
    moved = cv2.warpAffine(alpha, np.array([[1, 0, 1.3], [0, 1, -1.0]], np.float32), alpha.shape[::-1])
    small = cv2.resize(moved, None, fx=1 / CELL, fy=1 / CELL, interpolation=cv2.INTER_AREA)
    return np.clip(cv2.resize(small, alpha.shape[::-1], interpolation=cv2.INTER_CUBIC), 0, 1)


def error(one: Scene, alpha: np.ndarray) -> float:
    edge = cv2.dilate(((one.alpha > 0.01) & (one.alpha < 0.99)).astype(np.uint8), np.ones((13, 13))) > 0
    return float(np.abs(alpha - one.alpha)[edge].mean())


@pytest.mark.parametrize(("kind", "times"), [("shapes", 3.0), ("hair", 1.5)])
@pytest.mark.parametrize("dark", [True, False])
def test_the_edge_comes_close_to_the_truth(kind: str, times: float, dark: bool) -> None:
    one = scene(kind, dark, 480)
    answer = coarse(one.alpha)
    assert error(one, refine(answer, one.photo, CELL)) < error(one, answer) / times


def test_a_big_picture_is_refined_on_a_reduced_copy_and_stays_crisp() -> None:
    one = scene("shapes", True, 1200)
    answer = coarse(one.alpha)
    alpha = refine(answer, one.photo, CELL)
    assert alpha.shape == one.alpha.shape
    assert error(one, alpha) < error(one, answer) / 1.5
    assert ((alpha > 0.02) & (alpha < 0.98)).mean() < 1.5 * ((answer > 0.02) & (answer < 0.98)).mean() / 2


def test_where_colours_tell_nothing_the_edge_is_as_crisp_as_a_solid_thing_s() -> None:
    y, x = np.mgrid[:400, :400]
    answer = np.clip((150 - np.hypot(x - 200, y - 200)) / 30 + 0.5, 0, 1).astype(np.float32)
    photo = np.full((400, 400, 3), 0.6, np.float32)
    alpha = refine(answer, photo, 4.0)
    row = alpha[200, 300:400]
    assert ((row > 0.05) & (row < 0.95)).sum() <= 3
    assert abs(int((alpha[200] > 0.5).sum()) - 300) <= 6


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_answer_without_an_edge_stays(value: float) -> None:
    answer = np.full((50, 70), value, np.float32)
    assert np.array_equal(refine(answer, np.random.default_rng(0).random((50, 70, 3), np.float32), 3.0), answer)


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (7, 5), (64, 3)])
def test_small_pictures_give_sound_alphas(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    alpha = refine(rng.random(shape, np.float32), rng.random((*shape, 3), np.float32), 0.1)
    assert alpha.shape == shape
    assert 0 <= alpha.min() <= alpha.max() <= 1
