"""Nothing is said that was not given: numbers, prices, dates, names, and what only the owner can know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from unicodedata import normalize

from .brief import ShopBrief
from .data import load
from .won import won_unit

# a number with all that belongs to it: 12,000  6/30  14:30  010-1234-5678  1+1
_NUMBER = re.compile(r"([$₩￦€£¥]\s?)?(\d+(?:[.,:/+\-]\d+)*)(\s?(?:%|％|퍼센트|프로|[가-힣]{1,2}|[A-Za-z]{1,4})?)")
_LINK = re.compile(
    r"https?://[^\s가-힣]+|www\.[^\s가-힣]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w+|(?<![\w.])@[A-Za-z0-9_.]+"
    r"|(?<![A-Za-z0-9-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.(?:com|net|kr|co|io|shop)(?![A-Za-z0-9.])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’&.-]*[A-Za-z]")
# kana, Chinese, Cyrillic, Arabic: what multilingual models slip into
_FOREIGN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0400-\u04ff\u0600-\u06ff]+")
_DEAL = re.compile(
    r"할인|세일|특가|무료|증정|쿠폰|적립|혜택|서비스|\d\s?\+\s?\d|%|％|sale|off\b|free|discount|deal|gift",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:…\"“‘(\n]\s{0,8}|[-–—]\s)$")


class GivenFacts:
    """What was given, ready to hold texts against."""

    def __init__(self, brief: ShopBrief, more: tuple[str, ...] = ()) -> None:
        parts = (brief.shop, brief.offer, *brief.features, brief.region, brief.audience, *_details(brief), *more)
        self.given = normalize("NFC", "\n".join(parts))
        self._close = _close(self.given)
        typed = list(_numbers(self.given))
        self._numbers = {*typed, *((sign, number, won_unit(sign, number, unit)) for sign, number, unit in typed)}
        self._benefit = bool(_DEAL.search(brief.offer))

    def strangers(self, text: str, language: str) -> list[str]:
        """Return what stands in a text and was not given, each in its own words and only once."""
        text = normalize("NFC", text)
        found = [*self._strange_numbers(text, language), *self._strange_names(text, language), *self._claims(text)]
        return list(dict.fromkeys(item.strip() for item in found))

    def has(self, text: str) -> bool:
        """Return whether a text was given, spaces and case aside."""
        return _close(text) in self._close

    # --- numbers ---

    def _strange_numbers(self, text: str, language: str) -> Iterator[str]:
        for prefix, number, unit in _numbers(text):
            if (prefix, number, unit) not in self._numbers:
                yield f"{prefix}{number}{unit}"
        yield from (char for char in text if char.isnumeric() and not char.isdecimal() and char not in self.given)
        for match in _rule("words", language).finditer(text):
            if not self.has(match.group()):
                yield match.group()

    # --- names ---

    def _strange_names(self, text: str, language: str) -> Iterator[str]:
        yield from (link.group() for link in _LINK.finditer(text) if not self.has(link.group()))
        yield from (run.group() for run in _FOREIGN.finditer(text) if not self.has(run.group()))
        for pattern in (_names(), _people()):
            yield from (name.group() for name in pattern.finditer(text) if not self.has(name.group()))
        yield from self._strange_words(text, language)

    def _strange_words(self, text: str, language: str) -> Iterator[str]:
        """Yield Latin words in Korean text, and capitalised ones in the middle of an English sentence."""
        words = list(_WORD.finditer(text))
        titled = sum(word.group()[0].isupper() for word in words) > 0.6 * len(words)
        for word in words:
            bare = re.sub(r"['’]\w{0,2}$", "", word.group())
            known = bare.lower() in load("facts")["latin"] or self.has(bare)
            if known or (language == "en" and (titled or not bare[0].isupper() or _starts(text, word.start()))):
                continue
            yield word.group()

    # --- what only the owner can know ---

    def _claims(self, text: str) -> Iterator[str]:
        for entry in load("facts")["claims"]:
            for match in _pattern(entry["pattern"]).finditer(text):
                covered = self._benefit and _pattern(load("facts")["soft"]).fullmatch(match.group())
                if not covered and not self.has(match.group()):
                    yield match.group()


def _details(brief: ShopBrief) -> tuple[str, ...]:
    return (brief.period, brief.contact, brief.address, brief.hours, brief.link)


def figures(text: str) -> list[str]:
    """Return the numbers of a text with what belongs to them, as they are written."""
    return [f"{prefix}{number}{unit}" for prefix, number, unit in _numbers(text)]


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (currency sign, number, unit) for every number of a text; spaces before the unit don't count."""
    for prefix, number, tail in _NUMBER.findall(text):
        yield prefix.strip(), number, _unit(tail.strip())


def _unit(tail: str) -> str:
    """Return the unit that a number's tail begins with: 원 of 원에."""
    fitting = [unit for unit in load("facts")["units"] if _is_unit(tail.lower(), unit)]
    return max(fitting, key=len, default="")


def _is_unit(tail: str, unit: str) -> bool:
    return tail == unit or (not unit.isascii() and tail.startswith(unit))


def _starts(text: str, at: int) -> bool:
    return bool(_SENTENCE_START.search(text[:at]))


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\|\s+", "|", text.strip()), re.IGNORECASE)


@cache
def _rule(group: str, language: str) -> re.Pattern[str]:
    return re.compile(load("facts")[group][language], re.IGNORECASE)


@cache
def _names() -> re.Pattern[str]:
    data: dict[str, Any] = load("facts")
    names = sorted((*data["brands"], *data["places"]), key=len, reverse=True)
    parts = [rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])" if n.isascii() else rf"(?<![가-힣]){n}" for n in names]
    return re.compile("|".join(parts) + r"|[가-힣A-Za-z]{1,8}(?:본점|지점|호점)", re.IGNORECASE)


@cache
def _people() -> re.Pattern[str]:
    data = load("facts")
    return re.compile(rf"(?<![가-힣])[{data['surnames']}][가-힣]{{1,2}}\s?(?:{data['titles']})(?![가-힣]{{3}})")
