"""Which trade a shop is in, from what its owner typed, and what is known of that trade (data/trades)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .brief import ShopBrief

GENERAL = "general"
FOLDER = Path(__file__).resolve().parents[2] / "data" / "trades"
_STRENGTHS = {"shop": 4, "goods": 3, "hints": 1}
_FIELDS = (("shop", 3), ("offer", 2), ("features", 1))
_LAST_WORD = 2  # what a name ends in says what the shop is: 꽃집 카페


class Line(NamedTuple):
    """A headline and its second line; a span between asterisks is the emphasis.

    Attributes:
        headline: May hold the slots of the voice.
        sub: The same.
        when: Words with | between them, one of which the brief has to say; empty where the line suits all of the trade.
    """

    headline: str
    sub: str
    when: str = ""


class TradeLines(NamedTuple):
    """What a trade says in one language and tone."""

    product: tuple[Line, ...]
    mood: tuple[Line, ...]
    close: tuple[str, ...]


@dataclass(frozen=True)
class Trade:
    """What is known of a trade.

    Attributes:
        id: The name of its file.
        name: Name by language.
        family: The kind of business: food | beauty | medical | business …
        call: How it is reached: visit | book | ask | order.
        give: How it gives what it sells: goods | service | join | stay | listed.
        near: What follows a place in hashtags.
        nouns: The closer word by what the brief speaks of.
        tags: Hashtags by language, the most used first.
        scene: What a photo of it shows, where no product is known.
        props: What lies beside.
        things: English of a product by its name.
        laws: Rooms of the law that its claims fall under.
        note: What the law wants an ad of it to say, by language.
        lines: Lines by language and tone; a tone that would be absurd is not there.
    """

    id: str
    name: Mapping[str, str]
    family: str
    call: str
    give: str
    near: tuple[str, ...]
    nouns: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    scene: str
    props: str
    things: Mapping[str, str]
    laws: tuple[str, ...]
    note: Mapping[str, str]
    lines: Mapping[str, Mapping[str, TradeLines]]


def detect(brief: ShopBrief) -> str:
    """Return the trade id whose words weigh most: the shop's name first, then the offer, then the features.

    Hints only tip the balance; without a word of a shop or of goods the trade is general.
    """
    scores: Counter[str] = Counter()
    sure: set[str] = set()
    texts = {"shop": brief.shop, "offer": brief.offer, "features": "\n".join(brief.features)}
    for field, weight in _FIELDS:
        for match in _pattern().finditer(texts[field]):
            last = field == "shop" and match.end() == len(texts[field].rstrip())
            for trade, kind in _meanings(match.group().lower()):
                scores[trade] += weight * _STRENGTHS[kind] + (_LAST_WORD if last else 0)
                sure |= {trade} if kind != "hints" else set()
    return max((trade for trade in sorted(sure)), key=lambda trade: scores[trade], default=GENERAL)


@cache
def trades() -> Mapping[str, Trade]:
    """Return every trade by id."""
    return {path.stem: _trade(path.stem, _read(path)) for path in sorted(FOLDER.glob("*.yaml"))}


def trade(name: str) -> Trade:
    """Return one trade; the general one for a name that is none."""
    return trades().get(name) or trades()[GENERAL]


# --- the files ---


@cache
def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
    return data


def _trade(name: str, data: dict[str, Any]) -> Trade:
    things = {word: english for words, english in data.get("things", {}).items() for word in words.split("|")}
    return Trade(
        id=name,
        name=data["name"],
        family=data["family"],
        call=data["call"],
        give=data["give"],
        near=tuple(data["near"]),
        nouns=data.get("nouns", {}),
        tags={language: tuple(tags) for language, tags in data["tags"].items()},
        scene=data["scene"],
        props=data["props"],
        things=things,
        laws=tuple(data.get("laws", ())),
        note=data.get("note", {}),
        lines={language: _tones(data[language]) for language in ("ko", "en")},
    )


def _tones(data: dict[str, Any]) -> dict[str, TradeLines]:
    return {
        tone: TradeLines(
            tuple(Line(*pair) for pair in lines["product"]),
            tuple(Line(*pair) for pair in lines["mood"]),
            tuple(lines["close"]),
        )
        for tone, lines in data.items()
    }


@cache
def _keywords() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for kind, words in _read(path)["keywords"].items():
            for word in words:
                found.setdefault(str(word).lower(), []).append((path.stem, kind))
    return found


@cache
def _meanings(found: str) -> tuple[tuple[str, str], ...]:
    """Return the trades and kinds of a found word, however its keyword is bound to the ends of words."""
    return tuple(
        meaning for word in (found, f"^{found}", f"{found}$", f"^{found}$") for meaning in _keywords().get(word, ())
    )


@cache
def _pattern() -> re.Pattern[str]:
    """Return what finds the keywords; where two overlap, the earlier and then the longer one counts.

    Hangul is found anywhere in a word, with ``^`` only where a word begins, with ``$`` only where it ends; Latin words
    are found whole.
    """
    ordered = sorted(_keywords(), key=len, reverse=True)
    return re.compile("|".join(_expression(word) for word in ordered), re.IGNORECASE)


def _expression(word: str) -> str:
    bare = re.escape(word.strip("^$"))
    if bare.isascii():
        return rf"(?<![A-Za-z]){bare}(?![A-Za-z])"
    return ("(?<![가-힣])" if word.startswith("^") else "") + bare + ("(?![가-힣])" if word.endswith("$") else "")
