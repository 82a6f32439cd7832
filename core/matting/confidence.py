"""How far a cut-out is to be trusted, from what can be seen without knowing the truth.

A logistic function of a few signs. Its weights were set by hand on photos whose cut-outs were looked at: two looks that
differ and vague insides count most. ``benchmarks/cutouts.py`` tells how often it is right on pictures with known truth,
and ``--fit`` which weights those would ask for.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

_SIDE = 256
_RING_PX = 3


class Signs(NamedTuple):
    """What a cut-out shows about itself, each 0..1.

    Attributes:
        agreement: How much two looks share; 1 where there was only one.
        sureness: Share of what was found that is surely subject, its edge left out.
        edge: How clearly colours differ from one side of the edge to the other.
        size: Share of the picture, 0.5 and more counts as 1.
        frame: Share of the picture's top and sides that the subject covers.
        pieces: Share of the biggest piece.
    """

    agreement: float
    sureness: float
    edge: float
    size: float
    frame: float
    pieces: float


_WEIGHTS = Signs(6.0, 6.0, 2.0, 1.0, -3.0, 2.0)
_BIAS = -12.0


def confidence(signs: Signs) -> float:
    """Return how likely a cut-out with these signs is usable, 0..1."""
    total = _BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, signs, strict=True))
    return 1 / (1 + math.exp(-total))


def signs(mask: Array, rgb: Array, agreement: float = 1.0) -> Signs | None:
    """Return the signs of a cut-out; None where nothing was found.

    Args:
        mask: float32 [H,W], before its edge was grown or feathered.
        rgb: float32 [H,W,3].
        agreement: Of two looks.
    """
    scale = min(1.0, _SIDE / max(mask.shape))
    size = tuple(max(round(length * scale), 1) for length in mask.shape[::-1])
    small, colours = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (mask, rgb))
    inside = small > 0.5
    if not inside.any():
        return None
    return Signs(
        agreement,
        _sureness(small),
        _edge(inside, colours),
        min(float(inside.mean()) / 0.5, 1.0),
        float(np.concatenate([inside[0], inside[:, 0], inside[:, -1]]).mean()),
        _biggest(inside),
    )


def _sureness(small: Array) -> float:
    kernel = np.ones((2 * _RING_PX + 1,) * 2, np.uint8)
    found = (small > 0.1).astype(np.uint8)
    core = cv2.erode(found, kernel, borderValue=1) > 0
    return float((small[core] > 0.9).mean()) if core.any() else 0.0


def _edge(inside: Array, colours: Array) -> float:
    """Return the share of the outline across which the colours differ by what an eye sees at once."""
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2Lab)
    plane = inside.astype(np.float32)
    box = (4 * _RING_PX + 1,) * 2
    there, away = cv2.blur(plane, box), cv2.blur(1 - plane, box)
    inner = cv2.blur(lab * plane[..., None], box) / np.maximum(there, 1e-3)[..., None]
    outer = cv2.blur(lab * (1 - plane[..., None]), box) / np.maximum(away, 1e-3)[..., None]
    outline = cv2.morphologyEx(plane, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    if not outline.any():
        return 0.0
    return float(np.clip(np.linalg.norm(inner - outer, axis=2)[outline] / 20, 0, 1).mean())


def _biggest(inside: Array) -> float:
    stats = cv2.connectedComponentsWithStats(inside.astype(np.uint8))[2]
    areas = stats[1:, cv2.CC_STAT_AREA]
    return float(areas.max() / areas.sum())
