"""Which trade a shop is in, from what its owner typed."""

from __future__ import annotations

import re
from functools import cache

from .brief import ShopBrief
from .data import trades

GENERAL = "general"
_STRONG, _WEAK = 3, 1


def detect(brief: ShopBrief) -> str:
    """Return the trade id whose words weigh most: the shop's name first, then the offer, then the features."""
    scores = {trade: _score(trade, brief) for trade in trades()}
    best = max(scores, key=lambda trade: scores[trade])
    return best if scores[best] > 0 else GENERAL


def _score(trade: str, brief: ShopBrief) -> int:
    texts = ((brief.shop, 3), (brief.offer, 2), (" ".join((*brief.features, brief.audience)), 1))
    return sum(weight * _weigh(trade, text) for text, weight in texts if text)


def _weigh(trade: str, text: str) -> int:
    strong, weak = _patterns(trade)
    return _STRONG * _hits(strong, text) + _WEAK * _hits(weak, text)


def _hits(pattern: re.Pattern[str] | None, text: str) -> int:
    """Return how many different keywords stand in the text; the longer of two overlapping ones counts."""
    return len({match.group().lower() for match in pattern.finditer(text)}) if pattern else 0


@cache
def _patterns(trade: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    entry = trades()[trade]
    return _pattern(entry["strong"]), _pattern(entry["weak"])


def _pattern(words: list[str]) -> re.Pattern[str] | None:
    """Return what finds Hangul words anywhere and Latin words only whole."""
    if not words:
        return None
    ordered = sorted(words, key=len, reverse=True)
    parts = [rf"(?<![A-Za-z]){re.escape(w)}(?![A-Za-z])" if w.isascii() else re.escape(w) for w in ordered]
    return re.compile("|".join(parts), re.IGNORECASE)
