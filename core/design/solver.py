"""A design solved for an ad: candidates in boxes, those that break a rule left out, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ..copywriting.parts import AdParts
from ..errors import FitAdError
from ..text.bounds import Bounds, union
from .canvas import Canvas, canvas_of
from .colours import Palette
from .composition import Composition, Placed, Spot
from .coords import coord_px, named_in, placing_order, region_px
from .faces import FaceSet
from .facts import AdFacts
from .flow import Group, set_group
from .hanging import hang_group, hang_spot, scatter
from .photo_use import crop_photo
from .pictures import Pictures
from .placing import hidden_by_crossing, obstacles_of, place_product
from .resolving import attempts_of, layers_for, margin_of
from .rules import broken_rules, faces_on
from .schema import (
    Alternative,
    CrossLayer,
    Design,
    ElementLayer,
    FillLayer,
    Layer,
    PatternLayer,
    PhotoLayer,
    ProductLayer,
)
from .schema_words import WordsLayer
from .setting import Stage
from .shapes import solid_from
from .slots import Filled, fill_slots

_GOOD = 1.45  # a candidate of that score is taken at once
_WISH = 0.6  # what it is worth to stand where the advisor would set words
_WORD_CLEAR = 0.010  # room between groups of words, in units


@dataclass(frozen=True)
class SolveJob:
    """One ad to solve.

    Attributes:
        design: The design.
        parts: The words.
        facts: What is known of the ad.
        pictures: Photo and product.
        width: Of the canvas in px.
        height: Of the canvas in px.
        palette: The colours.
        faces: The type set.
        logo_ratio: Width to height of the logo; 0 for none.
        seed: For what is random.
        zone: A keep-out zone.
        wishes: Where words should stand (from the advisor), px boxes on the canvas, the best first.
        lettering_ratio: Width to height of lettering that stands for the headline; 0 for none.
    """

    design: Design
    parts: AdParts
    facts: AdFacts
    pictures: Pictures
    width: int
    height: int
    palette: Palette
    faces: FaceSet
    logo_ratio: float = 0.0
    seed: int = 0
    zone: str = "auto"
    wishes: tuple[Bounds, ...] = ()
    lettering_ratio: float = 0.0


def solve(job: SolveJob, most: int = 1, reasons: list[str] | None = None) -> list[Composition]:
    """Return up to ``most`` compositions of a design, the best first; empty where every candidate breaks a rule.

    Why candidates were left out is added to ``reasons``.
    """
    canvas = canvas_of(job.width, job.height, margin_of(job.design, _class_of(job)), job.zone)
    facts = job.facts.on(canvas)
    found: list[Composition] = []
    for attempt in attempts_of(job.design, facts):
        layers = layers_for(job.design, facts, attempt)
        for scale in job.design.hero_steps:
            solver = _Solver(job, canvas, layers, attempt)
            made = solver.composed(scale)
            faults = [solver.fault] if made is None else broken_rules(made, job.pictures)
            if made is None or faults:
                if reasons is not None:
                    reasons += faults
            else:
                found.append(made)
                if made.score >= _GOOD or not _has_product(layers):
                    break
        if most == 1 and found and max(c.score for c in found) >= _GOOD:
            break
    return _different(sorted(found, key=lambda c: -c.score), most)


def _class_of(job: SolveJob) -> str:
    return canvas_of(job.width, job.height).format_class


def _has_product(layers: Sequence[Layer]) -> bool:
    return any(isinstance(layer, ProductLayer) for layer in layers)


def _different(found: Sequence[Composition], most: int) -> list[Composition]:
    """Return the best of each attempt and size."""
    kept: dict[tuple[str, float], Composition] = {}
    for made in found:
        kept.setdefault((made.attempt, made.scale), made)
    return list(kept.values())[:most]


class _Broken(Exception):  # noqa: N818 - no error: this candidate will not do
    """A layer that the candidate needs finds no place."""


class _Solver:
    """One candidate: an attempt of the design at one size of the hero."""

    def __init__(self, job: SolveJob, canvas: Canvas, layers: tuple[Layer, ...], attempt: Alternative) -> None:
        self.job, self.canvas, self.layers, self.attempt = job, canvas, layers, attempt
        words = [layer for layer in layers if isinstance(layer, WordsLayer)]
        self.filled: Filled = fill_slots(words, job.parts, job.logo_ratio > 0)
        marked = tuple(w for w in (job.parts.emphasis, job.parts.product) if w)
        self.stage = Stage(
            canvas, job.faces, job.parts.language, job.logo_ratio, job.facts.trade, marked, job.lettering_ratio
        )
        self.boxes: dict[str, Bounds] = {"canvas": Bounds(0, 0, canvas.width, canvas.height)}
        self.placed: dict[str, Placed] = {}
        self.groups: dict[str, Group] = {}
        self.notes: dict[str, str] = {}
        self.marks: dict[str, float] = {}
        self.score = attempt.bias
        self.fault = ""

    def composed(self, scale: float) -> Composition | None:
        """Return the candidate, or None where something that must stand does not fit."""
        self.boxes = {"canvas": self.boxes["canvas"]}
        self.placed, self.groups, self.notes, self.marks = {}, {}, {}, {}
        self.score = self.attempt.bias
        try:
            for layer in placing_order(self.layers):
                self._place(layer, scale)
        except _Broken as exc:
            self.fault = str(exc)
            return None
        placed = tuple(self.placed[layer.id] for layer in self.layers if layer.id in self.placed)
        left = dict.fromkeys(self.filled.left_out, "no slot of the design shows it") | self.notes
        self.score -= 0.5 * sum(min(g.block.cost, 1.0) for g in self.groups.values() if g.layer.hero)
        self.score -= 1.1 * (1 - scale)
        self.score += self._wished()
        self.score -= 0.04 * sum(len(g.dropped) for g in self.groups.values())
        return Composition(
            self.canvas,
            self.job.design.name,
            self.attempt.name,
            self.job.palette,
            self.job.faces.name,
            placed,
            scale,
            left,
            dict(self.marks),
            self.score,
            self.job.seed,
        )

    def _wished(self) -> float:
        """Return what it is worth that words stand where they were wished."""
        groups = [g.block.ink for g in self.groups.values() if g.layer.hang is None]
        if not self.job.wishes or not groups:
            return 0.0
        area = sum(box.width * box.height for box in groups)
        worths = (
            sum(box.shared(wish) for box in groups) / max(area, 1.0) / (1 + k)
            for k, wish in enumerate(self.job.wishes[:3])
        )
        return _WISH * max(worths)

    def _place(self, layer: Layer, scale: float) -> None:
        if isinstance(layer, WordsLayer):
            self._words(layer, scale)
        elif isinstance(layer, FillLayer):
            self._fill(layer)
        elif isinstance(layer, PatternLayer):
            box = region_px(layer.region, self.canvas, self.boxes)
            centre = tuple(coord_px(v, k, self.canvas, self.boxes) for k, v in enumerate(layer.centre))
            self._keep(Placed(layer, box, centre=(centre[0], centre[1])))
        elif isinstance(layer, PhotoLayer):
            self._photo(layer)
        elif isinstance(layer, ProductLayer):
            self._product(layer)
        elif isinstance(layer, ElementLayer):
            self._element(layer)
        elif isinstance(layer, CrossLayer):
            if layer.of in self.placed:
                self._keep(Placed(layer, self.boxes[layer.of]))
        else:
            self._keep(Placed(layer, self.boxes["canvas"]))

    def _keep(self, placed: Placed) -> None:
        self.placed[placed.layer.id] = placed
        self.boxes[placed.layer.id] = placed.box

    # --- words ----------------------------------------------------------------------------------------------

    def _words(self, layer: WordsLayer, scale: float) -> None:
        size = scale if layer.hero else 1.0
        group = self._fitting(layer, size)
        if group is not None and layer.hang is not None:
            group = self._hung(layer, group)
        if group is None:
            if not layer.optional and self._must(layer):
                raise _Broken(f"{layer.id} has no room")
            self._leave_out(layer)
            return
        for name in group.dropped:
            slot = self.filled.slots.get((layer.id, name))
            if slot is not None and slot.part:
                self.notes[slot.part] = "no room"
        self.groups[layer.id] = group
        self.placed[layer.id] = Placed(layer, group.block.ink, group=group)
        self.boxes[layer.id] = group.block.box

    def _must(self, layer: WordsLayer) -> bool:
        """Return whether words of this group are among those that never go."""
        return any(
            item.prio == 1 and (slot := self.filled.slots.get((layer.id, item.id))) is not None and bool(slot.text)
            for row in layer.rows
            for item in row.items
        )

    def _leave_out(self, layer: WordsLayer) -> None:
        for (owner, _), slot in self.filled.slots.items():
            if owner == layer.id and slot.part:
                self.notes[slot.part] = "no room"

    def _fitting(self, layer: WordsLayer, size: float) -> Group | None:
        """Return the group in its region; where it would meet what it yields to, in the best part that is left."""
        region = self._room(layer)
        group = self._set(layer, region, size)
        clear = 2.2 * _WORD_CLEAR * self.canvas.unit
        taken = [
            m.ink.grown(clear) for name in layer.yields_to if name in self.groups for m in self.groups[name].block.marks
        ]
        if group is None or not _meeting(group, taken):
            return group
        around = union(taken)
        found = (self._set(layer, part, size) for part in _parts_beside(region, around))
        fits = [made for made in found if made is not None and not _meeting(made, taken)]
        return max(
            fits, key=lambda made: (-len(made.dropped), made.block.box.height * made.block.box.width), default=None
        )

    def _set(self, layer: WordsLayer, region: Bounds, size: float) -> Group | None:
        if region.width <= 1 or region.height <= 1:
            return None
        return set_group(layer, self.filled.slots, self.stage, region, size)

    def _room(self, layer: WordsLayer) -> Bounds:
        """Return a group's region inside the safe area."""
        region = region_px(layer.region, self.canvas, self.boxes)
        safe = self.canvas.safe
        if layer.bleed:
            return region
        return region.met(Bounds(safe.x, safe.y, safe.right, safe.bottom))

    def _hung(self, layer: WordsLayer, group: Group) -> Group | None:
        hang = layer.hang
        if hang is None or hang.to not in self.boxes:
            return None
        return hang_group(group, hang, self.boxes[hang.to], self.canvas, self._met(layer.id), self._product_alpha())

    def _met(self, but: str = "") -> list[Bounds]:
        """Return the rectangles of words, mark by mark, that others keep off; and of faces."""
        found = [m.ink for name, g in self.groups.items() if name != but and g.layer.keep for m in g.block.marks]
        return found + self._faces()

    def _faces(self) -> list[Bounds]:
        return [face for placed in self.placed.values() for face in faces_on(placed, self.job.pictures)]

    # --- panels, photo, product -----------------------------------------------------------------------------

    def _fill(self, layer: FillLayer) -> None:
        if layer.holds and not any(name in self.groups for name in layer.holds):
            return
        if named_in(layer.region) - set(self.boxes):
            return
        box = region_px(layer.region, self.canvas, self.boxes)
        if layer.hug:
            held = [self.boxes[name] for name in layer.hug if name in self.groups]
            if not held:
                return
            inner = union(held)
            pad_x, pad_y = layer.pad[0] * self.canvas.unit, layer.pad[1] * self.canvas.unit
            sides = layer.hug_sides
            box = Bounds(
                inner.left - pad_x if "left" in sides else box.left,
                inner.top - pad_y if "top" in sides else box.top,
                inner.right + pad_x if "right" in sides else box.right,
                inner.bottom + pad_y if "bottom" in sides else box.bottom,
            )
        if layer.hang is not None:
            if layer.hang.to not in self.boxes:
                return
            box = _hung_box(layer, self.boxes[layer.hang.to])
        self._keep(Placed(layer, box, turn=layer.turn))

    def _photo(self, layer: PhotoLayer) -> None:
        if self.job.pictures.photo is None:
            raise _Broken("there is no photo")
        frame = region_px(layer.region, self.canvas, self.boxes)
        words = [
            m.ink for g in self.groups.values() if not layer.calm or g.layer.id in layer.calm for m in g.block.marks
        ]
        target, hides = frame, None
        if layer.cross:
            target = Bounds(frame.left, frame.top - layer.cross * self.canvas.height, frame.right, frame.bottom)
            heroes = [name for name, group in self.groups.items() if group.layer.hero]
            met = obstacles_of(self.canvas, list(self.groups.values()), heroes)
            hides = partial(hidden_by_crossing, self.job.pictures, met, frame.top)
            words = []
        words = [word for word in words if word.shared(target) > 0]
        found = crop_photo(layer, target, self.job.pictures, words, self._panels_over(layer), hides)
        if found is None:
            raise _Broken("in every crop a face is cut or covered")
        self.score += found.score + 1.0
        self.marks["words_on_subject"] = found.covered
        self._keep(Placed(layer, frame, crop=found.crop, turn=layer.turn))

    def _panels_over(self, photo: PhotoLayer) -> list[Bounds]:
        """Return the panels that lie over a photo and hide it."""
        later = self.layers[self.layers.index(photo) + 1 :]
        over = (la for la in later if isinstance(la, FillLayer) and la.role == "panel" and la.opacity > 0.6)
        return [self.boxes[layer.id] for layer in over if layer.id in self.boxes]

    def _product(self, layer: ProductLayer) -> None:
        if self.job.pictures.subject is None:
            raise _Broken("there is no cut-out")
        over = [name for name in layer.over if name in self.groups]
        met = obstacles_of(self.canvas, list(self.groups.values()), over)
        cover = next((self.groups[n].layer.cover for n in over if self.groups[n].layer.hero), (0.0, 0.0))
        floor = None if layer.stand is None else coord_px(layer.stand, 1, self.canvas, self.boxes)
        found = None
        for reach in (1.0, 1.8):
            found = place_product(
                layer, self.canvas, self.job.pictures, met, cover, floor, self._hidden_from(layer), reach
            )
            if found is not None:
                break
        if found is None:
            raise _Broken("the product has no place off the words")
        self.score += found.score
        self.marks |= {"hidden": found.hidden, "gap": found.gap}
        self._keep(Placed(layer, found.box, turn=layer.turn))

    def _hidden_from(self, product: ProductLayer) -> float | None:
        """Return from which height on a panel that lies over the product hides it."""
        above = False
        tops = []
        for layer in self.layers:
            if layer.id == product.id:
                above = True
            elif above and isinstance(layer, FillLayer) and layer.hides and layer.id in self.boxes:
                tops.append(solid_from(layer.shape, self.boxes[layer.id], layer.params, self.canvas.unit))
        return min(tops, default=None)

    def _product_alpha(self) -> tuple[Bounds, Pictures] | None:
        for placed in self.placed.values():
            if isinstance(placed.layer, ProductLayer):
                return placed.box, self.job.pictures
        return None

    # --- drawings -------------------------------------------------------------------------------------------

    def _element(self, layer: ElementLayer) -> None:
        from .art import element

        art = element(layer.element)
        if layer.scatter:
            region = region_px(layer.region, self.canvas, self.boxes)
            spots = scatter(layer, art.ratio, region, self.canvas, self._avoided(layer), self.job.seed)
            self._keep(Placed(layer, region, spots=tuple(spots)))
            return
        if layer.box is not None:
            box = region_px(layer.box, self.canvas, self.boxes)
            self._keep(Placed(layer, box, spots=(Spot(box, layer.turn, layer.flip),)))
            return
        width = layer.width * min(self.canvas.width, self.canvas.height)
        if layer.hang is None or layer.hang.to not in self.boxes:
            return
        met = [
            b for name, g in self.groups.items() if name not in layer.may_touch for b in [m.ink for m in g.block.marks]
        ]
        other = self.boxes[layer.hang.to]
        place = hang_spot(layer.hang, width, width / art.ratio, other, self.canvas, met + self._faces())
        if place is not None:
            self._keep(Placed(layer, place, spots=(Spot(place, layer.turn, layer.flip),)))
        elif not layer.optional:
            raise _Broken(f"{layer.id} has no place")

    def _avoided(self, layer: ElementLayer) -> list[Bounds]:
        found = [m.ink for name in layer.avoid if name in self.groups for m in self.groups[name].block.marks]
        if "subject" in layer.avoid:
            found += [p.box for p in self.placed.values() if isinstance(p.layer, ProductLayer)]
        return found + (self._faces() if "faces" in layer.avoid else [])


