"""The product placed together with the words: all positions at once, letter by letter, on a coarse grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..text.bounds import Bounds, union
from .canvas import Canvas
from .composition import PhotoCrop
from .flow import Group
from .glyphs import Affine, coverage
from .marks import Drawing, Form, Letters
from .pictures import Pictures
from .schema import ProductLayer

F32 = NDArray[Any]  # float32, or what an operation widens it to

HIDDEN_BEST, HIDDEN_MOST = 0.02, 0.22  # of one letter of the hero, DESIGN.md section 10
_COARSE = 8  # px of a 1080 px canvas a grid px
_CLEAR = 0.012  # what words that are not the hero keep free, in units
_SIZES = 7
_WINDOW = 13  # positions tried along each axis
_GAP = 0.09  # of the height: a hero further away from the product than this falls apart from it


@dataclass(frozen=True)
class Spotted:
    """A place for the product.

    Attributes:
        box: On the canvas, before turning.
        hidden: The share that is hidden of the hero's letter that is hidden most.
        gap: How far product and hero are apart, as a share of the height.
        score: Higher is better.
    """

    box: Bounds
    hidden: float
    gap: float
    score: float


@dataclass(frozen=True)
class Obstacles:
    """What the product meets on the grid.

    Attributes:
        step: Px of the canvas a grid px.
        letters: [G,h,w] what each letter of the hero covers.
        areas: [G] their areas.
        taken: [h,w] where the product must not be (words that it may not cover, with their clearance).
        hero: The hero's rectangle in px; None where there is none.
        units: Which letters are units, which nothing may hide.
    """

    step: float
    letters: F32
    areas: F32
    taken: F32
    hero: Bounds | None
    units: tuple[bool, ...]


def obstacles_of(canvas: Canvas, groups: Sequence[Group], over: Sequence[str]) -> Obstacles:
    """Return what the product meets: letters of groups that it may cover, and everything else that it may not."""
    step = max(canvas.width, canvas.height * 0.8) / 1080 * _COARSE
    size = (int(np.ceil(canvas.width / step)), int(np.ceil(canvas.height / step)))
    matrix = Affine.scale(1 / step)
    masks: list[F32] = []
    units: list[bool] = []
    taken = np.zeros((size[1], size[0]), np.float32)
    hero: Bounds | None = None
    pad = max(_CLEAR * canvas.unit / step, 0.6)
    for group in groups:
        covered = group.layer.id in over
        for mark in group.block.marks:
            if covered and isinstance(mark, Letters) and mark.hero:
                for glyph, _box in mark.glyph_boxes():
                    cover = coverage([glyph], size, matrix @ mark.matrix).astype(np.float32) / 255
                    if cover.any():
                        masks.append(cover)
                        units.append(mark.unit)
                ink = mark.ink
                hero = ink if hero is None else union([hero, ink])
            elif not (covered and isinstance(mark, Form)) and isinstance(mark, (Letters, Form, Drawing)):
                _fill(taken, mark.ink, step, pad)
    letters = np.stack(masks) if masks else np.zeros((0, size[1], size[0]), np.float32)
    return Obstacles(step, letters, letters.sum((1, 2)), taken, hero, tuple(units))


def _fill(grid: F32, box: Bounds, step: float, pad: float) -> None:
    x0, y0 = max(int(box.left / step - pad), 0), max(int(box.top / step - pad), 0)
    x1, y1 = int(np.ceil(box.right / step + pad)), int(np.ceil(box.bottom / step + pad))
    grid[y0:y1, x0:x1] = 1.0


def place_product(
    layer: ProductLayer,
    canvas: Canvas,
    pictures: Pictures,
    met: Obstacles,
    limits: Sequence[float],
    floor: float | None,
    hidden_bottom: float | None,
    reach: float = 1.0,
) -> Spotted | None:
    """Return the best place for the product; None where every one breaks a rule.

    Args:
        layer: What the design wants.
        canvas: The canvas.
        pictures: The product.
        met: What it meets.
        limits: Least and largest share of the hero's letters that it hides.
        floor: Where its feet stand, px; None where that is free.
        hidden_bottom: From which height a panel in front hides its lower edge, px.
        reach: How far from its place the search goes, against the layer's own.
    """
    if hidden_bottom is not None:
        met = _above(met, hidden_bottom)
    best: Spotted | None = None
    for width in _widths(layer, canvas, pictures):
        found = _at_width(layer, canvas, pictures, met, limits, floor, hidden_bottom, width, reach)
        if found is not None and (best is None or found.score > best.score):
            best = found
    return best


def _above(met: Obstacles, edge: float) -> Obstacles:
    """Return what stands over an edge in px: behind the panel below it, the product covers nothing."""
    taken = met.taken.copy()
    taken[max(int(np.ceil(edge / met.step)), 0) :] = 0.0
    return replace(met, taken=taken)


def _widths(layer: ProductLayer, canvas: Canvas, pictures: Pictures) -> list[float]:
    """Return the widths to try, the largest first."""
    ratio = pictures.ratio
    most = min(layer.width[1] * canvas.width, layer.height[1] * canvas.height * ratio)
    least = max(layer.width[0] * canvas.width, layer.height[0] * canvas.height * ratio)
    if layer.area:
        wanted = float(np.sqrt(layer.area * canvas.width * canvas.height * ratio))
        most = min(most, wanted * 1.12)
    least = min(max(least, 0.72 * most), most) if least > most * 0.72 else max(least, 0.5 * most)
    return [float(w) for w in np.linspace(most, min(least, most), _SIZES)]


def _at_width(
    layer: ProductLayer,
    canvas: Canvas,
    pictures: Pictures,
    met: Obstacles,
    limits: Sequence[float],
    floor: float | None,
    hidden_bottom: float | None,
    width: float,
    reach: float,
) -> Spotted | None:
    height = width / pictures.ratio
    xs, ys = _positions(layer, canvas, width, height, floor, hidden_bottom, reach, pictures)
    if not len(xs) or not len(ys):
        return None
    small = _coarse_alpha(pictures, width / met.step, height / met.step)
    area = max(float(small.sum()), 1.0)
    best: Spotted | None = None
    for y in ys:
        for x in xs:
            box = Bounds(float(x), float(y), float(x + width), float(y + height))
            rough = _wish(layer, canvas, box, width)
            if best is not None and rough + 0.25 <= best.score:
                continue
            if not _faces_inside(pictures, box, canvas):
                continue
            found = _judged(small, area, box, met, limits, canvas, rough)
            if found is not None and (best is None or found.score > best.score):
                best = found
    return best


def _positions(
    layer: ProductLayer,
    canvas: Canvas,
    width: float,
    height: float,
    floor: float | None,
    hidden_bottom: float | None,
    reach: float,
    pictures: Pictures,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the left and top edges to try; sides that the photo cut off leave the canvas or hide behind a panel."""
    cx, cy = layer.anchor[0] * canvas.width, layer.anchor[1] * canvas.height
    rx, ry = layer.reach[0] * canvas.width * reach, layer.reach[1] * canvas.height * reach
    xs = np.linspace(cx - rx, cx + rx, _WINDOW) - width / 2
    ys = np.linspace(cy - ry, cy + ry, _WINDOW) - height / 2 if floor is None else np.array([floor - height])
    low, high = _span(layer, canvas.width, width, "left", "right", pictures.cuts.left, pictures.cuts.right)
    xs = np.unique(np.clip(xs, low, high)) if low <= high else np.array([])
    if floor is None:
        cut_bottom = pictures.cuts.bottom and hidden_bottom is None
        low, high = _span(layer, canvas.height, height, "top", "bottom", pictures.cuts.top, cut_bottom)
        if pictures.cuts.bottom and hidden_bottom is not None:
            low = max(low, hidden_bottom + 0.004 * canvas.height - height)
        ys = np.unique(np.clip(ys, low, high)) if low <= high else np.array([])
    elif pictures.cuts.bottom and floor < canvas.height and (hidden_bottom is None or floor < hidden_bottom):
        ys = np.array([])
    return xs, ys


