"""What makes lettering legible where the picture does not: a shadow or glow, a scrim, an outline, another colour.

Each is as weak as the contrast allows; of those that reach it, the one that changes the picture least is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.spaces import LUMINANCE, RGB, luminance, oklab, to_hex
from ..raster.blending import RasterLayer, lay_over, tint
from .contrast import WORST_SHARE, readable_pair, tinted
from .measure import ContrastRing, GlyphPixels, thinned

Array = NDArray[Any]  # float32, or what an operation widens it to

MARGIN = 1.08  # rounding to 8 bits, JPEG, and other ways of measuring must not undo the fix
_WORTH = 1.1  # what cannot reach the goal is added only if it betters the contrast by so much
_DARK_L = (0.27, 0.22, 0.17, 0.12, 0.06, 0.0)  # OKLab lightness of a shade, the gentlest first
_LIGHT_L = (0.94, 0.965, 0.985, 1.0)
_POINTS = 1800  # enough for the search; what it finds is checked on all
_PALE_GLOW = 1.5  # light around dark type looks dated: it counts as more
_STEPS = 6  # of the bisection on the strength
_WEIGHTS = LUMINANCE.astype(np.float32)
_SAMPLE = 8  # every so many pixels count towards how much a fix changes the picture
_BAND_PX = 4  # cells of a gradient across the picture


@dataclass(frozen=True)
class FixShape:
    """The shape of a fix on a canvas: where it works and how much.

    Attributes:
        kind: What it is called.
        alpha: [h,w] 0..1, one value per ``factor`` × ``factor`` pixels.
        x, y: Top left corner on the canvas, in px; it may reach beyond it.
        factor: How many times smaller than the canvas ``alpha`` is.
    """

    kind: str
    alpha: Array
    x: int
    y: int
    factor: int = 1

    def at(self, rows: Array, columns: Array) -> Array:
        """Return the values at pixels of the canvas, [N]; 0 outside."""
        if not len(rows):
            return np.zeros(0, np.float32)
        down = ((rows - self.y + 0.5) / self.factor - 0.5).astype(np.float32)
        across = ((columns - self.x + 0.5) / self.factor - 0.5).astype(np.float32)
        taken = [
            cv2.remap(self.alpha, across[i : i + 30_000, None], down[i : i + 30_000, None], cv2.INTER_LINEAR)
            for i in range(0, len(rows), 30_000)
        ]
        return np.concatenate(taken)[:, 0]

    def full(self, width: int, height: int) -> tuple[Array, int, int]:
        """Return the shape at full size, cut to a canvas, with the canvas px of its top left corner."""
        alpha = self.alpha
        if self.factor > 1:
            size = alpha.shape[1] * self.factor, alpha.shape[0] * self.factor
            alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_LINEAR)
        left, top = max(-self.x, 0), max(-self.y, 0)
        right, bottom = min(width - self.x, alpha.shape[1]), min(height - self.y, alpha.shape[0])
        return alpha[top : max(bottom, top), left : max(right, left)], self.x + left, self.y + top


@dataclass(frozen=True)
class LegibilityFix:
    """One thing to add: layers below the lettering, or (``recolor``) another colour of the lettering."""

    kind: str
    color: RGB
    strength: float = 1.0
    shapes: tuple[FixShape, ...] = ()

    def layers(self, width: int, height: int) -> tuple[RasterLayer, ...]:
        """Return the layers to lay below the lettering on a canvas of that size."""
        return tuple(self._layer(shape, width, height) for shape in self.shapes)

    def lay(self, canvas: Array) -> None:
        """Lay it over ``canvas`` [H,W,3 or 4], in place."""
        height, width = canvas.shape[:2]
        for shape in self.shapes:
            if canvas.shape[2] == 3:
                alpha, x, y = shape.full(width, height)
                if alpha.size:
                    tint(canvas, alpha * np.float32(self.strength), self.color, x, y)
            else:
                lay_over(canvas, self._layer(shape, width, height))

    def as_dict(self) -> dict[str, object]:
        return {"kind": self.kind, "color": to_hex(self.color), "strength": round(self.strength, 2)}

    def rescaled(self, size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> LegibilityFix:
        """Return the same fix for the same lettering on a larger or smaller canvas (width, height)."""
        return replace(self, shapes=_shapes_of(self.kind, size, glyphs, layer)) if self.shapes else self

    def _layer(self, shape: FixShape, width: int, height: int) -> RasterLayer:
        alpha, x, y = shape.full(width, height)
        rgba = np.empty((*alpha.shape, 4), np.float32)
        rgba[..., :3] = self.color
        np.multiply(alpha, self.strength, out=rgba[..., 3])
        return RasterLayer(shape.kind.capitalize(), rgba, x, y)


@dataclass(frozen=True)
class _FixKind:
    """A kind of fix: its name, its shapes, the most it may be, and how much its change counts."""

    kind: str
    shapes: tuple[FixShape, ...]
    most: float
    weight: float


def least_fix(
    picture: Array, ring: ContrastRing, glyphs: GlyphPixels, layer: RasterLayer, goal: float, palette: Sequence[RGB]
) -> list[LegibilityFix]:
    """Return the least that brings the contrast to ``goal``; what comes nearest, where nothing reaches it.

    Args:
        picture: [H,W,3 or 4] without the lettering.
        ring: The pixels around the outlines, from ``reading.ring_on``.
        glyphs: The lettering; only a flat one that is laid on plainly is recoloured.
        layer: Where it stands.
        goal: The contrast to reach.
        palette: Main colours of the picture, for the tint.
    """
    if ring.ratio() >= goal or not len(ring.rows):
        return []
    few = thinned(ring, _POINTS)
    kinds = _fix_kinds(picture, glyphs, layer)
    options: list[_Option] = []
    for recolor in _colors(few, glyphs, layer, palette, goal):
        options += _options(picture, few, glyphs, kinds, recolor, goal)
    reaching = [option for option in options if option.ratio >= goal]
    if reaching:
        return _strong_enough(min(reaching, key=lambda option: option.cost).fixes, ring, goal)
    best = max(options, key=lambda option: option.ratio, default=None)
    return best.fixes if best is not None and best.ratio > _WORTH * few.ratio() else []


class _Option(NamedTuple):
    """Something that helps: how much it changes the picture, the contrast that it gives, and what it is."""

    cost: float
    ratio: float
    fixes: list[LegibilityFix]


def _strong_enough(added: list[LegibilityFix], ring: ContrastRing, goal: float) -> list[LegibilityFix]:
    """Return what was found on some of the pixels, made strong enough for all of them."""
    strong: list[LegibilityFix] = []
    for fix in added:
        if fix.kind == "recolor":
            ring = _recolored(ring, fix.color)
        for _ in range(_STEPS):
            coverage = [shape.at(ring.rows, ring.columns) for shape in fix.shapes]
            if (
                not coverage
                or fix.strength >= 1
                or ring.ratio(_shaded(ring, coverage, fix.color, fix.strength)) >= goal
            ):
                break
            fix = replace(fix, strength=min(fix.strength * 1.06, 1.0))
        strong.append(fix)
    return strong


def _colors(
    ring: ContrastRing, glyphs: GlyphPixels, layer: RasterLayer, palette: Sequence[RGB], goal: float
) -> list[RGB | None]:
    """Return the colours to try; None is the lettering's own."""
    if not glyphs.flat or layer.blend != "normal" or ring.through:
        return [None]
    return [None, *(choice.color for choice in readable_pair(ring.behind, palette, goal))]


