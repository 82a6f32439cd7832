"""The colours of an ad by role: a colourway that suits the product, the shop's own colours, or the photo's hues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..color.difference import ciede2000
from ..color.schemes import blend, lightness, shade
from ..color.spaces import RGB, contrast, oklab, parse_hex, to_hex
from ..errors import FitAdError
from ..legibility.contrast import readable_color
from .schema_values import ROLES

Array = NDArray[Any]
_FILE = Path(__file__).resolve().parents[2] / "designs" / "colourways.yaml"
READABLE, READABLE_LARGE = 4.5, 3.0
ACCENT_APART = 30.0  # ΔE00 between accent and ground, DESIGN.md section 10
_APART = 22.0  # ΔE00 from which a product stands off its ground


@dataclass(frozen=True)
class Palette:
    """Colours by role, ``#RRGGBB``."""

    name: str
    roles: Mapping[str, str]
    moods: tuple[str, ...] = ()

    def hex(self, name: str, behind: str | None = None, required: float = READABLE) -> str:
        """Return the colour of a role, of ``on-ROLE``, or ``#RRGGBB`` itself.

        Args:
            name: The role; ``auto`` and what does not read on ``behind`` becomes a tone that does.
            behind: The colour that lies behind, where it is known.
            required: The contrast that is needed.
        """
        found = self._own(name)
        if behind is None:
            return found or self.roles["type"]
        if found and float(contrast(parse_hex(found), parse_hex(behind))) >= required:
            return found
        return self._readable(behind, required)

    def _own(self, name: str) -> str:
        if name.startswith("#"):
            return name
        if name in self.roles:
            return self.roles[name]
        if name.startswith("on-"):
            return self._readable(self.roles.get(name[3:], self.roles["ground"]), READABLE)
        return ""

    def _readable(self, behind: str, required: float) -> str:
        """Return the first of type, ink, paper and on-accent that reads on a colour, else a tone of its hue."""
        options = [self.roles[name] for name in ("type", "ink", "paper", "on-accent")]
        fits = [o for o in options if float(contrast(parse_hex(o), parse_hex(behind))) >= max(required, READABLE)]
        return fits[0] if fits else to_hex(readable_color(np.array([parse_hex(behind)])).color)


@lru_cache(maxsize=1)
def colourways() -> tuple[Palette, ...]:
    """Return the colourways that come with Fit-AD."""
    import yaml

    entries = yaml.safe_load(_FILE.read_text("utf-8"))["colourways"]
    return tuple(
        completed(entry["id"], {k: v for k, v in entry.items() if k in ROLES}, tuple(entry["moods"]))
        for entry in entries
    )


def completed(name: str, given: Mapping[str, str], moods: tuple[str, ...] = ()) -> Palette:
    """Return a palette in which every role has a colour, worked out from those that are given (ground at least)."""
    roles = dict(given)
    ground = parse_hex(roles["ground"])
    dark = lightness(ground) < 0.6
    roles.setdefault("ink", to_hex(_tone(ground, 0.2, 0.5)))
    roles.setdefault("paper", to_hex(_tone(ground, 0.975, 0.12)))
    roles.setdefault("type", roles["paper"] if dark else roles["ink"])
    roles.setdefault("ground2", to_hex(shade(ground, -0.07 if lightness(ground) > 0.35 else 0.08)))
    roles.setdefault("panel", roles["ink"] if dark or lightness(ground) > 0.75 else roles["paper"])
    roles.setdefault("accent", to_hex(_across(ground)))
    roles.setdefault("on-accent", to_hex(readable_color(np.array([parse_hex(roles["accent"])])).color))
    roles.setdefault("hot", roles["accent"] if _reads(roles["accent"], roles["ground"]) else roles["type"])
    roles.setdefault("line", to_hex(blend(parse_hex(roles["type"]), ground, 0.45)))
    roles.setdefault("shade", to_hex(_tone(ground, 0.14, 0.6)))
    roles.setdefault("light", to_hex(_tone(ground, 0.86, 0.5)))
    return Palette(name, roles, moods)


def from_colours(colours: Sequence[RGB], name: str = "shop") -> Palette:
    """Return the palette of a shop's own colours: the first is the ground, the one most unlike it the accent."""
    if not colours:
        raise FitAdError("No colours were given", fix="Write them as #RRGGBB, or choose auto")
    ground = colours[0]
    given = {"ground": to_hex(ground)}
    rest = sorted(colours[1:], key=lambda c: -float(ciede2000(c, ground)))
    if rest and float(ciede2000(rest[0], ground)) >= ACCENT_APART:
        given["accent"] = to_hex(rest[0])
    for colour in rest[1:]:
        role = "ink" if lightness(colour) < 0.4 else "paper" if lightness(colour) > 0.9 else "ground2"
        given.setdefault(role, to_hex(colour))
    return completed(name, given)


