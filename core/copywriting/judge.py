"""Holds a model's words against the rules of an ad: what passes is kept, what does not is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..text.korean import has_hangul, syllables
from .brief import HASHTAG_COUNT, ShopBrief
from .claims import risky
from .cleanup import exact_name, has_emoji, mend_particles, tidy
from .draft import COPY_FIELDS, Draft
from .fact_guard import GivenFacts, figures
from .facts import Facts
from .trades import trade

ROOM = {"headline": 18, "sub": 20, "body": 45, "call_to_action": 12}
_MOST_PROMPT = 600
_LEAST_SHARE = 0.5


class CopyFault(NamedTuple):
    """What is wrong with one field: for the model that is asked again, and for the report."""

    field: str
    reason: str
    text: str


@dataclass(frozen=True)
class CopyJudge:
    """The rules for one brief.

    Attributes:
        brief: Checked.
        trade: Its trade id.
        facts: What it says, taken apart.
        banned: Words that the shop never uses.
    """

    brief: ShopBrief
    trade: str
    facts: Facts
    banned: tuple[str, ...] = ()

    def judged(self, draft: Draft) -> tuple[Draft, tuple[CopyFault, ...]]:
        """Return what of a draft can be printed, tidied, and why the rest can't."""
        facts = GivenFacts(self.brief)
        faults: list[CopyFault] = []
        seen: set[str] = set()
        copies = tuple(self._copy(index, copy, facts, seen, faults) for index, copy in enumerate(draft.copies))
        tags = tuple(tag for tag in draft.hashtags if not self._tag_faults(tag, facts))
        if len(tags) < HASHTAG_COUNT // 3:
            faults.append(CopyFault("hashtags", f"fewer than {HASHTAG_COUNT} can be used", ""))
        return Draft(copies, tags, self._prompt(draft.image_prompt, facts, faults)), tuple(faults)

    def _copy(
        self, index: int, copy: Mapping[str, str], facts: GivenFacts, seen: set[str], faults: list[CopyFault]
    ) -> dict[str, str]:
        good: dict[str, str] = {}
        for field in ("headline", "sub", *COPY_FIELDS[1:]):
            text = self._tidied(field, copy.get(field, ""), facts)
            if field == "sub" and not text:
                continue
            reasons = [*self._line_faults(field, text, facts), *self._silent(field, text, good)]
            reasons = reasons or (["it stands there twice"] if text in seen else [])
            if reasons:
                faults.append(CopyFault(f"copies[{index}].{field}", "; ".join(reasons), text))
            else:
                seen.add(text)
                good[field] = text
        return _consistent(good, copy.get("emphasis", ""))

    def _tidied(self, field: str, text: str, facts: GivenFacts) -> str:
        """Return the text without what is not a word of it; emoji stay in the body of the trendy tone alone."""
        text = tidy(text, facts.given, emoji=self.brief.tone == "trendy" and field == "body")
        for name in (self.brief.shop, self.brief.region):
            text = exact_name(text, name)
        return mend_particles(text, (self.brief.shop, self.brief.audience)) if self.brief.language == "ko" else text

    # --- the rules ---

    def _line_faults(self, field: str, text: str, facts: GivenFacts) -> Iterator[str]:
        if not text:
            yield "it is missing"
            return
        if syllables(text) > ROOM[field]:
            yield f"it takes {syllables(text)} syllables, at most {ROOM[field]} fit"
        if not self._in_language(text, facts):
            yield f"it is not in {'Korean' if self.brief.language == 'ko' else 'English'}"
        yield from (f"'{word}' was not given" for word in facts.strangers(text, self.brief.language))
        yield from self._unwanted(text, facts)

    def _unwanted(self, text: str, facts: GivenFacts) -> Iterator[str]:
        yield from (f"'{word}' is a word the shop never uses" for word in self.banned if word.lower() in text.lower())
        yield from (
            f"'{claim}' is a claim that was not given"
            for claim in risky(text, trade(self.trade))
            if not facts.has(claim)
        )

    def _silent(self, field: str, text: str, good: Mapping[str, str]) -> Iterator[str]:
        """Yield the figures of the offer that headline, second line and body leave out together."""
        if field == "body" and text:
            said = figures(" ".join((good.get("headline", ""), good.get("sub", ""), text)))
            wanted = dict.fromkeys(figures(required(self.facts)))
            yield from (f"the offer's '{part}' is not in it" for part in wanted if part not in said)

    def _in_language(self, text: str, facts: GivenFacts) -> bool:
        own = [word for word in re.findall(r"[^\W\d_]+", text) if not facts.has(word)]
        korean = sum(len(word) for word in own if has_hangul(word))
        every = sum(len(word) for word in own)
        if self.brief.language == "en":
            return korean == 0
        return not every or korean >= _LEAST_SHARE * every

    def _tag_faults(self, tag: str, facts: GivenFacts) -> bool:
        strangers = facts.strangers(tag, "ko" if has_hangul(tag) else "en")
        return bool(strangers or has_emoji(tag) or any(word.lower() in tag.lower() for word in self.banned))

    def _prompt(self, text: str, facts: GivenFacts, faults: list[CopyFault]) -> str:
        """Return the image prompt without the parts that hold numbers, names or Hangul of their own."""
        parts = [part.strip() for part in re.split(r"[,\n]", tidy(text, "", emoji=False)) if part.strip()]
        good = [part for part in parts if not has_hangul(part) and not _foreign(part, facts)]
        prompt = ", ".join(good).rstrip(".")
        if not good or len(prompt) > _MOST_PROMPT or len(good) < len(parts) / 2:
            faults.append(CopyFault("image_prompt", "it has to be English, without numbers and names", text))
            return ""
        return prompt


def required(facts: Facts) -> str:
    """Return what each copy has to say of the offer: what is sold for how much, and what is taken off."""
    if facts.items and not facts.price_now and not facts.discount:
        return " ".join(filter(None, facts.items[0]))
    return " ".join(filter(None, (facts.product, facts.price_before, facts.price_now, facts.discount)))


def _consistent(good: dict[str, str], emphasis: str) -> dict[str, str]:
    """Return the fields with the emphasis where it is a span of the headline; without a headline, no second line."""
    if "headline" not in good:
        good.pop("sub", None)
    elif emphasis and emphasis in good["headline"]:
        good["emphasis"] = emphasis
    return good


def _foreign(part: str, facts: GivenFacts) -> bool:
    return bool(re.search(r"[^\x00-\x7f–—’é]", part) or any(not facts.has(number) for number in figures(part)))
