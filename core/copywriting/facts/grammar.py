"""The patterns of grammar.yaml, put together."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

READ = "\x00"
"""Stands in the unread text for every character that was read."""

_REFERENCE = re.compile(r"(?<!\?P)<([a-z_]+)>")


def pattern(name: str) -> re.Pattern[str]:
    """Return an entry of grammar.yaml with all that it refers to, compiled."""
    return re.compile(_text(name))


@cache
def _entries() -> dict[str, str | list[str]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("grammar.yaml").read_text(encoding="utf-8")
    entries: dict[str, str | list[str]] = yaml.load(text, Loader=loader)  # noqa: S506 - both are safe loaders
    return entries | {"read": READ}


@cache
def _text(name: str) -> str:
    entry = _entries()[name]
    if isinstance(entry, list):
        return "(?:" + "|".join(f"(?:{_whole(line)})" for line in entry) + ")"
    return _whole(entry)


def _whole(text: str) -> str:
    """Return an expression without line breaks, its references replaced."""
    return _REFERENCE.sub(lambda found: _text(found[1]), text.replace("\n", ""))
