"""Fifteen hashtags that people use: place and trade, product, occasion, shop, for whom; none made of fragments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..text.korean import has_hangul
from .brief import HASHTAG_COUNT, ShopBrief
from .brief_context import Context
from .claims import is_risky
from .data import load
from .nominal import thing
from .trades import Trade, trade

_LONGEST = 16
_LATIN_BESIDE_HANGUL = 3
_MOST_PLACES = 5
_FRAGMENT = re.compile(
    r"(?:까지|부터|에서|에게|으로|하면|하고|을|를|은|는|와|과|의|에|시|요|니다|세요|드려|하기|해서|오면|되는|있는|없는|가능|포함|별도|이상|한정|무료|할인)$"
)
_WHOLE = re.compile(r"^(?:전|모든|전체)?\s?(?:품목|메뉴|상품|제품|좌석|객실|전품목|전메뉴|전상품)$")
_TOLD = ("closed", "hiring", "notice")  # no present is sold there
_LEGAL = re.compile(r"\(주\)|㈜|\(유\)|주식회사|유한회사")
_LEVEL = re.compile(r"초등|중등|고등")
_LEVELS = {"초등": "초등|초[1-6]", "중등": "중등|중학|중[1-3]", "고등": "고등|고[1-3]"}
_AMOUNT = re.compile(r"\(?\d[\d,.]*\s?[가-힣A-Za-z]{0,3}\)?")


class Region(NamedTuple):
    """A region by its parts; each may be empty: 인천, 서구, 청라동, 합정역."""

    city: str = ""
    district: str = ""
    dong: str = ""
    station: str = ""


def hashtags(context: Context) -> tuple[str, ...]:
    """Return fifteen distinct hashtags without '#' and without spaces, those in Hangul first."""
    kind, language = context.trade, context.language
    # who looks for a job does not look among the dishes
    hiring = context.facts.purpose == "hiring"
    own = load("tags")["purposes"]["hiring"][language] if hiring else _of_trade(context)
    names = [*_candidates(context), *own, *_general_tags(language)]
    names = [name for name in names if not _of_the_other(name, context)]
    if language == "ko":
        names = [name for name in names if has_hangul(name) or name == context.facts.shop]
    return _sorted(_first(_distinct(names, kind), HASHTAG_COUNT))


def merged(written: Iterable[str], rules: tuple[str, ...], brief: ShopBrief, trade_id: str) -> tuple[str, ...]:
    """Return fifteen hashtags: those of the place, then the written ones, then those of the rules; Hangul first.

    Args:
        written: A model's hashtags.
        rules: Fifteen of :func:`hashtags`.
        brief: Checked.
        trade_id: The trade.
    """
    places = [place for place in (*parted(brief.region), *_stems(parted(brief.region))) if place]
    near = [tag for tag in rules if any(tag.startswith(place) for place in places)]
    tags = list(_distinct([*near, *written, *rules], trade(trade_id)))
    latin = [tag for tag in tags if not has_hangul(tag)]
    if brief.language == "ko":
        korean = [tag for tag in tags if has_hangul(tag)]
        tags = [*korean[: HASHTAG_COUNT - min(len(latin), _LATIN_BESIDE_HANGUL)], *latin]
    return _sorted(tags[:HASHTAG_COUNT])


def _candidates(context: Context) -> Iterator[str]:
    facts, language = context.facts, context.language
    nouns = _nouns(context)
    yield from _first(_places(facts.region, nouns, facts.purpose == "hiring"), _MOST_PLACES)
    yield from _purpose(facts.purpose, language)
    yield from _products(context)
    if facts.purpose not in _TOLD:
        yield from _season(context)
    yield _LEGAL.sub("", facts.shop)
    yield from nouns
    yield from _audience(context)


def _nouns(context: Context) -> list[str]:
    """Return what the trade is called in hashtags, the closer words of the brief first: 필라테스, 키즈카페."""
    if context.language == "en" and not has_hangul(context.facts.region):
        return list(context.trade.tags["en"][:2])
    said = " ".join((context.brief.shop, context.brief.offer, *context.brief.features))
    found = sorted((word for word in context.trade.nouns if word in said), key=len, reverse=True)
    close = [context.trade.nouns[word] for at, word in enumerate(found) if not any(word in one for one in found[:at])]
    own = set(close) & set(context.trade.near)
    return list(dict.fromkeys([*close[:2], *(() if own else context.trade.near)]))


def _of_trade(context: Context) -> list[str]:
    """Return the tags of the trade, without those of its other kind: no 요가 for a shop that says 필라테스."""
    nouns, near = set(_nouns(context)), set(context.trade.near)
    others = near - nouns if nouns & near else set()
    tags = [tag for tag in context.trade.tags[context.language] if not any(other in tag for other in others)]
    return [tag for tag in tags if not _of_another_school(tag, context)]


def _of_the_other(tag: str, context: Context) -> bool:
    """Return whether a tag is for the one of two that the brief does not name: 고양이 for 강아지 스케일링."""
    said = " ".join((context.brief.shop, context.brief.offer, *context.brief.features))
    for pair in load("tags")["either"]:
        named = [bool(re.search(one, said, re.IGNORECASE)) for one in pair]
        if named in ([True, False], [False, True]) and re.search(pair[named.index(False)], tag, re.IGNORECASE):
            return True
    return False


def _of_another_school(tag: str, context: Context) -> bool:
    """Return whether a tag names a school that the brief, which names one itself, doesn't: 고등학원 for 중학생."""
    said = f"{context.brief.audience} {context.brief.offer}"
    meant = {level for level, words in _LEVELS.items() if re.search(words, said)}
    found = _LEVEL.search(tag)
    return bool(found and meant and found.group() not in meant)


