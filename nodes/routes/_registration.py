"""Routes on ComfyUI's own server: a JSON object comes in, a JSON object goes out, whatever happens.

The event loop, which all of ComfyUI shares, only counts bytes. Reading JSON, working and writing JSON is done in other
threads: few of them, since Python runs one at a time.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.infra.cancellation import CancelledWorkError, CancelToken, cancellable
from ...core.telemetry import runlog
from .. import _settings
from ._origin import is_allowed

Payload = Callable[[Mapping[str, Any]], dict[str, Any]]

_PACKED = 415  # the status for a body that comes compressed
_READ_S = 20.0  # for a body to arrive
_POLL_S = 0.25  # how soon it is seen that nobody waits any more
_SMALL_BYTES = 4096  # of a body that is read where it arrives
_MOST_VALUES = 400_000  # in a body; reading more would hold up every other thread
_MOST_HELD_BYTES = 64 * 1024 * 1024  # of all bodies that wait for their turn
_READING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_json")
_RECORDING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_record")
WORDS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fit_ad_words")
"""Where routes work that only handle text and data; one at a time, as they would slow each other down."""

_log = logging.getLogger("fit_ad.routes")


@dataclass(frozen=True)
class Route:
    """What a POST to ``path`` does.

    Attributes:
        path: Below ComfyUI's address.
        answer: Takes the body, a JSON object, and returns the answer; runs in ``pool``.
        most_bytes: A larger body is not read.
        too_large: What is told then.
        failed: What is told where the answer is a bug of ours.
        pool: Where it works.
        arrived: Takes the body as soon as it is there, on the server's own thread.
        limit_s: How long an answer may take from its arrival on; afterwards the work is called off.
        refusals: What ``answer`` and ``arrived`` raise besides FitAdError, with the status and the JSON for it.
        often: Asked many times a second, as while something is dragged; of it the run log keeps only what went wrong.
    """

    path: str
    answer: Payload
    most_bytes: int
    too_large: FitAdError
    failed: str
    pool: Executor = WORDS
    arrived: Callable[[Mapping[str, Any]], None] | None = None
    limit_s: float = 20.0
    refusals: Mapping[type[Exception], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    often: bool = False


class Answer(NamedTuple):
    """What goes back: the HTTP status and a JSON object, as bytes."""

    status: int
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The JSON object."""
        data: dict[str, Any] = json.loads(self.body)
        return data


class _TooLargeError(Exception):
    """A body has more bytes or values than its route takes."""


class _BusyError(Exception):
    """The bodies that wait already leave no room for another one."""


class HeldBytes:
    """How many bytes all bodies take that are read and not answered yet. Used by the event loop alone."""

    def __init__(self, most: int = _MOST_HELD_BYTES) -> None:
        self.most, self.held = most, 0

    def take(self, count: int) -> None:
        """Take room for a body.

        Raises:
            _BusyError: There is none; a body that comes alone always finds room.
        """
        if self.held and self.held + count > self.most:
            raise _BusyError
        self.held += count

    def give(self, count: int) -> None:
        """Give the room back."""
        self.held -= count


_HELD = HeldBytes()


def register(route: Route) -> bool:
    """Add a route to ComfyUI's server; False where there is none, as in tests and in the command."""
    module = sys.modules.get("server")
    server = getattr(getattr(module, "PromptServer", None), "instance", None)
    if module is None or server is None or not hasattr(module, "web"):
        return False

    async def handler(request: Any) -> Any:
        answer = await _recorded(route, request)
        response = module.web.Response(body=answer.body, status=answer.status, content_type="application/json")
        if answer.status == _PACKED:  # aiohttp would unpack the rest to get rid of it
            response.force_close()
            request.content.feed_eof()
        return response

    server.routes.post(route.path)(handler)
    return True


def freeze_at_start() -> None:
    """Leave what ComfyUI holds when it begins to serve, before any model, out of garbage collection from then on.

    That is code, node classes and the like, some 600,000 objects that are never garbage. Going through them all held
    every thread for 340 ms, whenever requests or ComfyUI's own ``gc.collect()`` made it necessary.
    """
    server = getattr(sys.modules.get("server"), "PromptServer", None)
    started = getattr(getattr(getattr(server, "instance", None), "app", None), "on_startup", None)
    if started is not None and not started.frozen:
        started.append(_freeze)


async def _freeze(_: Any) -> None:
    gc.freeze()


async def _recorded(route: Route, request: Any) -> Answer:
    """Answer, and leave a record of it in the run log."""
    start = time.perf_counter()
    answer = await handle(route, request)
    usual = {200, *(status for status, _ in route.refusals.values())}
    if not route.often or answer.status not in usual:
        seconds = round(time.perf_counter() - start, 4)
        outcome = "done" if answer.status == 200 else f"status {answer.status}"
        record = partial(runlog.record, "request", address=route.path, outcome=outcome, seconds=seconds)
        _RECORDING.submit(record)  # the file may be locked for a moment
    return answer


