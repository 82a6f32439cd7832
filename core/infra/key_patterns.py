"""The forms of keys, tokens and passwords and the names of their fields, from ``data/key_patterns.yaml``."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

PATTERNS = Path(__file__).parents[2] / "data" / "key_patterns.yaml"
LONGEST_NAME = 48  # characters of a field's name that are looked at

_LEAST_PART = 8  # characters of a key's part that are masked in what others say
_WORD = re.compile(r"[A-Za-z가-힣]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\d!@#$%^&*]")
_BREAK = re.compile(r"[_\-.+/=:~%*•\s]+")
_RANDOM_BITS = 4.1  # a character of random base64 in a text of 40 has about 4.7, one of English words 3.9


# --- what a key looks like ------------------------------------------------------------------------------------


def _like_key(text: str) -> bool:
    if any(char.isdigit() for char in text) or re.search(r"[a-z][A-Z]", text):
        return True
    return any(len(part) >= 20 for part in _BREAK.split(text))


def _random(text: str) -> bool:
    if not (re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search(r"\d", text)):
        return False
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) >= _RANDOM_BITS


def like_secret(text: str) -> bool:
    """Return whether a text has a digit or a sign that words do not have."""
    return bool(_NO_WORD.search(text))


_LOOKS: Mapping[str, Callable[[str], bool]] = {"key": _like_key, "secret": like_secret, "random": _random}


class SecretSpan(NamedTuple):
    """Where a secret stands in a text, and what a finding calls it."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class KeyPattern:
    """One form of a secret.

    Attributes:
        kind: What a finding calls it.
        pattern: Finds it; a group ``secret`` is the part that is secret.
        hints: One of these, in small letters, stands in every text that it fits.
        looks: What the secret part has to look like besides.
    """

    kind: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    looks: Callable[[str], bool] | None

    def spans(self, text: str) -> Iterator[SecretSpan]:
        """Yield where it stands in a text."""
        group = "secret" if "secret" in self.pattern.groupindex else 0
        for found in self.pattern.finditer(text):
            if self.looks is None or self.looks(found[group]):
                yield SecretSpan(self.kind, *found.span(group))


class KeyPatterns:
    """Forms of secrets that are looked for together."""

    def __init__(self, patterns: Iterable[KeyPattern]) -> None:
        self.patterns = tuple(patterns)
        self._hints = tuple((hint, pattern) for pattern in self.patterns for hint in pattern.hints)

    def spans(self, text: str) -> Iterator[SecretSpan]:
        """Yield where any of them stands in a text; form by form, a place may come twice."""
        small = text.lower()
        likely = [pattern for hint, pattern in self._hints if hint in small]
        for pattern in dict.fromkeys(likely) if likely else ():
            yield from pattern.spans(text)


class SecretField(NamedTuple):
    """Names of one kind of secret field, each as one word of small letters."""

    kind: str
    names: frozenset[str]
    least: int
    looks: Callable[[str], bool] | None
    assigned: bool


class KeyData(NamedTuple):
    """The data file, ready to be used."""

    whole: KeyPatterns
    parts: KeyPatterns
    fields: tuple[SecretField, ...]
    not_fields: frozenset[str]
    behind: tuple[str, ...]
    placeholders: re.Pattern[str]


@lru_cache(maxsize=1)
def key_data() -> KeyData:
    """Return the forms of secrets that the data file holds."""
    import yaml

    data = yaml.safe_load(PATTERNS.read_text(encoding="utf-8"))
    prefixes, patterns = data["prefixes"], tuple(map(_pattern, data["patterns"]))
    parts = (_part(one) if one.get("part") else _prefix(one) for one in prefixes)
    return KeyData(
        whole=KeyPatterns((*patterns, *map(_prefix, prefixes))),
        parts=KeyPatterns((*patterns, *map(_pattern, data["messages"]), *parts)),
        fields=tuple(_field(one) for one in data["fields"]),
        not_fields=frozenset(data["not_fields"]),
        behind=tuple(_joined(name) for name in data["behind"]),
        placeholders=re.compile(data["placeholders"], re.DOTALL),
    )


def _part(entry: Mapping[str, Any]) -> KeyPattern:
    """Return what finds a key of which only a part is quoted, the rest of it perhaps as stars."""
    return _prefix({**entry, "letters": "[*•" + entry["letters"][1:], "least": _LEAST_PART, "looks": ""})


def _prefix(entry: Mapping[str, Any]) -> KeyPattern:
    pattern = rf"(?<![A-Za-z0-9]){re.escape(entry['starts'])}{entry['letters']}{{{entry['least']},}}"
    looks, skip = _LOOKS.get(entry.get("looks", "")), len(entry["starts"])
    hints = (entry["starts"].lower(),)
    return KeyPattern(
        entry["kind"], re.compile(pattern), hints, None if looks is None else lambda text: looks(text[skip:])
    )


def _pattern(entry: Mapping[str, Any]) -> KeyPattern:
    pattern = re.compile("|".join(part.rstrip() for part in entry["pattern"].split("|")), re.DOTALL)
    return KeyPattern(entry["kind"], pattern, tuple(entry["hints"]), _LOOKS.get(entry.get("looks", "")))


def _field(entry: Mapping[str, Any]) -> SecretField:
    names = frozenset(_joined(name) for name in entry["names"])
    return SecretField(
        entry["kind"], names, entry["least"], _LOOKS.get(entry.get("looks", "")), entry.get("assigned", False)
    )


def _joined(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """Return the words of a field's name in small letters: ``xi-apiKey`` has xi, api, key."""
    name = unicodedata.normalize("NFC", name)
    return [word.lower() for part in _CAMEL.split(name) for word in _WORD.findall(part)]


@lru_cache(maxsize=4096)
def field_of(name: str) -> SecretField | None:
    """Return what a field of this name is for; None where that is not a secret."""
    data = key_data()
    words = _words(name[-4 * LONGEST_NAME :])
    while words and words[-1].isdigit():
        words.pop()
    if data.not_fields.intersection(words):
        return None
    ends = ["".join(words[-count:]) for count in (1, 2, 3, 4)]
    ends += [end.removesuffix(last) for last in data.behind for end in ends if end.endswith(last)]
    return next((field for field in data.fields if not field.names.isdisjoint(ends)), None)
