"""The rule writer: three copies from the shop's facts, with no network and no model."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from ..korean import syllables
from . import offers
from .brief import Copy, CopySet, ShopBrief, checked
from .claims import scan
from .data import load, trades
from .hashtags import hashtags
from .scenes import image_prompt
from .slots import fill, names
from .trade import detect

HEADLINE_ROOM = 18
CALL_ROOM = 12
_NAMED_SHARE = 0.6
_FEATURE_ROOM = 25


def write(brief: ShopBrief, seed: int = 0, banned: tuple[str, ...] = ()) -> CopySet:
    """Return three copies, hashtags, the image prompt and the risky claims of a brief.

    The same brief and seed give the same words everywhere. Facts come out exactly as they went in: no number, name,
    price or date appears that was not given.

    Raises:
        FitAdError: The tone or the language is unknown.
    """
    brief = checked(brief)
    trade = detect(brief)
    offer = offers.prepare(brief.offer)
    return CopySet(
        copies=_Writer(brief, trade, offer, seed).copies(),
        hashtags=hashtags(brief, trade),
        image_prompt=image_prompt(brief, trade),
        flags=scan(_given(brief), trade, brief.language),
        trade=trade,
        tone=brief.tone,
        language=brief.language,
        notes=_notes(brief, offer),
    )


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


class _Writer:
    """Draws lines for one brief so that none comes twice and none echoes its neighbours."""

    def __init__(self, brief: ShopBrief, trade: str, offer: offers.Offer, seed: int) -> None:
        self.brief, self.offer = brief, offer
        self.random = random.Random(f"{seed}/{brief!r}")
        self.data = load(brief.language)
        self.lines = self.data["trades"][trade][brief.tone]
        self.calls = self.data["calls"][brief.tone][trades()[trade]["call"]]
        self.used: set[str] = set()

    def copies(self) -> tuple[Copy, Copy, Copy]:
        heads = self._headlines()
        bodies = self._body_kinds()
        return self._copy(heads[0], bodies[0]), self._copy(heads[1], bodies[1]), self._copy(heads[2], bodies[2])

    def _copy(self, headline: str, bodies: Sequence[str]) -> Copy:
        body = self._draw(bodies, headline)
        return Copy(headline, body, self._draw(self.calls, f"{headline} {body}"))

    def _headlines(self) -> list[str]:
        heads = self.random.sample(self.lines["heads"], 3)
        named = [line for line in self._named() if syllables(line) <= HEADLINE_ROOM]
        if named and self.random.random() < _NAMED_SHARE:
            heads[self.random.randrange(3)] = self.random.choice(named)
        self.used.update(heads)
        return heads

    def _named(self) -> Iterator[str]:
        values = names(self.brief)
        for line in self.data["named"][self.brief.tone]:
            filled = fill(line, values)
            if filled:
                yield filled

    def _body_kinds(self) -> list[list[str]]:
        """Return the bodies to draw from for each of the three copies."""
        kinds = [kind for kind in (self._with_tail(), self._with_lead(), self._wrapped()) if len(kind) > 2]
        kinds = kinds or [list(self.lines["tails"])]
        first, rest = kinds[0], kinds[1:] or kinds
        drawn = [first, self.random.choice(rest), self.random.choice(kinds)]
        self.random.shuffle(drawn)
        return drawn

    def _with_tail(self) -> list[str]:
        fact = self._fact()
        if not fact:
            return list(self.lines["tails"])
        stops = self.data["stops"][self.brief.tone]
        return _fitting(f"{_closed(fact, self.random.choice(stops))} {tail}" for tail in self.lines["tails"])

    def _with_lead(self) -> list[str]:
        leads = self.data["leads"][self.brief.tone]
        if not self.offer.text:
            return []
        kind = leads[self.offer.kind] if self.offer.kind != "any" else []
        return _fitting(f"{lead} {self.offer.text}{self.offer.mark}" for lead in (*kind, *leads["any"]))

    def _wrapped(self) -> list[str]:
        if not self.offer.nominal:
            return []
        lines = (fill(line, {"offer": self.offer.text}) for line in self.data["wraps"][self.brief.tone])
        return _fitting(line for line in lines if line)

    def _fact(self) -> str:
        """Return what the body is about: the offer, else one feature that is short enough."""
        if self.brief.offer:
            return self.offer.text + self.offer.mark
        short = [line for line in self.brief.features if syllables(line) <= _FEATURE_ROOM]
        return self.random.choice(short) if short else ""

    def _draw(self, lines: Sequence[str], beside: str) -> str:
        """Return an unused line that shares the fewest words with what stands beside it."""
        fresh = [line for line in lines if line not in self.used] or list(lines)
        self.random.shuffle(fresh)
        heard = _stems(beside)
        best = min(fresh, key=lambda line: len(_stems(line) & heard))
        self.used.add(best)
        return best


def _fitting(bodies: Iterator[str]) -> list[str]:
    return [body for body in bodies if syllables(body) <= offers.BODY_ROOM]


def _closed(text: str, stop: str) -> str:
    return text if offers.ends_sentence(text) else text + stop


def _stems(text: str) -> set[str]:
    """Return the beginnings of a text's words, enough to hear an echo: 들러 of 들러 주세요."""
    return {word[:2] for word in re.findall(r"[가-힣]{2,}", text)} | {
        word.lower()[:4] for word in re.findall(r"[A-Za-z]{4,}", text)
    }
