"""Lettering or a picture, placed on a picture: fitted, turned, blended, kept in the safe zone, made legible.

What is decided (colours, what is added for legibility) is decided on the picture itself, or on a copy of at most
``DECIDING_PX``; a preview goes through the same code on that copy, so that it shows what comes out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.palette import palette_of
from ..color.spaces import RGB, to_hex
from ..errors import FitAdError
from ..layout.formats import least_type_px
from ..layout.model import Layout, TextBox
from ..legibility import fixes, measure
from ..legibility.contrast import REQUIRED, REQUIRED_LARGE, large_type_px, readable_color
from ..raster.blending import RasterLayer, coverage, lay_over
from ..raster.box import Box
from ..raster.fingerprint import fingerprint
from .edited import by_hand, held_place, is_stale
from .fields import LEGIBILITY, MOST_CUT
from .geometry import Placement, percents
from .overlay import cut_share, trimmed, with_alpha
from .scene import PlacedContent, PlacementScene, overlay_content, scene, text_content, times
from .target_box import TargetBox, target_box

__all__ = [
    "DECIDING_PX",
    "ContrastReading",
    "PlacedOverlay",
    "Placement",
    "PlacementOptions",
    "place",
    "place_scene",
    "trimmed",
    "with_alpha",
]

Array = NDArray[Any]  # float32, or what an operation widens it to

DECIDING_PX = 2048
_COLOR_PX = 20_000  # so many pixels behind typed words tell the colour that reads
_PALETTE_PX = 32  # the palette only tints: so small a copy tells it
_TRIES = 3  # to make the lettering legible
_BETTER = 1.03  # what is added has to better the contrast by so much
_WHITE: RGB = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class PlacementOptions:
    """What is asked for, apart from the pictures.

    Attributes:
        placement: Where and how.
        text: Words to typeset where there is no overlay.
        layout: The advisor's; its best box comes before that of the placement until that was edited by hand.
        safe_zone: Name of a keep-out zone, ``none``, or ``auto`` (that of the format of the picture's size).
        legibility: One of ``fields.LEGIBILITY``.
        edited: Who said where the words go, and on which pictures; see ``edited``. Empty: the layout does.
    """

    placement: Placement = field(default_factory=Placement)
    text: str = ""
    layout: Layout | None = None
    safe_zone: str = "none"
    legibility: str = "off"
    edited: str = ""

    def __post_init__(self) -> None:
        if self.legibility not in LEGIBILITY:
            raise FitAdError(f"legibility is {self.legibility!r}", fix=f"Choose one of {', '.join(LEGIBILITY)}")


class ContrastReading(NamedTuple):
    """How the lettering reads: contrast before and after what was added, what is required, the type size in px."""

    before: float | None = None
    after: float | None = None
    large: bool | None = None
    type_px: float = 0.0
    added: tuple[fixes.LegibilityFix, ...] = ()

    @property
    def required(self) -> float | None:
        return None if self.large is None else REQUIRED_LARGE if self.large else REQUIRED

    def as_dict(self, whole: bool = True) -> dict[str, Any]:
        """Return the part of the report that is about legibility; words that are not ``whole`` are not legible."""
        legible = None if self.after is None or self.required is None else bool(self.after >= self.required) and whole
        return {
            "contrast": None if self.after is None else round(self.after, 2),
            "contrast_before": None if self.before is None else round(self.before, 2),
            "required": self.required,
            "legible": legible,
            "large": self.large,
            "type_px": round(self.type_px, 1),
            "added": [fix.as_dict() for fix in self.added],
        }


@dataclass(frozen=True)
class PlacedOverlay:
    """The finished picture.

    Attributes:
        image: [H,W,C], with the background's number of channels.
        mask: [H,W], what the overlay covers.
        report: JSON data: boxes in px, contrast, subject overlap, what was added.
        target: The box in force.
        content: What was placed; None where nothing was.
        lettering: It, as it lies on the picture.
        added: What was added below it.
    """

    image: Array
    mask: Array
    report: dict[str, Any]
    target: TargetBox
    content: PlacedContent | None = None
    lettering: RasterLayer | None = None
    added: tuple[fixes.LegibilityFix, ...] = ()

    @property
    def layers(self) -> tuple[RasterLayer, ...]:
        """What lies over the background, bottom first."""
        if self.lettering is None:
            return ()
        height, width = self.image.shape[:2]
        return (*(layer for fix in self.added for layer in fix.layers(width, height)), self.lettering)


def place(
    background: Array,
    overlay: Array | None,
    placement: Placement | None = None,
    *,
    text: str = "",
    layout: Layout | None = None,
    subject_mask: Array | None = None,
    protected_mask: Array | None = None,
    safe_zone: str = "none",
    legibility: str = "off",
    edited: str = "",
    picture: str = "",
) -> PlacedOverlay:
    """Return the background with the overlay, or the text, on it.

    Args:
        background: [H,W,3 or 4] 0..1 sRGB; never changed.
        overlay: [h,w,4] straight alpha; its empty border does not count. None sets ``text`` instead.
        placement: Where and how; the defaults place a headline at the top.
        text: Words to typeset when there is no overlay. Neither: the background comes back as it is.
        layout: The advisor's; its best box replaces the box of the placement, its colour is that of ``text``.
        subject_mask: [H,W] 0..1 of any size, to report how much of the overlay lies on the subject.
        protected_mask: The same for what no type may lie on: faces and hands.
        safe_zone: Name of a keep-out zone; the box is moved, and shrunk where it must be, to stay inside.
        legibility: ``off``, ``report`` (measure the contrast) or ``fix`` (add the least that makes it legible).
        edited: Who said where the words go, and on which pictures; see ``edited``.
        picture: Fingerprint of the picture that all words go on, where the background has other words on it already.

    Raises:
        FitAdError: An unknown anchor, blend mode or zone; words that no font can set.
    """
    options = PlacementOptions(placement or Placement(), text, layout, safe_zone, legibility, edited)
    picture = picture or fingerprint(background)
    return place_scene(scene(background, overlay), options, picture, subject_mask, protected_mask)


def place_scene(
    full: PlacementScene,
    options: PlacementOptions,
    picture: str,
    subject_mask: Array | None = None,
    protected_mask: Array | None = None,
) -> PlacedOverlay:
    """Return what ``place`` does, for a scene; a reduced scene gives the picture at its scale.

    Args:
        full: The scene; never changed.
        options: What is asked for.
        picture: Fingerprint of the picture that all words go on, at full size.
        subject_mask: [H,W] 0..1 of any size.
        protected_mask: The same for faces and hands.

    Raises:
        FitAdError: As ``place``.
    """
    target = target_box(options.placement, _advice(options, picture), options.safe_zone, full.canvas)
    content = _content(full, target, options)
    basis = _report_basis(target, options, picture, full.canvas)
    if content is None:
        blank = np.zeros(full.background.shape[:2], np.float32)
        nothing = {"box": None, "frame": None, "cut": 0.0, "subject_overlap": None, "protected_overlap": None}
        report = {**basis, **nothing, **ContrastReading().as_dict()}
        return PlacedOverlay(full.background.copy(), blank, report, target)
    image, layer, read = _composed(full, content, target, options)
    mask = coverage(layer, *full.background.shape[:2])
    cut = cut_share(layer, times(content.extent, full.scale), (full.background.shape[1], full.background.shape[0]))
    shown = {"box": _whole(content.extent), "frame": [round(v, 1) for v in target.box], "cut": round(cut, 4)}
    lies = {"subject_overlap": _overlap(mask, subject_mask), "protected_overlap": _overlap(mask, protected_mask)}
    report = {**basis, **shown, **lies, **read.as_dict(whole=cut <= MOST_CUT)}
    return PlacedOverlay(image, mask, report, target, content, layer, read.added)


# --- what is placed -------------------------------------------------------------------------------------------


def _advice(options: PlacementOptions, picture: str) -> TextBox | None:
    """Return the place that comes before the fields: where the words are held, or the layout's best; None for neither.

    What is held on other pictures only is the layout's again.
    """
    layout = options.layout
    if layout is None or by_hand(options.edited):
        return None
    held = held_place(options.edited, picture)
    if held is not None or not layout.boxes:
        return held
    return replace(layout.boxes[0], text_color=layout.text_color)


def _content(full: PlacementScene, target: TargetBox, options: PlacementOptions) -> PlacedContent | None:
    turn = options.placement.rotation_deg
    if full.overlay is not None:
        return overlay_content(full, target, options.placement.keep_aspect, turn)
    return text_content(full, target, options.text, turn, least_type_px(*full.canvas))


def _color(work: PlacementScene, content: PlacedContent, target: TargetBox, options: PlacementOptions) -> RGB | str:
    """Return the colour of typed words: the advisor's in its own box, else one that reads."""
    if content.words is None:
        return _WHITE
    if target.advice is not None:
        return target.advice.text_color
    height, width = work.background.shape[:2]
    rows, columns = Box(*(v * work.scale for v in target.box)).slices(height, width)
    behind = work.background[rows, columns, :3]
    behind = behind if behind.size else work.background[..., :3]
    step = max(int(math.sqrt(behind.shape[0] * behind.shape[1] / _COLOR_PX)), 1)
    return to_hex(readable_color(behind[::step, ::step].reshape(-1, 3), _palette(work)).color)


def _palette(work: PlacementScene) -> list[RGB]:
    step = max(max(work.background.shape[:2]) // 192, 1)
    few = np.ascontiguousarray(work.background[::step, ::step, :3], np.float32)
    return palette_of(cv2.resize(few, (_PALETTE_PX, _PALETTE_PX), interpolation=cv2.INTER_AREA))


def _layer(work: PlacementScene, content: PlacedContent, color: RGB | str, placement: Placement) -> RasterLayer:
    layer = replace(content.drawn(work, color), blend=placement.blend)
    if placement.opacity >= 1:
        return layer
    rgba = layer.rgba.copy()
    rgba[..., 3] *= max(placement.opacity, 0.0)
    return replace(layer, rgba=rgba)


# --- laying it down -------------------------------------------------------------------------------------------


def _composed(
    full: PlacementScene, content: PlacedContent, target: TargetBox, options: PlacementOptions
) -> tuple[Array, RasterLayer, ContrastReading]:
    """Return the picture at the scene's scale, the lettering on it, and how it reads."""
    nothing_to_decide = options.legibility == "off" and content.words is None
    large = max(full.background.shape[:2]) > DECIDING_PX
    work = full.reduced(DECIDING_PX) if large and not nothing_to_decide else full
    color = _color(work, content, target, options)
    layer = _layer(work, content, color, options.placement)
    glyphs = None
    if options.legibility != "off":
        glyphs = measure.glyph_pixels(layer.rgba, _type_px(work, content, layer))
    if glyphs is None:
        return *_laid_over(
            full, layer if work is full else _layer(full, content, color, options.placement), ()
        ), ContrastReading()
    canvas, layer, read = _judged(work, layer, glyphs, options)
    size_px = glyphs.size_px / work.scale
    if work is full:
        return canvas, layer, read._replace(type_px=size_px)
    layer = _layer(full, content, color, options.placement)
    size, glyphs = (full.background.shape[1], full.background.shape[0]), replace(glyphs, size_px=size_px)
    added = tuple(fix.rescaled(size, glyphs, layer) for fix in read.added)
    return *_laid_over(full, layer, added), read._replace(added=added, type_px=size_px)


def _judged(
    work: PlacementScene, layer: RasterLayer, glyphs: measure.GlyphPixels, options: PlacementOptions
) -> tuple[Array, RasterLayer, ContrastReading]:
    """Return the picture, the lettering, and how it reads, with the least that makes it legible where asked for."""
    appearance = _appearance(np.array(work.background, np.float32), layer, glyphs, options)
    if appearance.ring is None:
        return appearance.picture, layer, ContrastReading()
    large = glyphs.size_px >= large_type_px(work.background.shape[1])
    required = REQUIRED_LARGE if large else REQUIRED
    before = appearance.ring.ratio()
    added: list[fixes.LegibilityFix] = []
    if options.legibility == "fix" and before < required:
        appearance, added = _with_fixes(work, appearance, layer, glyphs, options, required)
    after = appearance.ring.ratio() if appearance.ring is not None else before
    return (
        appearance.picture,
        _recolored(layer, added),
        ContrastReading(before, after, large, glyphs.size_px, tuple(added)),
    )


class _Appearance(NamedTuple):
    """The picture with the lettering, and the pixels around it; None where no letter is on the picture."""

    picture: Array
    ring: measure.ContrastRing | None


def _with_fixes(
    work: PlacementScene,
    bare: _Appearance,
    layer: RasterLayer,
    glyphs: measure.GlyphPixels,
    options: PlacementOptions,
    required: float,
) -> tuple[_Appearance, list[fixes.LegibilityFix]]:
    """Return the picture with the least that makes the lettering legible, and what that is.

    What is foreseen is measured; where it falls short, more is asked for. What makes nothing better is left out.
    """
    goal, palette = required * fixes.MARGIN, _palette(work)
    best, chosen = bare, list[fixes.LegibilityFix]()
    for _ in range(_TRIES):
        added = fixes.least_fix(work.background, _ring(bare), glyphs, layer, goal, palette)
        if not added:
            break
        canvas = np.array(work.background, np.float32)
        for fix in added:
            fix.lay(canvas)
        appearance = _appearance(canvas, _recolored(layer, added), _with_color(glyphs, added), options)
        ratio = _ring(appearance).ratio()
        if ratio > _BETTER * _ring(best).ratio():
            best, chosen = appearance, added
        if ratio >= required:
            break
        goal *= min(max(1.03 * required / ratio, 1.03), 1.6)
    return best, chosen


def _ring(appearance: _Appearance) -> measure.ContrastRing:
    if appearance.ring is None:
        raise ValueError("no letter is on the picture")
    return appearance.ring


def _with_color(glyphs: measure.GlyphPixels, added: Sequence[fixes.LegibilityFix]) -> measure.GlyphPixels:
    colors = [fix.color for fix in added if fix.kind == "recolor"]
    return replace(glyphs, color=colors[0]) if colors else glyphs


def _appearance(
    canvas: Array, layer: RasterLayer, glyphs: measure.GlyphPixels, options: PlacementOptions
) -> _Appearance:
    """Return the picture with the lettering laid on ``canvas``, which may be changed."""
    plain = glyphs.flat and options.placement.opacity >= 1 and layer.blend == "normal"
    if plain:
        ring = measure.contrast_ring(canvas, glyphs, layer)
        lay_over(canvas, layer)
        return _Appearance(canvas, ring if len(ring.rows) else None)
    drawn = canvas.copy()
    lay_over(drawn, layer)
    ring = measure.contrast_ring(canvas, glyphs, layer, drawn)
    return _Appearance(drawn, ring if len(ring.rows) else None)


def _laid_over(
    full: PlacementScene, layer: RasterLayer, added: Sequence[fixes.LegibilityFix]
) -> tuple[Array, RasterLayer]:
    canvas = np.array(full.background, np.float32)
    layer = _recolored(layer, added)
    for fix in added:
        fix.lay(canvas)
    lay_over(canvas, layer)
    return canvas, layer


def _recolored(layer: RasterLayer, added: Sequence[fixes.LegibilityFix]) -> RasterLayer:
    for fix in added:
        if fix.kind == "recolor":
            rgba = layer.rgba.copy()
            rgba[..., :3] = fix.color
            return replace(layer, rgba=rgba)
    return layer


def _type_px(work: PlacementScene, content: PlacedContent, layer: RasterLayer) -> float | None:
    """Return the type size on the work's background where it is known, or can only be told upright."""
    if content.font_px:
        return content.font_px * work.scale
    if content.rotation_deg % 360 == 0 or work.overlay is None:
        return None
    upright = measure.glyph_pixels(work.overlay)
    return upright.size_px * content.box.height * work.scale / work.overlay.shape[0] if upright else None


# --- the report -----------------------------------------------------------------------------------------------


def _report_basis(
    target: TargetBox, options: PlacementOptions, picture: str, canvas: tuple[int, int]
) -> dict[str, Any]:
    x, y, width, height = (round(v, 2) for v in percents(target.box, target.anchor, *canvas))
    return {
        "version": 1,
        "canvas": list(canvas),
        "placement": {"x": x, "y": y, "width": width, "height": height, "anchor": target.anchor},
        "advised": target.advice is not None,
        "held": target.advice is not None and target.advice == held_place(options.edited, picture),
        "stale": options.layout is not None and is_stale(options.edited, picture),
        "fingerprint": picture,
        "safe_zone": {"name": options.safe_zone, "moved": target.moved},
    }


def _whole(box: Box) -> list[int]:
    x, y = round(box.x), round(box.y)
    return [x, y, max(round(box.right) - x, 1), max(round(box.bottom) - y, 1)]


def _overlap(mask: Array, subject_mask: Array | None) -> float | None:
    """Return the share of the overlay that lies on what a mask shows; None without one."""
    if subject_mask is None:
        return None
    subject = np.asarray(subject_mask, np.float32)
    if subject.shape != mask.shape:
        subject = cv2.resize(np.ascontiguousarray(subject), mask.shape[::-1], interpolation=cv2.INTER_AREA)
    return round(float((mask * (subject > 0.5)).sum() / max(mask.sum(), 1e-6)), 4)
