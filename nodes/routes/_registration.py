"""Addresses on ComfyUI's own server: a question in JSON comes in, an answer in JSON goes out, whatever happens."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ...core.errors import FitAdError
from ...core.telemetry import runlog

_log = logging.getLogger("fit_ad.routes")


@dataclass(frozen=True)
class Route:
    """What a POST to ``path`` does.

    Attributes:
        answer: Takes the question, a JSON object, and returns the answer; runs in ``pool``.
        most_bytes: A larger question is not read.
        too_long: What is told then.
        failed: What is told where the answer is a bug of ours.
        arrived: Takes the question as soon as it is there, on the server's own thread.
        limit_s: How long an answer may take; afterwards that is told, and what comes of it is dropped.
        refusals: What ``answer`` and ``arrived`` raise besides FitAdError, with the status and the JSON for it.
        same_origin: Whether only pages of this very ComfyUI may ask, for what changes something on this machine.
        often: Asked many times a second, as while something is dragged; of it the run log keeps only what went wrong.
    """

    path: str
    answer: Callable[[Mapping[str, Any]], dict[str, Any]]
    pool: Executor
    most_bytes: int
    too_long: FitAdError
    failed: str
    arrived: Callable[[Mapping[str, Any]], None] | None = None
    limit_s: float | None = None
    refusals: Mapping[type[Exception], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    same_origin: bool = False
    often: bool = False


def register(address: Route) -> bool:
    """Add the address to ComfyUI's server; False where there is none, as in tests and in the command."""
    module = sys.modules.get("server")
    server = getattr(getattr(module, "PromptServer", None), "instance", None)
    if module is None or server is None or not hasattr(module, "web"):
        return False

    async def handler(request: Any) -> Any:
        status, body = await _recorded(address, request)
        return module.web.json_response(body, status=status)

    server.routes.post(address.path)(handler)
    return True


async def _recorded(address: Route, request: Any) -> tuple[int, dict[str, Any]]:
    """Answer, and leave a record of it in the run log."""
    start = time.perf_counter()
    status, body = await handle(address, request)
    usual = {200, *(status for status, _ in address.refusals.values())}
    if not address.often or status not in usual:
        seconds = round(time.perf_counter() - start, 4)
        outcome = "done" if status == 200 else f"status {status}"
        record = partial(runlog.record, "request", address=address.path, outcome=outcome, seconds=seconds)
        await asyncio.get_running_loop().run_in_executor(None, record)  # the file may be locked for a moment
    return status, body


async def handle(address: Route, request: Any) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON of an answer; nothing that is asked can raise here."""
    if address.same_origin and not from_own_page(request.headers):
        return 403, error_json(FitAdError("This may be asked by ComfyUI's own page only", fix="Ask in JSON from there"))
    if request.content_length is None or request.content_length > address.most_bytes:
        return 413, error_json(address.too_long)
    try:
        question = await request.json()
        if not isinstance(question, dict):
            raise FitAdError("The question is no JSON object", fix="Send one")
        if address.arrived is not None:
            address.arrived(question)
        answer = asyncio.get_running_loop().run_in_executor(address.pool, address.answer, question)
        return 200, await asyncio.wait_for(answer, address.limit_s)
    except tuple(address.refusals) as exc:
        return address.refusals[type(exc)]
    except FitAdError as exc:
        return 400, error_json(exc)
    except asyncio.TimeoutError:  # in Python 3.10 not the built-in one
        return 503, error_json(FitAdError(address.failed, why="It took too long", fix="Try again"))
    except ValueError as exc:
        return 400, error_json(FitAdError("The question could not be read", why=str(exc), fix="Send JSON"))
    except Exception as exc:  # noqa: BLE001  # whatever goes wrong, the editor gets an answer
        _log.exception(address.failed)
        return 500, error_json(FitAdError(address.failed, why=type(exc).__name__, fix="See ComfyUI's log"))


def from_own_page(headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from a page of this very server, or from no page at all.

    JSON keeps browsers from sending it for another site unasked; what they say of that site is compared on top, also
    where ComfyUI's own guard does not, on other hosts than this machine.
    """
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return False
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("Host", "").lower()


def error_json(exc: FitAdError) -> dict[str, Any]:
    """Return an error as JSON data."""
    return {"error": {"what": exc.what, "why": exc.why, "fix": exc.fix}}


def text_field(values: Mapping[str, Any], name: str) -> str:
    """Return a text of a question; one that is not given is empty.

    Raises:
        FitAdError: It is no text.
    """
    value = values.get(name, "")
    if not isinstance(value, str):
        raise FitAdError(f"{name} is no text", fix="Send a string")
    return value