def _options(
    picture: Array, ring: ContrastRing, glyphs: GlyphPixels, kinds: Sequence[_FixKind], recolor: RGB | None, goal: float
) -> list[_Option]:
    """Return what helps with one text colour."""
    text: Any = ring.text
    base: list[LegibilityFix] = []
    cost = 0.0
    if recolor is not None:
        text, base = float(luminance(recolor)), [LegibilityFix("recolor", recolor)]
        cost = 0.12 + 0.5 * abs(float(_luma(np.array(recolor)) - _luma(np.array(glyphs.color))))
        ring = _recolored(ring, recolor)
    bare = ring.ratio()
    if bare >= goal:
        return [_Option(cost, bare, base)]
    shade = _shade(text, ring, goal)
    dated = _PALE_GLOW if _luma(np.array(shade)) > 0.5 else 1.0
    options = [_Option(cost, bare, base)]
    for kind_of_fix in kinds:
        strength, ratio = _strength(ring, kind_of_fix, shade, goal)
        change = _change(picture, kind_of_fix, shade, strength) / max(float(glyphs.face.sum()), 1.0)
        fix = LegibilityFix(kind_of_fix.kind, shade, strength, kind_of_fix.shapes)
        options.append(_Option(cost + dated * kind_of_fix.weight * change, ratio, [*base, fix]))
    return options


def _recolored(ring: ContrastRing, color: RGB) -> ContrastRing:
    over = ring.over.copy()
    over[:, :3] = color
    return ring._replace(over=over, text=float(luminance(color)))


def _shaded(ring: ContrastRing, coverage: Sequence[Array], shade: RGB, strength: float) -> Array:
    """Return the colours behind the lettering, [N,3], once a fix lies there."""
    through: Array = np.ones(len(ring.rows), np.float32)
    for values in coverage:
        through = through * (1 - strength * values)
    tone = np.array(shade, np.float32)
    return tone + through[:, None] * (ring.behind - tone)


