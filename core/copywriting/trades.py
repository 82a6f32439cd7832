"""Which trade a shop is in, from what its owner typed."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from .brief import ShopBrief
from .data import trades

GENERAL = "general"
_STRENGTHS = {"strong": 3, "weak": 1}


def detect(brief: ShopBrief) -> str:
    """Return the trade id whose words weigh most: the shop's name first, then the offer, then the features.

    Weak words only tip the balance; without a strong one the trade is general.
    """
    scores: Counter[str] = Counter()
    sure: set[str] = set()
    for text, weight in ((brief.shop, 3), (brief.offer, 2), ("\n".join(brief.features), 1)):
        for word in _found(text):
            for trade, strength in _keywords()[word]:
                scores[trade] += weight * strength
                sure |= {trade} if strength == _STRENGTHS["strong"] else set()
    return max((trade for trade in trades() if trade in sure), key=lambda trade: scores[trade], default=GENERAL)


def _found(text: str) -> set[str]:
    """Return the keywords in a text; where two overlap, the earlier and longer one: 필라테스 holds no 라테."""
    return {match.group().lower() for match in _pattern().finditer(text)}


@cache
def _keywords() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for trade, entry in trades().items():
        for name, strength in _STRENGTHS.items():
            for word in entry[name]:
                found.setdefault(word.lower(), []).append((trade, strength))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """Return what finds Hangul words anywhere and Latin words only whole."""
    ordered = sorted(_keywords(), key=len, reverse=True)
    parts = [rf"(?<![A-Za-z]){re.escape(w)}(?![A-Za-z])" if w.isascii() else re.escape(w) for w in ordered]
    return re.compile("|".join(parts), re.IGNORECASE)
