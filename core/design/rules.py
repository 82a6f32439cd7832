"""Hard rules of a composition: what breaks one is never shown."""

from __future__ import annotations

from .composition import Composition, Placed
from .flow import Group
from .marks import Bounds, Drawing, Form, Letters
from .pictures import Pictures
from .schema import PhotoLayer, ProductLayer

_SLACK_PX = 1.0


def broken_rules(made: Composition, pictures: Pictures) -> list[str]:
    """Return what is wrong with a composition, in words; empty where nothing is."""
    found = []
    for group in made.groups:
        found += _type_faults(group, made)
    found += _overlaps(made)
    found += _faces_covered(made, pictures)
    return found


def _type_faults(group: Group, made: Composition) -> list[str]:
    canvas = made.canvas
    whole = Bounds(0, 0, canvas.width, canvas.height)
    safe = Bounds(canvas.safe.x, canvas.safe.y, canvas.safe.right, canvas.safe.bottom)
    slack = _SLACK_PX + 0.012 * canvas.unit  # ink of a letter may pass its line a little
    hung = group.layer.hang is not None
    found = []
    for letters in group.block.letters:
        text = letters.line.text
        if not letters.ink.within(whole, _SLACK_PX) and not group.layer.bleed:
            found.append(f"{text!r} is cut by the edge")
        kept = _in_keep_in(letters.ink, made) if hung else letters.ink.within(safe, slack)
        if not kept and not group.layer.bleed:
            found.append(f"{text!r} stands in the keep-out")
        if letters.size_px < canvas.least_type_px * 0.72 and not letters.unit:
            found.append(f"{text!r} is smaller than the format allows")
    return found


def _in_keep_in(ink: Bounds, made: Composition) -> bool:
    """Return whether a badge's words keep off the zones of the app; the house's margin is not theirs."""
    canvas = made.canvas
    top = canvas.safe.y if canvas.safe.y > 0.1 * canvas.height else 0
    bottom = canvas.safe.bottom if canvas.safe.bottom < 0.9 * canvas.height else canvas.height
    return ink.within(Bounds(0, top, canvas.width, bottom), 2)


def _overlaps(made: Composition) -> list[str]:
    """Return which groups' words lie on each other."""
    found = []
    groups = made.groups
    for number, one in enumerate(groups):
        for two in groups[number + 1 :]:
            for a in one.block.marks:
                if isinstance(a, Form) and a.source != "plate":
                    continue
                for b in two.block.marks:
                    if isinstance(b, Form) and b.source != "plate":
                        continue
                    if isinstance(a, Form) and isinstance(b, Form):
                        continue
                    if _touching(a, b):
                        found.append(f"{one.layer.id} lies on {two.layer.id}")
                        break
                else:
                    continue
                break
    return found


def _touching(a: Letters | Form | Drawing, b: Letters | Form | Drawing) -> bool:
    if a.ink.shared(b.ink) <= 4:
        return False
    boxes_a = [box for _, box in a.glyph_boxes()] if isinstance(a, Letters) else [a.ink]
    boxes_b = [box for _, box in b.glyph_boxes()] if isinstance(b, Letters) else [b.ink]
    return any(x.shared(y) > 4 for x in boxes_a for y in boxes_b)


def _faces_covered(made: Composition, pictures: Pictures) -> list[str]:
    if not pictures.faces:
        return []
    faces = [face for placed in made.placed for face in faces_on(placed, pictures)]
    found = []
    for group in made.groups:
        for mark in group.block.marks:
            if any(mark.ink.shared(face) > 0.01 * face.width * face.height for face in faces):
                found.append(f"{group.layer.id} lies on a face")
                break
    return found


def faces_on(placed: Placed, pictures: Pictures) -> list[Bounds]:
    """Return where the faces are on the canvas that a placed photo or product shows."""
    if isinstance(placed.layer, ProductLayer):
        return [face.inside(placed.box) for face in pictures.faces_in_subject()]
    if isinstance(placed.layer, PhotoLayer) and placed.crop is not None:
        return [placed.crop.mapped(face) for face in pictures.faces]
    return []
