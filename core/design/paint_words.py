"""Words painted: letters with their outline, body, shadow, glow or neon, and the plates and drawings among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import parse_hex, to_hex
from ..text.bounds import Bounds, union
from .art import drawn, element
from .colours import Palette
from .glyphs import Affine, coverage
from .marks import Drawing, Form, Letters
from .materials import painted
from .qr import qr_picture
from .schema_words import EffectSpec, Extrude, GlowSpec, OutlineSpec, Plate, Shadow
from .shapes import cover, outline
from .sheet import Sheet, blurred, grown, padded

F32 = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class Pen:
    """What words are painted with.

    Attributes:
        sheet: Where.
        palette: The colours.
        unit: The canvas' unit in px.
        seed: For what is random.
        logo: [h,w,4] the shop's logo.
        lettering: [h,w,4] what stands for the headline.
        colour_of: The colour of a mark, ``#RRGGBB``, checked against what lies behind it.
    """

    sheet: Sheet
    palette: Palette
    unit: float
    seed: int = 0
    logo: F32 | None = None
    lettering: F32 | None = None
    colour_of: Callable[[Letters | Drawing], str] | None = None


def letters_alpha(marks: Sequence[Letters], size: tuple[int, int]) -> tuple[F32, int, int]:
    """Return what lines of type cover, [h,w] 0..1, and the place of that patch; (0,0) sized off the canvas."""
    box = union(mark.ink for mark in marks)
    x0, y0 = int(np.floor(box.left)) - 1, int(np.floor(box.top)) - 1
    x1, y1 = int(np.ceil(box.right)) + 1, int(np.ceil(box.bottom)) + 1
    margin = max(size)  # an outline may come in from outside, but not from far away
    x0, y0 = max(x0, -margin), max(y0, -margin)
    x1, y1 = min(x1, size[0] + margin), min(y1, size[1] + margin)
    if x1 <= x0 or y1 <= y0:
        return np.zeros((0, 0), np.float32), 0, 0
    total: NDArray[np.uint8] | None = None
    for mark in marks:
        made = coverage(mark.line.glyphs, (x1 - x0, y1 - y0), Affine.shift(-x0, -y0) @ mark.matrix)
        total = made if total is None else np.maximum(total, made)
    if total is None:
        return np.zeros((0, 0), np.float32), 0, 0
    return total.astype(np.float32) / 255, x0, y0


def paint_letters(pen: Pen, marks: Sequence[Letters]) -> None:
    """Paint lines of type; those with the same effects share their outline and shadow."""
    by_effects: list[tuple[EffectSpec | None, list[Letters]]] = []
    for mark in marks:
        group = next((g for effects, g in by_effects if effects == mark.effects), None)
        if group is None:
            by_effects.append((mark.effects, [mark]))
        else:
            group.append(mark)
    for effects, group in by_effects:
        colours = [_colour(pen, mark) for mark in group]  # before light and bodies lie behind them
        if effects is not None:
            _under(pen, effects, group)
        for mark, colour in zip(group, colours, strict=True):
            _face(pen, mark, colour, effects)


def _colour(pen: Pen, mark: Letters | Drawing) -> str:
    return pen.colour_of(mark) if pen.colour_of else pen.palette.hex(mark.colour)


def _face(pen: Pen, mark: Letters, colour: str, effects: EffectSpec | None) -> None:
    alpha, x, y = letters_alpha([mark], pen.sheet.size)
    if not alpha.size:
        return
    if effects is not None and effects.glow is not None and effects.glow.tube:
        return
    if effects is not None and effects.worn:
        alpha = alpha * _wear(alpha.shape, effects.worn, pen.seed + x)
    if mark.tone < 1:
        alpha = alpha * mark.tone
    if mark.paint is not None and not isinstance(mark.paint, str):
        fill = painted(mark.paint, pen.palette, (alpha.shape[1], alpha.shape[0]), pen.unit, pen.seed)
        pen.sheet.colour(mark.line.text, fill, alpha, x, y, printed=True)
        return
    pen.sheet.colour(mark.line.text, colour, alpha, x, y, printed=True)


def _under(pen: Pen, effects: EffectSpec, marks: Sequence[Letters]) -> None:
    alpha, x, y = letters_alpha(marks, pen.sheet.size)
    if not alpha.size:
        return
    if effects.glow is not None:
        paint_glow(pen, effects.glow, alpha, x, y)
    body, bx, by = alpha, x, y
    if effects.outline is not None:
        body, bx, by = _outlined(effects.outline, alpha, x, y, pen.unit)
    if effects.shadow is not None:
        solid, sx, sy = _extruded(effects.extrude, body, bx, by, pen.unit) if effects.extrude else (body, bx, by)
        paint_shadow(pen, effects.shadow, solid, sx, sy)
    if effects.extrude is not None:
        solid, sx, sy = _extruded(effects.extrude, body, bx, by, pen.unit)
        pen.sheet.colour("body", pen.palette.hex(effects.extrude.colour), solid, sx, sy, printed=True)
    if effects.outline is not None:
        pen.sheet.colour("outline", pen.palette.hex(effects.outline.colour), body, bx, by, printed=True)


def _outlined(line: OutlineSpec, alpha: F32, x: int, y: int, unit: float) -> tuple[F32, int, int]:
    width = line.width * unit
    by = int(np.ceil(width)) + 2
    return grown(padded(alpha, by), width), x - by, y - by


def _extruded(body: Extrude, alpha: F32, x: int, y: int, unit: float) -> tuple[F32, int, int]:
    """Return the shape drawn out along a line."""
    dx, dy = body.x * unit, body.y * unit
    reach = int(np.ceil(max(abs(dx), abs(dy)))) + 1
    base = padded(alpha, reach)
    total = base.copy()
    steps = max(int(max(abs(dx), abs(dy))), 1)
    for step in range(1, steps + 1):
        move = np.array([[1, 0, dx * step / steps], [0, 1, dy * step / steps]], np.float32)
        np.maximum(total, cv2.warpAffine(base, move, (base.shape[1], base.shape[0])), out=total)
    return total, x - reach, y - reach


def paint_shadow(pen: Pen, shadow: Shadow, alpha: F32, x: int, y: int) -> None:
    """Paint the shadow of an alpha patch."""
    sigma = shadow.blur * pen.unit
    by = int(np.ceil(3 * sigma)) + 1
    soft = blurred(padded(alpha, by), sigma) * shadow.opacity
    dx, dy = round(shadow.x * pen.unit), round(shadow.y * pen.unit)
    pen.sheet.colour("shadow", pen.palette.hex(shadow.colour), soft, x - by + dx, y - by + dy)


def paint_glow(pen: Pen, glow: GlowSpec, alpha: F32, x: int, y: int) -> None:
    """Paint light around letters; where they are neon, a double tube along their edge instead of their faces."""
    radius = glow.radius * pen.unit
    by = int(np.ceil(6 * radius)) + 2
    wide = padded(alpha, by)
    colour = pen.palette.hex(glow.colour)
    if not glow.tube:
        _halo(pen, wide, colour, radius, glow.strength, (x - by, y - by))
        return
    width = glow.tube * pen.unit
    outer = np.clip(grown(wide, width / 2) - _shrunk(wide, width / 2), 0, 1)
    inner_at = 2.1 * width
    inner = np.clip(_shrunk(wide, inner_at) - _shrunk(wide, inner_at + 0.45 * width), 0, 1)
    _halo(pen, outer, colour, radius, 1.5 * glow.strength, (x - by, y - by))
    if inner.max() > 0.5:
        second = pen.palette.hex("hot")
        _halo(pen, inner, second, 0.5 * radius, 0.8 * glow.strength, (x - by, y - by))
        pen.sheet.colour("tube", _paler(second), inner, x - by, y - by, printed=True)
    pen.sheet.colour("tube", colour, outer, x - by, y - by, printed=True)
    core = blurred(_shrunk(outer, 0.2 * width), 0.1 * width)
    pen.sheet.colour("core", "#FFFDF6", np.clip(1.3 * core, 0, 1), x - by, y - by, printed=True)


def _halo(pen: Pen, alpha: F32, colour: str, radius: float, strength: float, place: tuple[int, int]) -> None:
    """Paint light: tight and bright, then wider and fainter; what it falls on glows in its colour."""
    for share, light, blend in ((3.4, 0.62, "screen"), (1.5, 0.7, "screen"), (0.55, 0.9, "normal")):
        soft = np.clip(blurred(alpha, radius * share) * light * strength * 1.5, 0, 0.96)
        pen.sheet.colour("glow", colour, soft, *place, blend)


def _paler(colour: str) -> str:
    r, g, b = parse_hex(colour)
    return to_hex((r + (1 - r) * 0.55, g + (1 - g) * 0.55, b + (1 - b) * 0.55))


def _shrunk(alpha: F32, radius: float) -> F32:
    return 1 - grown(1 - alpha, radius)


def _wear(shape: tuple[int, ...], worn: float, seed: int) -> F32:
    """Return what is left of worn ink: specks and scratches gone."""
    rng = np.random.default_rng(seed & 0xFFFF)
    height, width = shape[:2]
    fine = cv2.GaussianBlur(rng.standard_normal((height, width), dtype=np.float32), (0, 0), 0.9)
    coarse = cv2.resize(
        rng.standard_normal((max(height // 14, 2), max(width // 14, 2)), dtype=np.float32), (width, height)
    )
    field = 1.7 * fine / max(float(fine.std()), 1e-3) * 0.5 + 0.5 * coarse
    return 1 - np.clip((field - (2.2 - 1.5 * worn)) * 3, 0, 1).astype(np.float32)


# --- plates and drawings --------------------------------------------------------------------------------------


def paint_form(pen: Pen, form: Form) -> None:
    """Paint a plate: shadow, field, border."""
    plate = form.plate
    params = {"radius": plate.radius or 0.02, **plate.params, **form.params}
    paint_shape(pen, plate.shape if form.shape == "plate" else form.shape, form.box, form.matrix, plate, params)


def paint_shape(
    pen: Pen, shape: str, box: Bounds, matrix: Affine, plate: Plate, params: dict[str, float], opacity: float = 1.0
) -> None:
    """Paint a parametric shape with a plate's paint, border and shadow."""
    polygons = outline(shape, box, params, pen.unit)
    alpha, x, y = cover(polygons, matrix, pen.sheet.size)
    if not alpha.size:
        return
    if plate.shadow is not None:
        paint_shadow(pen, plate.shadow, alpha, x, y)
    if plate.paint == "":
        pass  # a frame without a field
    elif isinstance(plate.paint, str):
        pen.sheet.colour("plate", pen.palette.hex(plate.paint), alpha * opacity, x, y, printed=True)
    else:
        size = (alpha.shape[1], alpha.shape[0])
        pen.sheet.colour(
            "plate", painted(plate.paint, pen.palette, size, pen.unit, pen.seed), alpha * opacity, x, y, printed=True
        )
    if plate.border:
        _border(pen, shape, box, matrix, plate, params, alpha, (x, y))


