"""Glyph measures in ems: advances, ink boxes, kerning; and the text cut into clusters with a font for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from PIL import ImageFont, features

from ..errors import FitAdError
from ..text.fonts import FontFace, broken_font_error, coverage, fallbacks, font_damage, has_colour, uncovered_error
from .accents import Accent, accent, parts
from .kerning import PairKerning
from .substitution import Substitutions

# fixed sizes of bitmap emoji fonts: Noto CBDT 109, Apple sbix 160, others
_BITMAP_SIZES = (109, 160, 136, 128, 96, 64)
_ZWJ = "\u200d"
# format characters that are drawn: number signs that span what follows
_DRAWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
# letters without ink: Hangul fillers, the Braille blank, the grapheme joiner
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_HANGUL, _CAPITALS, _SMALL, _FIGURES, _EMOJI = "가한글을", "HEX", "xz", "08", "\U0001f600"
_ZOOM_RANGE = 0.4, 1.7
_LONGEST_PIECE = 64
# an emoji stands a little over the letters beside it
_EMOJI_SHARE = 1.2


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
        length: How many characters of the text it stands for.
        accent: A mark of the same font that is drawn with it.
        lift: How far over the baseline it is set, in ems: an emoji is centred on the Hangul beside it.
    """

    text: str
    face: FontFace
    advance: float
    ink: Ink | None
    index: int
    colour: bool = False
    length: int = 1
    accent: Accent | None = None
    lift: float = 0.0

    @property
    def stop(self) -> int:
        """Return the place after its last character in the text."""
        return self.index + self.length


