"""Where the words go on a picture, and in which colour: judged from the pixels alone, with no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .color import RGB, to_hex
from .copyfit import fit, largest_size, settings_of
from .formats import KeepOut
from .layout import Box, Layout, TextBox
from .legibility import REQUIRED, WORST_SHARE, Choice, readable_color
from .palette import palette_of
from .saliency import Maps, maps_of

Array = NDArray[Any]  # float32, or what an operation widens it to

_MARGIN = 0.06  # of the short side
_AIR = 0.035  # of a box's height, above and below the type
_CLEARANCE = 0.03  # of the height, between type and subject
_MAX_OVERLAP = 0.02  # share of a box that may lie on the subject
_MAX_BOXES = 5
_ENOUGH = 3
_WIDTHS = (1.0, 0.86, 0.72, 0.6, 0.5, 0.4, 0.32, 0.24)  # of the room between the margins
_HEIGHTS = (0.045, 0.06, 0.08, 0.105, 0.13, 0.16, 0.19, 0.225, 0.26, 0.3, 0.35, 0.4, 0.46, 0.54, 0.64, 0.76, 0.88, 1.0)
_COLUMNS = (0.0, 0.25, 0.5, 0.75, 1.0)  # where the free room beside a box goes: 0 = set left, 1 = set right
_ROWS = 36
_STEPS = 24  # of lightness, in the histograms of the boxes
_SECOND_VOICE = 0.5  # a text beside lettering that is already there is set smaller than that


@dataclass(frozen=True)
class Advice:
    """A layout and the reasons for it, as plain JSON data."""

    layout: Layout
    analysis: dict[str, Any]


class _Candidates(NamedTuple):
    """Boxes in pixels of the working copy: arrays [N]."""

    x: Array
    y: Array
    width: Array
    height: Array
    column: Array

    def box(self, index: int) -> Box:
        return Box(*(float(v[index]) for v in self[:4]))


class _Measures(NamedTuple):
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


def advise(
    rgb: Array, subject_mask: Array | None, text: str, language: str = "ko", keep_out: KeepOut | None = None
) -> Advice:
    """Return ranked places for a text, its colour, and the picture's palette, tone and mood.

    Args:
        rgb: [H,W,3 or 4] 0..1 sRGB, any size from 1×1.
        subject_mask: [H,W] 0..1, 1 = subject, of any size; without one the salient parts are kept free.
        text: The words to place; their number and line breaks shape the boxes. Lettering that is already on
            the picture is kept free, and the new text is then set smaller.
        language: ``ko`` or ``en``, for the mood words.
        keep_out: A frame that the boxes stay out of, besides the margin.
    """
    rgb = rgb[..., :3]
    maps = maps_of(rgb, subject_mask)
    small = _small_rgb(rgb, maps)
    palette = palette_of(small)
    picks, measures, candidates = _ranked(maps, text, keep_out)
    boxes = [_text_box(rgb, maps, candidates, i, score, palette) for i, score in picks]
    tone = _tone(maps.lab)
    layout = Layout(
        boxes=tuple(box for box, _ in boxes),
        position=_position(boxes[0][0]),
        text_color=boxes[0][0].text_color,
        palette=tuple(to_hex(color) for color in palette),
        mood=_mood(maps.lab, tone, language),
        tone=tone,
    )
    rows = [_row(box, choice, measures, i) for (box, choice), (i, _) in zip(boxes, picks, strict=True)]
    return Advice(layout, _analysis(rgb, maps, subject_mask is not None, layout, rows))


def _small_rgb(rgb: Array, maps: Maps) -> Array:
    return cv2.resize(np.ascontiguousarray(rgb, np.float32), maps.size, interpolation=cv2.INTER_AREA)


# --- candidates -----------------------------------------------------------------------------------------------


def _ranked(maps: Maps, text: str, keep_out: KeepOut | None) -> tuple[list[tuple[int, float]], _Measures, _Candidates]:
    """Return the picks (index, score), best first, with all candidates and their measures."""
    candidates = _candidates(_room(maps.size, keep_out))
    measures = _measured(maps, candidates, text)
    scores = _scores(maps, candidates, measures)
    order = np.argsort(-scores, kind="stable")
    picks: list[tuple[int, float]] = []
    while len(picks) < _MAX_BOXES and len(order):
        index = int(order[0])
        score = float(scores[index])
        poorer = len(picks) >= _ENOUGH and score < picks[0][1] - 1.2
        if picks and (poorer or measures.overlap[index] > _MAX_OVERLAP):
            break
        picks.append((index, score))
        order = order[_apart(candidates, index, order, 0.02 * maps.size[1])]
    return picks, measures, candidates


def _room(size: tuple[int, int], keep_out: KeepOut | None) -> Box:
    """Return where words may go: inside the margin and the keep-out frame."""
    w, h = size
    margin = _MARGIN * min(w, h)
    frame = keep_out or KeepOut(0, 0, 0, 0)
    left, top = max(margin, frame.left / 100 * w), max(margin, frame.top / 100 * h)
    right, bottom = w - max(margin, frame.right / 100 * w), h - max(margin, frame.bottom / 100 * h)
    return Box(left, top, max(right - left, 0.01 * w), max(bottom - top, 0.01 * h))


def _candidates(room: Box) -> _Candidates:
    """Return boxes of many shapes inside the room, aligned to its sides and middle."""
    rows = np.linspace(0, 1, _ROWS)
    grid = np.meshgrid(np.array(_WIDTHS), np.array(_HEIGHTS), np.array(_COLUMNS), rows, indexing="ij")
    wide, high, column, row = (axis.ravel() for axis in grid)
    keep = ((wide < 1) | (column == 0.5)) & ((high < 1) | (row == 0))
    wide, high, column, row = wide[keep] * room.width, high[keep] * room.height, column[keep], row[keep]
    return _Candidates(room.x + column * (room.width - wide), room.y + row * (room.height - high), wide, high, column)


def _measured(maps: Maps, c: _Candidates, text: str) -> _Measures:
    flat = [maps.guarded, maps.salient, maps.busy, maps.lettered]
    subject, salient, busy, lettered, *levels = _box_means(np.dstack([*flat, _levels(maps.lab[..., 0])]), c, 0.0)
    darkest, lightest = _extremes(np.array(levels))
    near = _box_means(maps.guarded[..., None], c, _CLEARANCE * maps.size[1] * (0.4 if maps.has_lettering else 1.0))[0]
    largest = largest_size(text, *maps.size) * (_SECOND_VOICE if maps.has_lettering else 1.0)
    fits = fit(settings_of(text), c.width, c.height, largest)
    return _Measures(
        subject,
        near,
        salient,
        busy,
        lettered,
        lightest - darkest,
        _readable(darkest, lightest),
        fits.worth_px / largest,
        fits.filled,
    )


def _box_means(stack: Array, c: _Candidates, grow: float) -> Array:
    """Return the mean of each map [h,w,n] under each candidate, as [n,N]; from summed-area tables."""
    h, w = stack.shape[:2]
    table = np.zeros((h + 1, w + 1, stack.shape[2]))
    np.cumsum(np.cumsum(stack, axis=0, dtype=np.float64), axis=1, out=table[1:, 1:])
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


def _scores(maps: Maps, c: _Candidates, m: _Measures) -> Array:
    """Return what a designer would say of each box: big type, calm ground, clear of the subject, well placed."""
    w, h = maps.size
    blocked = np.maximum(m.overlap - _MAX_OVERLAP, 0)
    return (
        1.5 * m.reach**0.8
        + (0.4 if maps.has_lettering else 0.15) * c.width / w
        - 0.8 * np.maximum(0.8 - m.filled, 0)
        + _place_score(c, w, h)
        - 0.9 * m.busy
        - 3.4 * m.salient
        - (np.where(m.lettered > _MAX_OVERLAP, 0.8 + 4 * m.lettered, 0) if maps.has_lettering else 1.5 * m.lettered)
        - 0.5 * m.spread
        - 1.0 * np.maximum(1 - m.contrast / REQUIRED, 0)
        - 5.0 * np.minimum(m.near, 0.1)
        - np.where(blocked > 0, 1.5 + 6.0 * blocked, 0.0)
    )


def _place_score(c: _Candidates, w: int, h: int) -> Array:
    """Return the liking for a place: the top third first, then the bottom band, and the middle axis."""
    middle = (c.y + c.height / 2) / h
    across = 1 - 2 * np.abs((c.x + c.width / 2) / w - 0.5)
    if w > 2 * h:  # a banner has no bands, only a middle line
        return 0.35 * np.exp(-(((middle - 0.5) / 0.2) ** 2)) + 0.05 * across
    top = np.exp(-(((middle - 0.2) / 0.17) ** 2))
    bottom = 0.72 * np.exp(-(((middle - 0.85) / 0.14) ** 2))
    return 0.35 * np.maximum(np.maximum(top, bottom), 0.3) + 0.12 * across


def _apart(c: _Candidates, index: int, order: Array, gap: float) -> Array:
    """Return for each candidate in ``order`` whether it keeps clear of the chosen one."""
    chosen = c.box(index)
    x, y, width, height = (v[order] for v in c[:4])
    beside = (x >= chosen.right + gap) | (x + width <= chosen.x - gap)
    return beside | (y >= chosen.bottom + gap) | (y + height <= chosen.y - gap)


# --- words for it ---------------------------------------------------------------------------------------------


def _airy(box: Box) -> Box:
    """Return the box without the rim of air that type set to the full keeps from what stands above and below."""
    return Box(box.x, box.y + _AIR * box.height, box.width, (1 - 2 * _AIR) * box.height)


def _text_box(
    rgb: Array, maps: Maps, candidates: _Candidates, index: int, score: float, palette: Sequence[RGB]
) -> tuple[TextBox, Choice]:
    w, h = maps.size
    box = _airy(candidates.box(index))
    x, y, width, height = (round(100 * v, 2) for v in (box.x / w, box.y / h, box.width / w, box.height / h))
    anchor = _anchor(box, h, candidates.column[index])
    choice = readable_color(_pixels(rgb, TextBox(x, y, width, height)), palette)
    return TextBox(x, y, width, height, anchor, to_hex(choice.color), round(score, 4)), choice


def _anchor(box: Box, height: int, column: float) -> str:
    """Return the side of the box that smaller lettering goes to: the near edge of the picture."""
    middle = (box.y + box.height / 2) / height
    row = "top" if middle < 0.4 and box.height < 0.9 * height else "bottom" if middle > 0.62 else ""
    side = "left" if column < 0.5 else "right" if column > 0.5 else ""
    return "-".join(part for part in (row, side) if part) or "center"


def _pixels(rgb: Array, box: TextBox) -> Array:
    """Return at most about 20,000 pixels [N,3] of the box."""
    rows, columns = box.to_px(rgb.shape[1], rgb.shape[0]).slices(*rgb.shape[:2])
    crop = rgb[rows, columns]
    step = max(int(np.sqrt(crop.shape[0] * crop.shape[1] / 20_000)), 1)
    pixels = crop[::step, ::step].reshape(-1, 3)
    return pixels if len(pixels) else rgb[:1, :1].reshape(-1, 3)


def _position(box: TextBox) -> str:
    """Return the place of a box's middle on the 3×3 grid, as one of ``ANCHORS``."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    row = "top" if y < 40 else "bottom" if y > 62 else ""
    column = "left" if x < 38 else "right" if x > 62 else ""
    return "-".join(part for part in (row, column) if part) or "center"


