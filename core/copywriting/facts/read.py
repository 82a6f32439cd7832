"""Takes a brief apart: every fact in its place, verbatim, and nothing lost."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from ...text.korean import has_hangul
from ..brief import ShopBrief
from . import money, purpose, reach, terms, times
from .fact_types import JOINT, Facts, Item
from .goods import Goods, read_goods
from .marked_text import Mark, MarkedText
from .terms import is_people

_MOST_READ = 2_000
"""Characters of a field that are taken apart; the rest is a remark that stands as it is."""
_CONDS = ("cond", "service", "remark")
_ANY = re.compile(r"[^\n\x00]+")


class _Field(NamedTuple):
    """One field of the brief, read."""

    sheet: MarkedText
    goods: Goods
    purpose: str
    greeting: reach.Greeting


@lru_cache(maxsize=64)
def read_facts(brief: ShopBrief) -> Facts:
    """Return what a brief says, taken apart.

    Args:
        brief: Checked: normalized text.
    """
    offer = _read(brief.offer[:_MOST_READ])
    facts = _facts(offer, brief)
    for line in brief.features:
        facts = _with_feature(facts, line[:_MOST_READ])
    facts = _with_inputs(facts, brief)
    rest = brief.offer[_MOST_READ:].strip()
    return replace(facts, features=(*facts.features, rest)) if rest else facts


def _read(text: str) -> _Field:
    language = "ko" if has_hangul(text) else "en"
    sheet = MarkedText(text)
    greeting = reach.read_greeting(sheet)
    hiring = purpose.is_hiring(text)
    closed = purpose.may_be_closed(text)
    times.read_hours(sheet, language, day_off=not closed or _sells(text, language) or times.tells_hours(text))
    reach.read_reach(sheet, language)
    if hiring:
        sheet.take("now", money.WAGE)
    terms.read_limits(sheet, language)
    terms.read_discounts(sheet, language)
    times.read_periods(sheet, language)
    money.read_prices(sheet, language)
    money.read_reductions(sheet)
    terms.read_services(sheet)
    terms.read_words(sheet, language)
    terms.read_gifts(sheet, language)
    found = purpose.purpose_of(sheet)
    terms.read_endings(sheet, language)
    terms.read_remarks(sheet, language)
    return _Field(sheet, read_goods(sheet, found), found, greeting)


def _sells(text: str, language: str) -> bool:
    sheet = MarkedText(text)
    terms.read_discounts(sheet, language)
    money.read_prices(sheet, language)
    return bool(sheet.marks)


def _facts(field: _Field, brief: ShopBrief) -> Facts:
    sheet, goods = field.sheet, field.goods
    goods = _with_what_is_cut(sheet, goods)
    discount, more = _discount(sheet, bool(goods.price_now))
    told = ("period", "hours") if field.purpose == "hiring" else ()
    return Facts(
        purpose=brief.purpose if brief.purpose != "auto" else field.purpose,
        shop=brief.shop or field.greeting.shop,
        region=brief.region or field.greeting.region,
        product=goods.product,
        items=goods.items,
        price_before=goods.price_before,
        price_now=goods.price_now,
        discount=discount,
        period=JOINT.join(sheet.spans("period")) if not told else "",
        conditions=tuple(_conditions(sheet, [*goods.rest, *more], told)),
        contact=JOINT.join(sheet.spans("contact")),
        address=JOINT.join(sheet.spans("address")),
        hours=JOINT.join(sheet.spans("hours")) if not told else "",
        link=JOINT.join(sheet.spans("link")),
        labels=tuple(sheet.spans("label")),
        occasion=purpose.occasion_of(brief.offer, *brief.features),
        gifts=tuple(sheet.spans("gift")),
    )


def _with_what_is_cut(sheet: MarkedText, goods: Goods) -> Goods:
    """Let a discount behind a price take along what it is on: 칭따오 1+1 of 양꼬치 10개 만5천원 칭따오 1+1."""
    first = next(iter(sheet.of("discount")), None)
    if not goods.price_now or first is None:
        return goods
    on = next(
        (chunk for chunk in goods.rest if chunk.end <= first.start and not sheet.text[chunk.end : first.start].strip()),
        None,
    )
    if on is None or is_people(sheet.span(on)):
        return goods
    sheet.marks[sheet.marks.index(first)] = Mark("discount", on.start, first.end)
    return goods._replace(rest=tuple(chunk for chunk in goods.rest if chunk != on))


def _discount(sheet: MarkedText, priced: bool) -> tuple[str, list[Mark]]:
    """Return what is taken off or comes on top, and what of that is left for the conditions."""
    marks = [*sheet.of("discount"), *sheet.of("gift")]
    if not marks and not priced:
        marks = sheet.of("service")
    if not marks:
        return "", []
    if marks[0].kind == "service":
        sheet.remark(marks[0], "discount")
    return sheet.span(marks[0]), marks[1:]


def _conditions(sheet: MarkedText, rest: list[Mark], told: tuple[str, ...]) -> list[str]:
    for mark in rest:
        sheet.mark("cond", mark.start, mark.end)
    return sheet.spans(*_CONDS, *told)


# --- features and inputs ---


def _with_feature(facts: Facts, line: str) -> Facts:
    """Return the facts with those of a feature line; what they don't take stays a feature."""
    sheet, language = MarkedText(line), "ko" if has_hangul(line) else "en"
    reach.read_reach(sheet, language)
    times.read_hours(sheet, language, day_off=True)
    times.read_lone_hours(sheet)
    found: dict[str, Any] = {name: JOINT.join(sheet.spans(name)) for name in ("contact", "address", "hours", "link")}
    joined: dict[str, Any] = {name: _both(getattr(facts, name), span) for name, span in found.items() if span}
    facts = replace(facts, **joined)
    left = _left(sheet)
    if not left:
        return facts
    return _with_line(facts, left, language)


