"""Routes: whatever comes in is answered, nothing holds the server up, and no page of others gets an answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import threading
import types
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra.cancellation import checkpoint
from fit_ad.nodes import routes
from fit_ad.nodes.routes import _previews, _registration
from fit_ad.nodes.routes._registration import HeldBytes, Route, handle, read_body
from requests_to_us import Request, answered, asked

LIMIT = 10_000


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def route(pool: ThreadPoolExecutor) -> Route:
    return Route("/x", dict, LIMIT, FitAdError("It is too large"), "It failed", pool)


def failing(exc: Exception) -> Any:
    def answer(question: Mapping[str, Any]) -> dict[str, Any]:
        raise exc

    return answer


def test_an_object_comes_in_and_one_goes_out(route: Route) -> None:
    assert asked(route, {"a": "봄", "b": [1, None]}) == (200, {"a": "봄", "b": [1, None]})


def test_numbers_that_browsers_cannot_read_are_text(route: Route) -> None:
    assert asked(route, '{"a": NaN, "b": [1e999]}') == (200, {"a": "NaN", "b": ["Infinity"]})


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[1]", "The request body must be a JSON object"),
        ("", "The request could not be read"),
        ("{", "The request could not be read"),
        (b"\xff\xfe\x00", "The request could not be read"),
        ('{"a": ' + "9" * 5000 + "}", "The request could not be read"),
        ('{"a": ' + "[" * 4000, "The request is nested too deeply"),
        ('"\\ud800"', "The request body must be a JSON object"),
    ],
)
def test_what_is_no_json_object_is_told(body: str | bytes, what: str, route: Route) -> None:
    status, told = asked(route, body)
    assert (status, told["error"]["what"]) == (400, what)


def test_halves_of_characters_come_back_as_they_came(route: Route) -> None:
    assert asked(route, '{"a": "\\ud800"}') == (200, {"a": "\ud800"})


@pytest.mark.parametrize(
    ("raised", "status", "why"),
    [
        (FitAdError("Wrong", why="x"), 400, "x"),
        (RuntimeError("secret"), 500, "RuntimeError"),
        (RecursionError(), 400, ""),
        (OverflowError("int too large"), 400, "int too large"),
        (KeyError("secret"), 500, "KeyError"),
    ],
)
def test_whatever_the_work_raises_there_is_an_answer(raised: Exception, status: int, why: str, route: Route) -> None:
    got, told = asked(replace(route, answer=failing(raised)), {})
    assert (got, told["error"]["why"]) == (status, why)


# --- size -----------------------------------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_large_is_not_read(route: Route) -> None:
    request = Request("{}", LIMIT + 1)
    assert answered(route, request) == (413, {"error": {"what": "It is too large", "why": "", "fix": ""}})
    assert request.read == 0


@pytest.mark.parametrize("length", [10, None])
def test_a_body_is_counted_as_it_is_read(length: int | None, route: Route) -> None:
    request = Request(b" " * 1_000_000)
    request.content_length = length
    assert answered(route, request)[0] == 413
    assert request.read <= 65_536


def test_a_packed_body_is_not_unpacked(route: Route) -> None:
    """aiohttp unpacks what is read: 60 KB can become 60 MB."""
    request = Request(gzip.compress(b" " * 60_000_000), headers={"Content-Encoding": "gzip"})
    assert (answered(route, request)[0], request.read) == (415, 0)


def test_a_body_of_too_many_values_is_not_parsed(route: Route) -> None:
    large = replace(route, most_bytes=10_000_000)
    with at_most_cpu(1):
        assert asked(large, b'{"a": [' + b"1," * 2_000_000 + b"1]}")[0] == 413
    assert len(read_body(b'{"a": [' + b"1," * 1000 + b"1]}")["a"]) == 1001


def test_waiting_bodies_take_only_so_much_room(route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    held = HeldBytes(1000)
    monkeypatch.setattr(_registration, "_HELD", held)
    held.take(900)
    status, told = asked(route, {"a": "x" * 200})
    assert (status, "busy" in told["error"]["why"]) == (503, True)
    assert asked(route, {})[0] == 200
    held.give(900)
    assert (asked(route, {"a": "x" * 5000})[0], held.held) == (200, 0)


# --- time -----------------------------------------------------------------------------------------------------


def test_work_that_takes_too_long_is_called_off(route: Route) -> None:
    seen = threading.Event()

    def slow(question: Mapping[str, Any]) -> dict[str, Any]:
        try:
            while True:
                checkpoint()
        finally:
            seen.set()

    status, told = asked(replace(route, answer=slow, limit_s=0.05), {})
    assert (status, told["error"]["why"]) == (503, "It took too long")
    assert seen.wait(10)


def test_work_that_nobody_waits_for_is_called_off(route: Route) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(question: Mapping[str, Any]) -> dict[str, Any]:
        begun.set()
        try:
            while True:
                checkpoint()
        finally:
            ended.set()

    async def leave() -> int:
        request = Request("{}")
        task = asyncio.ensure_future(handle(replace(route, answer=slow), request))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait, 10)
        request.transport = None
        return (await task).status

    assert asyncio.run(leave()) == 503
    assert ended.wait(10)


def test_work_whose_turn_comes_too_late_is_never_begun(route: Route) -> None:
    free, done = threading.Event(), []

    async def both() -> list[int]:
        blocked = replace(route, answer=lambda question: {"waited": free.wait(10)})
        late = replace(route, answer=lambda question: {"done": done.append(1)}, limit_s=0.05)
        first = asyncio.ensure_future(handle(blocked, Request("{}")))
        await asyncio.sleep(0)
        second = await handle(late, Request("{}"))
        free.set()
        return [(await first).status, second.status]

    assert asyncio.run(both()) == [200, 503]
    assert done == []


def test_the_event_loop_is_free_while_two_hundred_are_answered(route: Route) -> None:
    """What the loop itself does for a request is little: parsing of more than a page and work are done elsewhere."""
    threads = set()

    def answer(question: Mapping[str, Any]) -> dict[str, Any]:
        threads.add(threading.current_thread().name)
        return {"n": len(str(question))}

    async def flood() -> list[int]:
        body = json.dumps({"a": ["x"] * 1500})
        answers = await asyncio.gather(*(handle(replace(route, answer=answer), Request(body)) for _ in range(200)))
        return [one.status for one in answers]

    assert asyncio.run(flood()) == [200] * 200
    assert threading.current_thread().name not in threads


# --- ComfyUI's server -----------------------------------------------------------------------------------------


def test_routes_are_added_where_comfyui_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    added: dict[str, Any] = {}
    server = types.ModuleType("server")
    table = types.SimpleNamespace(post=lambda path: lambda handler: added.update({path: handler}))
    server.PromptServer = types.SimpleNamespace(instance=None)  # type: ignore[attr-defined]
    server.web = types.SimpleNamespace(Response=lambda **given: types.SimpleNamespace(**given, force_close=list))  # type: ignore[attr-defined]
    monkeypatch.setattr(_previews, "RUNS", _previews.PreviewRuns())
    monkeypatch.setitem(sys.modules, "server", server)
    routes.register_all()
    assert (added, _previews.RUNS.wanted) == ({}, False)
    server.PromptServer.instance = types.SimpleNamespace(routes=table)  # type: ignore[attr-defined]
    routes.register_all()
    names = ("clamp", "cutout", "cutout/models", "place", "settings", "validate")
    assert sorted(added) == [f"/fit_ad/{name}" for name in names]
    assert _previews.RUNS.wanted
    answer = asyncio.run(added["/fit_ad/clamp"](Request("[1]")))
    assert (answer.status, answer.content_type) == (400, "application/json")
    packed = Request(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})
    assert asyncio.run(added["/fit_ad/clamp"](packed)).status == 415
    assert packed.ended


def test_what_comfyui_holds_when_it_begins_to_serve_is_left_out_of_garbage_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Signal(list):  # type: ignore[type-arg]
        frozen = False

    frozen = []
    server = types.ModuleType("server")
    app = types.SimpleNamespace(on_startup=Signal())
    server.PromptServer = types.SimpleNamespace(instance=types.SimpleNamespace(app=app))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "server", server)
    monkeypatch.setattr(_registration.gc, "freeze", lambda: frozen.append(1))
    _registration.freeze_at_start()
    assert frozen == []
    asyncio.run(app.on_startup[0](app))
    assert frozen == [1]
    Signal.frozen = True
    _registration.freeze_at_start()
    assert len(app.on_startup) == 1
