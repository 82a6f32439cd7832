"""Photo-like composites whose cut-out is known: things drawn by code, lit, set on a ground with a shadow.

Ten kinds of subject (bag, bottle, cup, glass, hair, fur, pots, plant, stool, plate), each on grounds of several kinds,
some bright on bright, some cut off by the frame. Everything is made here from seeds, or from the textures that
scikit-image brings (brick, grass, gravel: CC0) and the pack's own backdrops, so that nothing has to be fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

Array = np.ndarray
_FINE = 2


class Composite(NamedTuple):
    """A photo [H,W,3] and what it is made of, all float32 0..1.

    Attributes:
        name: Kind, ground and number.
        kind: Of the subject.
        photo: What a camera would give: noisy, JPEG-compressed.
        alpha: The true cut-out [H,W].
        front: The subject's own colours [H,W,3].
        cut_off: Whether the frame cuts the subject.
        flat: Whether the subject is nearly as bright and grey as its ground.
    """

    name: str
    kind: str
    photo: Array
    alpha: Array
    front: Array
    cut_off: bool
    flat: bool


class SceneLayer(NamedTuple):
    """A part of a subject: alpha [h,w], its colour, how round it is (0 flat), gloss, grain."""

    alpha: Array
    colour: tuple[float, float, float]
    round: float = 1.0
    gloss: float = 0.2
    grain: float = 0.03


class ScenePen:
    """Draws shapes whose coordinates are shares of a square, with anti-aliased edges."""

    def __init__(self, side: int) -> None:
        self.side = side * _FINE

    def _blank(self) -> Array:
        return np.zeros((self.side, self.side), np.uint8)

    def _at(self, points: object) -> Array:
        return np.round(np.asarray(points, np.float64) * self.side * 16).astype(np.int32)

    def polygon(self, points: object) -> Array:
        plane = self._blank()
        cv2.fillPoly(plane, [self._at(points)], 255, cv2.LINE_AA, 4)
        return plane / np.float32(255)

    def smooth(self, points: object, rounds: int = 3) -> Array:
        """A closed curve through a polygon's corners cut round (Chaikin)."""
        outline = np.asarray(points, np.float64)
        for _ in range(rounds):
            after = np.roll(outline, -1, axis=0)
            outline = np.stack([0.75 * outline + 0.25 * after, 0.25 * outline + 0.75 * after], 1).reshape(-1, 2)
        return self.polygon(outline)

    def ellipse(self, x: float, y: float, across: float, down: float, turn: float = 0.0) -> Array:
        plane = self._blank()
        cv2.ellipse(plane, self._at((x, y)), self._at((across, down)), turn, 0, 360, 255, -1, cv2.LINE_AA, 4)
        return plane / np.float32(255)

    def line(self, points: object, thick: float) -> Array:
        plane = self._blank()
        width = max(round(thick * self.side), 1)
        cv2.polylines(plane, [self._at(points)], False, 255, width, cv2.LINE_AA, 4)
        return plane / np.float32(255)

    def strands(self, curves: list[Array], thick_px: tuple[float, float], rng: np.random.Generator) -> Array:
        """Hair: fine lines of uneven strength, drawn four times as large."""
        fine = 4 // _FINE
        side = self.side * fine
        plane = np.zeros((side, side), np.uint8)
        for curve in curves:
            thick = max(round(rng.uniform(*thick_px) * 4), 1)
            level = int(rng.integers(130, 256))
            line = np.round(curve * side * 16).astype(np.int32)
            cv2.polylines(plane, [line], False, level, thick, cv2.LINE_AA, 4)
        return cv2.resize(plane, (self.side, self.side), interpolation=cv2.INTER_AREA) / np.float32(255)


