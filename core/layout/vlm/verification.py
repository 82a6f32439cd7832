"""A model's answer held against the pixels: what stands is kept, what does not is moved, and each change is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...color.spaces import RGB, to_hex
from ...legibility.contrast import REQUIRED, ColorChoice, readable_color, worst_contrast
from ...raster.box import Box
from ..candidates import (
    MAX_OVERLAP,
    POORER,
    CandidateMeasures,
    Candidates,
    ScoredCandidates,
    best_candidates,
    clear_of,
    score_candidates,
)
from ..model import TextBox
from ..pixel_advisor import Advice, AdvisedBox, PixelReading, advised, anchor_of, at_candidate, explained, pixels_of
from .proposals import PromptContext, Proposal, parse_answer

Array = NDArray[Any]

_MAX_BOXES = 5
_ENOUGH = 3  # with fewer the pixels advise the rest
_STILL = 0.01  # an edge that moves less than this share of the picture has not moved
_LEAST_REACH = 0.3  # of the best: smaller type than this is not a place for a headline
_WHY = {
    "outside": "it reached out of the picture or into its margin or keep-out frame",
    "subject": "it lay on the subject",
    "lettering": "it lay on words that are there already",
    "small": "the words would have been too small in it",
    "contrast": "no colour reads on the ground behind it",
    "taken": "it lay on a better box",
    "poor": "the ground is too busy, or the place too weak",
    "named": "only a place was named, no box",
}


class Correction(NamedTuple):
    """Something that the check changed: ``box`` is the number of the box in the model's answer, 0 for all."""

    box: int
    what: str
    why: str
    before: Any
    after: Any


@dataclass(frozen=True)
class VerifiedLayout:
    """A layout that holds, and what had to be changed for it."""

    advice: Advice
    changes: tuple[Correction, ...]


def verify(reading: PixelReading, text: str, seen: PromptContext, source: str, language: str = "ko") -> VerifiedLayout:
    """Return the advice of a model, made to hold, in whatever shape its answer is.

    Every box of the result lies inside margin and keep-out frame, keeps clear of the others, and covers at most 2 %
    of the subject where any place does; its colour reads by WCAG where any colour does. Palette and tone are the
    picture's own. Boxes that do not hold go to the nearest good place. Where fewer than three boxes are left, or
    none could be read, the pixels' own advice follows. ``analysis`` gets the fields ``unit``, ``answer`` and
    ``changes``, and each box ``by``: ``model`` or ``pixels``.

    Args:
        reading: What the pixels say of the picture.
        text: The model's answer.
        seen: What the model was shown.
        source: The model's name, for the layout.
        language: ``ko`` or ``en``, of the mood words.
    """
    answer = parse_answer(text, seen)
    check = _Check(reading)
    boxes = [check.settled(i, each, answer.color) for i, each in enumerate(answer.proposals[:_MAX_BOXES], 1)]
    from_model = [box for box in boxes if box is not None]
    everything = _filled(check, from_model)
    mood = _mood(check, answer.mood, language)
    if not from_model:
        why = "none of its boxes could stand" if answer.proposals else "no box could be read in the answer"
        check.tell(0, "boxes", why, None, "pixels")
    advice = explained(reading, everything, mood, source if from_model or mood else "pixels")
    extra = {
        "unit": answer.unit,
        "answer": text[:2000],
        "changes": [change._asdict() for change in check.changes],
    }
    return VerifiedLayout(Advice(advice.layout, {**advice.analysis, **extra}), tuple(check.changes))


def _filled(check: _Check, from_model: Sequence[AdvisedBox]) -> list[AdvisedBox]:
    """Return the boxes with those that the pixels advise behind them, where there are too few."""
    boxes = [AdvisedBox(box, {**reasons, "by": "model"}) for box, reasons in from_model]
    enough = _ENOUGH if boxes else _MAX_BOXES
    picks = best_candidates(check.places) if len(boxes) < enough else []
    for index in picks:
        at = check.places.candidates.box(index)
        if len(boxes) < enough and check.clear_of_taken(at):
            check.taken.append(at)
            box, reasons = at_candidate(check.reading, index)
            boxes.append(AdvisedBox(box, {**reasons, "by": "pixels"}))
    return boxes


def _mood(check: _Check, words: str, language: str) -> str:
    """Return the model's mood words where they are in the language that was asked for; else none."""
    hangul = any("가" <= char <= "힣" for char in words)
    if words and hangul == (language != "en"):
        return words
    if words:
        check.tell(0, "mood", "it is in another language", words, check.reading.mood)
    return ""


