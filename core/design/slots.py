"""Which words of an ad go into which slot of a design: every part is used once, and what is left is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..copywriting.parts import AdParts
from ..text.korean import syllables
from .facts import offer_kind
from .schema_words import ItemSpec, WordsLayer

# what never stands on a picture, or stands there by other means
_NOT_SET = ("purpose", "angle", "language", "emphasis", "hashtags", "items")
_LONGEST_LIMIT = 9  # syllables of a condition that may stand beside what it limits
_LARGE = 0.05  # size in units from which a line catches the eye first
_LOOSE_PARTICLE = re.compile(r"(?:에서|에|으로|로|의|부터|까지|짜리|이면|면|만|씩)(?=\s)")
_PRICE_WORDS = re.compile(r"에서|으로|로|에|까지|부터|정가|원래|이제|from|to|now|was|until", re.IGNORECASE)
_BRANCH = re.compile(r"(?P<name>.*\S)\s+(?P<branch>\S{1,8}(?:점|역|동|로|길|읍|면|호점|본점|캠퍼스))")
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
        said = _all_said(slots)
        slot = _slot(item, parts, used, said, logo, split)
        if slot is not None:
            slots[layer_id, item.id] = slot
            used |= _uses(slot.part, parts)
    said = _all_said(slots)
    left = (name for name in _facts_of(parts) if name not in used)
    return Filled(slots, tuple(name for name in left if name == "items" or not _is_said(getattr(parts, name), said)))


def _all_said(slots: dict[tuple[str, str], Slot]) -> str:
    return " ".join(slot.text for slot in slots.values()).replace("\u200b", "")


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
    if source == "limit":
        return parts.conditions if syllables(parts.conditions) <= _LONGEST_LIMIT else ""
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


def _items(layers: Iterable[WordsLayer]) -> list[tuple[WordsLayer, ItemSpec]]:
    return [(layer, item) for layer in layers for row in layer.rows for item in row.items]


def _is_said(text: str, said: str) -> bool:
    """Return whether every word of a text stands on the ad already."""
    have = set(re.findall(r"[\w%+,./:–-]+", said))
    return bool(text) and set(re.findall(r"[\w%+,./:–-]+", text.replace("\u200b", ""))) <= have


def _parted(text: str, parts: AdParts) -> str:
    """Return a compound with a place where it may break, before a word that the parts know: 할매|순대국."""
    if " " in text or len(text) < 5:
        return text
    for word in sorted([i.name for i in parts.items] + [parts.product], key=len, reverse=True):
        if len(word) >= 2 and text.endswith(word) and len(text) - len(word) >= 2:
            return text[: -len(word)] + "\u200b" + word
    return text


def _without_said(text: str, parts: AdParts, used: set[str]) -> str:
    """Return a line without what stands elsewhere as a whole part: 가을 신상 30% 할인 beside 30% 할인 is 가을 신상."""
    for name in ("discount", "price_now", "price_before", "period", "product"):
        span = getattr(parts, name)
        if name in used and span and span != text and len(span) >= 2:
            if text.endswith(span):
                text = text[: -len(span)].rstrip(" ,·:-")
            elif text.startswith(span):
                text = _after(text, span)
    return text


def _after(text: str, span: str) -> str:
    """Return what follows a span that a text begins with, without the particle at it: 5,900원에 모닝세트."""
    return _LOOSE_PARTICLE.sub("", text[len(span) :], count=1).lstrip(" ,·:-")


def _is_place(text: str, parts: AdParts) -> bool:
    """Return whether a line only says where or who: it never stands where a product or an offer should."""
    return bool(text) and (text in parts.address or text in parts.shop or text == f"{parts.address} {parts.shop}")


def _restates_price(text: str, parts: AdParts, said: str) -> bool:
    """Return whether a line only says again what before and now cost: 4,500원에서 2,900원으로 · 12/31까지."""
    if not parts.price_before or parts.price_now not in said:
        return False
    for span in (parts.price_before, parts.price_now, parts.period, parts.discount, parts.product):
        text = text.replace(span, " ") if span else text
    return not re.search(r"\w", _PRICE_WORDS.sub("", text))


def _slot(item: ItemSpec, parts: AdParts, used: set[str], said: str, logo: bool, split: bool) -> Slot | None:
    language = parts.language or "ko"
    label = item.label.get(language, item.label.get("ko", ""))
    if item.set == "menu":
        lines = "\n".join(f"{i.name}\t{i.price}" for i in parts.items)
        return Slot(lines, "items", label) if lines else None
    if item.set == "qr":
        return Slot(parts.link, "link", label) if parts.link and "link" not in used else None
    if item.set == "logo":
        return Slot("", "") if logo else None
    if item.set == "monogram":
        return Slot(parts.shop, "") if parts.shop and not logo else None
    if item.set in ("rule", "stars", "icon", "quote"):
        return Slot("", "")
    for source in item.say if split else (s for s in item.say if s not in ("emphasis", "headline-rest")):
        if "+" in source and not source.startswith("="):
            if both := _joined(source, parts, used):
                return Slot(both, source, label)
            continue
        text = value_of(source, parts).strip()
        part = _part_of(source, parts)
        if source == "eyebrow" and max(item.size) >= _LARGE and _is_place(text, parts):
            continue
        if source == "sub" and _restates_price(text, parts, said):
            continue
        if source in ("headline", "product", "eyebrow", "sub"):
            text = _without_said(text, parts, used)
        if text and (source.startswith("=") or not (_uses(part, parts) & used or _is_said(text, said))):
            emphasis = parts.emphasis if part == "headline" else ""
            own = "" if item.label_at == "instead" else label
            return Slot(_parted(text, parts) if item.set == "hero" else text, part, own, emphasis)
    return Slot(label, "") if label and (not item.say or item.label_at == "instead") else None


def _joined(source: str, parts: AdParts, used: set[str]) -> str:
    """Return two parts side by side, where both are there and neither stands already."""
    names = source.split("+")
    texts = [value_of(name, parts).strip() for name in names]
    free = not any(_uses(_part_of(name, parts), parts) & used for name in names)
    return "  ".join(texts) if all(texts) and free else ""


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
    return {"shop-name": "shop", "limit": "conditions"}.get(source, source)


def _uses(part: str, parts: AdParts) -> set[str]:
    """Return what may not be said again once a part stands: a whole headline holds its emphasis and its rest."""
    if "+" in part:
        return set().union(*(_uses(name, parts) for name in part.split("+")))
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
    return _after(head, span).strip(" ,") if head.startswith(span) else ""


def _facts_of(parts: AdParts) -> list[str]:
    return [name for name in type(parts).model_fields if name not in _NOT_SET and getattr(parts, name)] + (
        ["items"] if parts.items else []
    )
