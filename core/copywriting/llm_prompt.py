"""What a model is told: the job, the facts taken apart, and, the second time, what was wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .brief_context import Context
from .channels import channel
from .data import load
from .facts import Facts
from .judge import CopyFault

PROMPT_VERSION = 2  # part of the cache's key: another wording, another answer

_FACT_FIELDS = ("shop", "product", "price_before", "price_now", "discount", "period", "contact", "address", "hours")
_MUST = ("product", "price_before", "price_now", "discount")
_MOST_COMPLAINTS = 12
_MOST_REPEATED = 6000


def first_messages(context: Context, today: str = "") -> list[dict[str, Any]]:
    """Return the messages of the first question.

    Args:
        context: The ad.
        today: The date, for 오늘 and 이번 주; left out where it is empty.
    """
    job = _job(context)
    given = json.dumps(_given(context, today), ensure_ascii=False, indent=1)
    return [{"role": "system", "content": job}, {"role": "user", "content": given}]


def retry_messages(
    messages: Sequence[dict[str, Any]],
    answer: str,
    complaints: Sequence[str],
    faults: Sequence[CopyFault],
    language: str,
) -> list[dict[str, Any]]:
    """Return the messages of the second question: the first, its answer, and what is wrong with it."""
    lines = [*complaints, *(f"{fault.field}: {fault.reason}" for fault in faults)]
    wrong = load("model_prompt")[language]["again"] + "\n" + "\n".join(f"- {line}" for line in lines[:_MOST_COMPLAINTS])
    said = {"role": "assistant", "content": answer[:_MOST_REPEATED] or "{}"}
    return [*messages, said, {"role": "user", "content": wrong}]


def _job(context: Context) -> str:
    words = load("model_prompt")[context.language]
    tone, purpose = words["tones"][context.tone], words["purposes"].get(context.facts.purpose, "")
    values = {
        "tone": tone["voice"],
        "good": tone["good"],
        "bad": tone["bad"],
        "angles": words["told" if context.facts.purpose in ("closed", "hiring", "notice") else "angles"],
        "purpose": purpose,
        "call": words["channels"][channel(context)],
        "emoji": words["emoji"][context.tone == "trendy"],
        "form": load("model_prompt")["form"],
    }
    text: str = words["job"]
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _given(context: Context, today: str) -> dict[str, Any]:
    """Return the brief as it was typed, and its facts taken apart; what every copy has to say is marked."""
    brief, facts = context.brief, context.facts
    given = {
        "shop": facts.shop,
        "trade": context.trade.name["en"],
        "purpose": facts.purpose,
        "offer": brief.offer,
        "must_say": [span for span in (getattr(facts, name) for name in _MUST) if span],
        "facts": _facts(facts),
        "features": list(brief.features),
        "region": facts.region,
        "audience": brief.audience,
        "today": today,
        "never_use": list(context.banned),
    }
    return {name: value for name, value in given.items() if value}


def _facts(facts: Facts) -> dict[str, Any]:
    single: dict[str, Any] = {name: getattr(facts, name) for name in _FACT_FIELDS if name != "shop"}
    single["items"] = [" ".join(filter(None, item)) for item in facts.items]
    single["conditions"] = list(facts.conditions)
    return {name: value for name, value in single.items() if value}