class Measures:
    """The measures of one face, taken from its outlines, so that nothing is rounded or hinted."""

    def __init__(self, face: FontFace) -> None:
        from fontTools.ttLib import TTFont

        # read whole: a lazily read file would stay open, and locked on Windows
        font = TTFont(BytesIO(face.path.read_bytes()), fontNumber=face.index, lazy=True)
        self.face = replace(face, zoom=1.0)
        self.units_per_em = int(font["head"].unitsPerEm)
        self.colour = has_colour(face)
        self.cmap: dict[int, str] = font.getBestCmap() or {}
        self._substitutions = Substitutions(font, self.cmap)
        self._outlines = font.getGlyphSet()
        self._kerning = PairKerning(font)
        self._glyphs: dict[str, tuple[float, Ink | None]] = {}

    def glyph(self, text: str) -> tuple[float, Ink | None]:
        """Return the advance and the ink box of a cluster in ems; a blank glyph has no ink.

        Raises:
            FitAdError: The glyph is damaged.
        """
        if text not in self._glyphs:
            if len(self._glyphs) > 4096:
                self._glyphs.clear()
            with naming(self.face.path):
                self._glyphs[text] = self._measure(text)
        return self._glyphs[text]

    def kern(self, left: str, right: str) -> float:
        """Return the kerning between two clusters in ems."""
        pair = self.cmap.get(ord(left[-1]), ""), self.cmap.get(ord(right[0]), "")
        with naming(self.face.path):
            return self._kerning.between(*pair) / self.units_per_em

    def ligature(self, text: str) -> tuple[str, int] | None:
        """Return the longest ligature at the start of a text and how many characters it joins."""
        with naming(self.face.path):
            return self._substitutions.ligature(text)

    def sequence(self, text: str) -> str | None:
        """Return the one character that draws a whole emoji sequence."""
        with naming(self.face.path):
            return self._substitutions.sequence(text)

    def vertical(self, char: str) -> str | None:
        """Return the character whose glyph is the vertical form of ``char``."""
        with naming(self.face.path):
            return self._substitutions.vertical(char)

    def height(self, probe: str) -> float:
        """Return how high the letters of ``probe`` are on average, in ems; 0 if the face lacks one of them."""
        if not all(ord(char) in self.cmap for char in probe):
            return 0.0
        inks = [ink for ink in (self.glyph(char)[1] for char in probe) if ink]
        return sum(ink.bottom - ink.top for ink in inks) / len(inks) if len(inks) == len(probe) else 0.0

    def middle(self, probe: str) -> float:
        """Return where the middle of the letters of ``probe`` is, in ems, y down; 0 if the face lacks one of them."""
        if not self.height(probe):
            return 0.0
        inks = [ink for ink in (self.glyph(char)[1] for char in probe) if ink]
        return sum(ink.top + ink.bottom for ink in inks) / 2 / len(inks)

    def _measure(self, text: str) -> tuple[float, Ink | None]:
        if self.colour or len(text) > 1:
            return self._measure_drawn(text)
        from fontTools.pens.boundsPen import BoundsPen

        pen = BoundsPen(self._outlines)
        outline = self._outlines[self.cmap[ord(text)]]
        outline.draw(pen)
        em = self.units_per_em
        if pen.bounds is None:
            return outline.width / em, None
        left, bottom, right, top = pen.bounds
        return outline.width / em, Ink(left / em, -top / em, right / em, -bottom / em)

    def _measure_drawn(self, text: str) -> tuple[float, Ink | None]:
        font = shaped_font(self.face, 512)
        left, top, right, bottom = (value / font.size for value in font.getbbox(text, anchor="ls"))
        ink = Ink(left, top, right, bottom) if right > left and bottom > top else None
        return font.getlength(text) / font.size, ink


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn what a damaged font file makes fontTools raise into an error that names the file."""
    try:
        yield
    except font_damage() as exc:
        raise broken_font_error(path, exc) from exc


def measures(face: FontFace) -> Measures:
    """Return the measures of a face (kept for the last few faces, by file time).

    Raises:
        FitAdError: The font file is gone or broken.
    """
    with naming(face.path):
        return _measures(replace(face, zoom=1.0), face.path.stat().st_mtime_ns)


@lru_cache(maxsize=24)
def _measures(face: FontFace, mtime_ns: int) -> Measures:
    return Measures(face)


class NamedFont(ImageFont.FreeTypeFont):
    """A font whose errors, on damaged glyphs too, name its file."""

    def getmask2(self, *args: Any, **kwargs: Any) -> Any:
        """Return what Pillow returns: a mask and an offset."""
        try:
            return super().getmask2(*args, **kwargs)
        except OSError as exc:
            raise broken_font_error(Path(str(self.path)), exc) from exc

    def getbbox(self, *args: Any, **kwargs: Any) -> tuple[float, float, float, float]:
        """Return the ink box as Pillow does."""
        try:
            return super().getbbox(*args, **kwargs)
        except OSError as exc:
            raise broken_font_error(Path(str(self.path)), exc) from exc


def open_font(path: Path, index: int, size: float) -> ImageFont.FreeTypeFont:
    """Return the font at a pixel size, laid out glyph by glyph.

    Raises:
        FitAdError: Pillow cannot read the file.
    """
    try:
        return NamedFont(str(path), size, index, layout_engine=ImageFont.Layout.BASIC)
    except (OSError, ValueError) as exc:
        raise broken_font_error(path, exc) from exc


def shaped_font(face: FontFace, size: int) -> ImageFont.FreeTypeFont:
    """Return the font for clusters of several characters: joined by Raqm where Pillow has it.

    An emoji font of bitmaps comes at the fixed size that it holds (``font.size``), not at ``size``.
    """
    for wanted in (size, *_BITMAP_SIZES) if has_colour(face) else (size * face.zoom,):
        try:
            return NamedFont(str(face.path), wanted, face.index)
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


def clusters(
    text: str, face: FontFace, faces: Sequence[FontFace] | None = None, ligatures: bool = False
) -> list[Cluster]:
    """Return the clusters of cleaned text without newlines drawn; every cluster has a font that covers it.

    Args:
        text: Cleaned text.
        face: The font that is wanted.
        faces: The fonts that may stand in; None takes bundled and system fonts.
        ligatures: Join what the font's standard ligatures join.

    Raises:
        FitAdError: No font has some character; all such characters are named.
    """
    if not len(coverage(face)):
        raise broken_font_error(face.path, ValueError("It maps no character to a glyph"))
    chain = _Chain(face, faces)
    found: list[Cluster] = []
    missing: list[str] = []
    pieces = _split(text)
    for index, piece, length in _joined(pieces, measures(face)) if ligatures else pieces:
        look = chain.look(piece)
        if look is None:
            missing.extend(chain.missing(piece))
        else:
            found.append(Cluster(*look[:4], index, look.colour, length, *look[5:]))
    if missing:
        raise uncovered_error(missing, face)
    return [chain.kerned(left, right) for left, right in zip(found, [*found[1:], None], strict=True)] if found else []


class _Look(NamedTuple):
    text: str
    face: FontFace
    advance: float
    ink: Ink | None
    colour: bool = False
    accent: Accent | None = None
    lift: float = 0.0


class _Chain:
    """The face and those that stand in for it; each is opened only when it is needed."""

    def __init__(self, face: FontFace, faces: Sequence[FontFace] | None) -> None:
        self.face = face
        self._faces = faces
        self._rest: list[FontFace] | None = None
        self._known: dict[str, _Look | None] = {}
        self._opened: dict[FontFace, Measures] = {}

    def look(self, piece: str) -> _Look | None:
        """Return how a piece of text is drawn; None if no font has it."""
        if piece not in self._known:
            self._known[piece] = self._find(piece)
        return self._known[piece]

    def kerned(self, left: Cluster, right: Cluster | None) -> Cluster:
        """Return the left cluster with its advance kerned to the right one."""
        if right is None or not left.text or not right.text or left.face != right.face or left.colour:
            return left
        kern = self._measures(left.face).kern(left.text, right.text) * left.face.zoom
        return replace(left, advance=left.advance + kern) if kern else left

    def missing(self, piece: str) -> list[str]:
        """Return the characters of an uncovered cluster that are to blame."""
        drawn = [char for char in piece if not _is_silent(char)]
        return [char for char in drawn if self.look(char) is None] or drawn

    def _find(self, piece: str) -> _Look | None:
        drawn = "".join(char for char in piece if not _is_silent(char))
        if not drawn or drawn.isspace() or _FILLERS.issuperset(drawn):
            return self._space(drawn)
        if _needs_shaping(drawn[0]) and not features.check("raqm"):
            raise _no_shaping_error(drawn)
        if len(drawn) == 1 and ord(drawn) not in coverage(self.face):
            accented = self._accented(drawn)
            if accented:
                return accented
        for text in (drawn, _compatible(drawn)):
            for face in self._candidates(piece) if text else ():
                look = self._look_in(face, piece, text)
                if look:
                    return look
        return None

    def _look_in(self, face: FontFace, piece: str, drawn: str) -> _Look | None:
        if not all(ord(char) in coverage(face) for char in drawn):
            return None
        own = self._measures(face)
        colour = has_colour(face)
        text = drawn
        if len(drawn) > 1 and (colour or _wants_colour(piece)):
            text = own.sequence(piece) or (piece if features.check("raqm") else drawn)
        advance, ink = own.glyph(text)
        if ink is None:
            return None
        zoom = 1.0 if colour or face == self.face else self._zoom(face, drawn)
        scaled = Ink(*(value * zoom for value in ink))
        lift = self._lift(own, zoom) if colour or face.kind == "emoji" else 0.0
        return _Look(text, replace(face, zoom=zoom), advance * zoom, scaled, colour, None, lift)

    def _lift(self, emoji: Measures, zoom: float) -> float:
        """Return how far emoji are raised, so that a face stands at the middle of the Hangul (or capitals)."""
        wanted = self._measures(self.face).middle(_HANGUL) or self._measures(self.face).middle(_CAPITALS)
        given = emoji.middle(_EMOJI)
        return given * zoom - wanted if wanted and given else 0.0

    def _accented(self, char: str) -> _Look | None:
        """Return an accented letter that the font lacks, made of its letter and its accent."""
        found = parts(char, coverage(self.face))
        own = self._measures(self.face)
        mark = accent(own, *found) if found else None
        if found is None or mark is None:
            return None
        advance, ink = own.glyph(found[0])
        return _Look(found[0], self.face, advance, ink, False, mark)

    def _zoom(self, face: FontFace, drawn: str) -> float:
        """Return how much larger a font that stands in is set, so that its letters are as high as those beside it."""
        main, other = self._measures(self.face), self._measures(face)
        low, high = _ZOOM_RANGE
        if face.kind == "emoji":
            zoom = _EMOJI_SHARE * main.height(_HANGUL) / (other.height(_EMOJI) or 1)
            return min(max(zoom, low), high) if zoom else 1.0
        for probe in _probes(drawn[0]):
            wanted, given = main.height(probe), other.height(probe)
            if wanted and given:
                return min(max(wanted / given, low), high)
        return 1.0

    def _space(self, drawn: str) -> _Look:
        if not drawn or drawn == "\u115f":
            return _Look("", self.face, 0.0, None)
        char = drawn[0] if ord(drawn[0]) in coverage(self.face) else " "
        advance = self._measures(self.face).glyph(char)[0] if ord(char) in coverage(self.face) else 0.25
        return _Look("", self.face, advance, None)

    def _candidates(self, piece: str) -> Sequence[FontFace]:
        if _wants_colour(piece):
            return sorted([self.face, *self.rest], key=_emoji_first)
        return [self.face, *self.rest]

    def _measures(self, face: FontFace) -> Measures:
        if face not in self._opened:
            self._opened[face] = measures(face)
        return self._opened[face]

    @property
    def rest(self) -> list[FontFace]:
        if self._rest is None:
            self._rest = fallbacks(self.face, self._faces)[1:]
        return self._rest


def _probes(char: str) -> tuple[str, ...]:
    """Return letters by whose height two fonts are matched, the nearest in kind first."""
    if ord(char) >= 0x2E80 or "\u1100" <= char <= "\u11ff":
        return _HANGUL, _CAPITALS
    return (_SMALL, _CAPITALS, _HANGUL) if char.islower() else (_CAPITALS, _FIGURES, _HANGUL)


def _compatible(text: str) -> str:
    """Return a lone conjoining jamo as the letter that fonts have; empty where there is none."""
    name = unicodedata.name(text, "") if len(text) == 1 else ""
    for part in ("CHOSEONG", "JUNGSEONG", "JONGSEONG"):
        if name.startswith(f"HANGUL {part} "):
            try:
                return unicodedata.lookup(name.replace(part, "LETTER"))
            except KeyError:
                return ""
    return ""


def _is_silent(char: str) -> bool:
    """Return whether the character draws nothing: joiners, direction marks, variation selectors, tags."""
    if char < "\u00ad":
        return False
    if char == "\u034f" or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) == "Cf" and char not in _DRAWN_FORMATS


def _joined(pieces: list[tuple[int, str, int]], main: Measures) -> list[tuple[int, str, int]]:
    """Return the pieces with ligatures in place of the letters that they join."""
    found: list[tuple[int, str, int]] = []
    skip = 0
    for number, (index, piece, length) in enumerate(pieces):
        if skip:
            skip -= 1
            continue
        near = pieces[number : number + 4] if piece < "\u0250" else []
        text = "".join(p for _, p, _ in near) if all(len(p) == 1 for _, p, _ in near) else ""
        ligature = main.ligature(text) if len(text) > 1 else None
        if ligature:
            skip = ligature[1] - 1
            found.append((index, ligature[0], ligature[1]))
        else:
            found.append((index, piece, length))
    return found


def _emoji_first(face: FontFace) -> tuple[bool, bool]:
    """Sort emoji fonts first, the bundled one, which has no colour, after the system's."""
    return "emoji" not in face.path.name.lower(), face.source == "bundled"


