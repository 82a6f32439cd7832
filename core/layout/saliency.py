"""What a picture's pixels say about where the eye goes: detail, saliency, evenness."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import oklab
from ..matting.person_finder import faces, main_people, possible
from ..matting.protected import find_protected
from ..raster.box import Box

Array = NDArray[np.floating]

_DETAIL = 0.05  # mean lightness step per pixel (of the working copy) that counts as half busy
_HARD = 0.11  # the same where only lettering and hard patterns get to
_STANDS_OUT = 3.0  # lettering has edges this many times harder than the ground
_WIDE_LINE = 0.4  # share of the width
_SMALL_PART = 0.08  # share of the picture
_FACES_PX = 176  # long side of the copy on which faces are looked for
_LEAST_FACES_PX = 48  # short side
_PROTECTED_PX = 640  # long side of the copy on which all faces and hands are looked for
_BODY = 0.3  # how far a person's body catches the eye, where no mask says what the subject is
_BORDER_SAMPLES = 12  # of each side
_EDGE = 0.07  # lightness step per pixel of a letter's edge


@dataclass(frozen=True)
class SaliencyMaps:
    """Maps [h,w] 0..1 of a working copy of the picture.

    Attributes:
        lab: OKLab [h,w,3] of the copy.
        subject: The subject mask, zeros when there is none.
        guarded: The same, or the heads of people where no mask was given, and every face and hand, small parts
            counting several times: a box that hides one hides all of it.
        busy: Detail that would run through letters.
        salient: Where the eye goes first; the subject mask where one was given.
        lettered: 1 where lettering, or a pattern as hard, stands outside the subject.
        scale: Copy pixels per picture pixel.
    """

    lab: Array
    subject: Array
    guarded: Array
    busy: Array
    salient: Array
    lettered: Array
    scale: float

    @property
    def has_lettering(self) -> bool:
        """Whether words are on the picture already: only told where the subject is known."""
        return bool(self.subject.any() and self.lettered.any())

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the maps."""
        return self.busy.shape[1], self.busy.shape[0]


def saliency_maps(rgb: Array, subject_mask: Array | None, long_side_px: int = 288) -> SaliencyMaps:
    """Return the maps of a picture [H,W,3] and its subject mask [H,W] (any size)."""
    scale = min(1.0, long_side_px / max(rgb.shape[:2]))
    size = (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1))
    fine = _reduced(rgb, (size[0] * 2, size[1] * 2)) if scale < 0.5 else _reduced(rgb, size)
    lab = oklab(_reduced(fine, size)).astype(np.float32)
    subject = np.zeros(size[::-1], np.float32)
    if subject_mask is not None:
        subject = _whole(cv2.resize(np.ascontiguousarray(subject_mask, np.float32), size, interpolation=cv2.INTER_AREA))
    steps = cv2.resize(_steps(fine), size, interpolation=cv2.INTER_AREA)
    side = max(size) // 50 * 2 + 1  # about 2 % of the long side
    detail = cv2.blur(steps, (side, side), borderType=cv2.BORDER_REPLICATE)
    busy = detail / (detail + _DETAIL)
    kept = _protected(rgb, size)
    if subject_mask is not None:
        lettered = _whole_lines(_lettered(steps, subject))
        return SaliencyMaps(lab, subject, _guarded(np.maximum(subject, kept)), busy, subject, lettered, scale)
    heads, bodies = _people(fine, size)
    salient = np.maximum(_salient(lab, detail), _BODY * bodies)
    return SaliencyMaps(lab, subject, _guarded(np.maximum(heads, kept)), busy, salient, _lettered(steps, heads), scale)


def _protected(rgb: Array, size: tuple[int, int]) -> Array:
    """Return what no type may lie on, faces and hands, with or without a mask of the subject: [h,w] 0..1."""
    scale = min(1.0, _PROTECTED_PX / max(rgb.shape[:2]))
    copy = _reduced(rgb, (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1)))
    return cv2.resize(find_protected(np.clip(copy, 0, 1)).mask(), size, interpolation=cv2.INTER_AREA)


def _whole(mask: Array) -> Array:
    """Return a mask 0..1 with its narrow gaps closed, so that a line of small letters counts as the block it is."""
    side = max(mask.shape) // 60 * 2 + 1  # about 3 % of the long side
    return cv2.morphologyEx(np.clip(mask, 0, 1), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))


def _guarded(subject: Array) -> Array:
    """Return the mask with each part weighted up to what a part of :data:`_SMALL_PART` of the picture would count."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((subject > 0.3).astype(np.uint8))
    area = stats[:count, cv2.CC_STAT_AREA].astype(np.float32)
    weight = np.maximum(_SMALL_PART * subject.size / np.maximum(area, 1), 1).astype(np.float32)
    weight[0] = 1.0
    return subject * weight[labels]


def _reduced(rgb: Array, size: tuple[int, int]) -> Array:
    if (rgb.shape[1], rgb.shape[0]) == size:
        return np.ascontiguousarray(rgb[..., :3], np.float32)
    return cv2.resize(np.ascontiguousarray(rgb[..., :3], np.float32), size, interpolation=cv2.INTER_AREA)


def _steps(rgb: Array) -> Array:
    """Return the lightness step from pixel to pixel."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8


