"""Which fonts there are, which characters each has, and which one stands in for a missing one."""

from __future__ import annotations

import difflib
import os
import re
import struct
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ..errors import FitAdError

BUNDLED_FOLDER = Path(__file__).resolve().parents[2] / "fonts"
DEFAULT_FONT = "Pretendard ExtraBold"
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
Source = Literal["bundled", "folder", "system"]

_PREFERRED = re.compile(r"riasans.*bold", re.IGNORECASE)
_COLOUR_TABLES = ("CBDT", "sbix", "COLR", "SVG ")


@dataclass(frozen=True)
class FontFace:
    """One face of one font file.

    Attributes:
        id: What a graph saves and ``find`` takes.
        name: What a person reads.
        path: The font file.
        index: Which face of a collection (.ttc); 0 elsewhere.
        source: ``bundled``, ``folder`` (the ``fonts`` model folder) or ``system``.
        kind: ``sans``, ``serif``, ``display``, ``brush``, ``pen``; empty where it is not known.
        zoom: How much larger than asked its glyphs come, so that they match the font they stand in for.
    """

    id: str
    name: str
    path: Path
    index: int = 0
    source: Source = "bundled"
    kind: str = ""
    zoom: float = 1.0


def bundled() -> tuple[FontFace, ...]:
    """Return the fonts that come with Fit-AD, the default first."""
    return _bundled(BUNDLED_FOLDER / "fonts.yaml")


def catalogue(extra_folders: Sequence[Path] = (), system: bool = True) -> list[FontFace]:
    """Return every font at hand: bundled, then ``extra_folders``, then the system's.

    Names come from file names, so that the list is quick; a folder is read again only when it changed.
    RiaSans Bold, where someone has it, leads its group.
    """
    groups: list[Iterable[FontFace]] = [bundled(), _from_folders(extra_folders, "folder")]
    if system:
        groups.append(_from_folders(system_folders(), "system"))
    seen: set[str] = {face.path.name.casefold() for face in bundled()}
    faces = list(groups[0])
    for group in groups[1:]:
        for face in group:
            if face.path.name.casefold() not in seen:
                seen.add(face.path.name.casefold())
                faces.append(face)
    return faces


def find(name: str, faces: Sequence[FontFace] | None = None) -> FontFace:
    """Return the face called ``name``: its id, its name or its file name; case, spaces and hyphens don't count.

    ``name#2`` takes face 2 (from 0) of a collection.

    Raises:
        FitAdError: There is no such font; the message lists close names.
    """
    known = catalogue() if faces is None else faces
    wanted, _, number = name.partition("#")
    for face in known:
        if _key(wanted) in _keys(face):
            return _numbered(face, number, name)
    raise FitAdError(
        f"The font {name!r} is not here",
        fix=f"{_close(wanted, known)} Put the font file into the fonts model folder, or choose a bundled font such as "
        f"{DEFAULT_FONT}",
    )


class Charset:
    """A set of code points, kept as ranges: thousands of syllables in a few numbers."""

    def __init__(self, codes: Iterable[int]) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []
        for code in sorted(set(codes)):
            if self._stops and self._stops[-1] == code:
                self._stops[-1] = code + 1
            else:
                self._starts.append(code)
                self._stops.append(code + 1)

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self._starts, code) - 1
        return place >= 0 and code < self._stops[place]

    def __iter__(self) -> Iterator[int]:
        for start, stop in zip(self._starts, self._stops, strict=True):
            yield from range(start, stop)

    def __len__(self) -> int:
        return sum(self._stops) - sum(self._starts)


def coverage(face: FontFace) -> Charset:
    """Return the code points that the face has a glyph for.

    Raises:
        FitAdError: The file is gone, broken, or has no such face.
    """
    return _facts(face)[0]


def has_colour(face: FontFace) -> bool:
    """Return whether the face holds coloured glyphs (an emoji font)."""
    return _facts(face)[1]


def fallbacks(face: FontFace, faces: Sequence[FontFace] | None = None) -> list[FontFace]:
    """Return ``face`` and then the faces that may stand in for it, the nearest in style first.

    Bundled fonts come before all others, so that a graph looks the same on every machine as far as it can.
    """
    known = catalogue() if faces is None else faces
    own = sorted(bundled(), key=lambda other: other.kind != face.kind)
    rest = [other for other in known if other.source != "bundled"]
    return list(dict.fromkeys([face, *own, *rest]))


