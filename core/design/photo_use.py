"""The whole photo in its frame: cropped to its subject, its faces whole, its ground grown where it does not reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..text.bounds import Bounds
from .composition import PhotoCrop
from .pictures import Pictures
from .schema import PhotoLayer

F32 = NDArray[Any]  # float32, or what an operation widens it to

_SCALES = 6
_STEPS = 9
_FADE = 0.14  # of the photo's side over which it passes into its grown ground
_FACE_HEIGHT = 0.27  # of the frame: a face smaller than that looks away
_FACE_CLEAR = 0.12  # of a face's size that words keep away from it
_BLURS = (14, 40, 110, 260)  # px at 1080 of the pyramid that the ground is grown from


class CropTry(NamedTuple):
    """A crop and how good it is; higher is better. ``covered`` is the share of the words' area on the subject."""

    crop: PhotoCrop
    score: float
    covered: float


def crop_photo(
    layer: PhotoLayer,
    frame: Bounds,
    pictures: Pictures,
    words: Sequence[Bounds],
    blocked: Sequence[Bounds] = (),
    hides: Callable[[PhotoCrop], float | None] | None = None,
) -> CropTry | None:
    """Return the best crop of the photo for a frame; None where a face would be cut or covered in every one.

    Args:
        layer: What the design wants.
        frame: The frame in px of the canvas.
        pictures: The photo.
        words: Rectangles of words that lie on it.
        blocked: Rectangles of panels that hide it.
        hides: Returns what a crop's subject hides of the words that it crosses; None where that is too much.
    """
    if pictures.photo is None:
        return None
    height, width = pictures.photo.shape[:2]
    cover = max(frame.width / width, frame.height / height)
    best: CropTry | None = None
    for scale in _scales(layer, cover, frame, width, height):
        for x in _starts(frame.left, frame.width, width * scale, layer.extend):
            for y in _starts(frame.top, frame.height, height * scale, layer.extend):
                crop = PhotoCrop(scale, x, y)
                score = _wish(layer, frame, pictures, crop, cover, blocked)
                if score is None or (best is not None and score <= best.score):
                    continue
                found = _with_words(pictures, crop, words, score)
                if found is not None and hides is not None:
                    hidden = hides(crop)
                    found = None if hidden is None else found._replace(score=found.score - 1.4 * hidden)
                if found is not None and (best is None or found.score > best.score):
                    best = found
    return best


def _scales(layer: PhotoLayer, cover: float, frame: Bounds, width: int, height: int) -> list[float]:
    """Return scales from the smallest that the grown ground allows to the closest crop."""
    least = cover * layer.zoom[0]
    if layer.extend:
        fit = min(frame.width / width, frame.height / height)
        least = max(fit, cover * (1 - layer.extend))
    return [float(s) for s in np.linspace(least, max(cover * layer.zoom[1], least), _SCALES)]


def _starts(left: float, side: float, length: float, extend: float) -> list[float]:
    """Return where the photo may begin along one axis."""
    low, high = left + side - length, left
    if low > high:  # the photo is shorter than the frame: its ground is grown
        low, high = left, left + side - length
        if low > high:
            low, high = high, low
    elif extend:
        reach = extend * side * 0.5
        low, high = low - reach, high + reach
    if high - low < 1:
        return [float(low)]
    return [float(v) for v in np.linspace(low, high, _STEPS)]


def _wish(
    layer: PhotoLayer, frame: Bounds, pictures: Pictures, crop: PhotoCrop, cover: float, blocked: Sequence[Bounds]
) -> float | None:
    """Return how good a crop is before words are looked at; None where a face is cut or hidden by a panel."""
    faces = [crop.mapped(face) for face in pictures.faces]
    for face in faces:
        if not face.within(frame, slack=0.04 * face.height) or any(face.shared(b) > 0 for b in blocked):
            return None
    grown = _grown_share(pictures, crop, frame)
    if grown > layer.extend + 1e-3 or _ends_inside(pictures, crop, frame):
        return None
    subject = crop.mapped(pictures.place) if pictures.subject is not None else None
    aim, middle = layer.focus, (subject or _photo_box(pictures, crop)).middle
    if faces and layer.face is not None:
        aim, middle = layer.face, faces[0].middle
    off_x = (middle[0] - frame.left) / frame.width - aim[0]
    off_y = (middle[1] - frame.top) / frame.height - aim[1]
    score = -1.3 * float(np.hypot(off_x, off_y)) - 0.7 * grown - 0.25 * max(crop.scale / cover - 1, 0)
    score -= 0.8 * max(1 - crop.scale / cover, 0)
    if faces:
        score -= 1.6 * max(_FACE_HEIGHT - faces[0].height / frame.height, 0)
    return score - (_lost(subject, frame, pictures) if subject is not None else 0.0)