def _strength(ring: ContrastRing, kind_of_fix: _FixKind, shade: RGB, goal: float) -> tuple[float, float]:
    """Return the least strength of a fix that reaches the goal, else its most; and the contrast it then gives."""
    coverage = [shape.at(ring.rows, ring.columns) for shape in kind_of_fix.shapes]

    def reached(strength: float) -> float:
        return _quick_ratio(ring, _shaded(ring, coverage, shade, strength))

    low, high = 0.0, kind_of_fix.most
    ratio = reached(high)
    if ratio < goal:
        return high, ratio
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) >= goal else (middle, high)
    return high, goal


def _quick_ratio(ring: ContrastRing, behind: Array) -> float:
    """Return ``ring.ratio(behind)`` to about a hundredth, several times faster."""
    alpha = ring.over[:, 3:]
    light = _quick_light(behind + alpha * (ring.over[:, :3] - behind))
    text = ring.face_on(_quick_light(ring.behind), _quick_light(behind)) if ring.through else ring.text
    ratios = (np.maximum(text, light) + 0.05) / (np.minimum(text, light) + 0.05)
    clear = ring.clear
    parts = (ratios,) if clear is None else (ratios, ratios[clear])
    return min(float(np.partition(part, place)[place]) for part in parts for place in [_worst_place(part)])


def _quick_light(srgb: Array) -> Array:
    return np.asarray((srgb * (srgb * (srgb * 0.305306 + 0.682171) + 0.012523)) @ _WEIGHTS)  # cubic fit of the curve


def _worst_place(ratios: Array) -> int:
    return int(WORST_SHARE * (len(ratios) - 1))


def _change(picture: Array, kind_of_fix: _FixKind, shade: RGB, strength: float) -> float:
    """Return how much the picture changes: the sum of its changes in lightness, in pixels."""
    tone = _luma(np.array(shade, np.float32))
    return sum(_change_by(picture, shape, float(tone)) for shape in kind_of_fix.shapes) * strength


