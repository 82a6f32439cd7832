"""The report's figures: of all runs, of each workflow, node, model and request, over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from .report_data import DONE, FAILED, LoggedRequest, NodeRun, RunLogData, WorkflowRun

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

LATEST_RUNS = 30
MOST_POINTS = 32  # of the trend; with more the steps become longer
_STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
_LONG_STEPS = (timedelta(days=1), timedelta(weeks=1), timedelta(weeks=4), timedelta(weeks=13), timedelta(weeks=52))


@dataclass(frozen=True)
class FigureRow:
    """The figures of one workflow, node, model or address; memory in MB, times in seconds of what was done.

    Attributes:
        error_rate: Share 0..1 of failed ones; those that were stopped count as neither.
        share: Share 0..1 of the time of all lines.
        ram_rise_mb: The most that one run held above what was held before it.
        ram_peak_mb: The most that the process held.
        vram_peak_mb: The most that torch held on the card.
    """

    name: str
    count: int
    failed: int
    error_rate: float
    median_s: float | None
    p95_s: float | None
    total_s: float
    share: float = 0.0
    ram_rise_mb: float | None = None
    ram_peak_mb: float | None = None
    vram_peak_mb: float | None = None


@dataclass(frozen=True)
class TrendPoint:
    """One step of the trend."""

    start: datetime
    count: int
    failed: int
    median_s: float | None
    p95_s: float | None
    medians: dict[str, float]  # of each workflow


@dataclass(frozen=True)
class ErrorGroup:
    """One kind of error: where it rose, how often, and when for the last time."""

    node: str
    error: str
    at: str
    count: int
    last: datetime | None


@dataclass(frozen=True)
class Figures:
    """All figures. Lines are sorted by what a reader looks for first: the time they take."""

    total: FigureRow
    first: datetime | None
    last: datetime | None
    step: timedelta
    trend: tuple[TrendPoint, ...]
    workflows: tuple[FigureRow, ...]
    nodes: tuple[FigureRow, ...]
    models: tuple[FigureRow, ...]
    requests: tuple[FigureRow, ...]
    troubles: tuple[ErrorGroup, ...]
    latest: tuple[WorkflowRun, ...]
    broken: int


def figures(data: RunLogData) -> Figures:
    """Return the figures of what was read."""
    runs, nodes = data.runs, data.node_runs
    moments = [run.started for run in runs] or [node.ended for node in nodes if node.ended]
    trend, step = _trend(runs)
    per_node = _by(nodes, lambda node: node.node)
    return Figures(
        total=_line("", runs, nodes),
        first=min(moments, default=None),
        last=max(moments, default=None),
        step=step,
        trend=trend,
        workflows=_sorted(_line(name, its) for name, its in _by(runs, _workflow).items()),
        nodes=_sorted(_line(name, its, its) for name, its in per_node.items()),
        models=_sorted(_line(name, its, its) for name, its in _by_model(nodes).items()),
        requests=_sorted(_line(name, its) for name, its in _by(data.requests, _endpoint).items()),
        troubles=_troubles(runs, nodes),
        latest=tuple(reversed(runs[-LATEST_RUNS:])),
        broken=data.broken,
    )


def _workflow(run: WorkflowRun) -> str:
    return run.workflow or "–"


def _endpoint(request: LoggedRequest) -> str:
    return f"{request.to}, {request.model}" if request.model else request.to


def _by(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def _by_model(nodes: Iterable[NodeRun]) -> dict[str, list[NodeRun]]:
    return _by((node for node in nodes if node.model), lambda node: f"{node.model} ({node.node})")


def _line(
    name: str, items: Sequence[WorkflowRun | NodeRun | LoggedRequest], nodes: Sequence[NodeRun] = ()
) -> FigureRow:
    done = sorted(item.seconds for item in items if item.outcome == DONE)
    failed = sum(item.outcome not in (DONE, "interrupted") for item in items)
    judged = failed + len(done)
    return FigureRow(
        name,
        len(items),
        failed,
        failed / judged if judged else 0.0,
        quantile(done, 0.5),
        quantile(done, 0.95),
        sum(item.seconds for item in items),
        ram_rise_mb=_most(node.ram_rise_mb for node in nodes),
        ram_peak_mb=_most(node.ram_peak_mb for node in nodes),
        vram_peak_mb=_most(node.vram_peak_mb for node in nodes),
    )


def _sorted(lines: Iterable[FigureRow]) -> tuple[FigureRow, ...]:
    found = sorted(lines, key=lambda line: (-line.total_s, line.name))
    total = sum(line.total_s for line in found)
    return tuple(FigureRow(**{**asdict(line), "share": line.total_s / total if total else 0.0}) for line in found)


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the ordered values lies, between two of them by straight line."""
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _troubles(runs: Sequence[WorkflowRun], nodes: Sequence[NodeRun]) -> tuple[ErrorGroup, ...]:
    """Return the kinds of errors: of nodes, and of runs that failed without a node that says so."""
    named = {node.run for node in nodes if node.outcome == FAILED}
    entries = [(node.node, node.error, node.at, node.ended) for node in nodes if node.outcome == FAILED]
    entries += [("", run.error, "", run.started) for run in runs if run.outcome == FAILED and run.id not in named]
    groups = _by(entries, lambda entry: entry[:3])
    found = [ErrorGroup(*key, len(its), max((at for *_, at in its if at), default=None)) for key, its in groups.items()]
    return tuple(sorted(found, key=lambda trouble: (-trouble.count, trouble.node, trouble.error)))