def _ends_inside(pictures: Pictures, crop: PhotoCrop, frame: Bounds) -> bool:
    """Return whether a side at which the photo cuts its subject off shows inside the frame."""
    photo, cuts = _photo_box(pictures, crop), pictures.cuts
    if pictures.subject is None:
        return False
    gaps = (photo.top - frame.top, frame.right - photo.right, frame.bottom - photo.bottom, photo.left - frame.left)
    return any(cut and gap > 2 for cut, gap in zip(cuts, gaps, strict=True))


def _lost(subject: Bounds, frame: Bounds, pictures: Pictures) -> float:
    """Return the cost of what a frame cuts off a subject: dearest at the top (a head), none where the photo did."""
    h, w = max(subject.height, 1.0), max(subject.width, 1.0)
    top = max(frame.top + 0.015 * frame.height - subject.top, 0) / h
    sides = (max(frame.left - subject.left, 0) + max(subject.right - frame.right, 0)) / w
    foot = max(subject.bottom - frame.bottom, 0) / h
    if pictures.cuts.top:
        top = 0.0
    return 4.0 * top + 0.9 * max(sides - 0.12, 0) + 0.4 * max(foot - (0.5 if pictures.faces else 0.1), 0)


def _with_words(pictures: Pictures, crop: PhotoCrop, words: Sequence[Bounds], score: float) -> CropTry | None:
    """Return a crop judged with its words: none on a face, few on the subject."""
    for face in (crop.mapped(face) for face in pictures.faces):
        near = face.grown(_FACE_CLEAR * face.width)
        if any(near.shared(word) > 0 for word in words):
            return None
    covered = _covered(pictures, crop, words) if pictures.subject is not None else 0.0
    weight = 0.7 if pictures.faces else 1.8  # a coat may lie under words, a product not
    return CropTry(crop, score - weight * covered, covered)


def _photo_box(pictures: Pictures, crop: PhotoCrop) -> Bounds:
    height, width = pictures.photo.shape[:2] if pictures.photo is not None else (1, 1)
    return Bounds(crop.x, crop.y, crop.x + width * crop.scale, crop.y + height * crop.scale)


def _grown_share(pictures: Pictures, crop: PhotoCrop, frame: Bounds) -> float:
    """Return the largest share of the frame, along either axis, that the photo does not reach."""
    photo = _photo_box(pictures, crop)
    across = max(photo.left - frame.left, 0) + max(frame.right - photo.right, 0)
    down = max(photo.top - frame.top, 0) + max(frame.bottom - photo.bottom, 0)
    return max(across / frame.width, down / frame.height)


