"""A cut-out on a background: where it stands, its shadow, its edge."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from . import grading
from .errors import FitAdError
from .layout import Box
from .shadows import Pose, pose_of, shadow

Array = NDArray[np.floating]
F32 = NDArray[np.float32]

POSITIONS = ("auto", "center", "bottom", "top", "xy")
_log = logging.getLogger("fit_ad.compose")
_WHOLE = 0.995  # alpha that counts as 1, so that solid pixels stay exactly as they were
_FOUND = 0.1  # alpha from which a pixel counts as subject when its box is sought
_CUT_SHARE = 0.06  # a subject is cut off at an edge that touches this much of its width or height
_FADE_SHARE = 0.09  # a cut line that cannot leave the canvas fades out over this much of the subject
_BAND_SHARE = 0.02  # width of the edge band in shares of the canvas's shorter side


@dataclass(frozen=True)
class Options:
    """How to compose.

    Attributes:
        position: One of ``POSITIONS``; ``xy`` puts the subject's centre at ``x_pct``, ``y_pct``.
        scale: Share of the canvas that the subject fills in the direction that binds; 0 chooses.
        x_pct: Percent of the canvas width.
        y_pct: Percent of the canvas height.
        shadow: Strength 0..1.
        shadow_angle_deg: Where the shadow falls, clockwise from the right.
        edge_blend_px: How far the outline is eased inwards.
        color_match: How far colours lean towards the scene, 0..1.
        sharpen: Unsharp mask, 0..2.
        lock: Keep the subject's own pixels inside the edge; colour match and sharpening then reach the edge only.
    """

    position: str = "auto"
    scale: float = 0.0
    x_pct: float = 50.0
    y_pct: float = 50.0
    shadow: float = 0.6
    shadow_angle_deg: float = 35.0
    edge_blend_px: float = 1.5
    color_match: float = 0.3
    sharpen: float = 0.0
    lock: bool = True


@dataclass(frozen=True)
class Composed:
    """``image`` [H,W,3], ``mask`` [H,W] of the subject, ``edge_band`` [H,W] (0 or 1) around its edge, ``box`` in px."""

    image: F32
    mask: F32
    edge_band: F32
    box: Box


class Cuts(NamedTuple):
    """At which edges of its own picture a subject is cut off."""

    top: bool
    right: bool
    bottom: bool
    left: bool


def compose(background: Array, cutout: Array, options: Options | None = None, mask: Array | None = None) -> Composed:
    """Return the cut-out placed on the background.

    Args:
        background: [H,W,3 or 4] 0..1; its size is the size of the result, an alpha channel is dropped.
        cutout: [h,w,4] 0..1 straight alpha, or [h,w,3] with ``mask``.
        options: How.
        mask: [h,w] 0..1, used when the cut-out has no alpha or an alpha that hides nothing.

    Raises:
        FitAdError: No alpha and no mask, or an unknown position.
    """
    options = options or Options()
    if options.position not in POSITIONS:
        raise FitAdError(f"position is {options.position!r}", fix=f"Use one of: {', '.join(POSITIONS)}")
    scene = np.array(background[..., :3], dtype=np.float32)
    subject = _rgba(cutout, mask)
    found = _subject_box(subject[..., 3])
    if found is None:
        _log.warning("The cut-out is empty, so the background stays as it is")
        empty = np.zeros(scene.shape[:2], np.float32)
        return Composed(scene, empty, empty.copy(), Box(0, 0, 0, 0))
    rows, columns = found
    cuts = _cuts(subject[..., 3], rows, columns)
    subject = subject[rows, columns]
    box = place((scene.shape[1], scene.shape[0]), (subject.shape[1], subject.shape[0]), cuts, options)
    return _joined(scene, _fitted(subject, box), box, cuts, options)


def pose_in(cutout: Array) -> Pose | None:
    """Return how a cut-out [h,w,4] would meet a scene; None where nothing says so (no alpha, or an empty one)."""
    if cutout.shape[-1] != 4 or cutout[..., 3].min() >= 1:
        return None
    alpha = np.asarray(cutout[..., 3], np.float32)
    found = _subject_box(alpha)
    if found is None:
        return None
    return Pose.BLEEDING if any(_cuts(alpha, *found)) else pose_of(alpha[found])


def place(canvas: tuple[int, int], subject: tuple[int, int], cuts: Cuts, options: Options) -> Box:
    """Return where a subject goes, in whole px; all sizes are (width, height).

    ``auto`` keeps the upper third of portrait canvases and one side of wide ones for words, stands the subject on
    the lower part, and pushes an edge at which it is cut off to that edge of the canvas.
    """
    factor = _factor(canvas, subject, cuts, options)
    w, h = max(round(subject[0] * factor), 1), max(round(subject[1] * factor), 1)
    x, y = _corner(canvas, (w, h), cuts, options)
    return Box(round(x), round(y), w, h)


def _factor(canvas: tuple[int, int], subject: tuple[int, int], cuts: Cuts, options: Options) -> float:
    (width, height), (w, h) = canvas, subject
    if options.scale > 0:
        return options.scale * min(width / w, height / h)
    wide = width / height > 1.6
    shares = {  # of the width and of the height
        (False, False): (0.775, 0.545) if width < 0.9 * height else (0.66, 0.5),
        (False, True): (0.92, 0.66),
        (True, False): (0.46, 0.80),
        (True, True): (0.46, 0.92),
    }[wide, cuts.bottom]
    factor = min(shares[0] * width / w, shares[1] * height / h)
    if cuts.left and cuts.right and not wide and width / w * h <= 0.82 * height:
        return width / w  # cut on both sides: wide enough to leave the canvas on both
    return factor


def _corner(canvas: tuple[int, int], size: tuple[int, int], cuts: Cuts, options: Options) -> tuple[float, float]:
    (width, height), (w, h) = canvas, size
    if options.position == "xy":
        return options.x_pct / 100 * width - w / 2, options.y_pct / 100 * height - h / 2
    middle = (width - w) / 2
    low = height - h if cuts.bottom else min(_baseline(canvas) * height, height - 0.02 * height) - h
    if options.position == "center":
        return middle, (height - h) / 2
    if options.position == "top":
        return middle, 0.06 * height if not cuts.top else 0
    if options.position == "bottom":
        return middle, low
    return _across(width, w, width / height > 1.6, cuts), 0 if cuts.top and not cuts.bottom else max(low, 0.02 * height)


def _across(width: int, w: int, wide: bool, cuts: Cuts) -> float:
    if cuts.left != cuts.right:
        return 0 if cuts.left else width - w
    return min(0.74 * width - w / 2, 0.97 * width - w) if wide else (width - w) / 2


def _baseline(canvas: tuple[int, int]) -> float:
    """Return where a subject stands, share of the height; tall formats keep the lowest part for the app's buttons."""
    aspect = canvas[0] / canvas[1]
    return 0.80 if aspect < 0.62 else 0.885 if aspect <= 1.6 else 0.92


