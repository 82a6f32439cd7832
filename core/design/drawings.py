"""Which drawing belongs to an ad: the illustrations whose tags the ad's own words name, then those of its occasion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ..copywriting.parts import AdParts
from .art import BUNDLED_ELEMENTS, element

_WEIGHTS = (("product", 4.0), ("headline", 3.0), ("eyebrow", 2.0), ("shop", 2.0), ("sub", 1.0), ("badge", 0.5))
_ITEM_WEIGHT = 1.5
_SHORTEST = 2  # syllables of a tag that may stand within a longer word; shorter tags must be a word of their own
# tags that name an occasion rather than a thing: they come after the trade's own drawings
_GENERAL = frozenset([
    "겨울", "여름", "가을", "봄", "할인", "시간", "이벤트", "안내", "모집", "선물", "기념일", "기념",
    "배달", "포장", "주문", "주문제작", "축하", "무료", "증정", "알림", "밤", "저녁", "점심", "오픈",
    "영업", "winter", "summer", "autumn", "spring", "discount", "time", "event", "notice", "gift",
    "delivery", "order", "free", "night", "drink", "point", "next", "open", "new", "best", "sale", "party",
])  # fmt: skip
_ORDER = {"trade": 0, "trade-2": 1, "trade-3": 2}

_OF_TRADE: Mapping[str, tuple[str, ...]] = {
    "cafe": ("latte-top", "takeout-cup", "cake-slice"),
    "restaurant": ("bibimbap", "soup-bowl", "banchan"),
    "bakery": ("salt-bread", "croissant", "toast-bread"),
    "hair": ("scissors-comb", "hair-dryer", "perm-rods"),
    "nails": ("nail-tips", "nail-polish", "cosmetics"),
    "skin": ("cosmetics", "lotus", "herbal-mortar"),
    "gym": ("dumbbell", "kettlebell", "running-shoe"),
    "clothes": ("t-shirt", "shopping-bag", "glasses"),
    "flowers": ("bouquet", "tulips", "carnation"),
    "studio": ("paint-palette", "yarn", "notebook-pencil"),
    "photo": ("camera", "frame-polaroid", "graduation-cap"),
    "academy": ("notebook-pencil", "books", "graduation-cap"),
}
_OF_PURPOSE: Mapping[str, tuple[str, ...]] = {
    "deal": ("shopping-bag", "coins", "gift-box"),
    "new": ("gift", "party-popper", "shopping-bag"),
    "open": ("balloon-bunch", "gift-box", "party-popper"),
    "season": ("gift-box", "gift", "calendar"),
    "closed": ("calendar", "alarm-clock", "bell"),
    "hiring": ("loudhailer", "calendar", "alarm-clock"),
    "notice": ("bell", "calendar", "light-bulb"),
    "brand": ("light-bulb", "trophy", "gift"),
}


def is_open(name: str) -> bool:
    """Return whether an element's name stands for a drawing that the ad decides."""
    return name in _ORDER


def drawing_for(name: str, parts: AdParts, trade: str, purpose: str) -> str:
    """Return the element that ``trade``, ``trade-2`` or ``trade-3`` stands for in an ad.

    Args:
        name: One of the three; they are three different drawings.
        parts: The words of the ad.
        trade: The trade's id.
        purpose: The ad's purpose.
    """
    spoken = _spoken(parts)
    order = (
        *_named(spoken),
        *_OF_TRADE.get(trade, ()),
        *_OF_PURPOSE.get(purpose, ()),
        *_named(spoken, general=True),
        *_OF_PURPOSE["brand"],
    )
    return list(dict.fromkeys(order))[_ORDER[name]]


def _spoken(parts: AdParts) -> tuple[tuple[str, float], ...]:
    words = [(getattr(parts, name), weight) for name, weight in _WEIGHTS]
    words += [(item.name, _ITEM_WEIGHT) for item in parts.items[:8]]
    return tuple((text.lower(), weight) for text, weight in words if text)


@lru_cache(maxsize=128)
def _named(spoken: tuple[tuple[str, float], ...], general: bool = False) -> tuple[str, ...]:
    """Return the illustrations that the words name, the loudest first; ``general``: by occasion alone."""
    found = [(_worth(title, tags, spoken, general), name) for name, title, tags in _illustrations()]
    return tuple(name for worth, name in sorted(found, key=lambda pair: (-pair[0], pair[1])) if worth > 0)


def _worth(title: str, tags: tuple[str, ...], spoken: tuple[tuple[str, float], ...], general: bool) -> float:
    """Return the weight of the loudest mention; the drawing's own name and its first tags say more than later ones."""
    best = 0.0
    for text, weight in spoken:
        for rank, tag in enumerate((title, *tags)):
            if (tag in _GENERAL) == general and _mentions(text, tag):
                best = max(best, weight * (1.6 if rank == 0 else 1.0) * (1 + 0.06 * len(tag)) - 0.04 * rank)
    return best


def _mentions(text: str, tag: str) -> bool:
    if not tag:
        return False
    if tag.isascii():
        return re.search(rf"(?<![a-z]){re.escape(tag)}(?![a-z])", text) is not None
    return tag in text if len(tag) >= _SHORTEST else tag in text.split()


@lru_cache(maxsize=1)
def _illustrations() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return name, Korean title and tags (Korean first) of all illustrations."""
    found = []
    for file in sorted(BUNDLED_ELEMENTS.glob("*.svg")):
        data = element(file.stem).data
        if data.get("kind") == "illustration":
            tags = data.get("tags", "").lower().split()
            ordered = (*(t for t in tags if not t.isascii()), *(t for t in tags if t.isascii() and len(t) > 2))
            found.append((file.stem, data.get("title-ko", "").lower(), ordered))
    return tuple(found)
