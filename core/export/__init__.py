"""The final file: JPEG, PNG, WebP or AVIF under a size limit, sRGB, never over another file, never half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .options import FORMATS, SUFFIXES, Marks, SaveOptions

if TYPE_CHECKING:
    from .ads import Layered, Saved, layered_file, save_ads
    from .destination import Place, place_for, write_new
    from .encoding import Encoded, encode, srgb_profile
    from .metadata import METADATA, Notes, notes_for, stock_notes, words_file

__getattr__ = homes(
    __name__,
    {
        "METADATA": "metadata",
        "Encoded": "encoding",
        "Layered": "ads",
        "Notes": "metadata",
        "Place": "destination",
        "Saved": "ads",
        "encode": "encoding",
        "layered_file": "ads",
        "notes_for": "metadata",
        "place_for": "destination",
        "save_ads": "ads",
        "srgb_profile": "encoding",
        "stock_notes": "metadata",
        "words_file": "metadata",
        "write_new": "destination",
    },
)

__all__ = [
    "FORMATS",
    "METADATA",
    "SUFFIXES",
    "Encoded",
    "Layered",
    "Marks",
    "Notes",
    "Place",
    "SaveOptions",
    "Saved",
    "encode",
    "layered_file",
    "notes_for",
    "place_for",
    "save_ads",
    "srgb_profile",
    "stock_notes",
    "words_file",
    "write_new",
]
