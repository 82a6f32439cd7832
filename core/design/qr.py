"""QR codes: black on white with a quiet zone, never turned."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError

_QUIET = 3  # modules of white around; four are the standard, and the plate below adds more
_MOST_CHARACTERS = 600


def qr_picture(text: str, side_px: int) -> NDArray[np.float32]:
    """Return a QR code [side,side,4] float32; every module is a whole number of px, the rest is white.

    Raises:
        FitAdError: The text is too long for a code that a phone reads.
    """
    import segno

    if len(text) > _MOST_CHARACTERS:
        raise FitAdError("The link is too long for a QR code", why=f"{len(text)} characters", fix="Use a short link")
    code = segno.make(text, error="m", micro=False)
    modules = np.array([[int(v) for v in row] for row in code.matrix], np.uint8)
    count = modules.shape[0] + 2 * _QUIET
    scale = max(side_px // count, 1)
    whole = np.pad(1 - modules, _QUIET, constant_values=1)
    large = cv2.resize(whole, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    side = max(side_px, large.shape[0])
    out = np.ones((side, side, 4), np.float32)
    at = (side - large.shape[0]) // 2
    out[at : at + large.shape[0], at : at + large.shape[1], :3] = large[..., None]
    return out
