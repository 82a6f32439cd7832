"""An image prompt from the words of an ad: translated by a word list, written out by a language model, or both."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import FitAdError
from .clamp import split
from .glossary import keywords, unsaid

if TYPE_CHECKING:
    from ..llm.chat import Tick
    from ..llm.llm_writer import Writer

KEYWORDS, LLM, BLEND = MODES = ("keywords", "llm", "blend")

_LEAST, _MOST = 0.6, 1.4  # weights at the ends of a blend
_log = logging.getLogger("fit_ad.prompt")


def write(
    text: str, prompt: str, mode: str, blend: float, writer: Writer | None = None, tick: Tick | None = None
) -> str:
    """Return a prompt that shows what the ad says; what the given prompt says already is not said again.

    Where a language model has no answer, the keywords stand in for it.

    Args:
        text: The words of the ad, Korean or English.
        prompt: A prompt to begin with; it comes first, as it is.
        mode: ``keywords``, ``llm`` or ``blend``.
        blend: For ``blend``: 0 is all keywords, 1 all language model; between them both are weighted.
        writer: The language model to ask.
        tick: Called with the share (0..1) of the answer that is there; what it raises ends the question.

    Raises:
        FitAdError: The mode is unknown, or there is no language model to ask.
    """
    from ..llm.call_errors import ModelError
    from .llm_expand import expand

    if mode not in MODES:
        raise FitAdError(f"mode can't be '{mode}'", fix=f"Choose one of {', '.join(MODES)}")
    share = {KEYWORDS: 0.0, LLM: 1.0}.get(mode, min(max(blend, 0.0), 1.0))
    words = unsaid(keywords(text), [phrase.text for phrase in split(prompt)])
    if share == 0 or not text.strip():
        return combined(prompt, words, "", 0)
    try:
        return combined(prompt, words, expand(text, prompt, writer, tick or _nothing), share)
    except ModelError as exc:
        _log.warning("The keywords stand in for the language model. %s", exc)
        return combined(prompt, words, "", 0)


def combined(prompt: str, words: Sequence[str], expansion: str, share: float) -> str:
    """Return prompt, keywords and expansion in one line, the latter two weighted by the expansion's share (0..1)."""
    listed = ", ".join(words)
    parts = [prompt.strip().rstrip(",")]
    if share < 1:
        parts.append(_weighted(listed, _MOST - share * (_MOST - _LEAST) if share else 1.0))
    if share > 0:
        parts.append(_weighted(expansion, _LEAST + share * (_MOST - _LEAST) if share < 1 and listed else 1.0))
    return ", ".join(part for part in parts if part)


def _weighted(text: str, weight: float) -> str:
    return text if not text or abs(weight - 1) < 0.005 else f"({text}:{round(weight, 2):g})"


def _nothing(share: float) -> None:
    """Stand in for a report that nobody reads."""
