"""A photo parted into the colours of its subject and of its ground, for a known alpha.

Each step takes both colours from a window around, weighted by how much of each its pixels hold, and then moves them
just as far as the photo asks; wide windows carry colours far, narrow ones after them make them local.

Source: M. Forte, F. Pitié, "Approximate Fast Foreground Colour Estimation", ICIP 2021 (means of ever narrower windows);
T. Germer et al., "Fast Multi-Level Foreground Estimation", ICPR 2020 (both colours move, by
the closed form of a two-by-two system; here for the whole window's means).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # float32, or what an operation widens it to

_LEAST = np.float32(1e-5)
_HOLD = np.float32(0.1)  # how much the window's mean weighs against what the photo asks


def part(
    rgb: Array, alpha: Array, radii_px: tuple[int, ...], start: tuple[Array, Array] | None = None
) -> tuple[Array, Array]:
    """Return the subject's colours and the ground's, two float32 [H,W,3] in 0..1.

    Args:
        rgb: float32 [H,W,3].
        alpha: float32 [H,W].
        radii_px: Half the windows' sides, the widest first.
        start: What is known of both from further away; else the photo itself.
    """
    subject, ground = start or (rgb, rgb)
    cover = np.dstack([alpha] * 3)
    rest = 1 - cover
    room = cover * cover + rest * rest + _HOLD
    for radius in radii_px:
        subject, ground = _step(rgb, (cover, rest), (subject, ground), room, radius)
    return subject, ground


def _step(
    rgb: Array, shares: tuple[Array, Array], colours: tuple[Array, Array], room: Array, radius: int
) -> tuple[Array, Array]:
    box = (2 * radius + 1, 2 * radius + 1)
    around = [
        cv2.divide(cv2.blur(cv2.multiply(colour, share), box), cv2.blur(share, box) + _LEAST)
        for colour, share in zip(colours, shares, strict=True)
    ]
    left = rgb - cv2.multiply(shares[0], around[0]) - cv2.multiply(shares[1], around[1])
    left = cv2.divide(left, room)
    new = (mean + cv2.multiply(share, left) for mean, share in zip(around, shares, strict=True))
    subject, ground = (np.clip(colour, 0, 1, out=colour) for colour in new)
    return subject, ground
