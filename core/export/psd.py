"""Layered PSD files: RGB, 8 bits a channel, pixel layers with names, and the flat picture.

Colours are sRGB, alpha is straight.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError

Bytes8 = NDArray[np.uint8]

LONGEST_SIDE_PX = 30_000
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


def psd_bytes(flat: Bytes8, layers: Sequence[PixelLayer], *, icc: bytes = b"", xmp: bytes = b"") -> bytes:
    """Return a PSD file.

    Args:
        flat: The flat picture [H,W,3 or 4] uint8, which gives the canvas its size; programs that know no layers
            show it.
        layers: From the lowest to the highest; at least one.
        icc: ICC profile of all colours.
        xmp: XMP packet.

    Raises:
        FitAdError: The canvas or a layer has more than 30 000 pixels a side, or psd-tools is not installed.
    """
    largest = max([*flat.shape[:2], *(side for layer in layers for side in layer.rgba.shape[:2])])
    if largest > LONGEST_SIDE_PX:
        raise FitAdError(
            f"A PSD has at most {LONGEST_SIDE_PX} px a side, and this one would have {largest}",
            fix="Make the picture smaller, or turn psd off",
        )
    try:
        from .psd_structure import psd_document
    except ImportError as exc:
        raise FitAdError(
            "A layered PSD is written by psd-tools, which ComfyUI's Python lacks",
            why=str(exc),
            fix='Run: python -m pip install "psd-tools>=1.12.2" in ComfyUI\'s Python, or turn psd off',
        ) from exc
    file = io.BytesIO()
    psd_document(flat, layers, icc, xmp).write(file)
    return file.getvalue()
