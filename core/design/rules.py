"""Hard rules of a composition: what breaks one is never shown."""

from __future__ import annotations

from ..text.bounds import Bounds
from .composition import Composition, Placed
from .flow import ROUND, Group
from .hanging import in_ellipse
from .marks import Drawing, Form, Letters
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
    kept = Bounds(canvas.kept.x, canvas.kept.y, canvas.kept.right, canvas.kept.bottom)
    hung = group.layer.hang is not None
    found = []
    for letters in group.block.letters:
        text = letters.line.text
        if not letters.ink.within(whole, _SLACK_PX) and not group.layer.bleed:
            found.append(f"{text!r} is cut by the edge")
        inside = _in_keep_in(letters.ink, made) if hung else letters.ink.within(kept, _SLACK_PX)
        if not inside and not group.layer.bleed:
            found.append(f"{text!r} stands in the keep-out")
        if letters.size_px < canvas.least_type_px * 0.72 and not letters.unit:
            found.append(f"{text!r} is smaller than the format allows")
    return found


def _in_keep_in(ink: Bounds, made: Composition) -> bool:
    """Return whether a badge's words keep off the zones of the app; the house's margin is not theirs."""
    canvas, kept = made.canvas, made.canvas.kept
    top = kept.y if kept.y > 0.1 * canvas.height else 0
    bottom = kept.bottom if kept.bottom < 0.9 * canvas.height else canvas.height
    return ink.within(Bounds(0, top, canvas.width, bottom), _SLACK_PX)


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
    for one, two in ((a, b), (b, a)):
        if isinstance(one, Form) and one.shape in ROUND:
            return any(in_ellipse(one.ink, box) for box in _boxes(two))
    return any(x.shared(y) > 4 for x in _boxes(a) for y in _boxes(b))


def _boxes(mark: Letters | Form | Drawing) -> list[Bounds]:
    return [box for _, box in mark.glyph_boxes()] if isinstance(mark, Letters) else [mark.ink]


def _faces_covered(made: Composition, pictures: Pictures) -> list[str]:
    if not pictures.faces and not pictures.hands:
        return []
    faces = [face for placed in made.placed for face in faces_on(placed, pictures)]
    found = []
    for group in made.groups:
        for mark in group.block.marks:
            if any(mark.ink.shared(face) > 0.01 * face.width * face.height for face in faces):
                found.append(f"{group.layer.id} lies on a face or a hand")
                break
    return found


def faces_on(placed: Placed, pictures: Pictures) -> list[Bounds]:
    """Return where the faces and hands are on the canvas that a placed photo or product shows."""
    if isinstance(placed.layer, ProductLayer):
        return [box.inside(placed.box) for box in pictures.protected_in_subject()]
    if isinstance(placed.layer, PhotoLayer) and placed.crop is not None:
        frame = placed.box
        boxes = [placed.crop.mapped(box) for box in (*pictures.faces, *pictures.hands)]
        return [box.met(frame) for box in boxes if box.shared(frame) > 0.3 * box.width * box.height]
    return []
