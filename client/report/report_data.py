"""What the report is made from: the run log's lines and the records beside fetched pictures, as plain values."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ...core.telemetry import runlog
from ..failures import BadUseError

DONE, FAILED, INTERRUPTED = "done", "failed", "interrupted"

_MOST_SIDECAR_BYTES = 1_000_000
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
_SPAN = re.compile(r"(\d+)\s*([hdw])")
_LONGEST_S = 10 * 365 * 86_400
_SPANS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class NodeRun:
    """One run of one node. Memory is in MB, None where it was not known; ``seconds`` may be all there is.

    Attributes:
        ended: When it was done, UTC.
        measured: Whether the node wrote it down itself; else the client saw it from outside.
    """

    node: str
    seconds: float
    ended: datetime | None = None
    run: str = ""
    workflow: str = ""
    outcome: str = DONE
    error: str = ""
    at: str = ""
    model: str = ""
    ram_mb: float | None = None
    ram_peak_mb: float | None = None
    vram_mb: float | None = None
    vram_peak_mb: float | None = None
    measured: bool = True

    @property
    def ram_rise_mb(self) -> float | None:
        """Return how much more memory the process held at the worst moment than before."""
        if self.ram_mb is None or self.ram_peak_mb is None:
            return None
        return max(self.ram_peak_mb - self.ram_mb, 0.0)


@dataclass(frozen=True)
class WorkflowRun:
    """One run of a workflow, as the client saw it, or as its nodes tell."""

    id: str
    started: datetime
    seconds: float
    workflow: str = ""
    outcome: str = DONE
    error: str = ""
    retries: int = 0
    changes: int = 0
    models: tuple[str, ...] = ()
    nodes: tuple[NodeRun, ...] = ()


@dataclass(frozen=True)
class LoggedRequest:
    """One request to a language model, or to the pack's own addresses."""

    to: str
    ended: datetime
    seconds: float
    model: str = ""
    workflow: str = ""
    outcome: str = DONE


@dataclass(frozen=True)
class RunLogData:
    """All that was read, the oldest first, and how many lines or files could not be."""

    runs: tuple[WorkflowRun, ...] = ()
    node_runs: tuple[NodeRun, ...] = ()
    requests: tuple[LoggedRequest, ...] = ()
    broken: int = 0

    def __bool__(self) -> bool:
        return bool(self.runs or self.node_runs or self.requests)


@dataclass
class _Collector:
    """What is read, before runs and nodes are put together."""

    runs: dict[str, WorkflowRun] = field(default_factory=dict)
    nodes: list[NodeRun] = field(default_factory=list)
    requests: list[LoggedRequest] = field(default_factory=list)
    broken: int = 0


def read(logs: Iterable[Path], sidecars: Iterable[Path] = ()) -> RunLogData:
    """Return what the log's files and the records beside pictures say.

    Args:
        logs: Files of JSON lines; folders stand for the log that lies in them.
        sidecars: Folders with fetched pictures; every run is counted once, however many pictures it made.
    """
    collected = _Collector()
    for file in dict.fromkeys(_files(logs)):
        _read_log(collected, file)
    for folder in dict.fromkeys(path.resolve() for path in sidecars):
        for file in sorted(folder.rglob("*.json")):
            _read_record(collected, file)
    return _combined(collected)


def _files(logs: Iterable[Path]) -> Iterator[Path]:
    for path in logs:
        yield from ([p.resolve() for p in runlog.files(path)] if path.is_dir() else [path.resolve()])


def _read_log(collected: _Collector, file: Path) -> None:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip():
                    _read_line(collected, line)
    except OSError:
        collected.broken += 1


def _read_line(collected: _Collector, line: str) -> None:
    try:
        entry = json.loads(line)
        kind, ended = entry["kind"], _time(entry["time"])
        if kind == "node":
            collected.nodes.append(_node_run(entry, ended))
        elif kind == "request":
            collected.requests.append(_request(entry, ended))
        elif kind == "run":
            run = _run(entry, ended - timedelta(seconds=_seconds(entry.get("seconds", 0.0))))
            collected.runs[run.id or f"line {len(collected.runs)}"] = run
    except _BROKEN:
        collected.broken += 1


def _read_record(collected: _Collector, file: Path) -> None:
    """Take a record beside a picture; other JSON files are nobody's fault."""
    try:
        if file.stat().st_size > _MOST_SIDECAR_BYTES:
            return
        entry = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(entry, dict) or not {"workflow_mode", "prompt_id", "started"} <= entry.keys():
            return
        run = _run({**entry, "run": entry["prompt_id"]}, _time(entry["started"]))
        collected.runs[run.id or str(file)] = run
    except (OSError, *_BROKEN):
        collected.broken += 1


# --- one entry ----------------------------------------------------------------------------------------------


def _node_run(entry: Mapping[str, Any], ended: datetime) -> NodeRun:
    return NodeRun(
        node=str(entry["node"]),
        seconds=_seconds(entry["seconds"]),
        ended=ended,
        run=str(entry.get("run", "")),
        workflow=str(entry.get("workflow_mode") or ""),
        outcome=_outcome(entry),
        error=str(entry.get("error", "")),
        at=str(entry.get("at", "")),
        model=str(entry.get("model_name", "")),
        ram_mb=_number(entry.get("ram_mb")),
        ram_peak_mb=_number(entry.get("ram_peak_mb")),
        vram_mb=_number(entry.get("vram_mb")),
        vram_peak_mb=_number(entry.get("vram_peak_mb")),
    )