def _wants_colour(piece: str) -> bool:
    return "\ufe0f" in piece or "\u20e3" in piece or any(ord(char) >= 0x1F000 for char in piece)


def _split(text: str) -> list[tuple[int, str, int]]:
    """Return (index, cluster, length): a base with marks, joiners, skin tones; a flag's two letters."""
    pieces: list[tuple[int, str, int]] = []
    for index, char in enumerate(text):
        if pieces and _continues(pieces[-1][1], char):
            first, piece, length = pieces[-1]
            pieces[-1] = (first, piece + char, length + 1)
        else:
            pieces.append((index, char, 1))
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
    if _needs_shaping(piece[0]):  # a word at a time: Raqm orders and joins its letters
        return _needs_shaping(char) or (_is_silent(char) and len(piece) < _LONGEST_PIECE)
    if len(piece) >= _LONGEST_PIECE or piece[-1].isspace() or char.isspace():
        return False
    if "가" <= char <= "힣" or char < "\u00ad":
        return False
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or _is_silent(char):
        return True
    if piece[-1] == _ZWJ and ord(char) > 0x2000:
        return True
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF:
        return ord(piece[0]) > 0x2000
    if _is_late_jamo(char):
        return _is_jamo(piece[-1])
    return 0x1F1E6 <= code <= 0x1F1FF and len(piece) == 1 and 0x1F1E6 <= ord(piece) <= 0x1F1FF


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\ua960" <= char <= "\ua97f" or "\ud7b0" <= char <= "\ud7ff"


def _is_late_jamo(char: str) -> bool:
    """Return whether a conjoining jamo is a vowel or a final, which stand with the jamo before."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