# --- places ---


def parted(region: str) -> Region:
    """Return a region by its parts: 관악구 신림동, 천안 불당동, 합정역 2번출구."""
    cities = set(load("tags")["cities"])
    found = dict.fromkeys(Region._fields, "")
    for word in re.split(r"[\s,/·|()]+", region):
        bare = re.sub(r"(?:특별자치|특별|광역)?시$", "", word)
        if not re.fullmatch(r"[가-힣]{2,7}", word) or word in ("출구", "근처", "부근"):
            continue
        if bare in cities and not found["city"]:
            found["city"] = bare
        elif word.endswith("역"):
            found["station"] = word
        elif word.endswith(("구", "군", "시")) and len(word) > 2:
            found["district"] = word
        else:
            found["dong"] = word
    return Region(**found)


def _stems(region: Region) -> list[str]:
    """Return the short forms that people write: 성수 of 성수동, 노원 of 노원구, 합정 of 합정역."""
    stems = [
        re.sub(r"(?:동|구|역|읍|면|군|시)$", "", place) for place in (region.dong, region.station, region.district)
    ]
    return [stem for stem in dict.fromkeys(stems) if len(stem) > 1]


def _places(region_text: str, nouns: list[str], hiring: bool) -> Iterator[str]:
    """Yield place and noun in one; a place alone is none, since 중동 may be anywhere."""
    if not nouns:
        return
    if not has_hangul(region_text):
        place = re.sub(r"[^A-Za-z]", "", region_text)
        yield from (place + noun for noun in nouns if place)
        return
    region = parted(region_text)
    noun, *others = [load("tags")["hiring_word"], *nouns] if hiring else nouns
    clear = region.dong and region.dong not in load("tags")["ambiguous"]
    if region.city and region.dong:
        yield region.city + region.dong + noun
    if clear:
        yield region.dong + noun
    region = region if clear else region._replace(dong="")
    yield from (stem + noun for stem in _stems(region))
    if region.station:
        yield region.station + noun
    if region.city:
        yield region.city + noun
    yield from (
        stem + other
        for stem in (_stems(region) if clear or region.station else [region.city])
        for other in others
        if stem
    )


# --- what is sold, when, and for whom ---


def _purpose(purpose: str, language: str) -> Iterator[str]:
    words = load("tags")["purposes"].get(purpose, {}).get(language, [])
    yield from words[:2]


def _products(context: Context) -> Iterator[str]:
    facts = context.facts
    if facts.purpose == "hiring":
        yield re.sub(r"\s", "", facts.product)
        return
    for name in (facts.product, *(item.name for item in facts.items)):
        whole = " ".join(word for word in _AMOUNT.sub("", name).split() if not _WHOLE.match(word))
        parts = re.split(r"\s?[+/&]\s?", whole)
        yield from (tag for tag in (*parts, thing(whole)) if _is_noun(tag))


def _is_noun(text: str) -> bool:
    """Return whether a product's name can stand as a hashtag: no option, no verb, no bare amount."""
    bare = re.sub(r"\s", "", text)
    plain = (
        len(bare) > 1 and not _WHOLE.match(bare) and not _FRAGMENT.search(bare) and bare not in load("tags")["options"]
    )
    whole = len(text.split()) > 1 and not re.search(r"&|\bset$|^-", text.strip())
    return plain and not any(char.isdigit() for char in bare) and (has_hangul(bare) or whole)


def _season(context: Context) -> list[str]:
    """Return the hashtags of the feast or season that the brief speaks of."""
    said = context.facts.occasion.lower()
    for season in load("tags")["seasons"]:
        if said and any(word in said for word in season["words"]):
            return list(season[context.language])[:2]
    return []


def _audience(context: Context) -> Iterator[str]:
    for one in re.split(r"[,/·|]", context.brief.audience)[:2]:
        word = one.strip()
        if word and len(word.split()) <= 2 and not _FRAGMENT.search(word):
            yield word


# --- what can stand ---


def _distinct(candidates: Iterable[str], kind: Trade) -> Iterator[str]:
    seen: set[str] = set()
    for candidate in candidates:
        tag = re.sub(r"[^\w]|[ㄱ-ㅎㅏ-ㅣ]", "", candidate).strip("_")
        usable = 1 < len(tag) <= _LONGEST and sum(char.isdigit() for char in tag) <= len(tag) / 3
        if usable and any(char.isalpha() for char in tag) and tag.lower() not in seen and not is_risky(tag, kind):
            seen.add(tag.lower())
            yield tag


def _general_tags(language: str) -> tuple[str, ...]:
    return trade("general").tags[language]


def _sorted(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(tags, key=lambda tag: not has_hangul(tag)))


def _first(items: Iterable[str], count: int) -> list[str]:
    return [item for item, _ in zip(items, range(count), strict=False)]
