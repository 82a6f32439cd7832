"""Drawn patterns: rays, halftone, dots, stripes, confetti, snow, bokeh, suds, window light and more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..text.bounds import Bounds
from .glyphs import Affine
from .shapes import cover, outline
from .sheet import Sheet, blurred

F32 = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class PatternJob:
    """What a pattern is drawn with.

    Attributes:
        sheet: Where.
        region: Its rectangle in px; nothing is drawn outside.
        centre: The point that it spreads from, in px.
        colours: ``#RRGGBB``.
        params: What it is like; lengths are shares of ``unit``.
        unit: The canvas' unit in px.
        seed: Same seed, same pattern.
        opacity: 0..1.
        blend: How it is mixed in.
        avoid: Rectangles that its pieces keep off.
        subject: [H,W] 0..1 what its pieces keep off too.
    """

    sheet: Sheet
    region: Bounds
    centre: tuple[float, float]
    colours: tuple[str, ...]
    params: dict[str, float] = field(default_factory=dict)
    unit: float = 1350.0
    seed: int = 0
    opacity: float = 1.0
    blend: str = "normal"
    avoid: tuple[Bounds, ...] = ()
    subject: F32 | None = None

    def get(self, name: str, default: float) -> float:
        return float(self.params.get(name, default))

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed + int(self.get("seed", 0)))

    def frame(self) -> tuple[int, int, int, int]:
        """Return left, top, width and height of the region on the canvas, in whole px."""
        width, height = self.sheet.size
        left, top = max(round(self.region.left), 0), max(round(self.region.top), 0)
        right, bottom = min(round(self.region.right), width), min(round(self.region.bottom), height)
        return left, top, max(right - left, 0), max(bottom - top, 0)

    def lay(
        self, alpha: F32, colour: str | F32, place: tuple[int, int], name: str = "pattern", whole: bool = False
    ) -> None:
        """Paint an alpha patch, cut to the region (a ``whole`` piece is not)."""
        left, top, width, height = (0, 0, *self.sheet.size) if whole else self.frame()
        x, y = place
        x0, y0 = max(x, left), max(y, top)
        x1, y1 = min(x + alpha.shape[1], left + width), min(y + alpha.shape[0], top + height)
        if x1 > x0 and y1 > y0:
            part = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
            fill = colour if isinstance(colour, str) else colour[part]
            self.sheet.colour(name, fill, alpha[part] * self.opacity, x0, y0, self.blend)

    def free(self, x: float, y: float, reach: float) -> bool:
        """Return whether a piece of that radius keeps off words and subject."""
        if any(b.left - reach < x < b.right + reach and b.top - reach < y < b.bottom + reach for b in self.avoid):
            return False
        if self.subject is None:
            return True
        rows, columns = self.subject.shape
        x0, x1 = max(int(x - reach), 0), min(int(x + reach) + 1, columns)
        y0, y1 = max(int(y - reach), 0), min(int(y + reach) + 1, rows)
        return x1 <= x0 or y1 <= y0 or float(self.subject[y0:y1, x0:x1].max()) < 0.2


def pattern_names() -> tuple[str, ...]:
    """Return the names of all patterns."""
    return tuple(_PATTERNS)


def paint_pattern(name: str, job: PatternJob) -> None:
    """Paint a pattern.

    Raises:
        FitAdError: There is none of that name.
    """
    if name not in _PATTERNS:
        raise FitAdError(f"{name!r} is not a pattern", fix=f"Use one of: {', '.join(_PATTERNS)}")
    if job.frame()[2] > 0 and job.frame()[3] > 0:
        _PATTERNS[name](job)


# --- fields ---------------------------------------------------------------------------------------------------


def _rays(job: PatternJob) -> None:
    """Wedges from the centre."""
    count = int(job.get("count", 22))
    turn = job.get("turn", 4.0)
    cx, cy = job.centre
    far = 1.6 * float(np.hypot(*job.sheet.size))
    wedges = []
    for k in range(count):
        a, b = np.radians(turn + 360 * k / count), np.radians(turn + 360 * (k + 0.5) / count)
        wedges.append(
            np.array(
                [[cx, cy], [cx + far * np.cos(a), cy + far * np.sin(a)], [cx + far * np.cos(b), cy + far * np.sin(b)]]
            )
        )
    alpha, x, y = cover([_clipped(w, job.sheet.size) for w in wedges], Affine(), job.sheet.size)
    fade = job.get("fade", 0.0)
    if fade and alpha.size:
        yy, xx = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]].astype(np.float32)
        alpha = alpha * np.clip(1 - fade * np.hypot(xx + x - cx, yy + y - cy) / (0.7 * far / 1.6), 0, 1)
    job.lay(alpha, job.colours[0], (x, y))


def _clipped(polygon: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return a convex polygon cut to a little more than the canvas (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, -9.0, 1), (0, size[0] + 9.0, -1), (1, -9.0, 1), (1, size[1] + 9.0, -1)):
        inside = sign * (polygon[:, axis] - limit) >= 0
        found = []
        for k in range(len(polygon)):
            a, b = polygon[k - 1], polygon[k]
            if inside[k - 1] != inside[k]:
                t = (limit - a[axis]) / (b[axis] - a[axis])
                found.append(a + t * (b - a))
            if inside[k]:
                found.append(b)
        if len(found) < 3:
            return np.zeros((0, 2))
        polygon = np.array(found)
    return polygon


def _halftone(job: PatternJob) -> None:
    """Dots on a slanted grid whose size grows away from the centre (``inward`` > 0: towards it)."""
    left, top, width, height = job.frame()
    pitch = job.get("pitch", 0.02) * job.unit
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    xx += left
    yy += top
    row = np.round(yy / pitch)
    offset = (row % 2) * (pitch / 2)
    column = np.round((xx - offset) / pitch)
    dx, dy = xx - (column * pitch + offset), yy - row * pitch
    cx, cy = job.centre
    far_x, far_y = (column * pitch + offset - cx) / job.sheet.size[0], (row * pitch - cy) / job.sheet.size[1]
    away = np.hypot(far_x, far_y)
    start, stop = job.get("from", 0.5), job.get("to", 0.76)
    t = np.clip((away - start) / max(stop - start, 1e-3), 0, 1)
    if job.get("inward", 0):
        t = np.where(away < stop, (1 - np.clip(away / stop, 0, 1)) ** 0.55, 0)
    radius = t * job.get("largest", 0.39) * pitch
    alpha = np.clip(radius - np.hypot(dx, dy) + 0.5, 0, 1) * (radius > 0.3)
    job.lay(alpha.astype(np.float32), job.colours[0], (left, top))


def _dots(job: PatternJob) -> None:
    """Dots of one size on a square or staggered grid."""
    left, top, width, height = job.frame()
    pitch, radius = job.get("pitch", 0.04) * job.unit, job.get("radius", 0.006) * job.unit
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    row = np.round((yy - pitch / 2) / pitch)
    offset = (row % 2) * (pitch / 2) if job.get("staggered", 1) else 0.0
    dx = (xx - pitch / 2 - offset) - np.round((xx - pitch / 2 - offset) / pitch) * pitch
    dy = (yy - pitch / 2) - row * pitch
    job.lay(np.clip(radius - np.hypot(dx, dy) + 0.5, 0, 1).astype(np.float32), job.colours[0], (left, top))


def _stripes(job: PatternJob) -> None:
    """Stripes at an angle (degrees, 0 = upright)."""
    left, top, width, height = job.frame()
    pitch = job.get("pitch", 0.05) * job.unit
    angle = np.radians(job.get("angle", 45.0))
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (xx + left) * np.cos(angle) + (yy + top) * np.sin(angle)
    share = job.get("share", 0.5)
    t = (along / pitch) % 1
    edge = np.minimum(np.abs(t), np.minimum(np.abs(t - share), np.abs(t - 1))) * pitch
    inside = t < share
    alpha = np.where(inside, np.clip(0.5 + edge, 0, 1), np.clip(0.5 - edge, 0, 1))
    job.lay(alpha.astype(np.float32), job.colours[0], (left, top))


def _checks(job: PatternJob) -> None:
    """A gingham: two sets of stripes that mix where they cross."""
    left, top, width, height = job.frame()
    pitch = job.get("pitch", 0.06) * job.unit
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = ((xx / pitch) % 1 < 0.5).astype(np.float32), ((yy / pitch) % 1 < 0.5).astype(np.float32)
    job.lay(np.clip(0.5 * across + 0.5 * down, 0, 1), job.colours[0], (left, top))


def _grid(job: PatternJob) -> None:
    """Thin lines of squared paper."""
    left, top, width, height = job.frame()
    pitch, line = job.get("pitch", 0.04) * job.unit, max(job.get("line", 0.0011) * job.unit, 0.8)
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    dx = np.abs(xx % pitch - pitch / 2)
    dy = np.abs(yy % pitch - pitch / 2)
    near = pitch / 2 - np.maximum(dx, dy)
    job.lay(np.clip(line / 2 + 0.5 - near, 0, 1).astype(np.float32), job.colours[0], (left, top))


def _ruled(job: PatternJob) -> None:
    """Lines of a writing pad."""
    left, top, width, height = job.frame()
    pitch, line = job.get("pitch", 0.045) * job.unit, max(job.get("line", 0.0013) * job.unit, 0.8)
    yy = np.arange(height, dtype=np.float32)[:, None]
    alpha = np.clip(line / 2 + 0.5 - np.abs(yy % pitch - pitch / 2), 0, 1)
    job.lay(np.repeat(alpha, width, 1), job.colours[0], (left, top))


def _pool(job: PatternJob) -> None:
    """A pool of light around the centre."""
    left, top, width, height = job.frame()
    radius = job.get("radius", 0.6) * job.unit
    k = 4
    yy, xx = np.mgrid[0 : height // k + 2, 0 : width // k + 2].astype(np.float32)
    d = np.hypot(xx * k + left - job.centre[0], (yy * k + top - job.centre[1]) * job.get("squash", 1.0)) / radius
    small = np.exp(-(d**2) * 1.1).astype(np.float32)
    alpha = cv2.resize(small, ((width // k + 2) * k, (height // k + 2) * k), interpolation=cv2.INTER_LINEAR)
    job.lay(alpha[:height, :width], job.colours[0], (left, top))


def _window(job: PatternJob) -> None:
    """Slanting light through a window of two by three panes."""
    left, top, width, height = job.frame()
    wide, tall = job.get("width", 0.35) * job.unit, job.get("height", 0.5) * job.unit
    x, y = job.centre[0] - wide / 2, job.centre[1] - tall / 2
    skew, tilt, gap = job.get("skew", 0.45), job.get("tilt", 0.28), 0.011 * job.unit
    panes = []
    for i in range(2):
        for j in range(3):
            x0, y0 = x + i * wide / 2 + gap, y + j * tall / 3 + gap
            x1, y1 = x + (i + 1) * wide / 2, y + (j + 1) * tall / 3
            corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
            panes.append(np.array([(px - (py - y) * skew, py + (px - x) * tilt) for px, py in corners]))
    k = 0.25
    small, sx, sy = cover(panes, Affine.scale(k), (int(job.sheet.size[0] * k) + 1, int(job.sheet.size[1] * k) + 1))
    whole = np.zeros((int(job.sheet.size[1] * k) + 1, int(job.sheet.size[0] * k) + 1), np.float32)
    whole[sy : sy + small.shape[0], sx : sx + small.shape[1]] = small
    soft = cv2.GaussianBlur(whole, (0, 0), job.get("blur", 0.0085) * job.unit * k)
    full = cv2.resize(soft, job.sheet.size, interpolation=cv2.INTER_LINEAR)
    job.lay(full[top : top + height, left : left + width], job.colours[0], (left, top))


# --- pieces ---------------------------------------------------------------------------------------------------


def _scattered(job: PatternJob, count: int, reach: float, apart: float) -> list[tuple[float, float]]:
    """Return points that keep ``apart`` px from each other and off words and subject."""
    rng = job.rng
    left, top, width, height = job.frame()
    found: list[tuple[float, float]] = []
    for _ in range(count * 14):
        x, y = left + rng.uniform(-0.03, 1.03) * width, top + rng.uniform(-0.03, 1.03) * height
        if not job.free(x, y, reach) or any((x - a) ** 2 + (y - b) ** 2 < apart**2 for a, b in found):
            continue
        found.append((x, y))
        if len(found) >= count:
            break
    return found


def _confetti(job: PatternJob) -> None:
    """Paper strips, discs, triangles and streamers, each with a little shadow."""
    rng = job.rng
    size = job.get("size", 0.022) * job.unit
    places = _scattered(job, int(job.get("count", 60)), size, job.get("apart", 0.05) * job.unit)
    by_colour: dict[str, list[NDArray[Any]]] = {colour: [] for colour in job.colours}
    for number, (x, y) in enumerate(places):
        s = size * rng.uniform(0.7, 1.25)
        piece = _piece(int(rng.integers(0, 8)), s, rng)
        turn = Affine.shift(x, y) @ Affine.turn(float(rng.uniform(0, 360)))
        by_colour[job.colours[number % len(job.colours)]].append(turn.points(piece))
    every = [p for pieces in by_colour.values() for p in pieces]
    if job.get("shadow", 1):
        alpha, x, y = cover(every, Affine.shift(0, 0.25 * size), job.sheet.size)
        if alpha.size:
            job.lay(blurred(alpha, 0.18 * size) * 0.35, "#00082A", (x, y), "shadow")
    for colour, pieces in by_colour.items():
        alpha, x, y = cover(pieces, Affine(), job.sheet.size)
        if alpha.size:
            job.lay(alpha, colour, (x, y), "confetti")


def _piece(kind: int, s: float, rng: np.random.Generator) -> NDArray[Any]:
    if kind <= 3:
        return outline("round", Bounds(-s, -0.42 * s, s, 0.42 * s), {"radius": 0.12 * s})[0]
    if kind == 4:
        return outline("circle", Bounds(-0.5 * s, -0.5 * s, 0.5 * s, 0.5 * s))[0]
    if kind == 5:
        return np.array([[0, -0.75 * s], [0.7 * s, 0.5 * s], [-0.7 * s, 0.5 * s]])
    t = np.linspace(0, 1, 60)
    line = np.stack([0.55 * s * np.sin(t * 2 * np.pi * 1.8), (t - 0.5) * 4.2 * s], axis=1)
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across *= 0.17 * s / np.linalg.norm(across, axis=1, keepdims=True)
    return np.vstack([line + across, (line - across)[::-1]])


def _snow(job: PatternJob) -> None:
    """Flakes at three depths: small and sharp, larger and soft."""
    rng = job.rng
    left, top, width, height = job.frame()
    count = int(job.get("count", 34))
    places = _scattered(job, int(count * 1.7), 0.02 * job.unit, 0.05 * job.unit)
    depths = ((count, (0.0019, 0.0034), 0.0009, 0.92), (int(count * 0.48), (0.0037, 0.0074), 0.0027, 0.86),
              (int(count * 0.2), (0.012, 0.021), 0.0067, 0.6))  # fmt: skip
    start = 0
    for number, radii, blur, strength in depths:
        alpha = np.zeros((height, width), np.float32)
        for x, y in places[start : start + number]:
            r = rng.uniform(*radii) * job.unit
            cv2.circle(alpha, (round((x - left) * 16), round((y - top) * 16)), round(r * 16), 1.0, -1, cv2.LINE_AA, 4)
        start += number
        job.lay(blurred(alpha, blur * job.unit) * strength, job.colours[0], (left, top))


def _bokeh(job: PatternJob) -> None:
    """Discs of light out of focus."""
    rng = job.rng
    left, top, width, height = job.frame()
    for k, colour in enumerate(job.colours):
        alpha = np.zeros((height, width), np.float32)
        for _ in range(int(job.get("count", 18)) // len(job.colours) + 1):
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            r = rng.uniform(0.4, 1.0) * job.get("size", 0.06) * job.unit
            disc = np.zeros_like(alpha)
            cv2.circle(disc, (int(x), int(y)), int(r), float(rng.uniform(0.12, 0.4)), -1, cv2.LINE_AA)
            np.maximum(alpha, disc, out=alpha)
        job.lay(blurred(alpha, (0.002 + 0.004 * k) * job.unit), colour, (left, top))


def _discs(job: PatternJob) -> None:
    """A few plain discs of different sizes."""
    rng = job.rng
    pieces = []
    for x, y in _scattered(job, int(job.get("count", 6)), 0.01 * job.unit, 0.1 * job.unit):
        r = rng.uniform(0.25, 1.0) * job.get("size", 0.045) * job.unit
        pieces.append(outline("circle", Bounds(x - r, y - r, x + r, y + r))[0])
    alpha, left, top = cover(pieces, Affine(), job.sheet.size)
    if alpha.size:
        job.lay(alpha, job.colours[0], (left, top), whole=True)


def _suds(job: PatternJob) -> None:
    """A bed of suds: bubbles along the region's top edge, a white body below."""
    rng = job.rng
    left, top, width, height = job.frame()
    y0 = top + 0.05 * job.unit
    u = job.unit / 1350

    def edge(x: float) -> float:
        share = x / max(job.sheet.size[0], 1)
        return float(y0 + u * (22 * np.sin(share * 7.3 + 0.6) + 14 * np.sin(share * 17)))

    body = [[x, edge(x) + 30 * u] for x in range(left - 20, left + width + 40, 20)]
    polygon = np.array([*body, [left + width + 40, top + height + 20], [left - 20, top + height + 20]], np.float64)
    alpha, x, y = cover([polygon], Affine(), job.sheet.size)
    job.lay(alpha, job.colours[0], (x, y), "suds")
    bubbles = []
    for _ in range(int(width / (4.7 * u) * job.get("dense", 1.0))):
        r = min((rng.pareto(1.9) + 1) * 13, 50) * u * job.get("size", 1.0)
        bx = left + rng.uniform(-20, width + 20)
        bubbles.append((edge(bx) + rng.normal(8, 16) * u + 0.35 * r, bx, r))
    for by, bx, r in sorted(bubbles):
        _stamp(job, _bubble(64, True), bx, by, r)
    fade = np.clip(np.linspace(0, 1, max(round(46 * u), 2)), 0, 1).astype(np.float32)[:, None]
    job.lay(np.repeat(fade, width, 1), job.colours[0], (left, round(y0 + 44 * u)), "suds")
    rest = top + height - round(y0 + 44 * u) - fade.shape[0]
    if rest > 0:
        job.lay(np.ones((rest, width), np.float32), job.colours[0], (left, round(y0 + 44 * u) + fade.shape[0]), "suds")


