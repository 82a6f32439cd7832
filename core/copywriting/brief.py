"""What goes into the copywriter and what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..errors import FitAdError

TONES = ("friendly", "professional", "trendy", "emotional")
LANGUAGES = ("ko", "en")
HASHTAG_COUNT = 15

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")

_TONE_NAMES = {
    **{tone: tone for tone in TONES},
    "친근함": "friendly",
    "전문적": "professional",
    "트렌디": "trendy",
    "감성적": "emotional",
}
_LANGUAGE_NAMES = {"ko": "ko", "en": "en", "한국어": "ko", "영어": "en", "korean": "ko", "english": "en"}


@dataclass(frozen=True)
class ShopBrief:
    """The facts of one ad. Every field may be empty; nothing is said that does not stand here."""

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
    """One ad text. Headline <= 18, body <= 45 and call to action <= 12 syllables of room."""

    headline: str
    body: str
    call_to_action: str


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
    """All words of one ad: three copies, fifteen hashtags without '#', the English image prompt, and remarks."""

    copies: tuple[Copy, Copy, Copy]
    hashtags: tuple[str, ...]
    image_prompt: str
    flags: tuple[Flag, ...]
    trade: str
    tone: str
    language: str
    notes: tuple[str, ...] = ()


def checked(brief: ShopBrief) -> ShopBrief:
    """Return the brief without stray space and control characters, its tone and language resolved to their ids.

    Raises:
        FitAdError: The tone or the language is unknown.
    """
    return replace(
        brief,
        shop=_line(brief.shop),
        offer=_CONTROL.sub("", brief.offer.replace("\r\n", "\n")).strip(),
        features=tuple(_line(feature) for feature in brief.features if _line(feature)),
        region=_line(brief.region),
        audience=_line(brief.audience),
        tone=tone_id(brief.tone),
        language=_resolve(brief.language, _LANGUAGE_NAMES, "language", LANGUAGES),
    )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())


def tone_id(name: str) -> str:
    """Return the tone's id for its English or Korean name.

    Raises:
        FitAdError: There is no such tone.
    """
    return _resolve(name, _TONE_NAMES, "tone", TONES)


def _resolve(name: str, names: dict[str, str], field: str, allowed: tuple[str, ...]) -> str:
    found = names.get(name.strip().lower())
    if found is None:
        raise FitAdError(f"AdCopyLLM knows no {field} '{name}'", fix=f"Choose one of {', '.join(allowed)}")
    return found
