"""Who works on what in a batch: hands out jobs, takes results, and keeps count of both."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.telemetry import runlog
from ...core.workflow.card import Card
from ...core.workflow.graph import Graph
from ..comfy.server_messages import as_object, messages_of
from ..runs.results import FetchedImage, runlog_fields
from .jobs import Job
from .journal import DONE, SAVING, SENT, Journal, JournalEntry
from .prompt_modes import ROLE, TEMPLATES, prompt_for
from .storage import ResultStorage


class WorkflowPlan(NamedTuple):
    """A workflow as it is run: its graph, its card, and the pack of each node class."""

    graph: Graph
    card: Card
    packs: Mapping[str, str]


class SentJob(NamedTuple):
    """A job that an earlier start has sent to a server: its prompt's id, and how often it had run out of memory."""

    job: Job
    prompt_id: str
    retries: int


@dataclass(frozen=True)
class WorkerState:
    """What a server is at: ready, running, away, gone, finished; the name of the job, the node, how far (0..1)."""

    state: str = "ready"
    job: str = ""
    node: str = ""
    share: float = 0.0
    done: int = 0
    failed: int = 0
    why: str = ""


@dataclass(frozen=True)
class JobFailure:
    """A job that failed, and why; ``server`` is empty where it never came to one."""

    job: Job
    reason: str
    server: str = ""


@dataclass(frozen=True)
class Snapshot:
    """How a batch stands: jobs by state, servers by address, what went wrong."""

    total: int
    done: int
    failed: int
    left: int
    workers: Mapping[str, WorkerState]
    finished: bool
    trouble: str


@dataclass
class BatchCounts:
    """What this start of a batch has done.

    Attributes:
        made: Names of the pictures of each job that was made.
        failures: By the jobs' keys.
        times: Per server, when it began and ended each job, by its own clock.
        waits: Per server, how long it had nothing to do before each job that it got.
    """

    made: list[tuple[str, ...]] = field(default_factory=list)
    failures: dict[str, JobFailure] = field(default_factory=dict)
    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=dict)


