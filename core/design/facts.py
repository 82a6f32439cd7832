"""What is known of an ad before it is composed, and whether a design's condition holds for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..copywriting.brief import ShopBrief
from ..copywriting.parts import AdParts
from ..text.korean import syllables
from .canvas import Canvas
from .schema_values import Condition

_PERCENT = re.compile(r"(?<!\d)\d+(?:\.\d+)?\s*(?:%|％|퍼센트|프로)")
_PLUS = re.compile(r"\d\s*\+\s*\d")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class AdFacts:
    """What conditions ask for.

    Attributes:
        parts: The words.
        offer: The kind of the offer, one of none, percent, plus, price, amount and words.
        purpose: The parts' own, or read from them.
        trade: The trade's id.
        photo: How the photo can be used: some of ``cut-out``, ``full`` and ``frame``; ``none`` where there is none.
        face: Where the largest face is: ``none``, ``left``, ``middle`` or ``right``.
        subject: Words for where and how the subject is.
        confidence: Of the cut-out, 0..1.
        canvas_class: The class of format.
        small: Whether the canvas is a thumbnail.
    """

    parts: AdParts
    offer: str
    purpose: str
    trade: str
    photo: tuple[str, ...] = ("none",)
    face: str = "none"
    subject: tuple[str, ...] = ()
    confidence: float = 1.0
    canvas_class: str = "portrait"
    small: bool = False

    def on(self, canvas: Canvas) -> AdFacts:
        """Return the facts for a canvas."""
        return replace(self, canvas_class=canvas.format_class, small=canvas.small)


def offer_kind(parts: AdParts) -> str:
    """Return what kind of offer the parts make: by the discount, then the price."""
    text = parts.discount
    if _PERCENT.search(text):
        return "percent"
    if _PLUS.search(text):
        return "plus"
    if text:
        return "amount" if _FIGURE.search(text) else "words"
    return "price" if _FIGURE.search(parts.price_now) else "none"


def purpose_of(parts: AdParts) -> str:
    """Return the purpose that the parts name, or the one that they show."""
    if parts.purpose:
        return parts.purpose
    return "deal" if offer_kind(parts) != "none" else "brand"


def trade_of(parts: AdParts) -> str:
    """Return the trade's id, read from the shop's name, the product and the headline."""
    from ..copywriting.trades import detect

    features = tuple(item.name for item in parts.items[:8])
    return detect(ShopBrief(shop=parts.shop, offer=f"{parts.product} {parts.headline}", features=features))


def facts_of(parts: AdParts) -> AdFacts:
    """Return what the words alone tell."""
    return AdFacts(parts, offer_kind(parts), purpose_of(parts), trade_of(parts))


def holds(condition: Condition | None, facts: AdFacts) -> bool:
    """Return whether everything that a condition says is true."""
    if condition is None:
        return True
    named = (
        (condition.offer, facts.offer),
        (condition.purpose, facts.purpose),
        (condition.angle, facts.parts.angle),
        (condition.trade, facts.trade),
        (condition.language, facts.parts.language),
        (condition.face, facts.face),
        (condition.formats, facts.canvas_class),
    )
    if any(wanted and found not in wanted for wanted, found in named):
        return False
    if condition.mentions and not any(word in _spoken(facts.parts) for word in condition.mentions):
        return False
    if condition.photo and not set(condition.photo) & set(facts.photo):
        return False
    if condition.subject and not set(condition.subject) & set(facts.subject):
        return False
    if any(not has(facts.parts, name) for name in condition.has) or any(has(facts.parts, n) for n in condition.lacks):
        return False
    if condition.small is not None and condition.small != facts.small:
        return False
    if condition.confidence is not None and facts.confidence < condition.confidence:
        return False
    return _lengths_fit(condition, facts.parts)


def _spoken(parts: AdParts) -> str:
    return " ".join((parts.shop, parts.product, parts.headline, *(item.name for item in parts.items)))


def has(parts: AdParts, name: str) -> bool:
    """Return whether a part is there; ``price`` and ``offer`` stand for either of theirs."""
    if name == "offer":
        return offer_kind(parts) != "none"
    if name == "price":
        return bool(parts.price_now or parts.price_before)
    return bool(getattr(parts, name, ""))


def hero_words(parts: AdParts) -> str:
    """Return the words that a large setting takes: the emphasis, else the headline."""
    return parts.emphasis or parts.headline


def _lengths_fit(condition: Condition, parts: AdParts) -> bool:
    measured = (
        (condition.headline, syllables(parts.headline)),
        (condition.hero, syllables(hero_words(parts))),
        (condition.items, len(parts.items)),
    )
    return all(limits is None or limits[0] <= count <= limits[1] for limits, count in measured)
