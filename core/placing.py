"""Lettering or a picture, placed on a picture: fitted, turned, blended, kept in the safe zone, made legible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from . import aids, reading
from .blending import MODES, Layer, coverage, lay
from .color import RGB, to_hex
from .copyfit import largest_size, total_em
from .errors import FitAdError
from .formats import zone
from .layout import ANCHORS, Box, Layout
from .legibility import REQUIRED, REQUIRED_LARGE, large_type_px, readable_color
from .palette import palette_of

Array = NDArray[np.floating]

LEGIBILITY = ("off", "report", "fix")
_HEADLINE_FONT, _TEXT_FONT = "Pretendard ExtraBold", "Pretendard Medium"
_HEADLINE_EM = 30.0  # longer texts are set in the lighter weight
_MOST_SIDE_PX = 8192


@dataclass(frozen=True)
class Placement:
    """Where and how: x, y (the anchor point of the box), width and height in percent of the picture.

    Attributes:
        keep_aspect: Fit the overlay into the box, on the side that ``anchor`` names; otherwise stretch it.
        anchor: One of ``layout.ANCHORS``.
        rotation_deg: Clockwise, about the middle of the placed overlay.
        opacity: 0..1.
        blend: One of ``blending.MODES``.
    """

    x: float = 50.0
    y: float = 16.0
    width: float = 84.0
    height: float = 22.0
    keep_aspect: bool = True
    anchor: str = "center"
    rotation_deg: float = 0.0
    opacity: float = 1.0
    blend: str = "normal"

    def __post_init__(self) -> None:
        for field, value, allowed in (("anchor", self.anchor, ANCHORS), ("blend", self.blend, MODES)):
            if value not in allowed:
                raise FitAdError(f"{field} is {value!r}", fix=f"Choose one of {', '.join(allowed)}")
        if not (self.width > 0 and self.height > 0):
            raise FitAdError(f"The box is {self.width:g} % × {self.height:g} %", fix="Give it a width and a height")


@dataclass(frozen=True)
class Placed:
    """The finished picture.

    Attributes:
        image: [H,W,C], with the background's number of channels.
        mask: [H,W], what the overlay covers.
        report: JSON data: boxes in px, contrast, subject overlap, what was added.
        layers: What lies over the background, bottom first.
    """

    image: Array
    mask: Array
    report: dict[str, Any]
    layers: tuple[Layer, ...]


class _Ink(NamedTuple):
    """What is placed: a trimmed overlay, and its type size where it is known."""

    rgba: Array
    font_px: float | None
    scalable: bool


class _Spot(NamedTuple):
    """Where it is placed: a box in px, the side smaller things go to, whether the safe zone moved it."""

    box: Box
    anchor: str
    moved: bool


def place(
    background: Array,
    overlay: Array | None,
    placement: Placement | None = None,
    *,
    text: str = "",
    layout: Layout | None = None,
    subject_mask: Array | None = None,
    safe_zone: str = "none",
    legibility: str = "off",
) -> Placed:
    """Return the background with the overlay, or the text, on it.

    Args:
        background: [H,W,3 or 4] 0..1 sRGB; never changed.
        overlay: [h,w,4] straight alpha; its empty border does not count. None sets ``text`` instead.
        placement: Where and how; the defaults place a headline at the top.
        text: Words to typeset when there is no overlay. Neither: the background comes back as it is.
        layout: The advisor's; its best box replaces the box of the placement, its colour is that of ``text``.
        subject_mask: [H,W] 0..1 of any size, to report how much of the subject is covered.
        safe_zone: Name of a keep-out zone; the box is moved, and shrunk where it must be, to stay inside.
        legibility: ``off``, ``report`` (measure the contrast) or ``fix`` (add the least that makes it legible).

    Raises:
        FitAdError: An unknown anchor, blend mode or zone; words that no font can set.
    """
    placement = placement or Placement()
    height, width = background.shape[:2]
    spot = _spot(placement, layout, safe_zone, width, height)
    ink = _typeset(background, text, spot, layout) if overlay is None else _Ink(trimmed(overlay), None, True)
    if ink is None or not ink.rgba.size:
        return Placed(background.copy(), np.zeros((height, width), np.float32), _empty_report(width, height), ())
    layer, scale = _laid(ink, spot, placement, (width, height))
    layer, shifted = _kept_inside(layer, safe_zone, width, height)
    canvas, layers, reading_report = _composed(background, layer, ink, scale, placement, legibility)
    mask = coverage(layer, height, width)
    report = _report(mask, layer, spot, subject_mask, reading_report)
    report["safe_zone"] = {"name": safe_zone, "moved": spot.moved or shifted}
    return Placed(canvas, mask, report, layers)


def trimmed(overlay: Array) -> Array:
    """Return an overlay [h,w,3 or 4] as RGBA without its empty border; nothing visible gives 0 × 0."""
    if overlay.shape[2] == 3:
        return np.dstack([overlay, np.ones(overlay.shape[:2], overlay.dtype)])
    seen = overlay[..., 3] > 0.5 / 255
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return overlay[:0, :0]
    return overlay[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def with_alpha(overlay: Array, mask: Array) -> Array:
    """Return an overlay as RGBA: its own alpha where it has one that shows anything, else ``mask`` (1 = shows)."""
    if overlay.shape[2] == 4 and float(overlay[..., 3].min()) < 1:
        return overlay
    if mask.shape != overlay.shape[:2]:
        size = overlay.shape[1], overlay.shape[0]
        mask = cv2.resize(np.ascontiguousarray(mask, np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.dstack([overlay[..., :3], np.clip(mask, 0, 1)])


# --- the box --------------------------------------------------------------------------------------------------


def _spot(placement: Placement, layout: Layout | None, safe_zone: str, width: int, height: int) -> _Spot:
    box, anchor = _box(placement, width, height), placement.anchor
    if layout is not None and layout.boxes:
        box, anchor = layout.boxes[0].to_px(width, height), layout.boxes[0].anchor
    inside = _into(box, _zone_box(safe_zone, width, height)) if safe_zone != "none" else box
    return _Spot(inside, anchor if anchor in ANCHORS else "center", inside != box)


def _box(placement: Placement, width: int, height: int) -> Box:
    w, h = placement.width / 100 * width, placement.height / 100 * height
    across, down = _shares(placement.anchor)
    return Box(placement.x / 100 * width - across * w, placement.y / 100 * height - down * h, w, h)


def _shares(anchor: str) -> tuple[float, float]:
    """Return where an anchor is in a box: 0 = left or top, 0.5 = middle, 1 = right or bottom."""
    across = 0.0 if "left" in anchor else 1.0 if "right" in anchor else 0.5
    return across, 0.0 if "top" in anchor else 1.0 if "bottom" in anchor else 0.5


def _zone_box(name: str, width: int, height: int) -> Box:
    keep_out = zone(name)
    x, y = keep_out.left / 100 * width, keep_out.top / 100 * height
    return Box(x, y, width - x - keep_out.right / 100 * width, height - y - keep_out.bottom / 100 * height)


def _into(box: Box, frame: Box) -> Box:
    """Return the box moved into the frame, and cut down where it is larger."""
    width, height = min(box.width, frame.width), min(box.height, frame.height)
    x = min(max(box.x, frame.x), frame.right - width)
    return Box(x, min(max(box.y, frame.y), frame.bottom - height), width, height)


# --- the overlay ----------------------------------------------------------------------------------------------


def _typeset(background: Array, text: str, spot: _Spot, layout: Layout | None) -> _Ink | None:
    """Return the text set into the box at its final size; None for no text."""
    if not text.strip():
        return None
    from .lettering import LetteringStyle, render

    height, width = background.shape[:2]
    across, _ = _shares(spot.anchor)
    style = LetteringStyle(
        font=_HEADLINE_FONT if total_em(text) <= _HEADLINE_EM else _TEXT_FONT,
        size_px=max(round(largest_size(text, width, height)), 1),
        width_px=_side(spot.box.width),
        height_px=_side(spot.box.height),
        color=layout.text_color if layout is not None else to_hex(_text_color(background, spot.box)),
        align={0.0: "left", 0.5: "center", 1.0: "right"}[across],
    )
    lettering = render(text, style)
    return _Ink(trimmed(lettering.rgba), lettering.font_px, scalable=False)


def _side(px: float) -> int:
    return min(max(round(px), 1), _MOST_SIDE_PX)


def _text_color(background: Array, box: Box) -> RGB:
    rows, columns = box.slices(*background.shape[:2])
    crop = background[rows, columns, :3]
    crop = crop if crop.size else background[..., :3]
    step = max(int(math.sqrt(crop.shape[0] * crop.shape[1] / 20_000)), 1)
    return readable_color(crop[::step, ::step].reshape(-1, 3), _palette(background)).color


def _palette(background: Array) -> list[RGB]:
    step = max(max(background.shape[:2]) // 192, 1)
    return palette_of(np.ascontiguousarray(background[::step, ::step, :3]))


def _laid(ink: _Ink, spot: _Spot, placement: Placement, canvas: tuple[int, int]) -> tuple[Layer, float]:
    """Return the overlay at its final size, turn and opacity, and by how much its height was scaled."""
    source_h, source_w = ink.rgba.shape[:2]
    fit_x, fit_y = spot.box.width / source_w, spot.box.height / source_h
    if not ink.scalable:
        fit_x = fit_y = min(1.0, fit_x, fit_y)
    elif placement.keep_aspect:
        fit_x = fit_y = min(fit_x, fit_y)
    size = (source_w * fit_x, source_h * fit_y)
    across, down = _shares(spot.anchor)
    x = spot.box.x + across * (spot.box.width - size[0])
    y = spot.box.y + down * (spot.box.height - size[1])
    layer = _drawn(ink.rgba, Box(x, y, *size), placement.rotation_deg, canvas)
    if placement.opacity < 1:
        rgba = layer.rgba.copy()
        rgba[..., 3] *= max(placement.opacity, 0.0)
        layer = replace(layer, rgba=rgba)
    return replace(layer, blend=placement.blend), fit_y


def _drawn(rgba: Array, box: Box, rotation_deg: float, canvas: tuple[int, int]) -> Layer:
    """Return the overlay drawn into the box. Colours are resampled premultiplied, so that no fringe appears."""
    width, height = max(round(box.width), 1), max(round(box.height), 1)
    x, y = round(box.x), round(box.y)
    turned = rotation_deg % 360 != 0
    if not turned and (width, height) == rgba.shape[1::-1]:
        return Layer("Text", np.asarray(rgba, np.float32), x, y)
    huge = width * height > 4 * canvas[0] * canvas[1]
    if not turned and not huge:
        shrinks = width < rgba.shape[1] or height < rgba.shape[0]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        return Layer("Text", _straight(cv2.resize(_premultiplied(rgba), (width, height), interpolation=method)), x, y)
    return _warped(_reduced(_premultiplied(rgba), box), box, rotation_deg, canvas)


def _premultiplied(rgba: Array) -> Array:
    out = np.array(rgba, np.float32)
    out[..., :3] *= out[..., 3:]
    return out


def _straight(premultiplied: Array) -> Array:
    out = np.clip(premultiplied, 0, 1)
    alpha = out[..., 3:]
    np.divide(out[..., :3], alpha, out=out[..., :3], where=alpha > 1e-4)
    np.clip(out, 0, 1, out=out)
    return out


def _reduced(premultiplied: Array, box: Box) -> Array:
    """Return a copy made smaller by area where the box is smaller, so that turning it does not alias."""
    size = (
        min(max(round(box.width), 1), premultiplied.shape[1]),
        min(max(round(box.height), 1), premultiplied.shape[0]),
    )
    if size == premultiplied.shape[1::-1]:
        return premultiplied
    return cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA)


def _warped(source: Array, box: Box, rotation_deg: float, canvas: tuple[int, int]) -> Layer:
    """Return the overlay scaled to the box and turned about its middle, only as far as it lies on the canvas."""
    angle = math.radians(rotation_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
    reach = np.abs([[cos, sin], [sin, cos]]) @ [box.width / 2, box.height / 2]
    low = np.floor(middle - reach).astype(int) - 1
    high = np.ceil(middle + reach).astype(int) + 1
    if np.prod((high - low).astype(float)) > 4 * canvas[0] * canvas[1]:
        low, high = np.clip(low, 0, canvas), np.clip(high, 0, canvas)
    size = (max(int(high[0] - low[0]), 1), max(int(high[1] - low[1]), 1))
    scale = np.array([box.width / source.shape[1], box.height / source.shape[0]])
    matrix = np.array([[cos, -sin], [sin, cos]]) * scale
    offset = middle - low - matrix @ [source.shape[1] / 2, source.shape[0] / 2]
    offset += matrix @ [0.5, 0.5] - 0.5  # pixel centres
    warp = np.hstack([matrix, offset[:, None]])
    drawn = cv2.warpAffine(source, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    return Layer("Text", _straight(drawn), int(low[0]), int(low[1]))


def _kept_inside(layer: Layer, safe_zone: str, width: int, height: int) -> tuple[Layer, bool]:
    """Return a turned overlay moved, and shrunk where it must be, into the safe zone."""
    if safe_zone == "none":
        return layer, False
    frame = _zone_box(safe_zone, width, height)
    h, w = layer.rgba.shape[:2]
    factor = min(1.0, frame.width / w, frame.height / h)
    if factor < 1:
        size = (max(math.floor(w * factor), 1), max(math.floor(h * factor), 1))
        small = _straight(cv2.resize(_premultiplied(layer.rgba), size, interpolation=cv2.INTER_AREA))
        layer = replace(layer, rgba=small, x=layer.x + (w - size[0]) // 2, y=layer.y + (h - size[1]) // 2)
        h, w = small.shape[:2]
    x = min(max(layer.x, math.ceil(frame.x)), max(math.floor(frame.right) - w, math.ceil(frame.x)))
    y = min(max(layer.y, math.ceil(frame.y)), max(math.floor(frame.bottom) - h, math.ceil(frame.y)))
    return replace(layer, x=x, y=y), factor < 1 or (x, y) != (layer.x, layer.y)


# --- laying it down -------------------------------------------------------------------------------------------


def _composed(
    background: Array, layer: Layer, ink: _Ink, scale: float, placement: Placement, legibility: str
) -> tuple[Array, tuple[Layer, ...], dict[str, Any]]:
    """Return the finished picture, its layers, and the report on the contrast."""
    glyphs = None
    if legibility != "off":
        size = ink.font_px * scale if ink.font_px else _size_before_turning(ink, scale, placement)
        glyphs = reading.glyphs_of(layer.rgba, size)
    if glyphs is None:
        return _over(background, (layer,)), (layer,), _reading_report(None, None, None, 0.0, [])
    plain = glyphs.flat and placement.opacity >= 1 and placement.blend == "normal"
    drawn, ring = _read(background, (layer,), glyphs, plain)
    large = glyphs.size_px >= large_type_px(background.shape[1])
    required = REQUIRED_LARGE if large else REQUIRED
    before = ring.ratio()
    if legibility == "report" or before >= required:
        return drawn, (layer,), _reading_report(before, before, large, glyphs.size_px, [])
    added = aids.least(background, ring, glyphs, layer, required, _palette(background))
    layers = _with_aids(layer, added)
    drawn, ring = _read(background, layers, reading.glyphs_of(layers[-1].rgba) or glyphs, plain)
    return drawn, layers, _reading_report(before, ring.ratio(), large, glyphs.size_px, added)


def _read(
    background: Array, layers: tuple[Layer, ...], glyphs: reading.Glyphs, plain: bool
) -> tuple[Array, reading.Ring]:
    """Return the picture with all layers, and the pixels around the lettering, which is the last of them."""
    canvas = _over(background, layers[:-1])
    if plain:
        ring = reading.ring_on(canvas, glyphs, layers[-1])
        lay(canvas, layers[-1])
        return canvas, ring
    drawn = _over(canvas, layers[-1:])
    return drawn, reading.ring_on(canvas, glyphs, layers[-1], drawn)


def _size_before_turning(ink: _Ink, scale: float, placement: Placement) -> float | None:
    """Return the type size of a turned overlay, whose lines can only be told apart upright."""
    if placement.rotation_deg % 360 == 0:
        return None
    upright = reading.glyphs_of(ink.rgba)
    return upright.size_px * scale if upright else None


def _over(background: Array, layers: Sequence[Layer]) -> Array:
    canvas = np.array(background, np.float32)
    for layer in layers:
        lay(canvas, layer)
    return canvas


def _with_aids(layer: Layer, added: Sequence[aids.Aid]) -> tuple[Layer, ...]:
    below: list[Layer] = []
    for aid in added:
        if aid.kind == "recolor":
            rgba = layer.rgba.copy()
            rgba[..., :3] = aid.color
            layer = replace(layer, rgba=rgba)
        below += aid.layers()
    return (*below, layer)


# --- the report -----------------------------------------------------------------------------------------------


def _reading_report(
    before: float | None, after: float | None, large: bool | None, size_px: float, added: Sequence[aids.Aid]
) -> dict[str, Any]:
    required = None if large is None else REQUIRED_LARGE if large else REQUIRED
    return {
        "contrast": None if after is None else round(after, 2),
        "contrast_before": None if before is None else round(before, 2),
        "required": required,
        "legible": None if after is None or required is None else bool(after >= required),
        "large": large,
        "type_px": round(size_px, 1),
        "added": [aid.as_dict() for aid in added],
    }


def _report(
    mask: Array, layer: Layer, spot: _Spot, subject_mask: Array | None, reading_report: dict[str, Any]
) -> dict[str, Any]:
    height, width = mask.shape
    return {
        "version": 1,
        "canvas": [width, height],
        "box": [layer.x, layer.y, layer.rgba.shape[1], layer.rgba.shape[0]],
        "frame": [round(v, 1) for v in spot.box],
        "subject_overlap": _overlap(mask, subject_mask),
        "stale": False,
        **reading_report,
    }


def _empty_report(width: int, height: int) -> dict[str, Any]:
    return {
        "version": 1,
        "canvas": [width, height],
        "box": None,
        "frame": None,
        "subject_overlap": None,
        "stale": False,
        **_reading_report(None, None, None, 0.0, []),
        "safe_zone": {"name": "none", "moved": False},
    }


def _overlap(mask: Array, subject_mask: Array | None) -> float | None:
    """Return the share of the overlay that covers the subject; None without a mask."""
    if subject_mask is None:
        return None
    subject = np.asarray(subject_mask, np.float32)
    if subject.shape != mask.shape:
        subject = cv2.resize(np.ascontiguousarray(subject), mask.shape[::-1], interpolation=cv2.INTER_AREA)
    return round(float((mask * (subject > 0.5)).sum() / max(mask.sum(), 1e-6)), 4)