def _border(
    pen: Pen,
    shape: str,
    box: Bounds,
    matrix: Affine,
    plate: Plate,
    params: dict[str, float],
    alpha: F32,
    place: tuple[int, int],
) -> None:
    colour = pen.palette.hex(plate.border_colour)
    width = max(plate.border * pen.unit, 1.0)
    if plate.dashed:
        _stitches(pen, shape, box, matrix, plate, colour, width)
        return
    wide = padded(alpha, 2)
    outer = _shrunk(wide, plate.inset * pen.unit) if plate.inset else wide
    ring = np.clip(outer - _shrunk(wide, plate.inset * pen.unit + width), 0, 1)
    pen.sheet.colour("border", colour, ring, place[0] - 2, place[1] - 2, printed=True)


def _stitches(pen: Pen, shape: str, box: Bounds, matrix: Affine, plate: Plate, colour: str, width: float) -> None:
    """Paint a dashed line inside the edge: a circle in round shapes, a round rectangle in others."""
    round_ = shape in ("circle", "burst", "seal", "star")
    inset = plate.inset * pen.unit
    if round_:
        inner = box.grown(-inset)
        path = outline("circle", inner, {}, pen.unit)[0]
    else:
        path = outline("round", box.grown(-inset), {"radius": plate.radius}, pen.unit)[0]
    path = np.vstack([path, path[:1]])
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    dash = plate.params.get("dash", 0.007) * pen.unit
    count = max(int(steps[-1] / (dash * 2.1)), 8)
    pieces = []
    for k in range(count):
        at = np.linspace(k / count, (k + 0.5) / count, 4) * steps[-1]
        line = np.stack([np.interp(at, steps, path[:, 0]), np.interp(at, steps, path[:, 1])], axis=1)
        pieces.append(_thick(line, width))
    alpha, x, y = cover(pieces, matrix, pen.sheet.size)
    if alpha.size:
        pen.sheet.colour("stitches", colour, alpha, x, y, printed=True)


