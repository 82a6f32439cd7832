"""The final file: JPEG, PNG, WebP or AVIF under a size limit, sRGB, never over another file, never half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .options import FORMATS, SUFFIXES, Marks, SaveOptions

if TYPE_CHECKING:
    from .ads import LayeredSource, SavedAd, layered_file, save_ads
    from .destination import Destination, destination_for, write_new
    from .encoding import Encoded, encode, srgb_profile
    from .metadata import METADATA, FileMetadata, metadata_for, stock_metadata, words_file

__getattr__ = homes(
    __name__,
    {
        "METADATA": "metadata",
        "Encoded": "encoding",
        "LayeredSource": "ads",
        "FileMetadata": "metadata",
        "Destination": "destination",
        "SavedAd": "ads",
        "encode": "encoding",
        "layered_file": "ads",
        "metadata_for": "metadata",
        "destination_for": "destination",
        "save_ads": "ads",
        "srgb_profile": "encoding",
        "stock_metadata": "metadata",
        "words_file": "metadata",
        "write_new": "destination",
    },
)

__all__ = [
    "FORMATS",
    "METADATA",
    "SUFFIXES",
    "Destination",
    "Encoded",
    "FileMetadata",
    "LayeredSource",
    "Marks",
    "SaveOptions",
    "SavedAd",
    "destination_for",
    "encode",
    "layered_file",
    "metadata_for",
    "save_ads",
    "srgb_profile",
    "stock_metadata",
    "words_file",
    "write_new",
]
