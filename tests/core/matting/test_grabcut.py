"""The model-free cut-out, on the sample photos and on scenes made up."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fit_ad.core.matting import cut
from fit_ad.core.matting.grabcut import grabcut

# (x, y) of places that a person would call subject or background
ASTRONAUT = {
    True: [(224, 110), (226, 30), (165, 90), (290, 90), (60, 400), (330, 300), (400, 380), (480, 430), (210, 500)],
    False: [(40, 60), (30, 300), (350, 60), (420, 40), (410, 180), (440, 300), (120, 120), (330, 180), (500, 300)],
}
COFFEE = {
    True: [(290, 110), (110, 230), (290, 370), (460, 230), (410, 90), (225, 270), (365, 290), (180, 150), (215, 60)],
    False: [(30, 30), (40, 330), (560, 60), (560, 350), (470, 90), (490, 370), (100, 90), (300, 395), (60, 200)],
}


@pytest.fixture(scope="module")
def cuts(astronaut: np.ndarray, coffee: np.ndarray) -> dict[str, np.ndarray]:
    return {"astronaut": cut(astronaut, "grabcut").mask, "coffee": cut(coffee, "grabcut").mask}


@pytest.mark.parametrize(
    ("name", "places", "share"),
    [("astronaut", ASTRONAUT, 0.53), ("coffee", COFFEE, 0.473)],
    ids=["astronaut", "coffee"],
)
def test_the_samples_are_cut_as_a_person_would(
    cuts: dict[str, np.ndarray], name: str, places: dict[bool, list[tuple[int, int]]], share: float
) -> None:
    mask = cuts[name]
    assert [at for at in places[True] if mask[at[1], at[0]] < 0.98] == []
    assert [at for at in places[False] if mask[at[1], at[0]] > 0.02] == []
    assert mask.mean() == pytest.approx(share, abs=0.015)
    assert ((mask > 0.02) & (mask < 0.98)).mean() < 0.03  # the edge is crisp
    assert cv2.connectedComponents((mask > 0.5).astype(np.uint8))[0] == 2  # one piece


def test_the_same_picture_gives_the_same_mask(cuts: dict[str, np.ndarray], coffee: np.ndarray) -> None:
    cv2.setRNGSeed(99)
    assert np.array_equal(cut(coffee, "grabcut").mask, cuts["coffee"])


@pytest.mark.parametrize(
    ("centre", "size"), [((0.5, 0.5), (300, 400)), ((0.3, 0.62), (900, 600)), ((0.68, 0.4), (300, 400))]
)
def test_a_thing_on_a_calm_ground_is_found_where_it_stands(centre: tuple[float, float], size: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    away = np.hypot(y - centre[1] * size[0], x - centre[0] * size[1]) - 0.2 * min(size)
    true = np.clip(0.5 - away, 0, 1)[..., None]
    ground = 0.75 + 0.1 * (y / size[0])[..., None] + 0.01 * rng.standard_normal((*size, 3))
    thing = np.array((0.15, 0.35, 0.3)) + 0.05 * rng.standard_normal((*size, 3))
    mask = grabcut(np.clip(thing * true + ground * (1 - true), 0, 1).astype(np.float32))
    assert np.abs(mask - true[..., 0]).mean() < 0.004


@pytest.mark.parametrize("kind", ["flat", "ramp", "vignette", "black"])
def test_an_empty_scene_gives_an_empty_mask(kind: str) -> None:
    y, x = np.mgrid[-1:1:200j, -1:1:300j].astype(np.float32)
    plane = {"flat": 0.6 + 0 * x, "ramp": 0.5 + 0.4 * x, "vignette": 0.9 - 0.3 * (x**2 + y**2), "black": 0 * x}[kind]
    picture = np.repeat(plane[..., None], 3, axis=2).astype(np.float32)
    picture += 0.004 * np.random.default_rng(1).standard_normal(picture.shape).astype(np.float32)
    assert not grabcut(np.clip(picture, 0, 1)).any()


def test_progress_rises(coffee: np.ndarray) -> None:
    shares: list[float] = []
    grabcut(coffee, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] <= 1