# --- the cut-out ------------------------------------------------------------------------------------------------------


def _rgba(cutout: Array, mask: Array | None) -> F32:
    cutout = np.asarray(cutout, np.float32)
    if cutout.shape[-1] == 4 and (mask is None or cutout[..., 3].min() < 1):
        return cutout
    if mask is None:
        raise FitAdError(
            "The cut-out has neither an alpha channel nor a mask",
            fix="Connect the cutout output of Ad Cutout, or a mask of the subject",
        )
    alpha = np.asarray(mask, np.float32)
    if alpha.shape != cutout.shape[:2]:
        alpha = cv2.resize(alpha, cutout.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.dstack([cutout[..., :3], alpha])


def _subject_box(alpha: F32) -> tuple[slice, slice] | None:
    """Return rows and columns of the subject; specks under a five-hundredth of it are not part of it."""
    step = max(max(alpha.shape) // 512, 1)
    small = (cv2.resize(alpha, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA) > _FOUND).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    if count < 2:
        return None
    parts = stats[1:]
    parts = parts[parts[:, cv2.CC_STAT_AREA] >= 0.002 * parts[:, cv2.CC_STAT_AREA].sum()]
    left, top = parts[:, :2].min(0)
    right, bottom = (parts[:, :2] + parts[:, 2:4]).max(0)
    rows = slice(max(int(top - 1) * step, 0), min(int(bottom + 1) * step, alpha.shape[0]))
    columns = slice(max(int(left - 1) * step, 0), min(int(right + 1) * step, alpha.shape[1]))
    seen = alpha[rows, columns] > _FOUND
    ys, xs = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return (
        slice(rows.start + int(ys[0]), rows.start + int(ys[-1]) + 1),
        slice(columns.start + int(xs[0]), columns.start + int(xs[-1]) + 1),
    )


def _cuts(alpha: F32, rows: slice, columns: slice) -> Cuts:
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
    return Cuts(False, False, False, False) if all(touching) else Cuts(*(bool(t) for t in touching))


def _fitted(subject: F32, box: Box) -> F32:
    """Return the subject [h,w,4] at its size, straight alpha; enlarged pictures are sharpened a little."""
    layer = subject.copy()
    layer[..., 3][layer[..., 3] >= _WHOLE] = 1
    size = (int(box.width), int(box.height))
    if size == subject.shape[1::-1]:
        return layer
    growth = size[0] / subject.shape[1]
    layer[..., :3] *= layer[..., 3:]  # premultiplied, so that what lies under full transparency does not bleed in
    layer = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if growth < 1 else cv2.INTER_LANCZOS4)
    layer[..., :3] /= np.maximum(layer[..., 3:], 1e-3)
    np.clip(layer, 0, 1, out=layer)
    layer[..., 3][layer[..., 3] >= _WHOLE] = 1
    if growth > 1.2:
        layer[..., :3] = grading.sharpened(layer[..., :3], layer[..., 3], min(0.3 * growth, 0.6), 0.6 * growth)
    return layer


# --- putting together -------------------------------------------------------------------------------------------------


def _joined(scene: F32, layer: F32, box: Box, cuts: Cuts, options: Options) -> Composed:
    height, width = scene.shape[:2]
    seen = box.slices(height, width)
    if not scene[seen].size:
        empty = np.zeros((height, width), np.float32)
        return Composed(scene, empty, empty.copy(), box)
    part = layer[_within(seen[0], box.y), _within(seen[1], box.x)]
    own = part[..., 3]
    if options.position == "auto":
        own = _faded(own, box, (width, height), cuts)
    alpha = grading.softened(own, options.edge_blend_px)
    mask = np.zeros((height, width), np.float32)
    mask[seen] = alpha
    pose = Pose.BLEEDING if any(_at_edge(box, (width, height), cuts)) else pose_of(layer[..., 3])
    if options.shadow > 0:
        light = 1 - np.float32(options.shadow) * shadow(mask, box, pose, options.shadow_angle_deg)
        scene *= light[..., None]
    color = _graded(part, alpha, scene[seen], options)
    scene[seen] = color * alpha[..., None] + scene[seen] * (1 - alpha[..., None])
    band = grading.ring(mask, _BAND_SHARE * min(height, width))
    return Composed(np.clip(scene, 0, 1, out=scene), mask, band, box)


def _graded(part: F32, alpha: F32, around: F32, options: Options) -> F32:
    """Return the subject's colours, matched and sharpened where that is allowed."""
    kept = grading.core_of(alpha, 2 * options.edge_blend_px + 1) if options.lock else np.zeros(alpha.shape, bool)
    color = grading.matched(part[..., :3], alpha, around, options.color_match, ~kept & (alpha > 0))
    if options.sharpen > 0:
        color = np.where(kept[..., None], color, grading.sharpened(color, part[..., 3], options.sharpen, 1.2))
    return color


def _within(seen: slice, start: float) -> slice:
    return slice(seen.start - round(start), seen.stop - round(start))


def _at_edge(box: Box, canvas: tuple[int, int], cuts: Cuts) -> Cuts:
    """Return which cut edges have left the canvas, so that the cut does not show."""
    return Cuts(
        cuts.top and box.y <= 0,
        cuts.right and box.right >= canvas[0],
        cuts.bottom and box.bottom >= canvas[1],
        cuts.left and box.x <= 0,
    )


def _faded(alpha: F32, box: Box, canvas: tuple[int, int], cuts: Cuts) -> F32:
    """Return the alpha with cut lines that show faded out."""
    gone = _at_edge(box, canvas, cuts)
    height, width = alpha.shape
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
    distance = {"top": y, "right": width - 1 - x, "bottom": height - 1 - y, "left": x}
    for side, from_edge in distance.items():
        if getattr(cuts, side) and not getattr(gone, side):
            t = np.clip(from_edge / (_FADE_SHARE * (width if side in ("left", "right") else height)), 0, 1)
            alpha = alpha * (t * t * (3 - 2 * t))
    return alpha
