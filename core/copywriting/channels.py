"""The call to action: by the way on which customers reach the shop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations

from .brief_context import Context
from .facts import Facts
from .sentences import stems

_BOOK = re.compile(r"예약|pre-?order|book", re.I)
_ORDER = re.compile(r"주문|택배|배송|배달|delivery|order", re.I)
_QUOTE = re.compile(r"견적|quote|estimate", re.I)
_ASK = re.compile(r"상담|문의|등록|모집|수강|consult|enrol", re.I)
_PHONE = re.compile(r"\d{3,4}[-.\s]?\d{4}|\d{4}-\d{4}")
_WHOLE = 10
_MESSAGE = re.compile(r"카톡|카카오|채널|인스타|@|톡|instagram|DM", re.I)


def channel(context: Context) -> str:
    """Return how customers reach the shop: by what was typed, else as is usual in the trade."""
    facts = context.facts
    if facts.purpose in ("closed", "notice"):
        return "notice"
    if facts.purpose == "hiring":
        return "apply"
    said = " ".join((context.brief.offer, *context.brief.features))
    for name, expression in (("quote", _QUOTE), ("order", _ORDER), ("book", _BOOK), ("ask", _ASK)):
        if expression.search(said):
            return name
    return _by_contact(facts) or context.trade.call


def _by_contact(facts: Facts) -> str:
    if _PHONE.search(facts.contact):
        return "phone"
    if _MESSAGE.search(facts.contact):
        return "message"
    return "link" if facts.link else ""


def calls(context: Context, bodies: Sequence[str], seed: int) -> list[str]:
    """Return a call to action for each body: all different, each echoing its body the least."""
    said = context.voice["calls"][context.tone]
    lines = context.allowed(said[channel(context)]) or list(said[channel(context)])
    for other in (context.trade.call, "visit"):
        if len(lines) < len(bodies):
            lines += [line for line in context.allowed(said[other]) if line not in lines]
    start = context.order("call", 0).randrange(len(lines)) + seed
    turns = [lines[(start + step) % len(lines)] for step in range(max(len(lines), len(bodies)))]
    echoes = {(line, body): _echo(line, body) for line in turns for body in bodies}
    ways = permutations(turns, len(bodies))
    return list(min(ways, key=lambda way: sum(echoes[pair] for pair in zip(way, bodies, strict=True))))


def _echo(line: str, body: str) -> int:
    """Return how much of a call to action its body says already; a call that it says whole counts most."""
    return len(stems(line) & stems(body)) + (_WHOLE if line in body else 0)
