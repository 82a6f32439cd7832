"""What is told rather than sold: days off, hiring, notices. Nothing is praised, nothing is promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..text.korean import syllables
from .brief_context import Context, Idea, Words, idea
from .clauses import spoken_period
from .facts.fact_types import JOINT
from .facts.purpose import is_subject
from .occasions import occasion
from .sentences import joined

PURPOSES = ("closed", "hiring", "notice")
TONES = {"friendly": "friendly", "professional": "professional", "trendy": "friendly", "emotional": "professional"}
_ANGLES = ("offer", "product", "mood")
_MOST_HEADLINE = 16
_MOST_SUB = 20


def three(context: Context, seed: int) -> tuple[Any, Any, Any]:
    """Return the words of the three angles of something that is told."""
    lines = context.voice[context.facts.purpose][context.tone]
    values = _values(context)
    taken: set[str] = set()
    words = []
    for angle in _ANGLES:
        one = _idea(context, angle, lines[angle], values, seed, taken)
        taken |= {one.headline}
        words.append(Words(one, _body(context, angle, lines["body"], values, seed)))
    return words[0], words[1], words[2]


def _idea(
    context: Context, angle: str, pairs: list[list[str]], values: Mapping[str, str], seed: int, taken: set[str]
) -> Idea:
    found = []
    for headline, sub in pairs:
        texts = context.filled([headline], **values), context.filled([sub], **values)
        if texts[0]:
            found.append(idea(texts[0][0], texts[1][0] if texts[1] else "", _eyebrow(context)))
    fit = [one for one in found if syllables(one.headline) <= _MOST_HEADLINE and one.headline not in taken]
    chosen = context.turn(angle, seed, fit or found) if found else Idea(context.facts.shop or context.brief.offer)
    return chosen if syllables(chosen.sub) <= _MOST_SUB else Idea(chosen.headline, "", chosen.emphasis, chosen.eyebrow)


def _body(context: Context, angle: str, lines: list[str], values: Mapping[str, str], seed: int) -> str:
    filled = context.filled(lines, **values)
    if not filled:
        return joined([f"{context.brief.offer}."])
    at = (seed + _ANGLES.index(angle)) % len(filled)
    return joined(_sentences(filled[at]))


def _sentences(text: str) -> list[str]:
    """Return the sentences of a body, so that those that don't fit can be left out."""
    parts: list[str] = []
    for word in text.split():
        if parts and not parts[-1].endswith((".", "!", "?")):
            parts[-1] += " " + word
        else:
            parts.append(word)
    return parts


def _values(context: Context) -> dict[str, str]:
    facts = context.facts
    rest = [*facts.conditions, *facts.features]
    subject = next((label for label in facts.labels if is_subject(label)), "") or facts.product
    feast = occasion(facts.occasion, context.language)
    return {
        "period": spoken_period(facts.period),
        "rest": rest[0] if rest else "",
        "pay": facts.price_now,
        "terms": _within(rest, 14),
        "deal": ", ".join([facts.price_now, *rest]).strip(", "),
        "product": facts.product,
        "subject": subject,
        "event": next((label for label in facts.labels if facts.occasion and facts.occasion in label), "")
        or facts.occasion,
        "greeting": feast.get("greeting", {}).get(context.tone, "") if feast else "",
    }


def _within(spans: list[str], room: int) -> str:
    text = ""
    for span in spans:
        longer = JOINT.join(part for part in (text, span) if part)
        if text and syllables(longer) > room:
            break
        text = longer
    return text


def _eyebrow(context: Context) -> str:
    labels = [label for label in context.facts.labels if context.facts.occasion and context.facts.occasion in label]
    return next((one for one in (*labels, context.values["shop"], context.values["region"]) if one), "")
