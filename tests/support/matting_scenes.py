"""Composites whose subject, alpha and ground are known: shapes, hair-like strokes and soft edges over texture."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

Array = np.ndarray

GROUNDS = {"black": (0.0, 0.0, 0.0), "white": (1.0, 1.0, 1.0), "red": (1.0, 0.0, 0.0)}
_FINE = 4  # shapes are drawn this much larger and reduced


class Scene(NamedTuple):
    """A photo made of known parts, float32: ``photo`` = alpha · front + (1 - alpha) · back."""

    name: str
    front: Array
    alpha: Array
    back: Array

    @property
    def photo(self) -> Array:
        return over(self.front, self.alpha, self.back)


def over(front: Array, alpha: Array, back: Array | tuple[float, ...]) -> Array:
    """Return the composite [H,W,3]."""
    cover = alpha[..., None]
    return (front * cover + np.asarray(back, np.float32) * (1 - cover)).astype(np.float32)


def scenes(side: int = 512) -> list[Scene]:
    """Return all scenes at side × side pixels."""
    return [scene(kind, dark, side) for kind in ("shapes", "hair", "soft") for dark in (True, False)]


def scene(kind: str, dark: bool, side: int) -> Scene:
    """Return one scene: a dark subject on a light ground, or a light one on a dark ground."""
    rng = np.random.default_rng(7 + len(kind) + 10 * dark)
    makers: dict[str, Callable[[int, np.random.Generator], Array]] = {"shapes": _shapes, "hair": _hair, "soft": _soft}
    name = f"{kind} {'dark on light' if dark else 'light on dark'}"
    return Scene(name, _front(side, rng, dark), makers[kind](side, rng), _texture(side, rng, dark))


def _shapes(side: int, rng: np.random.Generator) -> Array:
    turn = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.17, 0.4)
    star = np.stack([0.4 + reach * np.sin(turn), 0.45 + reach * np.cos(turn)], axis=1)
    canvas = _canvas(side)
    cv2.fillPoly(canvas, [_scaled(star, side)], 255)
    cv2.ellipse(canvas, _scaled((0.68, 0.72), side), _scaled((0.2, 0.12), side), 25, 0, 360, 255, -1)
    return _reduced(canvas)


def _hair(side: int, rng: np.random.Generator) -> Array:
    canvas = _canvas(side)
    cv2.circle(canvas, _scaled((0.5, 0.6), side), int(0.22 * side * _FINE), 255, -1)
    t = np.linspace(0, 1, 24)
    for angle in rng.uniform(-np.pi, np.pi, 220):
        bend, length = rng.uniform(-0.9, 0.9), rng.uniform(0.08, 0.24)
        way = angle + bend * t
        xy = np.stack([0.5 + (0.2 + length * t) * np.cos(way), 0.6 + (0.2 + length * t) * np.sin(way)], axis=1)
        thick = int(rng.integers(2, 6))  # quarters of a pixel
        cv2.polylines(canvas, [_scaled(xy, side)], False, int(rng.integers(140, 256)), thick, cv2.LINE_AA)
    return _reduced(canvas)


def _soft(side: int, rng: np.random.Generator) -> Array:
    return cv2.GaussianBlur(_shapes(side, rng), (0, 0), side / 100)


def _front(side: int, rng: np.random.Generator, dark: bool) -> Array:
    y, x = np.mgrid[0 : 1 : side * 1j, 0 : 1 : side * 1j].astype(np.float32)
    base = np.array((0.25, 0.12, 0.07) if dark else (0.95, 0.8, 0.55), np.float32)
    drift = np.dstack([x, y, 1 - x]) * 0.2 - 0.1
    return np.clip(base + drift + _noise(side, rng, 6) * 0.05, 0, 1).astype(np.float32)


def _texture(side: int, rng: np.random.Generator, light: bool) -> Array:
    y, x = np.mgrid[0 : 1 : side * 1j, 0 : 1 : side * 1j].astype(np.float32)
    weave = 0.5 + 0.5 * np.sin(90 * x + 25 * y) * np.sin(70 * y)
    base = np.array((0.8, 0.85, 0.75) if light else (0.1, 0.2, 0.3), np.float32)
    return np.clip(base + 0.18 * (weave[..., None] - 0.5) + _noise(side, rng, 3) * 0.08, 0, 1).astype(np.float32)


def _noise(side: int, rng: np.random.Generator, grain: float) -> Array:
    noise = cv2.GaussianBlur(rng.standard_normal((side, side, 3)).astype(np.float32), (0, 0), grain)
    return noise / noise.std()


def _canvas(side: int) -> Array:
    return np.zeros((side * _FINE, side * _FINE), np.uint8)


def _scaled(points: object, side: int) -> Array:
    return np.round(np.asarray(points) * side * _FINE).astype(np.int32)


def _reduced(canvas: Array) -> Array:
    size = (canvas.shape[1] // _FINE, canvas.shape[0] // _FINE)
    return cv2.resize(canvas.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
