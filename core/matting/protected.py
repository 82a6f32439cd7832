"""What no type may lie on: faces, hands and, where asked for, whole people, with or without a cut-out."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..raster.box import Box
from .detectors import FAR_FACES, NEAR_FACES, PALMS, Detector, Find, overlap
from .networks import shipped_network

Array = NDArray[np.float32]

log = logging.getLogger("fit_ad.matting")

_LEAST_SIDE = 24
_FACE = 0.5  # MediaPipe's own least score
SURE_FACE = 0.7  # animals' and dolls' faces reach up to this; the body below them is not looked for
_PALM = 0.75  # alone
_PALM_OF_PERSON = 0.55  # on a person who shows a face
_SAME_FACE = 0.25
_PART = 0.6  # of each side, in which small faces are looked for
_HAND_REACH = 2.0  # sides of the palm's box
_HAND_SHIFT = 0.4  # from the palm's middle towards the fingers, in sides of the palm's box
_PERSON_SIDE = 256
_PERSON = 0.5
_HEAD = 0.5  # share of a face that lies on its person


@dataclass(frozen=True)
class ProtectedAreas:
    """The faces, hands and people of a picture, boxes in its pixels, the biggest first.

    Attributes:
        size: Height and width of the picture.
        faces: From forehead to chin and from ear to ear; those of animals and dolls often too.
        hands: Palm and fingers.
        persons: People who show a face, as far as they are seen.
        person_mask: float32 [H,W], 1 on those people.
    """

    size: tuple[int, int]
    faces: tuple[Box, ...]
    hands: tuple[Box, ...]
    persons: tuple[Box, ...]
    person_mask: Array

    def __bool__(self) -> bool:
        return bool(self.faces or self.hands or self.persons)

    def mask(self, *, persons: bool = False) -> Array:
        """Return [H,W], 1 on every face and hand, and on whole people where asked for."""
        plane = self.person_mask.copy() if persons else np.zeros(self.size, np.float32)
        for box in (*self.faces, *self.hands):
            middle = (box.x + box.width / 2, box.y + box.height / 2)
            cv2.ellipse(plane, (middle, (box.width, box.height), 0.0), 1.0, -1)
        return plane


def find_protected(rgb: Array) -> ProtectedAreas:
    """Return what no type may lie on. A network that cannot be used is logged, and what it finds is left out.

    Args:
        rgb: float32 [H,W,3] in 0..1.
    """
    faces = _with_new(find_faces(rgb), _small_faces(rgb))
    outline = people(rgb, [face for face in faces if face.score >= SURE_FACE])
    hands = [palm for palm in _found(PALMS, rgb, _PALM_OF_PERSON) if palm.score >= _PALM or _lies_on(palm.box, outline)]
    return ProtectedAreas(
        rgb.shape[:2],
        _biggest_first([whole_face(face) for face in faces]),
        _biggest_first([_hand(palm) for palm in hands]),
        _biggest_first(_boxes(outline)),
        outline,
    )


def find_faces(rgb: Array, least: float = _FACE) -> list[Find]:
    """Return the faces of a picture down to about 8 % of its width, the surest first."""
    return _with_new(_found(NEAR_FACES, rgb, least), _found(FAR_FACES, rgb, least))


def _with_new(faces: list[Find], others: list[Find]) -> list[Find]:
    """Return the faces and those of the others that are not among them, the surest first."""
    new: list[Find] = []
    for other in others:
        if all(overlap(other.box, one.box) < _SAME_FACE for one in (*faces, *new)):
            new.append(other)
    return sorted([*faces, *new], key=lambda face: -face.score)


def whole_face(face: Find) -> Box:
    """Return the box of a whole face: the finder's own goes from the brows to the chin."""
    box = face.box
    return Box(box.x, box.y - 0.3 * box.height, box.width, 1.35 * box.height)


def person_shares(rgb: Array) -> Array:
    """Return [H,W], how surely each pixel shows a person; things in front of a ground often count as one.

    Raises:
        FitAdError: The network cannot be read or run.
    """
    small = cv2.resize(rgb, (_PERSON_SIDE, _PERSON_SIDE), interpolation=cv2.INTER_AREA)
    answer = shipped_network("mediapipe-person").first(small)[0]
    return cv2.resize(answer, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def _found(detector: Detector, rgb: Array, least: float) -> list[Find]:
    if min(rgb.shape[:2]) < _LEAST_SIDE:
        return []
    try:
        return detector.find(rgb, least)
    except FitAdError as exc:
        log.warning("Faces and hands are looked for without %s: %s", detector.model_id, exc)
        return []


def _small_faces(rgb: Array) -> list[Find]:
    """Return the surest faces of four overlapping parts: the finder loses what is under 5 % of its view."""
    height, width = rgb.shape[:2]
    tall, wide = round(_PART * height), round(_PART * width)
    if min(tall, wide) < FAR_FACES.side / 2:
        return []
    try:
        network = shipped_network(FAR_FACES.model_id)
        corners = [(top, left) for top in (0, height - tall) for left in (0, width - wide)]
        return [
            _moved(face, left, top)
            for top, left in corners
            for face in FAR_FACES.find(rgb[top : top + tall, left : left + wide], SURE_FACE, network)
        ]
    except FitAdError as exc:
        log.warning("Small faces are not looked for: %s", exc)
        return []


def _moved(face: Find, x: float, y: float) -> Find:
    return Find(
        face.box._replace(x=face.box.x + x, y=face.box.y + y), face.score, face.points + np.array((x, y), np.float32)
    )


def people(rgb: Array, faces: list[Find]) -> Array:
    """Return [H,W], how surely each pixel shows one of the people who have these faces."""
    nobody = np.zeros(rgb.shape[:2], np.float32)
    if not faces:
        return nobody
    try:
        shares = person_shares(rgb)
    except FitAdError as exc:
        log.warning("People are not looked for: %s", exc)
        return nobody
    count, labels = cv2.connectedComponents((shares > _PERSON).astype(np.uint8))
    theirs = np.zeros(count, bool)
    for face in faces:
        inside = labels[face.box.slices(*rgb.shape[:2])]
        names, sizes = np.unique(inside, return_counts=True)
        theirs[names[(sizes > _HEAD * inside.size) & (names > 0)]] = True
    return np.where(theirs[labels], shares, 0).astype(np.float32)


def _lies_on(box: Box, outline: Array) -> bool:
    part = outline[box.slices(*outline.shape)]
    return bool(part.size and (part > _PERSON).mean() > _HEAD)


def _hand(palm: Find) -> Box:
    """Return the box of a whole hand: the palm's, moved from the wrist towards the fingers and made larger."""
    box = palm.box
    way = palm.points[2] - palm.points[0]
    way = way / max(float(np.hypot(*way)), 1e-6) * _HAND_SHIFT * box.width
    wide, tall = _HAND_REACH * box.width, _HAND_REACH * box.height
    return Box(
        box.x + box.width / 2 + float(way[0]) - wide / 2,
        box.y + box.height / 2 + float(way[1]) - tall / 2,
        wide,
        tall,
    )


def _boxes(outline: Array) -> list[Box]:
    _, _, stats, _ = cv2.connectedComponentsWithStats((outline > _PERSON).astype(np.uint8))
    return [Box(*map(float, row[:4])) for row in stats[1:]]


def _biggest_first(boxes: list[Box]) -> tuple[Box, ...]:
    return tuple(sorted(boxes, key=lambda box: -box.width * box.height))
