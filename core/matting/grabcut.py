"""GrabCut: the cut-out that needs no model."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def grabcut(rgb: Array, progress: Callable[[float], None] | None = None) -> Array:
    """Return the subject's alpha [H,W]."""
    h, w = rgb.shape[:2]
    s = min(1.0, 480 / max(h, w))
    small = cv2.resize(rgb, (max(round(w * s), 1), max(round(h * s), 1)), interpolation=cv2.INTER_AREA)
    im = np.round(small[..., ::-1] * 255).astype(np.uint8)
    h2, w2 = im.shape[:2]
    if min(h2, w2) < 16:
        return np.zeros((h, w), np.float32)
    m = np.zeros((h2, w2), np.uint8)
    b, f = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(im, m, (w2 // 16, h2 // 24, w2 - w2 // 8, h2 - h2 // 12), b, f, 4, cv2.GC_INIT_WITH_RECT)
    a = ((m == 1) | (m == 3)).astype(np.float32)
    return cv2.resize(a, (w, h), interpolation=cv2.INTER_LINEAR)
