"""One question over real HTTP: answers, steps down, tries again, stops in time, and never shows a key."""

from __future__ import annotations

import base64
import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from fake_time import Clock, callers_clock
from fit_ad.core.llm import CallFailure, Chat, ModelError
from fit_ad.core.settings import Profile, UsageLimits, parse
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
from socks_proxy import socks_proxy

KEY = "sk-canary-4711"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
MESSAGES = [{"role": "user", "content": "?"}]


def chat(server: ModelServer, seconds: float = 5, retries: int = 1, **changes: Any) -> Chat:
    profile = Profile("mine", server.base_url, "m", key="", **changes)
    return Chat(profile, KEY, UsageLimits(seconds, retries))


def ask(talk: Chat) -> str:
    return talk.ask(MESSAGES, "copy", SCHEMA, 7).text


def finishing(reason: str, text: str, **more: Any) -> Any:
    """Say a text and end for a reason, both as one answer and as a stream."""

    def behave(handler: Any, asked: Any, number: int) -> None:
        said = {"role": "assistant", "content": text, **more}
        if asked.body.get("stream"):
            start_stream(handler)
            for delta, end in ((said, None), ({}, reason)):
                piece = {"choices": [{"index": 0, "delta": delta, "finish_reason": end}]}
                handler.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            handler.wfile.write(b"data: [DONE]\n\n")
        else:
            answer = {"choices": [{"index": 0, "message": said, "finish_reason": reason}]}
            body(handler, 200, json.dumps(answer), "application/json")

    return behave


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return callers_clock(monkeypatch)


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
def test_a_busy_server_is_asked_again(status: int, clock: Clock) -> None:
    def moody(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if number else body(handler, status, "{}", "application/json")

    with model_server(moody) as server:
        assert ask(chat(server)) == "yes"
    assert clock.passed == 0.5


def test_a_server_says_how_long_to_wait(clock: Clock) -> None:
    def moody(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if number else body(handler, 429, "{}", "application/json", retry_after="1")

    with model_server(moody) as server:
        assert ask(chat(server)) == "yes"
    assert clock.passed == 1
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
        (failing(200, 'data: {"error": {"message": "out of memory"}}\n\n', "text/event-stream"), CallFailure.SERVER, 2),
        (failing(200, '{"error": {"message": "no", "code": 402}}'), CallFailure.QUOTA, 2),
        (
            failing(200, 'data: {"error": {"code": "insufficient_quota"}}\n\n', "text/event-stream"),
            CallFailure.QUOTA,
            1,
        ),
        (failing(402), CallFailure.QUOTA, 1),
        (failing(405), CallFailure.UNKNOWN, 1),
        (failing(413), CallFailure.LENGTH, 1),
        (failing(400, '{"error": {"code": "context_length_exceeded"}}'), CallFailure.LENGTH, 1),
        (failing(403, '{"error": {"code": "insufficient_balance"}}'), CallFailure.QUOTA, 1),
        (
            failing(
                400, '{"error": {"innererror": {"code": "ResponsibleAIPolicyViolation"}, "code": "content_filter"}}'
            ),
            CallFailure.REFUSED,
            1,
        ),
        (finishing("content_filter", '{"a": "half'), CallFailure.REFUSED, 1),
        (finishing("stop", "", refusal="I can't help with that."), CallFailure.DECLINED, 1),
        (saying("I'm sorry, but I can't write that."), CallFailure.DECLINED, 1),
        (saying("죄송합니다. 요청하신 문구는 쓸 수 없습니다."), CallFailure.DECLINED, 1),
        (failing(200, "data: {nonsense\n\n", "text/event-stream"), CallFailure.ANSWER, 2),
        (failing(200, "<html>login</html>", "text/html"), CallFailure.ANSWER, 2),
        (drop, CallFailure.CONNECTION, 2),
    ],
)
def test_failures_are_told_apart(behaviour: Any, reason: CallFailure, requests: int) -> None:
    with model_server(behaviour) as server:
        error = failure(chat(server))
        assert error.failure is reason
        assert len(server.asked) == requests
    assert "canary" not in str(error)
    assert str(server.port) not in str(error)
    assert "The profile 'mine' gave no answer" in str(error)


@pytest.mark.parametrize("stream", [True, False])
def test_content_in_parts_is_read_and_thoughts_among_it_are_not(stream: bool) -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": '{"a":'}]
    behave = finishing("stop", [*parts, {"type": "text", "text": " 1}"}])  # type: ignore[arg-type]

    with model_server(behave) as server:
        talk = chat(server)
        talk._plans = talk._plans if stream else talk._plans[-1:]
        assert ask(talk) == '{"a": 1}'


