"""How different two colours look: CIEDE2000."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .spaces import RGB, linear

Array = NDArray[np.floating]

# Source: IEC 61966-2-1 (sRGB to XYZ, D65), CIE 15:2004 (white point, CIELAB).
_XYZ_FROM_LINEAR = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def cielab(srgb: Array | RGB) -> Array:
    """Return CIELAB (L 0..100, a, b; D65) of sRGB colours [..., 3]."""
    t = linear(np.asarray(srgb, np.float64)) @ _XYZ_FROM_LINEAR.T / _WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def ciede2000(a: Array | RGB, b: Array | RGB) -> Array:
    """Return the difference ΔE00 of sRGB colours [..., 3], element by element; 1 is just seen.

    Source: Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", Color Research & Application 30 (2005).
    """
    l1, a1, b1 = np.moveaxis(cielab(a), -1, 0)
    l2, a2, b2 = np.moveaxis(cielab(b), -1, 0)
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    dh = (h2 - h1 + 180) % 360 - 180
    dh = np.where(grey, 0.0, np.where(np.abs(h2 - h1) == 180, h2 - h1, dh))
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    h = np.where(grey, total, np.where(~far, total / 2, np.where(total < 360, (total + 360) / 2, (total - 360) / 2)))
    return _weighted(l1, l2, c1, c2, dh, h)


def _weighted(l1: Array, l2: Array, c1: Array, c2: Array, dh: Array, h: Array) -> Array:
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(h - 30))
        + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6))
        - 0.20 * np.cos(np.radians(4 * h - 63))
    )
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    turn = np.radians(30 * np.exp(-(((h - 275) / 25) ** 2)))
    r_t = -np.sin(2 * turn) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh) / 2)
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, d_h / s_h
    return np.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h)
