"""A ComfyUI that behaves, or misbehaves, as a test tells it to: real HTTP and a real websocket on one port."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from typing import Any

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3

_CLOSE = 0x88  # a last frame of kind 8

# One step of a run: ("executing", {"node": "1"}) goes over the websocket with the prompt's id in it;
# ("wait", s), ("cut", None: the websocket closes), ("done", outputs) and ("error", data) are deeds,
# ("frame", bytes) sends those as they are, ("deed", f) calls f.
Step = tuple[str, Any]


class FakeComfyUI(ThreadingHTTPServer):
    """The server; ``plays`` holds the steps of each run in turn, the last for all that follow."""

    daemon_threads = True

    def __init__(self, info: dict[str, Any], plays: Sequence[Sequence[Step]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.info, self.plays = info, list(plays)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[tuple[str, Any]] = []
        self.running: list[str] = []
        self.history: dict[str, Any] = {}
        self.node_errors: dict[str, Any] = {}
        self.sockets: list[Any] = []
        self.shaking_hands = threading.Lock()  # whoever has a websocket hears all that is told from then on
        self.deaf = False  # an interrupt changes nothing
        self.dead = False  # connections are closed without an answer
        self.broken: dict[str, int] = {}  # path -> the status that it answers with
        self.body, self.location = b"500 Internal Server Error", ""  # of such an answer
        self.wanted_headers: dict[str, str] = {}  # requests without them get 401
        self.wanted_query, self.prefix = "", ""  # likewise; and the path that all others begin with
        self.heads: set[str] = set()  # the first parts of all paths that were asked for
        self.refused: set[str] = set()  # and of those that got no good answer
        self.pending: list[dict[str, Any]] = []

    def posted(self, path: str) -> list[Any]:
        return [body for at, body in self.asked if at == path]

    def take(self, data: dict[str, Any]) -> None:
        """Begin to play what is to be played for a prompt."""
        prompt_id = data["prompt_id"]
        self.running.append(prompt_id)
        steps = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        threading.Thread(target=self.play, args=(prompt_id, steps), daemon=True).start()

    def drop(self, ids: Sequence[str]) -> None:
        """Forget prompts that wait."""

    def tell(self, kind: str, data: dict[str, Any]) -> None:
        self._broadcast(0x81, json.dumps({"type": kind, "data": data}).encode())

    def _broadcast(self, kind: int, body: bytes) -> None:
        head = bytes([kind]) + (bytes([len(body)]) if len(body) < 126 else b"\x7e" + struct.pack(">H", len(body)))
        with self.shaking_hands:
            for socket in list(self.sockets):
                with suppress(OSError):
                    socket.sendall(head + body)

    def play(self, prompt_id: str, steps: Sequence[Step]) -> None:
        for kind, data in steps:
            if kind == "wait":
                time.sleep(data)
            elif kind == "cut":
                while self.sockets:
                    with suppress(OSError):
                        self.sockets.pop().shutdown(SHUT_RDWR)
            elif kind == "deed":
                data()
            elif kind == "frame":
                self._broadcast(0x82, data)
            elif kind in ("done", "error"):
                self._end(prompt_id, kind, data)
            else:
                self.tell(kind, {"prompt_id": prompt_id, **data})

    def stamps(self) -> list[Any]:
        """Return when the run that ends began and ended, as the history tells it."""
        return []

    def _end(self, prompt_id: str, kind: str, data: dict[str, Any]) -> None:
        failed = kind == "error"
        messages = [["execution_error", {"prompt_id": prompt_id, **data}]] if failed else self.stamps()
        status = {"status_str": "error" if failed else "success", "completed": not failed, "messages": messages}
        self.history[prompt_id] = {"status": status, "outputs": {} if failed else data}
        with suppress(ValueError):  # it was interrupted just now
            self.running.remove(prompt_id)
        name = "execution_error" if failed else "execution_success"
        self.tell(name, {"prompt_id": prompt_id, **(data if failed else {})})


class _Handler(BaseHTTPRequestHandler):
    server: FakeComfyUI
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the one before to be acknowledged
    protocol_version = "HTTP/1.1"  # a websocket's handshake is nothing less

    def do_GET(self) -> None:
        path = self._path()
        if self._refused(path):
            return
        head, _, tail = path.partition("/")
        if head == "ws":
            self._websocket()
        elif head == "view":
            self._send(b"picture bytes")
        else:
            self._send(self._answer(head, tail))

    def _answer(self, head: str, tail: str) -> Any:
        server = self.server
        return {
            "system_stats": {
                "system": {"comfyui_version": "0.33.0", "ram_total": 2**34, "ram_free": 2**33},
                "devices": [{"type": "cuda", "name": "card", "vram_total": 24 * 2**30, "vram_free": 20 * 2**30}],
            },
            "object_info": {tail: server.info[tail]} if tail in server.info else {},
            "history": {tail: server.history[tail]} if tail in server.history else {},
            "queue": {
                "queue_running": [[0, one] for one in server.running],
                "queue_pending": [[0, one["prompt_id"]] for one in server.pending],
            },
        }.get(head, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self._path()
        if len(body) < int(self.headers["Content-Length"]):  # the client was killed while it spoke
            self.close_connection = True
            return
        if self._refused(path):
            return
        data = json.loads(body) if body.startswith(b"{") else body
        self.server.asked.append((path, data))
        if path == "prompt":
            self._queue(data)
        elif path == "upload/image":
            self._send({"name": "stored.png", "subfolder": "fit_ad"})
        else:
            if path == "interrupt" and not self.server.deaf:
                self.server.running[:] = [one for one in self.server.running if one != data.get("prompt_id")]
            if path == "queue":
                self.server.drop(data.get("delete", ()))
            self._send({})

    def _queue(self, data: dict[str, Any]) -> None:
        server = self.server
        server.take(data)
        self._send({"prompt_id": data["prompt_id"], "number": 1, "node_errors": server.node_errors})

    def _refused(self, path: str) -> bool:
        """Answer as a server that is dead, or broken at that path; return whether it is."""
        if self.server.dead:
            self.close_connection = True
            return True
        head = path.partition("/")[0]
        self.server.heads.add(head)
        status = self.server.broken.get(head, 401 if self._is_stranger() else None)
        if status is not None:
            self.server.refused.add(head)
            self._send(self.server.body, status)
        return status is not None

    def _path(self) -> str:
        """Return what is asked for, below the prefix."""
        return self.path.partition("?")[0].strip("/").removeprefix(self.server.prefix).strip("/")

    def _is_stranger(self) -> bool:
        wanted, query = self.server.wanted_headers, self.path.partition("?")[2].split("&")
        lacks = any(self.headers.get(name) != value for name, value in wanted.items())
        return lacks or bool(self.server.wanted_query and self.server.wanted_query not in query)

    def _websocket(self) -> None:
        key = self.headers["Sec-WebSocket-Key"] + _MAGIC
        with self.server.shaking_hands:
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
            self.end_headers()
            self.server.sockets.append(self.connection)
        with suppress(OSError, ValueError):
            while (frame := self.connection.recv(1024)) and frame[0] != _CLOSE:
                pass
            self.connection.sendall(bytes([_CLOSE, 0]))
        self.close_connection = True

    def _send(self, data: Any, status: int = 200) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def fake_comfyui(info: dict[str, Any], *plays: Sequence[Step]) -> Iterator[FakeComfyUI]:
    """Run one on a free port."""
    server = FakeComfyUI(info, plays)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
