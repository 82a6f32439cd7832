"""Where the words go on a picture, and in which colour: judged from the pixels alone, with no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.palette import palette_of
from ..color.spaces import RGB, to_hex
from ..legibility.contrast import ColorChoice, readable_color
from ..raster.box import Box
from .candidates import ScoredCandidates, best_candidates, candidates_of
from .formats import KeepOut
from .model import Layout, TextBox
from .saliency import SaliencyMaps, saliency_maps

Array = NDArray[Any]  # float32, or what an operation widens it to

_AIR = 0.035  # of a box's height, above and below the type
_TIP_GAP = 0.012  # of the height, between type and the tip of a subject that reaches into its box
_LEAST_CLEARED = 0.75  # of a box's height; where more would be lost, the subject stands in its middle
_PIXELS = 20_000  # so many of a box are looked at for its colour


@dataclass(frozen=True)
class Advice:
    """A layout and the reasons for it, as plain JSON data."""

    layout: Layout
    analysis: dict[str, Any]


@dataclass(frozen=True)
class PixelReading:
    """All that the pixels say of a picture.

    Attributes:
        rgb: [H,W,3] 0..1 sRGB.
        maps: The maps of its working copy.
        masked: Whether a subject mask was given.
        palette: Its main colours, the most frequent first.
        tone: warm, cool or neutral.
        mood: Words for it.
        places: Where words could go.
    """

    rgb: Array
    maps: SaliencyMaps
    masked: bool
    palette: tuple[RGB, ...]
    tone: str
    mood: str
    places: ScoredCandidates


class AdvisedBox(NamedTuple):
    """One advised box and the reasons for it, as plain JSON data."""

    box: TextBox
    reasons: dict[str, Any]


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
    reading = read(rgb, subject_mask, text, language, keep_out)
    return explained(reading, pixel_boxes(reading))


def read(
    rgb: Array, subject_mask: Array | None, text: str, language: str = "ko", keep_out: KeepOut | None = None
) -> PixelReading:
    """Return what the pixels say; the arguments are those of :func:`advise`."""
    rgb = rgb[..., :3]
    maps = saliency_maps(rgb, subject_mask)
    tone = _tone(maps.lab)
    return PixelReading(
        rgb=rgb,
        maps=maps,
        masked=subject_mask is not None,
        palette=tuple(palette_of(_small_rgb(rgb, maps))),
        tone=tone,
        mood=_mood(maps.lab, tone, language),
        places=candidates_of(maps, text, keep_out),
    )


def pixel_boxes(reading: PixelReading) -> list[AdvisedBox]:
    """Return the boxes that the pixels advise, best first."""
    return [at_candidate(reading, index) for index in best_candidates(reading.places)]


def at_candidate(reading: PixelReading, index: int) -> AdvisedBox:
    """Return the advice to take one of the places."""
    places, (w, h) = reading.places, reading.maps.size
    c = places.candidates
    box = _cleared(_airy(c.box(index)), reading.maps.guarded)
    x, y, width, height = (round(100 * v, 2) for v in (box.x / w, box.y / h, box.width / w, box.height / h))
    anchor = anchor_of(box, h, float(c.column[index]))
    at = TextBox(x, y, width, height, anchor, score=round(float(places.scores[index]), 4))
    choice = readable_color(pixels_of(reading.rgb, at), reading.palette)
    return advised(at, choice, float(places.measures.overlap[index]), float(places.measures.busy[index]))


def advised(at: TextBox, choice: ColorChoice, overlap: float, busy: float) -> AdvisedBox:
    """Return a box in its colour, and the reasons for it."""
    box = replace(at, text_color=to_hex(choice.color))
    reasons = {
        "box": [box.x, box.y, box.width, box.height],
        "position": position_of(box),
        "text_color": box.text_color,
        "contrast": round(choice.contrast, 2),
        "subject_overlap": round(overlap, 4),
        "busy": round(busy, 3),
        "score": box.score,
    }
    return AdvisedBox(box, reasons)


def explained(reading: PixelReading, boxes: Sequence[AdvisedBox], mood: str = "", source: str = "pixels") -> Advice:
    """Return the advice to take these boxes, the best first.

    Args:
        reading: What the pixels say of the picture.
        boxes: At least one.
        mood: Words for the mood, where somebody else found them.
        source: Who advises.
    """
    first = boxes[0].box
    layout = Layout(
        boxes=tuple(box for box, _ in boxes),
        position=position_of(first),
        text_color=first.text_color,
        palette=tuple(to_hex(color) for color in reading.palette),
        mood=mood or reading.mood,
        tone=reading.tone,
        source=source,
    )
    return Advice(layout, _analysis(reading, layout, [reasons for _, reasons in boxes]))


def explained_by_pixels(reading: PixelReading, why: str) -> Advice:
    """Return the pixels' advice in place of a model's; ``analysis`` says why in ``changes``."""
    advice = explained(reading, pixel_boxes(reading))
    change = {"box": 0, "what": "boxes", "why": why, "before": None, "after": "pixels"}
    return Advice(advice.layout, {**advice.analysis, "changes": [change]})


def _small_rgb(rgb: Array, maps: SaliencyMaps) -> Array:
    return cv2.resize(np.ascontiguousarray(rgb, np.float32), maps.size, interpolation=cv2.INTER_AREA)


# --- words for it ---------------------------------------------------------------------------------------------


def _airy(box: Box) -> Box:
    """Return the box without the rim of air that type set to the full keeps from what stands above and below."""
    return Box(box.x, box.y + _AIR * box.height, box.width, (1 - 2 * _AIR) * box.height)


def _cleared(box: Box, guarded: Array) -> Box:
    """Return the box without the strip at its top or bottom into which a tip of the subject reaches."""
    rows, columns = box.slices(*guarded.shape)
    touched = np.flatnonzero((guarded[rows, columns] > 0.3).any(axis=1))
    if not len(touched):
        return box
    gap = _TIP_GAP * guarded.shape[0]
    above = rows.start + float(touched[0]) - gap - box.y
    below = box.bottom - (rows.start + float(touched[-1]) + 1 + gap)
    height = max(above, below)
    if height < _LEAST_CLEARED * box.height:
        return box
    return box._replace(height=height) if above >= below else box._replace(y=box.bottom - height, height=height)


def anchor_of(box: Box, height: int, column: float) -> str:
    """Return the side of the box that smaller lettering goes to: the near edge of the picture."""
    middle = (box.y + box.height / 2) / height
    row = "top" if middle < 0.4 and box.height < 0.9 * height else "bottom" if middle > 0.62 else ""
    side = "left" if column < 0.5 else "right" if column > 0.5 else ""
    return "-".join(part for part in (row, side) if part) or "center"


def pixels_of(rgb: Array, box: TextBox) -> Array:
    """Return at most about 20,000 pixels [N,3] of the box."""
    rows, columns = box.to_px(rgb.shape[1], rgb.shape[0]).slices(*rgb.shape[:2])
    crop = rgb[rows, columns]
    step = max(int(np.sqrt(crop.shape[0] * crop.shape[1] / _PIXELS)), 1)
    pixels = crop[::step, ::step].reshape(-1, 3)
    return pixels if len(pixels) else rgb[:1, :1].reshape(-1, 3)


def position_of(box: TextBox) -> str:
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


def _analysis(reading: PixelReading, layout: Layout, rows: list[dict[str, Any]]) -> dict[str, Any]:
    maps = reading.maps
    lab = maps.lab.reshape(-1, 3)
    return {
        "version": 1,
        "source": layout.source,
        "size": [reading.rgb.shape[1], reading.rgb.shape[0]],
        "position": layout.position,
        "text_color": layout.text_color,
        "palette": list(layout.palette),
        "tone": layout.tone,
        "mood": layout.mood,
        "lightness": round(float(lab[:, 0].mean()), 3),
        "chroma": round(float(np.hypot(lab[:, 1], lab[:, 2]).mean()), 3),
        "light": _light(maps.lab[..., 0]),
        "subject": subject_of(maps, reading.masked),
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


def subject_of(maps: SaliencyMaps, masked: bool) -> dict[str, Any] | None:
    """Return the subject's share of the picture and its box in percent; None without a mask."""
    ys, xs = np.nonzero(maps.subject > 0.5)
    if not masked or not len(xs):
        return None
    w, h = maps.size
    box = [xs.min() / w, ys.min() / h, (xs.max() + 1 - xs.min()) / w, (ys.max() + 1 - ys.min()) / h]
    return {"share": round(float(maps.subject.mean()), 3), "box": [round(100 * float(v), 1) for v in box]}
