"""Faces, hands and people that no type may lie on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fit_ad.core.matting import protected
from fit_ad.core.matting.detectors import FAR_FACES, NEAR_FACES, Find, overlap
from fit_ad.core.matting.person_finder import faces
from fit_ad.core.matting.protected import find_protected
from fit_ad.core.raster.box import Box

FACE = Box(172, 60, 100, 126)  # of the astronaut, by eye: from the fringe to the chin


def centre(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def test_the_face_and_the_person_of_a_portrait_are_found(astronaut: np.ndarray) -> None:
    found = find_protected(astronaut)
    assert overlap(found.faces[0], FACE) > 0.7
    assert len(found.faces) == len(found.persons) == 1
    assert found.persons[0].width > 250
    mask, whole = found.mask(), found.mask(persons=True)
    assert (mask[128, 225], mask[400, 200], whole[400, 200]) == (1, 0, pytest.approx(1, abs=0.1))
    assert not whole[200, 60:90].any()  # the flag
    assert (whole >= mask).all()


def test_a_cup_has_none(coffee: np.ndarray) -> None:
    found = find_protected(coffee)
    assert not found
    assert not found.mask(persons=True).any()


def from_afar(portrait: np.ndarray, scale: float) -> np.ndarray:
    """Return a grey picture, 800 x 600, with the portrait made smaller, its corner at (230, 40)."""
    small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = np.full((600, 800, 3), 0.55, np.float32)
    picture[40 : 40 + small.shape[0], 230 : 230 + small.shape[1]] = small
    return picture


def off_the_nose(face: Box, scale: float) -> float:
    x, y = centre(face)
    return float(np.hypot(x - 230 - 224 * scale, y - 40 - 125 * scale))


@pytest.mark.parametrize("scale", [1.0, 0.6])
def test_a_face_is_found_wherever_it_is(astronaut: np.ndarray, scale: float) -> None:
    (face,) = faces(from_afar(astronaut, scale))
    assert off_the_nose(face, scale) < 14 * scale


def test_a_face_of_a_twentieth_of_the_width_is_a_keep_out_too(astronaut: np.ndarray) -> None:
    found = find_protected(from_afar(astronaut, 0.4)).faces
    assert min(off_the_nose(face, 0.4) for face in found) < 24 * 0.4  # a keep-out has the forehead too


def test_answers_of_one_face_are_averaged_and_points_lie_in_it(astronaut: np.ndarray) -> None:
    for detector in (NEAR_FACES, FAR_FACES):
        (face,) = detector.find(astronaut, 0.5)
        assert face.score > 0.85
        eyes, mouth = face.points[:2], face.points[3]
        assert np.abs(eyes - np.array([(207, 113), (245, 113)])).max() < 14
        assert np.abs(mouth - (227, 155)).max() < 14


def test_a_hand_reaches_from_the_palm_towards_the_fingers() -> None:
    points = np.array([(50, 90), (40, 60), (50, 60), (60, 60), (65, 62), (35, 80), (30, 70)], np.float32)
    box = protected._hand(Find(Box(30, 50, 40, 40), 0.9, points))
    assert box == Box(10, 14, 80, 80)


def test_a_network_that_cannot_be_read_is_logged_and_left_out(
    astronaut: np.ndarray, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in ("detectors", "protected"):
        monkeypatch.setattr(f"fit_ad.core.matting.{module}.shipped_network", _missing)
    assert not find_protected(astronaut)
    assert "looked for without mediapipe-face" in caplog.text


def _missing(model_id: str) -> None:
    from fit_ad.core.errors import MissingModelError

    raise MissingModelError(f"The model file of {model_id} is missing")


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (30, 900), (64, 64)])
def test_any_size_of_picture_will_do(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random((*size, 3), np.float32)
    assert find_protected(picture).mask(persons=True).shape == size
