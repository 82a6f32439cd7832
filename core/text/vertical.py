"""Columns: Hangul and Han upright in equal cells, Latin turned, short numbers side by side in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .affine import Affine
from .bounds import Bounds
from .font_instance import FontInstance, open_font
from .fonts import FontFace
from .line_items import LineItem
from .shaping import Cluster, Glyph
from .substitutes import HANGUL_PROBE, SubstituteChain

_STOPS = frozenset(".,、。，．")
_TURNED = frozenset("‘’“”‹›«»《》〈〉「」『』【】〔〕（）［］｛｝…‥—–―～〜ー")
_WITH_FIGURES = frozenset("₩€£¥￦")
# vertical presentation forms, for fonts that have the glyphs but no vert feature; source: Unicode, U+FE10..U+FE48
_VERTICAL_FORMS = dict(
    zip(
        "，、。：；！？…‥—–（）｛｝〔〕【】《》〈〉「」『』［］",
        "\ufe10\ufe11\ufe12\ufe13\ufe14\ufe15\ufe16\ufe19\ufe30\ufe31\ufe32\ufe35\ufe36\ufe37\ufe38\ufe39\ufe3a\ufe3b"
        "\ufe3c\ufe3d\ufe3e\ufe3f\ufe40\ufe41\ufe42\ufe43\ufe44\ufe47\ufe48",
        strict=True,
    )
)
# air between cells, as a share of the height of a syllable
_CELL = 1.06
_WIDEST = 1.04
# 10, 50%, 1+1 and A stand upright, alone or in brackets or with an end mark; all other Latin lies on its side
_UPRIGHT_RUN = re.compile(r"[(\[\"']{0,4}(?:\d{1,2}(?:%|(?:\+\d{1,2})+|°)?|[A-Z])?[!?.,]*[)\]\"']{0,4}")
_NO_INK = Bounds(0.0, 0.0, 0.0, 0.0)
_QUARTER = Affine.turn(90)._replace(xx=0.0, yy=0.0)


def column_items(clusters: Sequence[Cluster], faces: Sequence[FontFace]) -> list[LineItem]:
    """Return clusters down a column: upright in equal cells, or turned; see ``LineItem`` for what they hold.

    Args:
        clusters: Shaped for columns.
        faces: The font of each span.
    """
    items: list[LineItem] = []
    pen = 0.0
    for cell, turned in _cells(clusters):
        if cell[0].ink is None:
            pen += cell[0].advance
            continue
        face = faces[cell[0].span]
        made, step = _turned_items(cell[0], face) if turned else _upright_items(cell, face)
        items.extend(item.moved(pen, vertical=True) for item in made)
        pen += step + cell[-1].tracking
    return items


def _cells(own: Sequence[Cluster]) -> list[tuple[list[Cluster], bool]]:
    """Return what stands in each cell and whether it is turned."""
    cells: list[tuple[list[Cluster], bool]] = []
    place = 0
    while place < len(own):
        stop = place
        while stop < len(own) and _runs(own[stop]):
            stop += 1
        if stop > place:
            cells.extend(_run_cells(own[place:stop]))
            place = stop
        else:
            cluster = own[place]
            turned = cluster.ink is not None and not cluster.coloured and _lies(cluster)
            cells.append(([cluster], turned))
            place += 1
    return cells


def _lies(cluster: Cluster) -> bool:
    """Return whether a cluster that is not Latin lies on its side: brackets and dashes, scripts that run leftwards."""
    return cluster.text[0] in _TURNED or cluster.level % 2 == 1


def _runs(cluster: Cluster) -> bool:
    """Return whether the cluster is part of a run of Latin letters, digits and their marks."""
    if cluster.ink is None or cluster.coloured or cluster.level % 2:
        return False
    return cluster.text[0] < "\u1100" or cluster.text in _WITH_FIGURES


def _run_cells(run: Sequence[Cluster]) -> list[tuple[list[Cluster], bool]]:
    if not _UPRIGHT_RUN.fullmatch("".join(cluster.text for cluster in run)):
        return [([cluster], True) for cluster in run]
    cells: list[tuple[list[Cluster], bool]] = []
    for cluster in run:
        if cells and cluster.text.isdigit() and cells[-1][0][0].text.isdigit():
            cells[-1][0].append(cluster)
        else:
            cells.append(([cluster], cluster.text in "()[]\"'"))
    return cells


def _turned_items(cluster: Cluster, face: FontFace) -> tuple[list[LineItem], float]:
    """Return the vertical form of a mark where the font has one, else the cluster on its side."""
    form = _vertical_form(cluster)
    if form:
        return _upright_items([form], face)
    ink = cluster.ink or _NO_INK
    top, bottom = _hangul_extent(face)
    middle = (top + bottom) / 2 * cluster.size_px
    matrix = _QUARTER.moved(middle, 0.0)
    item = LineItem(cluster, matrix, ink.left, ink.right, (middle - ink.bottom, middle - ink.top), True)
    return [item], cluster.advance - cluster.tracking


def _vertical_form(cluster: Cluster) -> Cluster | None:
    """Return the cluster with the glyph that its font has for columns; None where it has none."""
    if len(cluster.text) != 1 or len(cluster.glyphs) != 1:
        return None
    plain = cluster.glyphs[0]
    glyph_id = _vertical_glyph(plain.font, cluster.text)
    ink = plain.font.ink(glyph_id) if glyph_id else None
    if ink is None:
        return None
    matrix = plain.matrix._replace(dx=0.0)
    glyph = Glyph(plain.font, glyph_id, matrix, ink.transformed(matrix), plain.coloured)
    advance = plain.font.advance(glyph_id) * matrix.xx + cluster.tracking
    return cluster._replace(glyphs=(glyph,), ink=glyph.ink, advance=advance)


@lru_cache(maxsize=1024)
def _vertical_glyph(font: FontInstance, char: str) -> int:
    """Return the glyph that the font has for a character in columns; 0 where it has none."""
    found = _shaped_glyph(font, char, True)
    if found not in (0, _shaped_glyph(font, char, False)):
        return found
    form = _VERTICAL_FORMS.get(char)
    return font.glyph_id(form) if form else 0


def _shaped_glyph(font: FontInstance, char: str, vertical: bool) -> int:
    import uharfbuzz as hb

    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    hb.shape(font.hb_font, buffer, {"vert": vertical})
    return int(buffer.glyph_infos[0].codepoint)


def _upright_items(cell: Sequence[Cluster], face: FontFace) -> tuple[list[LineItem], float]:
    """Return the clusters of a cell side by side, centred on the axis and to the height of a syllable."""
    em = cell[0].size_px
    top, bottom = (edge * em for edge in _hangul_extent(face))
    height = (bottom - top) * _CELL
    if cell[0].text in _STOPS:
        return _stop_item(cell[0], height)
    zoom = _narrowing(cell, height * _WIDEST)
    inks = [(cluster.ink or _NO_INK).scaled(zoom) for cluster in cell]
    down = height / 2 - _middle(cell[0], inks, (top, bottom))
    pens = [sum((c.advance - c.tracking) * zoom for c in cell[:number]) for number in range(len(cell))]
    left, right = pens[0] + inks[0].left, pens[-1] + inks[-1].right
    items = []
    for number, (cluster, ink, pen) in enumerate(zip(cell, inks, pens, strict=True)):
        centred = len(cell) > 1 or cluster.text.isascii()
        shift = pen - (left + right) / 2 if centred else -(cluster.advance - cluster.tracking) / 2
        matrix = Affine.scale(zoom).moved(shift, down)
        cross = ink.left + shift, ink.right + shift
        items.append(LineItem(cluster, matrix, down + ink.top, down + ink.bottom, cross, False, number > 0))
    return items, height


def _middle(cluster: Cluster, inks: Sequence[Bounds], extent: tuple[float, float]) -> float:
    """Return the height that stands in the middle of the cell: that of figures and emoji, or of all syllables."""
    emoji = cluster.coloured or cluster.glyphs[0].font.face.kind == "emoji"
    if (cluster.text.isalnum() and cluster.text.isascii()) or emoji:
        return (min(ink.top for ink in inks) + max(ink.bottom for ink in inks)) / 2
    return (extent[0] + extent[1]) / 2


def _narrowing(cell: Sequence[Cluster], widest: float) -> float:
    """Return how much smaller figures are set that are wider than their cell."""
    width = sum(cluster.advance - cluster.tracking for cluster in cell)
    return min(widest / width, 1.0) if len(cell) > 1 and width else 1.0


def _stop_item(cluster: Cluster, height: float) -> tuple[list[LineItem], float]:
    """Return a comma or full stop at the top right of its cell, which is half as high."""
    ink = cluster.ink or _NO_INK
    shift = height / 2 - ink.right
    cross = ink.left + shift, ink.right + shift
    return [LineItem(cluster, Affine.shift(shift, -ink.top), 0.0, ink.height, cross)], height / 2


@lru_cache(maxsize=64)
def _hangul_extent(face: FontFace) -> tuple[float, float]:
    """Return the top and the bottom of the syllables of a face, or of the one that stands in for it, in ems."""
    chain = SubstituteChain(face)
    inks = []
    for char in HANGUL_PROBE:
        source = chain.source(char) if not open_font(face).draws(char) else None
        font, zoom = (source.font, source.zoom) if source else (open_font(face), 1.0)
        ink = font.ink(font.glyph_id(char))
        if ink:
            inks.append(ink.scaled(zoom))
    return min(ink.top for ink in inks), max(ink.bottom for ink in inks)
