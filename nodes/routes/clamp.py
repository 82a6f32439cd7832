"""The counter's address on ComfyUI's server: ``POST /fit_ad/clamp``."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...core.errors import FitAdError
from ...core.prompt import clamp, dynamic
from ...core.text.korean import has_hangul
from .._tokenizer import live_counter
from . import _registration
from ._registration import text_field

_MOST_PARTS = 400  # of an answer; more are not shown


def register() -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    return _registration.register(ADDRESS)


async def handle(request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer."""
    return await _registration.handle(ADDRESS, request)


def payload(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of a prompt: its tokens, and every phrase with whether it is kept, dropped or a must.

    Of a dynamic prompt it is the longest that it can become.

    Raises:
        FitAdError: A value is of the wrong type or size, or ``must_keep`` does not fit.
    """
    text, must_keep = text_field(question, "text"), text_field(question, "must_keep")
    limit = question.get("max_tokens", clamp.CLIP_TOKENS)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 3 <= limit <= clamp.CLIP_TOKENS:
        raise FitAdError(f"max_tokens can't be {limit!r}", fix=f"Give a number from 3 to {clamp.CLIP_TOKENS}")
    count = live_counter()
    longest, chooses = dynamic.longest(text, count)
    result = clamp.fit(longest, count, must_keep=must_keep, max_tokens=limit)
    return {
        "tokens": result.token_count,
        "given": count(longest),
        "limit": limit,
        "at_most": chooses,
        "korean": has_hangul(result.text),
        "parts": [[part.text, part.end, _state(part)] for part in result.parts[:_MOST_PARTS]],
        "dropped": sum(not part.kept for part in result.parts),
        "more": max(0, len(result.parts) - _MOST_PARTS),
    }


def _state(part: clamp.PromptPart) -> str:
    return "dropped" if not part.kept else "must" if part.must else "kept"


ADDRESS = _registration.Route(
    "/fit_ad/clamp",
    payload,
    ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_clamp"),
    most_bytes=64 * 1024,
    too_long=FitAdError("The prompt is too long to count", fix="Shorten the text"),
    failed="Counting failed",
    often=True,
)
