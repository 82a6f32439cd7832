"""Which fonts there are, which characters each has, and which one stands in for a missing one."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Literal, NamedTuple

from ..errors import FitAdError
from . import sfnt

BUNDLED_FOLDER = Path(__file__).resolve().parents[2] / "fonts"
DEFAULT_FONT = "Pretendard ExtraBold"
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
Source = Literal["bundled", "folder", "system"]
Variations = tuple[tuple[str, float], ...]

_PREFERRED = re.compile(r"riasans.{0,40}bold", re.IGNORECASE)
_KOREAN = re.compile(r"\b(?:KR|Korean)\b")
_FAMILY_NAMES, _FULL_NAME = (16, 1), 4
# a gothic among display letters is worth a difference of 60 in weight, a serif among gothics more than any
_STYLE = {"sans": 1, "round": 1, "display": 1, "emoji": 1, "brush": 2, "pen": 2, "serif": 3}
_OTHER_KIND, _OTHER_STYLE = 60, 1000
_REGULAR_WEIGHT = 400.0


@dataclass(frozen=True)
class FontFace:
    """One face of one font file.

    Attributes:
        id: What a graph saves and ``find`` takes.
        name: What a person reads.
        path: The font file.
        index: Which face of a collection (.ttc); 0 elsewhere.
        source: ``bundled``, ``folder`` (the ``fonts`` model folder) or ``system``.
        kind: ``sans``, ``round``, ``display``, ``serif``, ``brush``, ``pen``, ``emoji``; empty where it is not known.
        weight: 100 thin .. 1000 black; 0 where only the file knows, see ``weight_of``.
        variations: Axes of a variable font and their values; those left out keep the font's defaults.
        lacks: Characters that the file maps to a glyph of something else.
    """

    id: str
    name: str
    path: Path
    index: int = 0
    source: Source = "bundled"
    kind: str = ""
    weight: int = 0
    variations: Variations = ()
    lacks: str = ""

    def varied(self, variations: Iterable[tuple[str, float]]) -> FontFace:
        """Return the face with some axes set, on top of its own."""
        merged = {**dict(self.variations), **dict(variations)}
        return replace(self, variations=tuple(sorted(merged.items()))) if variations else self


def bundled() -> tuple[FontFace, ...]:
    """Return the fonts that come with Fit-AD, the default first."""
    return _bundled(BUNDLED_FOLDER / "fonts.yaml")


def catalogue(extra_folders: Sequence[Path] = (), system: bool = True) -> list[FontFace]:
    """Return every font at hand: bundled, then ``extra_folders``, then the system's.

    A file is listed under its own name; the other faces of a collection and the named weights of a variable font follow
    it under theirs. A folder is read again only when it changed. RiaSans Bold, where someone has it, leads its group.
    """
    faces = list(bundled())
    groups = [_from_folders(extra_folders, "folder")]
    if system:
        groups.append(_from_folders(system_folders(), "system"))
    files = {face.path.name.casefold(): face.path for face in faces}
    ids = {_key(face.id) for face in faces}
    for face in (face for group in groups for face in group):
        if files.setdefault(face.path.name.casefold(), face.path) == face.path and _key(face.id) not in ids:
            ids.add(_key(face.id))
            faces.append(face)
    return faces


def find(name: str, faces: Sequence[FontFace] | None = None) -> FontFace:
    """Return the face called ``name``: its id, its name or its file name; case, spaces and hyphens don't count.

    ``name#2`` takes face 2 (from 0) of a collection, ``name#wght=650`` (or ``name#wght=650,wdth=80``) sets the axes of
    a variable font.

    Raises:
        FitAdError: There is no such font; the message lists close names.
    """
    known = catalogue() if faces is None else faces
    wanted, _, detail = name.partition("#")
    key = _key(wanted)
    for face in known:
        if key in _keys(face):
            return _detailed(face, detail, name) if detail else face
    raise FitAdError(
        f"The font {name!r} is not installed",
        fix=f"{_close(wanted, known)} Put the font file into the fonts model folder, or choose a bundled font such as "
        f"{DEFAULT_FONT}",
    )


def coverage(face: FontFace) -> Collection[int]:
    """Return the code points that the face has a glyph for.

    Raises:
        FitAdError: The file is gone, broken, or has no such face.
    """
    return _facts(face).codes


def weight_of(face: FontFace) -> float:
    """Return how heavy the face is, 100 thin .. 900 black: as listed, by its axes, or as its file says.

    Raises:
        FitAdError: The file is gone, broken, or has no such face.
    """
    return float(dict(face.variations).get("wght", 0) or face.weight or _facts(face).weight)


def weight_range(face: FontFace) -> tuple[float, float] | None:
    """Return the lightest and the heaviest weight of a variable font; None where its weight is fixed.

    Raises:
        FitAdError: The file is gone, broken, or has no such face.
    """
    return _facts(face).weights


def family_of(face: FontFace) -> str:
    """Return the name of the face's family, as its file says.

    Raises:
        FitAdError: The file is gone, broken, or has no such face.
    """
    return _facts(face).family


def fallbacks(face: FontFace, faces: Sequence[FontFace] | None = None) -> list[FontFace]:
    """Return ``face`` and then the faces that may stand in for it, the nearest in style first.

    Bundled fonts come before all others, so that a graph looks the same on every machine as far as it can: those
    nearest in style and weight first. Of the others, fonts made for Korean come first.
    """
    known = catalogue() if faces is None else faces
    weight = face.weight or _weight_or_regular(face)
    own = sorted(bundled(), key=lambda other: _strangeness(other, face.kind, weight))
    rest = [other for other in known if other.source != "bundled"]
    rest.sort(key=lambda other: not _KOREAN.search(other.name))
    return list(dict.fromkeys([face, *own, *rest]))


def nearest_in_weight(face: FontFace, others: Iterable[FontFace]) -> list[FontFace]:
    """Return faces by how near their weight is to that of ``face``; equally near ones stay in their order."""
    weight = face.weight or _weight_or_regular(face)
    return sorted(others, key=lambda other: abs((other.weight or _weight_or_regular(other)) - weight))


def _strangeness(other: FontFace, kind: str, weight: float) -> float:
    """Return how much a face would stick out among letters of a kind and weight."""
    step = abs(other.weight - weight)
    if other.kind == kind:
        return step
    if other.kind == "emoji":
        return step + 2 * _OTHER_STYLE
    return step + (_OTHER_KIND if _STYLE.get(other.kind) == _STYLE.get(kind) else _OTHER_STYLE)


def uncovered_error(characters: Iterable[str], face: FontFace) -> FitAdError:
    """Return the error that names characters which no font at hand has."""
    listed = list(dict.fromkeys(characters))
    shown = ", ".join(f"{char} (U+{ord(char):04X})" for char in listed[:12])
    more = f" and {len(listed) - 12} more" if len(listed) > 12 else ""
    return FitAdError(
        f"{shown}{more}: no installed font has {'it' if len(listed) == 1 else 'them'}",
        why=f"Neither {face.name} nor any fallback font has {'it' if len(listed) == 1 else 'them'}",
        fix="Remove the character from the text, or put a font that has it into the fonts model folder",
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
        FontFace(
            entry["id"],
            entry["id"],
            index_file.parent / entry["file"],
            kind=entry["class"],
            weight=entry["weight"],
            lacks=entry.get("lacks", ""),
        )
        for entry in entries
    )


def _from_folders(folders: Iterable[Path], source: Source) -> list[FontFace]:
    paths = [path for folder in folders for path in _font_files(Path(folder))]
    paths.sort(key=lambda path: (not _PREFERRED.search(path.stem), path.stem.casefold()))
    return [face for path in paths for face in _faces_in(path, source)]


def _faces_in(path: Path, source: Source) -> list[FontFace]:
    """Return a file's faces: the first in its default weight under the file's name, then all others."""
    try:
        members = _members(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):  # a file that cannot be used is named when someone asks for it
        members = ()
    first = FontFace(path.stem, members[0].name if members else path.stem, path, 0, source)
    others = [
        FontFace(member.name, member.name, path, member.number, source, variations=member.variations)
        for member in members[1:]
    ]
    return [first, *others]


class _Member(NamedTuple):
    name: str
    number: int
    variations: Variations


@lru_cache(maxsize=4096)
def _members(path: Path, mtime_ns: int) -> tuple[_Member, ...]:
    """Return the faces of a collection and the named instances of variable ones; nothing for a plain font."""
    with open(path, "rb") as file:
        head = file.read(2048)
    count = sfnt.face_count(head)
    if count == 1 and b"fvar" not in sfnt.tables(head, 0):
        return ()
    with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return tuple(member for index in range(count) for member in _instances(data, index, path.stem))


def _instances(data: sfnt.Data, index: int, stem: str) -> list[_Member]:
    """Return a face in its default weight, then its named instances."""
    names, (axes, instances) = sfnt.names(data, index), sfnt.axes(data, index)
    plain = names.get(_FULL_NAME) or (f"{stem}#{index}" if index else stem)
    family = _first_name(names, _FAMILY_NAMES) or plain
    defaults = tuple(axis.default for axis in axes)
    found = []
    for instance in instances:
        name = f"{family} {names.get(instance.name, '')}".strip()
        if instance.values == defaults:
            plain = name
        else:
            values = sorted(zip((axis.tag for axis in axes), instance.values, strict=True))
            found.append(_Member(name, index, tuple(values)))
    return [_Member(plain, index, ()), *found]


def _first_name(names: Mapping[int, str], numbers: Sequence[int]) -> str:
    return next((names[number] for number in numbers if names.get(number)), "")


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


@lru_cache(maxsize=16384)
def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def _keys(face: FontFace) -> tuple[str, ...]:
    """Return what a face answers to; a file's name means its first face."""
    if face.index or face.variations:
        return _key(face.id), _key(face.name)
    return _key(face.id), _key(face.name), _key(face.path.stem), _key(face.path.name)


