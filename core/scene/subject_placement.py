"""Where a subject stands on a canvas, and how large: free floor, thirds, and room for words."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .subject import FrameCuts

F32 = NDArray[np.float32]

POSITIONS = ("auto", "center", "bottom", "top", "xy")
_WIDE = 1.6  # width per height from which words go beside the subject instead of above it
_SURVEY_PX = 128  # a floor is found on a picture of about this height
_STEP = 2.0  # CIELAB difference that wall and floor have at least
_PLAIN = 9.0  # CIELAB difference that a plain floor may have: boards differ
_SLOW = 1.6  # step from pixel to pixel, in each of CIELAB's three, that is a change of light and no edge
_LIT = np.array([0.4, 1.0, 1.0], np.float32)  # differences in lightness count less: light falls in patches
_NARROWEST = 0.35  # a free stretch of floor is at least this share of the width
_SMALLEST = 0.6  # a subject is made smaller by this at most, so that it fits the free floor


@dataclass(frozen=True)
class Floor:
    """The floor of a background, as shares of its size.

    Attributes:
        horizon: Where wall and floor meet; None where nothing shows it.
        left: Where the free stretch of floor begins.
        right: Where it ends.
    """

    horizon: float | None = None
    left: float = 0.0
    right: float = 1.0

    @property
    def is_free(self) -> bool:
        """Whether nothing stands on it."""
        return self.left <= 0 and self.right >= 1


@dataclass(frozen=True)
class PlacementRequest:
    """What is asked of a place: one of ``POSITIONS``, the share of the canvas to fill (0 chooses), percent for xy."""

    position: str = "auto"
    scale: float = 0.0
    x_pct: float = 50.0
    y_pct: float = 50.0


def place(
    canvas: tuple[int, int],
    subject: tuple[int, int],
    cuts: FrameCuts,
    wish: PlacementRequest,
    ground: Floor | None = None,
) -> Box:
    """Return where a subject goes, in whole px; all sizes are (width, height).

    ``auto`` keeps the upper third of portrait canvases and one side of wide ones for words, stands the subject on
    the lower third, on floor that is free, and pushes an edge at which it is cut off to that edge of the canvas.
    """
    ground = ground or Floor()
    factor = _factor(canvas, subject, cuts, wish, ground)
    w, h = max(round(subject[0] * factor), 1), max(round(subject[1] * factor), 1)
    x, y = _corner(canvas, (w, h), cuts, wish, ground)
    return Box(round(x), round(y), w, h)


def floor_of(scene: F32) -> Floor:
    """Return the floor of a background [H,W,3]: where it begins, and its widest stretch on which nothing stands."""
    lab = _survey(scene)
    if lab is None:
        return Floor()
    horizon, height = _horizon(lab), lab.shape[0]
    base = round(_baseline(scene.shape[1::-1], Floor(horizon)) * height)
    depth = max(round(0.10 * height), 2)
    top = max(base - depth, 0 if horizon is None else round((horizon + 0.03) * height))
    top = min(top, base - 2)
    return Floor(horizon, *_free_stretch(lab[top:], base + depth // 2 - top))


def horizon_of(scene: F32) -> float | None:
    """Return where wall and floor of a background [H,W,3] meet, share of its height; None where nothing shows it."""
    lab = _survey(scene)
    return None if lab is None else _horizon(lab)


def _survey(scene: F32) -> F32 | None:
    """Return the background small and in CIELAB; None where it is too small or narrow to tell anything."""
    height, width = scene.shape[:2]
    factor = min(_SURVEY_PX / height, 4 * _SURVEY_PX / width, 1.0)
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    if min(size) < 16:
        return None
    small = cv2.resize(np.ascontiguousarray(scene[..., :3]), size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.8), cv2.COLOR_RGB2Lab)


def _horizon(lab: F32) -> float | None:
    """Return where a line runs from side to side at which the picture becomes another, share of the height.

    It may be out of focus, but a slow change of light is none: that is half as large over half the way.
    """
    height = lab.shape[0]
    reach = max(round(0.035 * height), 2)
    rows = np.arange(round(0.25 * height), round(0.92 * height) - reach)
    if not len(rows):
        return None
    total = np.concatenate([np.zeros((1, *lab.shape[1:]), np.float32), np.cumsum(lab, axis=0)])
    step = _step_below(total, rows, reach)
    common = np.median(step, axis=1)
    size = np.linalg.norm(common, axis=1)
    agree = (np.einsum("rwc,rc->rw", step, common) > 0.35 * size[:, None] ** 2).mean(1)
    score = size * (agree > 0.7)
    best = int(np.argmax(score))
    near = np.linalg.norm(np.median(_step_below(total, rows[best : best + 1], max(reach // 2, 1)), axis=1))
    if score[best] < _STEP or score[best] < 2.5 * np.median(size) or near < 0.6 * score[best]:
        return None
    return float(rows[best]) / height


def _step_below(total: F32, rows: NDArray[np.integer], reach: int) -> F32:
    """Return how much the rows below differ from those above [rows,W,3]; ``total`` is the sum of all rows above."""
    return (total[rows + reach] + total[rows - reach] - 2 * total[rows]) / reach


def _free_stretch(front: F32, rows: int) -> tuple[float, float]:
    """Return the widest stretch of floor on which nothing stands, as shares of the width.

    Args:
        front: The lower part of the picture [h,w,3], CIELAB.
        rows: How many of its rows, from the top, a subject would cover.
    """
    width = front.shape[1]
    taken = ~_floor(front)[:rows]
    columns = taken.mean(0) > 0.25
    edges = np.flatnonzero(np.diff(np.concatenate([[True], columns, [True]]).astype(np.int8)))
    starts, stops = edges[::2], edges[1::2]
    if not len(starts):
        return 0.0, 1.0
    widest = int(np.argmax(stops - starts))
    left, right = float(starts[widest]) / width, float(stops[widest]) / width
    return (left, right) if right - left >= _NARROWEST else (0.0, 1.0)


def _floor(front: F32) -> NDArray[np.bool_]:
    """Return what is floor [h,w] in the lower part of a picture.

    Floor looks like any third of the picture's front edge, or is reached from there without crossing an edge.
    """
    height, width = front.shape[:2]
    seeds = range(0, width, max(width // 24, 1))
    edge = front[-max(height // 12, 1) :].mean(0)[list(seeds)]
    from_edge = np.linalg.norm((front[:, :, None] - edge) * _LIT, axis=3)
    like = np.partition(from_edge, len(edge) // 3, axis=2)[..., len(edge) // 3] <= _PLAIN
    reached = np.zeros((height + 2, width + 2), np.uint8)
    field = np.ascontiguousarray(front, np.float32)
    for x in seeds:
        if like[-1, x] and not reached[height, x + 1]:
            cv2.floodFill(field, reached, (x, height - 1), 0, *2 * (3 * (_SLOW,),), flags=4 | cv2.FLOODFILL_MASK_ONLY)
    return like | (reached[1:-1, 1:-1] > 0)


def _factor(
    canvas: tuple[int, int], subject: tuple[int, int], cuts: FrameCuts, wish: PlacementRequest, ground: Floor
) -> float:
    (width, height), (w, h) = canvas, subject
    if wish.scale > 0:
        return wish.scale * min(width / w, height / h)
    wide = width / height > _WIDE
    shares = {  # of the width and of the height
        (False, False): (0.775, 0.545) if width < 0.9 * height else (0.66, 0.5),
        (False, True): (0.92, 0.66),
        (True, False): (0.46, 0.80),
        (True, True): (0.46, 0.92),
    }[wide, cuts.bottom]
    factor = min(shares[0] * width / w, shares[1] * height / h)
    if cuts.left and cuts.right and not wide and width / w * h <= 0.82 * height:
        return width / w  # cut on both sides: wide enough to leave the canvas on both
    if wish.position == "auto" and not (ground.is_free or any(cuts)):
        room = 0.94 * (ground.right - ground.left) * width
        factor = max(min(factor, room / w), _SMALLEST * factor)
    return factor


def _corner(
    canvas: tuple[int, int], size: tuple[int, int], cuts: FrameCuts, wish: PlacementRequest, ground: Floor
) -> tuple[float, float]:
    (width, height), (w, h) = canvas, size
    if wish.position == "xy":
        return wish.x_pct / 100 * width - w / 2, wish.y_pct / 100 * height - h / 2
    middle = (width - w) / 2
    floor = ground if wish.position == "auto" else Floor()
    low = height - h if cuts.bottom else min(_baseline(canvas, floor) * height, height - 0.02 * height) - h
    if wish.position == "center":
        return middle, (height - h) / 2
    if wish.position == "top":
        return middle, 0.06 * height if not cuts.top else 0
    if wish.position == "bottom":
        return middle, low
    return _across(canvas, w, cuts, ground), 0 if cuts.top and not cuts.bottom else max(low, 0.02 * height)


def _across(canvas: tuple[int, int], w: int, cuts: FrameCuts, ground: Floor) -> float:
    """Return the left edge: beside the words in wide formats, else in the middle, or on a third where that is taken."""
    width = canvas[0]
    if cuts.left != cuts.right:
        return 0 if cuts.left else width - w
    wide = canvas[0] / canvas[1] > _WIDE
    asked = (min(0.74 * width - w / 2, 0.97 * width - w), 0.26 * width - w / 2) if wide else ((width - w) / 2,)
    if ground.is_free or any(cuts):
        return asked[0]
    first, last = ground.left * width, ground.right * width - w
    if last < first:
        return (first + last) / 2
    thirds = sorted((width / 3 - w / 2, width * 2 / 3 - w / 2), key=lambda x: abs(x - (first + last) / 2))
    free = [x for x in (*asked, *thirds) if first <= x <= last]
    return free[0] if free else min(max(asked[0], first), last)


def _baseline(canvas: tuple[int, ...], ground: Floor) -> float:
    """Return where a subject stands, share of the height; tall formats keep the lowest part for the app's buttons.

    Where the floor begins so low that it would stand on the wall, it stands further down, on the floor.
    """
    aspect = canvas[0] / canvas[1]
    usual = 0.80 if aspect < 0.62 else 0.885 if aspect <= _WIDE else 0.92
    return usual if ground.horizon is None else max(usual, ground.horizon + 0.25 * (1 - ground.horizon))
