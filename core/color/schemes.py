"""Colours for a set: house palettes, and calm tints that part a subject from its backdrop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .palette import weighted_palette
from .spaces import RGB, from_oklab, oklab, parse_hex, parse_palette

Array = NDArray[np.floating]

# wall, floor, accent, deep
HOUSE: dict[str, tuple[str, ...]] = {
    "porcelain": ("#EAE6E0", "#DAD3CA", "#C2A98C", "#5B5249"),
    "stone": ("#CFCBC5", "#BFBAB3", "#9A8F83", "#4B4844"),
    "oat": ("#EBDDCA", "#D9C3A6", "#B98A5E", "#5A3E2B"),
    "blush": ("#EFD9D1", "#E2C0B5", "#C98B7B", "#6B3F3A"),
    "sage": ("#CDD5C6", "#B4BFAC", "#7F9277", "#3C4A3D"),
    "sky": ("#D5DFE6", "#BBCAD5", "#7F9BB0", "#35485A"),
    "clay": ("#C98F71", "#B57A5C", "#E6C3A5", "#54301F"),
    "forest": ("#3F5548", "#33463B", "#C9A66B", "#1B2620"),
    "night": ("#3B4557", "#2E3645", "#D2A56D", "#14181F"),
    "espresso": ("#4A3930", "#3A2C25", "#D8A873", "#1D1512"),
}

_CREAM_HUE = 1.25  # OKLab hue angle of cream, radians
# OKLab lightness and chroma of wall, floor, accent, deep
_LIGHT = ((0.890, 0.032), (0.825, 0.050), (0.64, 0.085), (0.34, 0.045))
_DEEP = ((0.46, 0.050), (0.40, 0.050), (0.78, 0.075), (0.22, 0.030))
_FAVOUR = np.array([0.10, 0.03, 0.0])  # what calm is worth against standing apart: own hue, opposite hue, deep


def house_palette(name: str) -> list[RGB]:
    """Return the colours of a house palette: wall, floor, accent, deep."""
    return [parse_hex(color) for color in HOUSE[name]]


def read_palette(text: str) -> list[RGB]:
    """Return the colours that a palette field names: a house palette, or ``#RRGGBB`` colours; empty gives none.

    Raises:
        FitAdError: The text is neither.
    """
    name = text.strip().lower()
    return house_palette(name) if name in HOUSE else parse_palette(text)


def tints_of(picture: Array) -> list[RGB]:
    """Return wall, floor, accent and deep tints in which the picture's subject stands out.

    The wall is light and in the subject's own hue, or light and in the opposite hue, or deep: the first of these from
    which nearly all of the subject stands apart. ``picture`` is [H,W,3 or 4] 0..1; alpha counts as mask.
    """
    found = weighted_palette(picture, 6)
    if not found:
        return house_palette("porcelain")
    lab = oklab(np.array([color for color, _ in found]))
    share = np.array([weight for _, weight in found])
    hue, chroma = _main_hue(lab, share)
    strength = max(min(chroma / 0.08, 1.0), 0.25)  # grey subjects keep a nearly grey set
    across = hue + np.pi
    sets = [_set(_LIGHT, _creamy(hue), strength), _set(_LIGHT, _creamy(across), strength), _set(_DEEP, hue, strength)]
    apart = [_apart(lab, share, choice[0]) for choice in sets]
    return sets[int(np.argmax(np.array(apart) + _FAVOUR))]


def shade(color: Sequence[float] | Array, lighter: float, chroma: float = 1.0) -> RGB:
    """Return a colour made lighter (OKLab L, -1..1) and its chroma multiplied; shadows lose some chroma."""
    lab = oklab(np.asarray(color, dtype=np.float64))
    target = float(np.clip(lab[0] + lighter, 0.02, 0.99))
    chroma *= min(target / max(float(lab[0]), 0.02), 1.0)
    return _rgb([target, lab[1] * chroma, lab[2] * chroma])


def blend(a: Sequence[float] | Array, b: Sequence[float] | Array, share: float) -> RGB:
    """Return the OKLab blend of two colours; ``share`` 0 is ``a``, 1 is ``b``."""
    return _rgb(oklab(np.asarray(a)) * (1 - share) + oklab(np.asarray(b)) * share)


def lightness(color: Sequence[float] | Array) -> float:
    """Return OKLab L 0..1."""
    return float(oklab(np.asarray(color, dtype=np.float64))[0])


def _main_hue(lab: Array, share: Array) -> tuple[float, float]:
    """Return hue (radians) and chroma of the colours that carry the picture; near greys and blacks hardly count."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    weight = share * chroma
    a, b = weight @ lab[:, 1], weight @ lab[:, 2]
    return float(np.arctan2(b, a)), float(share @ chroma)


def _apart(lab: Array, share: Array, wall: RGB) -> float:
    """Return how much of the subject 0..1 stands apart from a wall; a quarter of the lightness scale is enough."""
    distance = np.linalg.norm(lab - oklab(np.array(wall)), axis=1)
    return float(share @ np.minimum(distance / 0.25, 1.0))


def _creamy(hue: float) -> float:
    """Return the hue, reds and oranges turned towards cream: a light tint of red is pink, and food wants warmth."""
    hue = hue % (2 * np.pi)
    return hue + 0.6 * (_CREAM_HUE - hue) if hue < _CREAM_HUE else hue


def _set(steps: Sequence[tuple[float, float]], hue: float, strength: float) -> list[RGB]:
    return [_tint(lightness_, chroma * strength, hue) for lightness_, chroma in steps]


def _tint(lightness_: float, chroma: float, hue: float) -> RGB:
    return _rgb([lightness_, chroma * np.cos(hue), chroma * np.sin(hue)])


def _rgb(lab: Array | Sequence[float]) -> RGB:
    r, g, b = from_oklab(np.asarray(lab, dtype=np.float64))
    return float(r), float(g), float(b)
