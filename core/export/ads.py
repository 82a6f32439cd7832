"""Ads as files with new names: the picture, its words and its layers beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import FitAdError
from .destination import destination_for, write_new
from .encoding import Array, encode, prepared, srgb_profile, to_bytes
from .metadata import FileMetadata, words_file
from .options import SUFFIXES, Marks, SaveOptions
from .stock import sidecar

if TYPE_CHECKING:
    from ..raster.blending import RasterLayer
    from .layers import LayerDocument

_NO_MARKS = Marks()


@dataclass(frozen=True)
class LayeredSource:
    """What a layered PSD is made of: the LAYERS document, and the product's mask [H,W] where it shall be a layer."""

    document: LayerDocument
    subject_mask: Array | None = None


@dataclass(frozen=True)
class SavedAd:
    """A saved ad: its file below the output folder, and the picture in it ([H,W,C] float32 0..1)."""

    filename: str
    subfolder: str
    picture: Array

    @property
    def path(self) -> str:
        """Return the file relative to the output folder, with forward slashes."""
        return f"{self.subfolder}/{self.filename}" if self.subfolder else self.filename


def save_ads(
    pictures: Sequence[Array],
    options: SaveOptions,
    notes: FileMetadata,
    *,
    prefix: str,
    output_folder: Path,
    words: tuple[str, str] = ("", ""),
    marks: Marks = _NO_MARKS,
    layered: LayeredSource | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[SavedAd]:
    """Save every picture under a new name, with a ``.txt`` of the words (copies, hashtags) beside it.

    One with a caption for stock sites gets a ``.json`` too.

    Args:
        pictures: [H,W,1..4] float32 0..1 each.
        options: Format, limit, quality and size.
        notes: What the files tell besides their pixels.
        prefix: As ``place_for`` takes it.
        output_folder: Nothing is written outside of it.
        words: Copies and hashtags.
        marks: Laid over every picture.
        layered: The layers of the first picture; they are saved as a PSD beside it, in the size they have.
        progress: Called with the share done, 0..1.

    Raises:
        FitAdError: There is nothing to save, the limit cannot be kept, the prefix leads out of the folder, or the
            folder cannot be written to.
    """
    if not pictures:
        raise FitAdError("There is no picture to save", why="The batch is empty", fix="Connect at least one image")
    saved = []
    text = words_file(*words)
    for index, picture in enumerate(pictures):
        encoded = encode(_marked(prepared(picture, options.min_side), marks), options, notes)
        height, width = encoded.picture.shape[:2]
        place = destination_for(prefix, output_folder, width, height)
        suffix = SUFFIXES[options.format]
        files = {suffix: encoded.data}
        if layered is not None and index == 0:
            files[".psd"] = layered_file(picture, layered, marks, notes)
        if text:
            files[".txt"] = text
        if notes.caption:
            files[".json"] = sidecar(notes.caption, (width, height), notes.ai)
        saved.append(SavedAd(write_new(place, files, index) + suffix, place.subfolder, encoded.picture))
        if progress is not None:
            progress((index + 1) / len(pictures))
    return saved


def layered_file(picture: Array, layered: LayeredSource, marks: Marks, notes: FileMetadata) -> bytes:
    """Return the PSD of a picture [H,W,C] in the size of its layers, its marks as layers on top.

    Raises:
        FitAdError: There are no layers, or they are too large or too many.
    """
    from .layers import matches_flat_image, split_layers
    from .psd import psd_bytes

    plain = prepared(picture)
    colors = to_bytes(plain).astype(np.float32) / np.float32(255)
    same_size = plain.shape[:2] == layered.document.canvas[::-1]

    def on_top(mixed: Array) -> Sequence[RasterLayer]:
        if not marks:
            return ()
        from .watermark import layers_of

        return layers_of(marks, colors if same_size else mixed)

    apart = split_layers(layered.document, layered.subject_mask, on_top, colors if same_size else None)
    flat = to_bytes(_marked(plain, marks) if same_size else _without_solid_alpha(apart.mixed))
    matches_flat_image(apart, flat)
    return psd_bytes(flat, apart.layers, icc=srgb_profile(), xmp=notes.xmp)


def _marked(picture: Array, marks: Marks) -> Array:
    if not marks:
        return picture
    from .watermark import marked

    return marked(picture, marks)


def _without_solid_alpha(picture: Array) -> Array:
    return picture if picture[..., 3].min() < 1 else picture[..., :3]
