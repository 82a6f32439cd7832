"""One endpoint, asked patiently: within a time limit, tried again where that helps, left at once when the run ends."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, ClassVar, Generic, TypeVar

from ..settings.settings_model import Profile, UsageLimits
from ..telemetry import runlog
from .call_errors import CallFailure, ModelError, secrets_of
from .exception_reasons import reason_of, retry_after
from .http_transport import MOST_BYTES, STAND_IN, addresses_of, http_client

Tick = Callable[[float], None]
T = TypeVar("T")

_POLL_S = 0.1
_LEAST_TRY_S = 2.0
_CONNECT_S = 10.0
_BACK_OFF_S = (0.5, 1.5, 4.0, 8.0, 8.0)
_AGAIN = (CallFailure.BUSY, CallFailure.SERVER, CallFailure.CONNECTION)
_log = logging.getLogger("fit_ad.llm")


class HttpCall(Generic[T]):
    """One request, done in a thread of its own."""

    def __init__(self, caller: RetryingCaller) -> None:
        self.caller = caller
        self.stop = Event()

    def answer(self, client: Any) -> T:
        """Return the answer; whatever is raised here becomes a ModelError."""
        raise NotImplementedError

    def share(self) -> float:
        """Return how much of the answer is there, 0..1."""
        return 0.0

    def partial(self) -> T | None:
        """Return what has come so far, where that is worth having."""
        return None

    def run(self) -> tuple[T | None, ModelError | None]:
        """Return the answer or why there is none; never raises."""
        try:
            with self.caller.client(self.stop) as client:
                return self.answer(client), None
        except ModelError as error:
            return None, error
        except Exception as exc:  # noqa: BLE001 - a server can send anything; the thread must answer
            partial = self.partial()
            return (partial, None) if partial is not None else (None, self.caller.error(exc))


@dataclass
class RetryingCaller:
    """Requests to one endpoint that share one time limit.

    Attributes:
        profile: Where to ask.
        key: Its key; empty where none is needed.
        limits: Seconds for all requests together, and how often one is tried again.
        tick: Called ten times a second with the share (0..1) of the answer that is there; whatever it raises ends
            the request at once, which is how a run is cancelled.
    """

    profile: Profile
    key: str = field(repr=False)
    limits: UsageLimits
    tick: Tick = lambda share: None

    most_bytes: ClassVar[int] = MOST_BYTES

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.seconds
        self.secrets = secrets_of(self.key, self.profile.base_url)
        self.requests = 0
        self._addresses = addresses_of(self.profile.base_url)

    @property
    def seconds(self) -> float:
        """For all requests together."""
        return self.limits.seconds

    @property
    def model(self) -> str:
        """The model that is asked, as the log names it."""
        return self.profile.model

    def fail(self, failure: CallFailure, said: str = "", wait_s: float = 0.0) -> ModelError:
        """Return the error for a failure."""
        return ModelError(self.profile.name, failure, self.secrets.hidden(said), wait_s)

    def error(self, exc: BaseException) -> ModelError:
        """Return the error for what the client library raised."""
        return self.fail(*reason_of(exc), retry_after(exc))

    def done(self, call: HttpCall[T]) -> T:
        """Do one request and return its answer.

        Raises:
            ModelError: There is none within the limit.
        """
        if time.monotonic() >= self.deadline:
            raise self.fail(CallFailure.TIME)
        start = time.perf_counter()
        self.requests += 1
        outcome = "failed"
        try:
            answer = self._waited(call)
            outcome = "answered"
            return answer
        except ModelError as error:
            outcome = error.failure.name.lower()
            raise
        finally:
            seconds = round(time.perf_counter() - start, 2)
            record = {"profile": self.profile.name, "model": self.model, "outcome": outcome, "s": seconds}
            _log.info("asked %(profile)s (%(model)s): %(outcome)s in %(s)s s", record)
            runlog.record("request", profile=self.profile.name, model_name=self.model, outcome=outcome, seconds=seconds)

    def wait_for_next(self, error: ModelError, tries: int) -> None:
        """Wait until another try makes sense, at once where it goes elsewhere; raise the error where none does.

        Args:
            error: What the last try gave.
            tries: How many there were.
        """
        if error.failure is CallFailure.UNKNOWN and len(self._addresses) > 1:
            self._addresses = self._addresses[1:]
            return
        if error.failure not in _AGAIN or tries > self.limits.retries:
            raise error
        self._wait(max(_BACK_OFF_S[min(tries, len(_BACK_OFF_S)) - 1], error.wait_s), error)

    def _wait(self, seconds: float, error: ModelError) -> None:
        end = time.monotonic() + seconds
        if end + _LEAST_TRY_S > self.deadline:
            raise error  # the next try would come too late
        while time.monotonic() < end:
            self.tick(0.0)
            time.sleep(min(_POLL_S, max(0.0, end - time.monotonic())))

    def _waited(self, call: HttpCall[T]) -> T:
        """Do the request in a thread of its own, so that waiting ends when the time or the run does."""
        done: queue.SimpleQueue[tuple[T | None, ModelError | None]] = queue.SimpleQueue()
        Thread(target=lambda: done.put(call.run()), name="fit_ad_llm", daemon=True).start()
        try:
            while True:
                try:
                    answer, error = done.get(timeout=_POLL_S)
                except queue.Empty:
                    self.tick(min(call.share(), 0.95))
                    if time.monotonic() > self.deadline:
                        return self._late(call)
                    continue
                if error is not None:
                    raise error
                assert answer is not None  # noqa: S101 - one of the two is there
                return answer
        finally:
            call.stop.set()

    def _late(self, call: HttpCall[T]) -> T:
        partial = call.partial()
        if partial is None:
            raise self.fail(CallFailure.TIME)
        return partial

    def client(self, stop: Event) -> Any:
        """Return an ``openai`` client that reaches the profile's address and no other."""
        import openai

        left = max(self.deadline - time.monotonic(), 0.1)
        return openai.OpenAI(
            api_key="none",
            base_url=STAND_IN,
            http_client=http_client(self._addresses[0], self.key, stop, self.most_bytes),
            max_retries=0,
            timeout=openai.Timeout(left, connect=min(left, _CONNECT_S)),
        )