def composites(long_side: int = 1350, count: int = 60) -> list[tuple[str, Callable[[], Composite]]]:
    """Return name and maker of each composite; the same seeds give the same pictures."""
    kinds = list(SUBJECTS)
    plan = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        ground = GROUNDS[(number // len(kinds) + 2 * (number % len(kinds))) % len(GROUNDS)]
        name = f"{number:02d}-{kind}-{ground}"
        plan.append((name, lambda n=number, k=kind, g=ground, m=name: _composite(n, k, g, m, long_side)))
    return plan


def _composite(number: int, kind: str, ground: str, name: str, long_side: int) -> Composite:
    rng = np.random.default_rng(1000 + number)
    height, width = (long_side, round(long_side * 0.8)) if number % 3 else (round(long_side * 0.75), long_side)
    flat = ground == "bright"
    cut_off = number % 7 == 3
    side = round(rng.uniform(0.62, 0.9) * min(height, width))
    alpha, front = _drawn(SUBJECTS[kind](ScenePen(side), rng, flat), side, rng)
    top, left = round((height - side) * rng.uniform(0.45, 0.75)), round((width - side) * rng.uniform(0.3, 0.7))
    if kind in ("hair",):
        top = height - side
    elif cut_off:
        left = -round(side * 0.3)
    full_alpha, full_front = _placed(alpha, front, (height, width), top, left)
    back = _ground(ground, height, width, rng)
    back = _shadowed(back, full_alpha, rng, standing=kind not in ("plate", "hair"))
    cover = full_alpha[..., None]
    light = 1 + 0.1 * rng.uniform(-1, 1) * np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    photo = np.clip((full_front * cover + back * (1 - cover)) * light, 0, 1)
    front = np.clip(full_front * light, 0, 1)
    touches = bool((full_alpha[-1] > 0.5).any() or (full_alpha[:, 0] > 0.5).any() or (full_alpha[:, -1] > 0.5).any())
    return Composite(name, kind, _camera(photo, rng), full_alpha, front, touches, flat)


def _drawn(layers: list[SceneLayer], side: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return alpha and colours of a subject's layers, lit from above left."""
    fine = layers[0].alpha.shape[0]
    alpha, colours = np.zeros((fine, fine), np.float32), np.zeros((fine, fine, 3), np.float32)
    for layer in layers:
        area = _extent(layer.alpha)
        cover = layer.alpha[area]
        lit = _lit(layer, cover, rng)
        below, under = colours[area], alpha[area]
        new = under + cover - under * cover
        mixed = lit * cover[..., None] + below * (under * (1 - cover))[..., None]
        colours[area] = np.where(new[..., None] > 1e-4, mixed / np.maximum(new, 1e-4)[..., None], lit)
        alpha[area] = new
    small = cv2.resize(alpha, (side, side), interpolation=cv2.INTER_AREA)
    premultiplied = cv2.resize(colours * alpha[..., None], (side, side), interpolation=cv2.INTER_AREA)
    plain = cv2.resize(colours, (side, side), interpolation=cv2.INTER_AREA)
    front = np.where(small[..., None] > 1e-3, premultiplied / np.maximum(small, 1e-3)[..., None], plain)
    return np.clip(small, 0, 1), np.clip(front, 0, 1).astype(np.float32)


def _extent(alpha: Array) -> tuple[slice, slice]:
    rows, cols = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)


def _lit(layer: SceneLayer, cover: Array, rng: np.random.Generator) -> Array:
    side = layer.alpha.shape[0]
    inside = cv2.distanceTransform(np.pad(cover > 0.5, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    deepest = max(float(inside.max()), 1.0)
    bulge = np.sqrt(np.clip(inside / deepest, 0, 1)) * deepest * 0.7 * layer.round
    bulge = cv2.GaussianBlur(bulge.astype(np.float32), (0, 0), max(side / 150, 1))
    dx, dy = cv2.Sobel(bulge, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(bulge, cv2.CV_32F, 0, 1) / 8
    up = 1 / np.sqrt(dx * dx + dy * dy + 1)
    shade = np.clip((0.45 * dx + 0.6 * dy + 0.66) * up, 0, 1)
    shine = np.clip(2 * shade * up - 0.66, 0, 1) ** 24
    tall, wide = cover.shape
    grain = (_plane(tall, wide, rng, side / 400) + _plane(tall, wide, rng, side / 40)) * layer.grain
    base = np.array(layer.colour, np.float32) * (0.5 + 0.62 * shade + grain)[..., None]
    return np.clip(base + layer.gloss * shine[..., None], 0, 1).astype(np.float32)


def _placed(alpha: Array, front: Array, size: tuple[int, int], top: int, left: int) -> tuple[Array, Array]:
    height, width = size
    side = alpha.shape[0]
    y0, y1, x0, x1 = max(top, 0), min(top + side, height), max(left, 0), min(left + side, width)
    full, colours = np.zeros(size, np.float32), np.full((*size, 3), 0.5, np.float32)
    full[y0:y1, x0:x1] = alpha[y0 - top : y1 - top, x0 - left : x1 - left]
    colours[y0:y1, x0:x1] = front[y0 - top : y1 - top, x0 - left : x1 - left]
    return full, colours


def _shadowed(back: Array, alpha: Array, rng: np.random.Generator, *, standing: bool) -> Array:
    height, width = alpha.shape
    if standing:
        rows = np.flatnonzero((alpha > 0.5).any(axis=1))
        foot = int(rows[-1]) if len(rows) else height - 1
        squashed = cv2.warpAffine(
            alpha, np.array([[1, 0.35, -0.35 * foot], [0, 0.16, foot * 0.84 + 4]], np.float32), (width, height)
        )
    else:
        squashed = np.roll(alpha, (round(height * 0.012), round(width * 0.01)), (0, 1))
    soft = cv2.GaussianBlur(squashed, (0, 0), width / 70) * 0.35 + cv2.GaussianBlur(squashed, (0, 0), width / 220) * 0.2
    return back * (1 - soft[..., None] * rng.uniform(0.7, 1.1))


def _camera(photo: Array, rng: np.random.Generator) -> Array:
    """A little blur, noise and JPEG."""
    soft = cv2.GaussianBlur(photo, (0, 0), 0.6) + rng.normal(0, 0.008, photo.shape)
    _, packed = cv2.imencode(".jpg", np.clip(soft[..., ::-1] * 255 + 0.5, 0, 255).astype(np.uint8), [1, 92])
    return np.ascontiguousarray(cv2.imdecode(packed, 1)[..., ::-1]).astype(np.float32) / 255


# --- grounds ---------------------------------------------------------------------------------------------------------

GROUNDS = ("room", "wood", "texture", "bright", "bokeh", "dark")


def _ground(kind: str, height: int, width: int, rng: np.random.Generator) -> Array:
    return {
        "room": _room,
        "wood": _wood,
        "texture": _texture,
        "bright": _bright,
        "bokeh": _bokeh,
        "dark": _dark,
    }[kind](height, width, rng)


def _room(height: int, width: int, rng: np.random.Generator) -> Array:
    wall, floor = rng.uniform(0.45, 0.85, 3), rng.uniform(0.2, 0.6, 3)
    picture = np.broadcast_to(wall, (height, width, 3)).astype(np.float32).copy()
    for _ in range(6):  # frames, shelves and things out of focus
        x, y = rng.uniform(0, width), rng.uniform(0, height * 0.55)
        w, h = rng.uniform(0.05, 0.3) * width, rng.uniform(0.05, 0.3) * height
        colour = tuple(float(v) for v in rng.uniform(0.1, 0.95, 3))
        cv2.rectangle(picture, (int(x), int(y)), (int(x + w), int(y + h)), colour, -1)
    picture = cv2.GaussianBlur(picture, (0, 0), width / rng.uniform(60, 200))
    edge = round(height * rng.uniform(0.55, 0.75))
    picture[edge:] = floor * np.linspace(0.8, 1.1, height - edge)[:, None, None]
    return _rough(cv2.GaussianBlur(picture, (0, 0), 2), rng, 0.03)


def _wood(height: int, width: int, rng: np.random.Generator) -> Array:
    y = np.mgrid[:height, :width].astype(np.float32)[0] / width
    grain = np.sin(60 * y + 4 * _plane(height, width, rng, width / 30)) + 0.5 * _plane(height, width, rng, 3)
    base = np.array(rng.choice([(0.55, 0.36, 0.22), (0.75, 0.58, 0.4), (0.35, 0.22, 0.15)]), np.float32)
    seams = np.where(np.abs((y * 5) % 1 - 0.5) > 0.485, 0.5, 1.0)[..., None]
    return np.clip(base * (1 + 0.08 * grain[..., None]) * seams, 0, 1).astype(np.float32)


def _texture(height: int, width: int, rng: np.random.Generator) -> Array:
    from skimage import data

    name = str(rng.choice(["brick", "grass", "gravel"]))
    plane = getattr(data, name)().astype(np.float32) / 255
    reach = max(height, width)
    plane = cv2.resize(np.tile(plane, (2, 2)), (reach, reach), interpolation=cv2.INTER_CUBIC)[:height, :width]
    tint = {"brick": (0.75, 0.45, 0.35), "grass": (0.4, 0.6, 0.25), "gravel": (0.65, 0.62, 0.6)}[name]
    picture = plane[..., None] * np.array(tint, np.float32) * 1.5
    return np.clip(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.6, 6)), 0, 1).astype(np.float32)


def _bright(height: int, width: int, rng: np.random.Generator) -> Array:
    drift = np.linspace(0.93, 0.82, height, dtype=np.float32)[:, None, None]
    return _rough(np.broadcast_to(drift * np.array((1, 0.99, 0.97)), (height, width, 3)).astype(np.float32), rng, 0.01)


def _bokeh(height: int, width: int, rng: np.random.Generator) -> Array:
    picture = np.broadcast_to(rng.uniform(0.1, 0.5, 3), (height, width, 3)).astype(np.float32).copy()
    for _ in range(60):
        at = int(rng.uniform(0, width)), int(rng.uniform(0, height))
        over = picture.copy()
        cv2.circle(over, at, int(rng.uniform(0.01, 0.07) * width), tuple(map(float, rng.uniform(0.3, 1, 3))), -1)
        picture += 0.5 * (over - picture)
    return cv2.GaussianBlur(picture, (0, 0), width / 120)


def _dark(height: int, width: int, rng: np.random.Generator) -> Array:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    glow = np.exp(-((x - rng.uniform(-0.5, 0.5)) ** 2 + (y + 0.2) ** 2) * 1.5)
    return _rough(0.05 + glow[..., None] * rng.uniform(0.08, 0.35, 3).astype(np.float32), rng, 0.02)


def _rough(picture: Array, rng: np.random.Generator, strength: float) -> Array:
    height, width = picture.shape[:2]
    noise = _plane(height, width, rng, 2) + _plane(height, width, rng, width / 60)
    return np.clip(picture * (1 + strength * noise[..., None]), 0, 1).astype(np.float32)


def _plane(height: int, width: int, rng: np.random.Generator, grain: float) -> Array:
    step = max(int(grain / 2), 1)
    noise = rng.standard_normal((height // step + 2, width // step + 2)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), max(grain / step, 0.5))
    noise = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
    return noise / max(float(noise.std()), 1e-6)


# --- subjects: functions (pen, rng, flat) -> layers, the hindmost first ----------------------------------------------


def _colour(rng: np.random.Generator, flat: bool) -> tuple[float, float, float]:
    if flat:
        return tuple(np.clip(rng.uniform(0.86, 0.95) + rng.uniform(-0.03, 0.03, 3), 0, 1))
    hue = rng.uniform(0, 180)
    bgr = cv2.cvtColor(np.uint8([[[hue, rng.uniform(60, 220), rng.uniform(90, 240)]]]), cv2.COLOR_HSV2RGB)
    return tuple(bgr[0, 0] / 255)


def _bag(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    colour = _colour(rng, flat)
    t = np.linspace(np.pi, 2 * np.pi, 60)
    wide, high = rng.uniform(0.16, 0.24), rng.uniform(0.26, 0.34)
    arc = np.stack([0.5 + wide * np.cos(t), 0.42 + high * np.sin(t)], 1)
    body = [(0.16, 0.4), (0.84, 0.4), (0.92, 0.97), (0.08, 0.97)]
    flap = [(0.17, 0.4), (0.83, 0.4), (0.8, 0.6), (0.5, 0.7), (0.2, 0.6)]
    metal = (0.85, 0.7, 0.35)
    return [
        SceneLayer(pen.line(arc, rng.uniform(0.012, 0.03)), tuple(np.multiply(colour, 0.85)), 1.0, 0.2),
        SceneLayer(pen.smooth(body, 2), colour, 0.35, 0.1),
        SceneLayer(pen.smooth(flap, 2), tuple(np.multiply(colour, 0.93)), 0.25, 0.1),
        SceneLayer(pen.ellipse(0.5, 0.66, 0.04, 0.05), metal, 1.0, 0.8),
        SceneLayer(pen.ellipse(0.5 - wide, 0.42, 0.02, 0.025), metal, 1.0, 0.8),
        SceneLayer(pen.ellipse(0.5 + wide, 0.42, 0.02, 0.025), metal, 1.0, 0.8),
    ]


def _bottle(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    wide = rng.uniform(0.11, 0.19)
    neck = wide * rng.uniform(0.3, 0.55)
    body = [
        (0.5 - neck, 0.1), (0.5 + neck, 0.1), (0.5 + neck, 0.24), (0.5 + wide, 0.36),
        (0.5 + wide, 0.98), (0.5 - wide, 0.98), (0.5 - wide, 0.36), (0.5 - neck, 0.24),
    ]  # fmt: skip
    cap = [(0.5 - neck * 1.1, 0.02), (0.5 + neck * 1.1, 0.02), (0.5 + neck * 1.1, 0.12), (0.5 - neck * 1.1, 0.12)]
    label = [(0.5 - wide * 0.98, 0.52), (0.5 + wide * 0.98, 0.52), (0.5 + wide * 0.98, 0.82), (0.5 - wide * 0.98, 0.82)]
    return [
        SceneLayer(pen.smooth(body, 2), _colour(rng, flat), 1.0, 0.6, 0.01),
        SceneLayer(pen.polygon(cap), _colour(rng, flat), 1.0, 0.4, 0.01),
        SceneLayer(pen.polygon(label), (0.92, 0.9, 0.85), 0.5, 0.1, 0.02),
        SceneLayer(pen.ellipse(0.5, 0.67, wide * 0.5, wide * 0.5), _colour(rng, False), 0.2, 0.0, 0.02),
    ]


def _cup(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    colour = _colour(rng, flat)
    body = [(0.2, 0.3), (0.7, 0.3), (0.62, 0.84), (0.28, 0.84)]
    t = np.linspace(-1.35, 1.45, 50)
    handle = np.stack([0.67 + 0.15 * np.cos(t), 0.5 + 0.15 * np.sin(t)], 1)
    return [
        SceneLayer(pen.ellipse(0.46, 0.86, 0.42, 0.1), _colour(rng, flat), 0.3, 0.3, 0.01),
        SceneLayer(pen.line(handle, rng.uniform(0.025, 0.045)), colour, 1.0, 0.5, 0.01),
        SceneLayer(pen.smooth(body, 2), colour, 0.9, 0.5, 0.01),
        SceneLayer(pen.ellipse(0.45, 0.31, 0.245, 0.075), tuple(np.multiply(colour, 0.97)), 0.2, 0.3, 0.01),
        SceneLayer(pen.ellipse(0.45, 0.325, 0.215, 0.055), (0.35, 0.2, 0.1), 0.1, 0.2, 0.02),
    ]


def _glass(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    body = pen.polygon([(0.28, 0.06), (0.72, 0.06), (0.65, 0.95), (0.35, 0.95)])
    rim = body - cv2.erode(body, np.ones((max(pen.side // 90, 3),) * 2))
    drink = pen.polygon([(0.315, rng.uniform(0.25, 0.5)), (0.685, 0.35), (0.64, 0.9), (0.36, 0.9)])
    ice = pen.smooth([(0.4, 0.38), (0.52, 0.36), (0.54, 0.5), (0.42, 0.52)], 2)
    return [
        SceneLayer(body * np.float32(rng.uniform(0.12, 0.3)), (0.9, 0.95, 0.97), 0.6, 0.5, 0.0),
        SceneLayer(drink * np.float32(rng.uniform(0.75, 0.95)), _colour(rng, False), 0.6, 0.4, 0.02),
        SceneLayer(ice * np.float32(0.5), (0.95, 0.97, 1.0), 0.5, 0.6, 0.0),
        SceneLayer(rim * np.float32(0.75), (0.95, 0.97, 1.0), 0.2, 0.8, 0.0),
        SceneLayer(pen.line([(0.56, 0.01), (0.46, 0.88)], 0.016), _colour(rng, False), 1.0, 0.3, 0.0),
    ]


def _hair(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    """Somebody from behind: shoulders, neck, a head of hair with strands standing off."""
    dark = np.array([(0.12, 0.08, 0.06), (0.35, 0.2, 0.1), (0.6, 0.42, 0.22)][int(rng.integers(3))])
    shoulders = [(0.02, 1.05), (0.06, 0.82), (0.36, 0.68), (0.64, 0.68), (0.94, 0.82), (0.98, 1.05)]
    mane = [
        (0.27, 0.3),
        (0.36, 0.1),
        (0.5, 0.06),
        (0.64, 0.1),
        (0.73, 0.3),
        (0.76, 0.7),
        (0.62, 0.84),
        (0.38, 0.84),
        (0.24, 0.7),
    ]
    curves = []
    t = np.linspace(0, 1, 30)[:, None]
    for _ in range(420):
        angle = rng.uniform(-2.9, -0.25)
        root = np.array((0.5 + 0.2 * np.cos(angle), 0.32 + 0.24 * np.sin(angle)))
        drop = np.array((rng.normal(0, 0.03) + 0.07 * np.cos(angle), rng.uniform(0.2, 0.56)))
        bow = np.array((0.13 * np.cos(angle) + rng.normal(0, 0.02), 0.05 * np.sin(angle)))
        curves.append(root + bow * np.sin(np.pi * t * rng.uniform(0.5, 1)) + drop * t)
    fly = []
    for _ in range(90):
        angle = rng.uniform(-3.3, 0.2)
        root = np.array((0.5 + 0.22 * np.cos(angle), 0.33 + 0.25 * np.sin(angle)))
        way = angle + rng.uniform(-0.8, 0.8) * t
        fly.append(root + rng.uniform(0.03, 0.12) * t * np.hstack([np.cos(way), np.sin(way)]))
    return [
        SceneLayer(pen.smooth(shoulders, 2), _colour(rng, flat), 0.5, 0.05),
        SceneLayer(pen.strands(curves, (0.6, 2.0), rng), tuple(dark * 1.25), 0.0, 0.1, 0.1),
        SceneLayer(pen.smooth(mane, 3), tuple(dark), 0.6, 0.15, 0.12),
        SceneLayer(pen.strands(curves[::3], (0.5, 1.2), rng) * np.float32(0.6), tuple(dark * 1.7), 0.0, 0.1, 0.1),
        SceneLayer(pen.strands(fly, (0.3, 0.8), rng), tuple(dark * 1.4), 0.0, 0.1, 0.05),
    ]


def _fur(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    colour = np.array((0.9, 0.87, 0.82)) if flat else np.array(_colour(rng, False)) * 0.5 + 0.25
    parts = [(0.5, 0.7, 0.24, 0.26), (0.5, 0.34, 0.2, 0.18), (0.78, 0.86, 0.16, 0.06)]
    ears = [[(0.33, 0.28), (0.3, 0.06), (0.46, 0.2)], [(0.67, 0.28), (0.7, 0.06), (0.54, 0.2)]]
    tufts = []
    t = np.linspace(0, 1, 10)[:, None]
    for x, y, across, down in parts:
        for angle in rng.uniform(0, 2 * np.pi, 900):
            edge = rng.uniform(0.9, 1.0)
            root = np.array((x + edge * across * np.cos(angle), y + edge * down * np.sin(angle)))
            way = angle + rng.normal(0, 0.4) + 0.5 * t
            tufts.append(root + rng.uniform(0.012, 0.035) * t * np.hstack([np.cos(way), np.sin(way)]))
    dark = (0.08, 0.07, 0.07)
    return [
        *(SceneLayer(pen.smooth(ear, 2), tuple(colour * 0.9), 0.4, 0.0, 0.1) for ear in ears),
        SceneLayer(pen.strands(tufts, (0.5, 1.4), rng), tuple(colour), 0.0, 0.0, 0.08),
        *(SceneLayer(pen.ellipse(*part), tuple(colour), 0.7, 0.0, 0.1) for part in parts),
        SceneLayer(pen.strands(tufts[::4], (0.5, 1.2), rng) * np.float32(0.5), tuple(colour * 1.1), 0.0, 0.0, 0.1),
        SceneLayer(pen.ellipse(0.43, 0.33, 0.025, 0.03), dark, 1.0, 0.9),
        SceneLayer(pen.ellipse(0.57, 0.33, 0.025, 0.03), dark, 1.0, 0.9),
        SceneLayer(pen.ellipse(0.5, 0.4, 0.02, 0.014), (0.7, 0.4, 0.4), 1.0, 0.3),
        SceneLayer(pen.ellipse(0.41, 0.94, 0.07, 0.045), tuple(colour * 1.05), 0.6, 0.0, 0.1),
        SceneLayer(pen.ellipse(0.59, 0.94, 0.07, 0.045), tuple(colour * 1.05), 0.6, 0.0, 0.1),
    ]


def _pots(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    """Several things in a row, apart from each other."""
    count = int(rng.integers(3, 5))
    layers = []
    for index in range(count):
        x, reach = (index + 0.5) / count, 0.36 / count
        green = (rng.uniform(0.2, 0.5), rng.uniform(0.45, 0.7), rng.uniform(0.2, 0.5))
        for angle in np.linspace(-2.9, -0.25, 9) + rng.normal(0, 0.08, 9):
            tip = np.array((x + 1.1 * reach * np.cos(angle), 0.68 + 1.5 * reach * np.sin(angle)))
            side = 0.16 * reach * np.array((-np.sin(angle), np.cos(angle)))
            middle = (np.array((x, 0.68)) + tip) / 2
            layers.append(
                SceneLayer(pen.smooth([(x, 0.7), middle + side, tip, middle - side], 2), green, 0.5, 0.1, 0.06)
            )
        pot = [(x - reach, 0.66), (x + reach, 0.66), (x + 0.72 * reach, 0.95), (x - 0.72 * reach, 0.95)]
        layers.append(SceneLayer(pen.smooth(pot, 1), _colour(rng, flat), 0.9, 0.3, 0.03))
    return layers


def _plant(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    """Thin stems and many leaves with the ground between them."""
    layers = []
    for _ in range(9):
        lean, high = rng.uniform(-0.34, 0.34), rng.uniform(0.1, 0.42)
        t = np.linspace(0, 1, 20)
        stem = np.stack([0.5 + lean * t**1.6, 0.72 - (0.72 - high) * t], 1)
        green = np.array((0.2, 0.45, 0.18)) * rng.uniform(0.8, 1.4)
        layers.append(SceneLayer(pen.line(stem, 0.006), tuple(green * 0.8), 0.5, 0.0))
        for place in np.linspace(6, 19, 7).astype(int):
            for turn in (-1, 1):
                angle = -np.pi / 2 + turn * rng.uniform(0.5, 1.2)
                root = stem[place]
                tip = root + rng.uniform(0.06, 0.12) * np.array((np.cos(angle), np.sin(angle)))
                side = 0.02 * np.array((-np.sin(angle), np.cos(angle)))
                leaf = pen.smooth([root, (root + tip) / 2 + side, tip, (root + tip) / 2 - side], 2)
                layers.append(SceneLayer(leaf, tuple(green), 0.5, 0.1, 0.05))
    pot = [(0.33, 0.68), (0.67, 0.68), (0.61, 0.98), (0.39, 0.98)]
    return [*layers, SceneLayer(pen.smooth(pot, 1), _colour(rng, flat), 0.9, 0.3, 0.03)]


def _stool(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    """A seat on thin legs with rungs: much of the ground shows through."""
    colour, thin = _colour(rng, flat), rng.uniform(0.014, 0.026)
    legs = [
        [(0.3, 0.35), (0.18, 0.98)],
        [(0.7, 0.35), (0.82, 0.98)],
        [(0.42, 0.35), (0.38, 0.9)],
        [(0.58, 0.35), (0.62, 0.9)],
    ]
    rungs = [[(0.24, 0.66), (0.76, 0.66)], [(0.4, 0.78), (0.6, 0.78)]]
    return [
        *(SceneLayer(pen.line(leg, thin), tuple(np.multiply(colour, 0.9)), 1.0, 0.3) for leg in (*legs, *rungs)),
        SceneLayer(pen.ellipse(0.5, 0.33, 0.34, 0.1), colour, 0.5, 0.2, 0.05),
        SceneLayer(pen.ellipse(0.5, 0.29, 0.33, 0.09), tuple(np.clip(np.multiply(colour, 1.1), 0, 1)), 0.4, 0.2, 0.05),
    ]


def _plate(pen: ScenePen, rng: np.random.Generator, flat: bool) -> list[SceneLayer]:
    """A dish from above."""
    rim = (0.93, 0.92, 0.9) if flat or rng.random() < 0.5 else _colour(rng, False)
    layers = [
        SceneLayer(pen.ellipse(0.5, 0.5, 0.48, 0.48), rim, 0.25, 0.3, 0.01),
        SceneLayer(pen.ellipse(0.5, 0.5, 0.34, 0.34), tuple(np.multiply(rim, 0.96)), 0.15, 0.2, 0.01),
    ]
    for _ in range(26):
        angle, away = rng.uniform(0, 2 * np.pi), 0.26 * np.sqrt(rng.random())
        at = 0.5 + away * np.cos(angle), 0.5 + away * np.sin(angle)
        food = pen.ellipse(*at, rng.uniform(0.03, 0.08), rng.uniform(0.03, 0.07), rng.uniform(0, 180))
        layers.append(SceneLayer(food, _colour(rng, False), 0.9, 0.3, 0.08))
    return layers


SUBJECTS: dict[str, Callable[[ScenePen, np.random.Generator, bool], list[SceneLayer]]] = {
    "bag": _bag,
    "bottle": _bottle,
    "cup": _cup,
    "glass": _glass,
    "hair": _hair,
    "fur": _fur,
    "pots": _pots,
    "plant": _plant,
    "stool": _stool,
    "plate": _plate,
}