def _meeting(group: Group, taken: Sequence[Bounds]) -> bool:
    """Return whether a letter of a group lies on one of the rectangles."""
    around = group.block.ink
    near = [box for box in taken if box.shared(around) > 0]
    if not near:
        return False
    boxes = [b for m in group.block.letters for _, b in m.glyph_boxes()]
    return any(box.shared(other) > 0 for other in near for box in boxes)


def _parts_beside(region: Bounds, taken: Bounds) -> list[Bounds]:
    """Return the parts of a region left of, right of, above and below a rectangle."""
    parts = [
        Bounds(region.left, region.top, min(region.right, taken.left), region.bottom),
        Bounds(max(region.left, taken.right), region.top, region.right, region.bottom),
        Bounds(region.left, region.top, region.right, min(region.bottom, taken.top)),
        Bounds(region.left, max(region.top, taken.bottom), region.right, region.bottom),
    ]
    return [part for part in parts if part.width > 1 and part.height > 1]


def _hung_box(layer: FillLayer, other: Bounds) -> Bounds:
    hang = layer.hang
    side = max(other.width, other.height)
    width, height = layer.size[0] * side, layer.size[1] * side
    at = hang.at if hang is not None else (0.5, 0.5)
    cx, cy = other.left + at[0] * other.width, other.top + at[1] * other.height
    return Bounds(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)


def require(found: Sequence[Composition], design: Design) -> Composition:
    """Return the best composition.

    Raises:
        FitAdError: There is none.
    """
    if not found:
        raise FitAdError(
            f"The design {design.name!r} does not fit this ad",
            why="Every arrangement broke a rule: letters hidden, words without room, or a face cut",
            fix="Choose another design, or auto",
        )
    return found[0]
