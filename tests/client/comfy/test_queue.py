"""The API queue, against a small stand-in that answers as ComfyUI does (and, where one is found, a real one)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fake_time import Clock
from fit_ad.client.comfy import queue
from fit_ad.client.comfy.queue import ComfyServer
from fit_ad.client.comfy.server_messages import clean_text
from fit_ad.client.failures import BadUseError, NodeFailedError, ServerAwayError, TimedOutError
from fit_ad.core.errors import FitAdError

GRAPH: dict[str, dict[str, Any]] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}, "_meta": {"title": "Photo"}},
    "2": {
        "class_type": "AdSave",
        "inputs": {"image": ["1", 0], "key": "sk-very-secret-key"},
        "_meta": {"title": "Save"},
    },
    "3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
}
OUTPUT = {"images": [{"filename": "a.jpg", "subfolder": "", "type": "output"}], "text": ["copy", "#tag"]}
INFO = {
    "LoadImage": {"input": {"required": {"image": [["x.png"], {}]}}},
    "AdSave": {"input": {"required": {"format": ["COMBO", {"options": ["jpeg", "png"]}]}}},
    "PreviewImage": {"input": {}},
}


class Stand(ThreadingHTTPServer):
    """A ComfyUI without a websocket; ``history`` is what it says of every prompt."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, Any]] = []
        self.refusal: tuple[int, Any] | None = None
        self.history: Any = {"status": {"status_str": "success", "completed": True}, "outputs": {"2": OUTPUT}}
        self.files: dict[str, bytes] = {"a.jpg": b"jpeg bytes"}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Stand

    def do_GET(self) -> None:
        path, _, query = self.path.strip("/").partition("?")
        head, _, tail = path.partition("/")
        if head == "system_stats":
            self._send({"system": {"comfyui_version": "0.33.0"}})
        elif head == "object_info":
            self._send({tail: INFO[tail]} if tail in INFO else {})
        elif head == "history":
            self._send({tail: self.server.history} if self.server.history else {})
        elif head == "view":
            name = query.partition("filename=")[2].partition("&")[0]
            self._send(self.server.files.get(name, b""), 200 if name in self.server.files else 404)
        else:
            self._send({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self.path.strip("/")
        data = json.loads(body) if body.startswith(b"{") else body
        self.server.asked.append((path, data))
        if path == "prompt" and self.server.refusal:
            self._send(self.server.refusal[1], self.server.refusal[0])
        elif path == "prompt":
            self._send({"prompt_id": data["prompt_id"], "number": 1, "node_errors": {}})
        elif path == "upload/image":
            self._send({"name": "stored.png", "subfolder": "fit_ad", "type": "input"})
        else:
            self._send({})

    def _send(self, data: Any, status: int = 200) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stand(clock: Clock) -> Iterator[Stand]:
    server = Stand()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_run_without_websocket(stand: Stand) -> None:
    with ComfyServer(stand.url) as server:
        assert server.version() == "0.33.0"
        assert server.run(GRAPH, ["2"]) == {"2": OUTPUT}
    path, body = stand.asked[0]
    assert path == "prompt"
    assert set(body["prompt"]) == {"1", "2"}  # what the target does not need is not sent
    assert body["client_id"] == server.client_id
    assert body["prompt_id"] == body["prompt_id"].lower()
    assert len(body["prompt_id"]) == 36


def test_upload_and_fetch(stand: Stand) -> None:
    with ComfyServer(stand.url) as server:
        assert server.upload(b"png") == "fit_ad/stored.png"
        assert server.fetch(OUTPUT["images"][0]) == b"jpeg bytes"
        with pytest.raises(FitAdError, match=r"result gone\.jpg could not be fetched"):
            server.fetch({"filename": "gone.jpg"})
    sent = stand.asked[0][1]
    assert b'name="subfolder"\r\n\r\nfit_ad' in sent


def test_nodes_and_choices(stand: Stand) -> None:
    with ComfyServer(stand.url) as server:
        assert server.choices("AdSave", "format") == ("jpeg", "png")
        assert server.choices("LoadImage", "image") == ("x.png",)
        assert server.choices("AdSave", "other") is None
        assert [server.has_node(name) for name in ("AdSave", "AdCutout")] == [True, False]


NODE_ERRORS = {"2": {"errors": [{"message": "Value not in list", "details": "format: 'jpg' not in list"}]}}


@pytest.mark.parametrize(
    ("status", "said", "message"),
    [
        (400, {"error": {"message": "bad"}, "node_errors": NODE_ERRORS}, "Save: Value not in list. format: 'jpg'"),
        (200, {"prompt_id": "x", "node_errors": NODE_ERRORS}, "Save: Value not in list"),
        (400, {"error": {"message": "Cannot execute", "details": "x"}, "node_errors": {}}, "refused.*Cannot execute"),
        (400, {"error": "no prompt"}, "refused the graph. no prompt"),
        (500, b"500 Internal Server Error", "refused the graph. 500 Internal"),
    ],
)
def test_refusals(stand: Stand, status: int, said: Any, message: str) -> None:
    stand.refusal = (status, said)
    with ComfyServer(stand.url) as server, pytest.raises(FitAdError, match=message):
        server.run(GRAPH, ["2"])
    cancelled = [path for path, _ in stand.asked if path in ("queue", "interrupt")]
    assert cancelled == (["queue", "interrupt"] if status == 200 else [])


ERROR = {
    "node_id": "2",
    "node_type": "AdSave",
    "exception_message": "The disk\nis full; tried with Bearer abc.def and sk-very-secret-key",
    "exception_type": "OSError",
    "current_inputs": {"key": ["sk-very-secret-key"]},
    "traceback": ["secret traceback"],
}


def test_failure_in_history_by_title_and_without_secrets(stand: Stand) -> None:
    messages = [["execution_start", {}], ["execution_error", ERROR]]
    stand.history = {"status": {"status_str": "error", "completed": False, "messages": messages}, "outputs": {}}
    with ComfyServer(stand.url) as server, pytest.raises(NodeFailedError) as caught:
        server.run(GRAPH, ["2"])
    text = str(caught.value)
    assert text.startswith("Save (AdSave): The disk is full")
    assert "secret" not in text
    assert "abc.def" not in text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"refused: ghp_{'x1' * 18}", "refused: …"),
        ("https://hana:pa55word@example.com/x failed", "https://…@example.com/x failed"),
        ("no such file: '/home/hana kim/ComfyUI/models/ae.safetensors'", "no such file: 'ae.safetensors'"),
        (r"no such file: C:\Users\Hana Kim\a.png", "no such file: a.png"),
    ],
)
def test_what_a_server_says_names_no_key_and_no_folder(said: str, told: str) -> None:
    assert clean_text(said) == told


