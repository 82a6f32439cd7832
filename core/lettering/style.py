"""How the words shall look: every parameter of the lettering, checked."""

from __future__ import annotations

from dataclasses import dataclass

from ..color.spaces import parse_hex
from ..errors import FitAdError
from ..text.fonts import DEFAULT_FONT
from .effects import PLAIN, Effects
from .effects.warp import WarpParams

STYLES = ("flat", "emboss", "carved", "floating")
ALIGNS = ("left", "center", "right", "justify")
DEFAULT_SIZE_PX = 128
MIN_LEGIBLE_PX = 8
MAX_SIDE_PX = 16384


@dataclass(frozen=True)
class LetteringStyle:
    """The look of a piece of lettering.

    Attributes:
        font: Name of the font, as ``core.fonts.find`` takes it.
        size_px: Em size; 0 takes the largest that fits. With a box, text that would not fit is set smaller.
        width_px: Width of the picture; 0 = as wide as the words.
        height_px: Height of the picture; 0 = as high as the words.
        color: Face of the letters, #RRGGBB.
        style: One of ``STYLES``.
        align: One of ``ALIGNS``; for vertical setting left means top.
        line_spacing: Distance of baselines, in ems.
        letter_spacing_em: Added between letters, in ems (tracking).
        vertical: Top to bottom, columns from right to left.
        outline_px: Width of the outline; outside the letters, unless the effects say otherwise.
        outline_color: #RRGGBB.
        shadow: Drop shadow, 0 none .. 1 strong.
        relief: Strength of the 3D styles, 0..1.
        light_deg: Where the light comes from: 0 above, 90 right, 180 below, 270 left.
        brush: Dry-ink texture, 0 none .. 1 strong.
        seed: Seed of the ink texture.
        effects: What else is done to the letters.
    """

    font: str = DEFAULT_FONT
    size_px: int = 0
    width_px: int = 0
    height_px: int = 0
    color: str = "#FFFFFF"
    style: str = "flat"
    align: str = "center"
    line_spacing: float = 1.2
    letter_spacing_em: float = 0.0
    vertical: bool = False
    outline_px: float = 0.0
    outline_color: str = "#000000"
    shadow: float = 0.0
    relief: float = 0.5
    light_deg: float = 315.0
    brush: float = 0.0
    seed: int = 0
    effects: Effects = PLAIN

    def __post_init__(self) -> None:
        _one_of("style", self.style, STYLES)
        _one_of("align", self.align, ALIGNS)
        parse_hex(self.color, "color")
        parse_hex(self.outline_color, "outline_color")
        _within("size", self.size_px, 0, 2048)
        _within("width", self.width_px, 0, 8192)
        _within("height", self.height_px, 0, 8192)
        _within("line_spacing", self.line_spacing, 0.5, 4)
        _within("letter_spacing", self.letter_spacing_em, -0.5, 4)
        _within("outline", self.outline_px, 0, 256)
        for field in ("shadow", "relief", "brush"):
            _within(field, getattr(self, field), 0, 1)
        if self.vertical and self.effects.of(WarpParams).arc_deg:
            raise FitAdError("arc bends lines, not columns", fix="Set arc to 0, or turn vertical off")


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise FitAdError(f"{field} is {value!r}", fix=f"Choose one of {', '.join(allowed)}")


def _within(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise FitAdError(f"{field} is {value:g}", fix=f"Choose a value from {low:g} to {high:g}")
