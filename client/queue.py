"""Runs an API graph on a ComfyUI server: upload, queue, follow, fetch."""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import websockets
from websockets.sync.client import ClientConnection, connect

from ..core.errors import FitAdError
from ..core.workflow.graph import Graph, run_order, title
from . import inputs
from .failures import BadUseError, MemoryFailedError, NodeFailedError, ServerAwayError, TimedOutError
from .memory import is_out_of_memory

OnProgress = Callable[[str, str, float], None]

CONNECT_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 60.0
POLL_EVERY_S = 2.0
STEADY_EVERY_S = 0.5
GRACE_S = 10.0  # a node that was told to stop gets so long
LOST_AFTER_S = 20.0  # a server that does not answer for so long during a run is taken for dead
_STEADY_BYTES = 64 * 2**20
_MAX_FRAME_BYTES = 64 * 2**20  # preview frames exceed websockets' 1 MiB
_SECRETS = re.compile(r"\b(?:sk-|hf_|AIza)[\w-]{8,}|\bBearer\s+\S+", re.IGNORECASE)
_log = logging.getLogger("fit_ad.queue")


@dataclass
class _Job:
    """One prompt on the server, and how far it is."""

    id: str
    graph: Graph
    nodes: int
    deadline: float
    done: set[str] = field(default_factory=set)
    spent: dict[str, float] = field(default_factory=dict)
    now_running: tuple[str, float] | None = None
    heard_at: float | None = None
    unseen: int = 0

    def enter(self, node_id: str | None) -> None:
        """Close the clock of the node that ran, and start that of the next."""
        now = time.monotonic()
        if self.now_running is not None:
            last, since = self.now_running
            self.spent[last] = self.spent.get(last, 0.0) + now - since
        self.now_running = (node_id, now) if node_id is not None else None


