"""Which font draws each piece of a text: the one that is wanted, or one that stands in for it. Never tofu."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import FitAdError
from .accents import AccentedLetter, accented_letter
from .characters import FILLERS, compatible_jamo, for_shaper, is_silent, wants_colour
from .font_instance import FontInstance, open_font
from .fonts import FontFace, coverage, fallbacks, family_of, nearest_in_weight, weight_of, weight_range

HANGUL_PROBE = "가한글을"
_CAPITALS, _SMALL, _FIGURES, _EMOJI = "HEX", "xz", "08", "\U0001f600"
_ZOOM_RANGE = 0.4, 1.7
# an emoji stands a little over the letters beside it
_EMOJI_SHARE = 1.2
_SPACE_EM = 0.25


class PieceSource(NamedTuple):
    """How a piece is drawn.

    Attributes:
        font: The font.
        text: What the shaper is given; empty for what takes no room.
        zoom: How much larger than asked it is set, so that it matches the letters beside it.
        lift_em: How far it is raised, in ems: emoji and syllables of another font are centred on the Hangul.
        accent: The letter and mark that make up an accented letter which the font lacks.
        blank: Whether it leaves no ink.
        blank_em: Room that it takes where the font has not even a space; else None.
    """

    font: FontInstance
    text: str
    zoom: float = 1.0
    lift_em: float = 0.0
    accent: AccentedLetter | None = None
    blank: bool = False
    blank_em: float | None = None


class SubstituteChain:
    """The face that is wanted and those that stand in for it; each is opened only when it is needed."""

    def __init__(
        self, face: FontFace, preferred: Sequence[FontFace] = (), faces: Sequence[FontFace] | None = None
    ) -> None:
        """Take the faces.

        Args:
            face: What is wanted.
            preferred: Faces that are asked first for what it lacks, the nearest in weight in front.
            faces: The fonts that may stand in after those; None takes bundled and system fonts.
        """
        self.main = open_font(face)
        self._face = face
        self._preferred = preferred
        self._faces = faces
        self._known: dict[str, PieceSource | None] = {}
        self._rest: list[FontFace] | None = None

    def source(self, piece: str) -> PieceSource | None:
        """Return how a piece of text is drawn; None if no font has it."""
        if piece not in self._known:
            self._known[piece] = self._found(piece)
        return self._known[piece]

    def missing(self, piece: str) -> list[str]:
        """Return the characters of an uncovered piece that are to blame."""
        drawn = [char for char in piece if not is_silent(char)]
        return [char for char in drawn if self.source(char) is None] or drawn

    def _found(self, piece: str) -> PieceSource | None:
        drawn = piece if piece.isascii() else "".join(char for char in piece if not is_silent(char))
        if not drawn or drawn.isspace() or FILLERS.issuperset(drawn):
            return self._blank(drawn)
        coloured = wants_colour(piece)
        if not coloured:
            own = self._own(piece, drawn)
            if own:
                return own
        for text in (piece, compatible_jamo(drawn)):
            for face in self._candidates(coloured) if text else ():
                source = self._from(face, text)
                if source:
                    return source
        return None

    def _own(self, piece: str, drawn: str) -> PieceSource | None:
        """Return the piece in the face that is wanted: as it is, taken apart, or with an accent put on."""
        if self.main.draws(drawn):
            return PieceSource(self.main, for_shaper(piece), lift_em=self._lift(self.main, 1.0))
        apart = unicodedata.normalize("NFD", drawn)
        if apart != drawn and not "가" <= drawn[0] <= "힣" and self.main.draws(apart):
            return PieceSource(self.main, apart)
        accent = accented_letter(drawn, self.main) if len(drawn) == 1 and not self.main.glyph_id(drawn) else None
        return PieceSource(self.main, accent.letter, accent=accent) if accent else None

    def _from(self, face: FontFace, piece: str) -> PieceSource | None:
        drawn = "".join(char for char in piece if not is_silent(char))
        try:
            covered = coverage(face)
            if not all(ord(char) in covered for char in drawn):
                return None
            font = self.main if face == self._face else open_font(self._matched(face, drawn))
        except FitAdError:
            if face == self._face:
                raise
            return None  # a broken font that nobody asked for does no harm
        if not font.draws(drawn):
            return None
        zoom = 1.0 if font is self.main else self._zoom(font, drawn)
        lift = self._hangul_lift(font, zoom) if "가" <= drawn[0] <= "힣" else self._lift(font, zoom)
        return PieceSource(font, for_shaper(piece), zoom, lift)

    def _matched(self, face: FontFace, drawn: str) -> FontFace:
        """Return the face, or a relative of it, at the weight of the face that is wanted."""
        weight = weight_of(self._face)
        limits = weight_range(face)
        if limits:
            return face.varied([("wght", min(max(weight, limits[0]), limits[1]))])
        if face.source == "bundled" or face in self._preferred:
            return face
        relatives = [face, *(other for other in self._relatives(face) if ord(drawn[0]) in coverage(other))]
        return min(relatives, key=lambda other: abs(weight_of(other) - weight))

    def _relatives(self, face: FontFace) -> Iterator[FontFace]:
        """Yield the other faces of the same family."""
        family, stem = family_of(face), face.path.stem.split("-")[0]
        for other in self.rest:
            if other.source == face.source and other.path.stem.startswith(stem) and not other.variations:
                try:
                    if other != face and family_of(other) == family:
                        yield other
                except FitAdError:
                    continue

    def _lift(self, font: FontInstance, zoom: float) -> float:
        """Return how far emoji are raised, so that a face stands at the middle of the Hangul (or capitals)."""
        if not font.coloured and font.face.kind != "emoji":
            return 0.0
        wanted = self.main.middle(HANGUL_PROBE) or self.main.middle(_CAPITALS)
        given = font.middle(_EMOJI)
        return given * zoom - wanted if wanted and given else 0.0

    def _hangul_lift(self, font: FontInstance, zoom: float) -> float:
        """Return how far a syllable is raised, so that its middle is at that of the syllables beside it."""
        if font is self.main:
            return 0.0
        wanted, given = self.main.middle(HANGUL_PROBE), font.middle(HANGUL_PROBE)
        return given * zoom - wanted if wanted and given else 0.0

    def _zoom(self, font: FontInstance, drawn: str) -> float:
        """Return how much larger a font that stands in is set, so that its letters are as high as those beside it."""
        if font.coloured:
            return 1.0
        low, high = _ZOOM_RANGE
        if font.face.kind == "emoji":
            zoom = _EMOJI_SHARE * self.main.height(HANGUL_PROBE) / (font.height(_EMOJI) or 1)
            return min(max(zoom, low), high) if zoom else 1.0
        for probe in _probes(drawn[0]):
            wanted, given = self.main.height(probe), font.height(probe)
            if wanted and given:
                return min(max(wanted / given, low), high)
        return 1.0

    def _blank(self, drawn: str) -> PieceSource:
        if not drawn or drawn == "\u115f":
            return PieceSource(self.main, "", blank=True, blank_em=0.0)
        char = next((c for c in (drawn[0], " ") if self.main.glyph_id(c)), "")
        return PieceSource(self.main, char, blank=True, blank_em=None if char else _SPACE_EM)

    def _candidates(self, coloured: bool) -> Sequence[FontFace]:
        chain = [self._face, *self.rest]
        return sorted(chain, key=_emoji_first) if coloured else chain

    @property
    def rest(self) -> list[FontFace]:
        """The faces that stand in, the nearest first."""
        if self._rest is None:
            preferred = nearest_in_weight(self._face, self._preferred)
            self._rest = list(dict.fromkeys([*preferred, *fallbacks(self._face, self._faces)[1:]]))
        return self._rest


def _probes(char: str) -> tuple[str, ...]:
    """Return letters by whose height two fonts are matched, the nearest in kind first."""
    if ord(char) >= 0x2E80 or "\u1100" <= char <= "\u11ff":
        return HANGUL_PROBE, _CAPITALS
    return (_SMALL, _CAPITALS, HANGUL_PROBE) if char.islower() else (_CAPITALS, _FIGURES, HANGUL_PROBE)


def _emoji_first(face: FontFace) -> tuple[bool, bool]:
    """Sort emoji fonts first, the bundled one, which has no colour, after the system's."""
    return "emoji" not in face.path.name.lower(), face.source == "bundled"
