"""A font opened: which glyph a character has, and each glyph's measures and outline."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import sfnt
from .bounds import Bounds
from .fonts import FontFace, broken_font_error
from .outlines import GlyphOutline

if TYPE_CHECKING:
    import uharfbuzz as hb

_MOST_OUTLINES = 2048
# no glyph reaches farther along and across the line
_FARTHEST_EM = 64.0, 8.0


class FontInstance:
    """A face at one point of its axes. All measures are in ems, y down, from the pen on the baseline.

    Attributes:
        face: What was opened.
        units_per_em: Units of the font per em.
        coloured: Whether some of its glyphs come in their own colours.
        hb_font: HarfBuzz's font, its scale one unit of the font.
    """

    def __init__(self, face: FontFace, data: bytes) -> None:
        import uharfbuzz as hb

        try:
            sfnt.check(data, face.index)
        except ValueError as exc:
            raise broken_font_error(face.path, exc) from exc
        self.face = face
        self.hb_face = hb.Face(hb.Blob(data), face.index)
        self.hb_font = hb.Font(self.hb_face)
        if face.variations:
            self.hb_font.set_variations(dict(face.variations))
        self.units_per_em = int(self.hb_face.upem)
        own = self.hb_face
        self.coloured = bool(own.has_color_png or own.has_color_layers or own.has_color_paint)
        self._glyph_ids: dict[str, int] = {}
        self._inks: dict[int, Bounds | None] = {}
        self._colours: dict[int, bool] = {}
        self._outlines: dict[int, GlyphOutline] = {}
        self._heights: dict[str, tuple[float, float]] = {}

    def glyph_id(self, char: str) -> int:
        """Return the glyph of a character; 0 where there is none."""
        found = self._glyph_ids.get(char)
        if found is None:
            own = char not in self.face.lacks and self.hb_font.get_nominal_glyph(ord(char))
            found = self._glyph_ids[char] = own or 0
        return found

    def covers(self, text: str) -> bool:
        """Return whether each character has a glyph, be it blank."""
        return all(map(self.glyph_id, text))

    def draws(self, text: str) -> bool:
        """Return whether each character has a glyph and the first leaves ink: a blank glyph counts as missing."""
        return self.covers(text) and self.ink(self.glyph_id(text[0])) is not None

    def advance(self, glyph_id: int) -> float:
        """Return how far a glyph moves the pen."""
        return self.hb_font.get_glyph_h_advance(glyph_id) / self.units_per_em

    def ink(self, glyph_id: int) -> Bounds | None:
        """Return the box around a glyph's ink; None where it leaves none.

        Raises:
            FitAdError: The glyph is damaged.
        """
        if glyph_id not in self._inks:
            self._inks[glyph_id] = self._measured(glyph_id)
        return self._inks[glyph_id]

    def is_coloured(self, glyph_id: int) -> bool:
        """Return whether the glyph comes in its own colours."""
        if not self.coloured:
            return False
        if glyph_id not in self._colours:
            self._colours[glyph_id] = self._has_colour(glyph_id)
        return self._colours[glyph_id]

    def outline(self, glyph_id: int) -> GlyphOutline:
        """Return the contours of a glyph; empty for a blank one and for a bitmap."""
        if glyph_id not in self._outlines:
            if len(self._outlines) >= _MOST_OUTLINES:
                self._outlines.clear()
            self._outlines[glyph_id] = self._traced(glyph_id)
        return self._outlines[glyph_id]

    def height(self, probe: str) -> float:
        """Return how high the letters of ``probe`` are on average; 0 if one of them is missing."""
        return self._probe(probe)[0]

    def middle(self, probe: str) -> float:
        """Return where the middle of the letters of ``probe`` is on average; 0 if one of them is missing."""
        return self._probe(probe)[1]

    def _probe(self, probe: str) -> tuple[float, float]:
        if probe not in self._heights:
            inks = [self.ink(glyph_id) for char in probe if (glyph_id := self.glyph_id(char))]
            found = [ink for ink in inks if ink]
            if len(found) < len(probe):
                self._heights[probe] = 0.0, 0.0
            else:
                height = sum(ink.height for ink in found) / len(found)
                self._heights[probe] = height, sum(ink.top + ink.bottom for ink in found) / 2 / len(found)
        return self._heights[probe]

    def _measured(self, glyph_id: int) -> Bounds | None:
        found = self.hb_font.get_glyph_extents(glyph_id)
        if found is None or found.width <= 0 or found.height >= 0:
            return None
        em = self.units_per_em
        left, top = found.x_bearing, -found.y_bearing
        ink = Bounds(left / em, top / em, (left + found.width) / em, (top - found.height) / em)
        if max(-ink.left, ink.right) > _FARTHEST_EM[0] or max(-ink.top, ink.bottom) > _FARTHEST_EM[1]:
            raise broken_font_error(self.face.path, ValueError(f"Its glyph {glyph_id} is damaged"))
        return ink

    def _has_colour(self, glyph_id: int) -> bool:
        if self.hb_face.has_color_paint and self.hb_face.glyph_has_color_paint(glyph_id):
            return True
        if self.hb_face.has_color_layers and self.hb_face.get_glyph_color_layers(glyph_id):
            return True
        return bool(self.hb_face.has_color_png and len(self.hb_font.get_glyph_color_png(glyph_id)))

    def _traced(self, glyph_id: int) -> GlyphOutline:
        trace = _Trace([], [])
        self.hb_font.draw_glyph(glyph_id, _draw_funcs(), trace)
        em = self.units_per_em
        placed = np.array(trace.points, np.float64).reshape(-1, 2) * (1 / em, -1 / em)
        return GlyphOutline("".join(trace.commands), placed)


def open_font(face: FontFace) -> FontInstance:
    """Return the face opened (kept for the last few faces, by file time).

    Raises:
        FitAdError: The font file is gone or broken, or has no such face.
    """
    try:
        mtime_ns = face.path.stat().st_mtime_ns
    except OSError as exc:
        raise broken_font_error(face.path, exc) from exc
    return _opened(face, mtime_ns)


@lru_cache(maxsize=48)
def _opened(face: FontFace, mtime_ns: int) -> FontInstance:
    return FontInstance(face, _data(face.path, mtime_ns))


@lru_cache(maxsize=4)
def _data(path: Path, mtime_ns: int) -> bytes:
    # read whole: a mapped file would stay open, and locked on Windows
    try:
        return path.read_bytes()
    except OSError as exc:
        raise broken_font_error(path, exc) from exc


class _Trace(NamedTuple):
    commands: list[str]
    points: list[float]


@lru_cache(maxsize=1)
def _draw_funcs() -> hb.DrawFuncs:
    import uharfbuzz as hb

    funcs = hb.DrawFuncs()
    funcs.set_move_to_func(_taking("M"))
    funcs.set_line_to_func(_taking("L"))
    funcs.set_quadratic_to_func(_taking("Q"))
    funcs.set_cubic_to_func(_taking("C"))
    funcs.set_close_path_func(_taking("Z"))
    return funcs


def _taking(letter: str) -> Callable[..., None]:
    """Return what HarfBuzz calls with the points of a command, and the trace at the end."""

    def take(*values: Any) -> None:
        trace: _Trace = values[-1]
        trace.commands.append(letter)
        trace.points.extend(values[:-1])

    return take