def _covered(pictures: Pictures, crop: PhotoCrop, words: Sequence[Bounds]) -> float:
    """Return the share of the words' area that lies on the subject, from its alpha made small."""
    if pictures.subject is None or not words:
        return 0.0
    alpha = _small_alpha(pictures)
    k = alpha.shape[1] / max(pictures.place.width * crop.scale, 1e-3)
    left, top = crop.x + pictures.place.left * crop.scale, crop.y + pictures.place.top * crop.scale
    hidden = total = 0.0
    for word in words:
        x0, x1 = int((word.left - left) * k), int(np.ceil((word.right - left) * k))
        y0, y1 = int((word.top - top) * k), int(np.ceil((word.bottom - top) * k))
        area = max((x1 - x0) * (y1 - y0), 1)
        part = alpha[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
        hidden += float(part.sum())
        total += area
    return hidden / max(total, 1.0)


def _small_alpha(pictures: Pictures) -> F32:
    alpha = pictures.subject[..., 3] if pictures.subject is not None else np.zeros((1, 1), np.float32)
    k = min(1.0, 96 / max(alpha.shape))
    size = (max(round(alpha.shape[1] * k), 1), max(round(alpha.shape[0] * k), 1))
    return cv2.resize(np.ascontiguousarray(alpha), size, interpolation=cv2.INTER_AREA)


# --- pixels ---------------------------------------------------------------------------------------------------


def framed_photo(pictures: Pictures, crop: PhotoCrop, frame: Bounds, unit: float) -> F32:
    """Return the photo [h,w,3] as it lies in a frame, its ground grown beyond its edges where it does not reach."""
    if pictures.photo is None:
        return np.zeros((1, 1, 3), np.float32)
    width, height = max(round(frame.width), 1), max(round(frame.height), 1)
    move = np.array([[crop.scale, 0, crop.x - frame.left], [0, crop.scale, crop.y - frame.top]], np.float64)
    source, move = _prescaled(pictures.photo, move)
    border = cv2.BORDER_REPLICATE
    how = cv2.INTER_CUBIC if move[0, 0] > 1 else cv2.INTER_LINEAR
    out = np.clip(cv2.warpAffine(source, move, (width, height), flags=how, borderMode=border), 0, 1)
    photo = _photo_box(pictures, crop)
    gaps = (photo.left - frame.left, photo.top - frame.top, frame.right - photo.right, frame.bottom - photo.bottom)
    if max(gaps) < 1.5:
        return _sharpened(out, crop.scale)
    ground = _grown(out, pictures, crop, frame, gaps, unit)
    keep = _keeps(pictures, crop, frame, gaps, (width, height))
    return np.clip(ground + (_sharpened(out, crop.scale) - ground) * keep[..., None], 0, 1)


def _sharpened(picture: F32, scale: float) -> F32:
    """Return an enlarged picture with the sharpness that enlarging took."""
    if scale < 1.25:
        return picture
    soft = cv2.GaussianBlur(picture, (0, 0), 0.9 * scale)
    return np.clip(picture + 0.5 * min(scale - 1, 1.0) * (picture - soft), 0, 1)


def _prescaled(photo: F32, move: NDArray[Any]) -> tuple[F32, NDArray[Any]]:
    """Return a photo averaged down to nearly the size that it is needed at, so that nothing aliases."""
    scale = float(move[0, 0])
    if scale > 0.72:
        return photo, move
    size = (max(round(photo.shape[1] * scale), 1), max(round(photo.shape[0] * scale), 1))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return small, np.array([[1, 0, move[0, 2]], [0, 1, move[1, 2]]], np.float64)


def _grown(
    out: F32, pictures: Pictures, crop: PhotoCrop, frame: Bounds, gaps: tuple[float, float, float, float], unit: float
) -> F32:
    """Return the photo's ground without its subject, blurred wider and wider, mirrored beyond the photo's edges."""
    height, width = out.shape[:2]
    k = min(1.0, 360 / max(height, width))
    size = (max(round(width * k), 8), max(round(height * k), 8))
    small = cv2.resize(out, size, interpolation=cv2.INTER_AREA)
    sure = 1 - cv2.dilate(_subject_on(pictures, crop, frame, size, k), np.ones((5, 5)))
    x0, y0 = max(int(np.ceil(gaps[0] * k)), 0), max(int(np.ceil(gaps[1] * k)), 0)
    x1, y1 = size[0] - max(int(np.ceil(gaps[2] * k)), 0), size[1] - max(int(np.ceil(gaps[3] * k)), 0)
    x1, y1 = max(x1, x0 + 2), max(y1, y0 + 2)
    inside = _filled(small[y0:y1, x0:x1], sure[y0:y1, x0:x1], k * unit / 1350)
    pads = (y0, size[1] - y1, x0, size[0] - x1)
    whole = _mirrored(inside, pads)
    whole = cv2.GaussianBlur(whole, (0, 0), max(18 * k * unit / 1350, 0.6))
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_CUBIC)


def _mirrored(inside: F32, pads: tuple[int, int, int, int]) -> F32:
    """Return a picture mirrored outwards, as often as it takes."""
    whole = inside
    top, bottom, left, right = pads
    while top or bottom or left or right:
        h, w = whole.shape[:2]
        now = (min(top, h - 1), min(bottom, h - 1), min(left, w - 1), min(right, w - 1))
        whole = cv2.copyMakeBorder(whole, *now, cv2.BORDER_REFLECT)
        top, bottom, left, right = (v - n for v, n in zip((top, bottom, left, right), now, strict=True))
    return whole


