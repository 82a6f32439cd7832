"""Colour on the letters: face, relief, outline, shadows, glow, ground, ink texture."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, parse_hex
from .backing import draw_ground, ground_reach
from .brush import blurred, dry_ink
from .composite import Layer, composite
from .distance import edge_distance
from .fill import Face
from .relief import Light, Surface, most_bevel_px, surface, toward
from .style import LetteringStyle
from .warp import Bent

Array = NDArray[Any]  # float32, or what an operation widens it to
Fine = NDArray[np.uint8]

_CAST_BLUR_EM = 0.07
_CAST_STEP_EM = 0.16
_CONTACT_BLUR_EM = 0.03
_INNER_STEP_EM = 0.03
_INNER_BLUR_EM = 0.025
# what is left of a glow at the end of its reach is taken off everywhere
_GLOW_END = 0.0095
# the upright part and the foot of most letters, around the height about which they slant
_SLANT_REACH_EM = 0.6


class Margins(NamedTuple):
    """What the effects need around the ink, in px."""

    left: float
    top: float
    right: float
    bottom: float


class Painted(NamedTuple):
    """Letters in colour: rgba straight alpha [H,W,4], coverage [H,W], height map [H,W]."""

    rgba: Array
    mask: Array
    depth: Array


class _Shadow(NamedTuple):
    step: tuple[float, float]
    blur_px: float
    strength: float


def margins(style: LetteringStyle, font_px: float) -> Margins:
    """Return the room that everything around the ink takes on each side; ``bending`` counts the arc."""
    edge = effect_margins(style, font_px)
    slant = _SLANT_REACH_EM * font_px * abs(math.tan(math.radians(style.effects.slant_deg)))
    ground = ground_reach(style.effects, font_px, stroke_px(style))
    lean = (slant, 0.0, slant, 0.0)
    return Margins(*(max(a, b) + c for a, b, c in zip(edge, ground, lean, strict=True)))


def effect_margins(style: LetteringStyle, font_px: float) -> Margins:
    """Return the room that outline, shadows and glow take on each side."""
    stroke = stroke_px(style)
    sides = [stroke + 0.5 if stroke else 0.0] * 4
    if style.effects.glow:
        sides = [max(side, style.effects.glow_px + stroke + 0.5) for side in sides]
    for shadow in _shadows(style, font_px):
        x, y = shadow.step
        reach = 2.8 * shadow.blur_px + stroke
        sides = [max(side, reach + out) for side, out in zip(sides, (-x, -y, x, y), strict=True)]
    return Margins(*sides)


def stroke_px(style: LetteringStyle) -> float:
    """Return how far the outline stands out from the letters."""
    return style.outline_px * {"outside": 1.0, "center": 0.5, "inside": 0.0}[style.effects.outline_position]


def _shadows(style: LetteringStyle, font_px: float) -> list[_Shadow]:
    """Return the shadows on what lies behind the letters, lowest first."""
    effects, found = style.effects, []
    if style.style == "floating" and style.relief:
        x, y = toward(style.light_deg)
        step = -_CAST_STEP_EM * font_px * style.relief
        blur = _CAST_BLUR_EM * font_px * (0.4 + style.relief)
        found.append(_Shadow((x * step, y * step), blur, 0.3 + 0.3 * style.relief))
    if style.shadow:
        x, y = _away(style)
        step = effects.shadow_distance_em * font_px
        found.append(_Shadow((x * step, y * step), effects.shadow_blur_em * font_px, 0.85 * style.shadow))
    if effects.occlusion and style.style == "emboss" and style.relief:
        found.append(_Shadow((0.0, 0.0), _CONTACT_BLUR_EM * font_px, 0.6 * effects.occlusion))
    return found


def _away(style: LetteringStyle) -> tuple[float, float]:
    """Return the unit step in which shadows fall."""
    if style.effects.shadow_deg >= 0:
        return toward(style.effects.shadow_deg)
    x, y = toward(style.light_deg)
    return -x, -y


def paint(
    fine: Fine,
    scale: int,
    emoji: Array | None,
    style: LetteringStyle,
    bent: Bent,
    origin: tuple[float, float],
) -> Painted:
    """Return the letters in colour.

    Args:
        fine: Coverage uint8 [H*scale, W*scale].
        scale: Enlargement of ``fine``.
        emoji: [H,W,4] straight alpha, drawn on top, or None.
        style: Colours and effects.
        bent: The words, for the size of the type and the ground.
        origin: Where the page's corner lies in the picture.
    """
    font_px = bent.setting.font_px
    cover = shrink(fine, scale).astype(np.float32) * np.float32(1 / 255)
    distance = _distance(fine, scale, style, font_px)
    relief = _relief(fine, distance, scale, style, font_px)
    shape = _with_emoji(cover, emoji)
    edge = _outlined(fine, distance, scale, shape, emoji, style)
    size = cover.shape[1], cover.shape[0]
    layers = [
        Layer(part, color, style.effects.ground_opacity)
        for part, color in draw_ground(bent, style.effects, stroke_px(style), size, origin)
    ]
    layers += _around_layers(edge, style, font_px)
    face = Face(style, relief, bent.ink, origin, size[0])
    if style.outline_px:
        layers.append(Layer(edge, face.outline))
    core = _core(distance, scale, cover, style)
    if style.brush:
        kept = dry_ink(cover, font_px, style.brush, style.seed)
        core, cover = core * kept, cover * kept
        shape = _with_emoji(cover, emoji)
    if style.effects.inner_shadow:
        face.shade = _inner_shadow(cover, style, font_px)
    layers.append(Layer(core, face.fill))
    if emoji is not None:
        layers.append(Layer(emoji[..., 3], partial(_planes, emoji)))
    return Painted(composite(layers, _lowest(layers, style)), shape, _depth(shape, relief, style))


def shrink(fine: Array, scale: int) -> Array:
    """Return the picture at its own size; each pixel is the mean of its fine pixels."""
    if scale == 1:
        return fine
    return cv2.resize(fine, (fine.shape[1] // scale, fine.shape[0] // scale), interpolation=cv2.INTER_AREA)


def _planes(picture: Array, rows: slice) -> list[Array]:
    return [picture[rows, :, number] for number in range(3)]


def _with_emoji(cover: Array, emoji: Array | None) -> Array:
    return cover if emoji is None else np.maximum(cover, emoji[..., 3])


def _lowest(layers: list[Layer], style: LetteringStyle) -> RGB:
    fill = layers[0].fill
    return fill if isinstance(fill, tuple) else parse_hex(style.color)


def _distance(fine: Fine, scale: int, style: LetteringStyle, font_px: float) -> Array | None:
    """Return the distance to the edge in fine px; None where nothing needs it."""
    outward = stroke_px(style) * scale
    inward = style.outline_px * scale - outward
    if _is_raised(style):
        inward = max(inward, most_bevel_px(font_px * scale, style.style, style.relief))
    elif not style.outline_px:
        return None
    return edge_distance(fine, inward, outward)


def _is_raised(style: LetteringStyle) -> bool:
    return style.style != "flat" and style.relief > 0


def _relief(fine: Fine, distance: Array | None, scale: int, style: LetteringStyle, font_px: float) -> Surface | None:
    if distance is None or not _is_raised(style):
        return None
    effects = style.effects
    light = Light(style.light_deg, effects.elevation_deg, effects.specular, effects.occlusion)
    lit = surface(distance, font_px * scale, style.style, style.relief, light)
    if style.style == "carved":
        shade = np.clip(0.45 * lit.light + _inner_shade(fine, style, lit.bevel_px), -1, 1)
        lit = lit._replace(light=shade)
    gloss = None if lit.gloss is None else shrink(lit.gloss, scale)
    return Surface(shrink(lit.light, scale), shrink(lit.height, scale), lit.bevel_px / scale, gloss)


def _inner_shade(fine: Fine, style: LetteringStyle, bevel_px: float) -> Array:
    """Return the shade (-1..0) that the rim throws into a carved letter on the side of the light.

    It reaches no farther than the bevel, so that the floor keeps its colour.
    """
    to_x, to_y = toward(style.light_deg)
    wall = _moved(255 - fine, -to_x * bevel_px, -to_y * bevel_px, outside=255)
    soft = cv2.GaussianBlur(wall.astype(np.float32), (0, 0), max(bevel_px * 0.35, 0.5)) / 255
    return -0.75 * np.clip(soft * 1.3 - 0.3, 0, 1) * (0.4 + 0.6 * style.relief)


def _moved(picture: NDArray, x: float, y: float, outside: float = 0) -> NDArray:
    matrix = np.array([[1, 0, x], [0, 1, y]], dtype=np.float32)
    size = picture.shape[1], picture.shape[0]
    return cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=outside)


def _outlined(
    fine: Fine, distance: Array | None, scale: int, shape: Array, emoji: Array | None, style: LetteringStyle
) -> Array:
    """Return the coverage of letters and outline together."""
    stroke = stroke_px(style)
    if not stroke or distance is None:
        return shape
    if emoji is not None:
        fine = np.maximum(fine, cv2.resize((emoji[..., 3] * 255).astype(np.uint8), fine.shape[1::-1]))
        distance = edge_distance(fine, 0, stroke * scale)
    ring = np.clip(distance + np.float32(stroke * scale + 0.5), 0, 1)
    return np.maximum(shrink(ring, scale), shape)


def _core(distance: Array | None, scale: int, cover: Array, style: LetteringStyle) -> Array:
    """Return the coverage of what an outline leaves of the letters."""
    inward = style.outline_px - stroke_px(style)
    if not inward or distance is None:
        return cover
    left = np.clip(distance - np.float32(inward * scale - 0.5), 0, 1)
    return np.minimum(shrink(left, scale), cover)


def _around_layers(edge: Array, style: LetteringStyle, font_px: float) -> list[Layer]:
    """Return shadows and glow, lowest first."""
    color = parse_hex(style.effects.shadow_color)
    layers = [
        Layer(soft_shadow(edge, shadow.step, shadow.blur_px), color, shadow.strength)
        for shadow in _shadows(style, font_px)
    ]
    if style.effects.glow:
        layers.append(
            Layer(_glow(edge, style.effects.glow_px), parse_hex(style.effects.glow_color), style.effects.glow)
        )
    return layers


def _glow(edge: Array, reach_px: float) -> Array:
    """Return light that is full at the edge and gone after ``reach_px``: a wide halo and a tight one."""
    wide, tight = blurred(edge, max(reach_px / 2.6, 0.3)), blurred(edge, max(reach_px / 9, 0.3))
    return np.maximum(1 - (1 - wide) ** 2 * (1 - tight) - _GLOW_END, 0) / (1 - _GLOW_END)


def soft_shadow(cover: Array, step: tuple[float, float], blur: float) -> Array:
    """Return the coverage moved by ``step`` px and blurred by ``blur`` px."""
    return blurred(_moved(cover, *step), blur)


def _inner_shadow(cover: Array, style: LetteringStyle, font_px: float) -> Array:
    """Return how much of the shadow's colour the edge throws into the letters, 0..1."""
    x, y = _away(style)
    step = _INNER_STEP_EM * font_px
    wall = blurred(_moved(1 - cover, x * step, y * step, outside=1), _INNER_BLUR_EM * font_px)
    return wall * np.float32(style.effects.inner_shadow)


def _depth(shape: Array, relief: Surface | None, style: LetteringStyle) -> Array:
    """Return the height map, near = bright: a slab for flat letters, the bevelled body for the others."""
    if relief is None:
        return shape
    height = np.clip(relief.height, 0, 1) * shape
    if style.style == "carved":
        return 1.0 - height * (0.35 + 0.65 * style.relief)
    return height
