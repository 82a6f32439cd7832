"""The colour of words, checked on the pixels that really lie behind their letters."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import LUMINANCE, luminance, parse_hex, to_hex
from ..legibility.contrast import large_type_px, readable_pair, worst_ratio
from ..text.bounds import Bounds
from .canvas import Canvas
from .colours import READABLE, READABLE_LARGE, Palette
from .glyphs import Affine, coverage
from .marks import Drawing, Letters
from .sheet import Sheet

F32 = NDArray[Any]  # float32, or what an operation widens it to
_RING_PX = 3  # at a short side of 1080 px; DESIGN.md section 10: letters against a ring that wide
_SPARE = 1.06  # what is asked for above the limit: JPEG and grain take a little
_ORDER = ("type", "ink", "paper", "hot", "on-accent")


class Inks:
    """The colours that words were given, and the contrast of each line against what lies behind it."""

    def __init__(self, sheet: Sheet, palette: Palette, canvas: Canvas) -> None:
        self.sheet, self.palette, self.canvas = sheet, palette, canvas
        self.measured: list[tuple[str, float, float]] = []
        """What each line says, its contrast, and the contrast that it needs."""

    def colour(self, mark: Letters | Drawing, on: str = "") -> str:
        """Return the colour ``#RRGGBB`` that a mark is painted in: its own where that reads, else a tone that does."""
        ring = self._ring(mark) if isinstance(mark, Letters) else self._field(mark.ink)
        needed = self._needed(mark)
        wish = self._wish(mark, on)
        if len(ring) == 0:
            return wish or self.palette.hex("type")
        behind = luminance_of(ring)
        found = self._first_readable(wish, ring, behind, needed * _SPARE)
        effects = mark.effects if isinstance(mark, Letters) else None
        if effects is not None and effects.outline is not None:
            found = wish or found
            behind = np.array([float(luminance(parse_hex(self.palette.hex(effects.outline.colour))))])
        if isinstance(mark, Letters):
            ratio = worst_ratio(float(luminance(parse_hex(found))), behind)
            self.measured.append((mark.line.text, ratio, needed))
        return found

    def _wish(self, mark: Letters | Drawing, on: str) -> str:
        name = mark.colour
        if "/" in name:  # halfway between two roles
            first, second = (np.array(parse_hex(self.palette.hex(part))) for part in name.split("/"))
            return to_hex((first + second) / 2)
        if name == "auto":
            return self.palette.hex(f"on-{on}") if on else ""
        return self.palette.hex(name)

    def _first_readable(self, wish: str, ring: F32, behind: F32, needed: float) -> str:
        options = [wish] if wish else []
        options += [self.palette.hex(name) for name in _ORDER]
        best, most = options[0], 0.0
        for number, option in enumerate(options):
            ratio = worst_ratio(float(luminance(parse_hex(option))), behind)
            if ratio >= (needed if number == 0 and wish else max(needed, READABLE)):
                return option
            if ratio > most:
                best, most = option, ratio
        for choice in readable_pair(ring.reshape(-1, 3), required=needed):
            if choice.contrast > most:
                best, most = to_hex(choice.color), choice.contrast
        return best

    def _needed(self, mark: Letters | Drawing) -> float:
        size = mark.size_px / 0.88 if isinstance(mark, Letters) else mark.ink.height
        return READABLE_LARGE if size >= large_type_px(self.canvas.width) * 1.0 else READABLE

    def _ring(self, mark: Letters) -> F32:
        """Return the pixels [N,3] of a ring around the letters, as the sheet stands now."""
        box = _whole(mark.ink.grown(_RING_PX + 1), self.sheet.size)
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            return np.zeros((0, 3), np.float32)
        cover = coverage(mark.line.glyphs, (x1 - x0, y1 - y0), Affine.shift(-x0, -y0) @ mark.matrix)
        ring = max(round(_RING_PX * min(self.canvas.width, self.canvas.height) / 1080), 1)
        wide = cv2.dilate(cover, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * ring + 1,) * 2))
        pixels = self.sheet.rgb[y0:y1, x0:x1]
        found = pixels[wide > 127]
        return found[:: max(len(found) // 6000, 1)]

    def _field(self, ink: Bounds) -> F32:
        x0, y0, x1, y1 = _whole(ink, self.sheet.size)
        found = self.sheet.rgb[y0:y1, x0:x1].reshape(-1, 3)
        return found[:: max(len(found) // 4000, 1)]


def luminance_of(pixels: F32) -> F32:
    """Return WCAG luminances of pixels [N,3]."""
    srgb = np.clip(pixels, 0, 1)
    light = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return (light @ LUMINANCE).astype(np.float32)


def _whole(box: Bounds, size: tuple[int, int]) -> tuple[int, int, int, int]:
    return (
        max(int(np.floor(box.left)), 0),
        max(int(np.floor(box.top)), 0),
        min(int(np.ceil(box.right)), size[0]),
        min(int(np.ceil(box.bottom)), size[1]),
    )
