"""Angle A: the offer. Its headline holds what is sold and for how much."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..text.korean import particle, syllables
from .brief_context import SUB_ROOM, Context, Idea
from .clauses import is_sentence, sentence, spoken_period
from .facts.fact_types import JOINT
from .nominal import fitting, parted, short_names

_ROOMY = 14
_INTENTS = frozenset(["사전예약", "사전 예약", "출시", "모집"])
_INTENT = re.compile(r"(?:사전\s?예약|예약|모집|출시|입고|개강)")
_LABEL = re.compile(
    r"신메뉴|신상|신제품|출시|재입고|이벤트|기념|오픈|개업|사전\s?예약|선주문|급매|특가|세일|정리|블랙|주년|NEW|new|hiring|opening",
    re.I,
)
_VERBAL = re.compile(r"(?:\s?(?:받습니다|받아요|합니다|해요|했어요|했습니다|중|하세요|중입니다)){1,4}$")


def offer_ideas(context: Context) -> list[Idea]:
    """Return headlines that hold the offer, else the product, else a feature; empty where nothing was given."""
    ideas = [idea for idea in _ideas(context) if idea.headline]
    return list(dict.fromkeys(ideas))


def _ideas(context: Context) -> Iterator[Idea]:
    offer = context.offer
    subs = list(sub_lines(context))
    eyebrow = eyebrow_of(context)
    if offer.kind == "items":
        yield from _of_list(context, eyebrow)
    elif offer.kind in ("price", "from", "drop"):
        yield from _of_price(context, subs, eyebrow)
    elif offer.kind in ("cut", "gift", "asked"):
        yield from _of_cut(context, subs, eyebrow)
    elif offer.kind == "plain":
        yield from _of_product(context, subs, eyebrow)
    else:
        yield from _of_features(context, eyebrow)


def _of_product(context: Context, subs: list[str], eyebrow: str) -> Iterator[Idea]:
    """Yield the product with what is done about it: 겨울방학 특강 모집."""
    found = (_INTENT.search(label) for label in context.facts.labels)
    intent = next((match.group() for match in found if match), "")
    names = short_names(context.facts.product, keep_amount=True)
    name = fitting([_two(name, intent) for name in names])
    for sub in subs or [""]:
        yield Idea(
            name, sub, intent or (name if syllables(name) <= 6 else ""), _lost(context.facts.product, name) or eyebrow
        )


def _of_price(context: Context, subs: list[str], eyebrow: str) -> Iterator[Idea]:
    price, product = context.facts.price_now, context.facts.product
    names = short_names(product, keep_amount=True) or [context.offer.what]
    plain = fitting([_two(name, price) for name in names])
    for sub in subs or [""]:
        yield Idea(plain, sub, price, _lost(product, plain) or eyebrow)
    if context.offer.kind == "price" and product and context.language == "ko" and context.tone != "professional":
        turned = fitting([f"{price}에 {name}" for name in names if not parted(name)[1][:1].isdigit()])
        yield Idea(turned, subs[0] if subs else "", price, _lost(product, turned) or eyebrow)


def _of_cut(context: Context, subs: list[str], eyebrow: str) -> Iterator[Idea]:
    offer, facts = context.offer, context.facts
    names = short_names(facts.product, keep_amount=False)
    cut = sentence(facts.discount, context.tone).rstrip(".") if offer.kind == "asked" else facts.discount
    if not names:
        conditions = [one for one in facts.conditions if one in offer.used]
        full = [_two(offer.lead, cut), *(_two(one, cut) for one in conditions), cut]
        headline = fitting([text for text in full if syllables(text) <= _ROOMY] or [cut])
        yield from (Idea(headline, sub, cut, eyebrow) for sub in subs or [""])
        return
    if offer.kind == "gift":
        yield from (idea for idea in _of_product(context, [cut, *subs], eyebrow) if idea.emphasis in _INTENTS)
    plain = fitting([_two(name, cut) for name in names])
    lost = _lost(facts.product, plain)
    for sub in subs or [""]:
        yield Idea(plain, sub, cut, lost or eyebrow)


def _of_list(context: Context, eyebrow: str) -> Iterator[Idea]:
    facts = context.facts
    heading = facts.product if facts.product != facts.items[0].name else ""
    item = next((one for one in facts.items if one.price), facts.items[0])
    name = _two(heading, item.name)
    headline = fitting([_two(short, item.price) for short in short_names(name, keep_amount=True)])
    others = [_two(other.name, other.price) for other in facts.items if other != item]
    for sub in (_filling(others, ", "), *sub_lines(context)):
        yield Idea(headline, sub, item.price, _lost(name, headline) or eyebrow)


def _of_features(context: Context, eyebrow: str) -> Iterator[Idea]:
    spans = [*context.facts.features, *context.facts.conditions]
    short = [span for span in spans if syllables(span) <= 12]
    for at, span in enumerate(short):
        other = next((text for text in (*short[at + 1 :], *short[:at])), context.values["shop"])
        yield Idea(span, other if syllables(other) <= SUB_ROOM else "", "", eyebrow)


def sub_lines(context: Context) -> Iterator[str]:
    """Yield second lines made of what the headline leaves: the old price, the present, the day, the condition."""
    facts, offer = context.facts, context.offer
    before = ""
    if facts.price_before:
        now = facts.price_now
        before = (
            f"{facts.price_before}에서 {now}{particle(now, '(으)로')}"
            if context.language == "ko"
            else f"was {facts.price_before}"
        )
    present = _present(context) if offer.price else ""
    listed = ", ".join(item.name for item in facts.items if not item.price)
    lead = offer.lead if offer.cut or (offer.price and not before) else ""
    spans = [
        lead,
        before,
        present,
        spoken_period(facts.period),
        listed,
        *facts.conditions,
        *facts.features,
        facts.hours,
    ]
    fit = [span for span in spans if span and syllables(span) <= SUB_ROOM and (span == lead or span not in lead)]
    for at, span in enumerate(fit):
        later = (text for text in fit[at + 1 :] if text != span and syllables(span + text) <= SUB_ROOM - 2)
        other = next(later, "")
        yield JOINT.join(part for part in (span, other) if part)
        if lead or before or present:
            break


def _present(context: Context) -> str:
    """Return what comes on top, in the ending of the tone where it was typed as a sentence."""
    text = context.facts.discount
    return sentence(text, context.tone).rstrip(".") if is_sentence(text) else text


def eyebrow_of(context: Context) -> str:
    """Return the line over an offer: what it is an occasion of, else for whom, else where."""
    labels = [_VERBAL.sub("", label).strip("!~. ") for label in context.facts.labels if _LABEL.search(label)]
    spans = [*labels, context.brief.audience, context.values["region"], context.values["shop"]]
    return next((span for span in spans if span and syllables(span) <= 10), "")


def _lost(product: str, headline: str) -> str:
    """Return the words of a product that its headline left out: what comes before its noun, and the amount."""
    modifiers, _, amount = parted(product) if product else ("", "", "")
    words = [word for word in f"{modifiers} {amount}".split() if word not in headline]
    text = " ".join(words)
    return text if text and syllables(text) <= 10 else ""


def _two(first: str, second: str = "") -> str:
    return " ".join(part for part in (first, second) if part)


def _filling(parts: list[str], joint: str) -> str:
    """Return as many parts as a second line holds."""
    text = ""
    for part in parts:
        longer = joint.join(one for one in (text, part) if one)
        if syllables(longer) > SUB_ROOM:
            break
        text = longer
    return text
