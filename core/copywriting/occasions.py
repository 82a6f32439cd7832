"""What is said for a feast or a season."""

from __future__ import annotations

from typing import Any

from .brief_context import Context
from .data import voice


def feast_lines(context: Context) -> dict[str, Any]:
    """Return what is said in the tone for the feast that an ad is for; empty where there is none."""
    if context.facts.purpose != "season":
        return {}
    lines: dict[str, Any] = occasion(context.facts.occasion, context.language).get(context.tone, {})
    return lines


def occasion(name: str, language: str) -> dict[str, Any]:
    """Return what is said for a feast or a season; empty where nothing is written for it."""
    if not name:
        return {}
    return next((one for one in voice(language)["occasions"] if any(w in name.lower() for w in one["words"])), {})
