"""From shop facts to headline, body, call to action and hashtags.

What writes is imported when it is first asked for, so that ComfyUI starts without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .brief import Copy, CopySet, Flag, ShopBrief

if TYPE_CHECKING:
    from .choosing import filled, options, state, writer_for
    from .composing import Origin, Writer, compose
    from .reporting import as_text, report
    from .rules import write

_HOMES = {
    "Origin": "composing",
    "Writer": "composing",
    "as_text": "reporting",
    "compose": "composing",
    "filled": "choosing",
    "options": "choosing",
    "report": "reporting",
    "state": "choosing",
    "write": "rules",
    "writer_for": "choosing",
}


def __getattr__(name: str) -> Any:
    """Return what lives in a module of this package."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


__all__ = [
    "Copy",
    "CopySet",
    "Flag",
    "Origin",
    "ShopBrief",
    "Writer",
    "as_text",
    "compose",
    "filled",
    "options",
    "report",
    "state",
    "write",
    "writer_for",
]