def _bubbles(job: PatternJob) -> None:
    """A few glass bubbles, thin and clear."""
    rng = job.rng
    for x, y in _scattered(job, int(job.get("count", 6)), 0.02 * job.unit, 0.08 * job.unit):
        _stamp(job, _bubble(160, False), x, y, rng.uniform(0.3, 1.0) * job.get("size", 0.026) * job.unit)


def _stamp(job: PatternJob, picture: F32, x: float, y: float, radius: float) -> None:
    side = max(round(2 * radius), 2)
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    job.lay(small[..., 3], small[..., :3], (round(x - radius), round(y - radius)), "bubble", whole=True)


def _bubble(side: int, solid: bool) -> F32:
    """Return a bubble [side,side,4]: white suds with a blue rim, or clear glass with a bright rim and a glint."""
    t = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    r = np.hypot(t[None], t[:, None])
    inside = np.clip((1 - r) * side / 2, 0, 1)
    glint = np.exp(-((((t[None] + 0.36) * 0.75 + (t[:, None] + 0.42) * 0.66) / 0.16) ** 2
                     + ((-(t[None] + 0.36) * 0.66 + (t[:, None] + 0.42) * 0.75) / 0.3) ** 2))  # fmt: skip
    if solid:
        d = np.hypot(t[None] + 0.1, t[:, None] + 0.2) / 1.2
        stops, cols = (0, 0.6, 0.86, 1.0), ((255, 255, 255), (244, 248, 255), (221, 231, 253), (191, 208, 248))
        rgb = np.stack([np.interp(d, stops, [c[k] for c in cols]) for k in range(3)], axis=-1) / 255
        rgb = rgb + (1 - rgb) * np.clip(glint, 0, 1)[..., None]
        return np.dstack([rgb, inside]).astype(np.float32)
    rim = np.clip(1 - np.abs(r - 0.955) * 22, 0, 1)
    body = 0.02 + 0.42 * np.clip((r - 0.55) / 0.45, 0, 1) ** 1.5
    alpha = np.clip(body + 0.55 * rim + 0.85 * np.clip(glint, 0, 1), 0, 1) * inside
    glass = np.ones((side, side, 3), np.float32) * (0.9, 0.95, 1.0)
    return np.dstack([glass, alpha]).astype(np.float32)


