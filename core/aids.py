"""What makes lettering legible where the picture does not: a shadow or glow, a scrim, an outline, another colour.

Each is as weak as the contrast allows; of those that reach it, the one that changes the picture least is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .blending import Layer
from .color import RGB, luminance, oklab, to_hex
from .legibility import readable_pair, tinted
from .reading import Glyphs, Ring, thinned

Array = NDArray[Any]  # float32, or what an operation widens it to

_MARGIN = 1.03  # rounding to 8 bits and JPEG must not undo the fix
_DARK_L = (0.27, 0.22, 0.17, 0.12, 0.06, 0.0)  # OKLab lightness of a shade, the gentlest first
_LIGHT_L = (0.94, 0.965, 0.985, 1.0)
_POINTS = 8000  # enough for the search; the result is measured on all
_PALE_GLOW = 1.5  # light around dark type looks dated: it counts as more
_STEPS = 8  # of the bisection on the strength


@dataclass(frozen=True)
class Field:
    """The shape of an aid: where it works and how much, [h,w] 0..1, top left corner at x, y of the canvas."""

    kind: str
    alpha: Array
    x: int
    y: int

    def at(self, rows: Array, columns: Array) -> Array:
        """Return the values at pixels of the canvas, [N]; 0 outside."""
        r, c = rows - self.y, columns - self.x
        inside = (r >= 0) & (r < self.alpha.shape[0]) & (c >= 0) & (c < self.alpha.shape[1])
        values = np.zeros(len(rows), np.float32)
        values[inside] = self.alpha[r[inside], c[inside]]
        return values


@dataclass(frozen=True)
class Aid:
    """One thing to add: layers below the lettering, or (``recolor``) another colour of the lettering."""

    kind: str
    color: RGB
    strength: float = 1.0
    fields: tuple[Field, ...] = ()

    def layers(self) -> tuple[Layer, ...]:
        return tuple(self._layer(field) for field in self.fields)

    def as_dict(self) -> dict[str, object]:
        return {"kind": self.kind, "color": to_hex(self.color), "strength": round(self.strength, 2)}

    def _layer(self, field: Field) -> Layer:
        rgba = np.empty((*field.alpha.shape, 4), np.float32)
        rgba[..., :3] = self.color
        rgba[..., 3] = field.alpha * self.strength
        return Layer(field.kind.capitalize(), rgba, field.x, field.y)


@dataclass(frozen=True)
class _Way:
    """A way to help: the aid's name, its fields, the most it may be, and how much its change counts."""

    kind: str
    fields: tuple[Field, ...]
    most: float
    weight: float


def least(
    picture: Array, ring: Ring, glyphs: Glyphs, layer: Layer, required: float, palette: Sequence[RGB]
) -> list[Aid]:
    """Return the least that brings the contrast to ``required``; empty where nothing is needed.

    Args:
        picture: [H,W,3 or 4] without the lettering.
        ring: The pixels around the outlines, from ``reading.ring_on``.
        glyphs: The lettering; only a flat one is recoloured.
        layer: Where it stands.
        required: The contrast to reach.
        palette: Main colours of the picture, for the tint.
    """
    goal = required * _MARGIN
    if ring.ratio() >= required or not len(ring.rows):
        return []
    ring = thinned(ring, _POINTS)
    ways = _ways(picture, glyphs, layer)
    options: list[tuple[float, list[Aid]]] = []
    for recolor in _colors(ring, glyphs, palette, required):
        options += _options(picture, ring, glyphs, ways, recolor, goal)
    return min(options, key=lambda option: option[0])[1] if options else []


def _colors(ring: Ring, glyphs: Glyphs, palette: Sequence[RGB], required: float) -> list[RGB | None]:
    """Return the colours to try; None is the lettering's own."""
    if not glyphs.flat:
        return [None]
    return [None, *(choice.color for choice in readable_pair(ring.behind, palette, required))]