def _tone(lab: Array) -> str:
    """Return warm, cool or neutral, by the mean of OKLab's blue-yellow and green-red axes."""
    _, a, b = lab.reshape(-1, 3).mean(axis=0)
    if np.hypot(a, b) < 0.012:
        return "neutral"
    return "warm" if b + 0.5 * a > 0.006 else "cool" if b < -0.006 else "neutral"


_MOODS = {
    "ko": {
        ("warm", "light"): "따뜻하고 화사한",
        ("warm", "mid"): "따뜻하고 포근한",
        ("warm", "dark"): "깊고 아늑한",
        ("cool", "light"): "맑고 시원한",
        ("cool", "mid"): "차분하고 산뜻한",
        ("cool", "dark"): "깊고 세련된",
        ("neutral", "light"): "깨끗하고 담백한",
        ("neutral", "mid"): "차분하고 단정한",
        ("neutral", "dark"): "묵직하고 고급스러운",
        "vivid": "선명한",
        "soft": "은은한",
    },
    "en": {
        ("warm", "light"): "warm and bright",
        ("warm", "mid"): "warm and cosy",
        ("warm", "dark"): "deep and snug",
        ("cool", "light"): "clear and fresh",
        ("cool", "mid"): "calm and crisp",
        ("cool", "dark"): "deep and sleek",
        ("neutral", "light"): "clean and plain",
        ("neutral", "mid"): "calm and neat",
        ("neutral", "dark"): "rich and refined",
        "vivid": "vivid",
        "soft": "soft",
    },
}  # type: dict[str, dict[Any, str]]