class ComfyServer:
    """A ComfyUI server, spoken to through its API queue.

    Args:
        url: ``http://host:port``, with a path where a proxy puts one; ``http://`` may be left out.
        on_progress: Told about every step: node id, title, share of the whole run.
        time_limit_s: The whole run, waiting in the queue included, may take so long.
        silence_limit_s: A run that has begun may be silent for so long; None for as long as it likes.
        connect_limit_s: A connection may take so long.

    Raises:
        BadUseError: The address is none.
    """

    def __init__(
        self,
        url: str,
        on_progress: OnProgress | None = None,
        time_limit_s: float = 600,
        silence_limit_s: float | None = None,
        connect_limit_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        self.url = _normalised(url)
        self.client_id = uuid.uuid4().hex
        self._on_progress = on_progress
        self._time_limit_s = time_limit_s
        self._silence_limit_s = silence_limit_s
        self._connect_limit_s = connect_limit_s
        self.node_seconds: dict[str, float] = {}  # of the last run, by node id; cached nodes are not in it
        self.prompt_id = ""  # of the last run
        self._is_local = _is_loopback(urlsplit(self.url).hostname or "")
        self._info: dict[str, Any] = {}
        self._http = httpx.Client(
            base_url=self.url + "/",
            timeout=httpx.Timeout(REQUEST_TIMEOUT_S, connect=connect_limit_s),
            trust_env=not self._is_local,  # a proxy has no business between this machine and itself
        )

    def __enter__(self) -> ComfyServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def name(self) -> str:
        """Return the address without user name and password."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    # --- questions ---

    def version(self) -> str:
        """Return ComfyUI's version.

        Raises:
            ServerAwayError: Nothing answers there, or it is no ComfyUI.
        """
        answer = self._ask("GET", "system_stats")
        try:
            return str(answer.json()["system"].get("comfyui_version", "unknown"))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ServerAwayError(
                f"What answers at {self.name} is no ComfyUI", why=f"status {answer.status_code}", fix="Check --server"
            ) from exc

    def system(self) -> dict[str, Any]:
        """Return what the server says of itself: ``{"system": {…}, "devices": [{…}]}``."""
        self.version()
        return _json(self._ask("GET", "system_stats"))

    def queued(self) -> tuple[list[str], list[str]] | None:
        """Return the ids of the prompts that run and that wait, or None where the server does not say."""
        answer = self._ask("GET", "queue")
        said = _json(answer)
        if answer.status_code != 200 or "queue_running" not in said:
            return None
        running, waiting = (
            [str(entry[1]) for entry in said.get(key) or () if isinstance(entry, list) and len(entry) > 1]
            for key in ("queue_running", "queue_pending")
        )
        return running, waiting

    def model_files(self, folder: str) -> tuple[str, ...]:
        """Return the files of a model folder, by its key; none where the server has no such folder."""
        answer = self._ask("GET", f"models/{folder}")
        try:
            names = answer.json() if answer.status_code == 200 else []
        except ValueError:
            names = []
        return tuple(map(str, names)) if isinstance(names, list) else ()

    def free(self, limit_s: float = 20.0) -> None:
        """Let the server drop its models, and wait until its free memory stands still."""
        self._ask("POST", "free", json={"unload_models": True, "free_memory": True})
        until, last = time.monotonic() + limit_s, -1
        while time.monotonic() < until:
            now = _free_bytes(_json(self._ask("GET", "system_stats")))
            if last >= 0 and abs(now - last) < _STEADY_BYTES:
                return
            last = now
            time.sleep(STEADY_EVERY_S)

    def has_node(self, class_type: str) -> bool:
        """Tell whether the server has a node."""
        return bool(self._node_info(class_type))

    def check_nodes(self, graph: Graph) -> None:
        """Make sure that the server knows every node of the graph.

        Raises:
            FitAdError: It lacks some; they are named.
        """
        lacking = sorted({n["class_type"] for n in graph.values() if not self._node_info(n["class_type"])})
        if lacking:
            raise FitAdError(
                f"The ComfyUI at {self.name} lacks the nodes {', '.join(lacking)}",
                fix="Install comfyui-fit-ad there (and what else the workflow uses), and restart it",
            )

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        """Return what a node's combo offers on the server; None where it is no combo, or unknown there."""
        spec = inputs.specs(self._node_info(class_type).get("input", {})).get(input_name)
        return inputs.choices(spec) if spec is not None else None

    def _node_info(self, class_type: str) -> dict[str, Any]:
        if class_type not in self._info:
            answer = self._ask("GET", f"object_info/{class_type}")
            known = _json(answer) if answer.status_code == 200 else {}
            self._info[class_type] = known.get(class_type) or {}
        return self._info[class_type]

    # --- files ---

    def upload(self, data: bytes, suffix: str = ".png") -> str:
        """Put a picture into the server's input folder and return its name there, as LoadImage takes it.

        The name comes from the content, so that an unchanged photo is not computed anew.
        """
        name = sha256(data).hexdigest()[:24] + suffix
        answer = self._ask(
            "POST",
            "upload/image",
            files={"image": (name, data)},
            data={"subfolder": "fit_ad", "type": "input", "overwrite": "true"},
        )
        if answer.status_code != 200:
            raise FitAdError(f"The ComfyUI at {self.name} did not take the photo", why=_why(answer))
        stored = _json(answer)
        folder = stored.get("subfolder") or ""
        return f"{folder}/{stored.get('name', name)}" if folder else str(stored.get("name", name))

    def fetch(self, image: Mapping[str, Any]) -> bytes:
        """Return the file that an entry of an output's ``images`` stands for."""
        asked = {key: str(image.get(key, "")) for key in ("filename", "subfolder", "type")}
        answer = self._ask("GET", "view", params=asked)
        if answer.status_code != 200 or not answer.content:
            raise FitAdError(f"The result {asked['filename']} could not be fetched from {self.name}", why=_why(answer))
        return answer.content

    # --- runs ---

    def run(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run a graph to its end and return what its output nodes show: ``{node id: {"images": […], …}}``.

        A Ctrl-C, and a run over the time limit, are taken back from the server's queue.

        Raises:
            FitAdError: The server refused the graph, or a node failed; the message names it by its title.
            ServerAwayError: The server does not answer, or went away during the run.
            MemoryFailedError: A node ran out of memory.
            TimedOutError: The time limit was over, or nothing was heard for too long.
        """
        order = run_order(graph, graph if targets is None else targets)
        wanted = {node_id: graph[node_id] for node_id in order}
        job = _Job(str(uuid.uuid4()), wanted, len(order), time.monotonic() + self._time_limit_s)
        with self._listening() as socket:  # before queueing, so that no message is missed
            try:
                self._queue(job, extra or {})
                return self._follow(job, socket)
            except TimedOutError as exc:
                if self._take_back(job):
                    raise
                raise TimedOutError(exc.what, why="the server is still busy with it", fix=exc.fix) from exc
            except KeyboardInterrupt:
                if not self._take_back(job):
                    _log.warning("The ComfyUI at %s is still busy with the run", self.name)
                raise
            finally:
                job.enter(None)
                self.prompt_id, self.node_seconds = job.id, job.spent

    def _queue(self, job: _Job, extra: Mapping[str, Any]) -> None:
        body = {
            "prompt": job.graph,
            "client_id": self.client_id,
            "prompt_id": job.id,
            "extra_data": {"extra_pnginfo": dict(extra)},
        }
        answer = self._ask("POST", "prompt", json=body)
        said = _json(answer)
        if answer.status_code != 200 or said.get("node_errors"):
            if answer.status_code == 200:
                self._cancel(job)  # ComfyUI runs the valid part of a graph; half an ad is none
            raise _refusal(job.graph, said, answer)
        job.id = str(said.get("prompt_id", job.id))

    def _follow(self, job: _Job, socket: ClientConnection | None) -> dict[str, dict[str, Any]]:
        next_poll = time.monotonic() + POLL_EVERY_S
        while True:
            if time.monotonic() > job.deadline:
                raise TimedOutError(
                    f"The run was not done within {self._time_limit_s:g} s and was taken back", fix="Raise --time-limit"
                )
            message, socket = _receive(socket)
            self._check_silence(job, heard=message is not None, listening=socket is not None)
            ended = message is not None and self._hear(job, message)
            if ended or time.monotonic() >= next_poll:
                next_poll = time.monotonic() + POLL_EVERY_S
                outputs = self._finished(job)
                if outputs is not None:
                    return outputs

    def _check_silence(self, job: _Job, *, heard: bool, listening: bool) -> None:
        """Give up a run that began and then fell silent; without a websocket nobody can tell."""
        if heard and job.heard_at is not None:
            job.heard_at = time.monotonic()
        if not listening or self._silence_limit_s is None or job.heard_at is None:
            return
        if time.monotonic() - job.heard_at > self._silence_limit_s:
            where = f" at {title(job.graph, job.now_running[0])}" if job.now_running else ""
            raise TimedOutError(
                f"Nothing was heard of the run for {self._silence_limit_s:g} s{where}, and it was taken back",
                fix="Raise --silence-limit if that step may take so long",
            )

    def _hear(self, job: _Job, message: Mapping[str, Any]) -> bool:
        """Take in one message of the server; return whether the job has ended."""
        kind, data = message.get("type"), message.get("data")
        if not isinstance(data, dict) or data.get("prompt_id") != job.id:
            return False
        if kind == "execution_error":
            raise _node_error(job.graph, data)
        if kind == "execution_interrupted":
            raise FitAdError("The run was interrupted on the server")
        job.heard_at = time.monotonic()
        if kind == "executing":
            job.enter(None if data.get("node") is None else str(data["node"]))
        if kind == "execution_cached":
            job.done.update(map(str, data.get("nodes") or ()))
        elif kind == "executed":
            job.done.add(str(data.get("node")))
        elif kind == "executing" and data.get("node") is not None:
            self._report(job, str(data["node"]), 0.0)
        elif kind == "progress" and data.get("node") is not None:
            self._report(job, str(data["node"]), _share(data))
        return kind == "execution_success" or (kind == "executing" and data.get("node") is None)

    def _report(self, job: _Job, node_id: str, share: float) -> None:
        if share == 0.0:
            job.done.add(node_id)
        if self._on_progress is not None:
            before = len(job.done - {node_id})
            self._on_progress(node_id, title(job.graph, node_id), min((before + share) / max(job.nodes, 1), 1.0))

    def _finished(self, job: _Job) -> dict[str, dict[str, Any]] | None:
        """Return the outputs once the server's history has them."""
        entry = _json(self._ask_patiently("GET", f"history/{job.id}", job)).get(job.id)
        if not isinstance(entry, dict):
            self._check_queued(job)
            return None
        status = entry.get("status") or {}
        if status.get("status_str") == "error":
            raise _failure_in_history(job.graph, status)
        return {str(node): ui for node, ui in (entry.get("outputs") or {}).items()}

    def _check_queued(self, job: _Job) -> None:
        """Find out, more than once, that a job is neither done nor queued: it may be on its way between."""
        known = self.queued()
        job.unseen = job.unseen + 1 if known is not None and job.id not in (*known[0], *known[1]) else 0
        if job.unseen > 2:
            raise ServerAwayError(
                f"The ComfyUI at {self.name} no longer knows of the run",
                why="it was restarted, or someone cleared its queue",
                fix="Run it again",
            )

    def _take_back(self, job: _Job) -> bool:
        """Cancel a job and wait a little; return whether the server has let go of it."""
        until = time.monotonic() + GRACE_S
        try:
            sent = self._cancel(job)
        except KeyboardInterrupt:  # Ctrl-C twice: the job is taken back all the same, but nobody waits for it
            self._cancel(job)
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

    def _cancel(self, job: _Job) -> bool:
        for path, body in (("queue", {"delete": [job.id]}), ("interrupt", {"prompt_id": job.id})):
            try:
                self._ask("POST", path, json=body)
            except ServerAwayError as exc:
                _log.warning("The run could not be taken back from the server: %s", exc)
                return False
        return True

    # --- the wire ---

    @contextmanager
    def _listening(self) -> Iterator[ClientConnection | None]:
        """Give the open websocket, or None where there is none: polling alone also gets there."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        address = urlunsplit((scheme, parts.netloc, parts.path + "/ws", f"clientId={self.client_id}", ""))
        options: dict[str, Any] = {
            "open_timeout": self._connect_limit_s,
            "close_timeout": 1,
            "max_size": _MAX_FRAME_BYTES,
        }
        if self._is_local and int(websockets.__version__.split(".")[0]) >= 15:
            options["proxy"] = None
        try:
            socket = connect(address, **options)
        except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as exc:
            _log.info("No websocket to %s (%s); polling instead", self.name, exc)
            yield None
            return
        with socket:
            yield socket

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except httpx.TransportError as exc:
            raise ServerAwayError(
                f"The ComfyUI at {self.name} does not answer",
                why=_SECRETS.sub("…", str(exc)) or type(exc).__name__,
                fix="Start it, or check --server",
            ) from exc

    def _ask_patiently(self, method: str, path: str, job: _Job) -> httpx.Response:
        """Ask again for a while: a server that computes may be slow to answer."""
        lost_at = min(time.monotonic() + LOST_AFTER_S, job.deadline)
        while True:
            try:
                return self._ask(method, path)
            except ServerAwayError as exc:
                if time.monotonic() > lost_at:
                    raise ServerAwayError(
                        f"The ComfyUI at {self.name} went away during the run",
                        why="it may have been stopped, or have run out of memory",
                    ) from exc
                time.sleep(0.5)


# --- addresses ----------------------------------------------------------------------------------------------


def _normalised(url: str) -> str:
    text = url.strip()
    text = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise BadUseError("--server is no address", fix="Give it as http://127.0.0.1:8188")
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        _log.warning("The photo travels unencrypted to %s; use https where you can", parts.hostname)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_near(host: str) -> bool:
    try:
        return _is_loopback(host) or ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(".local")


# --- messages -----------------------------------------------------------------------------------------------


def _receive(socket: ClientConnection | None) -> tuple[dict[str, Any] | None, ClientConnection | None]:
    """Return the next message (None for silence and for preview frames) and the socket, None once it is closed."""
    if socket is None:
        time.sleep(0.25)
        return None, None
    try:
        frame = socket.recv(timeout=0.5)
    except TimeoutError:
        return None, socket
    except (OSError, websockets.exceptions.WebSocketException):
        return None, None
    if not isinstance(frame, str):
        return None, socket
    try:
        message = json.loads(frame)
    except ValueError:
        return None, socket
    return (message if isinstance(message, dict) else None), socket


def _share(data: Mapping[str, Any]) -> float:
    try:
        return min(max(float(data["value"]) / float(data["max"]), 0.0), 1.0)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 0.0


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        data = answer.json()
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _free_bytes(stats: Mapping[str, Any]) -> int:
    """Return the free memory of the first device, of the machine where that has none of its own."""
    try:
        return int(stats["devices"][0]["vram_free"])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0


def _why(answer: httpx.Response) -> str:
    return _clean(answer.text)[:200] or f"status {answer.status_code}"


def _clean(text: object) -> str:
    """Return server text on one line, without anything that looks like a key."""
    return _SECRETS.sub("…", " ".join(str(text).split()))


def _refusal(graph: Graph, said: Mapping[str, Any], answer: httpx.Response) -> FitAdError:
    """Return why the server did not take the graph: the first node error, else the general one."""
    node_errors = said.get("node_errors")
    if isinstance(node_errors, dict):
        for node_id, entry in node_errors.items():
            for error in entry.get("errors") or ():
                name = title(graph, str(node_id))
                detail = _clean(error.get("details") or "")
                return NodeFailedError(f"{name}: {_clean(error.get('message', 'refused'))}", why=detail)
    error = said.get("error")
    if isinstance(error, dict):
        return FitAdError(
            f"ComfyUI refused the graph: {_clean(error.get('message', ''))}", why=_clean(error.get("details") or "")
        )
    return FitAdError("ComfyUI refused the graph", why=_clean(error) if error else _why(answer))


def _node_error(graph: Graph, data: Mapping[str, Any]) -> FitAdError:
    """Return a node's failure by its title; its inputs may hold keys and are never shown."""
    node_id = str(data.get("node_id", ""))
    class_type = str(data.get("node_type", ""))
    name = title(graph, node_id)
    where = name if name == class_type else f"{name} ({class_type})"
    reason = _clean(data.get("exception_message") or data.get("exception_type") or "no reason given")
    if is_out_of_memory(str(data.get("exception_type") or ""), reason):
        return MemoryFailedError(f"{where} ran out of memory", why=reason[:200])
    return NodeFailedError(f"{where}: {reason[:600]}")


def _failure_in_history(graph: Graph, status: Mapping[str, Any]) -> FitAdError:
    for kind, data in reversed(status.get("messages") or []):
        if kind == "execution_error":
            return _node_error(graph, data)
        if kind == "execution_interrupted":
            return FitAdError("The run was interrupted on the server")
    return FitAdError("The run failed on the server", fix="Look at the server's log")
