"""Groups of words laid out: items in rows, rows in a column, the column in its region. Boxes only, no pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..text.bounds import Bounds
from .glyphs import Affine
from .items import set_item
from .marks import Form, Letters, Mark, MarkBlock, joined
from .schema_words import ItemSpec, Row, WordsLayer
from .setting import Room, Stage
from .slots import Slot

ROUND = ("circle", "burst", "seal", "star")
_INSIDE = 0.71  # of a round plate's radius that the words' half diagonal takes
_LARGER_PLATE = 1.35  # how far a round plate may grow so that its words keep the least size
_TRIES = 24
_TALL = ("hero", "stepped", "menu")  # settings that take the height that others leave


@dataclass(frozen=True)
class Group:
    """A group of words in its place.

    Attributes:
        layer: Its layer.
        block: Its marks on the canvas.
        items: The rectangle of each item that stands.
        dropped: Items that found no room, with the reason.
        scale: How far its sizes were scaled.
    """

    layer: WordsLayer
    block: MarkBlock
    items: Mapping[str, Bounds]
    dropped: tuple[str, ...] = ()
    scale: float = 1.0

    def moved(self, x: float, y: float) -> Group:
        """Return the group elsewhere."""
        if not x and not y:
            return self
        boxes = {k: Bounds(b.left + x, b.top + y, b.right + x, b.bottom + y) for k, b in self.items.items()}
        return replace(self, block=self.block.moved(x, y), items=boxes)


@dataclass(frozen=True)
class _Cell:
    row: Row
    item: ItemSpec
    slot: Slot


def set_group(
    layer: WordsLayer, slots: Mapping[tuple[str, str], Slot], stage: Stage, region: Bounds, scale: float = 1.0
) -> Group | None:
    """Return a group in its region, or None where it has no words or not even its least fits.

    All sizes shrink together down to the layer's ``least``; then the item that matters least goes, and so on.
    """
    cells = [_Cell(row, item, s) for row in layer.rows for item in row.items if (s := slots.get((layer.id, item.id)))]
    dropped: list[str] = []
    size = scale
    for _ in range(_TRIES):
        if not any(cell.slot.text or cell.item.set in ("logo", "stars", "icon") for cell in cells):
            return None
        column = _column(layer, cells, stage, region, size)
        if isinstance(column, _Laid):
            over = column.block.box.height / max(region.height, 1.0)
            if over <= 1.002 and column.block.box.width <= region.width * 1.002:
                return _placed(layer, column, region, tuple(dropped), size)
            if size > layer.least * scale:
                size = max(layer.least * scale, size * max(min(0.985 / over, 0.97), 0.7))
                continue
            column = None
        if column is None and size > layer.least * scale:
            size = max(layer.least * scale, size * 0.88)
            continue
        gone = column if isinstance(column, _Cell) else _last_in_line(cells)
        if gone is None:
            return None
        dropped.append(gone.item.id)
        cells = [cell for cell in cells if cell is not gone]
        size = scale
    return None


@dataclass(frozen=True)
class _Laid:
    block: MarkBlock
    items: Mapping[str, Bounds]


def _last_in_line(cells: Sequence[_Cell]) -> _Cell | None:
    free = [cell for cell in cells if cell.item.prio > 1]
    return max(reversed(free), key=lambda cell: cell.item.prio, default=None)


def _column(
    layer: WordsLayer, cells: Sequence[_Cell], stage: Stage, region: Bounds, scale: float
) -> _Laid | _Cell | None:
    """Return the rows one below the other; the cell that must go; None where all is too large."""
    plate = layer.plate
    width, height = region.width, region.height
    if plate is not None and plate.shape not in ROUND:
        width -= 2 * plate.pad[0] * stage.canvas.unit
        height -= 2 * plate.pad[1] * stage.canvas.unit
    rows = [[c for c in cells if c.row.id == row.id] for row in layer.rows]
    rows = [row for row in rows if row]
    fixed: dict[int, _Laid] = {}
    for number, row in enumerate(rows):
        if not _is_tall(row):
            laid = _row(row, stage, Room(width, height, scale))
            if not isinstance(laid, _Laid):
                return laid
            fixed[number] = laid
    tall = [n for n, row in enumerate(rows) if _is_tall(row)]
    for number in tall:
        left = height - sum(laid.block.box.height for laid in fixed.values()) - _gaps(layer, rows, fixed, stage)
        share = left / len([n for n in tall if n not in fixed])
        if share <= 0:
            return None
        laid = _row(rows[number], stage, Room(width, share, scale))
        if not isinstance(laid, _Laid):
            return laid if scale <= layer.least * 1.001 or laid is None else None
        fixed[number] = laid
    return _stacked(layer, rows, [fixed[n] for n in range(len(rows))], stage, width)


def _is_tall(row: Sequence[_Cell]) -> bool:
    return len(row) == 1 and row[0].item.set in _TALL


def _gaps(layer: WordsLayer, rows: Sequence[Sequence[_Cell]], fixed: Mapping[int, _Laid], stage: Stage) -> float:
    """Return the room between rows, those not laid out yet counted as large."""
    total = 0.0
    for number in range(1, len(rows)):
        sizes = [fixed[n].block.size for n in (number - 1, number) if n in fixed]
        size = min(sizes, default=rows[number][0].item.size[1] * stage.canvas.unit)
        total += _gap(layer, rows[number][0].row) * size
    return total


def _gap(layer: WordsLayer, row: Row) -> float:
    return layer.gap if row.gap == -1 else row.gap


def _row(cells: Sequence[_Cell], stage: Stage, room: Room) -> _Laid | _Cell | None:
    """Return items side by side, smaller where they are too wide; else the one that should go."""
    row = cells[0].row
    if len(cells) == 1:
        cell = cells[0]
        block = set_item(cell.item, cell.slot, stage, room)
        if block is None:
            return cell if cell.item.prio > 1 else None
        at = row.at if row.at != "group" else ""
        x = {"centre": (room.width - block.box.width) / 2, "end": room.width - block.box.width}.get(at, 0.0)
        block = block.moved(x, 0.0)
        return _Laid(block, {cell.item.id: block.box})
    k = room.scale
    for _ in range(4):
        blocks = [set_item(c.item, c.slot, stage, Room(room.width, room.height, k)) for c in cells]
        if any(block is None for block in blocks):
            break
        found = [block for block in blocks if block is not None]
        gaps = [row.igap * min(a.size, b.size) for a, b in pairwise(found)]
        total = sum(block.box.width for block in found) + sum(gaps)
        if total <= room.width * 1.001:
            return _side_by_side(row, cells, found, gaps, room.width)
        k *= max((room.width - 0.5) / total, 0.6)
    return _last_in_line(cells)


def _side_by_side(
    row: Row, cells: Sequence[_Cell], blocks: Sequence[MarkBlock], gaps: Sequence[float], width: float
) -> _Laid:
    total = sum(block.box.width for block in blocks) + sum(gaps)
    spare = max(width - total, 0.0)
    x = {"centre": spare / 2, "end": spare}.get(row.at, 0.0)
    between = spare / (len(blocks) - 1) if row.at == "spread" else 0.0
    tallest = max(blocks, key=lambda block: block.box.height)
    placed: list[MarkBlock] = []
    for number, block in enumerate(blocks):
        y = _row_shift(row, block, tallest)
        placed.append(block.moved(x - block.box.left, y))
        x += block.box.width + (gaps[number] + between if number < len(gaps) else 0.0)
    whole = joined(placed, max(block.size for block in blocks), placed[0].base)
    top = whole.box.top
    whole = whole.moved(0.0, -top)
    return _Laid(whole, {c.item.id: b.moved(0.0, -top).box for c, b in zip(cells, placed, strict=True)})


def _row_shift(row: Row, block: MarkBlock, tallest: MarkBlock) -> float:
    if row.line == "top":
        return tallest.box.top - block.box.top
    if row.line == "bottom":
        return tallest.box.bottom - block.box.bottom
    if row.line == "middle":
        return tallest.box.middle[1] - block.box.middle[1]
    return tallest.base - block.base


def _stacked(
    layer: WordsLayer, rows: Sequence[Sequence[_Cell]], laid: Sequence[_Laid], stage: Stage, width: float
) -> _Laid:
    side = _side(layer)
    whole_width = max(entry.block.box.right for entry in laid) if side == "left" else 0.0
    whole_width = max(whole_width, max(entry.block.box.width for entry in laid))
    blocks: list[MarkBlock] = []
    boxes: dict[str, Bounds] = {}
    y = 0.0
    for number, entry in enumerate(laid):
        block = entry.block
        if number:
            y += _gap(layer, rows[number][0].row) * min(block.size, laid[number - 1].block.size)
        free = rows[number][0].row.at == "group"
        x = {"centre": (whole_width - block.box.width) / 2, "right": whole_width - block.box.width}.get(side, 0.0)
        x = x - block.box.left if free else 0.0
        moved = block.moved(x, y - block.box.top)
        shift = (moved.box.left - block.box.left, moved.box.top - block.box.top)
        for name, box in entry.items.items():
            boxes[name] = Bounds(box.left + shift[0], box.top + shift[1], box.right + shift[0], box.bottom + shift[1])
        blocks.append(moved)
        y += block.box.height
    size = max(block.size for block in blocks)
    return _on_group_plate(layer, _Laid(joined(blocks, size), boxes), stage, width)


def _on_group_plate(layer: WordsLayer, laid: _Laid, stage: Stage, width: float) -> _Laid:
    plate = layer.plate
    if plate is None:
        return laid
    block, box = laid.block, laid.block.box
    if plate.shape in ROUND:
        return _on_round_plate(layer, laid, stage)
    x, y = plate.pad[0] * stage.canvas.unit, plate.pad[1] * stage.canvas.unit
    outer = box.grown(x, y)
    if plate.full:
        outer = Bounds(box.left - x, outer.top, box.left + width + x, outer.bottom)
    form = Form(plate.shape, outer, plate, source="plate", params=plate.params)
    return _Laid(MarkBlock((form, *block.marks), outer, block.base, block.size, block.cost), laid.items)


def _on_round_plate(layer: WordsLayer, laid: _Laid, stage: Stage) -> _Laid:
    """Return words scaled into a round plate of the wanted diameter; they fill its inside."""
    plate = layer.plate
    if plate is None:
        return laid
    short = min(stage.canvas.width, stage.canvas.height)
    radius = plate.params.get("diameter", 0.24) * short / 2
    inner = radius * plate.params.get("inner", 1.0) * plate.params.get("inside", _INSIDE)
    reach = max(_reach(mark, laid.block.box.middle) for mark in laid.block.marks)
    k = inner / max(reach, 1.0)
    smallest = min((m.size_px for m in laid.block.letters if not m.unit), default=stage.canvas.least_type_px) * k
    larger = min(max(stage.canvas.least_type_px / max(smallest, 1e-3), 1.0), _LARGER_PLATE)
    radius, k = radius * larger, k * larger
    cx, cy = laid.block.box.middle
    matrix = Affine.shift(radius, radius) @ Affine.scale(k) @ Affine.shift(-cx, -cy)
    block = laid.block.mapped(matrix)
    items = {name: Bounds(*_map_box(matrix, box)) for name, box in laid.items.items()}
    form = Form(plate.shape, Bounds(0, 0, 2 * radius, 2 * radius), plate, source="plate", params=plate.params)
    return _Laid(MarkBlock((form, *block.marks), form.box, block.base, block.size, block.cost), items)


def _map_box(matrix: Affine, box: Bounds) -> tuple[float, float, float, float]:
    return (
        matrix.xx * box.left + matrix.dx,
        matrix.yy * box.top + matrix.dy,
        matrix.xx * box.right + matrix.dx,
        matrix.yy * box.bottom + matrix.dy,
    )


def _reach(mark: Mark, middle: tuple[float, float]) -> float:
    """Return how far a mark reaches from the middle: the corners of its ink, a little inside them for letters."""
    ink = mark.ink
    dx, dy = max(ink.right - middle[0], middle[0] - ink.left), max(ink.bottom - middle[1], middle[1] - ink.top)
    soft = 0.93 if isinstance(mark, Letters) else 1.0
    return soft * float((dx * dx + dy * dy) ** 0.5)


def _side(layer: WordsLayer) -> str:
    if layer.align:
        return layer.align
    return "left" if "left" in layer.anchor else "right" if "right" in layer.anchor else "centre"


def _placed(layer: WordsLayer, laid: _Laid, region: Bounds, dropped: tuple[str, ...], scale: float) -> Group:
    """Return the column at its anchor in the region, turned about its middle."""
    block = laid.block
    if layer.effects is not None:
        marks = tuple(
            replace(m, effects=m.effects or layer.effects) if isinstance(m, Letters) else m for m in block.marks
        )
        block = replace(block, marks=marks)
    items = dict(laid.items)
    if layer.turn:
        block, items = _turned(block, items, layer.turn, region)
    x, y = anchor_shift(block.box, region, layer.anchor)
    return Group(layer, block, items, dropped, scale).moved(x, y)


def _turned(
    block: MarkBlock, items: dict[str, Bounds], degrees: float, region: Bounds
) -> tuple[MarkBlock, dict[str, Bounds]]:
    cx, cy = block.box.middle
    turn = Affine.shift(cx, cy) @ Affine.turn(degrees) @ Affine.shift(-cx, -cy)
    made = block.mapped(turn)
    k = min(1.0, region.width / made.ink.width, region.height / made.ink.height)
    if k < 1.0:
        turn = Affine.scale(k) @ turn
        made = block.mapped(turn)
    return replace(made, box=made.ink), {name: box.transformed(turn) for name, box in items.items()}


def anchor_shift(box: Bounds, region: Bounds, anchor: str) -> tuple[float, float]:
    """Return how far a box has to go to stand at that anchor of a region."""
    if "left" in anchor:
        x = region.left - box.left
    elif "right" in anchor:
        x = region.right - box.right
    else:
        x = region.middle[0] - box.middle[0]
    if "top" in anchor:
        y = region.top - box.top
    elif "bottom" in anchor:
        y = region.bottom - box.bottom
    else:
        y = region.middle[1] - box.middle[1]
    return x, y
