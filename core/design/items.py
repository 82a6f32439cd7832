"""Items of a row as blocks: words with their plate, icon, label and strike, or a picture, a rule, a menu."""

from __future__ import annotations

from dataclasses import replace

from ..text.bounds import Bounds
from .glyphs import Affine, em_line
from .lockups import letter_height
from .marks import Drawing, Form, Letters, Mark, MarkBlock, joined
from .menus import set_menu
from .schema_words import ItemSpec, Plate
from .setting import Room, Stage, curved, set_words, sizes_px
from .slots import Slot

_QR_LEAST = 0.13  # of the canvas' short side: what a phone reads at half the size
_ICONS = {
    "contact": "icon-phone",
    "address": "icon-pin",
    "hours": "icon-clock",
    "period": "icon-calendar",
    "link": "icon-link",
    "cta": "icon-arrow",
}


def set_item(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    """Return an item's block with its top left at 0,0, or None where it does not fit its room."""
    made = _lettering if stage.lettering_ratio and slot.part in ("headline", "emphasis") else _MARKS.get(item.set)
    if made is not None:
        block = made(item, slot, stage, room)
    elif item.set == "menu":
        block = set_menu(item, slot, stage, room)
    else:
        block = _words(item, slot, stage, room)
    if block is None:
        return None
    block = block.moved(-block.box.left, -block.box.top)
    return replace(block, marks=tuple(_owned(mark, item, slot) for mark in block.marks))


def _words(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    plate, inner = item.plate, room.width
    for _ in range(3):
        block = set_words(item, slot, stage, Room(inner, room.height, room.scale))
        if block is None:
            return None
        dressed = _dressed(block, item, slot, stage)
        outer = dressed.box.width + (2 * plate.pad[0] * block.size if plate else 0.0)
        if outer <= room.width + 0.5:
            return _on_plate(dressed, plate, block.size, item, stage) if plate else dressed
        inner -= outer - room.width
        if inner <= 0:
            return None
    return None


def _dressed(block: MarkBlock, item: ItemSpec, slot: Slot, stage: Stage) -> MarkBlock:
    """Return the words with arc, strike, label and icon."""
    if item.arc:
        marks = tuple(replace(m, line=curved(m.line, item.arc)) if isinstance(m, Letters) else m for m in block.marks)
        ink = MarkBlock(marks, block.box, block.base, block.size).ink
        block = replace(block, marks=marks, box=ink)
    if item.strike:
        block = _struck(block, item)
    if slot.label and slot.text and slot.label != slot.text:
        block = _labelled(block, item, slot.label, stage)
    name = item.icon
    if name:
        block = _with_icon(block, item, _ICONS.get(slot.part, "") if name == "auto" else name)
    return block


def _struck(block: MarkBlock, item: ItemSpec) -> MarkBlock:
    size = block.size
    y = block.base - 0.42 * size if block.letters else (block.box.top + block.box.bottom) / 2
    bar = Bounds(block.box.left - 0.1 * size, y - 0.05 * size, block.box.right + 0.1 * size, y + 0.05 * size)
    plate = Plate(shape="rect", paint=item.strike)
    return replace(block, marks=(*block.marks, Form("rect", bar, plate, source="strike")))


def _labelled(block: MarkBlock, item: ItemSpec, label: str, stage: Stage) -> MarkBlock:
    small = max(stage.canvas.least_type_px, min(0.62 * block.size, 0.03 * stage.canvas.unit))
    own = item.model_copy(
        update={"set": "plain", "size": (0.0, small / stage.canvas.unit), "face": "light", "lines": 1, "maxw": 1.0}
    )
    made = set_words(own, Slot(label, ""), stage, Room(1e6, 1e6))
    if made is None:
        return block
    made = replace(made, marks=tuple(replace(m, colour="2") if isinstance(m, Letters) else m for m in made.marks))
    if item.label_at == "above":
        right = "right" in (item.align or "")
        x = block.box.right - made.box.right if right else block.box.left - made.box.left
        made = made.moved(x, block.box.top - 0.66 * small - made.box.bottom)
        return joined([block, made], block.size, block.base)
    made = made.moved(-made.box.right + block.box.left - 0.4 * block.size, block.base - made.base)
    return joined([block, made], block.size, block.base)


def _with_icon(block: MarkBlock, item: ItemSpec, name: str) -> MarkBlock:
    if not name:
        return block
    side = 1.12 * block.size
    middle = (block.box.top + block.box.bottom) / 2
    after = name == "icon-arrow"
    left = block.box.right + 0.5 * block.size if after else block.box.left - 0.45 * block.size - side
    drawing = Drawing(name, Bounds(left, middle - side / 2, left + side, middle + side / 2), colour=item.colour)
    box = Bounds(min(left, block.box.left), block.box.top, max(left + side, block.box.right), block.box.bottom)
    return replace(block, marks=(*block.marks, drawing), box=box)


def _on_plate(block: MarkBlock, plate: Plate, size: float, item: ItemSpec, stage: Stage) -> MarkBlock:
    """Return words on a plate that holds them with its padding; pads are heights of the letters."""
    x, y = plate.pad[0] * size, plate.pad[1] * size
    box = block.box.grown(x, y)
    if plate.shape in ("circle", "burst", "seal"):
        cx, cy = box.middle
        r = max(box.width, box.height) / 2
        box = Bounds(cx - r, cy - r, cx + r, cy + r)
    elif box.width < box.height:
        cx = box.middle[0]
        box = Bounds(cx - box.height / 2, box.top, cx + box.height / 2, box.bottom)
    form = Form(plate.shape, box, plate, source="plate", params=plate.params)
    if item.colour == "auto":
        block = replace(block, marks=tuple(_tinted(mark, plate) for mark in block.marks))
    whole = MarkBlock((form, *block.marks), box, block.base, size)
    if plate.turn:
        cx, cy = box.middle
        whole = whole.mapped(Affine.shift(cx, cy) @ Affine.turn(plate.turn) @ Affine.shift(-cx, -cy))
        whole = replace(whole, base=block.base, size=size)
    return whole


def _tinted(mark: Mark, plate: Plate) -> Mark:
    """Return letters in the colour that belongs on a plate."""
    name = plate.paint if isinstance(plate.paint, str) else "ground"
    on = name if name.startswith("on-") else f"on-{name}" if not name.startswith("#") else "auto"
    return replace(mark, colour=on) if isinstance(mark, (Letters, Drawing)) else mark


def _owned(mark: Mark, item: ItemSpec, slot: Slot) -> Mark:
    """Return a mark in its item's colours, with the item's effects and the slot's name."""
    source = slot.part or item.id
    if isinstance(mark, Letters):
        second = item.colour2 or item.colour
        colour = {"1": item.colour, "2": second, "1.5": f"{second}/{item.colour}"}.get(mark.colour, mark.colour)
        return replace(
            mark,
            colour=colour,
            source=mark.source or source,
            effects=mark.effects or item.effects,
            tone=item.tone,
            paint=item.paint,
            hero=item.set in ("hero", "stepped"),
        )
    return replace(mark, source=mark.source or source)


# --- pictures and marks among words ---------------------------------------------------------------------------


def _rule(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    thick = max(item.size[1] * stage.canvas.unit, 1.0)
    box = Bounds(0, 0, room.width * item.maxw, thick)
    colour = item.colour if item.colour != "auto" else "line"
    plate = Plate(shape="dashes" if item.params.get("dashed") else "rect", paint=colour)
    beside = item.params.get("room", 0.028) * stage.canvas.unit  # what gaps are measured by beside a line
    return MarkBlock((Form(plate.shape, box, plate, source="rule", params=item.params),), box, thick, beside)


def _stars(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    _, side = sizes_px(item, stage, room.scale)
    plate = Plate(shape="star", paint=item.colour if item.colour != "auto" else "accent")
    marks = tuple(
        Form("star", Bounds(k * 1.12 * side, 0, k * 1.12 * side + side, side), plate, source="stars",
             params={"points": 5, "inner": 0.46, "round": 0.06})
        for k in range(5)
    )  # fmt: skip
    return MarkBlock(marks, Bounds(0, 0, 5.48 * side, side), side, side)


def _logo(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    _, height = sizes_px(item, stage, room.scale)
    width = min(height * (stage.logo_ratio or 1.0), room.width)
    height = width / (stage.logo_ratio or 1.0)
    box = Bounds(0, 0, width, height)
    return MarkBlock((Drawing("*logo", box, source="logo"),), box, height, height)


def _lettering(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    """Return the lettering that stands for the headline, as large as its words may be."""
    least, best = sizes_px(item, stage, room.scale)
    height = min(best * (1.9 if item.lines > 1 else 1.25), room.height)
    width = min(height * stage.lettering_ratio, room.width * item.maxw)
    height = width / stage.lettering_ratio
    box = Bounds(0, 0, width, height)
    return (
        MarkBlock((Drawing("*lettering", box, source="headline", text=slot.text),), box, height, height)
        if height >= least
        else None
    )


def _qr(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock | None:
    short = min(stage.canvas.width, stage.canvas.height)
    side = max(item.size[1] * stage.canvas.unit * room.scale, _QR_LEAST * short)
    if side > room.width:
        return None
    box = Bounds(0, 0, side, side)
    return MarkBlock((Drawing("*qr", box, source="link", text=slot.text),), box, side, side)


def _icon(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    _, side = sizes_px(item, stage, room.scale)
    box = Bounds(0, 0, side, side)
    name = f"trade:{stage.trade}" if item.element == "trade" else item.element
    return MarkBlock((Drawing(name, box, source="icon", colour=item.colour),), box, side, side)


def _monogram(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    """Return the first letter of the shop's last word (공방 담다: 담) in a frame."""
    from .slots import shop_and_branch

    _, side = sizes_px(item, stage, room.scale)
    word = (shop_and_branch(slot.text)[0].split() or [slot.text])[-1][:1]
    faces = stage.faces.pair(item.face)
    line = em_line(word, faces.words, 0.0, faces.fallback)
    k = 0.5 * side / letter_height(word, faces.words)
    x, y = (side - k * (line.ink.left + line.ink.right)) / 2, (side - k * (line.ink.top + line.ink.bottom)) / 2
    letters = Letters(line, Affine(k, 0.0, 0.0, k, x, y), "1", "shop", 0.5 * side, unit=True)
    line_px = max(0.03 * side, 1.2)
    border = line_px / stage.canvas.unit
    plate = Plate(shape="round", paint="", border=border, border_colour=_named(item.colour), radius=0.002)
    box = Bounds(0, 0, side, side)
    return MarkBlock((Form("round", box, plate, source="mark"), letters), box, side, side)


def _named(colour: str) -> str:
    return colour if colour not in ("", "auto") else "type"


def _quote(item: ItemSpec, slot: Slot, stage: Stage, room: Room) -> MarkBlock:
    _, height = sizes_px(item, stage, room.scale)
    box = Bounds(0, 0, 1.42 * height, height)
    return MarkBlock((Drawing("quote-marks", box, source="quote", colour=item.colour),), box, height, height)


_MARKS = {
    "rule": _rule,
    "stars": _stars,
    "logo": _logo,
    "qr": _qr,
    "icon": _icon,
    "quote": _quote,
    "monogram": _monogram,
}
