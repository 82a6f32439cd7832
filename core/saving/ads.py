"""Ads as files with new names, their words beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .encoding import Array, encode
from .files import place_for, write_new
from .notes import Notes, words_file
from .options import SUFFIXES, SaveOptions


@dataclass(frozen=True)
class Saved:
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
    notes: Notes,
    *,
    prefix: str,
    output_folder: Path,
    words: tuple[str, str] = ("", ""),
    progress: Callable[[float], None] | None = None,
) -> list[Saved]:
    """Save every picture under a new name, with a ``.txt`` of the words (copies, hashtags) beside it.

    Raises:
        FitAdError: The limit cannot be kept, the prefix leads out of the folder, or the folder cannot be written to.
    """
    saved = []
    text = words_file(*words)
    for index, picture in enumerate(pictures):
        encoded = encode(picture, options, notes)
        height, width = encoded.picture.shape[:2]
        place = place_for(prefix, output_folder, width, height)
        suffix = SUFFIXES[options.format]
        files = {suffix: encoded.data, **({".txt": text} if text else {})}
        name = write_new(place, files, index)
        saved.append(Saved(name + suffix, place.subfolder, encoded.picture))
        if progress is not None:
            progress((index + 1) / len(pictures))
    return saved
