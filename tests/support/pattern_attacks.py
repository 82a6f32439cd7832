"""The texts on which a regular expression works hardest: runs of each class in it, its separators, its nesting."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from time import process_time
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as sre
    from re import _parser as sre_parser
else:
    import sre_constants as sre
    import sre_parse as sre_parser

ENDS = ("\0", "\n", "")  # what a text ends with: mostly what no pattern wants
_USUAL = " \n\ta0A_-./\\\"'가({[,:;=@#\0"
_MANY = 16  # a repeat with at least so many turns counts as long
_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", sre.MAX_REPEAT)}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


def cpu_seconds(pattern: re.Pattern[str], text: str, way: str) -> float:
    """Return the CPU time of all matches in a text, or of one at its start or of all of it."""
    start = process_time()
    if way == "search":
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, way)(text)
    return process_time() - start


def longest(
    pattern: re.Pattern[str], texts: Iterable[str], ways: Iterable[str], count: int = 3
) -> list[tuple[str, str]]:
    """Return the texts on which a pattern takes longest, each with the way it is used."""
    ways = sorted(ways)
    timed = [(cpu_seconds(pattern, text, way), text, way) for text in texts for way in ways]
    return [(text, way) for _, text, way in sorted(timed, key=lambda one: -one[0])[:count]]


def seconds_at(pattern: re.Pattern[str], text: str, way: str, size: int, enough_s: float) -> float:
    """Return the CPU time that a pattern takes on a text made longer, up to ``size``; it stops at ``enough_s``."""
    body = text.rstrip("\0\n") or text
    end, took, length = text[len(body) :], 0.0, len(body)
    while took <= enough_s and length < size:
        length = min(2 * length, size)
        took = cpu_seconds(pattern, (body * (length // len(body) + 1))[:length] + end, way)
    return took


def attacks(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Yield texts of about ``size`` characters for a pattern; the same text once."""
    tree = sre_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE.value | _unicode(pattern))
    seen: set[str] = set()
    letters = _letters(tree, pattern.flags)
    for prefix, body, rest in _repeats(list(tree), []):
        for text in _around(prefix, body, rest, letters, pattern.flags, size):
            if text not in seen:
                seen.add(text)
                yield text


def _unicode(pattern: re.Pattern[str]) -> int:
    return re.UNICODE.value if isinstance(pattern.pattern, str) else 0


def _around(prefix: list[Any], body: list[Any], rest: list[Any], letters: str, flags: int, size: int) -> Iterator[str]:
    """Yield a repeat's turns in a row, with what stands before it once or each time, and with what never comes."""
    for letter in letters:
        before, turn, after = (_sample(part, letter, flags) for part in (prefix, body, rest))
        runs = {turn, before + turn, before, before + turn + after[:-1], turn + after[:-1]}
        for run in filter(None, runs):
            row = run * (size // len(run) + 1)
            yield row[: size - 1] + "\0"
        for end in ENDS:
            if turn:
                yield before + (turn * (size // len(turn) + 1))[: size - len(before) - 1] + end


# --- the tree of a pattern ------------------------------------------------------------------------------------


def _repeats(items: list[Any], prefix: list[Any]) -> Iterator[tuple[list[Any], list[Any], list[Any]]]:
    """Yield what stands before each long repeat, one turn of it, and what stands behind."""
    for at, (kind, value) in enumerate(items):
        before, after = prefix + items[:at], items[at + 1 :]
        if kind in _REPEATS:
            _, most, inner = value
            if most >= _MANY:
                yield before, list(inner), after
            yield from _repeats(list(inner), before)
        for inner in _inner(kind, value):
            yield from _repeats(list(inner), before)


def _inner(kind: Any, value: Any) -> list[Any]:
    """Return the parts of a group, of alternatives or of a look around."""
    if kind is sre.SUBPATTERN:
        return [value[3]]
    if kind is sre.BRANCH:
        return list(value[1])
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    if kind is getattr(sre, "ATOMIC_GROUP", None):
        return [value]
    if kind is sre.GROUPREF_EXISTS:
        return [part for part in value[1:] if part is not None]
    return []


def _letters(tree: Any, flags: int) -> str:
    """Return one character for each kind that the pattern's classes tell apart."""
    classes = list(_classes(list(tree)))
    named = [chr(code) for items in classes for code in _codes(items)]
    kinds: dict[tuple[bool, ...], str] = {}
    for letter in dict.fromkeys([*_USUAL, *named]):
        kinds.setdefault(tuple(_holds(tuple(items), letter, flags) for items in classes), letter)
    return "".join(kinds.values())


def _classes(items: list[Any]) -> Iterator[list[Any]]:
    for kind, value in items:
        if kind is sre.IN:
            yield value
        elif kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY):
            yield [(kind, value)]
        elif kind in _REPEATS:
            yield from _classes(list(value[2]))
        for inner in _inner(kind, value):
            yield from _classes(list(inner))


def _codes(items: list[Any]) -> Iterator[int]:
    for kind, value in items:
        if kind in (sre.LITERAL, sre.NOT_LITERAL):
            yield value
        elif kind is sre.RANGE:
            yield value[0]


@lru_cache(maxsize=100_000)
def _holds(items: tuple[Any, ...], letter: str, flags: int) -> bool:
    """Return whether a class takes a character."""
    negated = any(kind is sre.NEGATE for kind, _ in items)
    return negated != any(_takes(kind, value, letter, flags) for kind, value in items)


def _takes(kind: Any, value: Any, letter: str, flags: int) -> bool:
    code = ord(letter)
    either = {code, ord(letter.swapcase()[:1])} if flags & re.IGNORECASE else {code}
    if kind is sre.LITERAL:
        return value in either
    if kind is sre.NOT_LITERAL:
        return value not in either
    if kind is sre.RANGE:
        return any(value[0] <= one <= value[1] for one in either)
    if kind is sre.CATEGORY:
        return _category(value).match(letter) is not None
    return kind is sre.ANY and (letter != "\n" or bool(flags & re.DOTALL))


@cache
def _category(value: Any) -> re.Pattern[str]:
    return re.compile(_CATEGORIES[value])


# --- a text that fits a part of a pattern ---------------------------------------------------------------------


def _sample(items: list[Any], letter: str, flags: int) -> str:
    """Return a short text that a part of a pattern takes, made of ``letter`` wherever that is allowed."""
    return "".join(_one(kind, value, letter, flags) for kind, value in items)


def _one(kind: Any, value: Any, letter: str, flags: int) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind in (sre.IN, sre.NOT_LITERAL, sre.ANY):
        items = tuple(value) if kind is sre.IN else ((kind, value),)
        likely = [letter, *_USUAL, *(chr(code) for code in _codes(list(items))), "!", "z", "Z", "9"]
        return next((one for one in likely if _holds(items, one, flags)), "")
    if kind in _REPEATS:
        least, _, inner = value
        return _sample(list(inner), letter, flags) * min(max(least, 0), 64)
    if kind is sre.BRANCH:
        texts = [_sample(list(inner), letter, flags) for inner in value[1]]
        return next((text for text in texts if letter in text), texts[0])
    if kind is sre.SUBPATTERN:
        return _sample(list(value[3]), letter, flags)
    if kind is getattr(sre, "ATOMIC_GROUP", None):
        return _sample(list(value), letter, flags)
    return ""
