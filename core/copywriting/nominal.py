"""The offer as short nouns: what, for how much, and the name cut to the room of a headline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.korean import has_hangul, syllables
from .clauses import is_sentence, leads_benefit, leads_offer
from .facts import Facts

HEADLINE_ROOM = 10
_MOST_HEADLINE = 18
_FROM = re.compile(r"\s?(?:부터|~|대)$")
_EN_FROM = re.compile(r"^(?:from|starting at|starts at)\s", re.I)
_AHEAD = re.compile(r"사전\s?예약|선주문|예약\s?판매")
_NUMERIC = re.compile(r"\d\s?(?:%|％|프로|퍼센트|\+)|반값|half|할인|off\b|세일|쿠폰|적립|지급", re.I)
_AMOUNT = re.compile(
    r"^(?:\(?\d[\d,.]*\s?[가-힣A-Za-z]{0,4}\)?|(?:주|월)\d회|[가-힣]*\d{1,3}(?:개월분?|회|인|박|구|호|종|권|kg|g|ml|L)|한\S{1,2}|1:1|[SML])$"
)


@dataclass(frozen=True)
class Nominal:
    """An offer ready for sentences; every string is made of typed spans.

    Attributes:
        kind: price | from | drop | cut | gift | asked | items | plain | none.
        what: The product with the day or condition that comes before it.
        price: The price.
        base: A price from which on, without 부터 or ~.
        before: The old price.
        cut: What is taken off or comes on top.
        whole: The offer in one breath.
        items: The lines of a price list.
        lead: The day or condition at the beginning of ``what``.
        used: The spans that the lead holds.
    """

    kind: str = "none"
    what: str = ""
    price: str = ""
    base: str = ""
    before: str = ""
    cut: str = ""
    whole: str = ""
    items: str = ""
    lead: str = ""
    used: frozenset[str] = frozenset()


def nominal(facts: Facts) -> Nominal:
    """Return the offer of facts as nouns."""
    lead = _lead(facts)
    what = _joined(*lead, facts.product, _intent(facts))
    priced = bool(facts.price_now)
    cut = facts.discount if not priced else ""
    whole = _joined(what, cut) if cut else _joined(what, facts.price_now)
    return Nominal(
        kind=_kind(facts),
        what=what,
        price=facts.price_now,
        base=_EN_FROM.sub("", _FROM.sub("", facts.price_now)),
        before=facts.price_before,
        cut=cut,
        whole=whole,
        items=", ".join(_joined(item.name, item.price) for item in facts.items),
        lead=_joined(*lead),
        used=frozenset(lead),
    )


def _intent(facts: Facts) -> str:
    """Return that it can be ordered ahead, where that was announced of a product: 사전예약."""
    found = next((match.group() for match in map(_AHEAD.search, facts.labels) if match), "")
    return found if facts.product and found not in facts.product else ""


def _kind(facts: Facts) -> str:
    if len(facts.items) > 1 and any(item.price for item in facts.items):
        return "items"
    if facts.price_now:
        starts = _FROM.search(facts.price_now) or _EN_FROM.search(facts.price_now)
        return "drop" if facts.price_before else "from" if starts else "price"
    if facts.discount:
        return "asked" if is_sentence(facts.discount) else "cut" if _NUMERIC.search(facts.discount) else "gift"
    return "plain" if facts.product else "none"


def _lead(facts: Facts) -> list[str]:
    """Return the day and the condition that stand before what is offered."""
    lead = [facts.period] if leads_offer(facts.period) else []
    if facts.discount or facts.price_now:
        lead += [condition for condition in facts.conditions[:1] if leads_benefit(condition)]
    return lead if sum(map(syllables, lead)) <= HEADLINE_ROOM + 2 else lead[-1:]


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


# --- names cut to size ---


def parted(product: str) -> tuple[str, str, str]:
    """Return the modifiers, the noun and the amount of a product: 크리스마스 캔들, 원데이클래스, 2인."""
    words = product.split()
    at = len(words)
    while at > 1 and _AMOUNT.match(words[at - 1]):
        at -= 1
    return " ".join(words[: at - 1]), words[at - 1] if words else "", " ".join(words[at:])


def short_names(product: str, keep_amount: bool) -> list[str]:
    """Return the product and ever shorter forms of it that still name it.

    Args:
        product: As typed.
        keep_amount: Whether the amount has to stay, since a price is for it.
    """
    if not has_hangul(product):
        return [product]
    modifiers, noun, amount = parted(product)
    words = modifiers.split()
    forms = [_joined(*words[skip:], noun, amount) for skip in range(len(words) + 1)]
    if not keep_amount and amount:
        forms += [_joined(modifiers, noun), noun]
    return list(dict.fromkeys(form for form in forms if form))


def thing(product: str) -> str:
    """Return the bare noun of a product: 삼겹살 of 삼겹살 100g, 손세차 of 손세차+실내크리닝."""
    if not has_hangul(product):
        return product
    modifiers, noun, _ = parted(product)
    noun = re.split(r"[+/&]", noun)[0] or noun
    noun = re.sub(r"\([^()]*\)$|(?<!\d)\d+(?:개|팩|봉|줄|마리|잔|병|장|판)?$", "", noun) or noun
    full = _joined(modifiers, noun)
    return full if syllables(full) <= 6 else noun


def fitting(parts: list[str], room: int = HEADLINE_ROOM) -> str:
    """Return the first text that fits the room, else the shortest one; empty where none fits a headline at all."""
    fit = next((text for text in parts if syllables(text) <= room), "")
    shortest = min(parts, key=syllables, default="")
    return fit or (shortest if syllables(shortest) <= _MOST_HEADLINE else "")
