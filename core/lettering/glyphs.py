"""Glyph measures in ems: advances, ink boxes, kerning; and the text cut into clusters with a font for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

from ..errors import FitAdError
from ..fonts import FontFace, broken_font_error, coverage, fallbacks, has_colour, uncovered_error
from .kerning import PairKerning

# fixed sizes of bitmap emoji fonts: Noto CBDT 109, Apple sbix 160, others
_BITMAP_SIZES = (109, 160, 136, 128, 96, 64)
_ZWJ = "\u200d"
_NOT_DRAWN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | frozenset(
    chr(code)
    for code in (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0), *range(0x202A, 0x202F), *range(0x2061, 0x206A))
)


class Ink(NamedTuple):
    """Where a glyph leaves ink, in ems; origin on the baseline at the pen, y down."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Cluster:
    """What is set as one: a character with its marks, or an emoji sequence.

    Attributes:
        text: What the font is asked to draw; empty for a space.
        face: The font.
        advance: Ems to the next pen position, kerning with the next cluster included.
        ink: Ink box; None for a space.
        index: Place of its first character in the text.
        colour: Whether it is drawn in its own colours.
    """

    text: str
    face: FontFace
    advance: float
    ink: Ink | None
    index: int
    colour: bool = False


class Measures:
    """The measures of one face, taken from its outlines, so that nothing is rounded or hinted."""

    def __init__(self, face: FontFace) -> None:
        from fontTools.ttLib import TTFont

        # read whole: a lazily read file would stay open, and locked on Windows
        font = TTFont(BytesIO(face.path.read_bytes()), fontNumber=face.index, lazy=True)
        self.face = face
        self.units_per_em = int(font["head"].unitsPerEm)
        self.colour = has_colour(face)
        self._cmap = font.getBestCmap() or {}
        self._outlines = font.getGlyphSet()
        self._kerning = PairKerning(font)
        self._glyphs: dict[str, tuple[float, Ink | None]] = {}

    def glyph(self, text: str) -> tuple[float, Ink | None]:
        """Return the advance and the ink box of a cluster in ems; a blank glyph has no ink."""
        if text not in self._glyphs:
            if len(self._glyphs) > 4096:
                self._glyphs.clear()
            self._glyphs[text] = self._measure(text)
        return self._glyphs[text]

    def kern(self, left: str, right: str) -> float:
        """Return the kerning between two clusters in ems."""
        pair = self._cmap.get(ord(left[-1]), ""), self._cmap.get(ord(right[0]), "")
        return self._kerning.between(*pair) / self.units_per_em

    def _measure(self, text: str) -> tuple[float, Ink | None]:
        if self.colour or len(text) > 1:
            return self._measure_drawn(text)
        from fontTools.pens.boundsPen import BoundsPen

        pen = BoundsPen(self._outlines)
        outline = self._outlines[self._cmap[ord(text)]]
        outline.draw(pen)
        em = self.units_per_em
        if pen.bounds is None:
            return outline.width / em, None
        left, bottom, right, top = pen.bounds
        return outline.width / em, Ink(left / em, -top / em, right / em, -bottom / em)

    def _measure_drawn(self, text: str) -> tuple[float, Ink | None]:
        font = shaped_font(self.face, 512)
        canvas = Image.new("L", (round(font.getlength(text) + 2 * font.size), round(3 * font.size)))
        ImageDraw.Draw(canvas).text((font.size, 2 * font.size), text, fill=255, font=font, anchor="ls")
        box = canvas.getbbox()
        advance = font.getlength(text) / font.size
        return advance, Ink(*((v / font.size - o) for v, o in zip(box, (1, 2, 1, 2), strict=True))) if box else None


def measures(face: FontFace) -> Measures:
    """Return the measures of a face (kept for the last few faces, by file time).

    Raises:
        FitAdError: The font file is gone or broken.
    """
    try:
        return _measures(face, face.path.stat().st_mtime_ns)
    except OSError as exc:
        raise broken_font_error(face.path, exc) from exc


@lru_cache(maxsize=24)
def _measures(face: FontFace, mtime_ns: int) -> Measures:
    return Measures(face)


def open_font(path: Path, index: int, size: float) -> ImageFont.FreeTypeFont:
    """Return the font at a pixel size, laid out glyph by glyph.

    Raises:
        FitAdError: Pillow cannot read the file.
    """
    try:
        return ImageFont.truetype(str(path), size, index=index, layout_engine=ImageFont.Layout.BASIC)
    except (OSError, ValueError) as exc:
        raise broken_font_error(path, exc) from exc


def shaped_font(face: FontFace, size: int) -> ImageFont.FreeTypeFont:
    """Return the font for clusters of several characters: joined by Raqm where Pillow has it.

    An emoji font of bitmaps comes at the fixed size that it holds (``font.size``), not at ``size``.
    """
    for wanted in (size, *_BITMAP_SIZES) if has_colour(face) else (size,):
        try:
            return ImageFont.truetype(str(face.path), wanted, index=face.index)
        except OSError:
            continue
    raise broken_font_error(face.path, ValueError("it offers none of the usual emoji sizes"))


def clean(text: str) -> str:
    """Return the text without control characters, composed (NFC), with ``\\n`` as the only line break.

    Raises:
        FitAdError: The text holds half a surrogate pair.
    """
    for place, char in enumerate(text):
        if "\ud800" <= char <= "\udfff":
            raise FitAdError(
                f"Character {place + 1} of the text is half a character (U+{ord(char):04X})",
                why="An emoji or rare character was cut in two on the way here",
                fix="Type that character again",
            )
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    for newline in "\r\v\f\x85\u2028\u2029":
        text = text.replace(newline, "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")


