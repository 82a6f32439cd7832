"""ICC profiles made for tests: RGB with the primaries that are wanted."""

from __future__ import annotations

import struct

# XYZ (D50) of the primaries of Display P3. Source: the colorants of Apple's profile, as SMPTE EG 432-1 gives them.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def display_p3(name: str = "Display P3") -> bytes:
    """Return a version 2 matrix profile with P3's primaries and a gamma of 2.2."""
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + b"\0" + bytes(78)
    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    parts = {b"desc": description, b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"cprt": b"text\0\0\0\0none\0"}
    parts |= {tag: _xyz(*color) for tag, color in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3, strict=True)}
    parts |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma)
    table, body, at = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, data in parts.items():
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += data
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ") + bytes(12) + b"acsp"
    head += bytes(24) + b"".join(struct.pack(">i", round(65536 * v)) for v in (0.9642, 1.0, 0.8249))
    return head.ljust(128, b"\0")[:128] + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(65536 * value)) for value in values)
