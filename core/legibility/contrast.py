"""Legible lettering: WCAG contrast on the pixels really behind the glyphs, and the least that makes up for it.

Source of the ratios: WCAG 2.2, success criterion 1.4.3 (4.5:1; 3:1 for large type, 18 pt = 24 CSS px and up).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import RGB, from_oklab, luminance, oklab

Array = NDArray[np.floating]

REQUIRED = 4.5
REQUIRED_LARGE = 3.0
WORST_SHARE = 0.05  # the contrast that counts is the one that all but the worst 5 % of the pixels reach
_COMFORTABLE = 7.0  # WCAG 2.2, 1.4.6: where a colour has the room, it goes for this
_PHONE_CSS_PX = 390.0  # a post is read on a phone this many CSS px wide
_LARGE_CSS_PX = 24.0
_DARK_L = (0.34, 0.30, 0.26, 0.22, 0.18, 0.13, 0.09, 0.0)  # OKLab lightness of dark type, the most colourful first
_LIGHT_L = (0.955, 0.975, 0.99, 1.0)


class ColorChoice(NamedTuple):
    """A text colour and the contrast that it keeps against all but the worst pixels."""

    color: RGB
    contrast: float


def large_type_px(canvas_width_px: float) -> float:
    """Return the type size in px from which type counts as large on a picture of that width, seen on a phone."""
    return _LARGE_CSS_PX * canvas_width_px / _PHONE_CSS_PX


def worst_contrast(color: RGB, pixels: Array) -> float:
    """Return the contrast of a colour that all but the worst 5 % of ``pixels`` [N,3] reach (21 for no pixels)."""
    if not len(pixels):
        return 21.0
    return worst_ratio(float(luminance(color)), luminance(pixels))


def worst_ratio(text: float | Array, behind: Array) -> float:
    """Return the ratio that all but the worst 5 % of the luminances ``behind`` keep against ``text``."""
    if not len(behind):
        return 21.0
    ratios = (np.maximum(text, behind) + 0.05) / (np.minimum(text, behind) + 0.05)
    return float(np.quantile(ratios, WORST_SHARE))


def readable_color(pixels: Array, palette: Sequence[RGB] = (), required: float = REQUIRED) -> ColorChoice:
    """Return a dark or light tone, tinted with the picture's own hue, that reads on ``pixels`` [N,3].

    Pure black or white comes out only where nothing softer reaches ``required``. Where neither reaches it, light
    type is preferred: it will need a dark shadow, which looks better than a pale glow around dark type.
    """
    dark, light = readable_pair(pixels, palette, required)
    if max(dark.contrast, light.contrast) < required and light.contrast > 0.55 * dark.contrast:
        return light
    return dark if dark.contrast >= light.contrast else light


def readable_pair(
    pixels: Array, palette: Sequence[RGB] = (), required: float = REQUIRED
) -> tuple[ColorChoice, ColorChoice]:
    """Return the best dark and the best light tone for type on ``pixels`` [N,3]."""
    behind = luminance(pixels) if len(pixels) else np.array([0.5])
    tint = _tint(pixels, palette)
    dark = _first_reaching(_DARK_L, tint, 0.05, behind, required)
    light = _first_reaching(_LIGHT_L, tint, 0.016, behind, required)
    return dark, light


def tinted(lightness: float, tint: Array, chroma: float) -> RGB:
    """Return the sRGB colour of an OKLab lightness with at most ``chroma`` along the hue ``tint`` (a, b)."""
    length = float(np.hypot(*tint))
    a, b = tint * min(1.0, chroma / length) if length > 1e-6 else (0.0, 0.0)
    room = min(lightness, 1 - lightness) * 2.2  # near black and white the gamut is narrow
    scale = min(1.0, max(room, 0.0) / max(chroma, 1e-6)) if lightness > 0.5 else min(1.0, lightness / 0.2)
    r, g, b = from_oklab(np.array([lightness, a * scale, b * scale]))
    return float(r), float(g), float(b)


def _tint(pixels: Array, palette: Sequence[RGB]) -> Array:
    """Return the OKLab (a, b) that tints the type: the pixels' own hue, else the palette's most colourful."""
    own = oklab(np.mean(pixels, axis=0))[1:] if len(pixels) else np.zeros(2)
    if np.hypot(*own) > 0.02 or not palette:
        return own
    labs = oklab(np.array(palette))[:, 1:]
    return labs[np.argmax(np.hypot(labs[:, 0], labs[:, 1]))]


def _first_reaching(levels: Sequence[float], tint: Array, chroma: float, behind: Array, required: float) -> ColorChoice:
    """Return the first tone with comfortable contrast; else the first that reaches ``required``; else the last."""
    tones = [tinted(level, tint, chroma) for level in levels]
    choices = [ColorChoice(tone, worst_ratio(float(luminance(tone)), behind)) for tone in tones]
    for goal in (_COMFORTABLE, required):
        for choice in choices:
            if choice.contrast >= goal:
                return choice
    return choices[-1]
