"""How prices are typed: 7,900원, 9천9, 만오천원, 5.5만, ₩2,980, 12,000 won, from 30k."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from .grammar import pattern
from .marked_text import MarkedText

WAGE = pattern("wage")
_RENT = pattern("rent")
_PAIR = pattern("pair")
_NAMED_PAIR = pattern("named_pair")
_NAMED_BEFORE = pattern("named_before")
_NOW_LABEL = pattern("now_label")
_PLAIN = pattern("plain")

_EN_RENT = pattern("en_rent")
_EN_PAIR = pattern("en_pair")
_EN_BEFORE = pattern("en_before")
_EN_NOW = pattern("en_now")


class Prices(NamedTuple):
    """The patterns of one language, in the order in which they are looked for."""

    pairs: tuple[re.Pattern[str], ...]
    befores: tuple[re.Pattern[str], ...]
    nows: tuple[re.Pattern[str], ...]
    whole: re.Pattern[str]


_KOREAN = Prices((_NAMED_PAIR, _PAIR), (_NAMED_BEFORE,), (_NOW_LABEL, _PLAIN), _RENT)
_ENGLISH = Prices((_EN_PAIR,), (_EN_BEFORE,), (_EN_NOW,), _EN_RENT)


def read_prices(sheet: MarkedText, language: str) -> None:
    """Mark every price as ``before`` or ``now``."""
    prices = _ENGLISH if language == "en" else _KOREAN
    for pair in prices.pairs:
        for match in pair.finditer(sheet.unread):
            _mark_both(sheet, match)
    for before in prices.befores:
        sheet.take("before", before, "before")
    sheet.take("now", prices.whole)
    for now in prices.nows:
        sheet.take("now", now, "now" if "now" in now.groupindex else 0)


def read_reductions(sheet: MarkedText) -> None:
    """Mark the first of two prices with a discount between them as ``before``: 198만원 30%할인 138만6천원."""
    for first, second in pairwise(sheet.of("now")):
        between = [mark for mark in sheet.of("discount") if first.end <= mark.start and mark.end <= second.start]
        if between and sheet.near(first.end, second.start):
            sheet.remark(first, "before")


def _mark_both(sheet: MarkedText, match: re.Match[str]) -> None:
    sheet.mark("word", match.start(), match.start("before"))
    sheet.mark("before", *match.span("before"))
    sheet.mark("word", match.end("before"), match.start("now"))
    sheet.mark("now", *match.span("now"))
