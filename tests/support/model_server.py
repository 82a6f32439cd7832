"""A language model's endpoint on loopback that answers, or misbehaves, as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""

    @property
    def mode(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "text"))


Behaviour = Callable[[BaseHTTPRequestHandler, Asked, int], None]


@dataclass
class ModelServer:
    """The running server; ``behaviour`` is called with the handler, the request and its number from 0."""

    behaviour: Behaviour
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def modes(self) -> list[str]:
        return [one.mode for one in self.asked]


@contextmanager
def model_server(behaviour: Behaviour) -> Iterator[ModelServer]:
    """Run an endpoint on a free port."""
    state = ModelServer(behaviour)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items()}
            is_json = headers.get("content-type", "").startswith("application/json")
            asked = Asked(self.path, headers, json.loads(text or b"{}") if is_json else {}, text)
            state.asked.append(asked)
            with suppress(OSError):
                state.behaviour(self, asked, len(state.asked) - 1)
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.gone = state.gone  # type: ignore[attr-defined]
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            state.gone.set()
            server.shutdown()


# --- ways to behave ---


def body(handler: BaseHTTPRequestHandler, status: int, text: str | bytes, kind: str, **headers: str) -> None:
    data = text.encode() if isinstance(text, str) else text
    handler.send_response(status)
    for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


def speak(handler: BaseHTTPRequestHandler, asked: Asked, text: str, pieces: int = 8) -> None:
    """Answer with a text, as a stream where one is asked for."""
    if not asked.body.get("stream"):
        answer = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30},
        }
        body(handler, 200, json.dumps(answer), "application/json")
        return
    start_stream(handler)
    size = max(1, len(text) // pieces)
    for at in range(0, len(text), size):
        chunk(handler, text[at : at + size])
    handler.wfile.write(b"data: [DONE]\n\n")


def start_stream(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("connection", "close")
    handler.end_headers()


def chunk(handler: BaseHTTPRequestHandler, text: str) -> None:
    piece = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }
    handler.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
    handler.wfile.flush()


def saying(*texts: str) -> Behaviour:
    """Say one text after the other, the last again and again."""
    return lambda handler, asked, number: speak(handler, asked, texts[min(number, len(texts) - 1)])


def failing(status: int, text: str = "{}", kind: str = "application/json", **headers: str) -> Behaviour:
    return lambda handler, asked, number: body(handler, status, text, kind, **headers)


def hang(handler: BaseHTTPRequestHandler, asked: Asked, number: int) -> None:
    """Say nothing as long as the server is there."""
    _gone(handler).wait()


def drop(handler: BaseHTTPRequestHandler, asked: Asked, number: int) -> None:
    handler.connection.close()


def dribble(handler: BaseHTTPRequestHandler, asked: Asked, number: int) -> None:
    """Say next to nothing as long as the server is there."""
    start_stream(handler)
    while not _gone(handler).wait(0.005):
        chunk(handler, ".")


def _gone(handler: BaseHTTPRequestHandler) -> threading.Event:
    return handler.server.gone  # type: ignore[attr-defined,no-any-return]