class Scheduler:
    """The one place that knows how far a batch is. Any thread may call it.

    Args:
        jobs: All jobs of the batch whose values are right.
        plans: The workflows of the jobs.
        journal: The batch's journal, open.
        out: The folder for results.
        servers: The names of the servers that take jobs.
        templates: For the prompt mode random.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        plans: Mapping[str, WorkflowPlan],
        journal: Journal,
        out: Path,
        servers: Sequence[str],
        templates: Sequence[str] = TEMPLATES,
    ) -> None:
        self._lock = threading.RLock()
        self._plans, self._journal, self._templates = plans, journal, templates
        self._storage = ResultStorage(out, journal)
        self._jobs = {job.key: job for job in jobs}
        self._workers = {name: WorkerState() for name in servers}
        self._open = set(servers)
        self._unfit: dict[str, dict[str, FitAdError]] = {}  # workflow -> server -> why
        self._sent_before: dict[str, list[SentJob]] = {}  # by server
        self._counts = BatchCounts()
        self._stopping = False
        self._trouble: FitAdError | None = None
        self._in_progress: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self._done_before = 0
        journal.add(self._jobs)
        self._waiting = deque(self._not_begun(self._storage.recover(self._jobs)))

    def _not_begun(self, entries: Mapping[str, JournalEntry]) -> Iterator[Job]:
        """Yield the jobs that nobody has begun; note those that are done, and those that a server may hold."""
        for job in self._jobs.values():
            entry = entries[job.key]
            if entry.state == DONE:
                self._done_before += 1
            elif entry.state in (SENT, SAVING) and entry.server:
                sent = SentJob(job, entry.prompt, entry.retries)
                self._sent_before.setdefault(entry.server, []).append(sent)
                self._in_progress.add(job.key)
            else:
                yield job

    # --- for those who run jobs ---

    def plan(self, workflow: str) -> WorkflowPlan:
        """Return a workflow."""
        return self._plans[workflow]

    def client(self, server: str) -> str:
        """Return the client id for a server."""
        return self._journal.client(server)

    def sent_before(self, server: str) -> list[SentJob]:
        """Return, once, the jobs that an earlier start has sent to a server."""
        with self._lock:
            return self._sent_before.pop(server, [])

    def sent_elsewhere(self, servers: Collection[str]) -> list[str]:
        """Return the names of other servers that an earlier start has sent jobs to."""
        with self._lock:
            return [name for name in self._sent_before if name not in servers]

    def strays(self, server: str) -> list[str]:
        """Return prompts that a server is to forget."""
        return self._journal.strays(server)

    def strays_cancelled(self, server: str) -> None:
        """Note that a server holds no strays any more."""
        self._journal.cancelled(server)

    def take(self, server: str) -> Job | None:
        """Return the next job for a server, None where there is none for it."""
        with self._lock:
            if self._stopping:
                return None
            job = next((one for one in self._waiting if server not in self._unfit.get(one.workflow, {})), None)
            if job is None:
                self._give_up_unfit()
                return None
            self._waiting.remove(job)
            self._in_progress.add(job.key)
        return job

    def values(self, job: Job) -> dict[str, Any]:
        """Return a job's values, with a prompt where its mode makes one.

        Raises:
            FitAdError: There is no such mode, or no language model is ready.
        """
        values = dict(job.values)
        has_role = ROLE in self._plans[job.workflow].card.inputs
        if job.prompts and has_role and not values.get(ROLE):
            values[ROLE] = prompt_for(job.prompts, values, job.key, self._templates)
        return values

    def sent(self, key: str, server: str, prompt: str, retries: int) -> None:
        """Note what a job is going to be on a server, before it is."""
        self._journal.sent(key, server, prompt, retries)

    def done(
        self,
        key: str,
        pictures: Mapping[str, Sequence[FetchedImage]],
        record: Mapping[str, Any],
        times: tuple[float, float] | None,
    ) -> None:
        """Write a job's files. ``times``: when the server began and ended it, by its own clock."""
        job, server = self._jobs[key], str(record["server"])
        if key not in self._in_progress:
            return  # it has been given to another server, which is done with it
        try:
            names = self._storage.save(job, pictures, record)
            self._journal.done(key, *(times or (None, None)))
            runlog.record("run", outcome="done", seconds=record["seconds"], **self._mode(job), **runlog_fields(record))
        except FitAdError as exc:
            self.stop(exc)  # where one cannot be written none can; the server keeps the result for the next start
            return
        with self._lock:
            self._counts.made.append(tuple(names))
            if times:
                self._counts.times.setdefault(server, []).append(times)
            self._count(server, "done")
            self._in_progress.discard(key)

    def failed(self, key: str, error: FitAdError, server: str = "") -> None:
        """Note why a job failed."""
        job = self._jobs[key]
        self._journal.failed(key, str(error))
        runlog.record("run", outcome="failed", error=type(error).__name__, server=server or None, **self._mode(job))
        with self._lock:
            self._counts.failures[key] = JobFailure(job, str(error), server)
            self._count(server, "failed")
            self._in_progress.discard(key)

    def requeue(self, key: str, *, stray: bool = False, last: bool = False) -> None:
        """Let a job wait again, first of all or last of all."""
        self._journal.requeued(key, stray=stray)
        with self._lock:
            self._in_progress.discard(key)
            self._waiting.insert(len(self._waiting) if last else 0, self._jobs[key])

    def count_death(self, key: str) -> int:
        """Note that a server went away during a job; return how often that has been so."""
        with self._lock:
            self._deaths[key] += 1
            return self._deaths[key]

    def unfit(self, server: str, workflow: str, why: FitAdError) -> None:
        """Note that a server cannot run a workflow."""
        with self._lock:
            self._unfit.setdefault(workflow, {})[server] = why

    def update(self, server: str, **state: Any) -> None:
        """Note what a server is at: parts of its :class:`WorkerState`."""
        with self._lock:
            self._workers[server] = replace(self._workers.get(server, WorkerState()), **state)

    def waited(self, server: str, seconds: float) -> None:
        """Note how long a server had nothing to do before it got another job."""
        with self._lock:
            self._counts.waits.setdefault(server, []).append(seconds)

    def worker_ended(self, server: str, why: str, keys: Sequence[str]) -> None:
        """Note that a server takes no more jobs; those that it has go to the others, where there are any."""
        with self._lock:
            self._open.discard(server)
            others = bool(self._open)
            keys = [*keys, *(sent.job.key for sent in self._sent_before.pop(server, []))]
        self.update(server, state="gone" if why else "finished", why=why, job="", node="", share=0.0)
        for key in keys:
            if others and not self._stopping:
                self.requeue(key, stray=True)
            else:
                with self._lock:  # it stays with that server, which the next start asks for it
                    self._in_progress.discard(key)

    def stopping(self) -> bool:
        """Tell whether nothing more is to begin."""
        return self._stopping

    def finished(self) -> bool:
        """Tell whether there is nothing left to do, or to be done by anybody."""
        with self._lock:
            return self._stopping or not self._open or not (self._waiting or self._in_progress)

    # --- for those who look on ---

    def stop(self, trouble: FitAdError | None = None) -> None:
        """Let nothing more begin; ``trouble`` is what makes going on useless."""
        with self._lock:
            self._stopping = True
            self._trouble = self._trouble or trouble

    @property
    def trouble(self) -> FitAdError | None:
        """What made going on useless."""
        return self._trouble

    def snapshot(self) -> Snapshot:
        """Return how the batch stands."""
        with self._lock:
            done = self._done_before + len(self._counts.made)
            failed = len(self._counts.failures)
            total = len(self._jobs)
            trouble = str(self._trouble or "")
            return Snapshot(total, done, failed, total - done - failed, dict(self._workers), self.finished(), trouble)

    def counts(self) -> BatchCounts:
        """Return what this start has made, what failed, and when servers worked."""
        with self._lock:
            return self._counts

    # --- the rest ---

    def _mode(self, job: Job) -> dict[str, str | None]:
        return {"workflow_mode": runlog.name_or_none(self._plans[job.workflow].card.name)}

    def _count(self, server: str, what: str) -> None:
        if server in self._workers:
            state = self._workers[server]
            self._workers[server] = replace(state, **{what: getattr(state, what) + 1})

    def _give_up_unfit(self) -> None:
        """Fail jobs whose workflow no open server can run."""
        hopeless = [job for job in self._waiting if self._open and self._open <= set(self._unfit.get(job.workflow, {}))]
        for job in hopeless:
            self._waiting.remove(job)
            self.failed(job.key, next(iter(self._unfit[job.workflow].values())))


def server_times(entry: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return when a server began and ended a run, by its history, in seconds since 1970; None where it does not say."""
    stamps = {kind: data.get("timestamp") for kind, data in messages_of(as_object(entry.get("status")))}
    began, ended = stamps.get("execution_start"), stamps.get("execution_success")
    if not isinstance(began, (int, float)) or not isinstance(ended, (int, float)):
        return None
    return began / 1000, ended / 1000
