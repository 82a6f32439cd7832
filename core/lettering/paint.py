"""Letters in colour: what the effects lay behind them, and the letters as the effects leave them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, parse_hex
from .composite import Fill, Layer, Plane, composite
from .effects import lettering_effects
from .effects.effect import Margins, Tint
from .effects.warp import slant_margins
from .paint_context import Painting
from .style import LetteringStyle

Array = NDArray[Any]  # float32, or what an operation widens it to


class Painted(NamedTuple):
    """Letters in colour: rgba straight alpha [H,W,4], coverage [H,W], height map [H,W]."""

    rgba: Array
    mask: Array
    depth: Array


def margins(style: LetteringStyle, font_px: float) -> Margins:
    """Return the room that everything around the ink of straight words takes on each side; the arc is not counted."""
    found = Margins()
    for effect in lettering_effects():
        found = found.joined(effect.margins(style, font_px))
    return Margins(*(a + b for a, b in zip(found, slant_margins(style, font_px), strict=True)))


def paint(painting: Painting) -> Painted:
    """Return the letters in colour."""
    effects = lettering_effects()
    layers = [layer for effect in effects for layer in effect.behind(painting)]
    core = painting.cover
    for effect in effects:
        core = effect.narrow(painting, core)
    for effect in effects:
        kept = effect.wear(painting)
        if kept is not None:
            core, painting.cover = core * kept, painting.cover * kept
    tints = [tint for effect in effects if (tint := effect.tint(painting)) is not None]
    layers.append(Layer(core, _fill(parse_hex(painting.style.color), tints)))
    if painting.emoji is not None:
        layers.append(Layer(painting.emoji[..., 3], partial(_planes, painting.emoji)))
    return Painted(composite(layers, _lowest(layers, painting.style)), painting.shape, _depth(painting))


def _fill(color: RGB, tints: Sequence[Tint]) -> RGB | Fill:
    """Return the colour of the letters as the effects change it in turn."""
    if not tints:
        return color

    def fill(rows: slice) -> Sequence[Plane]:
        planes: Sequence[Plane] = color
        for tint in tints:
            planes = tint(planes, rows)
        return planes

    return fill


def _planes(picture: Array, rows: slice) -> list[Array]:
    return [picture[rows, :, number] for number in range(3)]


def _lowest(layers: Sequence[Layer], style: LetteringStyle) -> RGB:
    fill = layers[0].fill
    return fill if isinstance(fill, tuple) else parse_hex(style.color)


def _depth(painting: Painting) -> Array:
    """Return the height map, near = bright: a slab for flat letters, the bevelled body for the others."""
    surface, style = painting.surface, painting.style
    if surface is None:
        return painting.shape
    height = np.clip(surface.height, 0, 1) * painting.shape
    if style.style == "carved":
        return 1.0 - height * (0.35 + 0.65 * style.relief)
    return height
