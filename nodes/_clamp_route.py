"""The counter's address on ComfyUI's server: ``POST /fit_ad/clamp``."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..core import choices, prompt
from ..core.errors import FitAdError
from ..core.korean import has_hangul
from ._tokenizer import live_counter

CLAMP = "/fit_ad/clamp"
_MOST_BODY = 64 * 1024  # bytes of a question
_MOST_PARTS = 400  # of an answer; more are not shown
_log = logging.getLogger("fit_ad.routes")
_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_clamp")


def register() -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    module = sys.modules.get("server")
    server = getattr(getattr(module, "PromptServer", None), "instance", None)
    if module is None or server is None or not hasattr(module, "web"):
        return False
    server.routes.post(CLAMP)(_handler(module.web))
    return True


def _handler(web: Any) -> Callable[[Any], Any]:
    async def clamp(request: Any) -> Any:
        status, body = await answered(request)
        return web.json_response(body, status=status)

    return clamp


async def answered(request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer; nothing that is asked can raise here."""
    if request.content_length is None or request.content_length > _MOST_BODY:
        return 413, _error(FitAdError("The prompt is too long to count", fix="Shorten the text"))
    try:
        question = await request.json()
        if not isinstance(question, dict):
            raise FitAdError("The question is no JSON object", fix="Send one")
        return 200, await asyncio.get_running_loop().run_in_executor(_pool, answer, question)
    except FitAdError as exc:
        return 400, _error(exc)
    except ValueError as exc:
        return 400, _error(FitAdError("The question could not be read", why=str(exc), fix="Send JSON"))
    except Exception as exc:  # noqa: BLE001  # whatever goes wrong, the counter gets an answer
        _log.exception("Counting failed")
        return 500, _error(FitAdError("Counting failed", why=type(exc).__name__, fix="See ComfyUI's log"))


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of a prompt: its tokens, and every phrase with whether it is kept, dropped or a must.

    Of a dynamic prompt it is the longest that it can become.

    Raises:
        FitAdError: A value is of the wrong type or size, or ``must_keep`` does not fit.
    """
    text, must_keep = _text(question, "text"), _text(question, "must_keep")
    limit = question.get("max_tokens", prompt.CLIP_TOKENS)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 3 <= limit <= prompt.CLIP_TOKENS:
        raise FitAdError(f"max_tokens can't be {limit!r}", fix=f"Give a number from 3 to {prompt.CLIP_TOKENS}")
    count = live_counter()
    longest, chooses = choices.longest(text, count)
    result = prompt.fit(longest, count, must_keep=must_keep, max_tokens=limit)
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


def _state(part: prompt.Part) -> str:
    return "dropped" if not part.kept else "must" if part.must else "kept"


def _text(question: Mapping[str, Any], name: str) -> str:
    value = question.get(name, "")
    if not isinstance(value, str):
        raise FitAdError(f"{name} is no text", fix="Send a string")
    return value


def _error(exc: FitAdError) -> dict[str, Any]:
    return {"error": {"what": exc.what, "why": exc.why, "fix": exc.fix}}
