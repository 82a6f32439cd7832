"""One run of any workflow on a ComfyUI server: roles in, files and a record beside each out."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.telemetry import runlog
from ...core.workflow.card import Card
from ...core.workflow.graph import Graph
from ..comfy.queue import ComfyServer, OnPreview
from ..failures import MemoryFailedError
from .cloud import in_the_cloud
from .input_binding import bind_inputs, check_values, find_workflow, packs, save_as
from .make import prepared_folder
from .out_of_memory import MAX_RETRIES, card_memory_gb, lighter_graph, with_models_there
from .preflight import check_graph, check_nodes
from .results import Attempt, fetch_outputs, record_of, runlog_fields, save_results, write_whole
from .stock_mode import Stock, ask_for_stock

OnProgress = Callable[[str, str, float], None]

SERVER = "http://127.0.0.1:8188"
_log = logging.getLogger("fit_ad.runs")


@dataclass(frozen=True)
class RunRequest:
    """What is to be run.

    Attributes:
        workflow: Name of a bundled workflow, or the path of one with its API file in ``api/`` beside it.
        values: Values of its roles; pictures as paths. What is left out keeps the workflow's own value.
        server: The ComfyUI's address.
        out: The folder for the results.
        time_limit_s: The whole run may take so long, each try for itself.
        silence_limit_s: A run that has begun may be silent for so long.
        connect_limit_s: A connection may take so long.
        stock: Save as stock sites take it, with this title and these keywords.
        preview: A file for the newest picture of what is being made, as the server tells it; None: it tells none.
        cloud: Where the server lacks models, or memory at the last try, let its profile for pictures paint; that
            costs money.
    """

    workflow: str
    values: Mapping[str, Any] = field(default_factory=dict)
    server: str = SERVER
    out: Path = Path("fit-ad-output")
    time_limit_s: float = 1800
    silence_limit_s: float | None = 600
    connect_limit_s: float = 10
    stock: Stock | None = None
    preview: Path | None = None
    cloud: bool = False


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        files: The pictures of each output role.
        record: What the sidecars say: workflow_mode, roles, models, versions, times.
        changes: What was done otherwise than asked for: other models, less memory.
    """

    files: Mapping[str, tuple[Path, ...]]
    record: Mapping[str, Any]
    changes: tuple[str, ...] = ()


def run_workflow(request: RunRequest, on_progress: OnProgress | None = None) -> RunResult:
    """Run a workflow on a server and fetch every output of its card.

    Raises:
        BadUseError: There is no such workflow or role, or a value cannot be used.
        ServerAwayError: The server does not answer, or went away.
        TimedOutError: A limit was over.
        FitAdError: The server lacks nodes or models, or a node failed.
    """
    graph, card = find_workflow(request.workflow)
    check_values(request.values, card)
    out = prepared_folder(request.out)
    with runlog.recording("run", workflow_mode=runlog.name_or_none(card.name)) as told:
        result = _on_server(request, graph, card, out, on_progress)
        told.update(runlog_fields(result.record))
    return result


def _on_server(request: RunRequest, graph: Graph, card: Card, out: Path, on_progress: OnProgress | None) -> RunResult:
    limits = (request.time_limit_s, request.silence_limit_s, request.connect_limit_s)
    with ComfyServer(request.server, on_progress, *limits, _showing(request.preview)) as server:
        system = server.system()
        attempt, started = _first_try(request, graph, card, server, card_memory_gb(system)), time.time()
        check_graph(server, attempt.graph, card, request.values)
        save_as(attempt.graph, card, secrets.token_hex(4))
        ask_for_stock(attempt.graph, card, request.stock)
        shown = _run(server, attempt, card)
        record = record_of(card, attempt, server, system, request.values, (started, time.time()))
        pictures = fetch_outputs(server, card, shown)
    try:
        files = {name: save_results(f"{card.name}-{name}", parts, out, record) for name, parts in pictures.items()}
    except FitAdError as exc:
        kept = f"{exc.fix}. The result is kept on the server, in the folder fit_ad of its output"
        raise FitAdError(exc.what, why=exc.why, fix=kept) from exc
    return RunResult(files, record, tuple(attempt.changes))


def _first_try(request: RunRequest, graph: Graph, card: Card, server: ComfyServer, card_gb: float) -> Attempt:
    """Return the graph with its values and models that are there, or painted in the cloud where that is allowed."""
    try:
        check_nodes(server, graph, card, packs(request.workflow))
        fitting, changes = with_models_there(graph, server, card_gb)
        return Attempt(bind_inputs(fitting, card, request.values, server), changes, cloud=request.cloud)
    except FitAdError:
        painted = (
            in_the_cloud(bind_inputs(graph, card, request.values, server), card, server) if request.cloud else None
        )
        if painted is None:
            raise
        return Attempt(*painted)


def _showing(path: Path | None) -> OnPreview | None:
    """Return what puts each preview into a file; one that cannot be written is no reason to stop."""
    if path is None:
        return None

    def show(picture: bytes) -> None:
        with suppress(FitAdError):
            write_whole(path, picture)

    return show


def _run(server: ComfyServer, attempt: Attempt, card: Card) -> dict[str, dict[str, Any]]:
    """Run the graph; where memory runs out, free it and try again with less, at most twice."""
    targets = [role.node for role in card.outputs.values()]
    while True:
        try:
            return server.run(attempt.graph, targets)
        except MemoryFailedError as exc:
            retry_with_less(server, attempt, card, exc)
        finally:
            attempt.prompt_id, attempt.node_seconds = server.prompt_id, server.node_seconds


def retry_with_less(server: ComfyServer, attempt: Attempt, card: Card, error: MemoryFailedError) -> None:
    """Free the server's memory and make the graph need less; at last let it be painted in the cloud, where it may.

    Raises:
        MemoryFailedError: That was done as often as it may be.
    """
    if attempt.retries == MAX_RETRIES:
        painted = in_the_cloud(attempt.graph, card, server) if attempt.cloud else None
        if painted is not None:
            attempt.cloud, attempt.graph = False, painted[0]
            attempt.changes += painted[1]
            return
        raise MemoryFailedError(error.what, why=error.why, fix=_advice(attempt.changes)) from error
    attempt.retries += 1
    server.free()
    attempt.graph, changes = lighter_graph(attempt.graph, card, server, attempt.retries)
    attempt.changes += changes
    done = ", ".join(changes) or "the same once more, with its memory freed"
    _log.warning("%s. Try %d: %s", error.what, attempt.retries + 1, done)


def _advice(changes: list[str]) -> str:
    tried = f"Tried: {', '.join(changes)}. " if changes else ""
    return f"{tried}Close other programs on the card, or choose a smaller format or model"
