"""One run of a workflow on any runner: checked, bound, run, tried again with less memory, fetched."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.telemetry import runlog
from ...core.workflow.card import Card
from ...core.workflow.graph import Graph
from ..failures import MemoryFailedError
from .cloud import in_the_cloud
from .input_binding import bind_inputs, save_under
from .out_of_memory import MAX_RETRIES, card_memory_gb, lighter_graph, with_models_there
from .preflight import check_graph, check_nodes
from .results import Attempt, FetchedImage, fetch_outputs, record_of
from .runner import Runner
from .stock_mode import Stock, ask_for_stock

_log = logging.getLogger("fit_ad.runs")


@dataclass(frozen=True)
class WorkflowTask:
    """A workflow and what goes into it.

    Attributes:
        graph: Its API graph.
        card: Its card.
        values: Values of its roles; pictures as paths.
        preferences: Values of roles that are used only where they are on offer.
        packs: Node class -> the pack that it comes from, as far as known.
        outputs: The output roles that are wanted; empty for all.
        stock: Save as stock sites take it.
        cloud: Where models or memory are lacking, let the server's profile for pictures paint; that costs money.
    """

    graph: Graph
    card: Card
    values: Mapping[str, Any]
    preferences: Mapping[str, Any] = field(default_factory=dict)
    packs: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    stock: Stock | None = None
    cloud: bool = False

    def wanted_outputs(self) -> tuple[str, ...]:
        """Return the names of the output roles that are wanted."""
        return self.outputs or tuple(self.card.outputs)


class Outcome(NamedTuple):
    """A finished run: the pictures of each output role, its record, and what was done otherwise than asked for."""

    images: dict[str, list[FetchedImage]]
    record: dict[str, Any]
    changes: tuple[str, ...]


def recording(runner: Runner, card: Card) -> AbstractContextManager[dict[str, Any]]:
    """Write one record into the run log when the block ends; what it adds to the value that it is given goes in.

    A run in this process has its id from the beginning, so that the records of its nodes name it.
    """
    return runlog.recording("run", run=runner.prompt_id or None, workflow_mode=runlog.name_or_none(card.name))


def execute(runner: Runner, task: WorkflowTask) -> Outcome:
    """Run a workflow and fetch its pictures.

    Raises:
        BadUseError: A value cannot be used.
        ServerAwayError: The server does not answer, or went away.
        TimedOutError: A limit was over.
        FitAdError: Nodes or models are lacking, or a node failed.
    """
    system = runner.system()
    attempt = _first_attempt(runner, task, card_memory_gb(system))
    started = time.time()
    check_graph(runner, attempt.graph, task.card, task.values)
    save_under(attempt.graph, task.card, secrets.token_hex(4))
    ask_for_stock(attempt.graph, task.card, task.stock)
    shown = _run(runner, attempt, task)
    record = record_of(task.card, attempt, runner, system, task.values, (started, time.time()))
    images = fetch_outputs(runner, task.card, shown, task.wanted_outputs())
    return Outcome(images, record, tuple(attempt.changes))


def bound_attempt(runner: Runner, task: WorkflowTask, card_gb: float, retries: int = 0) -> Attempt:
    """Return the graph with its values and with models that are there, made lighter as often as it was before.

    Args:
        runner: What is going to run it.
        task: The workflow and its values.
        card_gb: Memory of the card; 0 where it is not known.
        retries: How often it has run out of memory already.

    Raises:
        BadUseError: A value cannot be used.
        FitAdError: A model and all its alternatives are lacking.
    """
    fitting, changes = with_models_there(task.graph, runner, card_gb)
    graph = bind_inputs(fitting, task.card, task.values, runner, task.preferences)
    for retry in range(1, retries + 1):
        graph, more = lighter_graph(graph, task.card, runner, retry)
        changes = [*changes, *more]
    return Attempt(graph, changes, retries, cloud=task.cloud)


def _first_attempt(runner: Runner, task: WorkflowTask, card_gb: float) -> Attempt:
    """Return the bound graph, painted in the cloud where nodes or models are lacking and that is allowed."""
    try:
        check_nodes(runner, task.graph, task.card, task.packs)
        return bound_attempt(runner, task, card_gb)
    except FitAdError:
        if not task.cloud:
            raise
        bound = bind_inputs(task.graph, task.card, task.values, runner, task.preferences)
        painted = in_the_cloud(bound, task.card, runner)
        if painted is None:
            raise
        return Attempt(*painted)


def _run(runner: Runner, attempt: Attempt, task: WorkflowTask) -> dict[str, dict[str, Any]]:
    """Run the graph; where memory runs out, free it and try again with less, at most twice."""
    targets = [task.card.output(name).node for name in task.wanted_outputs()]
    while True:
        try:
            return runner.run(attempt.graph, targets)
        except MemoryFailedError as exc:
            retry_with_less(runner, attempt, task.card, exc)
        finally:
            attempt.prompt_id, attempt.node_seconds = runner.prompt_id, runner.node_seconds


def retry_with_less(runner: Runner, attempt: Attempt, card: Card, error: MemoryFailedError) -> None:
    """Free the runner's memory and make the graph need less; at last let it be painted in the cloud, where it may.

    Raises:
        MemoryFailedError: That was done as often as it may be.
    """
    if attempt.retries == MAX_RETRIES:
        painted = in_the_cloud(attempt.graph, card, runner) if attempt.cloud else None
        if painted is not None:
            attempt.cloud, attempt.graph = False, painted[0]
            attempt.changes += painted[1]
            return
        raise MemoryFailedError(error.what, why=error.why, fix=_advice(attempt.changes)) from error
    attempt.retries += 1
    runner.free()
    attempt.graph, changes = lighter_graph(attempt.graph, card, runner, attempt.retries)
    attempt.changes += changes
    done = ", ".join(changes) or "the same once more, with its memory freed"
    _log.warning("%s. Try %d: %s", error.what, attempt.retries + 1, done)


def _advice(changes: list[str]) -> str:
    tried = f"Tried: {', '.join(changes)}. " if changes else ""
    return f"{tried}Close other programs on the card, or choose a smaller format or model"
