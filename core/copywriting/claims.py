"""Claims that Korean advertising law makes risky: found and explained, never removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .brief import Flag
from .data import load
from .trades import Trade

_DENIED = re.compile(r"[^\s.!?]{0,3}\s?(?:은|는|이|가|을|를|도)?\s?(?:아니|아닌|아님|않|못\s?하|말고|없이는)")


def scan(fields: Mapping[str, str], trade: Trade, language: str, shop: str = "") -> tuple[Flag, ...]:
    """Return a flag for every rule that a field's text touches.

    Args:
        fields: Texts by the name of the field they stand in.
        trade: Some laws are for some trades only.
        language: The language of reasons and gentler wordings.
        shop: The shop's name, which is not a claim.
    """
    return tuple(flag for field, text in fields.items() for flag in _flags(field, text, trade, language, shop))


def is_risky(text: str, trade: Trade) -> bool:
    """Return whether any rule is touched."""
    return next(_touched(text, trade.laws), None) is not None


def risky(text: str, trade: Trade) -> list[str]:
    """Return the wordings of a text that a rule touches."""
    return [found for _, found in _touched(text, trade.laws)]


def _flags(field: str, text: str, trade: Trade, language: str, shop: str) -> Iterator[Flag]:
    seen: set[str] = set()
    for rule, found in _touched(_without(text, shop), trade.laws):
        if rule["id"] not in seen:
            seen.add(rule["id"])
            reason, softer = rule["reason"][language], tuple(rule["softer"][language])
            yield Flag(field, found, rule["id"], reason, rule["law"], softer)


def _without(text: str, shop: str) -> str:
    """Return a text with the shop's name blotted out, so that no word grows together."""
    return text.replace(shop, "\n") if len(shop) > 1 else text


def _touched(text: str, laws: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the rules that a text touches and what touches them, unless it is denied right behind."""
    for rule, pattern in _rules(laws):
        for match in pattern.finditer(text):
            if not _DENIED.match(text, match.end()):
                yield rule, match.group().strip()


@cache
def _rules(laws: tuple[str, ...]) -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    rules = (rule for rule in load("claims")["claims"] if _applies(rule, laws))
    return tuple((rule, re.compile(rule["pattern"].replace("\n", ""), re.IGNORECASE)) for rule in rules)


def _applies(rule: Mapping[str, Any], laws: tuple[str, ...]) -> bool:
    wanted, spared = rule.get("laws"), rule.get("but_laws", ())
    return (not wanted or any(law in wanted for law in laws)) and not any(law in spared for law in laws)
