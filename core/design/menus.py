"""A price list: every item on a line of its own, its name, a dotted leader and its price."""

from __future__ import annotations

from ..text.bounds import Bounds
from .faces import FaceSet
from .glyphs import Affine, em_line
from .lockups import foot, letter_height
from .marks import Form, Letters, Mark, MarkBlock
from .schema_words import ItemSpec, Plate
from .setting import Room, Stage, sizes_px
from .slots import Slot

_MARKED = 1.34  # size of the marked line against the others
_MOST_LINES = 14


def set_menu(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    """Return a price list as wide as its room; the lines are as far apart as the height allows.

    The item that the ad is about (its name holds one of ``stage.marked``) is larger and in the second colour. Lines
    that do not fit are left out from the end, at least one stays.
    """
    rows = [tuple(line.split("\t")) for line in slot.text.split("\n")][:_MOST_LINES]
    least, best = sizes_px(item, stage, room.scale)
    lead = 1 + max(item.leading, 0.7)
    size = min(best, room.height / (len(rows) * lead))
    while rows and size < least:
        rows.pop()
        size = min(best, room.height / max(len(rows) * lead, 1))
    if not rows:
        return None
    widths = [_row_width(row, size, item, stage.faces, _is_marked(row, stage)) for row in rows]
    size *= min(1.0, room.width / max(widths))
    if size < least:
        return None
    pitch = min(room.height / len(rows), size * (1 + item.leading) * 1.5)
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        marks += _row(row, size, room.width, item, stage, (number + 0.5) * pitch, slot.label)
    height = pitch * len(rows)
    margin = (pitch - size) / 2
    box = Bounds(0, margin, room.width, height - margin)
    return MarkBlock(tuple(marks), box, margin + size, size)


def _is_marked(row: tuple[str, ...], stage: Stage) -> bool:
    return any(word and word in row[0] for word in stage.marked)


def _row_width(row: tuple[str, ...], size: float, item: ItemSpec, faces: FaceSet, marked: bool) -> float:
    k = _MARKED if marked else 1.0
    name = em_line(row[0], faces.face(item.face), item.tracking)
    price = em_line(row[1], faces.face("strong"), item.tracking) if len(row) > 1 else None
    height = letter_height(row[0] or "가", faces.face(item.face))
    of_price = price.advance / letter_height(row[1], faces.face("strong")) if price and row[1] else 0.0
    return size * k * (name.advance / height + of_price + 2.2)


def _row(
    row: tuple[str, ...], size: float, width: float, item: ItemSpec, stage: Stage, middle: float, label: str
) -> list[Mark]:
    marked = _is_marked(row, stage)
    size = size * (_MARKED if marked else 1.0)
    colour = "2" if marked else "1"
    name = _text(row[0], item.face, size, item, stage, colour)
    base = middle + size / 2
    left = name.moved(-name.box.left, base - name.box.bottom)
    marks: list[Mark] = list(left.marks)
    end = left.box.right
    if marked and label:
        pill = _pill(label, 0.36 * size, end + 0.36 * size, middle, item, stage)
        marks += pill.marks
        end = pill.box.right
    price = row[1].strip() if len(row) > 1 else ""
    if not price:
        return marks
    right = _text(price, "strong", size * 0.86, item, stage, colour)
    right = right.moved(width - right.box.right, base - 0.04 * size - right.box.bottom)
    marks += right.marks
    dots = Bounds(end + 0.5 * size, base - 0.12 * size, right.box.left - 0.5 * size, base - 0.02 * size)
    if dots.width > size:
        plate = Plate(shape="dots", paint=item.strike or "line")
        marks.append(Form("dots", dots, plate, source="leader", params={"pitch": 2.6}))
    return marks


def _pill(label: str, size: float, left: float, middle: float, item: ItemSpec, stage: Stage) -> MarkBlock:
    """Return the mark of a recommended line: a small word on a pill."""
    size = max(size, stage.canvas.least_type_px)
    word = _text(label, "strong", size, item, stage, "on-accent")
    word = word.moved(left + 0.75 * size - word.box.left, middle - word.box.middle[1])
    box = word.box.grown(0.75 * size, 0.48 * size)
    form = Form("pill", box, Plate(shape="pill", paint="accent"), source="leader")
    return MarkBlock((form, *word.marks), box, word.base, size)


def _text(text: str, role: str, size: float, item: ItemSpec, stage: Stage, colour: str) -> MarkBlock:
    face = stage.faces.face(role)
    line = em_line(text, face, item.tracking, stage.faces.fallback)
    k = size / letter_height(text or "가", face)
    letters = Letters(line, Affine.scale(k), colour, "items", size)
    ink, down = letters.ink, foot(text, face) * k
    return MarkBlock((letters,), Bounds(ink.left, down - size, ink.right, down), 0.0, size)
