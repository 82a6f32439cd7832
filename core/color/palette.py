"""The main colours of a picture: k-means in OKLab, where distance is what the eye sees."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .spaces import RGB, from_oklab, oklab

Array = NDArray[Any]  # float32, or what an operation widens it to
_SAMPLE_PX = 96  # long side of the copy that is counted; more changes no colour the eye would name
_ROUNDS = 16
_SAME = 0.02  # OKLab distance under which two centres are one colour (about one just noticeable step)


def palette_of(rgb: Array, k: int = 5, mask: Array | None = None, seed: int = 0) -> list[RGB]:
    """Return up to ``k`` main colours of a picture, the most frequent first.

    Args:
        rgb: [H,W,3] or [H,W,4] 0..1 sRGB; an alpha channel counts as a mask.
        k: How many colours at most; a picture with fewer gives fewer.
        mask: [H,W] 0..1, how much each pixel counts. An empty mask gives an empty list.
        seed: Same picture and seed, same palette.
    """
    return [color for color, _ in weighted_palette(rgb, k, mask, seed)]


def weighted_palette(rgb: Array, k: int = 5, mask: Array | None = None, seed: int = 0) -> list[tuple[RGB, float]]:
    """Return ``palette_of`` with each colour's share 0..1 of what was counted."""
    lab, weight = _samples(np.asarray(rgb, dtype=np.float32), mask)
    if k < 1 or not len(lab):
        return []
    centres, shares = _kmeans(lab, weight, k, np.random.default_rng(seed))
    centres, shares = _merge(centres, shares)
    order = np.argsort(-shares, kind="stable")
    colors = from_oklab(centres[order])
    return [((float(r), float(g), float(b)), float(s)) for (r, g, b), s in zip(colors, shares[order], strict=True)]


def _samples(rgb: Array, mask: Array | None) -> tuple[Array, Array]:
    """Return OKLab [N,3] and weights [N] (sum 1) of a small copy of the picture."""
    weight = rgb[..., 3] if rgb.shape[-1] == 4 else np.ones(rgb.shape[:2], np.float32)
    if mask is not None:
        weight = weight * np.asarray(mask, np.float32)
    factor = min(1.0, _SAMPLE_PX / max(rgb.shape[:2]))
    size = (max(round(rgb.shape[1] * factor), 1), max(round(rgb.shape[0] * factor), 1))
    # averaged in proportion to the weight, so that what lies outside a mask does not bleed in
    small = cv2.resize(np.dstack([rgb[..., :3] * weight[..., None], weight]), size, interpolation=cv2.INTER_AREA)
    flat = small.reshape(-1, 4).astype(np.float64)
    flat = flat[flat[:, 3] > 0.02]
    total = flat[:, 3].sum()
    return oklab(flat[:, :3] / flat[:, 3:]), flat[:, 3] / (total or 1.0)


def _kmeans(lab: Array, weight: Array, k: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return centres [k,3] and shares [k]. Source: Lloyd 1982, seeding k-means++ (Arthur and Vassilvitskii 2007)."""
    centres = _spread(lab, weight, k, rng)
    shares: Array = np.zeros(len(centres))
    for _ in range(_ROUNDS):
        nearest = _distance2(lab, centres).argmin(1)
        shares = np.bincount(nearest, weight, len(centres))
        sums = np.stack([np.bincount(nearest, weight * lab[:, c], len(centres)) for c in range(3)], axis=1)
        moved = np.where(shares[:, None] > 0, sums / np.maximum(shares, 1e-12)[:, None], centres)
        if np.abs(moved - centres).max() < 1e-4:
            break
        centres = moved
    return centres, shares


def _spread(lab: Array, weight: Array, k: int, rng: np.random.Generator) -> Array:
    centres = lab[[rng.choice(len(lab), p=weight)]]
    while len(centres) < k:
        far = _distance2(lab, centres).min(1) * weight
        if far.sum() < 1e-9:
            break
        centres = np.vstack([centres, lab[rng.choice(len(lab), p=far / far.sum())]])
    return centres


def _distance2(lab: Array, centres: Array) -> Array:
    return ((lab[:, None] - centres[None]) ** 2).sum(-1)


def _merge(centres: Array, shares: Array) -> tuple[Array, Array]:
    """Return the centres with near twins merged into one, and without empty ones."""
    kept: list[Array] = []
    weights: list[float] = []
    for i in np.argsort(-shares, kind="stable"):
        twin = next((j for j, c in enumerate(kept) if np.linalg.norm(c - centres[i]) < _SAME), None)
        if twin is not None:
            weights[twin] += shares[i]
        elif shares[i] > 0:
            kept.append(centres[i])
            weights.append(float(shares[i]))
    return np.array(kept), np.array(weights)
