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
from ...core.workflow.graph import title
from ..comfy.queue import ComfyServer, QueuedPrompt, receive_message
from ..failures import MemoryFailedError, ServerAwayError, TimedOutError
from ..runs.execute import WorkflowTask, bound_attempt, retry_with_less
from ..runs.input_binding import save_under
from ..runs.out_of_memory import card_memory_gb, with_models_there
from ..runs.preflight import check_graph, check_nodes, needed_part
from ..runs.results import Attempt, fetch_outputs, record_of
from .jobs import Job
from .scheduler import Scheduler, server_times

DEPTH = 2  # prompts on a server at a time: one runs, the next waits, so that the server never does
LATER_AFTER, MOST_DEATHS = 2, 5  # so many deaths of servers during a job, and it comes last; or is not sent again
POLL_EVERY_S = 2.0
TRY_EVERY_S = 0.5
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
    """A job on its way through the server."""

    job: Job
    values: Mapping[str, Any]
    attempt: Attempt
    prompt: QueuedPrompt
    posted: float
    began: float | None = None


class ServerWorker:
    """Works on one server until the desk has nothing more to do.

    Args:
        desk: Hands out jobs and takes results.
        server: The server; closed at the end.
        limits: See there.
        takes: False: only finishes what an earlier start has sent there.
    """

    def __init__(self, desk: Scheduler, server: ComfyServer, limits: Limits, *, takes: bool = True) -> None:
        self._desk, self._limits, self._takes = desk, limits, takes
        self._server = server
        self._server.on_progress = self._progress
        self.name = self._server.name
        self._system: dict[str, Any] = {}
        self._flights: dict[str, _InFlightJob] = {}  # by prompt id
        self._owed: list[tuple[Job, str, int]] = []  # sent here by an earlier start, and not looked for yet
        self._fits: set[str] = set()  # workflows that this server can run
        self._lessons: dict[str, int] = {}  # workflow -> how often it had to be made lighter here
        self._sockets = ExitStack()
        self._socket: ClientConnection | None = None
        self._next_poll = 0.0
        self._ended_at: float | None = None  # when the server ended its last job with no other to go on with
        self._has_ended = False

    def work(self) -> None:
        """Run jobs until there are none left, the desk stops, or the server is away for too long."""
        why = ""
        try:
            self._server.client_id = self._desk.client(self.name)
            self._begin()
            while self._turn():
                pass
        except ServerAwayError as exc:
            why = str(exc)
        except FitAdError as exc:
            self._desk.stop(exc)
        except Exception as exc:  # a thread that ends unseen would leave the batch waiting for ever
            self._desk.stop(FitAdError(f"Something went wrong inside Fit-AD: {exc!r}"))
            raise
        finally:
            self._end(why)

    def _turn(self) -> bool:
        """Do what is to be done now; return whether there may be more."""
        if self._desk.finished() and not self._flights:
            return False
        if self._desk.stopping():
            self._take_all_back()
            return False
        try:
            self._fill()
            if not self._flights:
                if not self._takes:
                    return False
                time.sleep(0.1)
                return True
            self._listen()
        except ServerAwayError:
            self._wait_for_server()
        return True

    # --- sending ---

    def _fill(self) -> None:
        while self._takes and len(self._flights) < DEPTH:
            job = self._desk.take(self.name)
            if job is None:
                return
            self._send(job)

    def _send(self, job: Job) -> None:
        """Bind a job and post it; what is wrong with it is the job's failure."""
        try:
            self._fit(job)
            flight = self._prepared(job, self._lessons.get(job.workflow, 0))
        except ServerAwayError:
            self._desk.back(job.key)
            raise
        except _UnfitError:
            self._desk.back(job.key)
        except FitAdError as exc:
            self._desk.failed(job.key, exc, self.name)
        else:
            self._post(flight)

    def _fit(self, job: Job) -> None:
        """Find out, once for each workflow, whether this server can run it."""
        if job.workflow in self._fits:
            return
        plan = self._desk.plan(job.workflow)
        try:
            check_nodes(self._server, plan.graph, plan.card, plan.packs)
            with_models_there(plan.graph, self._server)
        except ServerAwayError:
            raise
        except FitAdError as exc:
            self._desk.unfit(self.name, job.workflow, exc)
            raise _UnfitError(exc.what) from exc
        self._fits.add(job.workflow)

    def _prepared(self, job: Job, retries: int, prompt_id: str = "") -> _InFlightJob:
        plan, values = self._desk.plan(job.workflow), self._desk.values(job)
        task = WorkflowTask(plan.graph, plan.card, values)
        attempt = bound_attempt(self._server, task, card_memory_gb(self._system), retries)
        if not prompt_id:
            check_graph(self._server, attempt.graph, plan.card, values)
        save_under(attempt.graph, plan.card, job.key[:12])
        return _InFlightJob(job, values, attempt, self._prompt(attempt, plan.card, prompt_id), time.time())

    def _prompt(self, attempt: Attempt, card: Any, prompt_id: str = "") -> QueuedPrompt:
        graph = needed_part(attempt.graph, card)
        return QueuedPrompt(prompt_id or str(uuid.uuid4()), graph, len(graph), float("inf"))

    def _post(self, flight: _InFlightJob) -> None:
        """Post a job, noted before it is, so that another start can ask for it."""
        job, prompt = flight.job, flight.prompt
        self._desk.sent(job.key, self.name, prompt.id, flight.attempt.retries)
        asked = prompt.id
        self._flights[asked] = flight
        try:
            self._server.post(prompt, {})
        except ServerAwayError:
            raise  # whether it was taken is found out when the server is back
        except FitAdError as exc:
            del self._flights[asked]
            self._desk.failed(job.key, exc, self.name)
            return
        self._note_wait()
        if len(self._flights) == 1:
            self._show()
        if prompt.id != asked:  # a server that gives ids of its own
            del self._flights[asked]
            self._flights[prompt.id] = flight
            self._desk.sent(job.key, self.name, prompt.id, flight.attempt.retries)

    def _note_wait(self) -> None:
        """Tell the desk how long the server had nothing to do before it got this job."""
        if self._has_ended:
            self._desk.waited(self.name, time.monotonic() - self._ended_at if self._ended_at is not None else 0.0)
        self._ended_at = None

    def _again(self, flight: _InFlightJob) -> None:
        """Post a job anew that the server no longer knows of, or that is lighter now."""
        fresh = self._prepared(flight.job, flight.attempt.retries)
        self._flights.pop(flight.prompt.id, None)  # not before: it is still the job's where the server is away
        self._post(fresh)

    # --- following ---

    def _listen(self) -> None:
        message, self._socket = receive_message(self._socket)
        if message is not None:
            self._hear(message)
        for flight in list(self._flights.values()):
            self._check_limits(flight)
        if time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + POLL_EVERY_S
            if self._socket is None:
                self._listen_anew()
            self._poll()

    def _hear(self, message: Mapping[str, Any]) -> None:
        data = message.get("data")
        flight = self._flights.get(str(data.get("prompt_id"))) if isinstance(data, Mapping) else None
        if flight is None:
            return
        flight.began = flight.began or time.monotonic()
        try:
            ended = self._server.hear(flight.prompt, message)
        except FitAdError as exc:
            self._went_wrong(flight, exc)
        else:
            if ended:
                self._collect(flight)

    def _poll(self) -> None:
        """Ask for what the websocket may have kept to itself: the queue first, so that nothing slips between."""
        known = self._server.queued()
        if known is None:
            return
        for flight in list(self._flights.values()):
            if flight.prompt.id in known[0]:
                flight.began = flight.began or time.monotonic()
            elif flight.prompt.id not in known[1] and not self._collect(flight):
                self._lost(flight)

    def _lost(self, flight: _InFlightJob) -> None:
        """Send a job again that the server knows nothing of: it was restarted, or somebody cleared its queue."""
        job = flight.job
        deaths = self._desk.died(job.key) if flight.began is not None else 0
        if deaths >= LATER_AFTER:
            del self._flights[flight.prompt.id]
            if deaths < MOST_DEATHS:
                self._desk.back(job.key, last=True)
                return
            what = f"The ComfyUI at {self.name} went away {deaths} times during this job"
            self._desk.failed(job.key, ServerAwayError(what, why="It may have run out of memory"), self.name)
            return
        _log.info("%s no longer knows of %s; it is sent again", self.name, flight.job.name)
        try:
            self._again(flight)
        except ServerAwayError:
            raise
        except FitAdError as exc:
            self._flights.pop(flight.prompt.id, None)
            self._desk.failed(flight.job.key, exc, self.name)

    def _check_limits(self, flight: _InFlightJob) -> None:
        now, prompt, limits = time.monotonic(), flight.prompt, self._limits
        if flight.began is None:
            return
        heard = max(prompt.heard_at or 0.0, flight.began)
        if now - flight.began > limits.time_s:
            what = f"It was not done within {limits.time_s:g} s and was taken back"
        elif self._socket is not None and limits.silence_s is not None and now - heard > limits.silence_s:
            where = f" at {title(prompt.graph, prompt.now_running[0])}" if prompt.now_running else ""
            what = f"Nothing was heard of it for {limits.silence_s:g} s{where}, and it was taken back"
        else:
            return
        gone = self._server.take_back(prompt)
        self._went_wrong(flight, TimedOutError(what, why="" if gone else "the server is still busy with it"))

    def _progress(self, _node_id: str, node_title: str, share: float) -> None:
        self._desk.beat(self.name, node=node_title, share=share)

    # --- results ---

    def _collect(self, flight: _InFlightJob) -> bool:
        """Fetch what a job has made; return whether the server knows of its end."""
        entry = self._server.history(flight.prompt.id)
        if entry is None:
            return False
        plan, prompt, times = self._desk.plan(flight.job.workflow), flight.prompt, server_times(entry)
        self._has_ended, self._ended_at = True, time.monotonic() if len(self._flights) == 1 else None
        prompt.enter(None)
        flight.attempt.prompt_id, flight.attempt.node_seconds = prompt.id, prompt.spent
        try:
            pictures = fetch_outputs(self._server, plan.card, self._server.outcome(prompt, entry))
        except ServerAwayError:
            raise
        except FitAdError as exc:
            self._went_wrong(flight, exc)
            return True
        span = times or (flight.posted, time.time())
        record = record_of(plan.card, flight.attempt, self._server, self._system, flight.values, span)
        del self._flights[prompt.id]
        self._desk.done(flight.job.key, pictures, record, times)
        self._show()
        return True

    def _went_wrong(self, flight: _InFlightJob, error: FitAdError) -> None:
        """Try with less where memory ran out; all else is the job's failure."""
        job, attempt = flight.job, flight.attempt
        try:
            if not isinstance(error, MemoryFailedError):
                raise error
            retry_with_less(self._server, attempt, self._desk.plan(job.workflow).card, error)
            self._lessons[job.workflow] = max(attempt.retries, self._lessons.get(job.workflow, 0))
            self._again(flight)
        except ServerAwayError:
            raise
        except FitAdError as exc:
            self._flights.pop(flight.prompt.id, None)
            self._desk.failed(job.key, exc, self.name)
        self._show()

    def _show(self) -> None:
        flight = next(iter(self._flights.values()), None)
        state, job = ("running", flight.job.name) if flight else ("ready", "")
        self._desk.beat(self.name, state=state, job=job, node="", share=0.0)

    # --- the server itself ---

    def _begin(self) -> None:
        """Find the server, and take up what an earlier start has left there."""
        try:
            self._greet()
        except ServerAwayError:
            self._wait_for_server(poll=False)
        for prompt_id in self._desk.strays(self.name):
            self._server.cancel(QueuedPrompt(prompt_id, {}, 0, 0.0))
        self._desk.forgotten(self.name)
        self._owed = self._desk.left(self.name)
        while self._owed:
            self._take_up(*self._owed[0])
            del self._owed[0]

    def _take_up(self, job: Job, prompt_id: str, retries: int) -> None:
        try:
            flight = self._prepared(job, retries, prompt_id)
        except ServerAwayError:
            raise  # it is still owed
        except FitAdError as exc:
            self._desk.failed(job.key, exc, self.name)
            return
        self._flights[prompt_id] = flight
        self._next_poll = 0.0

    def _greet(self) -> None:
        self._system = self._server.system()
        self._listen_anew()
        self._show()

    def _listen_anew(self) -> None:
        self._sockets.close()
        self._socket = self._sockets.enter_context(self._server.listening())

    def _wait_for_server(self, *, poll: bool = True) -> None:
        """Wait until a server that went away answers again.

        Raises:
            ServerAwayError: It did not in time.
        """
        until = time.monotonic() + self._limits.patience_s
        self._desk.beat(self.name, state="away", node="", share=0.0)
        while not self._desk.stopping():
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
        """Take back what waits and what runs, so that the next start can begin it anew; what is done is kept."""
        try:
            for flight in list(self._flights.values()):
                self._collect(flight)
            for flight in list(self._flights.values())[::-1]:
                gone = self._server.take_back(flight.prompt)
                if not self._collect(flight) and gone:
                    self._desk.back(flight.job.key)
                    del self._flights[flight.prompt.id]
        except ServerAwayError as exc:
            _log.info("Jobs could not be taken back: %s", exc)

    def _end(self, why: str) -> None:
        self._sockets.close()
        held = [*(flight.job.key for flight in self._flights.values()), *(job.key for job, _, _ in self._owed)]
        self._desk.closed(self.name, why, held)
        self._server.close()


class _UnfitError(FitAdError):
    """This server cannot run a workflow; another may."""
