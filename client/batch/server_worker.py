"""One server's part of a batch: keeps it busy, follows what it does, fetches what it makes."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import ClientConnection

from ...core.errors import FitAdError
from ...core.workflow.card import Card
from ...core.workflow.graph import title
from ..comfy.queue import ComfyServer, QueuedPrompt, receive_message
from ..failures import MemoryFailedError, ServerAwayError, TimedOutError, UnusableServerError
from ..runs.execute import WorkflowTask, bound_attempt, retry_with_less
from ..runs.input_binding import save_under
from ..runs.out_of_memory import card_memory_gb, with_models_there
from ..runs.preflight import check_graph, check_nodes, needed_part
from ..runs.results import Attempt, fetch_outputs, record_of
from .jobs import Job
from .scheduler import Scheduler, SentJob, server_times

DEPTH = 2  # prompts on a server at a time: one runs, the next waits, so that the server never does
LATER_AFTER, MOST_DEATHS = 2, 5  # so many deaths of servers during a job, and it comes last; or is not sent again
POLL_EVERY_S = 2.0
TRY_EVERY_S = 0.5
_IDLE_S = 0.1  # between two looks for a job
_NOT_THE_JOBS = (ServerAwayError, UnusableServerError)  # failures of the server, whatever job it had
_log = logging.getLogger("fit_ad.batch")


@dataclass(frozen=True)
class Limits:
    """In seconds: a job from when it begins, silence during one, a connection, and a server that does not answer."""

    time_s: float = 1800
    silence_s: float | None = 600
    connect_s: float = 10
    patience_s: float = 120


@dataclass
class _InFlightJob:
    """A job on its way through the server; ``posted`` in seconds since 1970, ``began`` on the monotonic clock."""

    job: Job
    values: Mapping[str, Any]
    attempt: Attempt
    prompt: QueuedPrompt
    posted: float
    began: float | None = None


class ServerWorker:
    """Works on one server until the scheduler has nothing more to do.

    Args:
        scheduler: Hands out jobs and takes results.
        server: The server; closed at the end.
        limits: See there.
        takes_jobs: False: only finishes what an earlier start has sent there.
    """

    def __init__(self, scheduler: Scheduler, server: ComfyServer, limits: Limits, *, takes_jobs: bool = True) -> None:
        self._scheduler, self._limits, self._takes_jobs = scheduler, limits, takes_jobs
        self._server = server
        self._server.on_progress = self._progress
        self.name = self._server.name
        self._system: dict[str, Any] = {}
        self._in_flight: dict[str, _InFlightJob] = {}  # by prompt id
        self._sent_before: list[SentJob] = []  # by an earlier start, and not looked for yet
        self._fitting: set[str] = set()  # workflows that this server can run
        self._retries: dict[str, int] = {}  # workflow -> how often it had to be made lighter here
        self._sockets = ExitStack()
        self._socket: ClientConnection | None = None
        self._next_poll = 0.0
        self._idle_since: float | None = None  # when the server ended its last job with no other to go on with
        self._has_ended_one = False

    def work(self) -> None:
        """Run jobs until there are none left, the scheduler stops, or the server is away for too long."""
        why = ""
        try:
            self._server.client_id = self._scheduler.client(self.name)
            self._begin()
            while self._turn():
                pass
        except _NOT_THE_JOBS as exc:
            why = str(exc)
        except FitAdError as exc:
            self._scheduler.stop(exc)
        except Exception as exc:  # a thread that ends unseen would leave the batch waiting for ever
            self._scheduler.stop(FitAdError(f"Something went wrong inside Fit-AD: {exc!r}"))
            raise
        finally:
            self._end(why)

    def _turn(self) -> bool:
        """Do what is to be done now; return whether there may be more."""
        if self._scheduler.finished() and not self._in_flight:
            return False
        if self._scheduler.stopping():
            self._take_all_back()
            return False
        try:
            self._fill()
            if not self._in_flight:
                if not self._takes_jobs:
                    return False
                time.sleep(_IDLE_S)
                return True
            self._listen()
        except ServerAwayError:
            self._wait_for_server()
        return True

    # --- sending ---

    def _fill(self) -> None:
        while self._takes_jobs and len(self._in_flight) < DEPTH:
            job = self._scheduler.take(self.name)
            if job is None:
                return
            self._send(job)

    def _send(self, job: Job) -> None:
        """Bind a job and post it; what is wrong with it is the job's failure."""
        try:
            self._check_fit(job)
            prepared = self._prepared(job, self._retries.get(job.workflow, 0))
        except _NOT_THE_JOBS:
            self._scheduler.requeue(job.key)
            raise
        except _UnfitError:
            self._scheduler.requeue(job.key)
        except FitAdError as exc:
            self._scheduler.failed(job.key, exc, self.name)
        else:
            self._post(prepared)

    def _check_fit(self, job: Job) -> None:
        """Find out, once for each workflow, whether this server can run it."""
        if job.workflow in self._fitting:
            return
        plan = self._scheduler.plan(job.workflow)
        try:
            check_nodes(self._server, plan.graph, plan.card, plan.packs)
            with_models_there(plan.graph, self._server)
        except _NOT_THE_JOBS:
            raise
        except FitAdError as exc:
            self._scheduler.unfit(self.name, job.workflow, exc)
            raise _UnfitError(exc.what) from exc
        self._fitting.add(job.workflow)

    def _prepared(self, job: Job, retries: int, prompt_id: str = "") -> _InFlightJob:
        """Return a job ready to be posted; with a prompt's id, one that was posted before."""
        plan, values = self._scheduler.plan(job.workflow), self._scheduler.values(job)
        task = WorkflowTask(plan.graph, plan.card, values)
        attempt = bound_attempt(self._server, task, card_memory_gb(self._system), retries)
        if not prompt_id:
            check_graph(self._server, attempt.graph, plan.card, values)
        save_under(attempt.graph, plan.card, job.key[:12])
        return _InFlightJob(job, values, attempt, _prompt(attempt, plan.card, prompt_id), time.time())

    def _post(self, one: _InFlightJob) -> None:
        """Post a job, noted before it is, so that another start can ask for it."""
        job, prompt = one.job, one.prompt
        self._scheduler.sent(job.key, self.name, prompt.id, one.attempt.retries)
        asked = prompt.id
        self._in_flight[asked] = one
        try:
            self._server.post(prompt, {})
        except _NOT_THE_JOBS:
            raise  # whether it was taken is found out when the server is back
        except FitAdError as exc:
            del self._in_flight[asked]
            self._scheduler.failed(job.key, exc, self.name)
            return
        self._note_wait()
        if len(self._in_flight) == 1:
            self._show()
        if prompt.id != asked:  # a server that gives ids of its own
            del self._in_flight[asked]
            self._in_flight[prompt.id] = one
            self._scheduler.sent(job.key, self.name, prompt.id, one.attempt.retries)

    def _note_wait(self) -> None:
        """Note how long the server had nothing to do before it got this job."""
        if self._has_ended_one:
            waited = time.monotonic() - self._idle_since if self._idle_since is not None else 0.0
            self._scheduler.waited(self.name, waited)
        self._idle_since = None

    def _post_again(self, one: _InFlightJob) -> None:
        """Post a job that the server no longer knows of, or that is lighter now."""
        prepared = self._prepared(one.job, one.attempt.retries)
        self._in_flight.pop(one.prompt.id, None)  # not before: it is still the job's where the server is away
        self._post(prepared)

    # --- following ---

    def _listen(self) -> None:
        message, self._socket = receive_message(self._socket)
        if message is not None:
            self._handle_message(message)
        for one in list(self._in_flight.values()):
            self._check_limits(one)
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + POLL_EVERY_S
            if self._socket is None:
                self._reconnect()
            self._poll()

    def _handle_message(self, message: Mapping[str, Any]) -> None:
        data = message.get("data")
        one = self._in_flight.get(str(data.get("prompt_id"))) if isinstance(data, Mapping) else None
        if one is None:
            return
        one.began = one.began or time.monotonic()
        try:
            ended = self._server.handle_message(one.prompt, message)
        except FitAdError as exc:
            self._went_wrong(one, exc)
        else:
            if ended:
                self._collect(one)

    def _poll(self) -> None:
        """Ask for what the websocket may have kept to itself: the queue first, so that nothing slips between."""
        known = self._server.queued()
        if known is None:
            return
        for one in list(self._in_flight.values()):
            if one.prompt.id in known[0]:
                one.began = one.began or time.monotonic()
            elif one.prompt.id not in known[1] and not self._collect(one):
                self._lost(one)

    def _lost(self, one: _InFlightJob) -> None:
        """Send a job again that the server knows nothing of: it was restarted, or somebody cleared its queue."""
        job = one.job
        deaths = self._scheduler.count_death(job.key) if one.began is not None else 0
        if deaths >= LATER_AFTER:
            del self._in_flight[one.prompt.id]
            if deaths < MOST_DEATHS:
                self._scheduler.requeue(job.key, last=True)
                return
            what = f"The ComfyUI at {self.name} went away {deaths} times during this job"
            self._scheduler.failed(job.key, ServerAwayError(what, why="It may have run out of memory"), self.name)
            return
        _log.info("%s no longer knows of %s; it is sent again", self.name, job.name)
        try:
            self._post_again(one)
        except _NOT_THE_JOBS:
            raise
        except FitAdError as exc:
            self._in_flight.pop(one.prompt.id, None)
            self._scheduler.failed(job.key, exc, self.name)

    def _check_limits(self, one: _InFlightJob) -> None:
        now, prompt, limits = time.monotonic(), one.prompt, self._limits
        if one.began is None:
            return
        last_message = max(prompt.last_message_at or 0.0, one.began)
        if now - one.began > limits.time_s:
            what = f"It was not done within {limits.time_s:g} s and was cancelled"
        elif self._socket is not None and limits.silence_s is not None and now - last_message > limits.silence_s:
            where = f" at {title(prompt.graph, prompt.now_running[0])}" if prompt.now_running else ""
            what = f"Nothing was heard from it for {limits.silence_s:g} s{where}, and it was cancelled"
        else:
            return
        gone = self._server.take_back(prompt)
        self._went_wrong(one, TimedOutError(what, why="" if gone else "the server is still busy with it"))

    def _progress(self, _node_id: str, node_title: str, share: float) -> None:
        self._scheduler.update(self.name, node=node_title, share=share)

    # --- results ---

    def _collect(self, one: _InFlightJob) -> bool:
        """Fetch what a job has made; return whether the server knows of its end."""
        entry = self._server.history(one.prompt.id)
        if entry is None:
            return False
        card, prompt, times = self._scheduler.plan(one.job.workflow).card, one.prompt, server_times(entry)
        self._has_ended_one, self._idle_since = True, time.monotonic() if len(self._in_flight) == 1 else None
        prompt.enter_node(None)
        one.attempt.prompt_id, one.attempt.node_seconds = prompt.id, prompt.node_seconds
        try:
            pictures = fetch_outputs(self._server, card, self._server.outcome(prompt, entry))
        except _NOT_THE_JOBS:
            raise
        except FitAdError as exc:
            self._went_wrong(one, exc)
            return True
        span = times or (one.posted, time.time())
        record = record_of(card, one.attempt, self._server, self._system, one.values, span)
        del self._in_flight[prompt.id]
        self._scheduler.done(one.job.key, pictures, record, times)
        self._show()
        return True

    def _went_wrong(self, one: _InFlightJob, error: FitAdError) -> None:
        """Try with less where memory ran out; all else is the job's failure."""
        job, attempt = one.job, one.attempt
        try:
            if not isinstance(error, MemoryFailedError):
                raise error
            retry_with_less(self._server, attempt, self._scheduler.plan(job.workflow).card, error)
            self._retries[job.workflow] = max(attempt.retries, self._retries.get(job.workflow, 0))
            self._post_again(one)
        except _NOT_THE_JOBS:
            raise
        except FitAdError as exc:
            self._in_flight.pop(one.prompt.id, None)
            self._scheduler.failed(job.key, exc, self.name)
        self._show()

    def _show(self) -> None:
        one = next(iter(self._in_flight.values()), None)
        state, job = ("running", one.job.name) if one else ("ready", "")
        self._scheduler.update(self.name, state=state, job=job, node="", share=0.0)

    # --- the server itself ---

    def _begin(self) -> None:
        """Find the server, and take up what an earlier start has left there."""
        try:
            self._greet()
        except ServerAwayError:
            self._wait_for_server(poll=False)
        for prompt_id in self._scheduler.strays(self.name):
            self._server.cancel(prompt_id)
        self._scheduler.strays_cancelled(self.name)
        self._sent_before = self._scheduler.sent_before(self.name)
        while self._sent_before:
            self._take_up(self._sent_before[0])
            del self._sent_before[0]

    def _take_up(self, sent: SentJob) -> None:
        try:
            one = self._prepared(sent.job, sent.retries, sent.prompt_id)
        except _NOT_THE_JOBS:
            raise  # it is still to be looked for
        except FitAdError as exc:
            self._scheduler.failed(sent.job.key, exc, self.name)
            return
        self._in_flight[sent.prompt_id] = one
        self._next_poll = 0.0

    def _greet(self) -> None:
        self._system = self._server.system()
        self._reconnect()
        self._show()

    def _reconnect(self) -> None:
        self._sockets.close()
        self._socket = self._sockets.enter_context(self._server.listening())

    def _wait_for_server(self, *, poll: bool = True) -> None:
        """Wait until a server that went away answers again.

        Raises:
            ServerAwayError: It did not in time.
        """
        until = time.monotonic() + self._limits.patience_s
        self._scheduler.update(self.name, state="away", node="", share=0.0)
        while not self._scheduler.stopping():
            try:
                self._greet()
                self._server.forget()
                if poll:
                    self._poll()
                return
            except ServerAwayError:
                if time.monotonic() > until:
                    raise
                time.sleep(TRY_EVERY_S)

    def _take_all_back(self) -> None:
        """Take back what waits and what runs, so that the next start can begin it again; what is done is kept."""
        try:
            for one in list(self._in_flight.values()):
                self._collect(one)
            for one in list(self._in_flight.values())[::-1]:
                gone = self._server.take_back(one.prompt)
                if not self._collect(one) and gone:
                    self._scheduler.requeue(one.job.key)
                    del self._in_flight[one.prompt.id]
        except _NOT_THE_JOBS as exc:
            _log.info("Jobs could not be taken back: %s", exc)

    def _end(self, why: str) -> None:
        self._sockets.close()
        held = [*(one.job.key for one in self._in_flight.values()), *(sent.job.key for sent in self._sent_before)]
        self._scheduler.worker_ended(self.name, why, held)
        self._server.close()


def _prompt(attempt: Attempt, card: Card, prompt_id: str) -> QueuedPrompt:
    graph = needed_part(attempt.graph, card)
    return QueuedPrompt(prompt_id or str(uuid.uuid4()), graph, len(graph), float("inf"))


class _UnfitError(FitAdError):
    """This server cannot run a workflow; another may."""
