"""Bodies: the offer as a sentence, what else was said of it, and a closing line of the trade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..text.korean import syllables
from .brief_context import Context, Idea
from .clauses import manner, period_kind, sentence, spoken_period
from .facts import Item
from .line_slots import fill
from .occasions import feast_lines
from .sentences import capital, close_text, joined, stems
from .trade_lines import bare_lines, mood_lines, product_lines

_MOST_SAID = 34  # of a body, by the offer; a longer list is cut to its first lines
_MOST_SHARED = 18  # of one sentence, by remarks that share its ending
_TRANSITIVE = ("goods", "service")
_SOBER = ("medical", "business")
_CALLS = re.compile(r"예약|주문|문의|전화|견적|상담|물어|book|order|call|ask", re.I)  # the call to action says that
_WON = re.compile(r"원$|냥$|won$", re.I)


def offer_body(context: Context, idea: Idea, seed: int, taken: frozenset[str] = frozenset()) -> str:
    """Return a body under a headline that holds the offer already: the details, then a closing line.

    Args:
        context: The ad.
        idea: Headline, sub and eyebrow.
        seed: Which lines.
        taken: Headlines of the trade that the other angles use.
    """
    said = close_text(f"{idea.headline} {idea.sub} {idea.eyebrow}")
    rest = left(context, said, seed, frozenset())
    rest = rest or _of_trade(context, taken | {idea.sub}, seed)
    return joined([*rest, *closing(context, "A", seed, [idea.headline, idea.sub, *rest])])


def saying_body(
    context: Context,
    idea: Idea,
    angle: str,
    seed: int,
    others: Sequence[str] = (),
    taken: frozenset[str] = frozenset(),
) -> str:
    """Return a body that says the offer itself, under a headline that doesn't.

    Args:
        context: The ad.
        idea: Headline and sub.
        angle: A, B or C.
        seed: Which lines.
        others: The bodies that stand beside it; another one comes out where it can be.
        taken: Headlines of the trade that the other angles use.
    """
    said = close_text(f"{idea.headline} {idea.sub}")
    first = say(context, angle, seed)
    rest = left(context, said + close_text(first), seed, context.offer.used)
    if not first and not rest:
        rest = _of_trade(context, taken | {idea.headline}, seed + len(angle + idea.headline), others)
    last = closing(context, angle, seed, [idea.headline, idea.sub, *rest], others)
    body = joined([first, *rest, *last])
    more = [_stopped(one.headline) for one in bare_lines(context)]
    turns = (body, joined([*last, first, *rest]), *(joined([*last, line]) for line in more))
    return next((text for text in turns if text not in others), body)


# --- the offer as a sentence ---


def say(context: Context, angle: str, seed: int) -> str:
    """Return the sentence that says the offer; empty where there is none."""
    offer = context.offer
    if context.language == "en" or offer.kind == "none":
        return _as_typed(context) if offer.kind != "none" else ""
    if offer.kind == "asked":
        return sentence(offer.whole, context.tone)
    forms = context.voice["say"][context.tone]
    lines = list(forms.get(offer.kind, ()))
    if offer.kind == "price":
        lines += forms["won"] if _WON.search(offer.price) else []
        lines += forms["object"] if context.trade.give in _TRANSITIVE else []
    if context.trade.family in _SOBER:
        lines = lines[:1]
    values = {
        "what": offer.what,
        "price": offer.price,
        "from": offer.base,
        "before": offer.before,
        "cut": offer.cut,
        "all": offer.whole,
        "items": " ".join(part for part in (_heading(context), _listed(offer.items)) if part),
        "give": context.voice["give"][context.trade.give].get(context.tone, ""),
    }
    filled = context.filled(lines, **values) or [f"{offer.whole or offer.what or offer.price}."]
    return context.turn(f"say{angle}", seed, filled)


def _heading(context: Context) -> str:
    """Return what a list is of, where its lines don't say so: 크리스마스케익 of 1호, 2호."""
    facts = context.facts
    return facts.product if facts.items and facts.product != facts.items[0].name else ""


def _as_typed(context: Context) -> str:
    """Return the offer as it was typed, where it is one short English line, else its nouns."""
    typed = " ".join(context.brief.offer.split())
    text = typed if typed and syllables(typed) <= _MOST_SAID else context.offer.whole or context.offer.items
    return capital(_stopped(text)) if text else ""


def _listed(items: str) -> str:
    """Return the lines of a list that fit a body."""
    text = ""
    for part in items.split(", "):
        longer = f"{text}, {part}" if text else part
        if text and syllables(longer) > _MOST_SAID:
            break
        text = longer
    return text


# --- what else was said ---


