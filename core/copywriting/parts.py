"""FIT_AD_PARTS: the words of an ad taken apart, piece by piece, as a designer sets them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ..errors import FitAdError

PURPOSES = ("deal", "new", "open", "season", "closed", "hiring", "notice", "brand")
ANGLES = ("offer", "product", "mood")
LONGEST_FIELD = 5_000
MOST_ITEMS = 60
LONGEST_JSON = 500_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


class PartItem(BaseModel):
    """One line of a price list; both are verbatim, and either may be empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    price: str = ""

    @field_validator("name", "price", mode="before")
    @classmethod
    def _text(cls, value: object) -> str:
        return _clean(value)


class AdParts(BaseModel):
    """The words of one ad. Every field is a string, empty where the ad has no such part; facts are verbatim.

    Attributes:
        purpose: One of ``PURPOSES``; anything else counts as empty, which a designer reads from the other parts.
        angle: One of ``ANGLES``.
        language: ``ko`` or ``en``.
        shop: The shop's name as it was typed.
        eyebrow: A short line over the headline.
        headline: At most ten syllables where it can be.
        emphasis: A span of the headline; empty where it stands in no headline.
        sub: A second line, at most sixteen syllables.
        body: One or two sentences.
        product: What is sold.
        items: Names and prices of a menu or price list.
        price_before: The price that is struck.
        price_now: The price that is asked.
        discount: 30 %, 1+1, 5,000원 할인.
        badge: At most six syllables.
        period: When it holds.
        conditions: What limits it.
        cta: The call to action.
        contact: A phone number or another way to get in touch.
        address: Where the shop is.
        hours: When it is open.
        link: A web address; a QR code is drawn from it.
        legal_note: What the law wants to be said.
        hashtags: For the caption; never set on the picture.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    purpose: str = ""
    angle: str = ""
    language: str = "ko"
    shop: str = ""
    eyebrow: str = ""
    headline: str = ""
    emphasis: str = ""
    sub: str = ""
    body: str = ""
    product: str = ""
    items: tuple[PartItem, ...] = ()
    price_before: str = ""
    price_now: str = ""
    discount: str = ""
    badge: str = ""
    period: str = ""
    conditions: str = ""
    cta: str = ""
    contact: str = ""
    address: str = ""
    hours: str = ""
    link: str = ""
    legal_note: str = ""
    hashtags: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: object, info: Any) -> object:
        if info.field_name == "items":
            return _items(value)
        text = _clean(value)
        allowed = {"purpose": PURPOSES, "angle": ANGLES, "language": ("ko", "en")}.get(info.field_name)
        if allowed is None:
            return text
        return text.lower() if text.lower() in allowed else ("ko" if info.field_name == "language" else "")

    def model_post_init(self, _context: object) -> None:
        """Drop an emphasis that is not a span of the headline."""
        if self.emphasis and self.emphasis not in self.headline:
            object.__setattr__(self, "emphasis", "")

    def as_json(self) -> str:
        """Return the parts as the JSON text that the socket carries."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)


def read_parts(value: object) -> AdParts:
    """Return the parts that a socket, a saved graph or a file holds: parts, plain data, or their JSON text.

    Unknown fields are left out, numbers become text, other wrong types count as absent; text is cut at
    ``LONGEST_FIELD`` characters and lists at ``MOST_ITEMS`` lines, since the value may come from anywhere.

    Raises:
        FitAdError: It is not a JSON object at all.
    """
    if isinstance(value, AdParts):
        return value
    data = _parsed(value) if isinstance(value, (str, bytes)) else value
    if not isinstance(data, Mapping):
        raise FitAdError(
            "The parts input has no parts of an ad",
            why=f"Expected a JSON object, got {type(data).__name__}",
            fix='Connect the parts output of AdCopyLLM, or write JSON such as {"shop": "카페 봄날", "headline": "1+1"}',
        )
    try:
        return AdParts.model_validate({str(key): entry for key, entry in data.items()})
    except ValidationError as exc:
        raise FitAdError("The parts input cannot be read", why=str(exc.errors()[0]["msg"])) from exc


def _parsed(text: str | bytes) -> object:
    if len(text) > LONGEST_JSON:
        raise FitAdError(
            "The parts input is too long",
            why=f"{len(text):,} characters; {LONGEST_JSON:,} is the limit",
            fix="Connect the parts output of AdCopyLLM",
        )
    if not text.strip():
        return {}
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise FitAdError(
            "The parts input is not valid JSON",
            why=str(exc)[:200],
            fix="Connect the parts output of AdCopyLLM, or correct the text",
        ) from exc


def _clean(value: object) -> str:
    """Return text without control and direction characters, spaces at its ends, or anything past the limit."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    lines = _CONTROL.sub("", str(value).replace("\r\n", "\n")[: 2 * LONGEST_FIELD]).splitlines()
    kept = "\n".join(" ".join(line.split()) for line in lines)
    return kept.strip()[:LONGEST_FIELD]


def _items(value: object) -> list[PartItem]:
    if not isinstance(value, (list, tuple)):
        return []
    found = [
        entry if isinstance(entry, PartItem) else PartItem.model_validate(dict(entry))
        for entry in value[:MOST_ITEMS]
        if isinstance(entry, (PartItem, Mapping))
    ]
    return [item for item in found if item.name or item.price]
