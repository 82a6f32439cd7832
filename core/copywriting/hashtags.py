"""Fifteen hashtags: neighbourhood and trade, the shop, the offer, who it is for; Korean first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..text.korean import has_hangul
from .brief import HASHTAG_COUNT, ShopBrief
from .claims import is_risky
from .data import load, trades
from .line_slots import neighbourhood

_ENGLISH_AT_THE_END = 3
_LONGEST = 20
_PARTICLE_ENDS = re.compile(r"(?<=[가-힣]{2})(까지|부터|에서|에게|으로|하면|하고|을|를|은|는|와|과|의)$")
_VERB_ENDS = re.compile(r"(요|니다|세요|면|하는|드려|하기|해서|오면|되는|있는|없는)$")


def hashtags(brief: ShopBrief, trade: str) -> tuple[str, ...]:
    """Return fifteen distinct hashtags without '#' and without spaces, those in Hangul first."""
    fill = load("trades")["fill"]
    korean = brief.language == "ko"
    tags = list(_distinct(_candidates(brief, trade), trade))
    main = [tag for tag in tags if has_hangul(tag) or not korean]
    if korean:
        english = [*(tag for tag in tags if not has_hangul(tag)), *trades()[trade]["tags"]["en"]]
        main = _first(_distinct([*main, *fill["ko"]], trade), HASHTAG_COUNT - _ENGLISH_AT_THE_END)
        main += english
    chosen = _first(_distinct([*main, *fill["en"], *trades()["general"]["tags"]["en"]], trade), HASHTAG_COUNT)
    return tuple(sorted(chosen, key=lambda tag: not has_hangul(tag)))


def merged(written: Iterable[str], rules: tuple[str, ...], brief: ShopBrief, trade: str) -> tuple[str, ...]:
    """Return fifteen hashtags: the neighbourhood's, then the written ones, then those of the rules; Hangul first.

    Args:
        written: A model's hashtags.
        rules: Fifteen of :func:`hashtags`.
    """
    near = [tag for tag in rules if neighbourhood(brief.region) and tag.startswith(neighbourhood(brief.region))]
    tags = list(_distinct([*near, *written, *rules], trade))
    latin = [tag for tag in tags if not has_hangul(tag)]
    if brief.language == "ko":
        korean = [tag for tag in tags if has_hangul(tag)]
        tags = [*korean[: HASHTAG_COUNT - min(len(latin), _ENGLISH_AT_THE_END)], *latin]
    return tuple(sorted(tags[:HASHTAG_COUNT], key=lambda tag: not has_hangul(tag)))


def _candidates(brief: ShopBrief, trade: str) -> Iterator[str]:
    entry = trades()[trade]
    own = entry["tags"][brief.language]
    special = _special(brief, entry) if brief.language == "ko" else []
    yield from _near(brief, entry, special)
    yield from special
    yield from own[:3]
    yield brief.shop
    yield from _first(_words(brief.offer), 3)
    yield from _first(re.split(r"[,/·|]", brief.audience), 2)
    yield from _season(brief)
    yield from _first(_phrases(brief.features), 3)
    yield from own[3:]


def _special(brief: ShopBrief, entry: dict[str, Any]) -> list[str]:
    """Return the closer names of the trade that the brief speaks of: 필라테스 of a gym, 수학학원 of an academy."""
    said = " ".join((brief.shop, brief.offer, *brief.features))
    return _first(dict.fromkeys(tag for word, tag in entry["special"].items() if word in said), 2)


def _near(brief: ShopBrief, entry: dict[str, Any], special: list[str]) -> Iterator[str]:
    place = neighbourhood(brief.region)
    if place:
        suffixes = [*special, *entry["near"]] if has_hangul(place) else entry["tags"]["en"]
        yield from (place + suffix for suffix in suffixes[:2])
        yield place


def _season(brief: ShopBrief) -> list[str]:
    """Return the hashtags of the first season or occasion that the brief speaks of: 여름 of 6월, not of 16월."""
    said = " ".join((brief.offer, *brief.features, brief.audience, "")).lower()
    for season in load("trades")["seasons"]:
        if any(re.search(rf"(?<![\d가-힣a-z]){re.escape(word)}", said) for word in season["words"]):
            return list(season[brief.language])
    return []


def _phrases(features: Iterable[str]) -> list[str]:
    """Return the short features as they are written in hashtags: 직접로스팅 of '직접 로스팅'."""
    short = (feature for feature in features if re.fullmatch(r"[가-힣A-Za-z ]{2,14}", feature))
    return [feature.replace(" ", "") for feature in short if not _VERB_ENDS.search(feature)]


def _words(text: str) -> list[str]:
    """Return the words of a text that make sense as hashtags: no numbers, no verbs, no connecting words."""
    drop = {word for words in load("trades")["drop"].values() for word in words}
    bare = (_PARTICLE_ENDS.sub("", word) for word in re.findall(r"(?<![\w])[가-힣A-Za-z]{2,12}(?![\w])", text))
    return [word for word in bare if len(word) > 1 and word.lower() not in drop and not _VERB_ENDS.search(word)]


def _distinct(candidates: Iterable[str], trade: str) -> Iterator[str]:
    seen: set[str] = set()
    for candidate in candidates:
        tag = re.sub(r"[^\w]|[ㄱ-ㅎㅏ-ㅣ]", "", candidate).strip("_")
        usable = 1 < len(tag) <= _LONGEST and any(char.isalpha() for char in tag)
        if usable and tag.lower() not in seen and not is_risky(tag, trade):
            seen.add(tag.lower())
            yield tag


def _first(items: Iterable[str], count: int) -> list[str]:
    return [item for item, _ in zip(items, range(count), strict=False)]
