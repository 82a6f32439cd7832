"""The table directory of a font file: what HarfBuzz would silently take for an empty font is found here.

Source: OpenType specification, "Organization of an OpenType Font" and the head table.
"""

from __future__ import annotations

import struct
from mmap import mmap

Data = bytes | mmap

_MAGIC = frozenset((b"\0\1\0\0", b"OTTO", b"true"))
_NEEDED = (b"cmap", b"head", b"hhea", b"hmtx", b"maxp")
_DRAWING = (b"glyf", b"CFF ", b"CFF2", b"CBDT", b"sbix", b"COLR")
# a table may end within the padding that follows it
_PADDING = 3
_UNITS_PER_EM = 16, 16384
_COLLECTION = b"ttcf"
_MOST_FACES = 256


def face_count(data: Data) -> int:
    """Return how many faces the file says it has.

    Raises:
        ValueError: It is no font file.
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
        ValueError: It is no font file, or has no such face.
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


def _unpacked(form: str, data: Data, place: int) -> tuple:
    try:
        return struct.unpack_from(form, data, place)
    except struct.error as exc:
        raise ValueError("The file ends too early") from exc