def clusters(text: str, face: FontFace, faces: Sequence[FontFace] | None = None) -> list[Cluster]:
    """Return the clusters of cleaned text without newlines drawn; every cluster has a font that covers it.

    Raises:
        FitAdError: No font has some character; all such characters are named.
    """
    chain = _Chain(face, faces)
    found: list[Cluster] = []
    missing: list[str] = []
    for index, piece in _split(text):
        cluster = chain.cluster(piece, index)
        if cluster is None:
            missing.extend(chain.missing(piece))
        else:
            found.append(cluster)
    if missing:
        raise uncovered_error(missing, face)
    return [_kerned(left, right) for left, right in zip(found, [*found[1:], None], strict=True)] if found else []


def _kerned(left: Cluster, right: Cluster | None) -> Cluster:
    if right is None or not left.text or not right.text or left.face != right.face or left.colour:
        return left
    kern = measures(left.face).kern(left.text, right.text)
    if not kern:
        return left
    return Cluster(left.text, left.face, left.advance + kern, left.ink, left.index, left.colour)


class _Chain:
    """The face and those that stand in for it; each is opened only when it is needed."""

    def __init__(self, face: FontFace, faces: Sequence[FontFace] | None) -> None:
        self.face = face
        self._faces = faces
        self._rest: list[FontFace] | None = None

    def cluster(self, piece: str, index: int) -> Cluster | None:
        drawn = "".join(char for char in piece if char not in _NOT_DRAWN)
        if not drawn or drawn.isspace():
            return self._space(drawn, index)
        if _needs_shaping(drawn[0]) and not features.check("raqm"):
            raise _no_shaping_error(drawn)
        for face in self._candidates(piece):
            colour = has_colour(face)
            if all(ord(char) in coverage(face) for char in drawn):
                text = piece if colour else drawn
                advance, ink = measures(face).glyph(text)
                if ink:
                    return Cluster(text, face, advance, ink, index, colour)
        return None

    def missing(self, piece: str) -> list[str]:
        """Return the characters of an uncovered cluster that are to blame."""
        lacking = [char for char in piece if char not in _NOT_DRAWN and self.cluster(char, 0) is None]
        return lacking or [piece[0]]

    def _space(self, drawn: str, index: int) -> Cluster:
        advance = 0.0
        if drawn:
            char = drawn if ord(drawn[0]) in coverage(self.face) else " "
            advance = measures(self.face).glyph(char)[0] if char != "\n" else 0.0
        return Cluster("", self.face, advance, None, index)

    def _candidates(self, piece: str) -> Sequence[FontFace]:
        if not _wants_colour(piece) and all(ord(c) in coverage(self.face) or c in _NOT_DRAWN for c in piece):
            return [self.face, *self.rest]
        return sorted([self.face, *self.rest], key=_emoji_first) if _wants_colour(piece) else [self.face, *self.rest]

    @property
    def rest(self) -> list[FontFace]:
        if self._rest is None:
            self._rest = fallbacks(self.face, self._faces)[1:]
        return self._rest


def _emoji_first(face: FontFace) -> tuple[bool, bool]:
    """Sort emoji fonts first, the bundled one, which has no colour, after the system's."""
    return "emoji" not in face.path.name.lower(), face.source == "bundled"


def _wants_colour(piece: str) -> bool:
    return "\ufe0f" in piece or "\u20e3" in piece or any(ord(char) >= 0x1F000 for char in piece)


def _split(text: str) -> list[tuple[int, str]]:
    """Return (index, cluster) pairs: a base with marks, joiners, skin tones; a flag's two letters."""
    pieces: list[tuple[int, str]] = []
    for index, char in enumerate(text):
        if pieces and _continues(pieces[-1][1], char):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + char)
        else:
            pieces.append((index, char))
    return pieces


def _needs_shaping(char: str) -> bool:
    """Return whether the script joins or reorders its letters (Hebrew, Arabic, Indic, Thai, Khmer, …)."""
    code = ord(char)
    return 0x590 <= code < 0x10A0 or 0x1780 <= code < 0x1800 or 0xFB1D <= code < 0xFE00 or 0xFE70 <= code < 0xFEFF


def _no_shaping_error(text: str) -> FitAdError:
    return FitAdError(
        f"{text} cannot be set here",
        why="Its letters join or change order, and this Pillow lacks the Raqm library that does it",
        fix="Install FriBiDi for Pillow, or leave these words out",
    )


def _continues(piece: str, char: str) -> bool:
    if _needs_shaping(piece[0]):  # one cluster as long as the script lasts: Raqm orders and joins its letters
        return char == " " or _needs_shaping(char)
    if piece[-1].isspace() or char.isspace():
        return False
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or char in _NOT_DRAWN:
        return True
    if piece[-1] == _ZWJ and ord(char) > 0x2000:
        return True
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF:
        return ord(piece[0]) > 0x2000
    if "\u1160" <= char <= "\u11ff":
        return "\u1100" <= piece[-1] <= "\u11ff"
    return 0x1F1E6 <= code <= 0x1F1FF and len(piece) == 1 and 0x1F1E6 <= ord(piece) <= 0x1F1FF
