"""The rule writer: three copies from the shop's facts, with no network and no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from . import channels
from .angles import OFFER, three
from .brief import Copy, CopySet, ShopBrief, checked
from .brief_context import Context, Idea, Words
from .claims import scan
from .facts import read_facts
from .hashtags import hashtags
from .image_prompt import image_prompt
from .parts_of import parts_of
from .sentences import capital
from .tones import bearable
from .trade_lines import MOOD, PRODUCT
from .trades import detect, trade
from .won import priced_in_won

_ANGLES = (OFFER, PRODUCT, MOOD)


def write(brief: ShopBrief, seed: int = 0, banned: tuple[str, ...] = ()) -> CopySet:
    """Return three copies, hashtags, the image prompt, the parts and the risky claims of a brief.

    The same brief and seed give the same words everywhere; seeds that follow each other give other copies. Facts come
    out exactly as they went in: no number, name, price or date appears that was not given.

    Args:
        brief: The facts.
        seed: Any whole number.
        banned: Words that no line may hold; a fact that holds one is still said.

    Raises:
        FitAdError: The tone, the language or the purpose is unknown.
    """
    words, context = _prepared(checked(brief), banned)
    said = three(context, seed)
    calls = channels.calls(context, [one.body for one in said], seed)
    first, second, third = map(_copy, _ANGLES, said, calls)
    copies = (first, second, third)
    return replace(words, copies=copies, parts=tuple(parts_of(context, copy, words.hashtags) for copy in copies))


def context_of(brief: ShopBrief, banned: tuple[str, ...] = ()) -> Context:
    """Return all that is known before anything is written.

    Args:
        brief: Checked.
        banned: Words that no line may hold.
    """
    facts = read_facts(brief)
    facts = priced_in_won(facts) if brief.language == "ko" else facts
    named = replace(brief, shop=facts.shop, region=facts.region)
    kind = trade(detect(named))
    tone = bearable(brief.tone, kind, facts.purpose, brief.language)
    return Context(replace(named, tone=tone), facts, kind, tuple(word.lower() for word in banned))


@lru_cache(maxsize=16)
def _prepared(brief: ShopBrief, banned: tuple[str, ...]) -> tuple[CopySet, Context]:
    """Return what no seed changes, and what the copies are written from."""
    context = context_of(brief, banned)
    empty = Copy("", "", "")
    words = CopySet(
        copies=(empty, empty, empty),
        hashtags=hashtags(context),
        image_prompt=image_prompt(context),
        flags=scan(_given(brief), context.trade, brief.language, brief.shop),
        trade=context.trade.id,
        tone=context.tone,
        language=brief.language,
        notes=tuple(_notes(brief, context)),
        facts=context.facts,
    )
    return words, context


def _copy(angle: str, words: Words, call: str) -> Copy:
    idea, body = words
    idea = _capital(idea)
    return Copy(
        headline=idea.headline,
        body=body,
        call_to_action=call,
        sub=idea.sub,
        emphasis=idea.emphasis,
        eyebrow=idea.eyebrow if idea.eyebrow not in (idea.headline, idea.sub) else "",
        angle=angle,
    )


def _capital(idea: Idea) -> Idea:
    """Return an idea whose English lines begin with a capital."""
    headline, emphasis = capital(idea.headline), idea.emphasis
    if emphasis and emphasis not in headline:
        emphasis = capital(emphasis)
    return replace(idea, headline=headline, emphasis=emphasis, sub=capital(idea.sub))


def _given(brief: ShopBrief) -> dict[str, str]:
    return {
        "shop": brief.shop,
        "offer": brief.offer,
        "features": "\n".join(brief.features),
        "audience": brief.audience,
    }


def _notes(brief: ShopBrief, context: Context) -> Iterator[str]:
    if context.tone != brief.tone:
        name = context.trade.name["en"]
        about = (
            name if context.facts.purpose not in ("closed", "hiring", "notice") else f"purpose {context.facts.purpose}"
        )
        yield f"The tone {brief.tone} does not suit the {about}; the copies speak {context.tone}"
    if not (brief.shop or brief.offer or brief.features):
        yield "Shop, offer and features are empty; the copies can only speak in general"
    elif not (brief.offer or brief.features):
        yield "Offer and features are empty; the copies speak of the trade alone"
