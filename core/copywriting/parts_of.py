"""The parts of an ad from its facts and the words of one copy."""

from __future__ import annotations

import re

from ..text.korean import syllables
from .brief import Copy
from .brief_context import Context
from .clauses import spoken_period
from .facts import Facts
from .facts.fact_types import JOINT
from .parts import AdParts, PartItem

BADGE_ROOM = 6
_FEATURES_ROOM = 24
_BADGE_LABEL = re.compile(
    r"^(?:신메뉴|신상품?|신제품|NEW|new|재입고|급매|특가|핫딜|사전\s?예약|그랜드\s?오픈|오픈|오픈\s?기념|개업|한정판|출시)$"
)
_PERCENT = re.compile(r"(?:최대\s?|up to )?\d{1,2}(?:\s?[~\-]\s?\d{1,2})?\s?(?:%|％)", re.I)
_PLUS = re.compile(r"\d{1,2}\s?\+\s?\d")
_SHORT = re.compile(r"반값|무료\s?체험|half price", re.I)
_GOOD = re.compile(
    r"선착순|한정|당일|포함|무료|가능|즉시|직강|얼리버드|정상영업|주\s?\d일|free|limited|included|same", re.I
)


def parts_of(context: Context, copy: Copy, hashtags: tuple[str, ...]) -> AdParts:
    """Return one copy as a designer sets it; what no other part holds stands in the conditions."""
    facts = context.facts
    return AdParts(
        purpose=facts.purpose,
        angle=copy.angle,
        language=context.language,
        shop=facts.shop,
        eyebrow=copy.eyebrow,
        headline=copy.headline,
        emphasis=copy.emphasis,
        sub=copy.sub,
        body=copy.body,
        product=facts.product,
        items=tuple(PartItem(name=item.name, price=item.price) for item in facts.items),
        price_before=facts.price_before,
        price_now=facts.price_now,
        discount=facts.discount,
        badge=badge(facts, f"{copy.headline} {copy.eyebrow}"),
        period=facts.period,
        conditions=JOINT.join([*facts.conditions, *_unsaid_features(facts, copy)]),
        cta=copy.call_to_action,
        contact=facts.contact,
        address=facts.address or facts.region,
        hours=facts.hours,
        link=facts.link,
        legal_note=context.trade.note.get(context.language, ""),
        hashtags=" ".join(f"#{tag}" for tag in hashtags),
    )


def _unsaid_features(facts: Facts, copy: Copy) -> list[str]:
    said = _close(" ".join((copy.headline, copy.sub, copy.body)))
    kept: list[str] = []
    for feature in facts.features:
        if _close(feature) not in said and syllables("".join([*kept, feature])) <= _FEATURES_ROOM:
            kept.append(feature)
    return kept


def badge(facts: Facts, said: str) -> str:
    """Return a word for a badge, at most six syllables, of what stands elsewhere not yet; empty where there is none."""
    spans = [*_labels(facts), *_cuts(facts.discount), *(spoken_period(facts.period),), *_good(facts.conditions)]
    fit = [span for span in spans if span and syllables(span) <= BADGE_ROOM]
    return next((span for span in fit if _close(span) not in _close(said)), "")


def _good(conditions: tuple[str, ...]) -> list[str]:
    return [one for one in conditions if _GOOD.search(one) and not re.search(r"별도|불가|만\s?가능", one)]


def _labels(facts: Facts) -> list[str]:
    return [label for label in facts.labels if _BADGE_LABEL.match(label)]


def _cuts(discount: str) -> list[str]:
    found = [match.group() for match in (e.search(discount) for e in (_PLUS, _PERCENT, _SHORT)) if match]
    return [discount, *found]


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)
