"""The final file: JPEG, PNG, WebP or AVIF under a size limit, sRGB, never over another file, never half written."""

from .ads import Layered, Saved, layered_file, save_ads
from .encoding import Encoded, encode, srgb_profile
from .files import Place, place_for, write_new
from .notes import METADATA, Notes, notes_for, words_file
from .options import FORMATS, SUFFIXES, Marks, SaveOptions

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
    "words_file",
    "write_new",
]
