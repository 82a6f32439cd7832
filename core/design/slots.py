"""Which words of an ad go into which slot of a design: every part is used once, and what is left is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..copywriting.parts import AdParts
from .facts import offer_kind
from .schema_words import Item, WordsLayer

# what never stands on a picture, or stands there by other means
_NOT_SET = ("purpose", "angle", "language", "emphasis", "hashtags", "items")
_BRANCH = re.compile(r"(?P<name>.+?)\s+(?P<branch>\S{1,8}(?:점|역|동|로|길|읍|면|호점|본점|캠퍼스))")
_STANDS_FOR = {
    "offer": ("discount", "price_now"),
    "price": ("price_now",),
    "when": ("period", "hours"),
    "place": ("address",),
    "facts": ("conditions",),
    "reach": ("contact", "cta", "link"),
}


@dataclass(frozen=True)
class Slot:
    """The words of one item.

    Attributes:
        text: What it says.
        part: The part that it comes from; empty for words of the design's own.
        label: Small words with it.
        emphasis: A span of the text that carries it.
    """

    text: str
    part: str
    label: str = ""
    emphasis: str = ""


@dataclass(frozen=True)
class Filled:
    """The words of all items, by layer and item id; and the parts that found no slot."""

    slots: dict[tuple[str, str], Slot]
    left_out: tuple[str, ...]


def fill_slots(layers: Iterable[WordsLayer], parts: AdParts, logo: bool = False) -> Filled:
    """Return the words of every item: those of the lowest ``prio`` choose first, then those of the lowest layer."""
    layers = list(layers)
    split = _may_split(layers, parts)
    wanted = [(item.prio, number, layer.id, item) for number, (layer, item) in enumerate(_items(layers))]
    used: set[str] = set()
    slots: dict[tuple[str, str], Slot] = {}
    for _, _, layer_id, item in sorted(wanted, key=lambda entry: entry[:2]):
        said = " ".join(slot.text for slot in slots.values())
        slot = _slot(item, parts, used if split else used | {"emphasis"}, said, logo)
        if slot is not None:
            slots[layer_id, item.id] = slot
            used |= _uses(slot.part, parts)
    said = " ".join(slot.text for slot in slots.values())
    left = (name for name in _facts_of(parts) if name not in used)
    return Filled(slots, tuple(name for name in left if name == "items" or not _is_said(getattr(parts, name), said)))


def value_of(source: str, parts: AdParts) -> str:
    """Return what a source says: a part, a share of one, or its own words after ``=``."""
    if source.startswith("="):
        return source[1:]
    if source == "headline-rest":
        return _rest(parts)
    if source in ("shop-name", "shop-branch"):
        return dict(zip(("shop-name", "shop-branch"), shop_and_branch(parts.shop), strict=True))[source]
    if source == "offer":
        return parts.discount if offer_kind(parts) != "price" and parts.discount else parts.price_now
    if source in _STANDS_FOR:
        return next((v for name in _STANDS_FOR[source] if (v := getattr(parts, name))), "")
    return str(getattr(parts, source, "") or "") if source != "items" else ""


def shop_and_branch(shop: str) -> tuple[str, str]:
    """Return a shop's name and its branch or quarter, where it names one: 모먼트헤어 망원점."""
    found = _BRANCH.fullmatch(shop.strip())
    return (found["name"], found["branch"]) if found else (shop.strip(), "")


def caption_rest(parts: AdParts, left_out: Sequence[str]) -> list[str]:
    """Return the words that found no slot, for the caption."""
    return [str(getattr(parts, name)) for name in left_out if getattr(parts, name, "")]


def _items(layers: Iterable[WordsLayer]) -> list[tuple[WordsLayer, Item]]:
    return [(layer, item) for layer in layers for row in layer.rows for item in row.items]


def _is_said(text: str, said: str) -> bool:
    """Return whether every word of a text stands on the ad already."""
    have = set(re.findall(r"[\w%+,./:–-]+", said))
    return bool(text) and set(re.findall(r"[\w%+,./:–-]+", text)) <= have


def _without_said(text: str, parts: AdParts, used: set[str]) -> str:
    """Return a line without what stands elsewhere as a whole part: 가을 신상 30% 할인 beside 30% 할인 is 가을 신상."""
    for name in ("discount", "price_now", "price_before", "period", "product"):
        span = getattr(parts, name)
        if name in used and span and span != text and len(span) >= 2:
            if text.endswith(span):
                text = text[: -len(span)].rstrip(" ,·:-")
            elif text.startswith(span):
                text = text[len(span) :].lstrip(" ,·:-")
    return text


def _slot(item: Item, parts: AdParts, used: set[str], said: str, logo: bool) -> Slot | None:
    language = parts.language or "ko"
    label = item.label.get(language, item.label.get("ko", ""))
    if item.set == "menu":
        return Slot("\n".join(f"{i.name}\t{i.price}" for i in parts.items), "items") if parts.items else None
    if item.set == "qr":
        return Slot(parts.link, "link", label) if parts.link and "link" not in used else None
    if item.set == "logo":
        return Slot("", "") if logo else None
    if item.set in ("rule", "stars", "icon", "quote"):
        return Slot("", "")
    for source in item.say:
        text = value_of(source, parts).strip()
        part = _part_of(source, parts)
        if source in ("headline", "product", "eyebrow", "sub"):
            text = _without_said(text, parts, used)
        if text and (source.startswith("=") or not (_uses(part, parts) & used or _is_said(text, said))):
            return Slot(text, part, label, parts.emphasis if part == "headline" else "")
    return Slot(label, "") if label and not item.say else None


def _may_split(layers: Sequence[WordsLayer], parts: AdParts) -> bool:
    """Return whether the emphasis may stand alone: it is the whole headline, or something says the rest."""
    rest = any("headline-rest" in item.say for _, item in _items(layers))
    return parts.emphasis == parts.headline or (rest and bool(_rest(parts)))


def _part_of(source: str, parts: AdParts) -> str:
    if source.startswith("="):
        return ""
    if source == "offer":
        return "discount" if parts.discount and value_of("offer", parts) == parts.discount else "price_now"
    if source in _STANDS_FOR:
        return next((name for name in _STANDS_FOR[source] if getattr(parts, name)), "")
    return "shop" if source == "shop-name" else source


def _uses(part: str, parts: AdParts) -> set[str]:
    """Return what may not be said again once a part stands: a whole headline holds its emphasis and its rest."""
    if part == "headline":
        return {"headline", "emphasis", "headline-rest"}
    if part in ("emphasis", "headline-rest"):
        return {part, "headline"}
    return {part} if part else set()


def _rest(parts: AdParts) -> str:
    """Return the headline without its emphasis, where that stands at one of its ends."""
    head, span = parts.headline, parts.emphasis
    if not span or span == head:
        return ""
    if head.endswith(span):
        return head[: -len(span)].strip(" ,")
    return head[len(span) :].strip(" ,") if head.startswith(span) else ""


def _facts_of(parts: AdParts) -> list[str]:
    return [name for name in type(parts).model_fields if name not in _NOT_SET and getattr(parts, name)] + (
        ["items"] if parts.items else []
    )
