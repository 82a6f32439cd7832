"""Keys that are known to this machine: hidden wherever they stand, in whatever form they are written down."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from .key_patterns import field_of

HIDDEN = "…"

_SHORTEST_VALUE = 8  # of an environment variable that counts as a secret
_PIECE = 8  # characters of a known key that give it away
_HEX_PIECE = 12
_OF_A_KEY = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+%=~")
_MOST_PIECES_OF = 16  # shorter keys are looked for as a whole: their pieces may be plain words


class KnownSecrets:
    """Keys that are known, hidden wherever they stand: whole, in pieces, backwards, or as base64, hex or in an address.

    Args:
        keys: The keys; those under four characters are not looked for.
        exact: What is hidden as it stands only, such as an address.
        mark: What takes their place.
    """

    def __init__(self, keys: Sequence[str], exact: Sequence[str] = (), mark: str = HIDDEN) -> None:
        usable = sorted({key for key in keys if len(key) >= 4}, key=lambda key: (-len(key), key))
        forms = [form for key in usable for form in _forms(key)]
        self._exact = tuple(dict.fromkeys([*forms, *(one for one in exact if len(one) >= 4)]))
        self._pieces = frozenset(piece for key in usable if _in_pieces(key) for piece in _pieces(key))
        self._mark = mark

    def __bool__(self) -> bool:
        return bool(self._exact)

    def hidden(self, text: str) -> str:
        """Return a text without them."""
        for secret in self._exact:
            text = text.replace(secret, self._mark)
        return masked(text, [*self._places(text)], self._mark) if self._pieces else text

    def hidden_in(self, value: Any) -> Any:
        """Return JSON data without them, names of fields included."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, Mapping):
            return {self.hidden(str(name)): self.hidden_in(item) for name, item in value.items()}
        return [self.hidden_in(item) for item in value] if isinstance(value, (list, tuple)) else value

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where pieces stand, each with the whole run of a key's characters around it.

        A piece may be the beginning that many keys share: what is left of another key would no longer look like one.
        """
        for length in (_PIECE, _HEX_PIECE):
            hidden_to = 0
            for at in range(len(text) - length + 1):
                if at >= hidden_to and text[at : at + length] in self._pieces:
                    start, hidden_to = _run_around(text, at, at + length)
                    yield start, hidden_to


def _run_around(text: str, start: int, end: int) -> tuple[int, int]:
    while start and text[start - 1] in _OF_A_KEY:
        start -= 1
    while end < len(text) and text[end] in _OF_A_KEY:
        end += 1
    return start, end


def environment_secrets(also: Sequence[str] = ()) -> KnownSecrets:
    """Return the values of the environment's keys, tokens and passwords, and those of the variables that are named.

    Args:
        also: Names of variables that hold keys, whatever they are called.
    """
    values = (v for name, v in os.environ.items() if name in also or field_of(name))
    return known_secrets(tuple(sorted({value for value in values if len(value) >= _SHORTEST_VALUE})))


@lru_cache(maxsize=16)
def known_secrets(keys: tuple[str, ...]) -> KnownSecrets:
    """Return what hides these keys; the same again for the same keys."""
    return KnownSecrets(keys)


def masked(text: str, spans: Sequence[tuple[int, int]], mark: str) -> str:
    """Return a text with ``mark`` in the place of every span; spans that touch or overlap are one."""
    parts, at, open_to = [], 0, -1
    for start, end in sorted(spans):
        if start > open_to:
            parts += [text[at:start], mark]
        open_to = at = max(end, open_to)
    return "".join([*parts, text[at:]]) if parts else text


def _in_pieces(key: str) -> bool:
    """Return whether pieces of a key give it away; those of a key made of words may stand in any text."""
    return len(key) >= _MOST_PIECES_OF and any(char.isdigit() for char in key) and any(char.isalpha() for char in key)


def _forms(key: str) -> Iterator[str]:
    """Yield the ways in which a key may be written down."""
    yield key
    yield key[::-1]
    yield quote(key, safe="")
    data = key.encode()
    yield data.hex()
    yield data.hex().upper()
    yield from _base64(data)


def _base64(data: bytes) -> Iterator[str]:
    """Yield what stays of a key in base64 whatever stands before and behind it."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        inner = text[(before * 8 + 5) // 6 : len(text) - bool((before + len(data)) % 3)]
        if len(inner) >= _PIECE:
            yield inner
            yield inner.translate(str.maketrans("+/", "-_"))


def _pieces(key: str) -> Iterator[str]:
    for form in _forms(key):
        length = _HEX_PIECE if form.lower() == key.encode().hex() else _PIECE
        yield from (form[at : at + length] for at in range(len(form) - length + 1))
