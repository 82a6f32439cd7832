"""Columns: Hangul and Han upright in equal cells, Latin turned, short numbers side by side in one cell."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from ..text.fonts import FontFace
from .glyphs import Cluster, Ink, clusters, measures
from .paragraphs import Item, accent_items, moved

_PROBE = "가한글을"
_STOPS = frozenset(".,、。，．")
_TURNED = frozenset("‘’“”‹›«»《》〈〉「」『』【】〔〕（）［］｛｝…‥—–―～〜ー")
_WITH_FIGURES = frozenset("₩€£¥￦")
# air between cells, as a share of the height of a syllable
_CELL = 1.06
_WIDEST = 1.04
# 10, 50%, 1+1 and A stand upright, alone or in brackets or with an end mark; all other Latin lies on its side
_UPRIGHT_RUN = re.compile(r"[(\[\"']*(?:\d{1,2}(?:%|(?:\+\d{1,2})+|°)?|[A-Z])?[!?.,]*[)\]\"']*")


def vertical_items(own: list[Cluster], face: FontFace, spacing_em: float) -> list[Item]:
    """Return the clusters down a column: upright in equal cells, or turned; see ``Item`` for what they hold."""
    items: list[Item] = []
    pen = 0.0
    for cell, turned in _cells(own):
        if cell[0].ink is None:
            pen += cell[0].advance + (spacing_em if cell[0].advance else 0.0)
            continue
        made, step = _turned_items(cell[0], face) if turned else _upright_items(cell, face)
        items.extend(moved(item, pen) for item in made)
        pen += step + spacing_em
    return items


def _cells(own: list[Cluster]) -> list[tuple[list[Cluster], bool]]:
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
            text = own[place].text
            cells.append(([own[place]], bool(text) and text[0] in _TURNED and not own[place].colour))
            place += 1
    return cells


def _runs(cluster: Cluster) -> bool:
    """Return whether the cluster is part of a run of Latin letters, digits and their marks."""
    return bool(cluster.text) and not cluster.colour and (cluster.text[0] < "\u1100" or cluster.text in _WITH_FIGURES)


def _run_cells(run: list[Cluster]) -> list[tuple[list[Cluster], bool]]:
    if not _UPRIGHT_RUN.fullmatch("".join(cluster.text for cluster in run)):
        return [([cluster], True) for cluster in run]
    cells: list[tuple[list[Cluster], bool]] = []
    for cluster in run:
        if cells and cluster.text.isdigit() and cells[-1][0][0].text.isdigit():
            cells[-1][0].append(cluster)
        else:
            cells.append(([cluster], cluster.text in "()[]\"'"))
    return cells


def _turned_items(cluster: Cluster, face: FontFace) -> tuple[list[Item], float]:
    """Return the vertical form of a mark where the font has one, else the cluster on its side."""
    form = _vertical_form(cluster)
    if form:
        return _upright_items([form], face)
    ink = cluster.ink or Ink(0, 0, 0, 0)
    top, bottom = _hangul_extent(face)
    middle = (top + bottom) / 2
    cross = middle - ink.bottom, middle - ink.top
    made = [Item(cluster, 0.0, ink.left, ink.right, cross, True, middle)]
    made.extend(
        replace(item, cross=(middle - item.cross[1], middle - item.cross[0]), turned=True, shift=middle - item.shift)
        for item in accent_items(cluster, 0.0)
    )
    return made, cluster.advance


def _vertical_form(cluster: Cluster) -> Cluster | None:
    if len(cluster.text) != 1:
        return None
    own = measures(cluster.face)
    char = own.vertical(cluster.text)
    advance, ink = own.glyph(char) if char else (0.0, None)
    if char is None or ink is None:
        return None
    zoom = cluster.face.zoom
    return replace(cluster, text=char, advance=advance * zoom, ink=Ink(*(value * zoom for value in ink)))


def _upright_items(cell: list[Cluster], face: FontFace) -> tuple[list[Item], float]:
    """Return the clusters of a cell side by side, centred on the axis and to the height of a syllable."""
    top, bottom = _hangul_extent(face)
    height = (bottom - top) * _CELL
    if cell[0].text in _STOPS:
        return _stop_item(cell[0], height)
    cell = _narrowed(cell, height * _WIDEST)
    inks = [cluster.ink or Ink(0, 0, 0, 0) for cluster in cell]
    down = height / 2 - _middle(cell[0], inks, (top, bottom))
    pens = [sum(cluster.advance for cluster in cell[:n]) for n in range(len(cell))]
    left, right = pens[0] + inks[0].left, pens[-1] + inks[-1].right
    items = []
    for number, (cluster, ink, pen) in enumerate(zip(cell, inks, pens, strict=True)):
        shift = pen - (left + right) / 2 if len(cell) > 1 or cluster.text.isascii() else -cluster.advance / 2
        cross = ink.left + shift, ink.right + shift
        items.append(Item(cluster, down, down + ink.top, down + ink.bottom, cross, False, shift, number > 0))
    return items, height


def _middle(cluster: Cluster, inks: list[Ink], extent: tuple[float, float]) -> float:
    """Return the height that stands in the middle of the cell: that of figures and emoji, or of all syllables."""
    if (cluster.text.isalnum() and cluster.text.isascii()) or cluster.colour or cluster.face.kind == "emoji":
        return (min(ink.top for ink in inks) + max(ink.bottom for ink in inks)) / 2
    return (extent[0] + extent[1]) / 2


def _narrowed(cell: list[Cluster], widest: float) -> list[Cluster]:
    """Return figures set smaller where they are wider than their cell."""
    width = sum(cluster.advance for cluster in cell)
    if len(cell) == 1 or width <= widest:
        return cell
    share = widest / width
    return [
        replace(
            cluster,
            face=replace(cluster.face, zoom=cluster.face.zoom * share),
            advance=cluster.advance * share,
            ink=Ink(*(value * share for value in cluster.ink)) if cluster.ink else None,
        )
        for cluster in cell
    ]


def _stop_item(cluster: Cluster, height: float) -> tuple[list[Item], float]:
    """Return a comma or full stop at the top right of its cell, which is half as high."""
    ink = cluster.ink or Ink(0, 0, 0, 0)
    shift = height / 2 - ink.right
    cross = ink.left + shift, ink.right + shift
    return [Item(cluster, -ink.top, 0.0, ink.bottom - ink.top, cross, False, shift)], height / 2


@lru_cache(maxsize=64)
def _hangul_extent(face: FontFace) -> tuple[float, float]:
    inks = [cluster.ink for cluster in clusters(_PROBE, face) if cluster.ink]
    return min(ink.top for ink in inks), max(ink.bottom for ink in inks)
