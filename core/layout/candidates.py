"""Every place on a picture where words could go, and what a designer would say of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..legibility.contrast import REQUIRED, WORST_SHARE
from ..raster.box import Box
from .copyfit import fit, largest_size, line_breaks_of
from .formats import KeepOut
from .saliency import SaliencyMaps

Array = NDArray[Any]  # float32, or what an operation widens it to

MAX_OVERLAP = 0.02  # share of a box that may lie on the subject
POORER = 1.2  # this much under the best score a place is no good any more
_MAX_BOXES = 5
_ENOUGH = 3
_SMALLER = 0.35  # a place for type this much smaller than in the best is not a second choice
_MARGIN = 0.06  # of the short side
_CLEARANCE = 0.03  # of the height, between type and subject
_GAP = 0.02  # of the height, between two boxes
_WIDTHS = (1.0, 0.86, 0.72, 0.6, 0.5, 0.4, 0.32, 0.24)  # of the room between the margins
_HEIGHTS = (0.045, 0.06, 0.08, 0.105, 0.13, 0.16, 0.19, 0.225, 0.26, 0.3, 0.35, 0.4, 0.46, 0.54, 0.64, 0.76, 0.88, 1.0)
_COLUMNS = (0.0, 0.25, 0.5, 0.75, 1.0)  # where the free room beside a box goes: 0 = set left, 1 = set right
_ROWS = 36
_STEPS = 24  # of lightness, in the histograms of the boxes
_SECOND_VOICE = 0.5  # a text beside lettering that is already there is set smaller than that


class Candidates(NamedTuple):
    """Boxes in pixels of the working copy: arrays [N]; ``column`` is 0 where set left, 1 where set right."""

    x: Array
    y: Array
    width: Array
    height: Array
    column: Array

    def box(self, index: int) -> Box:
        """Return one of the boxes."""
        return Box(*(float(v[index]) for v in self[:4]))


class CandidateMeasures(NamedTuple):
    """What the maps say of each candidate: arrays [N]."""

    overlap: Array
    near: Array
    salient: Array
    busy: Array
    lettered: Array
    spread: Array  # in lightness, but for the outer 5 % on either side
    contrast: Array  # that the better of dark and light type would keep
    reach: Array  # type size, share of the largest that looks good
    filled: Array  # share of the height that the lines take


@dataclass(frozen=True)
class SummedMaps:
    """The summed-area tables of a picture's maps: any box is measured in no time.

    Attributes:
        maps: The maps.
        text: The words to place.
        tables: [h+1,w+1,n] of subject, saliency, detail, lettering and the steps of lightness.
    """

    maps: SaliencyMaps
    text: str
    tables: Array

    def measured(self, c: Candidates) -> CandidateMeasures:
        """Return what the maps say of each box."""
        maps = self.maps
        subject, salient, busy, lettered, *levels = _box_means(self.tables, c, 0.0)
        darkest, lightest = _extremes(np.array(levels))
        grow = _CLEARANCE * maps.size[1] * (0.4 if maps.has_lettering else 1.0)
        near = _box_means(self.tables[..., :1], c, grow)[0]
        largest = largest_size(self.text, *maps.size) * (_SECOND_VOICE if maps.has_lettering else 1.0)
        fits = fit(line_breaks_of(self.text), c.width, c.height, largest)
        readable = _readable(darkest, lightest)
        return CandidateMeasures(
            subject,
            near,
            salient,
            busy,
            lettered,
            lightest - darkest,
            readable,
            fits.worth_px / largest,
            fits.filled,
        )


@dataclass(frozen=True)
class ScoredCandidates:
    """All candidates of a picture, measured and scored.

    Attributes:
        ground: What they were measured on.
        room: Where words may go, in pixels of the working copy.
        candidates: The boxes.
        measures: What the maps say of them.
        scores: [N] What a designer would say of them; a difference of :data:`POORER` is a bad place.
    """

    ground: SummedMaps
    room: Box
    candidates: Candidates
    measures: CandidateMeasures
    scores: Array


def candidates_of(maps: SaliencyMaps, text: str, keep_out: KeepOut | None = None) -> ScoredCandidates:
    """Return boxes of many shapes inside margin and keep-out frame, measured and scored for the text."""
    flat = [maps.guarded, maps.salient, maps.busy, maps.lettered]
    ground = SummedMaps(maps, text, _tables(np.dstack([*flat, _levels(maps.lab[..., 0])])))
    room = free_area(maps.size, keep_out)
    candidates = _candidates(room)
    measures = ground.measured(candidates)
    return ScoredCandidates(ground, room, candidates, measures, score_candidates(maps, candidates, measures))


def best_candidates(places: ScoredCandidates) -> list[int]:
    """Return the indices of the best places that keep clear of each other, best first: at least one, at most five."""
    c, scores, measures = places.candidates, places.scores, places.measures
    order = np.argsort(-scores, kind="stable")
    picks = [int(order[0])]
    best = picks[0]
    order = order[(measures.overlap <= MAX_OVERLAP)[order] & (measures.reach >= _SMALLER * measures.reach[best])[order]]
    while len(picks) < _MAX_BOXES:
        order = order[clear_of(c, c.box(picks[-1]), places.ground.maps.size[1])[order]]
        if not len(order) or (len(picks) >= _ENOUGH and scores[order[0]] < scores[best] - POORER):
            break
        picks.append(int(order[0]))
    return picks


def free_area(size: tuple[int, int], keep_out: KeepOut | None) -> Box:
    """Return where words may go on a picture of that size: inside the margin and the keep-out frame."""
    w, h = size
    margin = _MARGIN * min(w, h)
    frame = keep_out or KeepOut(0, 0, 0, 0)
    left, top = max(margin, frame.left / 100 * w), max(margin, frame.top / 100 * h)
    right, bottom = w - max(margin, frame.right / 100 * w), h - max(margin, frame.bottom / 100 * h)
    return Box(left, top, max(right - left, 0.01 * w), max(bottom - top, 0.01 * h))


def clear_of(c: Candidates, chosen: Box, height: float) -> Array:
    """Return for each candidate whether it keeps clear of a chosen box; ``height`` is that of the picture."""
    gap = _GAP * height
    beside = (c.x >= chosen.right + gap) | (c.x + c.width <= chosen.x - gap)
    return beside | (c.y >= chosen.bottom + gap) | (c.y + c.height <= chosen.y - gap)


def _candidates(room: Box) -> Candidates:
    """Return boxes of many shapes inside the room, aligned to its sides and middle."""
    rows = np.linspace(0, 1, _ROWS)
    grid = np.meshgrid(np.array(_WIDTHS), np.array(_HEIGHTS), np.array(_COLUMNS), rows, indexing="ij")
    wide, high, column, row = (axis.ravel() for axis in grid)
    keep = ((wide < 1) | (column == 0.5)) & ((high < 1) | (row == 0))
    wide, high, column, row = wide[keep] * room.width, high[keep] * room.height, column[keep], row[keep]
    return Candidates(room.x + column * (room.width - wide), room.y + row * (room.height - high), wide, high, column)


def _tables(stack: Array) -> Array:
    """Return the summed-area tables [h+1,w+1,n] of maps [h,w,n]."""
    return cv2.integral(stack.astype(np.float32), sdepth=cv2.CV_64F)


def _box_means(table: Array, c: Candidates, grow: float) -> Array:
    """Return the mean of each map under each candidate, as [n,N], from the summed-area tables."""
    h, w = table.shape[0] - 1, table.shape[1] - 1
    x0 = np.clip(np.floor(c.x - grow), 0, w - 1).astype(int)
    y0 = np.clip(np.floor(c.y - grow), 0, h - 1).astype(int)
    x1 = np.clip(np.ceil(c.x + c.width + grow), x0 + 1, w).astype(int)
    y1 = np.clip(np.ceil(c.y + c.height + grow), y0 + 1, h).astype(int)
    sums = table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]
    return (sums / ((x1 - x0) * (y1 - y0))[:, None]).T


def _levels(lightness: Array) -> Array:
    """Return [h,w,n]: whether the lightness is under each of the steps. Their mean is the cumulated histogram."""
    return lightness[..., None] < np.linspace(0, 1, _STEPS + 1)[1:-1]


def _extremes(below: Array) -> tuple[Array, Array]:
    """Return the lightness that all but 5 % of each box exceeds, and the one that all but 5 % stays under."""
    darkest = (below < WORST_SHARE).sum(axis=0) / _STEPS
    lightest = 1 - (below > 1 - WORST_SHARE).sum(axis=0) / _STEPS
    return darkest, lightest


def _readable(darkest: Array, lightest: Array) -> Array:
    """Return the WCAG ratio of near-black or near-white type, whichever keeps more (grey luminance = lightness³)."""
    return np.maximum((darkest**3 + 0.05) / 0.06, 1.0 / (lightest**3 + 0.05))


def score_candidates(maps: SaliencyMaps, c: Candidates, m: CandidateMeasures) -> Array:
    """Return what a designer would say of each box: big type, calm ground, clear of the subject, well placed."""
    w, h = maps.size
    blocked = np.maximum(m.overlap - MAX_OVERLAP, 0)
    return (
        1.5 * m.reach**0.8
        + (0.4 if maps.has_lettering else 0.15) * c.width / w
        - 0.8 * np.maximum(0.8 - m.filled, 0)
        + _place_score(c, w, h)
        - 0.9 * m.busy
        - 3.4 * m.salient
        - (np.where(m.lettered > MAX_OVERLAP, 0.8 + 4 * m.lettered, 0) if maps.has_lettering else 1.5 * m.lettered)
        - 0.5 * m.spread
        - 1.0 * np.maximum(1 - m.contrast / REQUIRED, 0)
        - 5.0 * np.minimum(m.near, 0.1)
        - np.where(blocked > 0, 1.5 + 6.0 * blocked, 0.0)
    )


def _place_score(c: Candidates, w: int, h: int) -> Array:
    """Return the liking for a place: the top third first, then the bottom band, and the middle axis."""
    middle = (c.y + c.height / 2) / h
    across = 1 - 2 * np.abs((c.x + c.width / 2) / w - 0.5)
    if w > 2 * h:  # a banner has no bands, only a middle line
        return 0.35 * np.exp(-(((middle - 0.5) / 0.2) ** 2)) + 0.05 * across
    top = np.exp(-(((middle - 0.2) / 0.17) ** 2))
    bottom = 0.72 * np.exp(-(((middle - 0.85) / 0.14) ** 2))
    return 0.35 * np.maximum(np.maximum(top, bottom), 0.3) + 0.12 * across
