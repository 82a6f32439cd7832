"""Layered PSD files, version 1: RGB, 8 bits a channel, pixel layers with names, and the flat picture.

Source: Adobe Photoshop File Formats Specification (November 2019). Colours are sRGB, alpha is straight.
"""

from __future__ import annotations

import struct
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
_RESOLUTION, _ICC, _VERSION, _XMP = 1005, 1039, 1057, 1060
_DPI = 72
_MOST_IN_PACKET = 128
_LEAST_RUN = 3  # shorter runs cost less inside a literal packet


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
        FitAdError: The canvas or a layer has more than 30 000 pixels a side.
    """
    height, width, channels = flat.shape
    largest = max([height, width, *(side for layer in layers for side in layer.rgba.shape[:2])])
    if largest > LONGEST_SIDE_PX:
        raise FitAdError(
            f"A PSD has at most {LONGEST_SIDE_PX} px a side, and this one would have {largest}",
            fix="Make the picture smaller, or turn psd off",
        )
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, height, width, 8, 3)
    resources = _resources(icc, xmp)
    return b"".join(
        (
            header,
            struct.pack(">I", 0),  # no palette
            struct.pack(">I", len(resources)),
            resources,
            _layer_section(layers, transparent=channels == 4),
            _merged(flat),
        )
    )


# --- image resources ----------------------------------------------------------------------------------------


def _resources(icc: bytes, xmp: bytes) -> bytes:
    fixed = _DPI << 16  # 16.16
    parts = [(_RESOLUTION, struct.pack(">IHHIHH", fixed, 1, 1, fixed, 1, 1))]
    if icc:
        parts.append((_ICC, icc))
    name = _unicode("Fit-AD")
    parts.append((_VERSION, struct.pack(">IB", 1, 1) + name + name + struct.pack(">I", 1)))  # the flat picture is real
    if xmp:
        parts.append((_XMP, xmp))
    return b"".join(struct.pack(">4sHHI", b"8BIM", kind, 0, len(data)) + _padded(data, 2) for kind, data in parts)


def _unicode(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")
    return struct.pack(">I", len(data) // 2) + data


def _padded(data: bytes, multiple: int) -> bytes:
    return data + bytes(-len(data) % multiple)


# --- layers -------------------------------------------------------------------------------------------------


def _layer_section(layers: Sequence[PixelLayer], transparent: bool) -> bytes:
    """Return the layer and mask section; a negative count says that the flat picture has an alpha channel."""
    records, pixels = [], []
    for layer in layers:
        channels = [_channel(layer.rgba[..., index]) for index in range(4)]
        records.append(_record(layer, [len(data) for data in channels]))
        pixels += channels
    count = struct.pack(">h", -len(layers) if transparent else len(layers))
    info = _padded(b"".join((count, *records, *pixels)), 4)
    body = struct.pack(">I", len(info)) + info + struct.pack(">I", 0)  # no global mask
    return struct.pack(">I", len(body)) + body


def _record(layer: PixelLayer, lengths: Sequence[int]) -> bytes:
    height, width = layer.rgba.shape[:2]
    box = struct.pack(">4i", layer.y, layer.x, layer.y + height, layer.x + width)
    channels = b"".join(struct.pack(">hI", index, length) for index, length in zip((0, 1, 2, -1), lengths, strict=True))
    flags = 8 | (0 if layer.visible else 2)
    opacity = round(min(max(layer.opacity, 0.0), 1.0) * 255)
    how = struct.pack(">4s4s4B", b"8BIM", BLEND_KEYS[layer.blend], opacity, 0, flags, 0)
    plain = layer.name.encode("ascii", "replace")[:255]
    long_name = _padded(_unicode(layer.name), 4)
    extra = b"".join(
        (
            struct.pack(">II", 0, 0),  # no mask, no blending ranges
            _padded(bytes([len(plain)]) + plain, 4),
            struct.pack(">4s4sI", b"8BIM", b"luni", len(long_name)),
            long_name,
        )
    )
    return box + struct.pack(">H", 4) + channels + how + struct.pack(">I", len(extra)) + extra


def _channel(plane: Bytes8) -> bytes:
    counts, packed = pack_bits(plane)
    return _padded(struct.pack(">H", 1) + counts + packed, 2)  # Pillow looks for the next channel at even places


def _merged(flat: Bytes8) -> bytes:
    """Return the flat picture; as Photoshop does, one with alpha is laid on white."""
    if flat.shape[2] == 4:
        alpha = flat[..., 3:].astype(np.float32) / 255
        colors = np.rint(flat[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
        flat = np.dstack([colors, flat[..., 3]])
    packed = [pack_bits(flat[..., index]) for index in range(flat.shape[2])]
    return b"".join((struct.pack(">H", 1), *(counts for counts, _ in packed), *(data for _, data in packed)))


# --- PackBits -----------------------------------------------------------------------------------------------


def pack_bits(plane: Bytes8) -> tuple[bytes, bytes]:
    """Return the row lengths (big-endian 16 bits each) and the PackBits data of a plane [h,w] uint8.

    Source: Apple Technical Note TN1023: a byte n of 0..127 is followed by n+1 bytes as they are, one of 129..255 by
    one byte that stands 257-n times.
    """
    height, width = plane.shape
    if not plane.size:
        return bytes(2 * height), b""
    values = np.ascontiguousarray(plane).ravel()
    start, length, repeated = _packets(values, width)
    size = np.where(repeated, 2, 1 + length)
    offset = np.cumsum(size) - size
    out = np.empty(int(size.sum()), np.uint8)
    out[offset] = np.where(repeated, 257 - length, length - 1)
    out[offset[repeated] + 1] = values[start[repeated]]
    plain = np.repeat(~repeated, length)
    shift = np.repeat(offset + 1 - start, length)[plain]
    out[np.flatnonzero(plain) + shift] = values[plain]
    rows = np.bincount(start // width, weights=size, minlength=height)
    return rows.astype(">u2").tobytes(), out.tobytes()


def _packets(values: Bytes8, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Return start and length of each packet, at most 128 values of one row, and whether it is one value repeated."""
    fresh = np.empty(values.size, bool)
    fresh[0], fresh[1:] = True, values[1:] != values[:-1]
    fresh[::width] = True
    run_start = np.flatnonzero(fresh)
    run_long = np.diff(run_start, append=values.size) >= _LEAST_RUN
    first = np.empty(run_start.size, bool)  # a packet begins at each long run, after one, and at each row
    first[0], first[1:] = True, run_long[1:] | run_long[:-1]
    first |= run_start % width == 0
    begin, repeated = run_start[first], run_long[first]
    length = np.diff(begin, append=values.size)
    pieces = -(-length // _MOST_IN_PACKET)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = np.repeat(begin, pieces) + number * _MOST_IN_PACKET
    rest = np.repeat(begin + length, pieces) - start
    return start, np.minimum(rest, _MOST_IN_PACKET), np.repeat(repeated, pieces)
