"""A ComfyUI that exists in memory only, in a time that passes when somebody waits: exact, and over in no time.

It takes the place of a server's connection, so that everything above that is the real client. ``fake_queue`` is its
twin with a real socket, for the few tests that need one.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from fake_comfyui import Step
from fake_queue import saved_as
from fake_time import Clock
from fit_ad.client.comfy.queue import ComfyServer

LATENCY_S = 0.001  # of each answer


class _Run:
    """A prompt that is being run."""

    def __init__(self, data: dict[str, Any], steps: Sequence[Step], began: float) -> None:
        self.id, self.name, self.began = data["prompt_id"], saved_as(data["prompt"]), began
        self.steps, self.next_at = deque(steps), began


class _Socket:
    """A websocket to it."""

    def __init__(self, world: SimulatedComfyUI) -> None:
        self._world, self.messages, self.closed = world, deque[str](), False

    def recv(self, timeout: float) -> str:
        clock = self._world.clock
        until = clock.now + timeout
        while True:
            self._world.catch_up()
            if self.messages:
                return self.messages.popleft()
            if self.closed:
                raise ConnectionResetError
            upcoming = self._world.next_event()
            if upcoming is None or upcoming > until:
                clock.now = until
                raise TimeoutError
            clock.now = max(upcoming, clock.now)


class SimulatedComfyUI:
    """The server. ``made`` counts finished prompts by the name they save under, ``starts`` how often each began.

    ``at(seconds, deed)`` lets something happen; ``plays_by_name`` gives the prompts of single jobs steps of their own.
    """

    def __init__(self, clock: Clock, info: dict[str, Any], steps: Sequence[Step]) -> None:
        self.clock, self.info, self.steps = clock, info, steps
        self.url = "http://127.0.0.1:8188"
        self.plays: list[Sequence[Step]] = []  # of the next prompts, before ``steps`` come to all others
        self.plays_by_name: dict[str, Sequence[Step]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.pending: list[dict[str, Any]] = []
        self.running: _Run | None = None
        self.history: dict[str, Any] = {}
        self.made: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.spans: list[tuple[float, float]] = []
        self.sockets: list[_Socket] = []
        self.dead = self.deaf = self.silent = False
        self.node_errors: dict[str, Any] = {}  # of each prompt that it is given
        self.statuses: dict[str, int] = {}  # first part of a path -> the status that it answers with
        self.deeds: list[tuple[float, Callable[[], None]]] = []
        self._free_at = clock.now

    def server(self, *arguments: Any, **options: Any) -> ComfyServer:
        """Return a client's view of it; the arguments are those of a real one behind its address."""
        return _SimulatedServer(self, *arguments, **options)

    def posted(self, path: str) -> list[Any]:
        return [body for at, body in self.asked if at == path]

    # --- what happens to it ---

    def at(self, seconds: float, deed: Callable[[], None]) -> None:
        """Let something happen so many seconds from now."""
        self.deeds.append((self.clock.now + seconds, deed))
        self.deeds.sort(key=lambda one: one[0])

    def kill(self) -> None:
        """Lose all that is queued, running and remembered, and answer nobody until :meth:`revive`."""
        self.dead, self.running = True, None
        self.pending.clear()
        self.history.clear()
        self.cut()

    def forget(self) -> None:
        """Lose what runs."""
        self.running, self._free_at = None, self.clock.now

    def revive(self) -> None:
        self.dead, self._free_at = False, self.clock.now

    def cut(self) -> None:
        """Close all websockets."""
        for socket in self.sockets:
            socket.closed = True
        self.sockets.clear()

    # --- time ---

    def next_event(self) -> float | None:
        """Return when the next thing happens."""
        times = [at for at, _ in self.deeds[:1]]
        if self.running is not None:
            times.append(self.running.next_at)
        elif self.pending and not self.dead:
            times.append(max(self._free_at, self.clock.now))
        return min(times, default=None)

    def catch_up(self) -> None:
        """Let everything happen that is due."""
        while (due := self.next_event()) is not None and due <= self.clock.now:
            if self.deeds and self.deeds[0][0] <= due:
                self.deeds.pop(0)[1]()
            elif self.running is not None:
                self._step(self.running)
            else:
                self._begin(self.pending.pop(0))

    def _begin(self, data: dict[str, Any]) -> None:
        name = saved_as(data["prompt"])
        upcoming = self.plays.pop(0) if self.plays else self.steps
        steps = self.plays_by_name.get(name.split("-")[-1], upcoming)
        self.running = _Run(data, steps, max(self._free_at, data["at"]))
        self.starts[name] += 1

    def _step(self, run: _Run) -> None:
        if not run.steps:
            run.next_at = float("inf")
            return
        kind, data = run.steps.popleft()
        if kind == "wait":
            run.next_at += data
        elif kind == "cut":
            self.cut()
        elif kind == "deed":
            data()
        elif kind in ("done", "error"):
            self._end(run, kind, data)
        else:
            self._tell(kind, {"prompt_id": run.id, **data})

    def _end(self, run: _Run, kind: str, data: dict[str, Any]) -> None:
        failed, ended = kind == "error", run.next_at
        stamps = [
            ["execution_start", {"timestamp": run.began * 1000}],
            ["execution_success", {"timestamp": ended * 1000}],
        ]
        messages = [["execution_error", {"prompt_id": run.id, **data}]] if failed else stamps
        status = {"status_str": "error" if failed else "success", "completed": not failed, "messages": messages}
        self.history[run.id] = {"status": status, "outputs": {} if failed else data}
        self.made[run.name] += not failed
        self.spans.append((run.began, ended))
        self.running, self._free_at = None, ended
        name = "execution_error" if failed else "execution_success"
        self._tell(name, {"prompt_id": run.id, **(data if failed else {})})

    def _tell(self, kind: str, data: dict[str, Any]) -> None:
        if not self.silent:
            for socket in self.sockets:
                socket.messages.append(json.dumps({"type": kind, "data": data}))

    # --- requests ---

    def answer(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        head, _, tail = path.partition("/")
        if head in self.statuses:
            return httpx.Response(self.statuses[head], content=b"Internal Server Error")
        if method == "POST":
            self.asked.append((path, options.get("json")))
            return _json(self._post(path, options.get("json") or {}))
        if head == "view":
            named = options["params"]["filename"].encode("utf-8", "replace")
            return httpx.Response(200, content=b"picture of " + named)
        return _json(self._get(head, tail))

    def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        if path == "prompt":
            self.pending.append({**data, "at": self.clock.now})
            return {"prompt_id": data["prompt_id"], "node_errors": self.node_errors}
        if path == "queue":
            self.pending = [one for one in self.pending if one["prompt_id"] not in data.get("delete", ())]
        running = self.running.id if self.running is not None else None
        if path == "interrupt" and running == data.get("prompt_id") and not self.deaf:
            self.forget()
        return {"name": "stored.png", "subfolder": "fit_ad"} if path == "upload/image" else {}

    def _get(self, head: str, tail: str) -> Any:
        running = [[0, self.running.id]] if self.running is not None else []
        return {
            "system_stats": {"system": {"comfyui_version": "0.33.0"}, "devices": [{"type": "cpu", "vram_free": 1}]},
            "object_info": {tail: self.info[tail]} if tail in self.info else {},
            "history": {tail: self.history[tail]} if tail in self.history else {},
            "queue": {"queue_running": running, "queue_pending": [[0, one["prompt_id"]] for one in self.pending]},
        }.get(head, {})


def _json(data: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(data).encode())


class _SimulatedServer(ComfyServer):
    def __init__(self, world: SimulatedComfyUI, *arguments: Any, **options: Any) -> None:
        super().__init__(world.url, *arguments, **options)
        self._world = world

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        self._world.clock.sleep(LATENCY_S)
        self._world.catch_up()
        if self._world.dead:
            raise self._away("Connection refused")
        return self._world.answer(method, path, options)

    @contextmanager
    def listening(self) -> Iterator[Any]:
        if self._world.dead:
            yield None
            return
        socket = _Socket(self._world)
        self._world.sockets.append(socket)
        yield socket
        if socket in self._world.sockets:
            self._world.sockets.remove(socket)
