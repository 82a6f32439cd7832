"""Pictures for the tests of saving, and the way back from bytes."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def noise(height: int = 300, width: int = 240, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(3).random((height, width, channels), dtype=np.float32)


def flat(color: tuple[float, ...], height: int = 40, width: int = 30) -> np.ndarray:
    return np.broadcast_to(np.float32(color), (height, width, len(color)))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
