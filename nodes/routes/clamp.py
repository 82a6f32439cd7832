"""The counter's route on ComfyUI's server: ``POST /fit_ad/clamp``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.cancellation import checkpoint
from ...core.prompt import clamp, dynamic
from ...core.text.korean import has_hangul
from .._tokenizer import live_counter
from ._registration import Route, text_field

_MOST_PARTS = 400  # of an answer; more are not shown
_MOST_CHARACTERS = 20_000  # CLIP reads some 400
_MOST_PHRASES = 1000
_SEPARATOR = re.compile(r"[,，、\n.!?。！？]")

TOO_LONG = FitAdError("The prompt is too long for counting tokens", fix="Shorten the text")


def payload(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of a prompt: its tokens, and every phrase with whether it is kept, dropped or a must.

    Of a dynamic prompt it is the longest that it can become.

    Raises:
        FitAdError: A value is of the wrong type or size, or ``must_keep`` does not fit.
    """
    text, must_keep = text_field(question, "text"), text_field(question, "must_keep")
    if len(text) + len(must_keep) > _MOST_CHARACTERS or phrases_at_most(text) > _MOST_PHRASES:
        raise TOO_LONG
    limit = question.get("max_tokens", clamp.CLIP_TOKENS)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 3 <= limit <= clamp.CLIP_TOKENS:
        raise FitAdError(f"max_tokens can't be {limit!r}", fix=f"Give a number from 3 to {clamp.CLIP_TOKENS}")
    count = _until_called_off(live_counter())
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


def phrases_at_most(text: str) -> int:
    """Return how many phrases a prompt can have at most."""
    return 1 + sum(1 for _ in _SEPARATOR.finditer(text))


def _until_called_off(count: Callable[[str], int]) -> Callable[[str], int]:
    """Return what counts tokens as long as somebody waits for it."""

    def counted(text: str) -> int:
        checkpoint()
        return count(text)

    return counted


def _state(part: clamp.PromptPart) -> str:
    return "dropped" if not part.kept else "must" if part.must else "kept"


ROUTE = Route(
    "/fit_ad/clamp",
    payload,
    most_bytes=64 * 1024,
    too_large=TOO_LONG,
    failed="Counting failed",
    often=True,
)