def sentences_of(context: Context, seed: int, used: frozenset[str], said: str = "") -> Iterator[tuple[str, str]]:
    """Yield (span, sentence) for everything besides product and price, the weightiest first.

    Args:
        context: The ad.
        seed: Which lines.
        used: Spans that the sentence of the offer holds.
        said: What was said before, without spaces.
    """
    facts, offer = context.facts, context.offer
    unsaid = [item for item in facts.items if item.price and close_text(_named_last(item)) not in said]
    if offer.kind == "items" and unsaid:
        more = _listed(", ".join(" ".join(filter(None, item)) for item in unsaid))
        yield more, _one(context, more)
    if offer.price and facts.discount:
        yield facts.discount, _one(context, facts.discount)
    if facts.price_before and offer.kind != "drop":
        yield facts.price_before, _one(context, facts.price_before)
    if facts.period and facts.period not in used:
        yield spoken_period(facts.period), hold(context, seed)
    listed = ", ".join(item.name for item in facts.items if not item.price)
    if listed:
        yield listed, _one(context, listed)
    open_long = facts.hours if facts.hours.startswith("24시간") else ""
    spans = (*facts.conditions, *facts.features, open_long)
    yield from ((span, _one(context, span)) for span in spans if span and span not in used)


def _named_last(item: Item) -> str:
    """Return the price of an item after the last word of its name, as any headline says it: 순대 4천원."""
    return " ".join([*item.name.split()[-1:], item.price])


def left(context: Context, said: str, seed: int, used: frozenset[str]) -> list[str]:
    """Return sentences for what is not said yet; remarks that end alike share one: 샤워실, 주차장 있어요."""
    groups: list[list[tuple[str, str]]] = []
    for span, text in sentences_of(context, seed, used, said):
        if close_text(span) in said:
            continue
        alike = groups and _alike(context, groups[-1][-1][0], span)
        if alike and syllables("".join(one for one, _ in groups[-1]) + span) <= _MOST_SHARED:
            groups[-1].append((span, text))
        else:
            groups.append([(span, text)])
    return [group[0][1] if len(group) == 1 else _one(context, ", ".join(span for span, _ in group)) for group in groups]


def _alike(context: Context, first: str, second: str) -> bool:
    remarks = (*context.facts.conditions, *context.facts.features)
    shared = manner(first) == manner(second) in ("does", "serves", "has", "noun")
    return shared and first in remarks and second in remarks


def _one(context: Context, span: str) -> str:
    if context.language == "en":
        return capital(_stopped(span))
    return sentence(span, context.tone)


def hold(context: Context, seed: int) -> str:
    """Return when it holds, as a sentence."""
    period = context.facts.period
    if context.language == "en" or " · " in period:
        return _one(context, period if context.language == "en" else spoken_period(period))
    lines = context.voice["hold"][context.tone][period_kind(period)]
    spoken = f"{_of_what(context)}{spoken_period(period)}"
    filled = [line for line in (fill(one, {"period": spoken}) for one in lines) if line]
    return context.turn("hold", seed, filled) if filled else f"{spoken}."


def _of_what(context: Context) -> str:
    """Return what ends with the period, where that was typed before it: 예약은 of 예약 ~12/20."""
    typed = re.search(rf"예약\S{{0,4}}\s*{re.escape(context.facts.period)}", context.brief.offer)
    until = period_kind(context.facts.period) == "until"
    return "예약은 " if typed and until and "예약" not in context.facts.period else ""


# --- the closing line ---


def closing(context: Context, angle: str, seed: int, said: Iterable[str], others: Sequence[str] = ()) -> list[str]:
    """Return a closing line of the feast or the trade that echoes what was said before it the least, or none."""
    feast = feast_lines(context).get("close", ())
    lines = context.allowed(feast or (context.lines.close if context.lines else ()))
    lines = [line for line in lines if not any(line in other for other in others)] or lines
    if not lines:
        return []
    start = context.order("close", 0).randrange(len(lines)) + seed + "ABC".index(angle)
    turns = [lines[(start + step) % len(lines)] for step in range(len(lines))]
    heard = stems(" ".join(said))
    return [min(turns, key=lambda line: (len(stems(line) & heard), bool(_CALLS.search(line))))]


def _of_trade(context: Context, taken: frozenset[str], seed: int, others: Sequence[str] = ()) -> list[str]:
    """Return two lines of the trade that belong together and that no other body says, for one with nothing to add."""
    fresh = (
        [one for one in lines if one.headline not in taken and not any(_stopped(one.headline) in o for o in others)]
        for lines in (product_lines(context), mood_lines(context))
    )
    ideas = next(filter(None, fresh), None)
    if not ideas:
        return []
    chosen = context.turn("extra", seed, ideas)
    return [_stopped(text) for text in (chosen.headline, chosen.sub) if text]


def _stopped(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."
