"""What an exception of the client library, or an error in an answer, means: which failure it is.

Of what a server says only its known fields count, and of those only known values: a message can hold anything, a key in
whatever form among it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .call_errors import CallFailure
from .http_transport import ProxyError, RedirectedError, StoppedError, TooLongError

# What servers say in `code`, `type` or `status`, in small letters and without signs.
_WORDS: Mapping[CallFailure, tuple[str, ...]] = {
    CallFailure.KEY: (
        "invalidapikey authenticationerror invalidauthentication unauthenticated unauthorized",
        "permissiondenied permissionerror",
    ),
    CallFailure.QUOTA: (
        "insufficientquota insufficientbalance paymentrequired billingnotactive billinghardlimitreached",
        "quotaexceeded",
    ),
    CallFailure.BUSY: (
        "ratelimitexceeded ratelimiterror ratelimitreachederror toomanyrequests resourceexhausted",
        "overloadederror overloaded engineoverloaded serverbusy capacityexceeded",
    ),
    CallFailure.LENGTH: (
        "contextlengthexceeded stringabovemaxlength requesttoolarge tokenlimitexceeded maxcontextlength",
    ),
    CallFailure.REFUSED: (
        "contentfilter contentpolicyviolation moderationblocked responsibleaipolicyviolation safetysystem",
        "datainspectionfailed prohibitedcontent contentpolicy",
    ),
    CallFailure.UNKNOWN: (
        "modelnotfound notfounderror deploymentnotfound invalidmodel modelnotavailable notfound unknownmodel",
    ),
    CallFailure.REQUEST: (
        "invalidrequesterror invalidrequest invalidargument invalidparameter invalidvalue unsupportedparameter",
        "unsupportedvalue unknownparameter badrequest missingrequiredparameter invalidtype invalidjson invalidsize",
    ),
    CallFailure.SERVER: (
        "servererror internalerror internalservererror apierror serviceunavailable unavailable timeout badgateway",
    ),
}
_CODES = {code: failure for failure, lines in _WORDS.items() for line in lines for code in line.split()}
# What a request holds, as servers name it in `param`.
_PARAMETERS = frozenset(
    {"model", "messages", "prompt", "size", "quality", "background", "n", "seed", "stream", "response_format"}
    | {"reasoning_effort", "output_format", "image", "mask", "input"}
)
# How OpenAI, Azure and others say that their safety check stopped a request, where no code says it.
_STOPPED = re.compile(r"moderation_blocked|content_policy|content_filter|safety system|safety_violations", re.I)
_VIOLATIONS = re.compile(r"safety_violations=\[([\w\s,/-]{1,80})\]")
_KINDS = frozenset(
    {"sexual", "minors", "hate", "harassment", "violence", "graphic", "illicit", "self-harm", "threatening", "drugs"}
)


def reason_of(exc: BaseException) -> tuple[CallFailure, str]:
    """Return what went wrong, and more about it in words of ours."""
    causes = _causes(exc)
    if any(isinstance(cause, ProxyError) for cause in causes):
        return CallFailure.PROXY, ""
    if isinstance(exc, ImportError):
        return CallFailure.PACKAGE, ""
    import openai

    if any(isinstance(cause, RedirectedError) for cause in causes):
        return CallFailure.REDIRECT, ""
    if any(isinstance(cause, TooLongError) for cause in causes):
        return CallFailure.ANSWER, "it does not end"
    if isinstance(exc, openai.APITimeoutError) or any(isinstance(cause, StoppedError) for cause in causes):
        return CallFailure.TIME, ""
    if isinstance(exc, openai.APIStatusError):
        return _of_status(exc.status_code, exc.body)
    if isinstance(exc, openai.APIConnectionError) or _is_transport(causes):
        timed_out = any("Timeout" in type(cause).__name__ for cause in causes)
        return (CallFailure.TIME if timed_out else CallFailure.CONNECTION), ""
    if isinstance(exc, openai.APIError) and exc.body is not None:
        return reason_in(exc.body)
    return CallFailure.ANSWER, type(exc).__name__


def reason_in(error: Any) -> tuple[CallFailure, str]:
    """Return what an error means that stands in an answer which came with status 200."""
    fields = error if isinstance(error, Mapping) else {}
    status = next((value for name in ("code", "status") if _is_status(value := fields.get(name))), 0)
    if status:
        return _of_status(int(status), error)
    return _told(fields) or (_stopped(error) if _STOPPED.search(str(error)) else (CallFailure.SERVER, ""))


def retry_after(exc: BaseException) -> float:
    """Return the seconds that a server asks to wait; 0 where it names none."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except (TypeError, ValueError):
        return 0.0


def never_arrived(exc: BaseException) -> bool:
    """Return whether a request never reached the server, so that it cannot have cost anything."""
    return any(type(cause).__name__ in ("ConnectError", "ConnectTimeout", "ProxyError") for cause in _causes(exc))


def _causes(exc: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while exc is not None and exc not in found:
        found.append(exc)
        exc = exc.__cause__ or exc.__context__
    return found


def _is_transport(causes: Sequence[BaseException]) -> bool:
    return any(type(cause).__module__.split(".")[0].startswith(("httpx", "httpcore", "socksio")) for cause in causes)


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600


def _of_status(status: int, body: Any) -> tuple[CallFailure, str]:
    fields = _fields(body)
    if status in (400, 403) and _STOPPED.search(str(body)):
        return _stopped(body)
    said = _told(fields)
    if said is not None and said[0] in (CallFailure.QUOTA, CallFailure.LENGTH, CallFailure.REFUSED):
        return said
    more = said[1] if said is not None else ""
    if status == 402:
        return CallFailure.QUOTA, ""
    if status == 429:
        return CallFailure.BUSY, ""
    if status in (401, 403):
        return CallFailure.KEY, ""
    if status in (404, 405):
        return CallFailure.UNKNOWN, ""
    if status == 413:
        return CallFailure.LENGTH, ""
    if status in (408, 409) or status >= 500:
        return CallFailure.SERVER, f"status {status}"
    return CallFailure.REQUEST, more or f"status {status}"


def _fields(body: Any) -> Mapping[str, Any]:
    """Return the fields of an error, which some servers put inside a field ``error`` and some do not."""
    inner = body.get("error") if isinstance(body, Mapping) else None
    return inner if isinstance(inner, Mapping) else body if isinstance(body, Mapping) else {}


def _told(fields: Mapping[str, Any]) -> tuple[CallFailure, str] | None:
    """Return what the known fields of an error say; None where they hold nothing that is known."""
    for name in ("code", "type", "status"):
        value = fields.get(name)
        plain = re.sub(r"[^a-z]", "", value[:80].lower()) if isinstance(value, str) else ""
        if plain in _CODES:
            parameter = fields.get("param")
            return _CODES[plain], f"'{parameter}'" if parameter in _PARAMETERS else ""
    return None


def _stopped(body: Any) -> tuple[CallFailure, str]:
    named = _VIOLATIONS.search(str(body))
    kinds = [kind for kind in re.split(r"[\s,/]+", named[1].lower()) if kind in _KINDS] if named else []
    return CallFailure.REFUSED, ", ".join(kinds)