def _span(
    layer: ProductLayer, side: int, length: float, first: str, last: str, cut_first: bool, cut_last: bool
) -> tuple[float, float]:
    """Return the least and largest start of the product along one axis."""
    out = layer.out * length
    air = 0.012 * side
    low = -out if first in layer.bleed else air
    high = side - length + (out if last in layer.bleed else -air)
    if cut_first:
        high, low = min(high, 0.0), min(low, -0.004 * side)
    if cut_last:
        low, high = max(low, side - length), max(high, side - length + 0.004 * side)
    return low, high


def _coarse_alpha(pictures: Pictures, width: float, height: float) -> F32:
    if pictures.subject is None:
        return np.ones((max(round(height), 1), max(round(width), 1)), np.float32)
    size = (max(round(width), 1), max(round(height), 1))
    return cv2.resize(np.ascontiguousarray(pictures.subject[..., 3]), size, interpolation=cv2.INTER_AREA)


def _wish(layer: ProductLayer, canvas: Canvas, box: Bounds, width: float) -> float:
    """Return how near a place is to what the design wants: the anchor, and as large as it may be."""
    x, y = box.middle
    dx, dy = x / canvas.width - layer.anchor[0], y / canvas.height - layer.anchor[1]
    away = (dx / max(layer.reach[0], 0.02)) ** 2 + (dy / max(layer.reach[1], 0.02)) ** 2
    largest = layer.width[1] * canvas.width
    return 1.6 * min(width / largest, 1.0) - 0.16 * min(away, 4.0)


