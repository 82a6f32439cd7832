"""What makes a good ad, in figures: those of DESIGN.md section 10, from the boxes of an ad and its product's alpha.

Sources of the formulas: PosterLayout (Hsu et al., CVPR 2023) and RALF (Horita et al., CVPR 2024), on a canvas of
240 × 350 px; balance after O'Donovan et al. (2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.difference import ciede2000
from ..color.spaces import parse_hex
from ..text.bounds import Bounds, union
from .composition import Composition
from .marks import Drawing, Form, Letters
from .painting import PaintedAd
from .schema import FillLayer
from .schema_words import WordsLayer

F32 = NDArray[Any]  # float32, or what an operation widens it to
_CANVAS = (240, 350)
_LEAST_SHARE = 1e-3
_LEVEL = 1.18  # sizes nearer to each other than that count as one


@dataclass(frozen=True)
class AdBox:
    """A box of an ad: ``role`` is text, logo or underlay."""

    role: str
    box: Bounds


@dataclass(frozen=True)
class Bar:
    """The bar of a figure: at least ``low``, at most ``high``."""

    low: float | None = None
    high: float | None = None

    def met(self, value: float | None) -> bool:
        """Return whether a value clears the bar; what could not be measured does."""
        if value is None:
            return True
        return (self.low is None or value >= self.low - 1e-9) and (self.high is None or value <= self.high + 1e-9)


BARS: Mapping[str, Bar] = {
    "val": Bar(low=1.0),
    "ove": Bar(high=0.0012),
    "ali": Bar(high=0.0008),
    "und_l": Bar(low=0.997),
    "und_s": Bar(low=0.991),
    "occ": Bar(high=0.03),
    "rea": Bar(high=0.0051),
    "uti": Bar(low=0.154, high=0.276),
    "contrast": Bar(low=1.0),
    "offer_ratio": Bar(low=1.3),
    "sizes": Bar(low=4, high=5),
    "size_ratio": Bar(low=4.5),
    "largest": Bar(low=0.12),
    "smallest": Bar(low=0.018),
    "balance": Bar(high=0.10),
    "accent_area": Bar(low=0.03, high=0.15),
    "accent_delta": Bar(low=30.0),
}
"""Bars of single ads; those that hold for many (medians, shares) are judged by the benchmark."""


def boxes_of(made: Composition) -> list[AdBox]:
    """Return the boxes of an ad: an item of words each, its plates, and the panels that words stand on."""
    found: list[AdBox] = []
    for group in made.groups:
        by_item: dict[str, list[Bounds]] = {}
        for mark in group.block.marks:
            if isinstance(mark, Form) and mark.source == "plate":
                found.append(AdBox("underlay", mark.ink))
            elif isinstance(mark, (Letters, Drawing)):
                by_item.setdefault(_item_of(group.items, mark.ink), []).append(mark.ink)
        found += [AdBox("text", union(inks)) for inks in by_item.values()]
    words = [box.box for box in found if box.role == "text"]
    for placed in made.placed:
        if isinstance(placed.layer, FillLayer) and placed.layer.role == "panel":
            canvas = Bounds(0, 0, made.canvas.width, made.canvas.height)
            panel = placed.box.met(canvas)
            if any(word.within(panel, 2) for word in words):
                found.append(AdBox("underlay", panel))
    return found


def _item_of(items: Mapping[str, Bounds], ink: Bounds) -> str:
    return max(items, key=lambda name: items[name].grown(2).shared(ink), default="")


def layout_figures(boxes: Sequence[AdBox], width: int, height: int) -> dict[str, float | None]:
    """Return Val, Ove, Ali, Und_l and Und_s of boxes in px of a canvas of that size."""
    area = width * height * _LEAST_SHARE
    valid = [b for b in boxes if b.box.width * b.box.height > area]
    front = [b.box for b in valid if b.role != "underlay"]
    under = [b.box for b in valid if b.role == "underlay"]
    pairs = [_iou(a, b) for i, a in enumerate(front) for j, b in enumerate(front) if i != j]
    held = [max([_held(u, f) for f in front] or [0.0]) for u in under]
    return {
        "val": len(valid) / len(boxes) if boxes else None,
        "ove": float(np.mean(pairs)) if pairs else 0.0,
        "ali": _alignment([b.box for b in valid], width, height),
        "und_l": float(np.mean(held)) if held else None,
        "und_s": float(np.mean([h >= 1 - 1e-5 for h in held])) if held else None,
    }


def _iou(a: Bounds, b: Bounds) -> float:
    both = a.shared(b)
    return both / (a.width * a.height + b.width * b.height - both + 1e-9)


def _held(under: Bounds, front: Bounds) -> float:
    return under.shared(front) / (front.width * front.height + 1e-9)


def _alignment(boxes: Sequence[Bounds], width: int, height: int) -> float:
    if len(boxes) < 2:
        return 0.0
    scale = np.array([width, width, width, height, height, height], float)
    x = np.array([[b.left, b.middle[0], b.right, b.top, b.middle[1], b.bottom] for b in boxes]) / scale
    away = np.abs(x[:, None] - x[None])
    away[np.arange(len(boxes)), np.arange(len(boxes))] = 1
    return float((-np.log10(1 - np.minimum(away.min((1, 2)), 0.999999))).mean())


def content_figures(
    boxes: Sequence[AdBox], size: tuple[int, int], product: F32, before: F32
) -> dict[str, float | None]:
    """Return Occ, Rea and Uti.

    Args:
        boxes: In px of the canvas.
        size: Width and height of the canvas in px.
        product: [H,W] 0..1 what the product covers.
        before: [H,W,3] 0..1 the picture before type was painted.
    """
    width, height = _CANVAS
    kx, ky = width / size[0], height / size[1]
    sal = cv2.resize(np.ascontiguousarray(product), _CANVAS, interpolation=cv2.INTER_AREA)
    picture = (cv2.resize(before, _CANVAS, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
    every, text, under = (np.zeros((height, width), bool) for _ in range(3))
    for entry in boxes:
        b = entry.box
        rows = slice(max(0, round(b.top * ky)), max(0, round(b.bottom * ky)))
        columns = slice(max(0, round(b.left * kx)), max(0, round(b.right * kx)))
        every[rows, columns] = True
        (under if entry.role == "underlay" else text)[rows, columns] = True
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    edges = np.sqrt((cv2.Sobel(grey, -1, 1, 0) ** 2 + cv2.Sobel(grey, -1, 0, 1) ** 2) / 2)
    edges /= edges.max() + 1e-9
    text &= ~under
    free = float((1 - sal).sum())
    return {
        "occ": float(sal[every].mean()) if every.any() else 0.0,
        "rea": float(edges[text].mean()) if text.any() else 0.0,
        "uti": float((1 - sal)[every].sum() / max(free, 1e-9)),
    }


def type_figures(made: Composition) -> dict[str, float | None]:
    """Return figures of the sizes of type, as shares of the canvas height; the offer against the headline."""
    height = made.canvas.height
    letters = [mark for group in made.groups for mark in group.block.letters if mark.line.text.strip()]
    sizes = _item_sizes(made)
    if not sizes:
        return {}
    levels = [sizes[0]]
    for size in sizes[1:]:
        if levels[-1] / size > _LEVEL:
            levels.append(size)
    offers = [m.size_px for m in letters if m.source in ("discount", "price_now") and not m.unit]
    heads = [m.size_px for m in letters if m.source in ("headline", "emphasis", "product")]
    ratio = (
        max(offers) / max(heads)
        if offers and heads and not any(m.hero and m.source == "headline" for m in letters)
        else None
    )
    return {
        "offer_ratio": ratio,
        "sizes": float(len(levels)),
        "size_ratio": sizes[0] / sizes[-1],
        "largest": max(mark.ink.height for mark in letters) / height,
        "smallest": min(m.size_px for m in letters) / height,
    }


def _item_sizes(made: Composition) -> list[float]:
    """Return the size of each item's largest letters, the largest first; units and second lines are part of theirs."""
    found: list[float] = []
    for group in made.groups:
        by_item: dict[str, float] = {}
        for mark in group.block.letters:
            name = _item_of(group.items, mark.ink)
            by_item[name] = max(by_item.get(name, 0.0), mark.size_px)
        found += by_item.values()
    return sorted(found, reverse=True)


