"""A PSD file as psd-tools' structures; only ``psd`` imports this, when a file is written.

psd-tools' own PSDImage is passed by: it makes masks of the layers' alpha where the flat picture has none, and on saving
replaces the flat picture by its own rendering of the layers.

Source: Adobe Photoshop File Formats Specification (November 2019).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from psd_tools.constants import ChannelID, ColorMode, Compression, Resource, Tag
from psd_tools.psd.document import PSD
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_data import ImageData
from psd_tools.psd.image_resources import ImageResource, ImageResources
from psd_tools.psd.layer_and_mask import (
    ChannelData,
    ChannelDataList,
    ChannelImageData,
    ChannelInfo,
    GlobalLayerMaskInfo,
    LayerAndMaskInformation,
    LayerFlags,
    LayerInfo,
    LayerRecord,
    LayerRecords,
)
from psd_tools.psd.tagged_blocks import TaggedBlocks

from .pixel_layer import BLEND_KEYS, Bytes8, PixelLayer

_DPI = 72
# In the order of [h,w,4]: Pillow reads a layer's channels in no other.
_CHANNELS = (ChannelID.CHANNEL_0, ChannelID.CHANNEL_1, ChannelID.CHANNEL_2, ChannelID.TRANSPARENCY_MASK)


def psd_document(flat: Bytes8, layers: Sequence[PixelLayer], icc: bytes, xmp: bytes) -> PSD:
    """Return the file of a flat picture [H,W,3 or 4] and its layers, the lowest first, as ``psd_bytes`` takes them."""
    height, width, channels = flat.shape
    records: list[Any] = [_record(layer) for layer in layers]  # Any: psd-tools' lists are typed for no item at all
    pixels: list[Any] = [_pixels(layer.rgba) for layer in layers]
    header = FileHeader(channels=channels, height=height, width=width, depth=8, color_mode=ColorMode.RGB)
    info = LayerInfo(
        layer_count=-len(layers) if channels == 4 else len(layers),  # negative: the flat picture has alpha
        layer_records=LayerRecords(records),
        channel_image_data=ChannelImageData(pixels),
    )
    return PSD(
        header=header,
        image_resources=_resources(icc, xmp),
        layer_and_mask_information=LayerAndMaskInformation(info, GlobalLayerMaskInfo(), TaggedBlocks()),
        image_data=_merged(flat, header),
    )


def _resources(icc: bytes, xmp: bytes) -> ImageResources:
    resources = ImageResources.new()
    fixed = _DPI << 16  # 16.16
    parts = {
        Resource.RESOLUTION_INFO: struct.pack(">IHHIHH", fixed, 1, 1, fixed, 1, 1),
        Resource.ICC_PROFILE: icc,
        Resource.XMP_METADATA: xmp,
    }
    for kind, data in parts.items():
        if data:
            resources[kind] = ImageResource(key=kind, data=data)
    return resources


def _record(layer: PixelLayer) -> LayerRecord:
    height, width = layer.rgba.shape[:2]
    record = LayerRecord(
        top=layer.y,
        left=layer.x,
        bottom=layer.y + height,
        right=layer.x + width,
        channel_info=[ChannelInfo(id=channel) for channel in _CHANNELS],
        blend_mode=BLEND_KEYS[layer.blend],
        opacity=round(min(max(layer.opacity, 0.0), 1.0) * 255),
        flags=LayerFlags(visible=layer.visible),
        name=layer.name.encode("ascii", "replace").decode("ascii")[:255],  # for programs older than Unicode
    )
    name = layer.name.encode("utf-16-be", "replace").decode("utf-16-be")
    record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, name)
    return record


def _pixels(rgba: Bytes8) -> ChannelDataList:
    channels: list[Any] = [_channel(plane) for plane in np.moveaxis(rgba, 2, 0)]
    return ChannelDataList(channels)


def _channel(plane: Bytes8) -> ChannelData:
    height, width = plane.shape
    channel = ChannelData(compression=Compression.RLE)
    channel.set_data(plane.tobytes(), width, height, 8)
    channel.data += bytes(len(channel.data) % 2)  # Pillow looks for the next channel at even places
    return channel


def _merged(flat: Bytes8, header: FileHeader) -> ImageData:
    """Return the flat picture; as Photoshop does, one with alpha is laid on white."""
    if flat.shape[2] == 4:
        alpha = flat[..., 3:].astype(np.float32) / 255
        colors = np.rint(flat[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
        flat = np.dstack([colors, flat[..., 3]])
    data = ImageData(compression=Compression.RLE)
    data.set_data([plane.tobytes() for plane in np.moveaxis(flat, 2, 0)], header)
    return data
