"""Many jobs on one or many ComfyUI servers: killed at any moment, the next start loses and doubles nothing."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ..comfy.address import DEFAULT_SERVER
from ..comfy.credentials import address_for, known_logins
from ..comfy.queue import ComfyServer
from ..failures import BadUseError, ServerAwayError
from ..runs.input_binding import check_values, find_workflow, packs
from ..runs.results import prepared_folder
from .failed_rows import write_failed_rows
from .jobs import Job, fitting, jobs_of
from .journal import SUFFIX, Journal
from .prompt_modes import MODES, TEMPLATES, read_templates
from .scheduler import JobFailure, Scheduler, Snapshot, WorkflowPlan
from .server_worker import Limits, ServerWorker
from .tables import JobRow, read_rows

OnSnapshot = Callable[[Snapshot], None]
SNAPSHOT_EVERY_S = 0.2
_ELSEWHERE_S = 3.0  # a server that is not named this time gets so long to say what became of earlier jobs
_GRACE_S = 30.0  # after a stop, for what runs


@dataclass(frozen=True)
class BatchRequest:
    """What is to be made.

    Attributes:
        jobs: The CSV or JSONL file; its columns are the workflow's roles, and workflow, name, prompts.
        workflow: For rows that name none.
        servers: Addresses of the ComfyUIs.
        out: The folder for results, and for the journal.
        values: Values of roles for every row.
        prompts: random, keywords or llm: what the prompt says where a row does not; empty: the workflow's own.
        templates: A text file with templates for random, one a line; None takes Fit-AD's.
        limits: See :class:`Limits`.
        again: Start over, including finished jobs.
        cluster: Address of a Ray cluster whose machines run the batch, "local" for one here; empty: this process does.
    """

    jobs: Path
    workflow: str = "express"
    servers: Sequence[str] = (DEFAULT_SERVER,)
    out: Path = Path("fit-ad-output")
    values: Mapping[str, Any] = field(default_factory=dict)
    prompts: str = ""
    templates: Path | None = None
    limits: Limits = field(default_factory=Limits)
    again: bool = False
    cluster: str = ""


@dataclass(frozen=True)
class BatchResult:
    """What a batch has come to.

    Attributes:
        total: All its jobs.
        done: Of them, how many have their files.
        made: How many of them this start has made.
        left: How many are neither done nor failed.
        failures: Why jobs failed.
        failed_file: Their rows with the reasons, as a job file; None where there are none.
        files: The pictures that this start has made.
        seconds: How long this start took.
        idle_s: Per server, how long it had nothing to do before it got its next job, each time.
        between_s: Per server, the time between the end of a job and the beginning of the next, by its own clock; what
            it does for itself in between, such as giving memory back, is in it.
        trouble: What made going on useless.
    """

    total: int
    done: int
    made: int
    left: int
    failures: tuple[JobFailure, ...]
    failed_file: Path | None
    files: tuple[Path, ...]
    seconds: float
    idle_s: Mapping[str, tuple[float, ...]]
    between_s: Mapping[str, tuple[float, ...]]
    trouble: FitAdError | None = None

    def summary(self) -> dict[str, Any]:
        """Return it as plain data: counts, seconds, jobs per minute, idle times in milliseconds."""
        return {
            "total": self.total,
            "done": self.done,
            "made": self.made,
            "failed": len(self.failures),
            "left": self.left,
            "seconds": round(self.seconds, 2),
            "per_minute": round(self.made / self.seconds * 60, 1) if self.seconds else 0.0,
            "idle_ms": _in_ms(self.idle_s),
            "between_ms": _in_ms(self.between_s),
            "failures": [
                {"row": one.job.row, "name": one.job.name, "reason": one.reason, "server": one.server}
                for one in self.failures
            ],
            "failed_file": str(self.failed_file) if self.failed_file else None,
        }


@dataclass(frozen=True)
class _BatchPlan:
    """A request that has been read: its rows, the jobs that can be run, and those that never will."""

    rows: Sequence[JobRow]
    jobs: Sequence[Job]
    wrong: Sequence[JobFailure]
    plans: Mapping[str, WorkflowPlan]
    templates: Sequence[str]


def plan_batch(request: BatchRequest) -> tuple[list[Job], list[JobFailure]]:
    """Return the jobs of a request, and what is wrong with its rows, without running anything.

    Raises:
        BadUseError: The job file, a workflow or a role cannot be used.
    """
    plan = _read(request)
    return list(plan.jobs), list(plan.wrong)


def run_batch(request: BatchRequest, on_snapshot: OnSnapshot | None = None) -> BatchResult:
    """Run a batch, or what is left of it, and return what it has come to.

    A job that fails does not stop the others. Ctrl-C takes back what runs; starting the same again goes on.

    Args:
        request: What is to be made.
        on_snapshot: Called about five times a second with how the batch stands.

    Raises:
        BadUseError: The job file, a workflow or a role cannot be used, or another process runs this batch.
        FitAdError: Nothing can be saved.
    """
    plan = _read(request)
    addresses = _addresses(request.servers)
    out = prepared_folder(request.out)
    path = out / f"{request.jobs.stem}{SUFFIX}"
    started = time.monotonic()
    with closing(_journal(path, request)) as journal:
        scheduler = Scheduler(plan.jobs, plan.plans, journal, out, list(addresses), plan.templates)
        with _servers(request, addresses) as servers:
            workers = [ServerWorker(scheduler, server, request.limits) for server in servers]
            workers += _finishing_workers(scheduler, addresses, request.limits)
            _work(workers, scheduler, on_snapshot)
        return _result(request, plan, scheduler, out, time.monotonic() - started)


def _journal(path: Path, request: BatchRequest) -> Journal:
    journal = Journal(path)
    if request.again:
        journal.clear()
    return journal


# --- what goes in -------------------------------------------------------------------------------------------


def _read(request: BatchRequest) -> _BatchPlan:
    if request.prompts and request.prompts not in MODES:
        raise BadUseError(f"There is no prompt mode {request.prompts[:40]!r}", fix=f"Choose one of {', '.join(MODES)}")
    rows = read_rows(request.jobs)
    folder = request.jobs.resolve().parent
    jobs = jobs_of(rows, request.workflow, request.prompts, request.values, request.jobs.stem)
    plans = {
        name: WorkflowPlan(*find_workflow(name), packs(name)) for name in dict.fromkeys(job.workflow for job in jobs)
    }
    right: list[Job] = []
    wrong: list[JobFailure] = []
    for job in jobs:
        card = plans[job.workflow].card
        values = fitting(job, card, folder)
        try:
            check_values(values, card)
        except FitAdError as exc:
            wrong.append(JobFailure(job, str(exc)))
        else:
            right.append(replace(job, values=values))
    templates = read_templates(request.templates) if request.templates else TEMPLATES
    return _BatchPlan(rows, right, wrong, plans, templates)


def _addresses(servers: Sequence[str]) -> dict[str, str]:
    """Return the servers' addresses by the names that can be shown; one that is named twice counts once."""
    if not servers:
        raise BadUseError("There is no server to run on", fix="Give --server")
    logins = known_logins()
    return {address_for(address, logins).url: address for address in servers}


