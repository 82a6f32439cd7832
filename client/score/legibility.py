"""Contrast and subject of a finished ad, measured on its pixels where words stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...core.color.spaces import luminance
from ...core.legibility.contrast import worst_ratio

Array = NDArray[np.float32]
Box = tuple[int, int, int, int]

_WORK_PX = 900  # the longer side on which the subject is looked for
_LEAST_PX = 6


def contrast(picture: Array, box: Box) -> float | None:
    """Return the contrast ratio (1..21) that a word keeps against all but the worst 5 % of what is beside it.

    The word's own colour is that of the half of its pixels that differs most from the box's rim.

    Args:
        picture: [H,W,3] float32 0..1, sRGB.
        box: Left, top, right, bottom of the word in px.

    Returns:
        None where the box is too small, or holds one colour only.
    """
    import cv2

    window = _window(picture, box)
    if min(window.shape[:2]) < _LEAST_PX:
        return None
    light = luminance(window).astype(np.float32)
    levels = np.rint(light * 255).astype(np.uint8)
    bright = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1] > 0
    rim = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    text = bright if rim.mean() < 0.5 else ~bright
    behind = ~cv2.dilate(text.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if not text.any() or not behind.any():
        return None
    inside = np.sort(light[text])
    far = inside[len(inside) // 2 :] if np.median(inside) > np.median(light[behind]) else inside[: len(inside) // 2 + 1]
    return worst_ratio(float(np.median(far)), light[behind])


def lowest_contrast(picture: Array, boxes: Sequence[Box]) -> float | None:
    """Return the contrast of the word that is hardest to read; None without words."""
    return min((ratio for box in boxes if (ratio := contrast(picture, box)) is not None), default=None)


def subject_overlap(picture: Array, boxes: Sequence[Box]) -> float | None:
    """Return the share 0..1 of the words' area that lies on the subject; None without words.

    The words are painted over before the subject is looked for, so that they are not taken for it.
    """
    if not boxes:
        return None
    import cv2

    from ...core.matting import cut

    height, width = picture.shape[:2]
    scale = min(1.0, _WORK_PX / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    words = np.zeros(small.shape[:2], np.uint8)
    for left, top, right, bottom in boxes:
        words[round(top * scale) : round(bottom * scale) + 1, round(left * scale) : round(right * scale) + 1] = 1
    around = cv2.dilate(words, np.ones((7, 7), np.uint8))
    plain = cv2.inpaint(np.rint(small * 255).astype(np.uint8), around, 5, cv2.INPAINT_TELEA)
    mask = cut(plain.astype(np.float32) / np.float32(255), "auto").mask
    return float((mask * words).sum() / max(int(words.sum()), 1))


def _window(picture: Array, box: Box) -> Array:
    """Return the pixels of a box with a little of what is around it."""
    left, top, right, bottom = box
    pad = max((bottom - top) // 6, 2)
    return picture[max(top - pad, 0) : bottom + pad, max(left - pad, 0) : right + pad, :3]
