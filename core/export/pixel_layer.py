"""A layer of pixels as the writer of PSD files takes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes8 = NDArray[np.uint8]

# Blend modes by the names of CSS and ComfyUI -> the keys of the specification.
BLEND_KEYS = {
    "normal": b"norm",
    "multiply": b"mul ",
    "screen": b"scrn",
    "overlay": b"over",
    "darken": b"dark",
    "lighten": b"lite",
    "color-dodge": b"div ",
    "color-burn": b"idiv",
    "hard-light": b"hLit",
    "soft-light": b"sLit",
    "difference": b"diff",
    "exclusion": b"smud",
    "linear-dodge": b"lddg",
    "linear-burn": b"lbrn",
    "vivid-light": b"vLit",
    "pin-light": b"pLit",
    "linear-light": b"lLit",
    "hard-mix": b"hMix",
    "subtract": b"fsub",
    "divide": b"fdiv",
    "hue": b"hue ",
    "saturation": b"sat ",
    "color": b"colr",
    "luminosity": b"lum ",
}


@dataclass(frozen=True)
class PixelLayer:
    """A layer: its pixels [h,w,4] uint8, the left top corner x, y (px of the canvas), and how it is mixed.

    Attributes:
        name: As the layer list shows it.
        rgba: [h,w,4] uint8, straight alpha.
        x: May be negative.
        y: May be negative.
        opacity: 0..1.
        blend: One of ``BLEND_KEYS``.
        visible: Hidden layers are kept, but not shown.
    """

    name: str
    rgba: Bytes8
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    blend: str = "normal"
    visible: bool = True
