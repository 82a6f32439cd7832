"""The rule writer: three copies from the shop's facts, with no network and no model."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, product
from typing import NamedTuple, TypeVar

from ..text.korean import syllables
from . import offers
from .brief import Copy, CopySet, ShopBrief, checked
from .claims import scan
from .data import load, trades
from .hashtags import hashtags
from .image_prompt import image_prompt
from .line_slots import fill, names
from .trades import detect

HEADLINE_ROOM = 18
_FEATURE_ROOM = 25
_SHORT_FEATURE = 12
_LEAST_GROUPS = 100  # below that, echoes are taken rather than the same words again


_T = TypeVar("_T")


def write(brief: ShopBrief, seed: int = 0, banned: tuple[str, ...] = ()) -> CopySet:
    """Return three copies, hashtags, the image prompt and the risky claims of a brief.

    The same brief and seed give the same words everywhere; seeds that follow each other give other copies for as long
    as there are any (hundreds). Facts come out exactly as they went in: no number, name, price or date appears that
    was not given.

    Args:
        brief: The facts.
        seed: Any whole number.
        banned: Words that no line may hold; a fact that holds one is still said.

    Raises:
        FitAdError: The tone or the language is unknown.
    """
    words, writer = _prepared(checked(brief), banned)
    return replace(words, copies=writer.copies(seed))


@lru_cache(maxsize=16)
def _prepared(brief: ShopBrief, banned: tuple[str, ...]) -> tuple[CopySet, _Writer]:
    """Return what no seed changes, with the copies of seed 0, and what writes the others."""
    trade = detect(brief)
    offer = offers.prepare(brief.offer)
    writer = _Writer(brief, trade, offer, banned)
    words = CopySet(
        copies=writer.copies(0),
        hashtags=hashtags(brief, trade),
        image_prompt=image_prompt(brief, trade),
        flags=scan(_given(brief), trade, brief.language),
        trade=trade,
        tone=brief.tone,
        language=brief.language,
        notes=_notes(brief, offer),
    )
    return words, writer


def _given(brief: ShopBrief) -> dict[str, str]:
    return {
        "shop": brief.shop,
        "offer": brief.offer,
        "features": "\n".join(brief.features),
        "audience": brief.audience,
    }


def _notes(brief: ShopBrief, offer: offers.Offer) -> tuple[str, ...]:
    if offer.whole:
        return ()
    if not offer.text:
        return ("The offer is too long for the body and has no place to stop; it stands whole in copies only",)
    return ("The body holds the first part of the offer; it stands whole in copies",)


class _Line(NamedTuple):
    """A headline, a body or a call: its text, its written parts, and the beginnings of its words."""

    text: str
    parts: frozenset[str]
    stems: frozenset[str]


class _Writer:
    """All lines for one brief, and the order in which seeds walk through them.

    Headlines are laid out in threes, bodies in a ring. A seed takes one three and one place on the ring, and the calls
    turn once more each time all of these are used up; so a copy comes again only after thousands of others.
    """

    def __init__(self, brief: ShopBrief, trade: str, offer: offers.Offer, banned: tuple[str, ...]) -> None:
        self.brief, self.offer = brief, offer
        self.banned = tuple(word.lower() for word in banned)
        self.data = load(brief.language)
        self.lines = self.data["trades"][trade][brief.tone]
        calls = self.data["calls"][brief.tone][trades()[trade]["call"]]
        order = random.Random(repr(brief))
        self.heads = self._threes(order)
        self.bodies = self._ring(order)
        self.calls = [_line(text) for text in _shuffled(self._allowed(calls, 3), order)]
        self.steps = [step for step in range(1, len(self.calls)) if 2 * step % len(self.calls)]
        self.groups = _shuffled(_groups(self.heads, self.bodies), order)

    def copies(self, seed: int) -> tuple[Copy, Copy, Copy]:
        turn, place = divmod(seed, len(self.groups))
        three, at = self.groups[place]
        said = [(self.heads[three][i], self.bodies[(at + i) % len(self.bodies)]) for i in range(3)]
        quiet = [_quiet(self._turns(step), said) for step in self.steps]
        best = min(quiet, key=lambda found: (found[0], -len(found[1])))[1]
        calls = best[turn % len(best)]
        first, second, third = (
            Copy(head.text, body.text, call.text) for (head, body), call in zip(said, calls, strict=True)
        )
        return first, second, third

    def _turns(self, step: int) -> list[list[_Line]]:
        """Return every three of calls that are a step apart on their ring."""
        count = len(self.calls)
        return [[self.calls[(shift + i * step) % count] for i in range(3)] for shift in range(count)]

    # --- the lines ---

    def _threes(self, order: random.Random) -> list[tuple[_Line, _Line, _Line]]:
        """Return the headlines in threes without a headline in two of them; one at most says a name."""
        plain = _shuffled(self._allowed(self.lines["heads"], 3), order)
        named = _shuffled(self._allowed(self._named(), 0), order)
        threes: list[list[str]] = []
        while len(plain) >= 3 or (len(plain) == 2 and named):
            three = [plain.pop(), plain.pop(), named.pop() if named else plain.pop()]
            order.shuffle(three)
            threes.append(three)
        return [(_line(a), _line(b), _line(c)) for a, b, c in threes]

    def _named(self) -> list[str]:
        values = names(self.brief)
        filled = (fill(line, values) for line in self.data["named"][self.brief.tone])
        return [line for line in filled if line and syllables(line) <= HEADLINE_ROOM]

    def _ring(self, order: random.Random) -> list[_Line]:
        """Return the bodies so that three that follow each other have no sentence in common, where that can be."""
        left = [body for body in _shuffled(self._bodies(), order) if syllables(body.text) <= offers.BODY_ROOM]
        ring: list[_Line] = []
        while left:
            last = frozenset(chain.from_iterable(body.parts for body in ring[-2:]))
            at = next((i for i, body in enumerate(left) if not body.parts & last), 0)
            ring.append(left.pop(at))
        return ring

    def _bodies(self) -> list[_Line]:
        """Return every body there is: what is said, with a sentence before it, after it, or both."""
        tails = self._allowed(self.lines["tails"], 3)
        fact = self._fact()
        if not fact:
            return [*_sentences(tails), *(_joined(pair) for pair in product(tails, tails) if pair[0] != pair[1])]
        stops = self.data["stops"][self.brief.tone]
        leads = self._leads()
        said = list(dict.fromkeys(_closed(fact, stop) for stop in stops))
        after = [
            _joined((opening, tail), fact=opening) for opening in said for tail in (*tails, *self._features(stops))
        ]
        before = [_joined((lead, fact), fact=fact) for lead in leads]
        whole = _closed(fact, ".")
        pairs = _some_pairs(leads, tails, 3 if len(self.heads) > 4 else 6)
        both = [_joined((lead, whole, tail), fact=whole) for lead, tail in pairs]
        wraps = self._wraps()
        around = [_joined((wrap, tail)) for wrap in wraps for tail in tails]
        return [*after, *before, *both, *_sentences(wraps), *around] or _sentences(tails)

    def _leads(self) -> list[str]:
        leads = self.data["leads"][self.brief.tone]
        if not self.offer.text:
            return []
        return self._allowed((*(leads[self.offer.kind] if self.offer.kind != "any" else []), *leads["any"]), 0)

    def _wraps(self) -> list[str]:
        if not self.offer.nominal:
            return []
        lines = (fill(line, {"offer": self.offer.text}) for line in self.data["wraps"][self.brief.tone])
        return self._allowed([line for line in lines if line], 0)

    def _features(self, stops: Sequence[str]) -> list[str]:
        """Return the features that are short enough to stand after the offer."""
        short = [text for text in self.brief.features if 0 < syllables(text) <= _SHORT_FEATURE]
        return [_closed(text, stops[-1]) for text in short if text not in self.offer.text] if self.offer.text else []

    def _fact(self) -> str:
        """Return what the body is about: the offer, else the first feature that is short enough."""
        if self.brief.offer:
            return self.offer.text + self.offer.mark
        return next((line for line in self.brief.features if syllables(line) <= _FEATURE_ROOM), "")

    def _allowed(self, lines: Iterable[str], least: int) -> list[str]:
        """Return the lines without a banned word; all of them where fewer than ``least`` are left."""
        given = list(lines)
        kept = [line for line in given if not any(word in line.lower() for word in self.banned)]
        return kept if len(kept) >= least else given


def _groups(heads: Sequence[tuple[_Line, _Line, _Line]], bodies: Sequence[_Line]) -> list[tuple[int, int]]:
    """Return the pairs of a three of headlines and a place on the ring that sound well together."""
    every = list(product(range(len(heads)), range(len(bodies))))
    beside = [[bodies[(at + i) % len(bodies)] for i in range(3)] for at in range(len(bodies))]
    apart = [(three, at) for three, at in every if _apart(beside[at])]
    ranked = sorted(apart or every, key=lambda pair: _likeness(heads[pair[0]], beside[pair[1]]))
    worst = ranked[:_LEAST_GROUPS][-1]
    limit = _likeness(heads[worst[0]], beside[worst[1]])
    return [pair for pair in ranked if _likeness(heads[pair[0]], beside[pair[1]]) <= limit]


def _likeness(heads: Sequence[_Line], bodies: Sequence[_Line]) -> int:
    """Return how many beginnings of words headlines share with the bodies below them."""
    return sum(len(head.stems & body.stems) for head, body in zip(heads, bodies, strict=True))


def _apart(lines: Sequence[_Line]) -> bool:
    """Return whether three bodies have no sentence in common."""
    a, b, c = lines
    return len({line.text for line in lines}) == 3 and not (a.parts & b.parts or b.parts & c.parts or a.parts & c.parts)


def _quiet(turns: Sequence[list[_Line]], said: Sequence[tuple[_Line, _Line]]) -> tuple[int, list[list[_Line]]]:
    """Return how little calls can echo their copies, and the turns that do so."""
    heard = [_echoes(calls, said) for calls in turns]
    least = min(heard)
    return least, [calls for calls, echoes in zip(turns, heard, strict=True) if echoes == least]


def _echoes(calls: Sequence[_Line], said: Sequence[tuple[_Line, _Line]]) -> int:
    """Return how many beginnings of words the calls share with their copies."""
    pairs = zip(calls, said, strict=True)
    return sum(len(call.stems & (head.stems | body.stems)) for call, (head, body) in pairs)


def _line(text: str, parts: Iterable[str] = ()) -> _Line:
    return _Line(text, frozenset(parts), _stems(text))


def _some_pairs(leads: Sequence[str], tails: Sequence[str], each: int) -> list[tuple[str, str]]:
    """Return each tail with so many leads, every lead about as often as the others."""
    count = min(each, len(leads))
    return [(leads[(each * i + j) % len(leads)], tail) for i, tail in enumerate(tails) for j in range(count)]


def _sentences(texts: Iterable[str]) -> list[_Line]:
    return [_line(text, (text,)) for text in texts]


def _joined(parts: Sequence[str], fact: str = "") -> _Line:
    """Return a body of several sentences; the fact itself may be in all three."""
    return _line(" ".join(parts), [part for part in parts if part != fact])


def _shuffled(items: Iterable[_T], order: random.Random) -> list[_T]:
    mixed = list(items)
    order.shuffle(mixed)
    return mixed


def _closed(text: str, stop: str) -> str:
    return text if offers.ends_sentence(text) else text + stop


def _stems(text: str) -> frozenset[str]:
    """Return the beginnings of a text's words, enough to hear an echo: 들러 of 들러 주세요."""
    korean = {word[:2] for word in re.findall(r"[가-힣]{2,}", text)}
    return frozenset(korean | {word.lower()[:4] for word in re.findall(r"[A-Za-z]{4,}", text)})
