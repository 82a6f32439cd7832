"""What an exception of the client library means: which failure it is, and what the server said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .call_errors import CallFailure
from .transport import RedirectedError, StoppedError, TooLongError

# How OpenAI, Azure and others say that their safety check stopped a request.
_REFUSED = re.compile(r"moderation_blocked|content_policy|content_filter|safety system|safety_violations", re.I)
_VIOLATIONS = re.compile(r"safety_violations=\[([\w\s,/-]{1,80})\]")


def reason_of(exc: BaseException) -> tuple[CallFailure, str]:
    """Return what went wrong, and what the server said about it, not yet scrubbed."""
    if isinstance(exc, ImportError):
        return CallFailure.PACKAGE, ""
    import openai

    causes = _causes(exc)
    if any(isinstance(cause, RedirectedError) for cause in causes):
        return CallFailure.REDIRECT, ""
    if any(isinstance(cause, TooLongError) for cause in causes):
        return CallFailure.ANSWER, "it does not end"
    if isinstance(exc, openai.APITimeoutError) or any(isinstance(cause, StoppedError) for cause in causes):
        return CallFailure.TIME, ""
    if isinstance(exc, openai.APIStatusError):
        return _of_status(exc.status_code, str(exc.message), f"{exc.code} {exc.body}")
    if isinstance(exc, openai.APIConnectionError) or _is_transport(causes):
        timed_out = any("Timeout" in type(cause).__name__ for cause in causes)
        return (CallFailure.TIME if timed_out else CallFailure.CONNECTION), ""
    return CallFailure.ANSWER, type(exc).__name__


def retry_after(exc: BaseException) -> float:
    """Return the seconds that a server asks to wait; 0 where it names none."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except (TypeError, ValueError):
        return 0.0


def never_arrived(exc: BaseException) -> bool:
    """Return whether a request never reached the server, so that it cannot have cost anything."""
    return any(type(cause).__name__ in ("ConnectError", "ConnectTimeout") for cause in _causes(exc))


def _causes(exc: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while exc is not None and exc not in found:
        found.append(exc)
        exc = exc.__cause__ or exc.__context__
    return found


def _is_transport(causes: Sequence[BaseException]) -> bool:
    return any(type(cause).__module__.split(".")[0].startswith(("httpx", "httpcore")) for cause in causes)


def _of_status(status: int, said: str, body: str) -> tuple[CallFailure, str]:
    if status in (400, 403) and _REFUSED.search(body):
        named = _VIOLATIONS.search(body)
        return CallFailure.REFUSED, named[1] if named else ""
    if status == 429:
        return (CallFailure.QUOTA if "insufficient_quota" in body else CallFailure.BUSY), ""
    if status in (401, 403):
        return CallFailure.KEY, ""
    if status == 404:
        return CallFailure.UNKNOWN, _plain(said)
    if status in (408, 409) or status >= 500:
        return CallFailure.SERVER, f"status {status}"
    return CallFailure.REQUEST, _plain(said)


def _plain(said: str) -> str:
    """Return a server's words; nothing of a web page."""
    return "" if "<" in said[:200] else said
