"""Runs API graphs on a ComfyUI server: queue, follow, take back."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets
from websockets.sync.client import ClientConnection

from ...core.workflow.graph import Graph, run_order, title
from ..failures import ServerAwayError, TimedOutError
from ..progress import OnPreview, OnProgress
from .address import ServerAddress
from .server import ServerInfo
from .server_messages import (
    as_list,
    as_object,
    failure_in_history,
    interrupted,
    message_in,
    node_error,
    object_of,
    preview_in,
    progress_share,
    refusal_error,
)
from .transport import CONNECT_TIMEOUT_S

POLL_EVERY_S = 2.0
GRACE_S = 10.0  # so long a node that was interrupted may take to stop
LOST_AFTER_S = 20.0  # a server that does not answer for so long during a run is taken for dead
_TALKING_S = 4.0  # a websocket that says something may go on for so long before the history is asked as well
_log = logging.getLogger("fit_ad.queue")


@dataclass
class QueuedPrompt:
    """One graph on its way through the server's queue, and how far it is; ``deadline`` on the monotonic clock."""

    id: str
    graph: Graph
    nodes: int
    deadline: float
    done: set[str] = field(default_factory=set)
    node_seconds: dict[str, float] = field(default_factory=dict)
    now_running: tuple[str, float] | None = None
    last_message_at: float | None = None
    polls_unseen: int = 0

    def enter_node(self, node_id: str | None) -> None:
        """Close the clock of the node that ran, and start that of the next."""
        now = time.monotonic()
        if self.now_running is not None:
            last, since = self.now_running
            self.node_seconds[last] = self.node_seconds.get(last, 0.0) + now - since
        self.now_running = (node_id, now) if node_id is not None else None


