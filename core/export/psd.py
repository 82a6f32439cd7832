"""Layered PSD files: RGB, 8 bits a channel, pixel layers with names, and the flat picture.

Colours are sRGB, alpha is straight.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from ..errors import FitAdError
from .pixel_layer import Bytes8, PixelLayer

LONGEST_SIDE_PX = 30_000


def psd_bytes(flat: Bytes8, layers: Sequence[PixelLayer], *, icc: bytes = b"", xmp: bytes = b"") -> bytes:
    """Return a PSD file.

    Args:
        flat: The flat picture [H,W,3 or 4] uint8, which gives the canvas its size; programs that know no layers
            show it.
        layers: From the lowest to the highest; at least one.
        icc: ICC profile of all colours.
        xmp: XMP packet.

    Raises:
        FitAdError: The canvas or a layer has more than 30 000 pixels per side, or psd-tools is not installed.
    """
    largest = max([*flat.shape[:2], *(side for layer in layers for side in layer.rgba.shape[:2])])
    if largest > LONGEST_SIDE_PX:
        raise FitAdError(
            f"A PSD has at most {LONGEST_SIDE_PX} px per side, and this one would have {largest}",
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