class _Check:
    """One picture, the boxes that are taken so far, and the changes that were made."""

    def __init__(self, reading: PixelReading) -> None:
        self.reading = reading
        self.places: ScoredCandidates = reading.places
        self.size = reading.maps.size
        self.taken: list[Box] = []
        self.changes: list[Correction] = []
        scores, overlap = self.places.scores, self.places.measures.overlap
        free = overlap <= 0.9 * MAX_OVERLAP  # measured with the air around the type, which the box then leaves out
        self._good = free & (scores >= scores[free].max(initial=-np.inf) - POORER)
        if not free.any():  # the subject is everywhere: the places that hide least of it
            self._good = overlap <= overlap.min() + 1e-9

    def settled(self, number: int, proposal: Proposal, color: RGB | None) -> AdvisedBox | None:
        """Return the box where it can stand, in a colour that reads; None where there is no room left for it."""
        given = self._in_copy(proposal)
        box = self._clipped(given)
        why = "named" if proposal.named else self._fault(box)
        if why:
            index = self._nearest(box)
            if index is None:
                self.tell(number, "dropped", _WHY[why], self._percent(given), None)
                return None
            found = at_candidate(self.reading, index)
            taken = self.places.candidates.box(index)
        else:
            why, taken = "outside", box
            found = self._kept(box)
        self.taken.append(taken)
        if self._moved(given, taken) or proposal.named:
            self.tell(number, "box", _WHY[why], self._percent(given), found.reasons["box"])
        return self._colored(found, proposal.color or color, number)

    def tell(self, box: int, what: str, why: str, before: Any, after: Any) -> None:
        """Note a change."""
        self.changes.append(Correction(box, what, why, before, after))

    def clear_of_taken(self, box: Box) -> bool:
        """Return whether a box, in pixels of the working copy, keeps clear of all that are taken."""
        return bool(self._clear(_one(box))[0])

    def _in_copy(self, proposal: Proposal) -> Box:
        left, top, right, bottom = (float(np.clip(v, -9, 9)) for v in proposal.edges)
        w, h = self.size
        return Box(left * w, top * h, (right - left) * w, (bottom - top) * h)

    def _clipped(self, box: Box) -> Box:
        """Return what of a box lies in the room for words; a box without any of it comes out empty."""
        room = self.places.room
        left, top = max(box.x, room.x), max(box.y, room.y)
        right, bottom = min(box.right, room.right), min(box.bottom, room.bottom)
        return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))

    def _fault(self, box: Box) -> str:
        """Return why a box in the room cannot stand; empty where it can."""
        if box.width < 0.05 * self.size[0] or box.height < 0.02 * self.size[1]:
            return "outside" if min(box.width, box.height) <= 0 else "small"
        here = _one(box)
        measures = self.places.ground.measured(here)
        score = float(score_candidates(self.reading.maps, here, measures)[0])
        if measures.overlap[0] > MAX_OVERLAP:
            return "subject"
        if not self.clear_of_taken(box):
            return "taken"
        return self._weakness(measures, score)

    def _weakness(self, measures: CandidateMeasures, score: float) -> str:
        everywhere, good = self.places.measures, self._good
        if measures.reach[0] < _LEAST_REACH * everywhere.reach[good].max():
            return "small"
        if self.reading.maps.has_lettering and measures.lettered[0] > MAX_OVERLAP:
            return "lettering" if (everywhere.lettered[good] <= MAX_OVERLAP).any() else ""
        if measures.contrast[0] < REQUIRED and everywhere.contrast[good].max() >= 2 * measures.contrast[0]:
            return "contrast"
        return "poor" if score < self.places.scores[good].max() - 1.5 * POORER else ""

    def _nearest(self, box: Box) -> int | None:
        """Return the good place that is nearest to a box in middle and size; None where all are taken."""
        c = self.places.candidates
        w, h = self.size
        wide, high = max(box.width, 0.05 * w), max(box.height, 0.04 * h)
        across = (c.x + c.width / 2 - box.x - box.width / 2) / w
        down = (c.y + c.height / 2 - box.y - box.height / 2) / h
        size = np.abs(np.log(c.width / wide)) + np.abs(np.log(c.height / high))
        away = np.hypot(across, down) + 0.12 * size - 0.1 * self.places.scores
        away = np.where(self._good & self._clear(c), away, np.inf)
        index = int(np.argmin(away))
        return index if np.isfinite(away[index]) else None

    def _clear(self, c: Candidates) -> Array:
        """Return for each candidate whether it keeps clear of all boxes that are taken."""
        clear = np.ones(len(c.x), bool)
        for box in self.taken:
            clear &= clear_of(c, box, self.size[1])
        return clear

    def _kept(self, box: Box) -> AdvisedBox:
        """Return a box that stands as it is."""
        w, h = self.size
        here = _one(box)
        measures = self.places.ground.measured(here)
        score = float(score_candidates(self.reading.maps, here, measures)[0])
        across = (box.x + box.width / 2) / w
        column = 0.0 if across < 0.38 else 1.0 if across > 0.62 else 0.5
        x, y, width, height = self._percent(box)
        at = TextBox(x, y, width, height, anchor_of(box, h, column), score=round(score, 4))
        choice = readable_color(pixels_of(self.reading.rgb, at), self.reading.palette)
        return advised(at, choice, float(measures.overlap[0]), float(measures.busy[0]))

    def _colored(self, found: AdvisedBox, color: RGB | None, number: int) -> AdvisedBox:
        """Return a box in the model's colour where that reads, else in its own."""
        if color is None:
            return found
        contrast = worst_contrast(color, pixels_of(self.reading.rgb, found.box))
        if contrast >= REQUIRED:
            box, reasons = found
            named = ColorChoice(color, contrast)
            return advised(box, named, reasons["subject_overlap"], reasons["busy"])
        why = f"it keeps only {contrast:.1f}:1 there"
        self.tell(number, "text_color", why, to_hex(color), found.box.text_color)
        return found

    def _moved(self, before: Box, after: Box) -> bool:
        w, h = self.size
        across = max(abs(before.x - after.x), abs(before.right - after.right)) / w
        return max(across, abs(before.y - after.y) / h, abs(before.bottom - after.bottom) / h) > _STILL

    def _percent(self, box: Box) -> list[float]:
        w, h = self.size
        return [round(100 * float(v), 2) for v in (box.x / w, box.y / h, box.width / w, box.height / h)]


def _one(box: Box) -> Candidates:
    """Return a box as the only candidate."""
    return Candidates(*(np.array([v]) for v in (*box, 0.5)))
