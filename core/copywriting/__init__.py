"""From shop facts to headline, body, call to action and hashtags."""

from .brief import Copy, CopySet, Flag, ShopBrief
from .choosing import filled, options, state, writer_for
from .composing import Origin, Writer, compose
from .reporting import as_text, report
from .rules import write

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