def _options(
    picture: Array, ring: Ring, glyphs: Glyphs, ways: Sequence[_Way], recolor: RGB | None, goal: float
) -> list[tuple[float, list[Aid]]]:
    """Return what reaches the goal with one text colour, each with its cost."""
    text: Any = ring.text
    base: list[Aid] = []
    cost = 0.0
    if recolor is not None:
        text, base = float(luminance(recolor)), [Aid("recolor", recolor)]
        cost = 0.12 + 0.5 * abs(_luma(np.array(recolor)) - _luma(np.array(glyphs.color)))  # type: ignore[assignment]
        over = ring.over.copy()
        over[:, :3] = recolor
        ring = ring._replace(over=over, text=text)
    if ring.ratio() >= goal:
        return [(cost, base)]
    shade = _shade(text, ring, goal)
    dated = _PALE_GLOW if _luma(np.array(shade)) > 0.5 else 1.0
    options = []
    for way in ways:
        strength = _strength(ring, way, shade, goal)
        if strength is not None:
            change = _change(picture, way, shade, strength) / max(float(glyphs.face.sum()), 1.0)
            aid = Aid(way.kind, shade, strength, way.fields)
            options.append((cost + dated * way.weight * change, [*base, aid]))
    return options


def _strength(ring: Ring, way: _Way, shade: RGB, goal: float) -> float | None:
    """Return the least strength of an aid that reaches the goal; None where its most does not."""
    clear: Array = np.ones(len(ring.rows), np.float32)
    held = [field.at(ring.rows, ring.columns) for field in way.fields]

    def reaches(strength: float) -> bool:
        through: Array = clear
        for values in held:
            through = through * (1 - strength * values)
        behind = through[:, None] * ring.behind + (1 - through[:, None]) * np.array(shade, np.float32)
        return ring.ratio(behind) >= goal

    if not reaches(way.most):
        return None
    low, high = 0.0, way.most
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _change(picture: Array, way: _Way, shade: RGB, strength: float) -> float:
    """Return how much the picture changes: the sum of its changes in lightness, in pixels."""
    total = 0.0
    for field in way.fields:
        rows, columns = (
            slice(field.y, field.y + field.alpha.shape[0], 4),
            slice(field.x, field.x + field.alpha.shape[1], 4),
        )
        below = _luma(picture[rows, columns, :3])
        total += 16 * float((field.alpha[::4, ::4] * np.abs(below - _luma(np.array(shade)))).sum()) * strength
    return total


def _shade(text: float | Array, ring: Ring, goal: float) -> RGB:
    """Return the gentlest dark or light tone, in the picture's hue, against which the face has the contrast."""
    face = float(np.median(text))
    dark = (face + 0.05) / 0.05 > 1.05 / (face + 0.05)
    tint = oklab(np.mean(ring.behind, axis=0))[1:]
    tone = (0.0, 0.0, 0.0) if dark else (1.0, 1.0, 1.0)
    for level in _DARK_L if dark else _LIGHT_L:
        tone = tinted(level, tint, 0.045 if dark else 0.02)
        light = float(luminance(tone))
        if (max(face, light) + 0.05) / (min(face, light) + 0.05) >= goal * 1.25:
            break
    return tone


def _luma(rgb: Array) -> Array:
    return np.asarray(rgb) @ np.array([0.299, 0.587, 0.114], np.float32)


# --- shapes ---------------------------------------------------------------------------------------------------


def _ways(picture: Array, glyphs: Glyphs, layer: Layer) -> list[_Way]:
    shadow = _shadow(picture, glyphs, layer)
    cloud = _cloud(picture, glyphs, layer)
    outline = _outline(picture, glyphs, layer)
    ways = [
        _Way("shadow", (shadow,), 0.75, 1.0),
        _Way("scrim", (cloud,), 0.8, 0.5),
        _Way("scrim+shadow", (cloud, shadow), 0.9, 0.5),
        _Way("outline+shadow", (shadow, outline), 1.0, 2.0),
    ]
    band = _band(picture, glyphs, layer)
    if band is not None:
        ways += [_Way("gradient", (band,), 0.9, 0.45), _Way("gradient+shadow", (band, shadow), 0.9, 0.36)]
    return ways


