"""The U²-Net family (u2net, u2netp, silueta), run by OpenCV: a first answer at about 320 pixels.

Source: X. Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection", Pattern
Recognition 2020. Pictures go in as they did in training (largest value 1, then ImageNet's mean and deviation), but
in their own shape: the network takes every size in steps of 32, and nothing is squeezed.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .networks import Network

Array = NDArray[Any]  # float32, or what an operation widens it to

SIDE = 320
_STEP = 32
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)


def salient(network: Network, rgb: Array, side: int = SIDE) -> Array:
    """Return how surely each place belongs to the subject, float32 [h,w] 0..1 at the network's own size.

    Args:
        network: A U²-Net read from its ONNX file.
        rgb: float32 [H,W,3] in 0..1.
        side: Longer side in pixels of what the network sees.

    Raises:
        FitAdError: OpenCV cannot run the network.
    """
    small = cv2.resize(rgb, _seen(rgb.shape[:2], side), interpolation=cv2.INTER_AREA)
    brightest = max(float(small.max()), 1e-6)
    return np.clip(network.first((small / brightest - _MEAN) / _DEVIATION)[0], 0, 1)


def _seen(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return width and height of the picture that the network sees."""
    scale = side / max(shape)
    height, width = (max(round(length * scale / _STEP), 2) * _STEP for length in shape[:2])
    return width, height
