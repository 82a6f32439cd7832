"""What a batch looks like in the terminal: a live table, or plain lines where nobody watches, and a summary."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ..batch.run_batch import BatchResult
from ..batch.scheduler import Snapshot, WorkerState

_STYLES = {"ready": "dim", "running": "green", "away": "yellow", "gone": "red", "finished": "dim"}
_NOTES = {"away": "does not answer", "gone": "did not come back"}
_WIDTH = 12  # cells of a server's bar
_SHOWN = 5  # failures in the summary; the rest stand in the file


@contextmanager
def watching(title: str) -> Iterator[Callable[[Snapshot], None]]:
    """Give a function that shows how a batch stands, on stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left", style="dim"),
        TimeRemainingColumn(),
        console=console,
    )
    task = bar.add_task(title)
    with Live(console=console, refresh_per_second=5, transient=True) as live:

        def show(snapshot: Snapshot) -> None:
            bar.update(task, total=max(snapshot.total, 1), completed=snapshot.done + snapshot.failed)
            live.update(Group(_table(snapshot), bar))

        yield show


class _Lines:
    """Says in plain lines, at most one in ten seconds, how a batch stands."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._last = (-1, -1)
        self._next = 0.0

    def __call__(self, snapshot: Snapshot) -> None:
        now = (snapshot.done, snapshot.failed)
        if now == self._last or (time.monotonic() < self._next and snapshot.left):
            return
        self._last, self._next = now, time.monotonic() + 10
        failed = f", {snapshot.failed} failed" if snapshot.failed else ""
        self._console.print(Text(f"{snapshot.done} of {snapshot.total} done{failed}"))


def _table(snapshot: Snapshot) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    table.add_column("server", no_wrap=True, overflow="ellipsis", min_width=12)
    table.add_column("", no_wrap=True, min_width=8)
    table.add_column("done", justify="right", no_wrap=True, min_width=4)
    table.add_column("failed", justify="right", no_wrap=True, min_width=6)
    table.add_column("job", no_wrap=True, overflow="ellipsis", min_width=6)
    table.add_column("", no_wrap=True, min_width=_WIDTH)
    table.add_column("step", no_wrap=True, overflow="ellipsis")
    for name, state in snapshot.workers.items():
        table.add_row(
            Text(name.partition("://")[2] or name),
            Text(state.state, style=_STYLES.get(state.state, "")),
            str(state.done),
            Text(str(state.failed), style="red" if state.failed else "dim"),
            Text(state.job[:24]),
            _bar(state),
            Text(_NOTES.get(state.state, state.node[:28]), style="dim"),
        )
    return table


def _bar(state: WorkerState) -> Text:
    if state.state != "running":
        return Text("")
    full = round(state.share * _WIDTH)
    return Text("━" * full, style="green").append("━" * (_WIDTH - full), style="bright_black")


def show_summary(result: BatchResult, out: str) -> None:
    """Print what a batch has come to; its failures go to stderr."""
    console, errors = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    for one in result.failures[:_SHOWN]:
        errors.print(Text(f"row {one.job.row} ({one.job.name}): ", style="red").append(one.reason, style="default"))
    if len(result.failures) > _SHOWN:
        errors.print(Text(f"… and {len(result.failures) - _SHOWN} more", style="red"))
    summary = result.summary()
    parts = [f"{result.done} of {result.total} done"]
    parts += [f"{len(result.failures)} failed"] if result.failures else []
    parts += [f"{result.left} left"] if result.left else []
    line = Text(", ".join(parts), style="bold green" if result.done == result.total else "bold yellow")
    console.print(line.append(f"  in {out}", style="not bold default"))
    if result.made:
        console.print(Text(_pace(summary), style="dim"))
    if result.failed_file:
        console.print(Text(f"Rows that failed, with reasons: {result.failed_file}"))


def _pace(summary: dict[str, object]) -> str:
    idle = summary["idle_ms"]
    waits = (
        f"; servers idle between jobs: {idle['median']} ms, at most {idle['longest']}" if isinstance(idle, dict) else ""
    )
    return f"{summary['made']} made in {_span(float(str(summary['seconds'])))}, {summary['per_minute']} a minute{waits}"


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"
