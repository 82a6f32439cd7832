"""Parametric shapes as polygons, and what they cover: panels, cards, bursts, seals, ribbons, torn and waving edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..text.bounds import Bounds
from .glyphs import Affine

F64 = NDArray[Any]  # float64
F32 = NDArray[Any]  # float32, or what an operation widens it to
Polygons = list[F64]
Params = Mapping[str, float]
_FINE = 4  # subpixels a pixel and axis
_SHIFT = 4  # fractional bits of OpenCV's polygons
_LARGEST = 6000 * 6000


def shape_names() -> tuple[str, ...]:
    """Return the names of all shapes."""
    return tuple(_SHAPES)


def outline(name: str, box: Bounds, params: Params | None = None, unit: float = 1.0) -> Polygons:
    """Return the polygons of a shape that fills a box.

    Args:
        name: One of ``shape_names``.
        box: Its rectangle in px.
        params: What it is like; lengths are shares of ``unit``.
        unit: The canvas' unit in px.

    Raises:
        FitAdError: There is no such shape.
    """
    if name not in _SHAPES:
        raise FitAdError(f"{name!r} is not a shape", fix=f"Use one of: {', '.join(_SHAPES)}")
    return _SHAPES[name](box, params or {}, unit)


def cover(polygons: Polygons, matrix: Affine, size: tuple[int, int]) -> tuple[F32, int, int]:
    """Return what polygons cover, [h,w] 0..1, and the place (x, y) of that patch on a canvas of that size."""
    points = [matrix.points(p) for p in polygons if len(p) >= 2]
    if not points:
        return np.zeros((0, 0), np.float32), 0, 0
    every = np.vstack(points)
    x0, y0 = (max(int(np.floor(v)), 0) for v in every.min(0))
    x1, y1 = (min(int(np.ceil(v)), limit) for v, limit in zip(every.max(0), size, strict=True))
    if x1 <= x0 or y1 <= y0:
        return np.zeros((0, 0), np.float32), 0, 0
    width, height = x1 - x0, y1 - y0
    fine = _FINE if width * height * _FINE * _FINE < _LARGEST else 2
    canvas = np.zeros((height * fine, width * fine), np.uint8)
    scaled = [np.round(((p - (x0, y0)) * fine - 0.5) * (1 << _SHIFT)).astype(np.int32) for p in points]
    for polygon in scaled:  # one by one: what overlaps adds up instead of cutting out
        cv2.fillPoly(canvas, [polygon], 255, cv2.LINE_8, _SHIFT)
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255, x0, y0


# --- curves ---------------------------------------------------------------------------------------------------


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, stop: float, steps: int = 0) -> F64:
    steps = steps or max(int(abs(stop - start) / 2), 6)
    t = np.radians(np.linspace(start, stop, steps + 1))
    return np.stack([cx + rx * np.cos(t), cy + ry * np.sin(t)], axis=1)


def _rounded(box: Bounds, radius: float) -> F64:
    r = min(radius, box.width / 2, box.height / 2)
    left, top, right, bottom = box
    return np.vstack(
        [
            _arc(right - r, top + r, r, r, -90, 0, 16),
            _arc(right - r, bottom - r, r, r, 0, 90, 16),
            _arc(left + r, bottom - r, r, r, 90, 180, 16),
            _arc(left + r, top + r, r, r, 180, 270, 16),
        ]
    )


def _corners(box: Bounds) -> F64:
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)


def _ellipse(box: Bounds) -> F64:
    cx, cy = box.middle
    return _arc(cx, cy, box.width / 2, box.height / 2, 0, 360, 180)


def _star(box: Bounds, points: int, inner: float, tip: float = 0.0) -> F64:
    """Return a star; ``tip`` rounds its points by that share of the radius."""
    cx, cy = box.middle
    angles = np.radians(np.arange(2 * points) * 180 / points - 90)
    radius = np.where(np.arange(2 * points) % 2 == 0, 1.0, inner)
    unit = np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1)
    if tip > 0:
        unit = _softened(unit, tip)
    return unit * (box.width / 2, box.height / 2) + (cx, cy)


def _softened(polygon: F64, length: float) -> F64:
    """Return a polygon whose corners are rounded, each over ``length`` along its sides."""
    before, after = np.roll(polygon, 1, 0), np.roll(polygon, -1, 0)
    rounded = []
    for a, p, b in zip(before, polygon, after, strict=True):
        la, lb = np.linalg.norm(a - p), np.linalg.norm(b - p)
        start, stop = p + (a - p) * min(length / la, 0.5), p + (b - p) * min(length / lb, 0.5)
        t = np.linspace(0, 1, 7)[:, None]
        rounded.append((1 - t) ** 2 * start + 2 * t * (1 - t) * p + t**2 * stop)
    return np.vstack(rounded)


def _seal(box: Bounds, points: int, depth: float) -> F64:
    """Return a circle with a scalloped edge."""
    cx, cy = box.middle
    t = np.linspace(0, 2 * np.pi, points * 24, endpoint=False)
    wave = np.abs(np.cos(points * t / 2)) ** 0.75
    r = 1 - depth * (1 - wave)
    return np.stack([cx + box.width / 2 * r * np.cos(t), cy + box.height / 2 * r * np.sin(t)], axis=1)


def _noise(count: int, scales: tuple[float, ...], seed: float) -> F64:
    """Return fractal noise about 0, [count], from knots ``1 / scale`` apart."""
    rng = np.random.default_rng(int(abs(seed)) + 7)
    x = np.linspace(0, 1, count)
    total = np.zeros(count)
    for scale in scales:
        knots = max(int(scale), 2)
        total += np.interp(x, np.linspace(0, 1, knots + 1), rng.uniform(-1, 1, knots + 1)) / scale**0.62
    return total / max(np.abs(total).max(), 1e-6)


# --- edges: a rectangle one of whose sides is not straight ----------------------------------------------------


def _edged(profile: Callable[[F64, Params, float], F64]) -> Callable[[Bounds, Params, float], Polygons]:
    """Return a shape whose side ``side`` (0 top, 1 right, 2 bottom, 3 left) follows a profile 0..1 deep inwards."""

    def made(box: Bounds, params: Params, unit: float) -> Polygons:
        side = int(params.get("side", 0)) % 4
        along = box.width if side in (0, 2) else box.height
        count = max(int(along / 2), 24)
        x = np.linspace(0, 1, count)
        depth = params.get("depth", 0.02) * unit
        inward = profile(x, params, along / unit) * depth
        return [_with_edge(box, side, x, inward)]

    return made


def _with_edge(box: Bounds, side: int, x: F64, inward: F64) -> F64:
    left, top, right, bottom = box
    if side == 0:
        edge = np.stack([left + x * box.width, top + inward], axis=1)
        return np.vstack([edge, [[right, bottom], [left, bottom]]])
    if side == 2:
        edge = np.stack([right - x * box.width, bottom - inward], axis=1)
        return np.vstack([edge, [[left, top], [right, top]]])
    if side == 1:
        edge = np.stack([right - inward, top + x * box.height], axis=1)
        return np.vstack([edge, [[left, bottom], [left, top]]])
    edge = np.stack([left + inward, bottom - x * box.height], axis=1)
    return np.vstack([edge, [[right, top], [right, bottom]]])


def _wave(x: F64, params: Params, _length: float) -> F64:
    waves, phase = params.get("waves", 1.2), params.get("phase", 0.1)
    slow = 0.5 - 0.5 * np.cos(2 * np.pi * (waves * x + phase))
    quick = 0.5 - 0.5 * np.cos(2 * np.pi * (2.3 * waves * x + 2.1 * phase))
    return 0.72 * slow + 0.28 * quick


def _torn(x: F64, params: Params, length: float) -> F64:
    rough = _noise(len(x), (3, 9, 40 * length, 120 * length, 300 * length), params.get("seed", 1))
    return 0.5 + 0.5 * rough


def _zigzag(x: F64, params: Params, length: float) -> F64:
    teeth = max(round(length / params.get("pitch", 0.05)), 2)
    return np.abs(((x * teeth) % 1) * 2 - 1)


def _scallop(x: F64, params: Params, length: float) -> F64:
    bows = max(round(length / params.get("pitch", 0.08)), 2)
    t = ((x * bows) % 1) * 2 - 1
    return 1 - np.sqrt(np.maximum(1 - t * t, 0))


def _bow(x: F64, params: Params, _length: float) -> F64:
    """An arc: its middle stands out; with ``hollow`` its ends do."""
    t = 2 * x - 1
    return 1 - t * t if params.get("hollow", 0) else t * t


def _slant(x: F64, params: Params, _length: float) -> F64:
    return x if params.get("rise", 0) else 1 - x


def _tear_off(x: F64, params: Params, length: float) -> F64:
    """Holes of a ticket's perforation."""
    bows = max(round(length / params.get("pitch", 0.03)), 2)
    t = ((x * bows) % 1) * 2 - 1
    return np.where(np.abs(t) < 0.5, np.sqrt(np.maximum(0.25 - t * t, 0)) * 2, 0)