def _salient(lab: Array, detail: Array) -> Array:
    """Return how far each place differs in colour from what the border shows, and how much detail it has."""
    h, w = lab.shape[:2]
    distance = _unlike_border(lab)
    spread = float(np.percentile(distance, 97)) or 1.0
    rarity = np.clip(distance / max(spread, 0.08), 0, 1)
    y, x = np.linspace(-1, 1, h)[:, None], np.linspace(-1, 1, w)[None]
    central = np.exp(-((x / 0.75) ** 2 + (y / 0.9) ** 2))  # people put what matters near the middle
    side = max(h, w) // 16 * 2 + 1
    both = 0.7 * rarity * central + 0.3 * np.clip(detail / _HARD, 0, 1)
    return cv2.GaussianBlur(both.astype(np.float32), (side, side), 0)


def _unlike_border(lab: Array) -> Array:
    """Return the OKLab distance of each place to what is most like it among the colours of the border.

    A border can show several things, such as a table and a wall: what is like any fifth of it is ground.
    """
    h, w = lab.shape[:2]
    small = cv2.resize(lab, (max(w // 2, 1), max(h // 2, 1)), interpolation=cv2.INTER_AREA)
    edge = max(min(small.shape[:2]) // 16, 1)
    sides = (small[:edge], small[-edge:], small[:, :edge], small[:, -edge:])
    border = np.concatenate([_spaced(side.reshape(-1, 3)) for side in sides])
    near = np.linalg.norm(small.reshape(-1, 1, 3) - border, axis=-1)
    rank = len(border) // 5
    distance = np.partition(near, rank, axis=1)[:, rank].reshape(small.shape[:2])
    return cv2.resize(distance.astype(np.float32), (w, h), interpolation=cv2.INTER_LINEAR)


def _spaced(pixels: Array) -> Array:
    """Return a few of the pixels [N,3], evenly spaced."""
    return pixels[np.linspace(0, len(pixels) - 1, min(len(pixels), _BORDER_SAMPLES)).astype(int)]


def _people(rgb: Array, size: tuple[int, int]) -> tuple[Array, Array]:
    """Return the heads of the people on a picture, hair included, and where their bodies may be: [h,w] 0..1."""
    shape = size[::-1]
    scale = min(1.0, _FACES_PX / max(rgb.shape[:2]))
    small = _reduced(rgb, (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1)))
    heads = np.zeros(shape, np.float32)
    found = faces(np.clip(small, 0, 1)) if min(small.shape[:2]) >= _LEAST_FACES_PX else []
    if not found:
        return heads, heads
    factor = size[0] / small.shape[1]
    boxes = [Box(*(factor * v for v in face)) for face in main_people(found)]
    for face in boxes:
        middle = (round(face.x + face.width / 2), round(face.y + 0.35 * face.height))
        cv2.ellipse(heads, middle, (round(0.66 * face.width), round(0.85 * face.height)), 0, 0, 360, 1.0, -1)
    return heads, possible(shape, boxes)


def _lettered(steps: Array, subject: Array) -> Array:
    """Return 1 where hard edges stand close together outside the subject, and far harder ones than elsewhere."""
    side = max(steps.shape) // 60 * 2 + 1
    free = cv2.dilate((subject > 0.1).astype(np.uint8), np.ones((side, side), np.uint8)) == 0
    hard = ((steps > _EDGE) & free).astype(np.uint8)
    joined = cv2.morphologyEx(hard, cv2.MORPH_CLOSE, np.ones((side + 2, side + 2), np.uint8))
    blocks = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((side // 2 + 1, side // 2 + 1), np.uint8))
    inside, outside = (blocks > 0) & free, (blocks == 0) & free
    share = inside.sum() / max(free.sum(), 1)
    if not 0.01 < share < 0.6 or steps[inside].mean() < _STANDS_OUT * steps[outside].mean():
        return np.zeros_like(subject)  # a rough ground or a pattern, not words
    return cv2.dilate(blocks, np.ones((2 * side - 1, side), np.uint8)).astype(np.float32)


def _whole_lines(lettered: Array) -> Array:
    """Return the map with wide lines filled to both edges: nothing stands well beside the lines of a headline."""
    columns = np.arange(lettered.shape[1])
    left = np.where(lettered > 0, columns, columns[-1] + 1).min(axis=1)
    right = np.where(lettered > 0, columns, -1).max(axis=1)
    wide = (right - left) > _WIDE_LINE * lettered.shape[1]
    rows = cv2.morphologyEx(
        wide.astype(np.uint8)[:, None], cv2.MORPH_CLOSE, np.ones((lettered.shape[0] // 8, 1), np.uint8)
    )
    return np.maximum(lettered, rows.astype(np.float32))
