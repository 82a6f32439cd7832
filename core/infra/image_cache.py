"""Pictures that were paid for, kept on disk within bounds. Whatever happens to a file, a run is never stopped by it."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from .atomic_file import PART, write_file

FOLDER = "pictures"
_WORDS = "fit_ad"  # the PNG's text chunk with what the server said
_DAY_S = 86_400
_MOST_TEXT = 64_000
_log = logging.getLogger("fit_ad.imaging")


class CachedImage(NamedTuple):
    """A kept picture, uint8 [H,W,3 or 4], and what was said about it."""

    pixels: NDArray[np.uint8]
    facts: Mapping[str, Any]


class ImageCache:
    """The folder with the pictures; one that is used stays longest.

    Args:
        folder: The folder for what may be thrown away; a folder in it is made when first needed.
        days: How long a picture is kept after its last use; 0 keeps none.
        most_mb: How much room all of them may take.
    """

    def __init__(self, folder: Path, days: int, most_mb: int) -> None:
        self.folder, self.days, self.most_mb = folder / FOLDER, days, most_mb

    def get(self, key: str) -> CachedImage | None:
        """Return the picture of a key, or None where it is not there, too old or unreadable."""
        file = self.folder / f"{key}.png"
        try:
            if not self.days or time.time() - file.stat().st_mtime > self.days * _DAY_S:
                return None
            kept = _read(file)
            os.utime(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
            _log.warning("A kept picture can't be used (%s); it is left out", type(exc).__name__)
            with suppress(OSError):
                file.unlink(missing_ok=True)
            return None
        return kept

    def put(self, key: str, pixels: NDArray[np.uint8], facts: Mapping[str, Any]) -> None:
        """Keep a picture, and let the longest unused go until all fit."""
        if not self.days or not self.most_mb:
            return
        file = self.folder / f"{key}.png"
        try:
            write_file(file, _png(pixels, facts))
            self._tidy()
        except OSError as exc:
            _log.warning("A picture can't be kept (%s)", type(exc).__name__)

    def _tidy(self) -> None:
        """Remove what is too old, what was left half written, and the longest unused beyond the room there is."""
        now, room = time.time(), self.most_mb * 1_000_000
        files = [(file.stat(), file) for file in self.folder.iterdir() if file.suffix in (".png", PART)]
        for stat, file in sorted(files, key=lambda entry: entry[0].st_mtime, reverse=True):
            room -= stat.st_size
            old = now - stat.st_mtime > (_DAY_S if file.suffix == PART else self.days * _DAY_S)
            if old or (room < 0 and file.suffix == ".png"):
                file.unlink(missing_ok=True)


def _png(pixels: NDArray[np.uint8], facts: Mapping[str, Any]) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_itxt(_WORDS, json.dumps(facts, ensure_ascii=False))
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=words, compress_level=3)
    return buffer.getvalue()


def _read(file: Path) -> CachedImage:
    with Image.open(file, formats=("PNG",)) as image:
        pixels = np.array(image.convert("RGBA" if image.mode == "RGBA" else "RGB"))
        text = str(getattr(image, "text", {}).get(_WORDS, "{}"))[:_MOST_TEXT]
    facts = json.loads(text)
    return CachedImage(pixels, facts if isinstance(facts, dict) else {})