def _mood(lab: Array, tone: str, language: str) -> str:
    words = _MOODS["en" if language == "en" else "ko"]
    flat = lab.reshape(-1, 3)
    lightness = float(flat[:, 0].mean())
    chroma = float(np.hypot(flat[:, 1], flat[:, 2]).mean())
    level = "light" if lightness > 0.72 else "dark" if lightness < 0.42 else "mid"
    colour = words["vivid"] if chroma > 0.11 else words["soft"] if chroma < 0.045 and tone != "neutral" else ""
    return ", ".join(word for word in (words[tone, level], colour) if word)


def _row(box: TextBox, choice: Choice, measures: _Measures, index: int) -> dict[str, Any]:
    """Return the reasons for one box."""
    return {
        "box": [box.x, box.y, box.width, box.height],
        "position": _position(box),
        "text_color": box.text_color,
        "contrast": round(choice.contrast, 2),
        "subject_overlap": round(float(measures.overlap[index]), 4),
        "busy": round(float(measures.busy[index]), 3),
        "score": box.score,
    }


def _analysis(rgb: Array, maps: Maps, masked: bool, layout: Layout, rows: list[dict[str, Any]]) -> dict[str, Any]:
    lab = maps.lab.reshape(-1, 3)
    return {
        "version": 1,
        "source": layout.source,
        "size": [rgb.shape[1], rgb.shape[0]],
        "position": layout.position,
        "text_color": layout.text_color,
        "palette": list(layout.palette),
        "tone": layout.tone,
        "mood": layout.mood,
        "lightness": round(float(lab[:, 0].mean()), 3),
        "chroma": round(float(np.hypot(lab[:, 1], lab[:, 2]).mean()), 3),
        "light": _light(maps.lab[..., 0]),
        "subject": _subject(maps, masked),
        "lettering": maps.has_lettering,
        "boxes": rows,
    }