def test_interrupted(stand: Stand) -> None:
    status = {"status_str": "error", "messages": [["execution_interrupted", {}]]}
    stand.history = {"status": status, "outputs": {}}
    with ComfyServer(stand.url) as server, pytest.raises(FitAdError, match="interrupted on the server"):
        server.run(GRAPH, ["2"])


def test_time_limit_takes_the_job_back(stand: Stand, clock: Clock) -> None:
    stand.history = None
    with ComfyServer(stand.url, time_limit_s=5) as server, pytest.raises(TimedOutError, match=r"within 5 s"):
        server.run(GRAPH, ["2"])
    assert 5 < clock.passed < 5.5
    prompt_id = stand.asked[0][1]["prompt_id"]
    assert stand.asked[1:] == [("queue", {"delete": [prompt_id]}), ("interrupt", {"prompt_id": prompt_id})]


def test_ctrl_c_takes_the_job_back(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(queue, "receive_message", interrupt)
    with ComfyServer(stand.url) as server, pytest.raises(KeyboardInterrupt):
        server.run(GRAPH, ["2"])
    assert [path for path, _ in stand.asked] == ["prompt", "queue", "interrupt"]


def test_server_away(stand: Stand) -> None:
    stand.shutdown()
    stand.server_close()
    with ComfyServer(stand.url) as server, pytest.raises(ServerAwayError, match="does not answer"):
        server.version()


def test_server_that_goes_away(stand: Stand, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with ComfyServer(stand.url) as server:
        ask = server._ask

        def gone(method: str, path: str, **options: Any) -> Any:
            if path.startswith("history"):
                raise ServerAwayError("gone")
            return ask(method, path, **options)

        monkeypatch.setattr(server, "_ask", gone)
        with pytest.raises(ServerAwayError, match="went away during the run"):
            server.run(GRAPH, ["2"])
    assert 20 < clock.passed < 24


@pytest.mark.parametrize("value", ["half a \ud800", float("nan"), 10**5000], ids=["half", "nan", "long"])
def test_what_cannot_be_sent_is_told(stand: Stand, value: Any) -> None:
    with ComfyServer(stand.url) as server:
        with pytest.raises(FitAdError, match=rf"The request prompt cannot be sent to {stand.url}\."):
            server.run({"1": {"class_type": "X", "inputs": {"a": value}}}, ["1"])
        with pytest.raises(FitAdError, match="The request view cannot be sent"):
            server.fetch({"filename": "a\ud800.jpg"})
    assert stand.asked == []


def test_something_else_answers(stand: Stand) -> None:
    with (
        ComfyServer(stand.url + "/sub/path") as server,
        pytest.raises(ServerAwayError, match="is not a ComfyUI server"),
    ):
        server.version()


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("http://localhost:8188/", "http://localhost:8188"),
        ("https://example.org/comfy/", "https://example.org/comfy"),
        ("http://[::1]:8188", "http://[::1]:8188"),
    ],
)
def test_addresses(given: str, url: str) -> None:
    assert ComfyServer(given).url == url