def _thick(line: NDArray[Any], width: float) -> NDArray[Any]:
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    return np.vstack([line + across * width / 2, (line - across * width / 2)[::-1]])


def paint_drawing(pen: Pen, mark: Drawing) -> None:
    """Paint an icon, the logo or a QR code that stands among words."""
    box, turn = mark.ink, 0.0
    if mark.name in ("*logo", "*lettering"):
        own = pen.logo if mark.name == "*logo" else pen.lettering
        if own is not None:
            pen.sheet.picture(mark.name[1:], _fitted(own, box), round(box.left), round(box.top), printed=True)
        return
    if mark.name == "*qr":
        picture = qr_picture(mark.text, round(min(box.width, box.height)))
        pen.sheet.picture("qr", picture, round(box.left), round(box.top), printed=True)
        return
    m = mark.matrix
    if m.xy or m.yx:
        turn = float(np.degrees(np.arctan2(m.yx, m.xx)))
    scale = float(np.hypot(m.xx, m.yx))
    width, height = mark.box.width * scale, mark.box.height * scale
    colour = _colour(pen, mark)
    colours = dict(pen.palette.roles)
    art = element(mark.name)
    if art.data.get("style", "") == "icon" or art.data.get("kind", "") == "icon":
        colours = dict.fromkeys(colours, colour)
    picture = drawn(art, colours, width, height, turn)
    cx, cy = box.middle
    x, y = round(cx - picture.shape[1] / 2), round(cy - picture.shape[0] / 2)
    pen.sheet.picture(mark.name, picture, x, y, printed=True)


def _fitted(picture: F32, box: Bounds) -> F32:
    size = (max(round(box.width), 1), max(round(box.height), 1))
    layer = picture.copy()
    layer[..., :3] *= layer[..., 3:]
    how = cv2.INTER_AREA if size[0] < picture.shape[1] else cv2.INTER_CUBIC
    layer = np.clip(cv2.resize(layer, size, interpolation=how), 0, 1)
    layer[..., :3] /= np.maximum(layer[..., 3:], 1e-4)
    return np.clip(layer, 0, 1)