def _sparkles(job: PatternJob) -> None:
    """Four-pointed sparkles of different sizes."""
    rng = job.rng
    pieces = []
    for x, y in _scattered(job, int(job.get("count", 3)), 0.02 * job.unit, 0.06 * job.unit):
        r = rng.uniform(0.35, 1.0) * job.get("size", 0.05) * job.unit
        pieces.append(outline("sparkle", Bounds(x - 0.72 * r, y - r, x + 0.72 * r, y + r))[0])
    alpha, left, top = cover(pieces, Affine(), job.sheet.size)
    if alpha.size:
        job.lay(alpha, job.colours[0], (left, top), whole=True)


def _speed(job: PatternJob) -> None:
    """Comic lines towards the centre."""
    rng = job.rng
    cx, cy = job.centre
    far = float(np.hypot(*job.sheet.size))
    pieces = []
    for _ in range(int(job.get("count", 90))):
        a = rng.uniform(0, 2 * np.pi)
        near, half = far * rng.uniform(0.34, 0.55), rng.uniform(0.002, 0.008)
        tip = (cx + near * np.cos(a), cy + near * np.sin(a))
        ends = [(cx + far * np.cos(a + d), cy + far * np.sin(a + d)) for d in (-half, half)]
        pieces.append(_clipped(np.array([tip, *ends]), job.sheet.size))
    alpha, x, y = cover([p for p in pieces if len(p)], Affine(), job.sheet.size)
    if alpha.size:
        job.lay(alpha, job.colours[0], (x, y))


_PATTERNS: dict[str, Callable[[PatternJob], None]] = {
    "rays": _rays,
    "halftone": _halftone,
    "dots": _dots,
    "stripes": _stripes,
    "checks": _checks,
    "grid": _grid,
    "ruled": _ruled,
    "pool": _pool,
    "window": _window,
    "confetti": _confetti,
    "snow": _snow,
    "bokeh": _bokeh,
    "discs": _discs,
    "suds": _suds,
    "bubbles": _bubbles,
    "sparkles": _sparkles,
    "speed": _speed,
}
