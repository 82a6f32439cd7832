"""A cut-out before it is placed: its alpha, its box, where its own picture cuts it off, and its new size."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..raster.box import Box
from . import grading

Array = NDArray[Any]  # float32, or what an operation widens it to
F32 = NDArray[np.float32]

_WHOLE = 0.995  # alpha that counts as 1, so that solid pixels stay exactly as they were
_FOUND = 0.1  # alpha from which a pixel counts as subject when its box is sought
_CUT_SHARE = 0.06  # a subject is cut off at an edge that touches this much of its width or height
# Enlarging softens. Of the amounts 0, 0.2 … 0.6, this one gives back the original best when the sample photos are
# enlarged twofold and reduced again: mean difference 0.25 in CIELAB, against 0.5 without.
_REGAINED = 0.4


class FrameCuts(NamedTuple):
    """At which edges of its own picture a subject is cut off."""

    top: bool
    right: bool
    bottom: bool
    left: bool


def sound(picture: Array) -> F32:
    """Return float32 within 0..1, not-a-number as 0; what is sound already is not copied."""
    picture = np.asarray(picture, np.float32)
    if picture.size and picture.min() >= 0 and picture.max() <= 1:
        return picture
    return np.clip(np.nan_to_num(picture, posinf=1.0, neginf=0.0), 0, 1)


def rgba_of(cutout: Array, mask: Array | None) -> F32:
    """Return [h,w,4] of a cut-out [h,w,1..4]; the mask counts where its alpha hides nothing or is missing.

    Raises:
        FitAdError: Neither alpha nor mask, or no pixels.
    """
    if not cutout.size:
        raise FitAdError("The cut-out has no pixels", fix="Connect the cutout output of Ad Cutout")
    cutout = sound(cutout)
    own = cutout[..., -1] if cutout.shape[-1] in (2, 4) else None
    rgb = cutout[..., :3] if cutout.shape[-1] >= 3 else np.repeat(cutout[..., :1], 3, axis=2)
    if own is None or (mask is not None and own.min() >= 1):
        own = _mask_for(cutout.shape[:2], mask)
    return np.dstack([rgb, own])


def subject_box(alpha: F32) -> tuple[slice, slice] | None:
    """Return rows and columns of the subject; specks under a five-hundredth of it are not part of it."""
    step = max(max(alpha.shape) // 512, 1)
    size = (max(alpha.shape[1] // step, 1), max(alpha.shape[0] // step, 1))
    small = (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > _FOUND).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    if count < 2:
        return None
    parts = stats[1:]
    parts = parts[parts[:, cv2.CC_STAT_AREA] >= 0.002 * parts[:, cv2.CC_STAT_AREA].sum()]
    left, top = parts[:, :2].min(0)
    right, bottom = (parts[:, :2] + parts[:, 2:4]).max(0)
    y, x = alpha.shape[0] / size[1], alpha.shape[1] / size[0]
    rows = slice(max(int((top - 1) * y), 0), min(int((bottom + 1) * y) + 1, alpha.shape[0]))
    columns = slice(max(int((left - 1) * x), 0), min(int((right + 1) * x) + 1, alpha.shape[1]))
    seen = alpha[rows, columns] > _FOUND
    ys, xs = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return (
        slice(rows.start + int(ys[0]), rows.start + int(ys[-1]) + 1),
        slice(columns.start + int(xs[0]), columns.start + int(xs[-1]) + 1),
    )


def frame_cuts(alpha: F32, rows: slice, columns: slice) -> FrameCuts:
    """Return where the subject runs out of its picture; a picture that was not cut out at all is cut off nowhere."""
    height, width = alpha.shape
    margin = max(round(0.002 * max(height, width)), 1)
    inside = alpha[rows, columns] > 0.5
    touching = (
        rows.start < margin and inside[:margin].any(0).mean() > _CUT_SHARE,
        columns.stop > width - margin and inside[:, -margin:].any(1).mean() > _CUT_SHARE,
        rows.stop > height - margin and inside[-margin:].any(0).mean() > _CUT_SHARE,
        columns.start < margin and inside[:, :margin].any(1).mean() > _CUT_SHARE,
    )
    return FrameCuts(False, False, False, False) if all(touching) else FrameCuts(*(bool(t) for t in touching))


def resampled(subject: F32, size: tuple[int, int]) -> F32:
    """Return the subject [h,w,4] at that size (width, height), straight alpha; at its own size the pixels themselves.

    Enlarged pictures get back what enlarging took: reduced again they are closer to the original for it.
    """
    layer = subject.copy()
    layer[..., 3][layer[..., 3] >= _WHOLE] = 1
    if size == subject.shape[1::-1]:
        return layer
    growth = size[0] / subject.shape[1]
    layer[..., :3] *= layer[..., 3:]  # premultiplied, so that what lies under full transparency does not bleed in
    layer = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if growth < 1 else cv2.INTER_LANCZOS4)
    layer[..., :3] /= np.maximum(layer[..., 3:], 1e-3)
    np.clip(layer, 0, 1, out=layer)
    layer[..., 3][layer[..., 3] >= _WHOLE] = 1
    if growth > 1.2:
        layer[..., :3] = grading.sharpened(layer[..., :3], layer[..., 3], _REGAINED, 0.6 * growth)
    return layer


def leaving(box: Box, canvas: tuple[int, int], cuts: FrameCuts) -> FrameCuts:
    """Return which cut edges have left the canvas (width, height), so that the cut does not show."""
    return FrameCuts(
        cuts.top and box.y <= 0,
        cuts.right and box.right >= canvas[0],
        cuts.bottom and box.bottom >= canvas[1],
        cuts.left and box.x <= 0,
    )


def _mask_for(size: tuple[int, int], mask: Array | None) -> F32:
    if mask is None:
        raise FitAdError(
            "The cut-out has neither an alpha channel nor a mask",
            fix="Connect the cutout output of Ad Cutout, or a mask of the subject",
        )
    alpha = sound(mask)
    return alpha if alpha.shape == size else cv2.resize(alpha, size[::-1], interpolation=cv2.INTER_LINEAR)