def ranked(moods: Sequence[str], ways: Sequence[str], subject: Sequence[tuple[RGB, float]]) -> list[Palette]:
    """Return the colourways of some moods, the one on which the subject looks best first.

    Args:
        moods: Any of them; a colourway that a design names in ``ways`` needs none.
        ways: Names that come first where they suit.
        subject: Main colours of the subject with their shares; empty where there is none.
    """
    found = [way for way in colourways() if set(way.moods) & set(moods) or way.name in ways]
    wish = {name: number for number, name in enumerate(ways)}
    scored = [(suits(way, subject) + (0.6 - 0.12 * wish[way.name] if way.name in wish else 0.0), way) for way in found]
    return [way for _, way in sorted(scored, key=lambda entry: -entry[0])]


def suits(way: Palette, subject: Sequence[tuple[RGB, float]]) -> float:
    """Return how well a subject stands on a colourway's ground, about 0..1.

    Counted: the share of the subject that stands off the ground, and harmony, a hue across the wheel or its own.
    """
    if not subject:
        return 0.5
    ground = parse_hex(way.roles["ground"])
    apart = sum(share * min(float(ciede2000(colour, ground)) / _APART, 1.0) for colour, share in subject)
    labs = oklab(np.array([colour for colour, _ in subject]))
    weight = np.array([share for _, share in subject]) * np.hypot(labs[:, 1], labs[:, 2])
    hue = float(np.arctan2((weight * labs[:, 2]).sum(), (weight * labs[:, 1]).sum()))
    lab = oklab(np.array(ground))
    turn = abs((float(np.arctan2(lab[2], lab[1])) - hue + np.pi) % (2 * np.pi) - np.pi)
    harmony = max(np.exp(-(((turn - np.pi) / 0.9) ** 2)), 0.75 * np.exp(-((turn / 0.35) ** 2)))
    warm = 0.16 if -0.2 < hue < 1.5 and "warm" in way.moods and "vivid" not in way.moods else 0.0  # skin, food, wood
    return 1.2 * apart + 0.35 * float(harmony) * min(float(weight.sum()) / 0.06, 1.0) + warm


def with_roles(palette: Palette, changes: Mapping[str, str]) -> Palette:
    """Return a palette with a design's own colours: another role's, or fixed ones."""
    roles = dict(palette.roles)
    for role, name in changes.items():
        roles[role] = palette.hex(name)
    return Palette(palette.name, roles, palette.moods)


def from_photo(main: Sequence[tuple[RGB, float]]) -> Palette:
    """Return the palette of a photo: a dark ink and a light paper of its main hue, a loud tint of its liveliest one."""
    if not main:
        return completed("photo", {"ground": "#1C1A22"})
    labs = oklab(np.array([c for c, _ in main]))
    share = np.array([s for _, s in main])
    chroma = np.hypot(labs[:, 1], labs[:, 2])
    base = main[int(np.argmax(share * (0.03 + chroma)))][0]
    # pinks, reds and yellows are kinder to people and food than greens and browns
    kind = 1.0 + 0.9 * np.cos(np.arctan2(labs[:, 2], labs[:, 1]) - 0.35)
    lively = main[int(np.argmax(np.sqrt(share) * chroma * (0.35 + kind)))][0]
    return completed(
        "photo",
        {
            "ground": to_hex(_tone(base, 0.2, 0.9)),
            "ground2": to_hex(_tone(base, 0.3, 0.9)),
            "paper": to_hex(_tint(lively, 0.975, 0.012)),
            "ink": to_hex(_tone(base, 0.22, 0.8)),
            "type": "#FFFFFF",
            "hot": to_hex(_tint(lively, 0.89, 0.075)),
            "accent": to_hex(_tint(lively, 0.66, 0.19)),
            "light": to_hex(_tint(lively, 0.93, 0.04)),
            "shade": to_hex(_tone(base, 0.13, 0.8)),
            "line": "#FFFFFF",
        },
    )


def _tone(colour: RGB, light: float, chroma: float) -> RGB:
    """Return the colour at another OKLab lightness, its chroma multiplied."""
    return shade(colour, light - lightness(colour), chroma)


def _tint(colour: RGB, light: float, chroma: float) -> RGB:
    """Return the colour's hue at a lightness and a chroma (OKLab); what is grey becomes a warm tint."""
    lab = oklab(np.array(colour))
    own = float(np.hypot(lab[1], lab[2]))
    if own < 0.01:
        lab, own = np.array([lab[0], 0.8, 0.6]), 1.0
    k = chroma / own
    from ..color.spaces import from_oklab

    r, g, b = from_oklab(np.array([light, lab[1] * k, lab[2] * k]))
    return float(r), float(g), float(b)


def _across(ground: RGB) -> RGB:
    """Return a loud colour across the wheel; never brown: what would be dark orange is yellow."""
    lab = oklab(np.array(ground))
    hue = float(np.arctan2(lab[2], lab[1])) + np.pi
    if np.hypot(lab[1], lab[2]) < 0.03:
        hue = 0.5
    light = 0.87 if 0.6 < hue % (2 * np.pi) < 2.2 else 0.62
    from ..color.spaces import from_oklab

    r, g, b = from_oklab(np.array([light, 0.17 * np.cos(hue), 0.17 * np.sin(hue)]))
    return float(r), float(g), float(b)


def _reads(a: str, b: str) -> bool:
    return float(contrast(parse_hex(a), parse_hex(b))) >= READABLE
