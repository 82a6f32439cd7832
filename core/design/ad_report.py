"""What is told of an ad: its slots and boxes, its figures, and what found no place."""

from __future__ import annotations

from typing import Any

from ..copywriting.parts import AdParts
from ..text.bounds import Bounds
from .composition import Composition
from .figures import (
    boxes_of,
    content_figures,
    layout_figures,
    missed,
    picture_figures,
    type_figures,
    without_words,
)
from .marks import Letters
from .painting import PaintedAd, paint
from .pictures import USABLE, Pictures
from .rescaling import scaled
from .schema import PhotoLayer, ProductLayer
from .slots import caption_rest

_SMALL_PX = 240  # width of the picture that what lies behind type is measured on


def ad_report(made: Composition, painted: PaintedAd, pictures: Pictures, parts: AdParts) -> dict[str, Any]:
    """Return plain data about an ad."""
    figures = figures_of(made, painted, pictures)
    return {
        "version": 1,
        "design": made.design,
        "composition": made.attempt,
        "size": [made.canvas.width, made.canvas.height],
        "class": made.canvas.format_class,
        "palette": {"name": made.palette.name, **made.palette.roles},
        "type": made.faces,
        "slots": _slots(made, painted),
        "product": _product(made),
        "cutout": cutout_told(pictures),
        "figures": {name: None if value is None else round(float(value), 5) for name, value in figures.items()},
        "missed": missed(figures),
        "left_out": dict(made.left_out),
        "caption": caption_rest(parts, tuple(made.left_out)),
        "seed": made.seed,
    }


def figures_of(made: Composition, painted: PaintedAd, pictures: Pictures) -> dict[str, float | None]:
    """Return the figures of section 10 of an ad."""
    boxes = boxes_of(made)
    size = (made.canvas.width, made.canvas.height)
    behind = paint(scaled(without_words(made), _SMALL_PX / size[0]), pictures)
    return {
        **layout_figures(boxes, *size),
        **content_figures(boxes, size, painted.product, behind.image),
        **type_figures(made),
        **picture_figures(made, painted),
    }


def _slots(made: Composition, painted: PaintedAd) -> list[dict[str, Any]]:
    contrasts = {text: (ratio, needed) for text, ratio, needed in painted.contrasts}
    found = []
    for group in made.groups:
        for mark in group.block.letters:
            if mark.line.text.strip():
                found.append(_slot(group.layer.id, mark, contrasts.get(mark.line.text)))
    return found


def _slot(layer: str, mark: Letters, contrast: tuple[float, float] | None) -> dict[str, Any]:
    return {
        "layer": layer,
        "part": mark.source,
        "text": mark.line.text,
        "box": _rounded(mark.ink),
        "size_px": round(mark.size_px, 1),
        "colour": mark.colour,
        "contrast": None if contrast is None else round(contrast[0], 2),
    }


def _product(made: Composition) -> dict[str, Any] | None:
    for placed in made.placed:
        if isinstance(placed.layer, (ProductLayer, PhotoLayer)):
            return {"layer": placed.layer.id, "use": placed.layer.kind, "box": _rounded(placed.box)}
    return None


def cutout_told(pictures: Pictures) -> dict[str, Any] | None:
    """Return how far the cut-out is trusted, and what follows where it is not; None where there is none."""
    if pictures.subject is None:
        return None
    usable = pictures.confidence >= USABLE
    whole = not usable and pictures.photo is not None
    note = "The cut-out is doubtful, so that the photo is used whole unless a cut-out is asked for" if whole else ""
    return {"confidence": round(pictures.confidence, 3), "usable": usable, "note": note}


def _rounded(box: Bounds) -> list[float]:
    return [round(v, 1) for v in box]
