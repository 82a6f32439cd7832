"""Fifty backgrounds to place words on: made by formula, and cut out of the sample photos."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SIZES = ((720, 900), (720, 720), (720, 1280), (1080, 600))


def names() -> list[str]:
    """Return the name of each."""
    made = [f"{name}-{variant}" for name in _MADE for variant in range(4)]
    return [*made, *(f"{name}-{variant}" for name in ("coffee", "astronaut") for variant in range(5))]


@lru_cache(maxsize=8)
def background(name: str) -> Picture:
    """Return the picture [H,W,3] of that name."""
    kind, variant = name.rsplit("-", 1)
    if kind not in _MADE:
        return _photo(kind, int(variant))
    width, height = SIZES[names().index(name) % len(SIZES)]
    return _MADE[kind](width, height, int(variant))


def _grid(width: int, height: int) -> tuple[Picture, Picture]:
    y, x = np.mgrid[0 : height / width : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    return x, y


def _mixed(share: NDArray[np.floating], one: tuple[float, ...], other: tuple[float, ...]) -> Picture:
    return (np.float32(one) + share[..., None] * (np.float32(other) - np.float32(one))).astype(np.float32)


_PAIRS = (
    ((0.98, 0.95, 0.9), (0.08, 0.09, 0.12)),
    ((0.9, 0.3, 0.25), (0.2, 0.55, 0.5)),
    ((0.55, 0.55, 0.55), (0.45, 0.46, 0.44)),
    ((1.0, 0.85, 0.2), (0.5, 0.1, 0.5)),
)


def _plain(width: int, height: int, variant: int) -> Picture:
    return np.full((height, width, 3), _PAIRS[variant][0], np.float32)


def _slope(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    return _mixed(np.clip((x + y * variant) / (1 + variant * height / width), 0, 1), *_PAIRS[variant])


def _split(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    return _mixed((x + 0.3 * y * variant > 0.5).astype(np.float32), *_PAIRS[variant])


def _stripes(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    return _mixed((np.sin((30 + 25 * variant) * (x + 0.4 * variant * y)) > 0).astype(np.float32), *_PAIRS[variant])


def _checks(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    side = 0.02 * (variant + 1)
    return _mixed(((np.floor(x / side) + np.floor(y / side)) % 2).astype(np.float32), *_PAIRS[variant])


def _noise(width: int, height: int, variant: int) -> Picture:
    rng = np.random.default_rng(variant)
    cell = (1, 4, 16, 64)[variant]
    small = rng.random((height // cell + 1, width // cell + 1, 3)).astype(np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _bokeh(width: int, height: int, variant: int) -> Picture:
    rng = np.random.default_rng(variant)
    out = np.full((height, width, 3), _PAIRS[variant][1], np.float32)
    for _ in range(60):
        layer = np.zeros((height, width), np.uint8)
        x, y, radius = int(rng.integers(width)), int(rng.integers(height)), int(rng.integers(20, 140))
        cv2.circle(layer, (x, y), radius, 255, -1, cv2.LINE_AA)
        part = np.s_[max(y - radius - 2, 0) : y + radius + 3, max(x - radius - 2, 0) : x + radius + 3]
        out[part] += 0.3 * (layer[part][..., None] / 255) * (rng.random(3) - out[part])
    return out.astype(np.float32)


def _waves(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    wave = [0.5 + 0.45 * np.sin((4 + 3 * variant) * x * (i + 1) + 5 * y + i * 2) for i in range(3)]
    return np.dstack(wave).astype(np.float32)


def _wood(width: int, height: int, variant: int) -> Picture:
    x, y = _grid(width, height)
    grain = 0.5 + 0.5 * np.sin(60 * (x + 0.02 * np.sin(9 * y + variant)) + 6 * np.sin(3 * y))
    return _mixed(grain.astype(np.float32), (0.36, 0.22, 0.12), (0.85, 0.66, 0.42))


def _letters(width: int, height: int, variant: int) -> Picture:
    out = np.full((height, width, 3), _PAIRS[variant][0], np.float32)
    for row in range(0, height, 60):
        cv2.putText(
            out, "SALE NEW OPEN 50% " * 5, (-20, row), cv2.FONT_HERSHEY_DUPLEX, 2, _PAIRS[variant][1], 4, cv2.LINE_AA
        )
    return out


def _photo(name: str, variant: int) -> Picture:
    picture = cv2.cvtColor(cv2.imread(str(SAMPLES / f"{name}.png"), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    cut = picture[variant * height // 12 :, variant * width // 12 :]
    gain = (1.0, 0.5, 1.5, 1.0, 0.8)[variant]
    return np.clip(cv2.resize(cut, SIZES[0], interpolation=cv2.INTER_CUBIC) / 255 * gain, 0, 1).astype(np.float32)


_MADE: dict[str, Callable[[int, int, int], Picture]] = {
    "plain": _plain,
    "slope": _slope,
    "split": _split,
    "stripes": _stripes,
    "checks": _checks,
    "noise": _noise,
    "bokeh": _bokeh,
    "waves": _waves,
    "wood": _wood,
    "letters": _letters,
}