def _detailed(face: FontFace, detail: str, name: str) -> FontFace:
    """Return the face of a collection, or the values of its axes, that the name asks for after #."""
    if detail.isdigit():
        return replace(face, id=f"{face.id}#{detail}", name=f"{face.name}#{detail}", index=int(detail), variations=())
    axes = re.fullmatch(r"([A-Za-z0-9]{4}=-?\d+(?:\.\d+)?)(,[A-Za-z0-9]{4}=-?\d+(?:\.\d+)?)*", detail)
    if not axes:
        raise FitAdError(
            f"The font is {name!r}; after # comes the number of a face in the collection, or the axes of a variable "
            "font as in #wght=700"
        )
    pairs = [pair.split("=") for pair in detail.split(",")]
    varied = face.varied([(tag, float(value)) for tag, value in pairs])
    return replace(varied, id=f"{face.id}#{detail}", name=f"{face.name}#{detail}")


def _close(name: str, faces: Sequence[FontFace]) -> str:
    by_key = {key: face.id for face in faces for key in _keys(face)}
    near = dict.fromkeys(by_key[key] for key in difflib.get_close_matches(_key(name), by_key, n=6, cutoff=0.5))
    return f"Did you mean {' or '.join(list(near)[:3])}?" if near else ""


class _Facts(NamedTuple):
    codes: Collection[int]
    weight: float
    weights: tuple[float, float] | None
    family: str


