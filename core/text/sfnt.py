"""What a font file says of itself: its faces, names and axes, and whether it is whole.

HarfBuzz would silently take a torn file for an empty font; and to list fonts it need not be loaded.
Source: OpenType specification, "Organization of an OpenType Font" and the tables head, name and fvar.
"""

from __future__ import annotations

import struct
from mmap import mmap
from typing import NamedTuple

Data = bytes | mmap

_MAGIC = frozenset((b"\0\1\0\0", b"OTTO", b"true"))
_NEEDED = (b"cmap", b"head", b"hhea", b"hmtx", b"maxp")
_DRAWING = (b"glyf", b"CFF ", b"CFF2", b"CBDT", b"sbix", b"COLR")
# a table may end within the padding that follows it
_PADDING = 3
_UNITS_PER_EM = 16, 16384
_COLLECTION = b"ttcf"
_MOST_FACES = 256
# which of several translations of a name is taken: Windows' English, Macintosh's, then any in Unicode
_NAME_RANKS = {(3, 0x409): 3, (1, 0): 2, (0, 0): 1}


def face_count(data: Data) -> int:
    """Return how many faces the file says it has.

    Raises:
        ValueError: It is not a font file.
    """
    if data[:4] != _COLLECTION:
        return 1
    (count,) = _unpacked(">I", data, 8)
    if not 0 < count <= _MOST_FACES:
        raise ValueError(f"It says it has {count} faces")
    return int(count)


def tables(data: Data, index: int) -> dict[bytes, tuple[int, int]]:
    """Return offset and length of each table of a face.

    Raises:
        ValueError: It is not a font file, or has no such face.
    """
    count, start = face_count(data), 0
    if index >= count:
        raise ValueError("It has no other faces" if count == 1 else f"It has {count} faces, counted from 0")
    if data[:4] == _COLLECTION:
        (start,) = _unpacked(">I", data, 12 + 4 * index)
    if data[start : start + 4] not in _MAGIC:
        raise ValueError("It does not begin as a font does")
    (number,) = _unpacked(">H", data, start + 4)
    records = (_unpacked(">4sIII", data, start + 12 + 16 * place) for place in range(number))
    return {tag: (offset, length) for tag, _, offset, length in records}


def check(data: Data, index: int) -> None:
    """Check that the face's tables are there and whole.

    Raises:
        ValueError: What is wrong with the file.
    """
    found = tables(data, index)
    missing = [tag for tag in _NEEDED if tag not in found]
    if missing or not any(tag in found for tag in _DRAWING):
        raise ValueError(f"It lacks the table {(*missing, b'glyf')[0].decode()}")
    torn = [tag for tag in (*_NEEDED, *_DRAWING) if tag in found and sum(found[tag]) > len(data) + _PADDING]
    if torn:
        raise ValueError(f"The file ends before its table {torn[0].decode()} does")
    (units,) = _unpacked(">H", data, found[b"head"][0] + 18)
    if not _UNITS_PER_EM[0] <= units <= _UNITS_PER_EM[1]:
        raise ValueError(f"It has {units} units to the em")


def names(data: Data, index: int) -> dict[int, str]:
    """Return a face's names by their numbers, in English where it has them so.

    Raises:
        ValueError: The file is damaged.
    """
    start, _ = tables(data, index).get(b"name", (0, 0))
    if not start:
        return {}
    _, count, storage = _unpacked(">HHH", data, start)
    found: dict[int, tuple[int, str]] = {}
    for place in range(count):
        platform, _, language, number, length, offset = _unpacked(">6H", data, start + 6 + 12 * place)
        if (platform, language) not in _NAME_RANKS and platform not in (0, 3):
            continue
        rank = _NAME_RANKS.get((platform, language), 0)
        raw = bytes(data[start + storage + offset : start + storage + offset + length])
        text = raw.decode("mac_roman" if platform == 1 else "utf_16_be", "ignore").strip("\0 ")
        if text and rank >= found.get(number, (-1, ""))[0]:
            found[number] = rank, text
    return {number: text for number, (_, text) in found.items()}


class Axis(NamedTuple):
    """An axis of a variable font."""

    tag: str
    least: float
    default: float
    greatest: float


class Instance(NamedTuple):
    """A named place on the axes: number of its name, one value per axis."""

    name: int
    values: tuple[float, ...]


def axes(data: Data, index: int) -> tuple[list[Axis], list[Instance]]:
    """Return a face's axes and named instances; none for a font that is not variable.

    Raises:
        ValueError: The file is damaged.
    """
    start, _ = tables(data, index).get(b"fvar", (0, 0))
    if not start:
        return [], []
    _, _, offset, _, count, size, instances, instance_size = _unpacked(">8H", data, start)
    found = []
    for place in range(count):
        tag, *values = _unpacked(">4siii", data, start + offset + size * place)
        found.append(Axis(tag.decode("latin_1"), *(value / 65536 for value in values)))
    first = start + offset + size * count
    rows = (_unpacked(f">HH{count}i", data, first + instance_size * place) for place in range(instances))
    return found, [Instance(name, tuple(value / 65536 for value in values)) for name, _, *values in rows]


def _unpacked(form: str, data: Data, place: int) -> tuple:
    try:
        return struct.unpack_from(form, data, place)
    except struct.error as exc:
        raise ValueError("The file ends too early") from exc
