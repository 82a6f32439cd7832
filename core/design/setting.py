"""One item of a design set in type: as large as it may be, in the lines that suit it, fitted to its room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import pi, radians

from ..text.bounds import Bounds
from ..text.fonts import FontFace
from ..text.line_breaks import units
from .breaking import Lines, broken
from .canvas import Canvas
from .faces import FaceSet
from .glyphs import EM, Affine, EmLine, em_line
from .lockups import Faces, LockupSpan, foot, kind_of, letter_height, line_of, lockup
from .marks import Letters, MarkBlock, joined
from .schema_words import ItemSpec
from .slots import Slot

_LINE_WORTH = 0.94  # what a setting loses with each further line
_COST_WORTH = 0.35  # and with an ugly break
_MOST_CHARACTERS = 240
_ADNOMINAL = frozenset(["한", "두", "세", "네", "첫", "새", "단", "이", "그", "저", "온", "전", "매", "총"])


@dataclass(frozen=True)
class Stage:
    """What all words of an ad are set on.

    Attributes:
        canvas: The canvas.
        faces: The type set.
        language: ``ko`` or ``en``.
        logo_ratio: Width to height of the logo; 0 where there is none.
        trade: The trade's id, for its icons.
        marked: Words by which an item of a menu is marked.
        lettering_ratio: Width to height of lettering that stands for the headline; 0 where there is none.
    """

    canvas: Canvas
    faces: FaceSet
    language: str = "ko"
    logo_ratio: float = 0.0
    trade: str = ""
    marked: tuple[str, ...] = ()
    lettering_ratio: float = 0.0


@dataclass(frozen=True)
class Room:
    """The room of an item in px, and how far all sizes are scaled."""

    width: float
    height: float
    scale: float = 1.0


def sizes_px(item: ItemSpec, stage: Stage, scale: float) -> tuple[float, float]:
    """Return the least and the best height of the letters in px; never under what the format allows."""
    unit = stage.canvas.unit
    least = max(item.size[0] * unit * min(scale, 1.0), stage.canvas.least_type_px)
    return least, max(item.size[1] * unit * scale, least)


def set_words(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    """Return the words of an item, its letters' top left at the block's top left; None where they do not fit."""
    least, best = sizes_px(item, stage, room.scale)
    text = slot.text[:_MOST_CHARACTERS]
    width = room.width * item.maxw
    if item.set == "hero":
        return _hero(text, item, stage, Room(width, room.height), least, best)
    if item.set == "stepped":
        return _stepped(text, slot.emphasis, item, stage, Room(width, room.height), least, best)
    if item.set == "stack":
        return _stack(text, item, stage, width, least, best)
    if item.set == "auto" and kind_of(text) != "words":
        return _lockup(text, item, stage, width, least, best)
    if item.set == "shop":
        return _shop(text, item, stage, width, least, best)
    return _plain(text, item, stage, width, least, best)


# --- plain ----------------------------------------------------------------------------------------------------


def _plain(text: str, item: ItemSpec, stage: Stage, width: float, least: float, best: float) -> MarkBlock | None:
    face = stage.faces.face(item.face)
    found = max(_in_lines(text, item, face, width, best), key=lambda f: f[0], default=None)
    if found is None or found[1] < least - 0.01:
        return None
    return _stacked(found[2], item, stage, found[1])


def _in_lines(
    text: str, item: ItemSpec, face: FontFace, width: float, best: float
) -> Iterator[tuple[float, float, Lines]]:
    """Yield worth, size and lines for every number of lines."""
    height = letter_height(text, face)
    for count in range(1, item.lines + 1):
        size = best
        for _ in range(4):  # smaller type may break better, and better breaks allow larger type
            lines = broken(text, count, face, item.tracking, EM * width / (size / height * EM) * 1.0001)
            if lines is not None:
                widest = max(_advance(line, face, item.tracking) for line in lines.texts)
                size = min(best, width / max(widest, 1.0) * height)
                yield size * _LINE_WORTH ** (count - 1) * (1 - _COST_WORTH * max(lines.cost, 0)), size, lines
                break
            natural = broken(text, count, face, item.tracking)
            if natural is None:
                break
            widest = max(_advance(line, face, item.tracking) for line in natural.texts)
            size = min(size * 0.99, width / max(widest, 1.0) * height)


def _advance(text: str, face: FontFace, tracking: float) -> float:
    line = em_line(text, face, tracking)
    return line.ink[2] - line.ink[0]


def _stacked(lines: Lines, item: ItemSpec, stage: Stage, size: float, align: str = "left") -> MarkBlock:
    faces = stage.faces.pair(item.face)
    align = _align(item) or align
    whole = [_line(text, item, faces, size) for text in lines.texts]
    width = max(block.box.width for block in whole)
    placed = []
    y = 0.0
    for block in whole:
        x = {"left": 0.0, "centre": (width - block.box.width) / 2, "right": width - block.box.width}[align]
        placed.append(block.moved(x - block.box.left, y - block.box.top))
        y += size * (1 + item.leading)
    found = joined(placed, size, placed[0].base)
    return replace(found, cost=max(lines.cost, 0.0))


def _align(item: ItemSpec) -> str:
    name = item.align or ""
    return "left" if "left" in name else "right" if "right" in name else "centre" if name else ""


def _line(text: str, item: ItemSpec, faces: Faces, size: float, colour: str = "1") -> MarkBlock:
    """Return one line, its letters ``size`` px high."""
    face = faces.words
    line = em_line(text, face, item.tracking, faces.fallback)
    k = size / letter_height(text, face)
    letters = Letters(line, Affine.scale(k), colour, "", size)
    ink, down = letters.ink, foot(text, face) * k
    return MarkBlock((letters,), Bounds(ink.left, down - size, ink.right, down), 0.0, size)


# --- lock-ups -------------------------------------------------------------------------------------------------


def _lockup(text: str, item: ItemSpec, stage: Stage, width: float, least: float, best: float) -> MarkBlock | None:
    block = lockup(text, stage.faces.pair(item.face), item.tracking, 1.0, item.unit)
    k = min(best / EM, width / max(block.box.width, 1.0))
    return block.mapped(Affine.scale(k)) if k * EM >= least - 0.01 else None


def _shop(text: str, item: ItemSpec, stage: Stage, width: float, least: float, best: float) -> MarkBlock | None:
    from .slots import shop_and_branch

    name, branch = shop_and_branch(text)
    if not branch:
        return _plain(text, item, stage, width, least, best)
    first = _line(name, item, stage.faces.pair(item.face), best)
    light = item.model_copy(update={"face": "light" if item.face != "headline" else "body"})
    smaller = max(best * (0.72 if item.face == "headline" else 1.0), min(stage.canvas.least_type_px, best))
    second = _line(branch, light, stage.faces.pair(light.face), smaller, "2")
    second = second.moved(first.box.right + 0.34 * best - second.box.left, 0.0)
    block = joined([first, second], best, first.base)
    k = min(1.0, width / block.box.width)
    return block.mapped(Affine.scale(k)) if k * best >= least - 0.01 else None


def _hero(text: str, item: ItemSpec, stage: Stage, room: Room, least: float, best: float) -> MarkBlock | None:
    """Return the hero: a lock-up or words, stretched within bounds towards the width that it wants."""
    if kind_of(text) != "words":
        return _hero_lockup(text, item, stage, room, least, best)
    found = [h for h in (_hero_words(text, n, item, stage, room, best) for n in range(1, item.lines + 1)) if h]
    block = max(found, key=_hero_worth, default=None)
    return block if block is not None and block.size >= least - 0.01 else None


def _hero_worth(block: MarkBlock) -> float:
    lines = len(block.letters)
    area = sum(mark.size_px * mark.ink.width for mark in block.letters)
    return area**0.5 * _LINE_WORTH ** (lines - 1) * (1 - _COST_WORTH * block.cost)


def _hero_lockup(text: str, item: ItemSpec, stage: Stage, room: Room, least: float, best: float) -> MarkBlock | None:
    faces, (low, high) = stage.faces.pair(item.face), item.stretch
    size = min(best, room.height)
    stretch = 1.0
    for _ in range(3):
        block = lockup(text, faces, item.tracking, round(stretch, 3), item.unit)
        natural = block.box.width / EM * size
        wanted = room.width * (item.fill or 1.0)
        if abs(natural - wanted) < 1 or (natural < wanted and not item.fill and stretch <= 1):
            break
        stretch = min(max(stretch * wanted / natural, low), high)
    block = lockup(text, faces, item.tracking, round(stretch, 3), item.unit)
    tall = block.box.height / EM
    k = min(size / EM, room.width / block.box.width, room.height / (tall * EM))
    return block.mapped(Affine.scale(k)) if k * EM >= least - 0.01 else None


def _hero_words(text: str, count: int, item: ItemSpec, stage: Stage, room: Room, best: float) -> MarkBlock | None:
    """Return words in ``count`` lines; each line stretched on its own to the widest where ``justify`` says so."""
    faces = stage.faces.pair(item.face)
    lines = broken(text, count, faces.words, item.tracking)
    if lines is None:
        return None
    blocks = [_line(t, item, faces, EM) for t in lines.texts]
    low, high = item.stretch
    height = room.height / (count + item.leading * (count - 1))
    wanted = room.width * (item.fill or 1.0)
    if not item.justify:
        widest = max(b.box.width for b in blocks)
        size = min(best, height, room.width / (widest * low) * EM)
        stretch = min(max(wanted / (widest / EM * size), low), high if item.fill else 1.0)
        scales = [(size / EM * stretch, size / EM)] * count
    else:
        scales = [_to_width(b, wanted, min(best, height), low, high) for b in blocks]
    placed, y = [], 0.0
    for block, (kx, ky) in zip(blocks, scales, strict=True):
        made = block.mapped(Affine.scale(kx, ky))
        placed.append(made.moved(-made.box.left, y - made.box.top))
        y += made.box.height * (1 + item.leading)
    found = joined(placed, max(b.size for b in placed), placed[0].base)
    if found.box.height > room.height + 0.5:
        found = found.mapped(Affine.scale(room.height / found.box.height))
    return replace(found, cost=max(lines.cost, 0.0))


def _to_width(block: MarkBlock, wanted: float, height: float, low: float, high: float) -> tuple[float, float]:
    """Return the scales that give a line its width, as high as its room and the narrowest letters allow."""
    kx = wanted / block.box.width
    ky = min(kx / low, height / EM)
    return min(kx, ky * high), ky


def _stepped(
    text: str, emphasis: str, item: ItemSpec, stage: Stage, room: Room, least: float, best: float
) -> MarkBlock | None:
    """Return lines that grow louder: the last, the emphasis where that ends the text, largest and heaviest."""
    face = stage.faces.face("headline")
    found = None
    for count in range(min(item.lines, 4), 0, -1):
        lines = _with_last(text, emphasis, count, face, item.tracking)
        if lines is None or (count > 1 and lines.cost > 0.6):
            continue
        found = _steps(lines, item, stage, Room(room.width, room.height), best)
        if found.size >= least:
            break
    return found if found is not None and found.size >= least - 0.01 else None


def _with_last(text: str, last: str, count: int, face: FontFace, tracking: float) -> Lines | None:
    """Return the text in lines, ``last`` on a line of its own where the text ends with it."""
    rest = text[: -len(last)].strip() if last and text.endswith(last) else ""
    if not rest or count == 1:
        return broken(text, count, face, tracking)
    lines = broken(rest, count - 1, face, tracking)
    return Lines((*lines.texts, last), lines.cost) if lines else None


def _steps(lines: Lines, item: ItemSpec, stage: Stage, room: Room, best: float) -> MarkBlock:
    last = len(lines.texts) - 1
    roles = {0: ["headline"], 1: ["body", "headline"], 2: ["light", "body", "headline"]}
    names = roles.get(last, ["light", *["body"] * (last - 1), "headline"])
    growth = 1.72
    placed, y, width = [], 0.0, 0.0
    for number, (text, role) in enumerate(zip(lines.texts, names, strict=True)):
        size = best if number == last else best / growth
        colour = "1" if number == last else "2" if number == 0 else "1.5"
        block = _line(text, item, stage.faces.pair(role), size, colour)
        if number:
            y += item.leading * min(size, best / growth)
        placed.append(block.moved(-block.box.left, y - block.box.top))
        y += size
        width = max(width, block.box.width)
    whole = joined(placed, best, placed[0].base)
    k = min(1.0, room.width / width, room.height / y)
    return replace(whole.mapped(Affine.scale(k)), cost=max(lines.cost, 0.0))


def _stack(text: str, item: ItemSpec, stage: Stage, width: float, least: float, best: float) -> MarkBlock | None:
    """Return short lines in the middle of each other; the one with a figure, else the last, is large."""
    faces = stage.faces.pair(item.face)
    texts = _short_lines(text, min(item.lines, 3), faces.words, item.tracking)
    figures = [i for i, line in enumerate(texts) if any(c.isdigit() for c in line)]
    large = figures[0] if figures else len(texts) - 1
    scale = 1.45 if len(texts) > 1 else 1.0
    blocks = []
    for number, line in enumerate(texts):
        size = best * (scale if number == large else 1.0)
        block = line_of([LockupSpan(line)], faces, item.tracking).mapped(Affine.scale(size / EM))
        k = min(1.0, width / block.box.width)
        blocks.append(block.mapped(Affine.scale(k)))
    widest = max(block.box.width for block in blocks)
    placed, y = [], 0.0
    for block in blocks:
        placed.append(block.moved((widest - block.box.width) / 2 - block.box.left, y - block.box.top))
        y += block.size + item.leading * best
    return joined(placed, best, placed[0].base)


def _short_lines(text: str, most: int, face: FontFace, tracking: float) -> tuple[str, ...]:
    """Return a text in short lines, the word that holds a figure alone on its own where there is room for that."""
    words = text.split()
    at = next((i for i, word in enumerate(words) if any(c.isdigit() for c in word)), None)
    if at is not None and len(words) > 1:
        pieces = [" ".join(words[:at]), words[at], " ".join(words[at + 1 :])]
        kept = tuple(piece for piece in pieces if piece)
        if len(kept) <= most and all(len(piece) <= 8 for piece in kept):
            return kept
    if 2 <= len(words) <= 4:
        ends = [k for k in range(1, len(words)) if words[k - 1] not in _ADNOMINAL]
        even = [(max(len(" ".join(words[:k])), len(" ".join(words[k:]))), -k, k) for k in ends]
        if even:
            k = min(even)[2]
            return " ".join(words[:k]), " ".join(words[k:])
    found = (broken(text, count, face, tracking) for count in range(min(most, len(units(text))), 0, -1))
    return next((lines.texts for lines in found if lines), (text,))


def curved(line: EmLine, degrees: float) -> EmLine:
    """Return a line whose baseline is an arc of that many degrees; over 0 its middle is highest."""
    if not degrees or not line.glyphs:
        return line
    radius = line.ink.width / radians(degrees)
    middle = (line.ink.left + line.ink.right) / 2
    glyphs = []
    for glyph in line.glyphs:
        x = (glyph.ink.left + glyph.ink.right) / 2
        turn = Affine.turn((x - middle) / radius * 180 / pi)
        glyphs.append(glyph.transformed(Affine.shift(middle, radius) @ turn @ Affine.shift(-x, -radius)))
    ink = glyphs[0].ink
    for glyph in glyphs[1:]:
        ink = ink.joined(glyph.ink)
    return replace(line, glyphs=tuple(glyphs), ink=ink)