def picture_figures(made: Composition, painted: PaintedAd) -> dict[str, float | None]:
    """Return balance, the accent's area and its difference from the ground, and the worst contrast (1 = enough)."""
    image = cv2.resize(painted.image, (216, max(round(216 * made.canvas.height / made.canvas.width), 8)))
    accent, ground = (parse_hex(made.palette.roles[name]) for name in ("accent", "ground"))
    near = ciede2000(image.reshape(-1, 3), np.array(accent)) < 8
    grey = cv2.cvtColor(image.astype(np.float32), cv2.COLOR_RGB2GRAY)
    mass = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 30))
    y, x = np.mgrid[: mass.shape[0], : mass.shape[1]]
    total = float(mass.sum()) + 1e-9
    off_x = float((mass * x).sum()) / total / mass.shape[1] - 0.5
    off_y = float((mass * y).sum()) / total / mass.shape[0] - 0.5
    worst = min((ratio / needed for _, ratio, needed in painted.contrasts), default=None)
    return {
        "balance": float(np.hypot(off_x, off_y)),
        "accent_area": float(near.mean()),
        "accent_delta": float(ciede2000(accent, ground)),
        "contrast": worst,
    }


def without_words(made: Composition) -> Composition:
    """Return a composition without its words (plates go with them): what lies behind type."""
    from dataclasses import replace

    return replace(made, placed=tuple(p for p in made.placed if not isinstance(p.layer, WordsLayer)))


def missed(figures: Mapping[str, float | None]) -> list[str]:
    """Return the names of the figures that do not clear their bar."""
    return [name for name, value in figures.items() if name in BARS and not BARS[name].met(value)]