# --- the work -----------------------------------------------------------------------------------------------


@contextmanager
def _servers(request: BatchRequest, addresses: Mapping[str, str]) -> Iterator[list[ComfyServer]]:
    connect_s = request.limits.connect_s
    if not request.cluster:
        yield [ComfyServer(address, connect_limit_s=connect_s) for address in addresses.values()]
        return
    from .cluster import remote_servers

    with remote_servers(request.cluster, addresses, connect_s) as servers:
        yield list(servers.values())


def _finishing_workers(scheduler: Scheduler, addresses: Collection[str], limits: Limits) -> list[ServerWorker]:
    """Return workers for servers that are not named this time, and may know what became of earlier jobs."""
    brief = replace(limits, connect_s=_ELSEWHERE_S, patience_s=0.0)
    return [
        ServerWorker(scheduler, ComfyServer(name, connect_limit_s=_ELSEWHERE_S), brief, takes_jobs=False)
        for name in scheduler.sent_elsewhere(addresses)
    ]


def _work(workers: Sequence[ServerWorker], scheduler: Scheduler, on_snapshot: OnSnapshot | None) -> None:
    """Work with one thread for each server: it waits on the network nearly all of the time."""
    threads = [threading.Thread(target=worker.work, name=worker.name, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    watch_batch(scheduler, on_snapshot, lambda: any(thread.is_alive() for thread in threads))


def watch_batch(scheduler: Scheduler, on_snapshot: OnSnapshot | None, is_alive: Callable[[], bool]) -> None:
    """Show how a batch stands until it ends; Ctrl-C stops it, and gives what runs some time to be taken back.

    Raises:
        KeyboardInterrupt: It was stopped.
    """
    try:
        _watch(scheduler, on_snapshot, is_alive)
    except KeyboardInterrupt:
        scheduler.stop()
        until = time.monotonic() + _GRACE_S
        _watch(scheduler, on_snapshot, lambda: is_alive() and time.monotonic() < until)
        raise


def _watch(scheduler: Scheduler, on_snapshot: OnSnapshot | None, is_alive: Callable[[], bool]) -> None:
    while is_alive():
        if on_snapshot is not None:
            on_snapshot(scheduler.snapshot())
        time.sleep(SNAPSHOT_EVERY_S)
    if on_snapshot is not None:
        on_snapshot(scheduler.snapshot())


# --- what comes out -----------------------------------------------------------------------------------------


def _result(request: BatchRequest, plan: _BatchPlan, scheduler: Scheduler, out: Path, seconds: float) -> BatchResult:
    snapshot, counts = scheduler.snapshot(), scheduler.counts()
    failures = sorted((*plan.wrong, *counts.failures.values()), key=lambda one: (one.job.row, one.job.name))
    target = out / f"{request.jobs.stem}.failed{request.jobs.suffix}"
    return BatchResult(
        total=snapshot.total + len(plan.wrong),
        done=snapshot.done,
        made=len(counts.made),
        left=snapshot.left,
        failures=tuple(failures),
        failed_file=write_failed_rows(target, plan.rows, failures),
        files=tuple(out / name for names in counts.made for name in names),
        seconds=seconds,
        idle_s={name: tuple(waits) for name, waits in counts.waits.items()},
        between_s={name: _gaps(times) for name, times in counts.times.items()},
        trouble=scheduler.trouble or _away(snapshot),
    )


def _away(snapshot: Snapshot) -> FitAdError | None:
    """Return why jobs are left though nothing else went wrong: no server was there to run them."""
    reasons = [state.why for state in snapshot.workers.values() if state.state == "gone"]
    if not snapshot.left or not reasons:
        return None
    return ServerAwayError(
        f"{snapshot.left} jobs are left", why=reasons[0], fix="Run the same command again to continue"
    )


def _in_ms(times: Mapping[str, Sequence[float]]) -> dict[str, int] | None:
    every = [one * 1000 for some in times.values() for one in some]
    return {"median": round(statistics.median(every)), "longest": round(max(every))} if every else None


def _gaps(times: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return how long a server stood between the end of a job and the beginning of the next."""
    ordered = sorted(times)
    return tuple(max(after[0] - before[1], 0.0) for before, after in itertools.pairwise(ordered))


def raise_for(result: BatchResult) -> None:
    """Raise what made a batch end before its time.

    Raises:
        FitAdError: It did; a ServerAwayError where no server was left.
    """
    if result.trouble is not None:
        raise result.trouble


__all__ = ["BatchRequest", "BatchResult", "Limits", "plan_batch", "raise_for", "run_batch"]