def _filled(picture: F32, sure: F32, unit: float) -> F32:
    """Return the ground where it is sure, and blurs of it, the finest that reaches, elsewhere."""
    total = np.zeros_like(picture)
    done = np.zeros(picture.shape[:2], np.float32)
    for sigma in (*(b * unit for b in _BLURS), max(picture.shape) * 0.6):
        weight = cv2.GaussianBlur(sure, (0, 0), max(sigma, 0.6))
        mean = (
            cv2.GaussianBlur(picture * sure[..., None], (0, 0), max(sigma, 0.6)) / np.maximum(weight, 1e-4)[..., None]
        )
        share = np.clip((weight - 0.02) / 0.2, 0, 1) * (1 - done)
        total += mean * share[..., None]
        done += share
    rest = picture.reshape(-1, 3).mean(0)
    return total + (1 - done)[..., None] * rest


def _subject_on(pictures: Pictures, crop: PhotoCrop, frame: Bounds, size: tuple[int, int], k: float) -> F32:
    if pictures.subject is None:
        return np.zeros((size[1], size[0]), np.float32)
    s = k * crop.scale * pictures.place.width / pictures.subject.shape[1]
    x = (crop.x + pictures.place.left * crop.scale - frame.left) * k
    y = (crop.y + pictures.place.top * crop.scale - frame.top) * k
    alpha = np.ascontiguousarray(pictures.subject[..., 3])
    if s < 0.7:
        alpha = cv2.resize(alpha, None, fx=s, fy=s, interpolation=cv2.INTER_AREA)
        s = 1.0
    return cv2.warpAffine(alpha, np.array([[s, 0, x], [0, s, y]], np.float64), size)


def _keeps(
    pictures: Pictures, crop: PhotoCrop, frame: Bounds, gaps: tuple[float, float, float, float], size: tuple[int, int]
) -> F32:
    """Return where the photo itself stays [h,w] 0..1: it fades into its grown ground, but its subject does not."""
    width, height = size
    photo = _photo_box(pictures, crop)
    x = np.arange(width, dtype=np.float32) + frame.left
    y = np.arange(height, dtype=np.float32) + frame.top
    fade_x, fade_y = _FADE * photo.width, _FADE * photo.height
    across, down = np.ones(width, np.float32), np.ones(height, np.float32)
    if gaps[0] > 0:
        across *= _smooth((x - photo.left) / fade_x)
    if gaps[2] > 0:
        across *= _smooth((photo.right - x) / fade_x)
    if gaps[1] > 0:
        down *= _smooth((y - photo.top) / fade_y)
    if gaps[3] > 0:
        down *= _smooth((photo.bottom - y) / fade_y)
    keep = across[None] * down[:, None]
    edge = _near_edge(x, y, photo, gaps)
    subject = cv2.GaussianBlur(_subject_on(pictures, crop, frame, size, 1.0), (0, 0), 1.5)
    return np.maximum(keep, np.clip(1.2 * subject, 0, 1) * edge)


def _near_edge(x: F32, y: F32, photo: Bounds, gaps: tuple[float, float, float, float]) -> F32:
    """Return 0 at a grown edge, 1 a little inside it, so that a subject that the photo cuts does not end in a line."""
    rim = 24.0
    across, down = np.ones_like(x), np.ones_like(y)
    if gaps[0] > 0:
        across *= np.clip((x - photo.left) / rim, 0, 1)
    if gaps[2] > 0:
        across *= np.clip((photo.right - x) / rim, 0, 1)
    if gaps[1] > 0:
        down *= np.clip((y - photo.top) / rim, 0, 1)
    if gaps[3] > 0:
        down *= np.clip((photo.bottom - y) / rim, 0, 1)
    return across[None] * down[:, None]


def _smooth(t: F32) -> F32:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def graded(picture: F32, grade: str) -> F32:
    """Return a photo in another mood."""
    if grade == "none":
        return picture
    if grade == "mono":
        return np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    gain, power, saturation = {
        "warm": ((1.03, 1.0, 0.95), 0.96, 1.06),
        "cool": ((0.97, 1.0, 1.04), 0.98, 1.02),
        "dark": ((1.0, 1.0, 1.0), 1.18, 1.04),
        "soft": ((1.015, 1.0, 0.985), 0.9, 0.94),
        "lift": ((1.06, 1.06, 1.08), 0.92, 1.02),
    }[grade]
    grey = picture.mean(-1, keepdims=True)
    made = np.clip(grey + (picture - grey) * saturation, 0, 1) ** power * np.array(gain, np.float32)
    return np.clip(made, 0, 1).astype(np.float32)
