"""From shop facts to headline, body, call to action and hashtags."""

from .brief import Copy, CopySet, Flag, ShopBrief
from .rules import as_text, report, write

__all__ = ["Copy", "CopySet", "Flag", "ShopBrief", "as_text", "report", "write"]