async def handle(route: Route, request: Any) -> Answer:
    """Return the answer to a request; nothing that is asked can raise here."""
    token = CancelToken(route.limit_s)
    try:
        return await _answer(route, request, token)
    except tuple(route.refusals) as exc:
        status, body = route.refusals[type(exc)]
        return _packed(status, body)
    except _TooLargeError:
        return _told(413, route.too_large)
    except _BusyError:
        return _told(503, FitAdError(route.failed, why="The server is busy with other requests", fix="Try again"))
    except (asyncio.TimeoutError, CancelledWorkError):  # in Python 3.10 the first is not the built-in one
        return _told(503, FitAdError(route.failed, why="It took too long", fix="Try again"))
    except FitAdError as exc:
        return _told(400, exc)
    except RecursionError:
        return _told(400, FitAdError("The request is nested too deeply", fix="Send flatter JSON"))
    except (ValueError, OverflowError) as exc:
        return _told(400, FitAdError("The request could not be read", why=str(exc)[:200], fix="Send JSON"))
    except Exception as exc:  # noqa: BLE001  # whatever goes wrong, the editor gets an answer
        _log.exception(route.failed)
        return _told(500, FitAdError(route.failed, why=type(exc).__name__, fix="See ComfyUI's log"))
    finally:
        token.cancel()


async def _answer(route: Route, request: Any, token: CancelToken) -> Answer:
    if not is_allowed(request.headers, _served_names):
        return _told(403, FitAdError("Only ComfyUI's own page may ask this", fix="Open ComfyUI by its own address"))
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _told(_PACKED, FitAdError("The request body must not be compressed", fix="Send plain JSON"))
    length = request.content_length
    if length is not None and length > route.most_bytes:
        raise _TooLargeError
    room = route.most_bytes if length is None else length
    _HELD.take(room)
    try:
        body = await asyncio.wait_for(_read(request, route.most_bytes), _READ_S)
        question = None if route.arrived is None else await _arrived(route.arrived, body)
        work = asyncio.get_running_loop().run_in_executor(route.pool, _worked, route, body, question, token)
        return await _waited(request, work, token)
    finally:
        _HELD.give(room)


async def _arrived(arrived: Callable[[Mapping[str, Any]], None], body: bytes) -> dict[str, Any]:
    small = len(body) <= _SMALL_BYTES
    question = read_body(body) if small else await asyncio.get_running_loop().run_in_executor(_READING, read_body, body)
    arrived(question)
    return question


async def _read(request: Any, most_bytes: int) -> bytes:
    """Return a request's body; one that is too large is not read to its end."""
    parts, count = [], 0
    async for part in request.content.iter_chunked(65_536):
        count += len(part)
        if count > most_bytes:
            raise _TooLargeError
        parts.append(part)
    return b"".join(parts)


def read_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body.

    Raises:
        _TooLargeError: It holds so many values that reading them would hold up the whole server.
        FitAdError: It is another kind of JSON.
        ValueError: It is not JSON.
    """
    if body.count(b",") + body.count(b"[") + body.count(b"{") > _MOST_VALUES:
        raise _TooLargeError
    question = json.loads(body)
    if not isinstance(question, dict):
        raise FitAdError("The request body must be a JSON object", fix="Send one")
    return question


def _worked(route: Route, body: bytes, question: Mapping[str, Any] | None, token: CancelToken) -> Answer:
    """Do the work, in a thread of the route's pool; what waited too long is not begun.

    A body is read only now, where nobody has to know of it earlier: bytes are nothing that garbage collection looks at.
    """
    token.check()
    with cancellable(token):
        return _packed(200, route.answer(read_body(body) if question is None else question))


async def _waited(request: Any, work: asyncio.Future[Answer], token: CancelToken) -> Answer:
    """Wait for the work; call it off where it takes too long, or where nobody waits for it any more."""
    try:
        while not (await asyncio.wait({work}, timeout=min(_POLL_S, token.left_s)))[0]:
            if token.left_s <= 0 or _is_gone(request):
                raise CancelledWorkError
        return work.result()
    finally:
        token.cancel()
        work.cancel()


def _is_gone(request: Any) -> bool:
    transport = request.transport
    return transport is None or bool(transport.is_closing())


def _served_names() -> tuple[str, ...]:
    """Return the names that this ComfyUI is served under: the one that it listens on, and those of the settings."""
    server = getattr(sys.modules.get("server"), "PromptServer", None)
    listens = str(getattr(getattr(server, "instance", None), "address", "") or "")
    return (listens, *_settings.hosts())


def _told(status: int, exc: FitAdError) -> Answer:
    return _packed(status, error_json(exc))


def _packed(status: int, data: Mapping[str, Any]) -> Answer:
    """Return data as the bytes of JSON that every browser reads: without NaN and infinities."""
    try:
        text = json.dumps(data, default=str, allow_nan=False)
    except ValueError:
        text = json.dumps(json.loads(json.dumps(data, default=str), parse_constant=str))
    return Answer(status, text.encode())


def error_json(exc: FitAdError) -> dict[str, Any]:
    """Return an error as JSON data."""
    return {"error": {"what": exc.what, "why": exc.why, "fix": exc.fix}}


def text_field(values: Mapping[str, Any], name: str) -> str:
    """Return a text of a request; one that is not given is empty.

    Raises:
        FitAdError: It is not a text.
    """
    value = values.get(name, "")
    if not isinstance(value, str):
        raise FitAdError(f"{name} must be a text", fix="Send a string")
    return value
