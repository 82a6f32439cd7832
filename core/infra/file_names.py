"""Names of files that fit the file system they are written to."""

from __future__ import annotations

import os
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path

APPENDED = 48  # bytes left free for what is put behind a stem: a counter, a role, a suffix
_NAME_BYTES, _PATH_BYTES = 255, 4096  # ext4, APFS, NTFS; less on encrypted folders, which say so
_WINDOWS_PATH = (
    259  # characters, unless long paths are switched on. Source: Microsoft, "Maximum Path Length Limitation"
)
_LEAST = 24
_MARK_DIGITS = 6


def shortened(stem: str, most_bytes: int) -> str:
    """Return a stem of at most so many bytes of UTF-8: as it is, or its beginning and a mark that tells it from others.

    Args:
        stem: Any text; what cannot be written as UTF-8 counts as one sign.
        most_bytes: At least 24.
    """
    data = stem.encode("utf-8", "replace")
    if len(data) <= most_bytes:
        return stem
    mark = "~" + sha256(stem.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_DIGITS]
    begin = data[: most_bytes - len(mark)].decode("utf-8", "ignore")
    while begin and unicodedata.combining(stem[len(begin)]):  # a letter is not parted from its accents
        begin = begin[:-1]
    return begin.rstrip(". ") + mark


def stem_room(folder: Path) -> int:
    """Return how many bytes the stem of a new file in a folder may have; the folder need not be there yet."""
    return max(_room(folder), _LEAST)


def has_room(folder: Path) -> bool:
    """Tell whether the path of a folder leaves room for names in it."""
    return _room(folder) >= _LEAST


def _room(folder: Path) -> int:
    there = next((path for path in (folder, *folder.parents) if _exists(path)), folder)
    name = _limit(there, "PC_NAME_MAX", _NAME_BYTES)
    whole = _WINDOWS_PATH if sys.platform == "win32" else _limit(there, "PC_PATH_MAX", _PATH_BYTES)
    return min(name, whole - len(os.fsencode(folder)) - 1) - APPENDED


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the path is too long even to ask
        return False


def _limit(folder: Path, which: str, usual: int) -> int:
    """Return what the file system says, at most the usual."""
    try:
        said = os.pathconf(folder, which) if hasattr(os, "pathconf") else usual
    except (OSError, ValueError):
        return usual
    return min(said, usual) if said > 0 else usual