@pytest.mark.parametrize("given", ["", "ftp://x", "http://", "http://x:99999", "http://[", "file:///etc"])
def test_no_addresses(given: str) -> None:
    with pytest.raises(BadUseError, match="--server is not a valid address"):
        ComfyServer(given)


def test_passwords_in_addresses_are_not_shown(stand: Stand) -> None:
    server = ComfyServer(stand.url.replace("//", "//me:hunter2@") + "/x")
    with pytest.raises(ServerAwayError) as caught:
        server.version()
    assert "hunter2" not in str(caught.value)


def test_unencrypted_over_the_internet_is_said(caplog: pytest.LogCaptureFixture) -> None:
    ComfyServer("http://192.168.0.7:8188")
    assert caplog.text == ""
    ComfyServer("http://gpu.example.org:8188")
    assert "unencrypted" in caplog.text


def test_messages_become_progress() -> None:
    heard: list[tuple[str, float]] = []
    server = ComfyServer("127.0.0.1:1", lambda _, title, share: heard.append((title, share)))
    job = queue.QueuedPrompt("id", {"1": GRAPH["1"], "2": GRAPH["2"]}, 2, 0)

    def hear(kind: str, **data: Any) -> bool:
        return server.handle_message(job, {"type": kind, "data": {"prompt_id": "id", **data}})

    assert not hear("execution_cached", nodes=["1"])
    assert not hear("executing", node="2")
    assert not hear("progress", node="2", value=1, max=2)
    assert not hear("progress", node="2", value="x", max=0)
    assert not server.handle_message(job, {"type": "execution_error", "data": {"prompt_id": "another"}})
    assert not server.handle_message(job, {"type": "status", "data": None})
    assert hear("execution_success")
    assert hear("executing", node=None)
    assert heard == [("Save", 0.5), ("Save", 0.75), ("Save", 0.5)]
    with pytest.raises(NodeFailedError, match="Save"):
        hear("execution_error", **ERROR)


def test_ctrl_c_twice_takes_the_job_back_too(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(queue, "receive_message", interrupt)
    with ComfyServer(stand.url) as server:
        ask, pressed = server._ask, []

        def ask_or_stop(method: str, path: str, **options: Any) -> Any:
            if path == "queue" and not pressed:
                pressed.append(path)
                raise KeyboardInterrupt
            return ask(method, path, **options)

        monkeypatch.setattr(server, "_ask", ask_or_stop)
        with pytest.raises(KeyboardInterrupt):
            server.run(GRAPH, ["2"])
    assert [path for path, _ in stand.asked] == ["prompt", "queue", "interrupt"]
