"""The colours of the edge, on composites whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.matting.foreground import bleed, true_colours
from matting_scenes import GROUNDS, Scene, over, scene, scenes

SIDE = 320
SCENES = {each.name: each for each in scenes(SIDE)}


def edge_errors(one: Scene, colours: np.ndarray) -> list[np.ndarray]:
    """Return what the pixels of the edge are off by on black, white and red."""
    edge = (one.alpha > 0.004) & (one.alpha < 0.996)
    return [
        (over(colours, one.alpha, ground) - over(one.front, one.alpha, ground))[edge] for ground in GROUNDS.values()
    ]


@pytest.mark.parametrize("name", SCENES)
def test_edges_are_ten_times_as_true_at_hard_edges_and_six_at_soft_ones(name: str) -> None:
    one = SCENES[name]
    refined = edge_errors(one, true_colours(one.photo, one.alpha))
    for before, after in zip(edge_errors(one, one.photo), refined, strict=True):
        assert np.abs(after).mean() < np.abs(before).mean() / (6 if "soft" in name else 10)


@pytest.mark.parametrize("name", SCENES)
def test_no_dark_fringe_on_white(name: str) -> None:
    one = SCENES[name]
    after = edge_errors(one, true_colours(one.photo, one.alpha))[1]
    assert -np.percentile(after.mean(axis=1), 1) < 0.03  # by this the darkest hundredth is too dark


def test_big_pictures_in_tiles_are_as_true() -> None:
    hair = scene("hair", dark=False, side=1000)
    before, after = (
        np.abs(edge_errors(hair, colours)[0]).mean() for colours in (hair.photo, true_colours(hair.photo, hair.alpha))
    )
    assert after < before / 10


def test_opaque_pixels_keep_their_colours() -> None:
    one = SCENES["hair dark on light"]
    photo = one.photo
    photo.setflags(write=False)
    colours = true_colours(photo, one.alpha)
    assert np.array_equal(colours[one.alpha == 1], photo[one.alpha == 1])
    assert 0 <= colours.min() <= colours.max() <= 1
    assert colours.dtype == np.float32


def test_under_full_transparency_lies_the_subject_s_colour() -> None:
    alpha = np.zeros((200, 300), np.float32)
    alpha[60:140, 100:200] = 1
    photo = np.where(alpha[..., None] > 0, np.float32((0.8, 0.2, 0.1)), np.float32((0.0, 0.9, 0.2)))
    assert np.abs(bleed(photo, alpha) - (0.8, 0.2, 0.1)).max() < 0.02


def test_a_picture_in_tiles_is_as_one_in_a_piece() -> None:
    """The tiles' borders leave no trace: shifting the picture shifts the colours."""
    one = SCENES["soft dark on light"]
    photo, alpha = one.photo, one.alpha
    whole = true_colours(photo, alpha)
    wide = np.pad(photo, ((37, 0), (91, 0), (0, 0)), mode="edge"), np.pad(alpha, ((37, 0), (91, 0)))
    moved = true_colours(*wide)[37:, 91:]
    soft = (alpha > 0.05) & (alpha < 1)
    assert np.abs(moved - whole)[soft].max() < 0.03


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 2)])
def test_any_size_and_nothing(size: tuple[int, int]) -> None:
    photo = np.full((*size, 3), 0.4, np.float32)
    for alpha in (0.0, 0.5, 1.0):
        colours = true_colours(photo, np.full(size, alpha, np.float32))
        assert np.abs(colours - 0.4).max() < 1e-3
