"""What must never leave the machine: keys, tokens and passwords, by their look, by their field, or as known ones.

The forms are data, ``data/key_patterns.yaml``. The validator, metadata, run log, errors and messages all ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from .key_patterns import LONGEST_NAME, SecretSpan, field_of, key_data, like_secret
from .known_secrets import HIDDEN, KnownSecrets, environment_secrets, known_secrets, masked

__all__ = [
    "HIDDEN",
    "KnownSecrets",
    "SecretSpan",
    "environment_secrets",
    "is_secret_name",
    "known_secrets",
    "named_secret",
    "scrubbed",
    "scrubbed_message",
    "secret_in",
    "without_secrets",
]

_SHORTEST = len("pw=a1b2")  # of what holds a secret
_SHORT = 200
_SHORTEST_ASSIGNED = 8  # characters of a token that running text tells
_SEPARATOR = re.compile(r"[:=→]\s{0,4}\\?[\"']?|(?<=[가-힣])[는은]\s{1,4}")
_VALUE = re.compile(r"[!$%()*+./0-9:<=>?@A-Z\[\]^_`a-z{|}~-]{4,}")
_NAME_BREAK = re.compile(r"[\n,;(){}\[\]<>|]")


def is_secret_name(name: str) -> bool:
    """Return whether a field of this name takes a secret, as ``api_key``, ``secretKey`` and 비밀번호 do."""
    return field_of(name) is not None


def named_secret(name: str, value: Any) -> bool:
    """Return whether a value in a field for secrets may be one: not the name of a variable, not a placeholder."""
    field = field_of(name) if isinstance(value, str) and value else None
    if field is None:
        return False
    value = value.strip()
    if len(value) < field.least or key_data().placeholders.fullmatch(value):
        return False
    return field.looks is None or (field.looks(value) and not any(char.isspace() for char in value))


def secret_in(text: str) -> SecretSpan | None:
    """Return a secret in a text by its look; None where there is none."""
    return next(iter(_found(text)), None)


def without_secrets(text: str, mark: str = HIDDEN) -> str:
    """Return a text with ``mark`` in the place of everything that looks like a secret."""
    found = _found(text)
    return masked(text, [(span.start, span.end) for span in found], mark) if found else text


def scrubbed(value: Any, known: KnownSecrets | None = None) -> Any:
    """Return JSON-like data in which everything that looks like a secret is "…"; the data themselves stay as they are.

    Args:
        value: Mappings, lists, texts and numbers, nested at will; names of fields count, and are scrubbed too.
        known: Secrets to look for besides the usual forms; None takes the environment's.
    """
    known = environment_secrets() if known is None else known
    if isinstance(value, str):
        return without_secrets(known.hidden(value))
    if isinstance(value, Mapping):
        return {scrubbed(key, known): _entry(str(key), item, known) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrubbed(item, known) for item in value]
    return value


def scrubbed_message(text: str, known: KnownSecrets | None = None) -> str:
    """Return what somebody else says, such as a server's error, without secrets and without parts of them."""
    known = environment_secrets() if known is None else known
    text = known.hidden(text)
    found = [*key_data().parts.spans(text), *_assigned(text)]
    return masked(text, [(span.start, span.end) for span in found], HIDDEN)


def _entry(name: str, item: Any, known: KnownSecrets) -> Any:
    field = field_of(name)
    if field is not None and isinstance(item, str) and item and (field.assigned or named_secret(name, item)):
        return HIDDEN
    if field is not None and isinstance(item, (list, tuple)) and not _is_link(item):
        return [_entry(name, one, known) for one in item]
    return scrubbed(item, known)


def _is_link(item: Sequence[Any]) -> bool:
    """Return whether a list is a wire of an API graph: a node's id and the number of its output."""
    return len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], int)


def _found(text: str) -> Sequence[SecretSpan]:
    """Return all secrets in a text; workflows say the same short words over and over, so those are looked at once."""
    if len(text) < _SHORTEST:
        return ()
    return _found_in_short(text) if len(text) <= _SHORT else _found_in(text)


def _found_in(text: str) -> tuple[SecretSpan, ...]:
    return (*key_data().whole.spans(text), *_assigned(text))


_found_in_short = lru_cache(maxsize=8192)(_found_in)


def _assigned(text: str) -> Iterator[SecretSpan]:
    """Yield the values that running text gives to fields for secrets, as in ``password: …`` and 비밀번호는 …."""
    at = 0
    while separator := _SEPARATOR.search(text, at):
        at = separator.end()
        field = field_of(_name_before(text, separator.start()))
        value = _VALUE.match(text, at) if field is not None and field.assigned else None
        if field is not None and value is not None:
            at = value.end()
            if len(value[0]) >= min(2 * field.least, _SHORTEST_ASSIGNED) and like_secret(value[0]):
                yield SecretSpan(field.kind, *value.span())


def _name_before(text: str, end: int) -> str:
    """Return the last words before a place, on its line."""
    before = text[max(end - LONGEST_NAME, 0) : end].rstrip(" \"'\\")
    return _NAME_BREAK.split(before)[-1]
