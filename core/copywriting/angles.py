"""Three angles of one ad: A the offer, B what the product is good for, C the mood."""

from __future__ import annotations

import re
from dataclasses import replace

from ..text.korean import has_hangul, syllables
from . import told
from .bodies import offer_body, saying_body
from .brief_context import SUB_ROOM, Context, Idea, Words, idea
from .clauses import leads_benefit, manner, sentence
from .offer_angle import eyebrow_of, offer_ideas
from .sentences import alike
from .trade_lines import bare_lines, mood_lines, product_lines

_FEATURE_ROOM = 10
_LIMITING = re.compile(
    r"현금|카드|별도|제외|불가|필수|한정|선착순|이상|이하|미만|아님|지참|부터|까지|만\s?가능|만$|추가|협의|보증금|택배비|배송비|\d(?:명|인|팀)|정원|예약제|주차|택배|배송|와이파이|only|excl|extra|minimum|required|first",
    re.I,
)
OFFER = "offer"


def three(context: Context, seed: int) -> tuple[Words, Words, Words]:
    """Return the words of the three angles for a seed."""
    if context.facts.purpose in told.PURPOSES:
        return told.three(context, seed)
    first = _chosen(context, "A", offer_ideas(context) or _of_shop(context), seed)
    second = _chosen(context, "B", product_ideas(context), seed, first)
    third = _chosen(context, "C", mood_ideas(context), seed, first, second)
    first = _with_sub(context, first)
    taken = frozenset((second.headline, third.headline))
    bodies = [offer_body(context, first, seed, taken)]
    for one, angle in ((second, "B"), (third, "C")):
        bodies.append(saying_body(context, one, angle, seed, bodies, taken))
    return Words(first, bodies[0]), Words(second, bodies[1]), Words(third, bodies[2])


def _of_shop(context: Context) -> list[Idea]:
    """Return the shop's name over a scene of its trade, where nothing else was given."""
    shop = context.values["shop"]
    return [Idea(shop, one.headline, "", context.values["region"]) for one in mood_ideas(context)] if shop else []


def _chosen(context: Context, angle: str, ideas: list[Idea], seed: int, *before: Idea) -> Idea:
    """Return the idea whose turn it is among those that say something else than the ones before."""
    taken = {line for one in before for line in (one.headline, one.sub)}
    fresh = [one for one in ideas if one.headline not in taken]
    fresh = fresh or [one for one in bare_lines(context) if one.headline not in taken]
    fresh = [one for one in fresh if not any(alike(one.headline, other.headline) for other in before)] or fresh
    return context.turn(angle, seed, fresh) if fresh else Idea(context.trade.name[context.language])


def product_ideas(context: Context) -> list[Idea]:
    """Return what the product is good for: in the shop's own words where it gave some, else in the trade's."""
    written = product_lines(context)
    ideas = [*_own_features(context)[:2], *written]
    return [replace(one, eyebrow=one.eyebrow or _eyebrow(context, 1)) for one in ideas]


def mood_ideas(context: Context) -> list[Idea]:
    """Return scenes, with a line over them."""
    return [replace(one, eyebrow=one.eyebrow or _eyebrow(context, 2)) for one in mood_lines(context)]


def _own_features(context: Context) -> list[Idea]:
    """Return headlines of the shop's own features and of what its offer holds: 원장 직강, 제거포함."""
    facts = context.facts
    spans = [*facts.features, *(one for one in facts.conditions if not leads_benefit(one))]
    spans = [one for one in spans if not _LIMITING.search(one) and manner(one) != "has"]
    found = []
    sub = _whose(context)
    for span in spans:
        ends = has_hangul(span) and manner(span) not in ("has", "noun")
        text = sentence(span, context.tone).rstrip(".") if ends else span
        if 2 < syllables(text) <= _FEATURE_ROOM:
            found.append(idea(text, sub if sub not in text else ""))
    return found


def _whose(context: Context) -> str:
    """Return the line under a feature of the shop: where and who it is, else the product that has it."""
    names = " ".join(name for name in (context.values["region"], context.values["shop"]) if name)
    spans = (names, context.values["shop"], context.facts.product)
    return next((span for span in spans if span and syllables(span) <= SUB_ROOM), "")


def _with_sub(context: Context, first: Idea) -> Idea:
    """Return the first idea with a second line, where the facts gave none: who and where it is."""
    if first.sub:
        return first
    names = [name for name in (context.values["region"], context.values["shop"]) if name and name not in first.headline]
    other = [name for name in names if name != first.eyebrow]
    text = " ".join(names) if first.eyebrow not in names else " ".join(other)
    return replace(first, sub=text if syllables(text) <= SUB_ROOM else "")


def _eyebrow(context: Context, at: int) -> str:
    """Return the line over an angle without an offer: region, audience or shop by turns."""
    spans = [context.values["region"], context.brief.audience, context.values["shop"]]
    fit = [span for span in spans if span and syllables(span) <= SUB_ROOM - 4]
    return fit[at % len(fit)] if fit else eyebrow_of(context)