def _left(sheet: MarkedText) -> str:
    """Return what of a feature line was not read; the whole line where only a part of a sentence was."""
    if not sheet.marks:
        return sheet.text.strip()
    left = [sheet.span(chunk) for chunk in sheet.chunks(_ANY)]
    return " ".join(left)


def _with_line(facts: Facts, line: str, language: str) -> Facts:
    if _close(line) in _close(JOINT.join((facts.product, *facts.conditions))):
        return facts
    sheet = _read(line).sheet
    if not facts.period and _only(sheet, "period"):
        return replace(facts, period=JOINT.join(sheet.spans("period")))
    if _is_limit(line, language):
        return replace(facts, conditions=(*facts.conditions, *sheet.spans("cond")))
    goods = _read(line).goods
    if goods.price_now and goods.product and (not facts.price_now or facts.items):
        return _with_priced(facts, Item(goods.product, goods.price_now))
    return replace(facts, features=(*facts.features, line))


def _with_priced(facts: Facts, item: Item) -> Facts:
    """Return the facts with a priced line of the features, where the offer has no price of its own."""
    return replace(facts, items=(*facts.items, item), price_now=facts.price_now or item.price, purpose=_deal(facts))


def _deal(facts: Facts) -> str:
    return "deal" if facts.purpose == "brand" else facts.purpose


def _only(sheet: MarkedText, kind: str) -> bool:
    """Return whether a line says nothing but one kind of thing."""
    return (
        bool(sheet.of(kind))
        and {mark.kind for mark in sheet.marks} <= {kind, "word", "label"}
        and not any(char.isalnum() for char in sheet.unread)
    )


def _is_limit(line: str, language: str) -> bool:
    """Return whether a line is nothing but a condition: 예약 필수, 3만원이상 배달무료."""
    sheet = MarkedText(line)
    terms.read_limits(sheet, language)
    return _only(sheet, "cond")


def _with_inputs(facts: Facts, brief: ShopBrief) -> Facts:
    """Return the facts with what was typed into inputs of its own, which come first."""
    own: dict[str, Any] = {name: getattr(brief, name) for name in ("period", "contact", "address", "hours", "link")}
    first: dict[str, Any] = {name: _both(span, getattr(facts, name)) for name, span in own.items() if span}
    return replace(facts, **first)


def _close(text: str) -> str:
    return "".join(text.split())


def _both(first: str, second: str) -> str:
    return JOINT.join(dict.fromkeys(part for part in (first, second) if part))