def uncovered_error(characters: Iterable[str], face: FontFace) -> FitAdError:
    """Return the error that names characters which no font at hand has."""
    listed = list(dict.fromkeys(characters))
    shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in listed[:12])
    more = f" and {len(listed) - 12} more" if len(listed) > 12 else ""
    return FitAdError(
        f"{shown}{more}: no font here has {'it' if len(listed) == 1 else 'them'}",
        why=f"Neither {face.name} nor any font that could stand in covers {'it' if len(listed) == 1 else 'them'}",
        fix="Take the character out of the text, or put a font that has it into the fonts model folder",
    )


def system_folders() -> list[Path]:
    """Return the folders where this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        return [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


@lru_cache(maxsize=4)
def _bundled(index_file: Path) -> tuple[FontFace, ...]:
    import yaml

    entries = yaml.safe_load(index_file.read_text(encoding="utf-8"))["fonts"]
    return tuple(
        FontFace(entry["id"], entry["id"], index_file.parent / entry["file"], 0, "bundled", entry["class"])
        for entry in entries
    )


def _from_folders(folders: Iterable[Path], source: Source) -> list[FontFace]:
    paths = [path for folder in folders for path in _font_files(Path(folder))]
    paths.sort(key=lambda path: (not _PREFERRED.search(path.stem), path.stem.casefold()))
    return [FontFace(path.stem, path.stem, path, 0, source) for path in paths]


def _font_files(folder: Path, depth: int = 0) -> list[Path]:
    try:
        files, subfolders = _listing(folder, folder.stat().st_mtime_ns)
    except OSError:  # gone, or not ours to read
        return []
    if depth < 6:
        files = (*files, *(path for sub in subfolders for path in _font_files(sub, depth + 1)))
    return list(files)


@lru_cache(maxsize=1024)
def _listing(folder: Path, mtime_ns: int) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    files = tuple(Path(e.path) for e in entries if e.name.lower().endswith(SUFFIXES) and e.is_file())
    return files, tuple(Path(e.path) for e in entries if e.is_dir(follow_symlinks=False))


def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def _keys(face: FontFace) -> set[str]:
    return {_key(text) for text in (face.id, face.name, face.path.stem, face.path.name)}


def _numbered(face: FontFace, number: str, name: str) -> FontFace:
    if not number:
        return face
    if not number.isdigit():
        raise FitAdError(f"The font is {name!r}; after # comes the number of a face in the collection")
    return FontFace(f"{face.id}#{number}", f"{face.name}#{number}", face.path, int(number), face.source, face.kind)


def _close(name: str, faces: Sequence[FontFace]) -> str:
    by_key = {key: face.id for face in faces for key in _keys(face)}
    near = dict.fromkeys(by_key[key] for key in difflib.get_close_matches(_key(name), by_key, n=6, cutoff=0.5))
    return f"Did you mean {' or '.join(list(near)[:3])}?" if near else ""


def _facts(face: FontFace) -> tuple[Charset, bool]:
    try:
        mtime_ns = face.path.stat().st_mtime_ns
    except OSError as exc:
        raise FitAdError(f"The font file {face.path} cannot be read", why=str(exc)) from exc
    return _read_facts(face.path, face.index, mtime_ns)


@lru_cache(maxsize=1024)
def _read_facts(path: Path, index: int, mtime_ns: int) -> tuple[Charset, bool]:
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            cmap = font.getBestCmap() or {}
            covered = Charset(code for code, glyph in cmap.items() if glyph != ".notdef")
            return covered, any(table in font for table in _COLOUR_TABLES)
    except font_damage() as exc:
        raise broken_font_error(path, exc) from exc


def font_damage() -> tuple[type[Exception], ...]:
    """Return what fontTools and Pillow raise on damaged font files."""
    from fontTools.ttLib import TTLibError

    return (
        TTLibError,
        struct.error,
        OSError,
        EOFError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        AssertionError,
        RecursionError,
    )


def broken_font_error(path: Path, cause: Exception) -> FitAdError:
    """Return the error for a font file that cannot be used."""
    return FitAdError(
        f"{path.name} is no font that can be used",
        why=str(cause) or type(cause).__name__,
        fix="Choose another font, or replace the file by an intact .ttf, .otf or .ttc",
    )
