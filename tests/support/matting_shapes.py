"""Shapes whose true coverage is known."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def disc(side: int, radius: float, centre: tuple[float, float] | None = None, soft_px: float = 0.0) -> Array:
    """Return [side,side], how much of each pixel a disc covers (32 × 32 samples on the rim), or a linear ramp."""
    cy, cx = centre or (side / 2 + 0.13, side / 2 - 0.31)
    y, x = np.mgrid[:side, :side] + 0.5
    away = np.hypot(y - cy, x - cx)
    if soft_px:
        return np.clip((radius - away) / soft_px + 0.5, 0, 1).astype(np.float32)
    cover = (away <= radius).astype(np.float32)
    rim = np.nonzero(np.abs(away - radius) < 0.8)
    within = (np.arange(32) + 0.5) / 32 - 0.5
    ys = y[rim][:, None, None] + within[:, None]
    cover[rim] = (np.hypot(ys - cy, x[rim][:, None, None] + within - cx) <= radius).mean(axis=(1, 2))
    return cover


def radius_of(mask: Array) -> float:
    """Return the radius of the disc with the mask's area."""
    return float(np.sqrt(mask.sum(dtype=np.float64) / np.pi))
