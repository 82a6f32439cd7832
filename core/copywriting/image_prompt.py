"""The English prompt for a photo: the right dish, tool or room, what lies beside it, the season, the light."""

from __future__ import annotations

import re

from ..prompt.glossary import keywords
from ..text.korean import has_hangul
from .brief_context import Context
from .data import load
from .nominal import thing

_MOST_WORDS = 3
_DECORATED = ("food", "grocery", "shop", "stay", "beauty")  # a season may lie beside what they sell
_PLAIN = ("medical", "business", "health", "home", "service")
_TOLD = ("closed", "hiring", "notice")
_WORD = re.compile(r"[A-Za-z][A-Za-z' -]{2,40}")


def image_prompt(context: Context) -> str:
    """Return one English sentence of subject, props, light and room for text."""
    data = load("scenes")
    subject = _subject(context)
    parts = [subject[0].upper() + subject[1:], _season_props(context) or context.trade.props]
    return ", ".join(part for part in (*parts, data["looks"][context.tone], data["frame"]) if part)


def _subject(context: Context) -> str:
    """Return what the photo shows: a thing of the trade, else the product in English, else the trade's scene."""
    facts = context.facts
    if facts.purpose in _TOLD:
        return _known(context, context.brief.shop) or context.trade.scene
    if len(facts.items) > 2 and not facts.items[0].price:
        return context.trade.scene  # 오늘의 반찬: 장조림, 멸치볶음, 시금치
    names = [facts.product, *(item.name for item in facts.items[:3])]
    texts = [*names, context.brief.offer, *context.brief.features, context.brief.shop]
    known = next((english for text in texts if (english := _known(context, text))), "")
    return known or _translated(names) or context.trade.scene


def _known(context: Context, text: str) -> str:
    lowered = text.lower()
    found = [word for word in context.trade.things if _stands(word.lower(), lowered)]
    return context.trade.things[max(found, key=len)] if found else ""


def _stands(word: str, text: str) -> bool:
    if word.isascii():
        return bool(re.search(rf"(?<![a-z]){re.escape(word)}", text))
    return word in text


def _translated(names: list[str]) -> str:
    """Return a product in English: its English name as typed, else what the word list knows of it."""
    for name in names:
        if name and not has_hangul(name):
            words = _WORD.search(name)
            if words:
                return f"{words.group().strip().lower()}, neatly presented"
        found = keywords(thing(name)) if name else ()
        if found:
            return ", ".join(found[:_MOST_WORDS])
    return ""


def _season_props(context: Context) -> str:
    said = " ".join((context.facts.occasion, context.facts.product)).lower()
    decorated = context.trade.family in _DECORATED
    for season in load("scenes")["seasons"]:
        if (
            (decorated or season.get("feast"))
            and context.trade.family not in _PLAIN
            and any(_stands(word, said) for word in season["words"])
        ):
            props: str = season["props"]
            return props
    return ""
