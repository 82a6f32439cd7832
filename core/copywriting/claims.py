"""Claims that Korean advertising law makes risky: found and explained, never removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .brief import Flag
from .data import load


def scan(fields: Mapping[str, str], trade: str, language: str) -> tuple[Flag, ...]:
    """Return a flag for every rule that a field's text touches.

    Args:
        fields: Texts by the name of the field they stand in.
        trade: Trade id; food, cosmetics and sports have rules of their own.
        language: The language of reasons and gentler wordings.
    """
    return tuple(flag for field, text in fields.items() for flag in _flags(field, text, trade, language))


def is_risky(text: str, trade: str) -> bool:
    """Return whether any rule is touched."""
    return any(pattern.search(text) for _, pattern in _rules(trade))


def risky(text: str, trade: str) -> list[str]:
    """Return the wordings of a text that a rule touches."""
    found = (match for _, pattern in _rules(trade) for match in pattern.finditer(text))
    return [match.group().strip() for match in found]


def _flags(field: str, text: str, trade: str, language: str) -> Iterator[Flag]:
    for rule, pattern in _rules(trade):
        match = pattern.search(text)
        if match:
            reason, softer = rule["reason"][language], tuple(rule["softer"][language])
            yield Flag(field, match.group().strip(), rule["id"], reason, rule["law"], softer)


@cache
def _rules(trade: str) -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    rules = (rule for rule in load("claims")["claims"] if trade in rule.get("trades", (trade,)))
    return tuple((rule, re.compile(rule["pattern"], re.IGNORECASE)) for rule in rules)