def _shadow(picture: Array, glyphs: Glyphs, layer: Layer) -> Field:
    """Return a soft halo close around the letters, a little below them."""
    em = max(glyphs.size_px, 8.0)
    return _spread(picture, glyphs, layer, "shadow", _Spread(0.08 * em, 0.13 * em, 1.9, 0.025 * em))


def _cloud(picture: Array, glyphs: Glyphs, layer: Layer) -> Field:
    """Return a wide soft ground behind the whole block of words."""
    em = max(glyphs.size_px, 8.0)
    return _spread(picture, glyphs, layer, "scrim", _Spread(0.55 * em, 0.5 * em, 1.35, 0.0))


def _outline(picture: Array, glyphs: Glyphs, layer: Layer) -> Field:
    em = max(glyphs.size_px, 8.0)
    return _spread(picture, glyphs, layer, "outline", _Spread(max(0.042 * em, 2.0) + 1, 0.7, 1.3, 0.0))


@dataclass(frozen=True)
class _Spread:
    """How far a shape grows beyond the letters, how soft it is (sigma), how full, and how far down it moves: px."""

    grow: float
    blur: float
    gain: float
    down: float


def _spread(picture: Array, glyphs: Glyphs, layer: Layer, kind: str, spread: _Spread) -> Field:
    """Return the letters grown and blurred, cut to the canvas; large ones are made at a smaller scale."""
    pad = int(np.ceil(spread.grow + 3 * spread.blur + spread.down)) + 1
    alpha = cv2.copyMakeBorder(layer.rgba[..., 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT).astype(np.float32)
    window = _Window(layer.x - pad, layer.y - pad, alpha.shape[1], alpha.shape[0])
    factor = max(int(min(spread.blur / 3, 8)), 1)
    size = (-(-window.width // factor), -(-window.height // factor))
    small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    radius = max(round(spread.grow / factor), 1)
    small = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))
    small = cv2.GaussianBlur(small, (0, 0), max(spread.blur / factor, 0.3))
    small = np.clip(small * spread.gain, 0, 1)
    grown = cv2.resize(small, (window.width, window.height), interpolation=cv2.INTER_LINEAR)
    down = round(spread.down)
    return _cut(picture, kind, grown, window.x, window.y + down)


@dataclass(frozen=True)
class _Window:
    x: int
    y: int
    width: int
    height: int


def _band(picture: Array, glyphs: Glyphs, layer: Layer) -> Field | None:
    """Return a gradient from the near edge of the picture across its width; None for words in the middle."""
    height, width = picture.shape[:2]
    top, bottom = layer.y / height, (layer.y + layer.rgba.shape[0]) / height
    if layer.rgba.shape[1] < 0.45 * width or (top > 0.22 and bottom < 0.78) or bottom - top > 0.6:
        return None
    reach, fade = (bottom, bottom + 0.2) if top <= 0.22 else (1 - top, 1 - top + 0.2)
    along = (np.arange(round(min(fade, 1.0) * height)) + 0.5) / height
    t = np.clip((fade - along) / (fade - max(reach - 0.06, 0.0)), 0, 1)
    ramp = (t * t * (3 - 2 * t)).astype(np.float32)  # smoothstep
    if top > 0.22:
        ramp = ramp[::-1]
    alpha = np.repeat(ramp[:, None], width, axis=1)
    return Field("gradient", alpha, 0, 0 if top <= 0.22 else height - len(ramp))


def _cut(picture: Array, kind: str, alpha: Array, x: int, y: int) -> Field:
    """Return a field without what lies outside the canvas."""
    height, width = picture.shape[:2]
    left, top = max(-x, 0), max(-y, 0)
    right, bottom = min(width - x, alpha.shape[1]), min(height - y, alpha.shape[0])
    return Field(kind, alpha[top : max(bottom, top), left : max(right, left)], x + left, y + top)
