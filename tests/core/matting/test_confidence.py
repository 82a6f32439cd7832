"""How far cut-outs are trusted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fit_ad.core.matting.confidence import confidence, signs
from fit_ad.core.matting.engine_names import USABLE


def disc(radius: int = 60) -> np.ndarray:
    mask = np.zeros((256, 256), np.float32)
    cv2.circle(mask, (128, 128), radius, 1.0, -1, cv2.LINE_AA)
    return mask


def photo(mask: np.ndarray) -> np.ndarray:
    return np.repeat((0.2 + 0.6 * mask)[..., None], 3, axis=2).astype(np.float32)


def test_a_clear_thing_is_trusted() -> None:
    seen = signs(disc(), photo(disc()), 0.97)
    assert seen is not None
    assert seen[:3] == (0.97, pytest.approx(1, abs=0.01), pytest.approx(1, abs=0.05))
    assert seen.size == pytest.approx(2 * np.pi * 60**2 / 256**2, rel=0.02)
    assert (seen.frame, seen.pieces) == (0, 1)
    assert confidence(seen) > USABLE


def test_looks_that_disagree_vague_masks_and_unseen_edges_are_not() -> None:
    mask = disc()
    doubtful = [
        signs(mask, photo(mask), 0.2),
        signs(0.6 * mask, photo(mask), 0.6),
        signs(mask, np.full((256, 256, 3), 0.5, np.float32), 0.6),
    ]
    for seen in doubtful:
        assert seen is not None
        assert confidence(seen) < USABLE


def test_nothing_has_no_signs() -> None:
    assert signs(np.zeros((40, 30), np.float32), np.zeros((40, 30, 3), np.float32)) is None