# --- over time ----------------------------------------------------------------------------------------------


def _trend(runs: Sequence[WorkflowRun]) -> tuple[tuple[TrendPoint, ...], timedelta]:
    """Return the steps from the first run to the last, also those without any."""
    if not runs:
        return (), _LONG_STEPS[0]
    zone = runs[0].started.astimezone().tzinfo  # one for all, so that no step is an hour longer than the others
    moments = [run.started.astimezone(zone) for run in runs]
    step = _step(max(moments) - min(moments))
    groups = _by(zip(moments, runs, strict=True), lambda pair: step_begin(pair[0], step))
    start, points = min(groups), []
    while start <= max(groups):
        points.append(_point(start, [run for _, run in groups.get(start, ())]))
        start += step
    return tuple(points), step


def _point(start: datetime, runs: Sequence[WorkflowRun]) -> TrendPoint:
    done = sorted(run.seconds for run in runs if run.outcome == DONE)
    each = _by((run for run in runs if run.outcome == DONE), _workflow)
    medians = {name: quantile(sorted(run.seconds for run in its), 0.5) or 0.0 for name, its in each.items()}
    failed = Counter(run.outcome for run in runs)[FAILED]
    return TrendPoint(start, len(runs), failed, quantile(done, 0.5), quantile(done, 0.95), medians)


def _step(span: timedelta) -> timedelta:
    return next((step for step in (*_STEPS, *_LONG_STEPS) if span / step < MOST_POINTS), _LONG_STEPS[-1])


def step_begin(moment: datetime, step: timedelta) -> datetime:
    """Return the begin of the step that a moment lies in; days and weeks (from Monday) begin at midnight."""
    if step < _LONG_STEPS[0]:
        seconds = int(step.total_seconds())
        past = int(moment.timestamp() + moment.utcoffset().total_seconds())  # type: ignore[union-attr]
        return moment.replace(microsecond=0) - timedelta(seconds=past % seconds)
    days = step.days
    day = moment.date()
    first = day - timedelta(days=(day.toordinal() - 1) % days)  # day 1 was a Monday
    return datetime(first.year, first.month, first.day, tzinfo=moment.tzinfo)


# --- as data ------------------------------------------------------------------------------------------------


def as_data(found: Figures) -> dict[str, Any]:
    """Return the figures as JSON data; times are UTC, in ISO 8601."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, timedelta):
            return value.total_seconds()
        if isinstance(value, float):
            return round(value, 4)
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value

    data: dict[str, Any] = plain(asdict(found))
    data["step_s"] = data.pop("step")
    return data
