"""Lines with slots: {shop}, {product}, {period}, each with the particle that fits, as in {shop:은/는}."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..text.korean import FinalSound, final_sound, has_hangul, particle, syllables
from .clauses import sentence

_SLOT = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
_SENTENCE = "문장"
_PLACE_ROOM = 8


def fill(line: str, values: Mapping[str, str], tone: str = "") -> str | None:
    """Return the line with its slots filled, or None where a value is missing or can't take the particle.

    A slot ``{name:문장}`` becomes a sentence in the tone, and nothing where its value is missing.
    """
    for name, pair in _SLOT.findall(line):
        value = values.get(name, "")
        if pair != _SENTENCE and (not value or (pair and final_sound(value) is FinalSound.UNKNOWN)):
            return None
    text = _SLOT.sub(lambda slot: _filled(values.get(slot[1], ""), slot[2], tone), line)
    return " ".join(text.split())


def neighbourhood(region: str) -> str:
    """Return the narrowest place of an address: 성수동 of '서울 성동구 성수동', 합정역 of '합정역 2번출구'."""
    first = re.split(r"[,/·|(]", region)[0].strip()
    words = [word for word in first.split() if not re.match(r"\d|지하|출구|근처|앞$|옆$", word)]
    place = words[-1] if words and has_hangul(first) else first
    plain = any(char.isalpha() for char in place) and not re.search(r"[#@<>{}\[\]\\|]|https?:|www\.", place)
    return place if plain and syllables(place) <= _PLACE_ROOM else ""


def _filled(value: str, pair: str | None, tone: str) -> str:
    if pair == _SENTENCE:
        return sentence(value, tone) if value else ""
    return value + (particle(value, pair) if pair else "")