class ComfyServer(ServerInfo):
    """A ComfyUI server, spoken to through its API queue.

    Args:
        server: Its address; ``http://`` may be left out, a path, a login and a token in it are kept.
        on_progress: Told about every step: node id, title, share of the whole run.
        time_limit_s: The whole run, waiting in the queue included, may take so long.
        silence_limit_s: A run that has begun may be silent for so long; None for as long as it likes.
        connect_limit_s: A connection may take so long.
        on_preview: Given pictures of what is being made, as JPEG or PNG files; None: the server makes none for it.

    Raises:
        BadUseError: The address is none.
    """

    def __init__(
        self,
        server: str | ServerAddress,
        on_progress: OnProgress | None = None,
        time_limit_s: float = 600,
        silence_limit_s: float | None = None,
        connect_limit_s: float = CONNECT_TIMEOUT_S,
        on_preview: OnPreview | None = None,
    ) -> None:
        super().__init__(server, connect_limit_s)
        self.on_progress = on_progress
        self.on_preview = on_preview
        self._time_limit_s = time_limit_s
        self._silence_limit_s = silence_limit_s
        self.node_seconds: dict[str, float] = {}  # of the last run, by node id; cached nodes are not in it
        self.prompt_id = ""  # of the last run

    def __enter__(self) -> ComfyServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run a graph to its end and return what its output nodes show: ``{node id: {"images": […], …}}``.

        A Ctrl-C, and a run over the time limit, are taken back from the server's queue.

        Raises:
            FitAdError: The server refused the graph, or a node failed; the message names it by its title.
            ServerAwayError: The server does not answer, or went away during the run.
            MemoryFailedError: A node ran out of memory.
            TimedOutError: The time limit was over, or nothing was received for too long.
        """
        order = run_order(graph, graph if targets is None else targets)
        wanted = {node_id: graph[node_id] for node_id in order}
        job = QueuedPrompt(str(uuid.uuid4()), wanted, len(order), time.monotonic() + self._time_limit_s)
        with self.listening() as socket:  # before queueing, so that no message is missed
            try:
                self.post(job, extra or {})
                return self._follow(job, socket)
            except TimedOutError as exc:
                if self.take_back(job):
                    raise
                raise TimedOutError(exc.what, why="The server is still busy with it", fix=exc.fix) from exc
            except KeyboardInterrupt:
                if not self.take_back(job):
                    _log.warning("The ComfyUI at %s is still busy with the run", self.name)
                raise
            finally:
                job.enter_node(None)
                self.prompt_id, self.node_seconds = job.id, job.node_seconds

    def post(self, job: QueuedPrompt, extra: Mapping[str, Any]) -> None:
        """Put a prompt into the server's queue.

        Raises:
            FitAdError: The server refused it.
            ServerAwayError: The server does not answer; whether it has taken the prompt is not known then.
        """
        body = {
            "prompt": job.graph,
            "client_id": self.client_id,
            "prompt_id": job.id,
            "extra_data": {
                "extra_pnginfo": dict(extra),
                **({"preview_method": "auto"} if self.on_preview is not None else {}),
            },
        }
        answer = self._ask("POST", "prompt", json=body)
        data = object_of(answer)
        if answer.status_code != 200 or data.get("node_errors"):
            if answer.status_code == 200:
                self.cancel(job.id)  # ComfyUI runs the valid part of a graph; half an ad is none
            raise refusal_error(job.graph, data, self.reason(answer))
        job.id = str(data.get("prompt_id", job.id))

    def _follow(self, job: QueuedPrompt, socket: ClientConnection | None) -> dict[str, dict[str, Any]]:
        next_poll = time.monotonic() + POLL_EVERY_S
        while True:
            if time.monotonic() > job.deadline:
                raise TimedOutError(
                    f"The run was not done within {self._time_limit_s:g} s and was cancelled", fix="Raise --time-limit"
                )
            message, socket = receive_message(socket, self.on_preview)
            self._check_silence(job, received=message is not None, listening=socket is not None)
            ended = message is not None and self.handle_message(job, message)
            if ended or time.monotonic() >= next_poll + (0 if message is None else _TALKING_S):
                next_poll = time.monotonic() + POLL_EVERY_S
                outputs = self._finished(job)
                if outputs is not None:
                    return outputs

    def _check_silence(self, job: QueuedPrompt, *, received: bool, listening: bool) -> None:
        """Give up a run that began and then fell silent; without a websocket nobody can tell."""
        if received and job.last_message_at is not None:
            job.last_message_at = time.monotonic()
        if not listening or self._silence_limit_s is None or job.last_message_at is None:
            return
        if time.monotonic() - job.last_message_at > self._silence_limit_s:
            where = f" at {title(job.graph, job.now_running[0])}" if job.now_running else ""
            raise TimedOutError(
                f"Nothing was heard from the run for {self._silence_limit_s:g} s{where}, and it was cancelled",
                fix="Raise --silence-limit if that step can take that long",
            )

    def handle_message(self, job: QueuedPrompt, message: Mapping[str, Any]) -> bool:
        """Take in one message of the server; return whether the job has ended."""
        kind, data = message.get("type"), message.get("data")
        if not isinstance(data, dict) or data.get("prompt_id") != job.id:
            return False
        if kind == "execution_error":
            raise node_error(job.graph, data)
        if kind == "execution_interrupted":
            raise interrupted()
        job.last_message_at = time.monotonic()
        if kind == "executing":
            job.enter_node(None if data.get("node") is None else str(data["node"]))
        if kind == "execution_cached":
            job.done.update(map(str, as_list(data.get("nodes"))))
        elif kind == "executed":
            job.done.add(str(data.get("node")))
        elif kind == "executing" and data.get("node") is not None:
            self._report(job, str(data["node"]), 0.0)
        elif kind == "progress" and data.get("node") is not None:
            self._report(job, str(data["node"]), progress_share(data))
        return kind == "execution_success" or (kind == "executing" and data.get("node") is None)

    def _report(self, job: QueuedPrompt, node_id: str, share: float) -> None:
        if share == 0.0:
            job.done.add(node_id)
        if self.on_progress is not None:
            before = len(job.done - {node_id})
            self.on_progress(node_id, title(job.graph, node_id), min((before + share) / max(job.nodes, 1), 1.0))

    def _finished(self, job: QueuedPrompt) -> dict[str, dict[str, Any]] | None:
        """Return the outputs once the server's history has them."""
        entry = object_of(self._ask_patiently("GET", f"history/{job.id}", job)).get(job.id)
        if not isinstance(entry, dict):
            self._check_queued(job)
            return None
        return self.outcome(job, entry)

    def outcome(self, job: QueuedPrompt, entry: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the outputs in a prompt's entry of the history.

        Raises:
            FitAdError: The run failed; the message names the node by its title.
        """
        status = as_object(entry.get("status"))
        if status.get("status_str") == "error":
            raise failure_in_history(job.graph, status)
        return {str(node): as_object(ui) for node, ui in as_object(entry.get("outputs")).items()}

    def history(self, prompt_id: str) -> dict[str, Any] | None:
        """Return what the server's history holds of a prompt that has ended; None where it knows none of that id."""
        entry = object_of(self._ask("GET", f"history/{prompt_id}")).get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def _check_queued(self, job: QueuedPrompt) -> None:
        """Find out, more than once, that a job is neither done nor queued: it may be on its way between."""
        known = self.queued()
        job.polls_unseen = job.polls_unseen + 1 if known is not None and job.id not in (*known[0], *known[1]) else 0
        if job.polls_unseen > 2:
            raise ServerAwayError(
                f"The ComfyUI at {self.name} no longer knows of the run",
                why="It was restarted, or someone cleared its queue",
                fix="Run it again",
            )

    def take_back(self, job: QueuedPrompt) -> bool:
        """Cancel a job and wait a little; return whether the server has let go of it."""
        until = time.monotonic() + GRACE_S
        try:
            sent = self.cancel(job.id)
        except KeyboardInterrupt:  # Ctrl-C twice: the job is taken back all the same, but nobody waits for it
            self.cancel(job.id)
            raise
        if not sent:
            return False
        while time.monotonic() < until:
            try:
                known = self.queued()
            except ServerAwayError:
                return False
            if known is None or job.id not in (*known[0], *known[1]):
                return True
            time.sleep(0.25)
        return False

    def cancel(self, prompt_id: str) -> bool:
        """Ask the server to forget a prompt, whether it waits or runs; return whether the server received that."""
        for path, body in (("queue", {"delete": [prompt_id]}), ("interrupt", {"prompt_id": prompt_id})):
            try:
                self._ask("POST", path, json=body)
            except ServerAwayError as exc:
                _log.warning("The run could not be cancelled on the server: %s", exc)
                return False
        return True

    def _ask_patiently(self, method: str, path: str, job: QueuedPrompt) -> httpx.Response:
        """Ask again for a while: a server that computes may be slow to answer."""
        lost_at = min(time.monotonic() + LOST_AFTER_S, job.deadline)
        while True:
            try:
                return self._ask(method, path)
            except ServerAwayError as exc:
                if time.monotonic() > lost_at:
                    raise ServerAwayError(
                        f"The ComfyUI at {self.name} went away during the run",
                        why="It may have been stopped, or have run out of memory",
                    ) from exc
                time.sleep(0.5)


def receive_message(
    socket: ClientConnection | None, on_preview: OnPreview | None = None
) -> tuple[dict[str, Any] | None, ClientConnection | None]:
    """Return the next message (None for silence and for previews) and the socket, None once it is closed."""
    if socket is None:
        time.sleep(0.25)
        return None, None
    try:
        frame = socket.recv(timeout=0.5)
        preview = preview_in(frame) if on_preview is not None else None
        if on_preview is not None and preview is not None:
            on_preview(preview)
        return message_in(frame), socket
    except TimeoutError:
        return None, socket
    except (OSError, websockets.exceptions.WebSocketException):
        return None, None
