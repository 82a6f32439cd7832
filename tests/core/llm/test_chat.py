"""One question over real HTTP: answers, steps down, tries again, stops in time, and never shows a key."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.llm import CallFailure, Chat, ModelError
from fit_ad.core.llm import calling as module
from fit_ad.core.settings import Profile, UsageLimits
from fit_ad.core.telemetry import runlog
from model_server import (
    ModelServer,
    body,
    chunk,
    dribble,
    drop,
    failing,
    hang,
    model_server,
    saying,
    speak,
    start_stream,
)

KEY = "sk-canary-4711"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
MESSAGES = [{"role": "user", "content": "?"}]


def chat(server: ModelServer, seconds: float = 5, retries: int = 1, **changes: Any) -> Chat:
    profile = Profile("mine", server.base_url, "m", key="", **changes)
    return Chat(profile, KEY, UsageLimits(seconds, retries))


def ask(talk: Chat) -> str:
    return talk.ask(MESSAGES, "copy", SCHEMA, 7).text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BACK_OFF_S", (0.05,))


def failure(talk: Chat) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(talk)
    return caught.value


def test_what_is_sent_and_what_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "not-for-this-server")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with model_server(saying('{"a": "안녕"}')) as server:
        assert ask(chat(server, effort="low")) == '{"a": "안녕"}'
    asked = server.asked[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert "not-for-this-server" not in str(asked.headers)
    assert asked.body["response_format"]["json_schema"] == {"name": "copy", "strict": True, "schema": SCHEMA}
    assert {k: asked.body[k] for k in ("model", "messages", "stream", "seed", "reasoning_effort")} == {
        "model": "m",
        "messages": MESSAGES,
        "stream": True,
        "seed": 7,
        "reasoning_effort": "low",
    }


def test_without_a_key_none_is_sent() -> None:
    with model_server(saying("x")) as server:
        Chat(Profile("mine", server.base_url, "m"), "", UsageLimits(5, 0)).ask(MESSAGES, "copy", SCHEMA, 0)
    assert "authorization" not in server.asked[0].headers


def test_a_server_that_lacks_schemas_gets_json_mode_then_text() -> None:
    def picky(handler: Any, asked: Any, number: int) -> None:
        if asked.mode == "text":
            speak(handler, asked, "plain")
        else:
            body(handler, 400, '{"error": {"message": "response_format is not supported"}}', "application/json")

    with model_server(picky) as server:
        talk = chat(server, effort="low")
        assert ask(talk) == "plain"
        assert ask(talk) == "plain"
    assert server.modes == ["json_schema", "json_object", "text", "text"]
    assert [("reasoning_effort" in one.body, "seed" in one.body) for one in server.asked[:2]] == [
        (True, True),
        (False, False),
    ]


def test_a_server_that_does_not_stream_is_asked_without() -> None:
    def whole(handler: Any, asked: Any, number: int) -> None:
        asked.body.pop("stream", None) if number else None
        if number == 0:
            body(handler, 200, '{"choices": []}', "application/json")
        else:
            speak(handler, asked, "whole")

    with model_server(whole) as server:
        talk = chat(server)
        assert ask(talk) == "whole"
        assert (talk.requests, talk.tokens) == (2, 30)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    def moody(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if number else body(handler, status, "{}", "application/json")

    with model_server(moody) as server:
        start = time.perf_counter()
        assert ask(chat(server)) == "yes"
        assert 0.5 <= time.perf_counter() - start < 2.5


def test_a_server_says_how_long_to_wait() -> None:
    def moody(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if number else body(handler, 429, "{}", "application/json", retry_after="1")

    with model_server(moody) as server:
        start = time.perf_counter()
        assert ask(chat(server)) == "yes"
        assert time.perf_counter() - start >= 1
    with model_server(failing(429, retry_after="3600")) as server:
        assert failure(chat(server)).failure is CallFailure.BUSY
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("behaviour", "reason", "requests"),
    [
        (failing(401, '{"error": {"message": "Incorrect key sk-canary-4711"}}'), CallFailure.KEY, 1),
        (failing(403), CallFailure.KEY, 1),
        (failing(400, '{"error": {"code": "content_filter", "message": "no"}}'), CallFailure.REFUSED, 1),
        (failing(404, '{"error": {"message": "model m not found"}}'), CallFailure.UNKNOWN, 1),
        (failing(429, '{"error": {"code": "insufficient_quota"}}'), CallFailure.QUOTA, 1),
        (failing(429), CallFailure.BUSY, 2),
        (failing(500), CallFailure.SERVER, 2),
        (failing(400), CallFailure.REQUEST, 4),
        (failing(302, "", location="https://elsewhere.example/v1"), CallFailure.REDIRECT, 1),
        (failing(307, "", location="http://127.0.0.1:9/v1"), CallFailure.REDIRECT, 1),
        (failing(200, "", "application/json"), CallFailure.ANSWER, 2),
        (failing(200, "[1]", "application/json"), CallFailure.ANSWER, 2),
        (failing(200, '{"choices": {"a": 1}, "usage": "x"}', "application/json"), CallFailure.ANSWER, 2),
        (failing(200, b"\xff\xfe\x00".decode("latin1"), "text/event-stream"), CallFailure.ANSWER, 2),
        (failing(200, 'data: {"error": {"message": "out of memory"}}\n\n', "text/event-stream"), CallFailure.ANSWER, 2),
        (failing(200, "data: {nonsense\n\n", "text/event-stream"), CallFailure.ANSWER, 2),
        (failing(200, "<html>login</html>", "text/html"), CallFailure.ANSWER, 2),
        (drop, CallFailure.CONNECTION, 2),
    ],
)
def test_failures_are_told_apart(behaviour: Any, reason: CallFailure, requests: int, impatient: None) -> None:
    with model_server(behaviour) as server:
        error = failure(chat(server))
        assert error.failure is reason
        assert len(server.asked) == requests
    assert "canary" not in str(error)
    assert str(server.port) not in str(error)
    assert "The profile 'mine' gave no answer" in str(error)


def test_nobody_there() -> None:
    with model_server(drop) as server:
        pass
    error = failure(chat(server, retries=0))
    assert error.failure is CallFailure.CONNECTION
    assert "127.0.0.1" not in str(error)


@pytest.mark.parametrize("behaviour", [hang, dribble])
def test_the_limit_holds_whatever_the_server_does(behaviour: Any) -> None:
    with model_server(behaviour) as server:
        start = time.perf_counter()
        assert failure(chat(server, seconds=1)).failure is CallFailure.TIME
        assert time.perf_counter() - start < 1.6


def test_what_came_before_the_break_is_not_lost() -> None:
    def breaks(handler: Any, asked: Any, number: int) -> None:
        start_stream(handler)
        chunk(handler, "x" * 300)

    with model_server(breaks) as server:
        assert ask(chat(server)) == "x" * 300


def test_an_endless_answer_is_cut() -> None:
    def endless(handler: Any, asked: Any, number: int) -> None:
        start_stream(handler)
        while True:
            chunk(handler, "y" * 5000)

    with model_server(endless) as server:
        start = time.perf_counter()
        assert len(ask(chat(server))) == 40_000
        assert time.perf_counter() - start < 3
    with model_server(failing(200, "z" * 3_000_000, "application/json")) as server:
        assert failure(chat(server)).failure is CallFailure.ANSWER


def test_a_cancelled_run_ends_at_once() -> None:
    class InterruptedRunError(Exception):
        pass

    start = time.perf_counter()

    def tick(share: float) -> None:
        if time.perf_counter() - start > 0.5:
            raise InterruptedRunError

    with model_server(hang) as server:
        talk = chat(server, seconds=30)
        talk.tick = tick
        with pytest.raises(InterruptedRunError):
            ask(talk)
    assert time.perf_counter() - start < 1


def test_progress_grows_with_the_answer() -> None:
    def slow(handler: Any, asked: Any, number: int) -> None:
        start_stream(handler)
        for _ in range(6):
            chunk(handler, "a" * 100)
            time.sleep(0.12)
        handler.wfile.write(b"data: [DONE]\n\n")

    shares: list[float] = []
    with model_server(slow) as server:
        talk = chat(server)
        talk.tick, talk.expected = shares.append, 600
        ask(talk)
    assert shares == sorted(shares)
    assert len(set(shares)) >= 4
    assert shares[-1] <= 0.95


def test_neither_key_nor_address_is_logged_or_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpx2", "openai"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with model_server(saying(json.dumps({"a": f"my key is {KEY}"}))) as server:
        talk = chat(server)
        assert ask(talk) == '{"a": "my key is [hidden]"}'
        address = f"127.0.0.1:{server.port}"
    own = [r for r in caplog.records if not r.name.startswith(("httpcore", "asyncio"))]
    assert any(r.name == "fit_ad.llm" and "answered" in r.getMessage() for r in own)
    assert [r.getMessage() for r in own if address in r.getMessage()] == []
    assert [r.getMessage() for r in caplog.records if "canary" in r.getMessage()] == []
    assert "canary" not in repr(talk)


def test_every_request_leaves_a_record_without_what_was_said(tmp_path: Path) -> None:
    handler = runlog.RunLogFile(lambda: tmp_path)
    runlog.records.addHandler(handler)
    try:
        with model_server(saying('{"a": "안녕"}')) as server:
            ask(chat(server))
        with model_server(failing(401)) as server:
            failure(chat(server))
    finally:
        runlog.records.removeHandler(handler)
    text = (tmp_path / runlog.FILE).read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    assert [(e["kind"], e["profile"], e["model_name"], e["outcome"]) for e in found] == [
        ("request", "mine", "m", "answered"),
        ("request", "mine", "m", "key"),
    ]
    assert not any(secret in text for secret in (KEY, "안녕", "127.0.0.1", "?"))
