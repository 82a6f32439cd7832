"""The canvas of an ad: its class of format, its unit, its margins, and where words may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import FitAdError
from ..layout import formats
from ..raster.box import Box

FormatClass = Literal["tall", "portrait", "square", "wide", "banner"]
CLASSES: tuple[FormatClass, ...] = ("tall", "portrait", "square", "wide", "banner")
LEAST_SIDE_PX, LONGEST_SIDE_PX = 64, formats.MAX_SIDE_PX
# The lower bounds of width : height of square, wide and banner; 3:4 and 4:5 are portrait, 9:16 is tall.
_PORTRAIT, _SQUARE, _WIDE, _BANNER = 0.68, 0.92, 1.15, 2.6
_LEAST_TYPE = 0.018  # of the height, DESIGN.md section 10
_HANG = 0.012  # of the unit: what commas, slashes and tails hang out of their line
_LEAST_BANNER_TYPE = 0.085
_LEAST_TYPE_PX = 9.0  # no Hangul syllable reads below it
_SMALL_PX = 400  # a canvas whose short side is under it holds a headline, a number and a product


@dataclass(frozen=True)
class Canvas:
    """A canvas in px.

    Attributes:
        width: In px.
        height: In px.
        safe: Where words are set: inside the house's margin and the format's keep-outs.
        kept: What the format's keep-outs leave free; no ink of a letter leaves it.
        least_type_px: The smallest height of letters (of a Hangul syllable or a capital).
    """

    width: int
    height: int
    safe: Box
    kept: Box
    least_type_px: float

    @property
    def unit(self) -> float:
        """Return the length that sizes are shares of: the height of the 4:5 ad that fits into the canvas."""
        return min(1.25 * self.width, float(self.height))

    @property
    def format_class(self) -> FormatClass:
        """Return the class of format, by the ratio of the sides."""
        ratio = self.width / self.height
        bounds = ((_BANNER, "banner"), (_WIDE, "wide"), (_SQUARE, "square"), (_PORTRAIT, "portrait"))
        found: FormatClass = "tall"
        for bound, name in bounds:
            if ratio >= bound:
                return name  # type: ignore[return-value]
        return found

    @property
    def small(self) -> bool:
        """Return whether only the most important words fit."""
        return min(self.width, self.height) < _SMALL_PX and self.format_class != "banner"


def canvas_of(width: int, height: int, margin: float = 0.067, zone: str = formats.AUTO_ZONE) -> Canvas:
    """Return the canvas of that size.

    Args:
        width: In px.
        height: In px.
        margin: What type keeps from the edges, as a share of the short side; the format's keep-outs come on top.
        zone: A zone of ``workflows/formats.yaml``; ``auto`` takes those of the formats that have this size.

    Raises:
        FitAdError: A side is outside 64..8192 px, or there is no such zone.
    """
    for name, side in (("width", width), ("height", height)):
        if not LEAST_SIDE_PX <= side <= LONGEST_SIDE_PX:
            raise FitAdError(
                f"{name} is {side} px", fix=f"An ad can be {LEAST_SIDE_PX} to {LONGEST_SIDE_PX} px per side"
            )
    out = formats.load().zone(zone, width, height)
    own = margin * min(width, height)
    kept = Box(
        out.left / 100 * width,
        out.top / 100 * height,
        width * (1 - (out.left + out.right) / 100),
        height * (1 - (out.top + out.bottom) / 100),
    )
    hang = _HANG * min(1.25 * width, height)
    left, right = max(own, kept.x), width - max(own, width - kept.right)
    top, bottom = max(own, kept.y + hang), height - max(own, height - kept.bottom + hang)
    least = max(_LEAST_TYPE * height, _LEAST_TYPE_PX) if width / height < _BANNER else _LEAST_BANNER_TYPE * height
    return Canvas(
        width,
        height,
        Box(left, top, right - left, bottom - top),
        kept,
        max(least, float(formats.least_type_px(width, height))),
    )
