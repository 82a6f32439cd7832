"""Strokes painted by hand put a cut-out right."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.matting import Hints, InstalledModels, cut
from fit_ad.core.matting.hints import corrected, finished


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a photo of two things on a ground, and the true masks of the left and the right one."""
    rng = np.random.default_rng(4)
    photo = np.full((240, 320, 3), 0.75, np.float32)
    left, right = np.zeros((240, 320), np.float32), np.zeros((240, 320), np.float32)
    left[60:180, 40:120] = 1
    right[60:180, 200:280] = 1
    photo[left > 0] = (0.7, 0.15, 0.1)
    photo[right > 0] = (0.1, 0.3, 0.6)
    return np.clip(photo + rng.normal(0, 0.01, photo.shape), 0, 1).astype(np.float32), left, right


def stroke(y: int, x: int) -> np.ndarray:
    plane = np.zeros((240, 320), np.float32)
    plane[y - 6 : y + 6, x - 25 : x + 25] = 1
    return plane


def test_a_stroke_on_a_lost_thing_brings_the_whole_of_it() -> None:
    photo, left, right = scene()
    mask = finished(left, photo, Hints(keep=stroke(120, 240)))
    assert np.abs(mask - np.maximum(left, right)).mean() < 0.01


def test_a_stroke_on_what_does_not_belong_takes_the_whole_of_it() -> None:
    photo, left, right = scene()
    mask = finished(np.maximum(left, right), photo, Hints(remove=stroke(120, 240)))
    assert np.abs(mask - left).mean() < 0.01


def test_strokes_are_obeyed_and_removing_wins() -> None:
    photo, left, _ = scene()
    kept, removed = stroke(30, 160), stroke(30, 170)  # on the bare ground, overlapping
    answer = corrected(left, photo, Hints(kept, removed))
    assert answer[removed > 0].max() == 0
    assert answer[(kept > 0) & (removed == 0)].min() == 1


@pytest.mark.parametrize("hints", [Hints(), Hints(np.zeros((9, 7), np.float32)), Hints(None, np.zeros((0, 4)))])
def test_nothing_painted_changes_nothing(hints: Hints) -> None:
    photo, left, _ = scene()
    assert corrected(left, photo, hints) is left


def test_masks_of_another_size_and_with_holes_in_their_numbers_will_do() -> None:
    photo, left, right = scene()
    small = stroke(120, 240)[::2, ::2].copy()
    small[0, 0] = np.nan
    mask = finished(left, photo, Hints(keep=small))
    assert np.abs(mask - np.maximum(left, right)).mean() < 0.01


def test_what_was_put_right_by_hand_is_trusted_and_a_given_alpha_only_shrinks() -> None:
    photo, left, right = scene()
    given = np.dstack([photo, np.maximum(left, right)])
    done = cut(given, hints=Hints(remove=stroke(120, 240)), shelf=InstalledModels())
    assert (done.engine, done.confidence) == ("alpha", 1.0)
    assert np.abs(done.mask - left).mean() < 0.01
