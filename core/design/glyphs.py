"""Lines of type in the em: shaped once, then placed by any affine map. Lengths are px at 1000 px, y down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from ..text import fonts
from ..text.fonts import FontFace

EM = 1000.0


class Affine(NamedTuple):
    """x' = xx·x + xy·y + dx, y' = yx·x + yy·y + dy."""

    xx: float = 1.0
    yx: float = 0.0
    xy: float = 0.0
    yy: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def shift(cls, x: float, y: float) -> Affine:
        return cls(dx=x, dy=y)

    @classmethod
    def scale(cls, x: float, y: float | None = None) -> Affine:
        return cls(xx=x, yy=x if y is None else y)

    @classmethod
    def turn(cls, deg: float) -> Affine:
        c, s = float(np.cos(np.radians(deg))), float(np.sin(np.radians(deg)))
        return cls(c, s, -s, c, 0, 0)

    def __matmul__(self, o: Affine) -> Affine:
        return Affine(
            self.xx * o.xx + self.xy * o.yx,
            self.yx * o.xx + self.yy * o.yx,
            self.xx * o.xy + self.xy * o.yy,
            self.yx * o.xy + self.yy * o.yy,
            self.xx * o.dx + self.xy * o.dy + self.dx,
            self.yx * o.dx + self.yy * o.dy + self.dy,
        )

    def points(self, xy: NDArray[np.floating]) -> NDArray[np.floating]:
        m = np.array([[self.xx, self.yx], [self.xy, self.yy]])
        return xy @ m + np.array([self.dx, self.dy])


class EmGlyph(NamedTuple):
    font: tuple[str, int]
    id: int
    matrix: Affine  # font units (y up) -> em px, y down
    ink: tuple[float, float, float, float] | None
    char: str


@dataclass(frozen=True)
class EmLine:
    """A line of type at 1000 px; the pen starts at 0,0 and y = 0 is the baseline.

    Attributes:
        text: What it says.
        glyphs: With their ink boxes (left, top, right, bottom).
        ink: The exact box of all ink; all zero for spaces only.
        advance: How far the pen goes.
    """

    text: str
    glyphs: tuple[EmGlyph, ...]
    ink: tuple[float, float, float, float]
    advance: float


class FaceHeights(NamedTuple):
    """Ink heights at 1000 px of a Hangul syllable, a capital and a numeral, and the syllable's foot (y down)."""

    hangul: float
    capital: float
    numeral: float
    foot: float


@lru_cache(maxsize=4096)
def em_line(text: str, face: FontFace, tracking_em: float = 0.0, fallback: tuple[FontFace, ...] = ()) -> EmLine:
    """Return a line set in a face; what the face lacks comes from ``fallback``, then from the default chain."""
    glyphs: list[EmGlyph] = []
    pen = 0.0
    for part, used in _runs(text, face, fallback):
        pen = _shape(part, used, pen, tracking_em, glyphs)
    boxes = [g.ink for g in glyphs if g.ink]
    ink = (
        (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if boxes
        else (0.0, 0.0, 0.0, 0.0)
    )
    return EmLine(text, tuple(glyphs), ink, pen)


@lru_cache(maxsize=128)
def heights(face: FontFace) -> FaceHeights:
    """Return the heights of a face's letters."""
    han, cap = (em_line(t, face).ink for t in ("한", "H"))
    flat = em_line("1", face).ink
    return FaceHeights(han[3] - han[1], cap[3] - cap[1], flat[3] - flat[1], han[3])


def coverage(
    glyphs: Sequence[EmGlyph], size: tuple[int, int], matrix: Affine, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Return what glyphs cover, [H,W] 0..255; ``matrix`` maps the em (y down) to the canvas."""
    width, height = size
    draw = hb.RasterDraw()
    draw.extents = hb.RasterExtents(0, -height, width, height, 0)
    for glyph in glyphs:
        m = matrix @ glyph.matrix
        draw.transform = (m.xx, -m.yx, m.xy, -m.yy, m.dx, -m.dy)
        draw.draw_glyph(_hb_font(*glyph.font), glyph.id)
    image = draw.render()
    if image is None:
        return np.zeros((height, width), np.uint8)
    ext = image.extents
    made = np.frombuffer(image.buffer, np.uint8).reshape(ext.height, ext.stride)[::-1, : ext.width]
    return np.ascontiguousarray(made)


def _runs(text: str, face: FontFace, fallback: tuple[FontFace, ...]) -> list[tuple[str, FontFace]]:
    chain = [face, *fallback, *fonts.fallbacks(face, list(fonts.bundled()))]
    runs: list[tuple[str, FontFace]] = []
    for char in text:
        used = next(
            (f for f in chain if char.isspace() or (ord(char) in fonts.coverage(f) and not _blank(f, char))), None
        )
        used = used or next((f for f in fonts.catalogue() if ord(char) in fonts.coverage(f)), None)
        if used is None:
            continue
        if char.isspace() and runs:
            used = runs[-1][1]
        if runs and runs[-1][1] == used:
            runs[-1] = (runs[-1][0] + char, used)
        else:
            runs.append((char, used))
    return runs


def _has(face: FontFace, char: str) -> bool:
    return ord(char) in fonts.coverage(face) and not _blank(face, char)


@lru_cache(maxsize=4096)
def _blank(face: FontFace, char: str) -> bool:
    font = _hb_font(str(face.path), face.index)
    gid = font.get_nominal_glyph(ord(char))
    ext = font.get_glyph_extents(gid) if gid else None
    return not ext or ext.width == 0


@lru_cache(maxsize=64)
def _hb_font(path: str, index: int) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(path), index))


def _shape(text: str, face: FontFace, pen: float, tracking: float, out: list[EmGlyph]) -> float:
    key = (str(face.path), face.index)
    font = _hb_font(*key)
    k = EM / font.face.upem
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, {"liga": not tracking})
    for info, pos in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        m = Affine(k, 0, 0, -k, pen + k * pos.x_offset, -k * pos.y_offset)
        ext = font.get_glyph_extents(info.codepoint)
        ink = None
        if ext and ext.width:
            left, top = m.dx + k * ext.x_bearing, m.dy - k * ext.y_bearing
            ink = (left, top, left + k * ext.width, top - k * ext.height)
        out.append(EmGlyph(key, info.codepoint, m, ink, text[info.cluster]))
        pen += k * pos.x_advance + tracking * EM
    return pen
