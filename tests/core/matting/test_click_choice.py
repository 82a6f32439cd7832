"""Things chosen by a click, with a network that sees what is bright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.matting.click_choice import Choice, all_chosen, candidates, cell_px, choices_in, chosen

SIDE = 400


def bright(part: np.ndarray, side: int) -> np.ndarray:
    """See what is bright."""
    small = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
    return (small[..., 0] > 0.5).astype(np.float32)


@pytest.fixture
def pots() -> np.ndarray:
    """Three bright discs in a row, of 30, 50 and 30 px radius."""
    picture = np.zeros((SIDE, SIDE, 3), np.float32)
    for x, radius in ((80, 30), (200, 50), (320, 30)):
        cv2.circle(picture, (x, 200), radius, (1, 1, 1), -1)
    return picture


def test_a_click_means_the_thing_under_it_alone(pots: np.ndarray) -> None:
    found = candidates(pots, 0.5, 0.5, bright)
    assert found[0].choice == Choice(0.5, 0.5, 1.0)
    assert found[0].alpha[200, 200] == 1
    assert not found[0].alpha[:, :120].any()
    assert found[0].alpha.sum() == pytest.approx(np.pi * 50**2, rel=0.05)


def test_things_cut_by_the_part_and_places_without_a_thing_are_not_offered(pots: np.ndarray) -> None:
    assert not chosen(pots, Choice(0.5, 0.5, 0.22), bright).any()  # 88 px cut through a disc of 100
    assert candidates(pots, 0.5, 0.05, bright) == []


def test_a_click_may_slip_off_the_edge(pots: np.ndarray) -> None:
    assert chosen(pots, Choice(258 / SIDE, 0.5, 1.0), bright)[200, 200] == 1


def test_chosen_things_are_taken_together(pots: np.ndarray) -> None:
    choices = choices_in("[[0.2, 0.5, 1.0], [0.8, 0.5, 0.62]]")
    both = all_chosen(pots, choices, bright)
    assert both[200, [80, 200, 320]].tolist() == [1, 0, 1]
    assert cell_px(pots, choices) == SIDE / 256


@pytest.mark.parametrize("text", ["{", "[1]", "[[1, 2]]", "[[0.5, 0.5, 2]]", '[["a", 0, 0]]', "[[true, 0, 0]]", "7"])
def test_odd_texts_are_refused(text: str) -> None:
    with pytest.raises(FitAdError, match="could not be read"):
        choices_in(text)


def test_there_are_at_most_twelve() -> None:
    assert choices_in(" ") == ()
    with pytest.raises(FitAdError, match="13 objects are chosen"):
        choices_in(str([[0.5, 0.5, 0.5]] * 13))
