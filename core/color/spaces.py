"""sRGB colours: parsing, relative luminance, contrast, OKLab.

Colours are ``(r, g, b)`` floats 0..1 in sRGB, or arrays [..., 3] of the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError

Array = NDArray[np.floating]
RGB = tuple[float, float, float]

_HEX = re.compile(r"#?(?P<digits>[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
# Rec. 709 / sRGB luminance weights. Source: WCAG 2.2, definition of relative luminance.
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
# Source: Björn Ottosson, "A perceptual color space for image processing" (2020).
_LMS_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LMS_FROM_OKLAB = np.linalg.inv(_OKLAB_FROM_LMS)
_LINEAR_FROM_LMS = np.linalg.inv(_LMS_FROM_LINEAR)


def parse_hex(text: str, field: str = "color") -> RGB:
    """Return the colour that ``#RGB`` or ``#RRGGBB`` names, as floats 0..1.

    Raises:
        FitAdError: ``text`` is not such a colour; the message names ``field``.
    """
    found = _HEX.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise FitAdError(f"{field} is {text!r}, which is not a colour", fix="Write it as #RRGGBB, for example #E8B04A")
    digits = found["digits"]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    r, g, b = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return r, g, b


def parse_palette(text: str, field: str = "palette") -> list[RGB]:
    """Return the colours of a list such as ``"#F6E7D8, #C89B7B"``; empty text gives an empty list."""
    return [parse_hex(part, field) for part in re.split(r"[\s,;]+", text.strip()) if part]


def to_hex(color: Iterable[float]) -> str:
    """Return ``#RRGGBB`` (upper case, rounded to nearest, clipped to the gamut)."""
    return "#" + "".join(f"{round(min(max(float(v), 0.0), 1.0) * 255):02X}" for v in color)


def linear(srgb: Array) -> Array:
    """Return linear light for sRGB values 0..1."""
    srgb = np.asarray(srgb)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def gamma(light: Array) -> Array:
    """Return sRGB values for linear light; negative light counts as none."""
    light = np.maximum(light, 0.0)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def luminance(srgb: Array | RGB) -> Array:
    """Return WCAG relative luminance 0..1 of colours [..., 3]."""
    return linear(np.asarray(srgb, dtype=np.float64)) @ LUMINANCE


def contrast(a: Array | RGB, b: Array | RGB) -> Array:
    """Return the WCAG 2.x contrast ratio 1..21, element by element."""
    la, lb = luminance(a), luminance(b)
    return (np.maximum(la, lb) + 0.05) / (np.minimum(la, lb) + 0.05)


def oklab(srgb: Array | RGB) -> Array:
    """Return OKLab (L 0..1, a, b) for sRGB colours [..., 3]."""
    lms = linear(np.asarray(srgb, dtype=np.float64)) @ _LMS_FROM_LINEAR.T
    return np.cbrt(lms) @ _OKLAB_FROM_LMS.T


def from_oklab(lab: Array) -> Array:
    """Return sRGB 0..1 for OKLab colours [..., 3], clipped to the gamut."""
    lms = (np.asarray(lab, dtype=np.float64) @ _LMS_FROM_OKLAB.T) ** 3
    return np.clip(gamma(lms @ _LINEAR_FROM_LMS.T), 0.0, 1.0)
