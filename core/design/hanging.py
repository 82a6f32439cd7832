"""Badges and drawings hung on other layers, near where the design wants them, off what they must not touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..text.bounds import Bounds
from .canvas import Canvas
from .flow import Group
from .pictures import Pictures
from .schema import ElementLayer
from .schema_words import Hang

_RINGS = 9
_TURNS = 24
_AIR = 0.018  # what a hung thing keeps from the canvas' edge, of the short side


def hang_group(
    group: Group,
    hang: Hang,
    other: Bounds,
    canvas: Canvas,
    met: Sequence[Bounds],
    product: tuple[Bounds, Pictures] | None,
) -> Group | None:
    """Return a group hung on a layer's box, or None where it finds no place within its search."""
    box = group.block.ink
    found = _place(hang, box.width, box.height, other, canvas, met, product, _safe(canvas))
    return None if found is None else group.moved(found.left - box.left, found.top - box.top)


def hang_spot(
    hang: Hang, width: float, height: float, other: Bounds, canvas: Canvas, met: Sequence[Bounds]
) -> Bounds | None:
    """Return the place of a drawing hung on a layer's box."""
    side = max(canvas.width, canvas.height)
    return _place(hang, width, height, other, canvas, met, None, Bounds(-side, -side, 2 * side, 2 * side))


def _safe(canvas: Canvas) -> Bounds:
    air = _AIR * min(canvas.width, canvas.height)
    safe = canvas.safe
    return Bounds(
        min(air, safe.x),
        safe.y if safe.y > 0.1 * canvas.height else air,
        canvas.width - min(air, canvas.width - safe.right),
        safe.bottom if safe.bottom < 0.9 * canvas.height else canvas.height - air,
    )


def _place(
    hang: Hang,
    width: float,
    height: float,
    other: Bounds,
    canvas: Canvas,
    met: Sequence[Bounds],
    product: tuple[Bounds, Pictures] | None,
    within: Bounds,
) -> Bounds | None:
    cx, cy = other.left + hang.at[0] * other.width, other.top + hang.at[1] * other.height
    reach = hang.search * min(canvas.width, canvas.height)
    near = [b for b in met if b.grown(width + reach).shared(Bounds(cx - 1, cy - 1, cx + 1, cy + 1)) >= 0]
    for x, y in _spiral(cx, cy, reach):
        box = Bounds(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if not box.within(within):
            continue
        if any(in_ellipse(box, b) for b in near):
            continue
        if product is not None and not _overlap_fits(box, hang, product):
            continue
        return box
    return None


def _spiral(cx: float, cy: float, reach: float) -> list[tuple[float, float]]:
    points = [(cx, cy)]
    for ring in range(1, _RINGS + 1):
        r = reach * ring / _RINGS
        if r <= 0:
            break
        for k in range(_TURNS):
            a = 2 * np.pi * k / _TURNS
            points.append((cx + r * float(np.cos(a)), cy + r * float(np.sin(a))))
    return points


def in_ellipse(box: Bounds, other: Bounds) -> bool:
    """Return whether the ellipse in a box meets a rectangle."""
    cx, cy = box.middle
    rx, ry = 0.97 * box.width / 2, 0.97 * box.height / 2
    dx = max(other.left - cx, cx - other.right, 0.0) / max(rx, 1e-3)
    dy = max(other.top - cy, cy - other.bottom, 0.0) / max(ry, 1e-3)
    return dx * dx + dy * dy < 1.0


def _overlap_fits(box: Bounds, hang: Hang, product: tuple[Bounds, Pictures]) -> bool:
    if hang.overlap == (0.0, 1.0):
        return True
    where, pictures = product
    if pictures.subject is None:
        return True
    alpha = pictures.subject[..., 3]
    h, w = alpha.shape
    ys = np.linspace(box.top, box.bottom, 21)[1:-1:2]
    xs = np.linspace(box.left, box.right, 21)[1:-1:2]
    seen = count = 0.0
    for y in ys:
        for x in xs:
            if ((x - box.middle[0]) / box.width * 2) ** 2 + ((y - box.middle[1]) / box.height * 2) ** 2 > 1:
                continue
            count += 1
            u, v = (x - where.left) / where.width, (y - where.top) / where.height
            if 0 <= u < 1 and 0 <= v < 1:
                seen += float(alpha[int(v * h), int(u * w)] > 0.5)
    share = seen / max(count, 1)
    return hang.overlap[0] <= share <= hang.overlap[1]


def scatter(
    layer: ElementLayer, ratio: float, region: Bounds, canvas: Canvas, met: Sequence[Bounds], seed: int
) -> list:
    """Return the places of many small drawings that keep apart and off what they avoid."""
    from .composition import Spot

    rng = np.random.default_rng(seed + len(layer.id))
    short = min(canvas.width, canvas.height)
    base = layer.width * short
    spots: list[Spot] = []
    for _ in range(layer.scatter * 20):
        size = base * rng.uniform(*layer.sizes)
        w, h = size, size / ratio
        x = region.left + rng.uniform(-0.02, 1.02) * region.width
        y = region.top + rng.uniform(-0.02, 1.02) * region.height
        box = Bounds(x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        if any(in_ellipse(box.grown(0.15 * size), b) for b in met):
            continue
        if any(box.grown(0.35 * size).shared(s.box) > 0 for s in spots):
            continue
        spots.append(Spot(box, float(round(rng.uniform(-180, 180) / 12) * 12 + layer.turn), bool(rng.integers(0, 2))))
        if len(spots) >= layer.scatter:
            break
    return spots
