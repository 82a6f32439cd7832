"""A ComfyUI that runs prompts one after another, as fast as a test wants, and that can be killed and started again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from typing import Any

from fake_comfyui import FakeComfyUI, Step


class FakeQueue(FakeComfyUI):
    """The server. ``made`` counts finished prompts by the name they save under; ``starts`` how often each began."""

    def __init__(self, info: dict[str, Any], steps: Sequence[Step]) -> None:
        super().__init__(info, [steps])
        self.pending: list[dict[str, Any]] = []
        self.made: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.spans: list[tuple[float, float]] = []
        self.span = (0.0, 0.0)
        self.dead = False
        self.life = 0
        self.turn = threading.Condition()
        self.plays_by_name: dict[str, Sequence[Step]] = {}
        self.restart_worker()

    def restart_worker(self) -> None:
        """Let another worker go on, where one is busy with what nobody waits for any more."""
        self.worker = threading.Thread(target=self._work, daemon=True)
        self.worker.start()

    def kill(self) -> None:
        """Lose all that is queued, running and remembered, and answer nobody until :meth:`revive`."""
        with self.turn:
            self.dead, self.life = True, self.life + 1
            self.pending.clear()
            self.running.clear()
            self.history.clear()
        while self.sockets:
            with suppress(OSError):
                self.sockets.pop().shutdown(SHUT_RDWR)

    def revive(self) -> None:
        self.dead = False

    def take(self, data: dict[str, Any]) -> None:
        with self.turn:
            self.pending.append(data)
            self.turn.notify_all()

    def drop(self, ids: Sequence[str]) -> None:
        with self.turn:
            self.pending = [one for one in self.pending if one["prompt_id"] not in ids]

    def _work(self) -> None:
        me = threading.current_thread()
        while True:
            with self.turn:
                self.turn.wait_for(lambda: bool(self.pending))
                if self.worker is not me:
                    return
                data, life = self.pending.pop(0), self.life
                self.running.append(data["prompt_id"])
            self._run(data, life)

    def _run(self, data: dict[str, Any], life: int) -> None:
        name = saved_as(data["prompt"])
        began = time.time()
        self.starts[name] += 1
        for kind, what in self.plays_by_name.get(name.split("-")[-1], self.plays[0]):
            if life != self.life or data["prompt_id"] not in self.running:
                return
            if kind in ("done", "error"):
                with self.turn:
                    if life != self.life:
                        return
                    self.made[name] += kind == "done"
                    self.span = (began, time.time())
                    self._end(data["prompt_id"], kind, what)
            else:
                self.play(data["prompt_id"], [(kind, what)])

    def _end(self, prompt_id: str, kind: str, data: dict[str, Any]) -> None:
        self.spans.append(self.span)
        super()._end(prompt_id, kind, data)
        self.tell("executing", {"node": None, "prompt_id": prompt_id})

    def stamps(self) -> list[Any]:
        began, ended = self.span
        return [["execution_start", {"timestamp": began * 1000}], ["execution_success", {"timestamp": ended * 1000}]]


def saved_as(graph: dict[str, Any]) -> str:
    """Return the name that a graph saves under."""
    names = (node["inputs"].get("filename_prefix") for node in graph.values())
    return next((str(name) for name in names if name), "")


@contextmanager
def fake_queue(info: dict[str, Any], steps: Sequence[Step]) -> Iterator[FakeQueue]:
    """Run one on a free port."""
    server = FakeQueue(info, steps)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
