"""What goes into the copywriter and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import FitAdError
from ..text.normalize import normalized, one_line

if TYPE_CHECKING:
    from .facts import Facts
    from .parts import AdParts

TONES = ("friendly", "professional", "trendy", "emotional")
LANGUAGES = ("ko", "en")
HASHTAG_COUNT = 15

PURPOSES = ("auto", "deal", "new", "open", "season", "closed", "hiring", "notice", "brand")

_TONE_NAMES = {
    **{tone: tone for tone in TONES},
    "친근함": "friendly",
    "전문적": "professional",
    "트렌디": "trendy",
    "감성적": "emotional",
}
_PURPOSE_NAMES = {
    **{purpose: purpose for purpose in PURPOSES},
    "자동": "auto",
    "할인·행사": "deal",
    "신메뉴·신상품": "new",
    "오픈": "open",
    "시즌": "season",
    "휴무": "closed",
    "구인": "hiring",
    "공지": "notice",
    "가게 소개": "brand",
}
_LANGUAGE_NAMES = {"ko": "ko", "en": "en", "한국어": "ko", "영어": "en", "korean": "ko", "english": "en"}


@dataclass(frozen=True)
class ShopBrief:
    """The facts of one ad. Every field may be empty; nothing is said that does not stand here.

    Period, contact, address, hours and link are taken as they are and come before what the offer says of them.
    """

    shop: str = ""
    offer: str = ""
    features: tuple[str, ...] = ()
    region: str = ""
    audience: str = ""
    tone: str = "friendly"
    language: str = "ko"
    purpose: str = "auto"
    period: str = ""
    contact: str = ""
    address: str = ""
    hours: str = ""
    link: str = ""


@dataclass(frozen=True)
class Copy:
    """One ad text.

    Attributes:
        headline: At most ten syllables where it can be, never more than eighteen.
        body: One to three sentences, at most 45 syllables.
        call_to_action: At most twelve syllables.
        sub: A second line, at most sixteen syllables where it can be.
        emphasis: A span of the headline, or empty.
        eyebrow: A short line over the headline.
        angle: offer | product | mood.
    """

    headline: str
    body: str
    call_to_action: str
    sub: str = ""
    emphasis: str = ""
    eyebrow: str = ""
    angle: str = "offer"


@dataclass(frozen=True)
class Flag:
    """A claim that advertising law makes risky: where it stands, why, and gentler wordings."""

    field: str
    text: str
    rule: str
    reason: str
    law: str
    softer: tuple[str, ...]


@dataclass(frozen=True)
class CopySet:
    """All words of one ad.

    Attributes:
        copies: Angle A, B and C.
        hashtags: Fifteen, without '#'.
        image_prompt: In English.
        flags: Risky claims.
        trade: The trade's id.
        tone: The tone that is spoken; another than was asked for where that would be absurd.
        language: ko | en.
        notes: Remarks.
        parts: Each copy taken apart.
        facts: The brief taken apart.
    """

    copies: tuple[Copy, Copy, Copy]
    hashtags: tuple[str, ...]
    image_prompt: str
    flags: tuple[Flag, ...]
    trade: str
    tone: str
    language: str
    notes: tuple[str, ...] = ()
    parts: tuple[AdParts, ...] = ()
    facts: Facts | None = None


def checked(brief: ShopBrief) -> ShopBrief:
    """Return the brief with its text normalized, its tone, language and purpose resolved to their ids.

    Raises:
        FitAdError: The tone, the language or the purpose is unknown.
    """
    return replace(
        brief,
        shop=one_line(brief.shop),
        offer=normalized(brief.offer).strip(),
        features=tuple(line for line in map(one_line, brief.features) if line),
        region=one_line(brief.region),
        audience=one_line(brief.audience),
        tone=tone_id(brief.tone),
        language=_resolve(brief.language, _LANGUAGE_NAMES, "language", LANGUAGES),
        purpose=_resolve(brief.purpose or "auto", _PURPOSE_NAMES, "purpose", PURPOSES),
        period=one_line(brief.period),
        contact=one_line(brief.contact),
        address=one_line(brief.address),
        hours=one_line(brief.hours),
        link=one_line(brief.link),
    )


def tone_id(name: str) -> str:
    """Return the tone's id for its English or Korean name.

    Raises:
        FitAdError: There is no such tone.
    """
    return _resolve(name, _TONE_NAMES, "tone", TONES)


def _resolve(name: str, names: dict[str, str], field: str, allowed: tuple[str, ...]) -> str:
    found = names.get(name.strip().lower())
    if found is None:
        raise FitAdError(f"AdCopyLLM has no {field} '{name}'", fix=f"Choose one of {', '.join(allowed)}")
    return found