def _faces_inside(pictures: Pictures, box: Bounds, canvas: Canvas) -> bool:
    for face in pictures.faces_in_subject():
        left, right = box.left + face.left * box.width, box.left + face.right * box.width
        top, bottom = box.top + face.top * box.height, box.top + face.bottom * box.height
        if left < 0 or top < 0 or right > canvas.width or bottom > canvas.height:
            return False
    return True


def _judged(
    small: F32, area: float, box: Bounds, met: Obstacles, limits: Sequence[float], canvas: Canvas, rough: float
) -> Spotted | None:
    rows, columns, part = _overlap(small, box, met)
    if part is None:
        return None
    seen = small[part]
    if float((seen * met.taken[rows, columns]).sum()) > 0.0015 * area + 0.5:
        return None
    hidden = _hidden(seen, met, rows, columns)
    worst = max(hidden, default=0.0)
    most = min(limits[1], HIDDEN_MOST) if limits[1] > 0 else 0.004
    if worst > most or any(h > 0.01 for h, unit in zip(hidden, met.units, strict=True) if unit):
        return None
    gap = _gap(box, small, met.hero, canvas) if met.hero is not None else 0.0
    score = rough - 1.4 * max(worst - HIDDEN_BEST, 0.0) - 2.2 * max(gap - _GAP, 0.0) - 0.5 * max(gap, 0.0)
    if limits[0] > 0 and worst < limits[0]:
        score -= 0.18  # the design wants an overlap
    return Spotted(box, worst, gap, score)


def hidden_by_crossing(pictures: Pictures, met: Obstacles, top: float, crop: PhotoCrop) -> float | None:
    """Return what the subject of a cropped photo hides of the hero's worst letter where it rises over ``top`` (px).

    None where it hides more than may be, or other words at all.
    """
    if pictures.subject is None:
        return 0.0
    place = crop.mapped(pictures.place)
    small = _coarse_alpha(pictures, place.width / met.step, place.height / met.step)
    above = max(round((top - place.top) / met.step), 0)
    small = small[:above]
    rows, columns, part = _overlap(small, place, met)
    if part is None or not small.size:
        return 0.0
    seen = small[part]
    if float((seen * met.taken[rows, columns]).sum()) > 1.5:
        return None
    worst = max(_hidden(seen, met, rows, columns), default=0.0)
    return worst if worst <= HIDDEN_MOST else None


def _overlap(small: F32, box: Bounds, met: Obstacles) -> tuple[slice, slice, tuple[slice, slice] | None]:
    height, width = met.taken.shape
    x, y = round(box.left / met.step), round(box.top / met.step)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + small.shape[1], width), min(y + small.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return slice(0, 0), slice(0, 0), None
    return slice(y0, y1), slice(x0, x1), (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))


def _hidden(seen: F32, met: Obstacles, rows: slice, columns: slice) -> list[float]:
    if not len(met.letters):
        return []
    shared = np.tensordot(met.letters[:, rows, columns], seen, axes=([1, 2], [0, 1]))
    return [float(v) for v in shared / np.maximum(met.areas, 1e-3)]


def _gap(box: Bounds, small: F32, hero: Bounds, canvas: Canvas) -> float:
    """Return how far the product's top is below the hero (or beside it), as a share of the height."""
    columns = np.flatnonzero(small.max(0) > 0.4)
    rows = np.flatnonzero(small.max(1) > 0.4)
    if not len(columns) or not len(rows):
        return 0.0
    kx, ky = box.width / small.shape[1], box.height / small.shape[0]
    seen = Bounds(
        box.left + columns[0] * kx,
        box.top + rows[0] * ky,
        box.left + (columns[-1] + 1) * kx,
        box.top + (rows[-1] + 1) * ky,
    )
    dx = max(seen.left - hero.right, hero.left - seen.right, 0.0)
    dy = max(seen.top - hero.bottom, hero.top - seen.bottom, 0.0)
    return float(np.hypot(dx, dy)) / canvas.height
