"""The offer as it can stand in a body: verbatim, whole where it fits, never cut inside a word or a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.korean import syllables

BODY_ROOM = 45
TAIL_ROOM = 15
LEAD_ROOM = 12

# where a clause ends: never inside a number (12,000), a date (6/30), an address or a pair of words (포장/배달)
_BREAK = re.compile(r"(?<!\d),|,(?!\d)|\.(?=\s|$)|(?<=\s)[/·|]|[/·|](?=\s)|[!?。]+|\n+")
_DEAL = re.compile(
    r"할인|세일|특가|무료|증정|쿠폰|적립|혜택|서비스|\d\s?\+\s?\d|%|％|sale|off\b|free|discount|deal|gift", re.I
)
_NEW = re.compile(r"신메뉴|신상|신제품|출시|오픈|런칭|론칭|개강|개업|입고|첫선|new\b|open(ing)?\b|launch", re.I)
# nouns after which "…을 준비했어요" reads well
_NOMINAL = re.compile(r"(할인|세일|이벤트|증정|쿠폰|혜택|행사|체험권|이용권|특가|기획전|패키지|세트|선물|사은품)$")
_NOMINAL_EN = re.compile(r"(off|sale|discount|deal|event|coupon|gift|set|special)$", re.I)


@dataclass(frozen=True)
class Offer:
    """An offer ready for the body.

    Attributes:
        text: The part that goes into the body, verbatim; empty where there is nothing that fits.
        whole: Whether the text is the complete offer.
        mark: What has to follow the text ("…" after a cut between words).
        kind: any | deal | new.
        nominal: Whether the text can take a particle and stand inside a sentence.
    """

    text: str
    whole: bool
    mark: str
    kind: str
    nominal: bool

    @property
    def room(self) -> int:
        """Syllables the text takes."""
        return syllables(self.text)


def prepare(offer: str) -> Offer:
    """Return the offer, or its first clauses where it leaves no room for a sentence beside it."""
    text, mark = _fitting(offer)
    return Offer(text, text == offer, mark, _kind(offer), not mark and _is_nominal(text))


def ends_sentence(text: str) -> bool:
    """Return whether the text already ends in a mark that closes a sentence (or in an emoji)."""
    return not text or text[-1] in ".!?。…~♥♡" or not (text[-1].isalnum() or text[-1] in "%％)]」』”’\"'원+")


def _fitting(offer: str) -> tuple[str, str]:
    if syllables(offer) <= BODY_ROOM - TAIL_ROOM:
        return offer, ""
    clauses = _first_clauses(offer, BODY_ROOM - TAIL_ROOM)
    if clauses:
        return clauses, ""
    if syllables(offer) <= BODY_ROOM - LEAD_ROOM:
        return offer, ""  # no clause to stop at, and a short sentence still fits beside it
    words = _first_words(offer, BODY_ROOM - TAIL_ROOM)
    return words, "…" if words else ""


def _first_clauses(offer: str, room: int) -> str:
    best = ""
    for match in _BREAK.finditer(offer):
        clause = offer[: match.start()].rstrip()
        if syllables(clause) > room:
            break
        best = clause or best
    return best


def _first_words(offer: str, room: int) -> str:
    best = ""
    for match in re.finditer(r"\s+", offer):
        if syllables(offer[: match.start()]) > room:
            break
        best = offer[: match.start()]
    return best


def _kind(offer: str) -> str:
    return "deal" if _DEAL.search(offer) else "new" if _NEW.search(offer) else "any"


def _is_nominal(text: str) -> bool:
    return "\n" not in text and bool(_NOMINAL.search(text) or _NOMINAL_EN.search(text))