def _change_by(picture: Array, shape: FixShape, tone: float) -> float:
    every = max(_SAMPLE // shape.factor, 1)
    alpha = shape.alpha[::every, ::every]
    step = every * shape.factor
    rows = shape.y + step * np.arange(alpha.shape[0]) + shape.factor // 2
    columns = shape.x + step * np.arange(alpha.shape[1]) + shape.factor // 2
    down, across = (rows >= 0) & (rows < picture.shape[0]), (columns >= 0) & (columns < picture.shape[1])
    below = _luma(picture[np.ix_(rows[down], columns[across])][..., :3])
    return step * step * float((alpha[np.ix_(down, across)] * np.abs(below - tone)).sum())


def _shade(text: float | Array, ring: ContrastRing, goal: float) -> RGB:
    """Return the gentlest dark or light tone, in the picture's hue, against which the face has the contrast."""
    face = float(np.median(text))
    dark = (face + 0.05) / 0.05 > 1.05 / (face + 0.05)
    tint = oklab(np.mean(ring.behind, axis=0))[1:]
    tone = (0.0, 0.0, 0.0) if dark else (1.0, 1.0, 1.0)
    for level in _DARK_L if dark else _LIGHT_L:
        tone = tinted(level, tint, 0.045 if dark else 0.02)
        light = float(luminance(tone))
        if (max(face, light) + 0.05) / (min(face, light) + 0.05) >= goal * 1.25:
            break
    return tone


def _luma(rgb: Array) -> Array:
    return np.asarray(rgb) @ np.array([0.299, 0.587, 0.114], np.float32)


# --- shapes ---------------------------------------------------------------------------------------------------


def _fix_kinds(picture: Array, glyphs: GlyphPixels, layer: RasterLayer) -> list[_FixKind]:
    size = picture.shape[1], picture.shape[0]
    made = {part: _SHAPES[part](size, glyphs, layer) for part in _SHAPES}
    kinds = []
    for kind, (most, weight) in _WEIGHT.items():
        shapes = [made[part] for part in _PARTS[kind]]
        if all(shape is not None for shape in shapes):
            kinds.append(_FixKind(kind, tuple(f for f in shapes if f), most, weight))
    return kinds


def _shapes_of(kind: str, size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> tuple[FixShape, ...]:
    made = (_SHAPES[part](size, glyphs, layer) for part in _PARTS[kind])
    return tuple(shape for shape in made if shape)


def _shadow(size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> FixShape:
    """Return a soft halo close around the letters, a little below them."""
    em = max(glyphs.size_px, 8.0)
    return _spread(size, layer, "shadow", _Spread(0.08 * em, 0.13 * em, 1.9, 0.025 * em))


def _cloud(size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> FixShape:
    """Return a wide soft ground behind the whole block of words."""
    em = max(glyphs.size_px, 8.0)
    return _spread(size, layer, "scrim", _Spread(0.55 * em, 0.5 * em, 1.35, 0.0))


def _outline(size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> FixShape:
    em = max(glyphs.size_px, 8.0)
    return _spread(size, layer, "outline", _Spread(max(0.042 * em, 2.0) + 1, 0.7, 1.3, 0.0))


@dataclass(frozen=True)
class _Spread:
    """How far a shape grows beyond the letters, how soft it is (sigma), how full, and how far down it moves: px."""

    grow: float
    blur: float
    gain: float
    down: float


def _spread(size: tuple[int, int], layer: RasterLayer, kind: str, spread: _Spread) -> FixShape:
    """Return the letters grown and blurred; soft shapes are made at a smaller scale."""
    alpha, x, y = _near(layer, size, spread)
    factor = max(int(min(spread.blur / 3, 8)), 1)
    pad = math.ceil((spread.grow + 3 * spread.blur + spread.down + 1) / factor)
    cells = -(-alpha.shape[1] // factor), -(-alpha.shape[0] // factor)
    whole = cv2.copyMakeBorder(
        alpha, 0, cells[1] * factor - alpha.shape[0], 0, cells[0] * factor - alpha.shape[1], cv2.BORDER_CONSTANT
    )
    small = cv2.resize(whole, cells, interpolation=cv2.INTER_AREA) if factor > 1 else whole
    small = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    radius = max(round(spread.grow / factor), 1)
    small = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))
    soft = cv2.GaussianBlur(small.astype(np.float32), (0, 0), max(spread.blur / factor, 0.3))
    soft *= spread.gain / 255
    np.minimum(soft, 1, out=soft)
    return FixShape(kind, soft, x - pad * factor, y - pad * factor + round(spread.down), factor)


def _near(layer: RasterLayer, size: tuple[int, int], spread: _Spread) -> tuple[NDArray[np.uint8], int, int]:
    """Return the coverage (0..255) of the part of a layer that can matter on the canvas, and where it starts."""
    reach = math.ceil(spread.grow + 3 * spread.blur + spread.down) + 1
    h, w = layer.rgba.shape[:2]
    left, top = max(-reach - layer.x, 0), max(-reach - layer.y, 0)
    right, bottom = min(size[0] + reach - layer.x, w), min(size[1] + reach - layer.y, h)
    if right <= left or bottom <= top:
        return np.zeros((1, 1), np.uint8), layer.x, layer.y
    cover = cv2.convertScaleAbs(layer.rgba[top:bottom, left:right, 3], alpha=255)
    return cover, layer.x + left, layer.y + top


def _band(size: tuple[int, int], glyphs: GlyphPixels, layer: RasterLayer) -> FixShape | None:
    """Return a gradient from the near edge of the picture across its width; None for words in the middle."""
    width, height = size
    top, bottom = layer.y / height, (layer.y + layer.rgba.shape[0]) / height
    if layer.rgba.shape[1] < 0.45 * width or (top > 0.22 and bottom < 0.78) or bottom - top > 0.6:
        return None
    factor = _BAND_PX
    reach, fade = (bottom, bottom + 0.2) if top <= 0.22 else (1 - top, 1 - top + 0.2)
    cells = max(math.ceil(min(fade, 1.0) * height / factor), 1)
    along = (np.arange(cells) + 0.5) * factor / height
    t = np.clip((fade - along) / (fade - max(reach - 0.06, 0.0)), 0, 1)
    ramp = (t * t * (3 - 2 * t)).astype(np.float32)  # smoothstep
    start = 0 if top <= 0.22 else height - cells * factor
    alpha = np.repeat((ramp if top <= 0.22 else ramp[::-1])[:, None], math.ceil(width / factor), axis=1)
    return FixShape("gradient", alpha, 0, start, factor)


_Shape = Callable[[tuple[int, int], GlyphPixels, RasterLayer], FixShape | None]
_SHAPES: dict[str, _Shape] = {"shadow": _shadow, "scrim": _cloud, "outline": _outline, "gradient": _band}
_PARTS = {
    "shadow": ("shadow",),
    "scrim": ("scrim",),
    "scrim+shadow": ("scrim", "shadow"),
    "outline+shadow": ("shadow", "outline"),
    "gradient": ("gradient",),
    "gradient+shadow": ("gradient", "shadow"),
}
# the most of each kind, and how much the change that it makes counts
_WEIGHT = {
    "shadow": (0.75, 1.0),
    "scrim": (0.8, 0.5),
    "scrim+shadow": (0.9, 0.5),
    "outline+shadow": (1.0, 2.0),
    "gradient": (0.9, 0.45),
    "gradient+shadow": (0.9, 0.36),
}
