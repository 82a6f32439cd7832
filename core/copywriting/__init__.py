"""From shop facts to headline, body, call to action and hashtags.

What writes is imported when it is first asked for, so that ComfyUI starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .brief import Copy, CopySet, Flag, ShopBrief

if TYPE_CHECKING:
    from .choosing import filled, options, state, writer_for
    from .composing import Origin, Writer, compose
    from .reporting import as_text, report
    from .rules import write

__getattr__ = homes(
    __name__,
    {
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
    },
)

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