# --- whole shapes ---------------------------------------------------------------------------------------------


def _arch(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a round arch; ``rise`` is its height against half its width."""
    r = box.width / 2
    rise = min(params.get("rise", 1.0) * r, box.height)
    top = _arc(box.left + r, box.top + rise, r, rise, 180, 360, 90)
    return [np.vstack([top, [[box.right, box.bottom], [box.left, box.bottom]]])]


def _ribbon(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a ribbon whose ends are folded back and notched: three polygons, the tails first."""
    tail, drop = params.get("tail", 0.1) * box.width, params.get("drop", 0.22) * box.height
    fold, notch = 0.42 * tail, params.get("notch", 0.3) * box.height
    left, top, right, bottom = box
    body = Bounds(left + tail * 0.62, top, right - tail * 0.62, bottom - drop)
    mid = (top + drop + bottom) / 2
    lefts = np.array([[left, top + drop], [body.left + fold, top + drop], [body.left + fold, bottom], [left, bottom],
                      [left + notch * 0.9, mid]])  # fmt: skip
    rights = lefts * (-1, 1) + (left + right, 0)
    return [lefts, rights, _corners(body)]


def _tag(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a price tag, its left end cut to a point."""
    point = min(params.get("point", 0.45) * box.height, box.width / 3)
    left, top, right, bottom = box
    body = np.array(
        [[left, (top + bottom) / 2], [left + point, top], [right, top], [right, bottom], [left + point, bottom]]
    )
    return [_softened_px(body, 0.07 * box.height)]


def _softened_px(polygon: F64, length: float) -> F64:
    return _softened(polygon, length)


def _bubble(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a speech bubble; its tip leaves at ``tip`` (share of the width) of the bottom."""
    height = params.get("tip_height", 0.2) * box.height
    body = Bounds(box.left, box.top, box.right, box.bottom - height)
    x = box.left + params.get("tip", 0.25) * box.width
    base = 0.16 * box.width
    lean = params.get("lean", -0.3) * base
    tip = np.array([[x, body.bottom - 2], [x + base, body.bottom - 2], [x + lean, box.bottom]])
    return [_rounded(body, params.get("radius", 0.32) * body.height), tip]


def _tape(box: Bounds, params: Params, unit: float) -> Polygons:
    """Return a strip of tape with cut ends."""
    teeth = max(int(box.height / (0.011 * unit)), 4)
    y = np.linspace(box.top, box.bottom, 2 * teeth + 1)
    cut = np.where(np.arange(len(y)) % 2 == 0, 0.0, 0.05 * box.height + 0.003 * unit)
    right = np.stack([box.right - cut, y], axis=1)
    left = np.stack([box.left + cut, y], axis=1)[::-1]
    return [np.vstack([right, left])]


def _ticket(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a ticket: a rectangle with a half round bite at both sides."""
    r = params.get("bite", 0.16) * box.height
    left, top, right, bottom = box
    mid = top + params.get("at", 0.5) * box.height
    return [
        np.vstack(
            [
                [[left, top], [right, top]],
                _arc(right, mid, r, r, 270, 90, 24),
                [[right, bottom], [left, bottom]],
                _arc(left, mid, r, r, 90, -90, 24),
            ]
        )
    ]


def _blob(box: Bounds, params: Params, _unit: float) -> Polygons:
    rng = np.random.default_rng(int(params.get("seed", 1)))
    t = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    r = 1.0 + sum(rng.uniform(-0.09, 0.09) * np.cos(k * t + rng.uniform(0, 6.28)) for k in (2, 3, 4))
    points = np.stack([r * np.cos(t), r * np.sin(t)], axis=1)
    low, high = points.min(0), points.max(0)
    return [(points - low) / (high - low) * (box.width, box.height) + (box.left, box.top)]


def _paper(box: Bounds, params: Params, unit: float) -> Polygons:
    """Return a sheet torn on the sides whose bits are set in ``sides`` (1 top, 2 right, 4 bottom, 8 left)."""
    sides = int(params.get("sides", 4))
    depth = params.get("depth", 0.012) * unit
    points = []
    for number, along in enumerate((box.width, box.height, box.width, box.height)):
        x = np.linspace(0, 1, max(int(along / 2), 24))
        torn = _torn(x, {"seed": params.get("seed", 1) + number}, along / unit) * depth
        inward = torn if sides & (1 << number) else np.zeros_like(x)
        points.append(_side_points(box, number, x, inward))
    return [np.vstack(points)]


def _side_points(box: Bounds, side: int, x: F64, inward: F64) -> F64:
    left, top, right, bottom = box
    if side == 0:
        return np.stack([left + x * box.width, top + inward], axis=1)
    if side == 1:
        return np.stack([right - inward, top + x * box.height], axis=1)
    if side == 2:
        return np.stack([right - x * box.width, bottom - inward], axis=1)
    return np.stack([left + inward, bottom - x * box.height], axis=1)


def _stroke(box: Bounds, params: Params, unit: float) -> Polygons:
    """Return a brush stroke: a bar with uneven sides and dry ends."""
    x = np.linspace(0, 1, max(int(box.width / 3), 24))
    seed = params.get("seed", 1)
    up, down = (0.5 + 0.5 * _noise(len(x), (3, 8, 30), seed + n) for n in (0, 5))
    ends = np.minimum(1, np.minimum(x, 1 - x) / 0.06) ** 0.5
    top = box.middle[1] - box.height / 2 * ends * (0.82 + 0.18 * up)
    bottom = box.middle[1] + box.height / 2 * ends * (0.82 + 0.18 * down)
    across = box.left + x * box.width
    return [np.vstack([np.stack([across, top], 1), np.stack([across, bottom], 1)[::-1]])]


def _dots(box: Bounds, params: Params, _unit: float) -> Polygons:
    """Return a row of dots as wide as the box, their diameter its height."""
    d = max(box.height, 1.0)
    pitch = d * params.get("pitch", 2.6)
    count = max(int(box.width / pitch), 1)
    xs = box.right - d / 2 - np.arange(count) * pitch
    y = box.middle[1]
    return [_arc(x, y, d / 2, d / 2, 0, 360, 20) for x in xs[::-1]]


def _dashes(box: Bounds, params: Params, unit: float) -> Polygons:
    pitch = params.get("pitch", 0.016) * unit
    count = max(round(box.width / pitch), 2)
    step = box.width / (count - 1 + 0.6)
    lefts = box.left + np.arange(count) * step
    return [_rounded(Bounds(x, box.top, x + 0.6 * step, box.bottom), box.height / 2) for x in lefts]


_SHAPES: dict[str, Callable[[Bounds, Params, float], Polygons]] = {
    "rect": lambda box, params, unit: [_corners(box)],
    "round": lambda box, params, unit: [_rounded(box, params.get("radius", 0.03) * unit)],
    "pill": lambda box, params, unit: [_rounded(box, box.height / 2)],
    "circle": lambda box, params, unit: [_ellipse(box)],
    "arch": _arch,
    "burst": lambda box, params, unit: [
        _star(box, int(params.get("points", 20)), params.get("inner", 0.88), params.get("tip", 0.0))
    ],
    "seal": lambda box, params, unit: [_seal(box, int(params.get("points", 18)), params.get("depth", 0.09))],
    "star": lambda box, params, unit: [
        _star(box, int(params.get("points", 5)), params.get("inner", 0.46), params.get("round", 0.0))
    ],
    "sparkle": lambda box, params, unit: [_sparkle(box, params.get("pinch", 0.09))],
    "ribbon": _ribbon,
    "tag": _tag,
    "bubble": _bubble,
    "tape": _tape,
    "ticket": _ticket,
    "blob": _blob,
    "paper": _paper,
    "stroke": _stroke,
    "wave": _edged(_wave),
    "torn": _edged(_torn),
    "zigzag": _edged(_zigzag),
    "scallop": _edged(_scallop),
    "bow": _edged(_bow),
    "slant": _edged(_slant),
    "perforated": _edged(_tear_off),
    "dots": _dots,
    "dashes": _dashes,
}


_EDGED = ("wave", "torn", "zigzag", "scallop", "bow", "slant", "perforated")


def solid_from(shape: str, box: Bounds, params: Params, unit: float) -> float:
    """Return the height in px below which a shape covers its whole width: under the valleys of an uneven top edge."""
    uneven = shape in _EDGED and int(params.get("side", 0)) % 4 == 0
    if uneven:
        return box.top + params.get("depth", 0.02) * unit
    if shape == "paper" and int(params.get("sides", 4)) & 1:
        return box.top + params.get("depth", 0.012) * unit
    return box.top


def _sparkle(box: Bounds, pinch: float) -> F64:
    """Return a four-pointed sparkle with hollow sides."""
    tips = np.array([[0, -1], [1, 0], [0, 1], [-1, 0]], np.float64)
    waist = np.array([[1, -1], [1, 1], [-1, 1], [-1, -1]], np.float64) * pinch
    t = np.linspace(0, 1, 14)[:, None]
    sides = [(1 - t) ** 2 * a + 2 * t * (1 - t) * w + t**2 * b
             for a, w, b in zip(tips, waist, np.roll(tips, -1, 0), strict=True)]  # fmt: skip
    return np.vstack(sides) * (box.width / 2, box.height / 2) + box.middle
