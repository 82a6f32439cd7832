"""All that the rule writer knows when it begins: brief, facts, trade, tone, and the words at hand."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from ..text.korean import syllables
from .brief import ShopBrief
from .clauses import spoken_period
from .data import voice
from .facts import Facts
from .line_slots import fill, neighbourhood
from .nominal import Nominal, nominal, thing
from .trades import Line, Trade, TradeLines

HEADLINE_ROOM, SUB_ROOM = 10, 16
_MOST_HEADLINE = 12
_NAME_ROOM = 10
_EMPHASIS = re.compile(r"\*([^*]+)\*")

_T = TypeVar("_T")


@dataclass(frozen=True)
class Idea:
    """A headline with what stands around it."""

    headline: str
    sub: str = ""
    emphasis: str = ""
    eyebrow: str = ""


class Words(NamedTuple):
    """A headline with what stands around it, and the body."""

    idea: Idea
    body: str


@dataclass(frozen=True)
class Context:
    """One ad to be written.

    Attributes:
        brief: Checked; its tone is the one that is spoken.
        facts: What the brief says.
        trade: What is known of the trade.
        banned: Words that no line may hold, in lower case.
    """

    brief: ShopBrief
    facts: Facts
    trade: Trade
    banned: tuple[str, ...] = ()

    @property
    def tone(self) -> str:
        return self.brief.tone

    @property
    def language(self) -> str:
        return self.brief.language

    @cached_property
    def voice(self) -> dict[str, Any]:
        return voice(self.language)

    @cached_property
    def lines(self) -> TradeLines | None:
        return self.trade.lines[self.language].get(self.tone)

    @cached_property
    def offer(self) -> Nominal:
        return nominal(self.facts)

    @cached_property
    def values(self) -> dict[str, str]:
        """The values of the slots; those too long or odd for a line are empty."""
        facts = self.facts
        return {
            "shop": _short(facts.shop, _NAME_ROOM),
            "region": neighbourhood(facts.region),
            "audience": _short(re.split(r"[,/·|]", self.brief.audience)[0].strip(), _NAME_ROOM),
            "product": _short(thing(facts.product), _NAME_ROOM),
            "period": spoken_period(facts.period),
        }

    @cached_property
    def said(self) -> str:
        """All that the brief says of shop and offer, in lower case."""
        return " ".join((self.brief.shop, self.brief.offer, *self.brief.features)).lower()

    def order(self, name: str, seed: int) -> random.Random:
        """Return a source of choices for one part of one seed."""
        return random.Random(f"{self.brief!r}|{name}|{seed}")

    def turn(self, name: str, seed: int, items: Sequence[_T]) -> _T:
        """Return the item whose turn it is, so that seeds that follow each other take different ones."""
        return items[(seed + self.order(name, 0).randrange(len(items))) % len(items)]

    def filled(self, lines: Iterable[str], **more: str) -> list[str]:
        """Return the lines with their slots filled, without those that lack a value or hold a banned word."""
        values = {**self.values, **more}
        done = (fill(line, values, self.tone if self.language == "ko" else "") for line in lines)
        return self.allowed([line for line in done if line])

    def ideas(self, lines: Iterable[Sequence[str]], **more: str) -> list[Idea]:
        """Return pairs of headline and second line, filled, where both fit."""
        found = []
        for headline, sub, when in (Line(*pair) for pair in lines):
            if when and not any(word in self.said for word in when.split("|")):
                continue
            texts = self.filled([headline, sub], **more)
            if len(texts) == 2:
                found.append(idea(texts[0], texts[1]))
        return [one for one in found if syllables(one.headline) <= _MOST_HEADLINE and syllables(one.sub) <= SUB_ROOM]

    def allowed(self, lines: Iterable[str]) -> list[str]:
        """Return the lines without a banned word."""
        return [line for line in lines if not any(word in line.lower() for word in self.banned)]


def idea(headline: str, sub: str = "", eyebrow: str = "") -> Idea:
    """Return an idea; the span between asterisks is the emphasis."""
    found = _EMPHASIS.search(headline)
    return Idea(_EMPHASIS.sub(r"\1", headline), _EMPHASIS.sub(r"\1", sub), found[1] if found else "", eyebrow)


def _short(text: str, room: int) -> str:
    plain = any(char.isalpha() for char in text) and not re.search(r"[#@<>{}\[\]\\|]|https?:|www\.", text)
    return text if plain and syllables(text) <= room else ""
