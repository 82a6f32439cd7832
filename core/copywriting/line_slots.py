"""Lines with slots: {shop}, {region}, {audience}, {offer}, each with the particle that fits, as in {shop:은/는}."""

from __future__ import annotations

import re

from ..text.korean import FinalSound, final_sound, has_hangul, particle, syllables
from .brief import ShopBrief

_SLOT = re.compile(r"\{(\w+)(?::([^}]+))?\}")
_NAME_ROOM = 10
_PLACE_ROOM = 8


def fill(line: str, values: dict[str, str]) -> str | None:
    """Return the line with its slots filled, or None where a value is missing or can't take the particle."""
    for name, pair in _SLOT.findall(line):
        value = values.get(name, "")
        if not value or (pair and final_sound(value) is FinalSound.UNKNOWN):
            return None
    return _SLOT.sub(lambda slot: _filled(values[slot[1]], slot[2]), line)


def names(brief: ShopBrief) -> dict[str, str]:
    """Return the slot values short and plain enough to stand in a headline; the others are empty."""
    return {
        "shop": _short(brief.shop, _NAME_ROOM),
        "region": neighbourhood(brief.region),
        "audience": _short(re.split(r"[,/·|]", brief.audience)[0].strip(), _PLACE_ROOM),
    }


def neighbourhood(region: str) -> str:
    """Return the narrowest place of an address: 성수동 of '서울 성동구 성수동'."""
    first = re.split(r"[,/·|(]", region)[0].strip()
    place = first.split()[-1] if first and has_hangul(first) else first
    return _short(place, _PLACE_ROOM)


def _filled(value: str, pair: str | None) -> str:
    return value + (particle(value, pair) if pair else "")


def _short(text: str, room: int) -> str:
    plain = any(char.isalpha() for char in text) and not re.search(r"[#@<>{}\[\]\\|]|https?:|www\.", text)
    return text if plain and syllables(text) <= room else ""
