"""Words shaped: spans of text -> glyphs with their positions, by the rules of the font and of the script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from . import bidi
from .affine import Affine
from .bounds import Bounds
from .characters import Piece, clean, is_silent, pieces
from .font_instance import FontInstance
from .fonts import FontFace, Variations, broken_font_error, coverage, uncovered_error
from .substitutes import PieceSource, SubstituteChain

Direction = Literal["auto", "ltr", "rtl"]
Features = tuple[tuple[str, int], ...]

_BASES: dict[str, int | None] = {"auto": None, "ltr": 0, "rtl": 1}
# letters on either side that a joining script may look at
_CONTEXT = 5
_ALL = 0xFFFFFFFF  # to the end of the text
_LIGATURES: Features = (("clig", 0), ("dlig", 0), ("liga", 0))
# signs in a row, and an x between figures, which some fonts would make arrows and other signs that nobody typed
_AS_TYPED = re.compile(r"[-=<>|~:!*/&.+#?]{2,}|(?<=\d)\s?[xX]\s?(?=\d)")


class Span(NamedTuple):
    """A stretch of text in one style.

    Attributes:
        text: What it says; ``\\n`` ends a paragraph.
        face: The font.
        size_px: Its em size.
        variations: Axes of a variable font, on top of the face's own: ``(("wght", 700.0),)``.
        tracking_em: Added after each character; ligatures go off when it is not 0.
        features: OpenType features and their values: ``(("tnum", 1), ("liga", 0))``.
        rise_px: How far it stands over the baseline.
        stretch: Width of the letters, 1 = as drawn.
    """

    text: str
    face: FontFace
    size_px: float
    variations: Variations = ()
    tracking_em: float = 0.0
    features: Features = ()
    rise_px: float = 0.0
    stretch: float = 1.0

    def scaled(self, k: float) -> Span:
        """Return the span at ``k`` times its size."""
        return self._replace(size_px=self.size_px * k, rise_px=self.rise_px * k)


class Glyph(NamedTuple):
    """A glyph of a cluster.

    Attributes:
        font: Where it comes from.
        id: Its number there.
        matrix: From its em space (y down, pen at 0, 0) to px from the cluster's pen.
        ink: The box around its ink, px from the cluster's pen.
        coloured: Whether it comes in its own colours.
    """

    font: FontInstance
    id: int
    matrix: Affine
    ink: Bounds
    coloured: bool = False

    def scaled(self, k: float) -> Glyph:
        return Glyph(self.font, self.id, self.matrix.scaled(k), self.ink.scaled(k), self.coloured)

    def moved(self, x: float, y: float) -> Glyph:
        return Glyph(self.font, self.id, self.matrix.moved(x, y), self.ink.moved(x, y), self.coloured)


class Cluster(NamedTuple):
    """What stands or falls together: a character with its marks, a ligature, an emoji sequence.

    Attributes:
        text: Its characters.
        start: Place of the first in the text.
        span: Which span it belongs to.
        advance: Px to the next pen position, kerning and tracking included.
        ink: The box around its ink, px from its pen; None for a space.
        glyphs: What is drawn.
        level: Direction: even left to right, odd right to left.
        size_px: Em size of its letters.
        tracking: Px that are added to its advance.
    """

    text: str
    start: int
    span: int
    advance: float
    ink: Bounds | None
    glyphs: tuple[Glyph, ...]
    level: int
    size_px: float
    tracking: float = 0.0

    @property
    def stop(self) -> int:
        """Place after its last character."""
        return self.start + len(self.text)

    @property
    def coloured(self) -> bool:
        """Whether all of it comes in its own colours."""
        return bool(self.glyphs) and all(glyph.coloured for glyph in self.glyphs)

    def scaled(self, k: float) -> Cluster:
        """Return the cluster at ``k`` times its size."""
        ink = self.ink.scaled(k) if self.ink else None
        glyphs = tuple(glyph.scaled(k) for glyph in self.glyphs)
        return Cluster(
            self.text,
            self.start,
            self.span,
            self.advance * k,
            ink,
            glyphs,
            self.level,
            self.size_px * k,
            self.tracking * k,
        )


@dataclass(frozen=True)
class ShapedParagraph:
    """A paragraph in the order of its text.

    Attributes:
        text: Its characters.
        start: Place of the first in the whole text.
        clusters: What is drawn and the spaces between.
        levels: Its directions.
    """

    text: str
    start: int
    clusters: tuple[Cluster, ...]
    levels: bidi.BidiLevels


@dataclass(frozen=True)
class ShapedText:
    """Spans shaped.

    Attributes:
        text: All characters, as they were set: composed, without control characters.
        spans: As they were given, but for that.
        paragraphs: What the line breaks of the text part.
        vertical: Whether it is for columns.
    """

    text: str
    spans: tuple[Span, ...]
    paragraphs: tuple[ShapedParagraph, ...]
    vertical: bool = False

    def scaled(self, k: float) -> ShapedText:
        """Return the text at ``k`` times its size."""
        return ShapedText(
            self.text,
            tuple(span.scaled(k) for span in self.spans),
            tuple(replace(p, clusters=tuple(c.scaled(k) for c in p.clusters)) for p in self.paragraphs),
            self.vertical,
        )


def shape(
    spans: Sequence[Span],
    faces: Sequence[FontFace] | None = None,
    *,
    fallback: Sequence[FontFace] = (),
    direction: Direction = "auto",
    language: str = "ko",
    vertical: bool = False,
) -> ShapedText:
    """Return the glyphs of a text; every character has a font that draws it.

    Args:
        spans: The text, piece by piece.
        faces: The fonts that may stand in for a face that lacks a character; None takes bundled and system fonts.
        fallback: Faces that are asked before those.
        direction: Of each paragraph; ``auto`` goes by its first letter.
        language: BCP 47 tag, for fonts that draw a letter differently by language.
        vertical: For columns: without ligatures, as ``vertical`` sets them.

    Raises:
        FitAdError: No font has some character (all such characters are named), or a font file is broken.
    """
    cleaned = tuple(span._replace(text=clean(span.text)) for span in spans)
    text = "".join(span.text for span in cleaned)
    shaper = _Shaper(cleaned, faces, fallback, language, vertical)
    paragraphs, start = [], 0
    for raw in text.split("\n"):
        paragraphs.append(shaper.paragraph(raw, start, _BASES[direction]))
        start += len(raw) + 1
    shaper.check()
    return ShapedText(text, cleaned, tuple(paragraphs), vertical)


class _Part(NamedTuple):
    """A piece of a paragraph with what decides in which run it is shaped."""

    piece: Piece
    source: PieceSource
    span: int
    level: int
    script: str

    def follows(self, other: _Part) -> bool:
        """Return whether it can be shaped together with the part before it."""
        a, b = self.source, other.source
        return (
            a.font is b.font
            and (self.span, self.level, self.script) == (other.span, other.level, other.script)
            and (a.zoom, a.lift_em) == (b.zoom, b.lift_em)
        )


class _Shaper:
    """Shapes paragraphs of some spans and notes the characters that no font has."""

    def __init__(
        self,
        spans: Sequence[Span],
        faces: Sequence[FontFace] | None,
        fallback: Sequence[FontFace],
        language: str,
        vertical: bool,
    ) -> None:
        self._spans = spans
        self._language = language
        self._vertical = vertical
        self._chains: dict[FontFace, SubstituteChain] = {}
        self._options = tuple(fallback), faces
        self._missing: list[str] = []
        self._owner = [number for number, span in enumerate(spans) for _ in span.text]

    def paragraph(self, raw: str, start: int, base: int | None) -> ShapedParagraph:
        levels = bidi.resolve(raw, base)
        parts = self._parts(raw, start, levels)
        context = "".join(part.source.text for part in parts)
        clusters: list[Cluster] = []
        place = 0
        for run in _runs(parts):
            length = sum(len(part.source.text) for part in run)
            clusters.extend(self._shaped(run, context, place))
            place += length
        return ShapedParagraph(raw, start, tuple(clusters), levels)

    def check(self) -> None:
        """Raise FitAdError if characters were missing."""
        if self._missing:
            raise uncovered_error(self._missing, self._spans[0].face)

    def _chain(self, span: Span) -> SubstituteChain:
        face = span.face.varied(span.variations)
        if face not in self._chains:
            if not len(coverage(face)):
                raise broken_font_error(face.path, ValueError("It maps no character to a glyph"))
            self._chains[face] = SubstituteChain(face, *self._options)
        return self._chains[face]

    def _parts(self, raw: str, start: int, levels: bidi.BidiLevels) -> list[_Part]:
        found: list[_Part] = []
        script = next((own for char in raw if (own := script_of(char))), "")
        for piece in pieces(raw):
            span = self._owner[start + piece.start]
            chain = self._chain(self._spans[span])
            source = chain.source(piece.text)
            if source is None:
                self._missing.extend(chain.missing(piece.text))
                continue
            script = script_of(piece.text[0]) or script
            place = Piece(piece.text, start + piece.start)
            found.append(_Part(place, source, span, levels.levels[piece.start], script))
        return found

    def _shaped(self, run: Sequence[_Part], context: str, place: int) -> Iterator[Cluster]:
        """Yield the clusters of a run in the order of the text."""
        first = run[0]
        span, source = self._spans[first.span], first.source
        text = "".join(part.source.text for part in run)
        owners = [number for number, part in enumerate(run) for _ in part.source.text]
        before, after = context[max(place - _CONTEXT, 0) : place], context[place + len(text) :][:_CONTEXT]
        features = self._features(span)
        glyphs = _shaped_run(
            source.font, text, before, after, bool(first.level % 2), first.script, self._language, features
        )
        em = span.size_px * source.zoom
        groups = _groups(glyphs, owners, len(run))
        for number, stop, group in groups:
            yield self._cluster(run[number:stop], group, span, em)

    def _cluster(self, parts: Sequence[_Part], group: Sequence[_RunGlyph], span: Span, em: float) -> Cluster:
        first = parts[0]
        text = "".join(part.piece.text for part in parts)
        source = first.source
        rise = -span.rise_px - source.lift_em * em / source.zoom
        pen, drawn = 0.0, []
        for glyph in group:
            if glyph.id == 0 and not source.blank:
                self._missing.extend(char for char in text if not is_silent(char))
            ink = source.font.ink(glyph.id)
            if ink is not None and not source.blank:
                x = (pen + glyph.x) * em * span.stretch
                drawn.append(_glyph(source.font, glyph.id, ink, em, span.stretch, x, rise - glyph.y * em))
            pen += glyph.advance
        if source.accent:
            drawn.append(_accent(source, em, span.stretch, rise))
        advance = pen * em if source.blank_em is None else source.blank_em * span.size_px
        advance *= span.stretch
        tracking = span.tracking_em * span.size_px if advance or drawn else 0.0
        box = None
        for glyph_drawn in drawn:
            box = glyph_drawn.ink.joined(box)
        return Cluster(
            text,
            first.piece.start,
            first.span,
            advance + tracking,
            box,
            tuple(drawn),
            first.level,
            span.size_px,
            tracking,
        )

    def _features(self, span: Span) -> Features:
        apart = self._vertical or span.tracking_em != 0
        own = dict(_LIGATURES) if apart else {}
        return tuple(sorted({**own, **dict(span.features)}.items()))


class _RunGlyph(NamedTuple):
    """A glyph of a run: number, place of its cluster in the run's text, measures in ems, y up."""

    id: int
    cluster: int
    advance: float
    x: float
    y: float


