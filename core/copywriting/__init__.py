"""From shop facts to headline, body, call to action and hashtags.

What writes is imported when it is first asked for, so that ComfyUI starts without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .brief import Copy, CopySet, Flag, ShopBrief

if TYPE_CHECKING:
    from .copy_report import as_text, report
    from .rule_writer import write
    from .word_edits import edited
    from .writer import Origin, Writer, compose
    from .writer_choice import cache_state, profile_options, with_shop_profile, writer_for

__getattr__ = homes(
    __name__,
    {
        "Origin": "writer",
        "Writer": "writer",
        "as_text": "copy_report",
        "compose": "writer",
        "edited": "word_edits",
        "with_shop_profile": "writer_choice",
        "profile_options": "writer_choice",
        "report": "copy_report",
        "cache_state": "writer_choice",
        "write": "rule_writer",
        "writer_for": "writer_choice",
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
    "cache_state",
    "compose",
    "edited",
    "profile_options",
    "report",
    "with_shop_profile",
    "write",
    "writer_for",
]
