"""What can be done to the letters beside their style: fill, outline, shadows, glow, ground, bend, light; checked.

Imports nothing heavy: the node list loads it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..color.spaces import parse_hex
from ..errors import FitAdError

OUTLINE_POSITIONS = ("outside", "center", "inside")
GROUNDS = ("none", "box", "rounded", "pill", "ribbon")

# name -> least and greatest value
RANGES: dict[str, tuple[float, float]] = {
    "gradient": (0, 1),
    "gradient_deg": (-360, 360),
    "shadow_distance_em": (0, 1),
    "shadow_deg": (-1, 360),
    "shadow_blur_em": (0, 0.5),
    "inner_shadow": (0, 1),
    "glow": (0, 1),
    "glow_px": (0, 512),
    "ground_opacity": (0, 1),
    "ground_padding_em": (0, 3),
    "arc_deg": (-180, 180),
    "slant_deg": (-45, 45),
    "elevation_deg": (10, 80),
    "specular": (0, 1),
    "occlusion": (0, 1),
}
_CHOICES = {"outline_position": OUTLINE_POSITIONS, "ground": GROUNDS}


@dataclass(frozen=True)
class Effects:
    """Effects on a piece of lettering; the defaults change nothing.

    Attributes:
        gradient: How far the fill runs from the colour of the letters to ``gradient_color``, 0 not at all .. 1 fully.
        gradient_color: Where the fill ends, #RRGGBB.
        gradient_deg: Which way the fill runs: 0 up, 90 to the right, 180 down.
        outline_position: One of ``OUTLINE_POSITIONS``.
        shadow_color: Of the drop shadow and of the shadow that floating letters cast, #RRGGBB.
        shadow_distance_em: How far the drop shadow falls, in ems.
        shadow_deg: Which way it falls, as ``gradient_deg``; below 0 = away from the light.
        shadow_blur_em: Standard deviation of its blur, in ems.
        inner_shadow: Shade that the edge throws into the letters, 0 none .. 1 strong.
        glow: Light around the letters, 0 none .. 1 strong.
        glow_color: #RRGGBB.
        glow_px: How far the glow reaches.
        ground: What lies behind the words, one of ``GROUNDS``.
        ground_color: #RRGGBB.
        ground_opacity: 0..1.
        ground_padding_em: Room between words and edge of the ground, in ems.
        arc_deg: Bend along a circle, by the angle that the words take up; > 0 rises in the middle. Bent words are
            broken only where the text is.
        slant_deg: Lean of the letters; > 0 to the right.
        elevation_deg: Height of the light over the letters.
        specular: Gloss of the 3D styles, 0 none .. 1 polished.
        occlusion: Darkness in the corners of the 3D styles, 0 none .. 1 strong.
    """

    gradient: float = 0.0
    gradient_color: str = "#FFFFFF"
    gradient_deg: float = 180.0
    outline_position: str = "outside"
    shadow_color: str = "#000000"
    shadow_distance_em: float = 0.035
    shadow_deg: float = -1.0
    shadow_blur_em: float = 0.05
    inner_shadow: float = 0.0
    glow: float = 0.0
    glow_color: str = "#FFFFFF"
    glow_px: float = 24.0
    ground: str = "none"
    ground_color: str = "#1A1A1A"
    ground_opacity: float = 1.0
    ground_padding_em: float = 0.35
    arc_deg: float = 0.0
    slant_deg: float = 0.0
    elevation_deg: float = 40.0
    specular: float = 0.0
    occlusion: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Any) -> Effects:
        """Return the effects that ``as_dict`` gave; fields left out keep their defaults.

        Raises:
            FitAdError: Not a dict, an unknown field, or a wrong value.
        """
        if not isinstance(data, dict):
            raise FitAdError(f"effects is {_shown(data)}, which is no set of effects", fix=_CONNECT)
        known = {field.name for field in fields(cls)}
        strange = sorted(str(name) for name in data if name not in known)
        if strange:
            raise FitAdError(f"effects has {', '.join(strange[:5])}, which Fit-AD does not know", fix=_CONNECT)
        return cls(**data)


_CONNECT = "Connect the output of Lettering Effects"


def _check(name: str, value: Any) -> None:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise FitAdError(f"{name} is {_shown(value)}", fix=f"Choose one of {', '.join(_CHOICES[name])}")
    elif name in RANGES:
        _check_number(name, value, *RANGES[name])
    else:
        parse_hex(value, name)


def _check_number(name: str, value: Any, low: float, high: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not number or not low <= value <= high:
        raise FitAdError(f"{name} is {_shown(value)}", fix=f"Choose a value from {low:g} to {high:g}")


def _shown(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


PLAIN = Effects()
