"""What a placement was made on: a short text that tells a changed picture from the same one."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

_SIDE = 8
_TOLERANCE = 4  # of 255, in the mean of a cell: re-encoding stays below it, another picture does not


def fingerprint(picture: Array) -> str:
    """Return the size and the mean colours of 8 × 8 cells of a picture [H,W,3 or 4], as ``1080x1350:base64``."""
    height, width = picture.shape[:2]
    cells = cv2.resize(_thinned(picture[..., :3]), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    data = np.clip(np.round(cells * 255), 0, 255).astype(np.uint8).tobytes()
    return f"{width}x{height}:{base64.b64encode(data).decode('ascii')}"


def changed(before: str, now: str) -> bool:
    """Return whether two fingerprints are those of different pictures; what is not a fingerprint tells nothing."""
    (size, old), (other, new) = _parts(before), _parts(now)
    if old is None or new is None:
        return False
    return size != other or int(np.abs(old.astype(int) - new.astype(int)).max()) > _TOLERANCE


def _thinned(picture: Array) -> Array:
    step = max(min(picture.shape[:2]) // 256, 1)
    return np.ascontiguousarray(picture[::step, ::step], np.float32)


def _parts(text: str) -> tuple[str, NDArray[np.uint8] | None]:
    size, _, data = text.partition(":")
    try:
        values = np.frombuffer(base64.b64decode(data, validate=True), np.uint8)
    except (binascii.Error, ValueError):
        return size, None
    return size, values if values.size == _SIDE * _SIDE * 3 else None