def _runs(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    run: list[_Part] = []
    for part in parts:
        if run and not part.follows(run[-1]):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _groups(
    glyphs: Sequence[_RunGlyph], owners: Sequence[int], count: int
) -> Iterator[tuple[int, int, list[_RunGlyph]]]:
    """Yield for each cluster its first part, the one after its last, and its glyphs from left to right."""
    by_part: dict[int, list[_RunGlyph]] = {}
    for glyph in glyphs:
        by_part.setdefault(owners[glyph.cluster], []).append(glyph)
    starts = sorted(by_part)
    if not starts or starts[0]:
        starts.insert(0, 0)
    # a part that gives nothing to the shaper stands alone; one without glyphs of its own belongs to the ligature before
    fed = set(owners)
    starts = sorted(
        {*starts, *(n for n in range(count) if n not in fed), *(n + 1 for n in range(count - 1) if n not in fed)}
    )
    for number, stop in zip(starts, [*starts[1:], count], strict=True):
        yield number, stop, by_part.get(number, [])


def _glyph(font: FontInstance, glyph_id: int, ink: Bounds, em: float, stretch: float, x: float, y: float) -> Glyph:
    matrix = Affine(em * stretch, 0.0, 0.0, em, x, y)
    return Glyph(font, glyph_id, matrix, ink.transformed(matrix), font.is_coloured(glyph_id))


def _accent(source: PieceSource, em: float, stretch: float, rise: float) -> Glyph:
    accent = source.accent
    assert accent is not None  # noqa: S101  (the caller looked)
    ink = source.font.ink(accent.mark) or Bounds(0.0, 0.0, 0.0, 0.0)
    return _glyph(source.font, accent.mark, ink, em, stretch, accent.x * em * stretch, rise + accent.y * em)


@lru_cache(maxsize=4096)
def _shaped_run(
    font: FontInstance,
    text: str,
    before: str,
    after: str,
    leftwards: bool,
    script: str,
    language: str,
    features: Features,
) -> tuple[_RunGlyph, ...]:
    """Return the glyphs of a run from left to right."""
    if not text:
        return ()
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(before + text + after, len(before), len(text))
    buffer.direction = "rtl" if leftwards else "ltr"
    buffer.script = script or "Zyyy"
    buffer.language = language
    hb.shape(font.hb_font, buffer, _harfbuzz_features(features, text, len(before)))
    em = font.units_per_em
    return tuple(
        _RunGlyph(info.codepoint, info.cluster - len(before), p.x_advance / em, p.x_offset / em, p.y_offset / em)
        for info, p in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


def _harfbuzz_features(features: Features, text: str, start: int) -> Mapping[str, Any]:
    """Return the features as HarfBuzz takes them; signs that were typed one by one stay so."""
    wanted: dict[str, Any] = dict(features)
    typed = [(start + found.start(), start + found.end(), False) for found in _AS_TYPED.finditer(text)]
    for tag in ("calt", "liga", "clig"):
        if typed and tag not in wanted:
            wanted[tag] = [(0, _ALL, True), *typed]
    return wanted


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """Return the ISO 15924 tag of the script of a character; empty for what all scripts share."""
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    found = buffer.script
    return "" if found in (None, "Zyyy", "Zinh", "Zzzz") else str(found)
