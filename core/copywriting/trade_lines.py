"""Which written lines an ad can choose from: those of its feast, its trade, or built from what was typed."""

from __future__ import annotations

import re

from .brief_context import Context, Idea
from .occasions import feast_lines

PRODUCT, MOOD = "product", "mood"
_FEW = 3  # fewer lines of the trade than that are joined by those that are built from what was typed
_PRESENT = re.compile(r"선물|세트|답례|gift", re.I)


def product_lines(context: Context) -> list[Idea]:
    """Return what the product is good for: as a present at a feast, else in the trade."""
    if _PRESENT.search(context.facts.product):
        found = context.ideas(feast_lines(context).get(PRODUCT, ()))
        if found:
            return found
    return _of_trade(context, PRODUCT)


def mood_lines(context: Context) -> list[Idea]:
    """Return scenes: those of the feast that the offer is for, else the trade's."""
    return context.ideas(feast_lines(context).get(MOOD, ())) or _of_trade(context, MOOD)


def bare_lines(context: Context) -> list[Idea]:
    """Return what can be said of any shop, for one of which nothing is known."""
    lines = context.voice["bare"][context.tone]
    return context.ideas([*lines[PRODUCT], *lines[MOOD]])


def _of_trade(context: Context, kind: str) -> list[Idea]:
    if context.facts.purpose == "open":
        return context.ideas(context.voice["open"][context.tone][kind])
    general = context.voice["general"][context.tone][kind]
    if context.lines is None:
        return context.ideas(general)
    found = context.ideas(context.lines.product if kind == PRODUCT else context.lines.mood)
    return [*found, *context.ideas(general)] if len(found) < _FEW else found
