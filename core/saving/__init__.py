"""The final file: JPEG, PNG, WebP or AVIF under a size limit, sRGB, never over another file, never half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .options import FORMATS, SUFFIXES, Marks, SaveOptions

if TYPE_CHECKING:
    from .ads import Layered, Saved, layered_file, save_ads
    from .encoding import Encoded, encode, srgb_profile
    from .files import Place, place_for, write_new
    from .notes import METADATA, Notes, notes_for, stock_notes, words_file

__getattr__ = homes(
    __name__,
    {
        "METADATA": "notes",
        "Encoded": "encoding",
        "Layered": "ads",
        "Notes": "notes",
        "Place": "files",
        "Saved": "ads",
        "encode": "encoding",
        "layered_file": "ads",
        "notes_for": "notes",
        "place_for": "files",
        "save_ads": "ads",
        "srgb_profile": "encoding",
        "stock_notes": "notes",
        "words_file": "notes",
        "write_new": "files",
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