def _facts(face: FontFace) -> _Facts:
    try:
        mtime_ns = face.path.stat().st_mtime_ns
    except OSError as exc:
        raise FitAdError(f"The font file {face.path} cannot be read", why=str(exc)) from exc
    return _read_facts(face.path, face.index, mtime_ns)


def _weight_or_regular(face: FontFace) -> float:
    try:
        return weight_of(face)
    except FitAdError:  # said where the font is opened
        return _REGULAR_WEIGHT


@lru_cache(maxsize=2048)
def _read_facts(path: Path, index: int, mtime_ns: int) -> _Facts:
    import uharfbuzz as hb

    with _broken_named(path), open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        sfnt.check(data, index)
        family = _first_name(sfnt.names(data, index), _FAMILY_NAMES) or path.stem
        axes, _ = sfnt.axes(data, index)
    face = hb.Face(hb.Blob.from_file_path(str(path)), index)
    font = hb.Font(face)
    weights = next(((axis.least, axis.greatest) for axis in axes if axis.tag == "wght"), None)
    return _Facts(face.unicodes, font.get_style_value(hb.StyleTag.WEIGHT), weights, family)


@contextmanager
def _broken_named(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as exc:
        raise broken_font_error(path, exc) from exc


def broken_font_error(path: Path, cause: Exception) -> FitAdError:
    """Return the error for a font file that cannot be used."""
    return FitAdError(
        f"{path.name} is not a usable font",
        why=str(cause) or type(cause).__name__,
        fix="Choose another font, or replace the file by an intact .ttf, .otf or .ttc",
    )
