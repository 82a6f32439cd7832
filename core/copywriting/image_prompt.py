"""The English prompt for a product photo, by trade, product and tone."""

from __future__ import annotations

from .brief import ShopBrief
from .data import load, trades


def image_prompt(brief: ShopBrief, trade: str) -> str:
    """Return one English sentence of scene, props, light and room for text."""
    entry, data = trades()[trade], load("trades")
    subject = _thing(brief, entry["things"]) or entry["scene"]
    return f"{subject[0].upper()}{subject[1:]}, {entry['props']}, {data['looks'][brief.tone]}, {data['frame']}"


def _thing(brief: ShopBrief, things: dict[str, str]) -> str:
    """Return the English for the first product named, looking at the offer before the features and the name."""
    for text in (brief.offer, *brief.features, brief.shop):
        found = next((english for word, english in things.items() if word in text), "")
        if found:
            return found
    return ""
