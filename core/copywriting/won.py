"""Prices as they are said: what was typed without its currency gets one: 79,000 -> 79,000원, 5.5만 -> 5.5만원."""

from __future__ import annotations

import re
from dataclasses import replace

from .facts import Facts, Item

_BARE = re.compile(
    r"(?<![\d,./:$₩￦€£¥억])(\d{1,3}(?:,\d{3})+|\d{3,6}0|\d+(?:\.\d+)?만(?:\d천)?|\d천)(?=\s?(?:부터|~|대$|$))"
)
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{3,6}0")


def in_won(price: str) -> str:
    """Return a price with 원 where neither sign nor unit was typed; one with 억 or a slash stays as it is."""
    return price if re.search(r"[억/]", price) else _BARE.sub(r"\1원", price)


def priced_in_won(facts: Facts) -> Facts:
    """Return the facts with every price of theirs in won."""
    return replace(
        facts,
        price_now=in_won(facts.price_now),
        price_before=in_won(facts.price_before),
        items=tuple(Item(item.name, in_won(item.price)) for item in facts.items),
    )


def won_unit(prefix: str, number: str, unit: str) -> str:
    """Return the unit that a typed number has once it is said in won; its own where it is not a bare price."""
    if prefix or not (unit in ("만", "천") or (not unit and _AMOUNT.fullmatch(number))):
        return unit
    return f"{unit}원"