def _request(entry: Mapping[str, Any], ended: datetime) -> LoggedRequest:
    outcome = str(entry.get("outcome", DONE))
    return LoggedRequest(
        to=str(entry.get("profile") or entry.get("address") or ""),
        ended=ended,
        seconds=_seconds(entry["seconds"]),
        model=str(entry.get("model_name", "")),
        workflow=str(entry.get("workflow_mode") or ""),
        outcome=DONE if outcome == "answered" else outcome,
    )


def _run(entry: Mapping[str, Any], started: datetime) -> WorkflowRun:
    """Return the run that a line of the log or a record beside a picture tells of."""
    models = [one["model_name"] if isinstance(one, Mapping) else one for one in entry.get("models") or ()]
    changes = entry.get("changes") or 0
    return WorkflowRun(
        id=str(entry.get("run", "")),
        started=started,
        seconds=_seconds(entry.get("seconds", 0.0)),
        workflow=str(entry.get("workflow_mode") or ""),
        outcome=_outcome(entry),
        error=str(entry.get("error", "")),
        retries=int(entry.get("retries") or 0),
        changes=changes if isinstance(changes, int) else len(changes),
        models=tuple(dict.fromkeys(map(str, models))),
        nodes=tuple(_seen(node, entry) for node in entry.get("nodes") or ()),
    )


def _seen(node: Mapping[str, Any], entry: Mapping[str, Any]) -> NodeRun:
    return NodeRun(
        node=str(node.get("class_type") or node["node"]),
        seconds=_seconds(node["seconds"]),
        run=str(entry.get("run", "")),
        workflow=str(entry.get("workflow_mode") or ""),
        measured=False,
    )


def _outcome(entry: Mapping[str, Any]) -> str:
    outcome = entry.get("outcome", DONE)
    return outcome if outcome in (DONE, INTERRUPTED) else FAILED


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _seconds(value: Any) -> float:
    """Return how long something took.

    Raises:
        ValueError: Nothing takes so long.
    """
    seconds = float(value)
    if not 0 <= seconds <= _LONGEST_S:
        raise ValueError
    return seconds


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


# --- put together -------------------------------------------------------------------------------------------


def _combined(collected: _Collector) -> RunLogData:
    """Return every run once: as the client tells it, with what its nodes measured in place of what it saw."""
    measured: dict[str, list[NodeRun]] = defaultdict(list)
    for node in collected.nodes:
        measured[node.run].append(node)
    runs = [_with_measured(run, measured.get(run.id, ()) if run.id else ()) for run in collected.runs.values()]
    runs += [_from_nodes(name, nodes) for name, nodes in measured.items() if name and name not in collected.runs]
    nodes = [node for run in runs for node in run.nodes] + measured.get("", [])
    return RunLogData(
        tuple(sorted(runs, key=lambda run: run.started)),
        tuple(nodes),
        tuple(sorted(collected.requests, key=lambda request: request.ended)),
        collected.broken,
    )


def _with_measured(run: WorkflowRun, measured: Sequence[NodeRun]) -> WorkflowRun:
    names = {node.node for node in measured}
    seen = [replace(node, ended=run.started) for node in run.nodes if node.node not in names]
    named = [replace(node, workflow=node.workflow or run.workflow) for node in measured]
    return replace(run, nodes=tuple(named + seen))


def _from_nodes(name: str, nodes: Sequence[NodeRun]) -> WorkflowRun:
    """Return the run that nodes were part of: from the start of the first to the end of the last."""
    spans = [(node.ended - timedelta(seconds=node.seconds), node.ended) for node in nodes if node.ended]
    started, ended = min(start for start, _ in spans), max(end for _, end in spans)
    worst = next((o for o in (FAILED, INTERRUPTED) if any(node.outcome == o for node in nodes)), DONE)
    workflow = next((node.workflow for node in nodes if node.workflow), "")
    error = next((node.error for node in nodes if node.outcome == worst and node.error), "")
    return WorkflowRun(name, started, (ended - started).total_seconds(), workflow, worst, error, nodes=tuple(nodes))


# --- a part of it -------------------------------------------------------------------------------------------


def since(text: str, now: datetime | None = None) -> datetime:
    """Return the moment that ``--since`` names: 24h, 7d, 4w, or a date such as 2026-11-01 (of this machine's zone).

    Raises:
        BadUseError: It names none.
    """
    match = _SPAN.fullmatch(text.strip().lower())
    try:
        if match:
            return (now or datetime.now(timezone.utc)) - timedelta(**{_SPANS[match[2]]: int(match[1])})
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.astimezone()).astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise BadUseError(f"--since {text[:40]!r} is not a valid time", fix="Write 24h, 7d, 4w or 2026-11-01") from None


def part(material: RunLogData, begin: datetime | None = None, workflow: str = "") -> RunLogData:
    """Return what happened from a moment on, and of one workflow only.

    Raises:
        BadUseError: There is no run of that workflow; the message says of which there are.
    """
    names = {run.workflow for run in material.runs} | {node.workflow for node in material.node_runs}
    if workflow and workflow not in names:
        known = ", ".join(sorted(filter(None, names)))
        raise BadUseError(
            f"There is no run of the workflow {workflow!r}", fix=f"There are runs of {known}" if known else ""
        )

    def wanted(moment: datetime | None, name: str) -> bool:
        return (begin is None or (moment is not None and moment >= begin)) and (not workflow or name == workflow)

    return RunLogData(
        tuple(run for run in material.runs if wanted(run.started, run.workflow)),
        tuple(node for node in material.node_runs if wanted(node.ended, node.workflow)),
        tuple(request for request in material.requests if wanted(request.ended, request.workflow)),
        material.broken,
    )