@pytest.mark.parametrize("where", ["", "/v1", "/v1/chat/completions"])
def test_an_address_without_its_path_is_found(where: str) -> None:
    def versioned(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if asked.path == "/v1/chat/completions" else body(handler, 404, "", "text/plain")

    with model_server(versioned) as server:
        address = server.base_url.removesuffix("/v1") + where
        profile = parse(f"profiles:\n  p: {{base_url: '{address}', model: m}}\n", Path("x")).profile("p")
        assert Chat(profile, "", UsageLimits(5, 0)).ask(MESSAGES, "copy", SCHEMA, 0).text == "yes"
        assert len(server.asked) == 1


def test_a_server_without_a_version_in_its_path_is_found_too() -> None:
    def bare(handler: Any, asked: Any, number: int) -> None:
        speak(handler, asked, "yes") if asked.path == "/chat/completions" else body(handler, 404, "", "text/plain")

    with model_server(bare) as server:
        talk = Chat(Profile("p", server.base_url.removesuffix("/v1"), "m"), "", UsageLimits(5, 0))
        assert [talk.ask(MESSAGES, "copy", SCHEMA, 0).text for _ in range(2)] == ["yes", "yes"]
        assert [one.path for one in server.asked] == ["/v1/chat/completions", "/chat/completions", "/chat/completions"]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_is_gone_through(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "profiles:\n  p: {base_url: 'http://llm.shop.example/v1', model: m, allow_http: yes}\n"
    with model_server(saying("yes")) as server, socks_proxy(server.port) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
        profile = parse(text, Path("x")).profile("p")
        assert Chat(profile, KEY, UsageLimits(5, 0)).ask(MESSAGES, "copy", SCHEMA, 0).text == "yes"
    assert proxy.asked == ["llm.shop.example"]
    assert server.asked[0].headers["host"] == "llm.shop.example"


def test_a_proxy_that_cannot_be_used_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks4://127.0.0.1:1")
    error = failure(Chat(Profile("mine", "https://llm.example.com/v1", "m"), KEY, UsageLimits(5, 0)))
    assert error.failure is CallFailure.PROXY
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "socksio", None)
    error = failure(Chat(Profile("mine", "https://llm.example.com/v1", "m"), KEY, UsageLimits(5, 0)))
    assert (error.failure, "socksio" in str(error), "openai" in str(error)) == (CallFailure.PROXY, True, False)


FORMS = {
    "whole": KEY,
    "part": KEY[:9],
    "base64": base64.b64encode(KEY.encode()).decode(),
    "percent": "sk%2Dcanary%2D4711",
    "hex": KEY.encode().hex(),
    "backwards": KEY[::-1],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_an_error_repeats_no_form_of_a_key(
    form: str, status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    handler = runlog.RunLogFile(lambda: tmp_path)
    runlog.records.addHandler(handler)
    fields = {"message": f"the key {form} is wrong", "code": form, "type": form, "param": form, "status": form}
    try:
        with model_server(failing(status, json.dumps({"error": fields}))) as server:
            error = failure(chat(server))
    finally:
        runlog.records.removeHandler(handler)
    told = str(error) + caplog.text + (tmp_path / runlog.FILE).read_text(encoding="utf-8")
    assert form not in told


def test_known_fields_of_an_error_are_told() -> None:
    said = {"message": "no", "type": "invalid_request_error", "code": "unsupported_parameter", "param": "seed"}
    with model_server(failing(400, json.dumps({"error": said}))) as server:
        assert "'seed'" in str(failure(chat(server)))


def test_nobody_there() -> None:
    with model_server(drop) as server:
        pass
    error = failure(chat(server, retries=0))
    assert error.failure is CallFailure.CONNECTION
    assert "127.0.0.1" not in str(error)


@pytest.mark.parametrize("behaviour", [hang, dribble])
def test_the_limit_holds_whatever_the_server_does(behaviour: Any, clock: Clock) -> None:
    with model_server(behaviour) as server:
        talk = chat(server, seconds=60)
        talk.tick = lambda share: clock.sleep(1)
        assert failure(talk).failure is CallFailure.TIME
    assert clock.passed == 61


def test_what_came_before_the_break_is_not_lost() -> None:
    def breaks(handler: Any, asked: Any, number: int) -> None:
        start_stream(handler)
        chunk(handler, "x" * 300)

    with model_server(breaks) as server:
        assert ask(chat(server)) == "x" * 300


def test_an_endless_answer_is_cut() -> None:
    most, ended = 5_000, []  # chunks: 25 MB, more than the sockets between hold

    def endless(handler: Any, asked: Any, number: int) -> None:
        start_stream(handler)
        for _ in range(most):
            chunk(handler, "y" * 5000)
        ended.append(number)

    with model_server(endless) as server:
        assert len(ask(chat(server))) == 40_000
    assert ended == []
    with model_server(failing(200, "z" * 3_000_000, "application/json")) as server:
        assert failure(chat(server)).failure is CallFailure.ANSWER


def test_a_cancelled_run_ends_at_once() -> None:
    class InterruptedRunError(Exception):
        pass

    ticks: list[float] = []

    def tick(share: float) -> None:
        ticks.append(share)
        if len(ticks) == 3:
            raise InterruptedRunError

    with model_server(hang) as server:
        talk = chat(server, seconds=30)
        talk.tick = tick
        with pytest.raises(InterruptedRunError):
            ask(talk)
    assert ticks == [0, 0, 0]


def test_progress_grows_with_the_answer() -> None:
    shares: list[float] = []
    told = threading.Condition()

    def tick(share: float) -> None:
        with told:
            shares.append(share)
            told.notify_all()

    def slow(handler: Any, asked: Any, number: int) -> None:
        """Go on when the share of the piece before was told."""
        start_stream(handler)
        for share in (1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 0.95):
            chunk(handler, "a" * 100)
            with told:
                told.wait_for(lambda share=share: shares and shares[-1] == pytest.approx(share))
        handler.wfile.write(b"data: [DONE]\n\n")

    with model_server(slow) as server:
        talk = chat(server)
        talk.tick, talk.expected = tick, 600
        assert ask(talk) == "a" * 600
    assert shares == sorted(shares)


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