def _light(lightness: Array) -> dict[str, float]:
    """Return where the light seems to come from: the slope of a plane through the lightness.

    Degrees clockwise as in CalligraphyRender's ``light``, 0 = from above; strength is the change across the picture.
    """
    h, w = lightness.shape
    x, y = np.linspace(-0.5, 0.5, w), np.linspace(0.5, -0.5, h)
    right = float((lightness.mean(axis=0) * x).mean() / max((x**2).mean(), 1e-9)) if w > 1 else 0.0
    up = float((lightness.mean(axis=1) * y).mean() / max((y**2).mean(), 1e-9)) if h > 1 else 0.0
    return {
        "azimuth_deg": round(float(np.degrees(np.arctan2(right, up))) % 360),
        "strength": round(float(np.hypot(right, up)), 3),
    }


def _subject(maps: Maps, masked: bool) -> dict[str, Any] | None:
    """Return the subject's share of the picture and its box in percent; None without a mask."""
    ys, xs = np.nonzero(maps.subject > 0.5)
    if not masked or not len(xs):
        return None
    w, h = maps.size
    box = [xs.min() / w, ys.min() / h, (xs.max() + 1 - xs.min()) / w, (ys.max() + 1 - ys.min()) / h]
    return {"share": round(float(maps.subject.mean()), 3), "box": [round(100 * float(v), 1) for v in box]}
