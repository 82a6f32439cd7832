"""Asks one profile's endpoint: within a time limit, tried again where that helps, stopped at once when the run is."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, NoReturn

from ..settings.model import JSON_MODES, Limits, Profile
from .failures import Failure, ModelError, secrets_of
from .wire import STAND_IN, RedirectedError, StoppedError, TooLongError, http_client

Message = Mapping[str, Any]
Tick = Callable[[float], None]

MOST_CHARACTERS = 40_000  # of an answer; what comes after is not waited for

_POLL_S = 0.1
_LEAST_TRY_S = 2.0
_CONNECT_S = 10.0
_WORTH_MENDING = 200  # characters, about one copy
_BACK_OFF_S = (0.5, 1.5, 4.0, 8.0, 8.0)
_AGAIN = (Failure.BUSY, Failure.SERVER, Failure.CONNECTION)
_log = logging.getLogger("fit_ad.llm")


@dataclass(frozen=True)
class Reply:
    """An answer's text, and what it cost where the server says so."""

    text: str
    tokens: int = 0


@dataclass(frozen=True)
class _Plan:
    """One way to ask: what kind of JSON, streamed or not, with or without what only some servers know."""

    mode: str
    plain: bool


@dataclass
class Chat:
    """Questions to one endpoint that share one time limit.

    Attributes:
        profile: Where to ask.
        key: Its key; empty where none is needed.
        limits: Seconds for all questions together, and how often one is tried again.
        tick: Called ten times a second with the share (0..1) of the answer that is there; whatever it raises ends
            the question at once, which is how a run is cancelled.
        expected: Characters that a whole answer has, for the share.
    """

    profile: Profile
    key: str = field(repr=False)
    limits: Limits
    tick: Tick = lambda share: None
    expected: int = 1500

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.seconds
        self.secrets = secrets_of(self.key, self.profile.base_url)
        self.requests = 0
        self.tokens = 0
        self._plans = _plans(self.profile)

    def ask(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any], seed: int) -> Reply:
        """Return the answer's text, scrubbed of the profile's secrets; it need not be the JSON that was asked for.

        Args:
            messages: The talk so far, as OpenAI's chat interface has it.
            name: A short name of the schema.
            schema: JSON schema of the answer, for endpoints that hold to one.
            seed: Passed on where the endpoint takes it.

        Raises:
            ModelError: No answer within the limits.
        """
        tries = 0
        while True:
            plan = self._plans[0]
            try:
                return self._once(_request(self.profile, plan, messages, name, schema, seed), not plan.plain)
            except ModelError as error:
                tries += 1
                self._after(error, tries)

    def _after(self, error: ModelError, tries: int) -> None:
        """Wait or step down before the next try; raise where there is none."""
        steps = {Failure.REQUEST: 1, Failure.SERVER: 1, Failure.ANSWER: len(self._plans) - 1}.get(error.failure, 0)
        if steps and len(self._plans) > 1:
            self._plans = self._plans[steps:]
            if error.failure is not Failure.SERVER:
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

    def _once(self, request: dict[str, Any], streamed: bool) -> Reply:
        if time.monotonic() >= self.deadline:
            self._fail(Failure.TIME)
        start = time.perf_counter()
        self.requests += 1
        outcome = "failed"
        try:
            reply = self._waited(request, streamed)
            outcome = "answered"
            self.tokens += reply.tokens
            return reply
        except ModelError as error:
            outcome = error.failure.name.lower()
            raise
        finally:
            seconds = round(time.perf_counter() - start, 2)
            record = {"profile": self.profile.name, "model": self.profile.model, "outcome": outcome, "s": seconds}
            _log.info("asked %(profile)s (%(model)s): %(outcome)s in %(s)s s", record)

    def _waited(self, request: dict[str, Any], streamed: bool) -> Reply:
        """Do the request in a thread of its own, so that waiting ends when the time or the run does."""
        client = self._client
        done: queue.SimpleQueue[tuple[Reply | None, ModelError | None]] = queue.SimpleQueue()
        call = _Call(self, client, request, streamed)
        Thread(target=lambda: done.put(call.run()), name="fit_ad_llm", daemon=True).start()
        try:
            while True:
                try:
                    reply, error = done.get(timeout=_POLL_S)
                except queue.Empty:
                    self.tick(min(call.characters / self.expected, 0.95))
                    if time.monotonic() > self.deadline:
                        return call.partial() or self._fail(Failure.TIME)
                    continue
                if error is not None:
                    raise error
                assert reply is not None  # noqa: S101 - one of the two is there
                return reply
        finally:
            call.stop.set()

    def _client(self, stop: Event) -> Any:
        import openai

        left = max(self.deadline - time.monotonic(), 0.1)
        return openai.OpenAI(
            api_key="none",
            base_url=STAND_IN,
            http_client=http_client(self.profile.base_url, self.key, stop),
            max_retries=0,
            timeout=openai.Timeout(left, connect=min(left, _CONNECT_S)),
        )

    def _fail(self, failure: Failure, said: str = "") -> NoReturn:
        raise ModelError(self.profile.name, failure, self.secrets.quoted(said))


@dataclass
class _Call:
    """One request in its own thread. ``parts`` and ``characters`` grow while the answer comes in."""

    chat: Chat
    client: Callable[[Event], Any]
    request: dict[str, Any]
    streamed: bool
    parts: list[str] = field(default_factory=list)
    characters: int = 0
    tokens: int = 0
    stop: Event = field(default_factory=Event)

    def run(self) -> tuple[Reply | None, ModelError | None]:
        try:
            with self.client(self.stop) as client:
                if self.streamed:
                    self._streamed(client)
                else:
                    self._whole(client)
        except Exception as exc:  # noqa: BLE001 - a server can send anything; the thread must answer
            partial = self.partial()
            return (partial, None) if partial else (None, self._error(exc))
        reply = self._reply()
        empty = ModelError(self.chat.profile.name, Failure.ANSWER, "it is empty")
        return (reply, None) if reply.text.strip() else (None, empty)

    def partial(self) -> Reply | None:
        """Return what has come so far, where it is enough to be worth mending."""
        return self._reply() if self.characters >= _WORTH_MENDING else None

    def _reply(self) -> Reply:
        text = "".join(self.parts)[:MOST_CHARACTERS]
        return Reply(self.chat.secrets.scrubbed(text), self.tokens)

    def _streamed(self, client: Any) -> None:
        with client.chat.completions.create(stream=True, **self.request) as stream:
            for chunk in stream:
                self._take(_part(chunk, "delta"), _tokens(chunk))
                if self.characters > MOST_CHARACTERS:
                    break

    def _whole(self, client: Any) -> None:
        answer = client.chat.completions.create(**self.request)
        self._take(_part(answer, "message"), _tokens(answer))

    def _take(self, part: str, tokens: int) -> None:
        self.parts.append(part)
        self.characters += len(part)
        self.tokens = tokens or self.tokens

    def _error(self, exc: BaseException) -> ModelError:
        failure, said = _failure(exc)
        return ModelError(self.chat.profile.name, failure, self.chat.secrets.quoted(said), _retry_after(exc))


# --- what is asked ---


def _plans(profile: Profile) -> list[_Plan]:
    """Return the ways to ask, the best first; the last asks for nothing that a server could lack."""
    modes = JSON_MODES[JSON_MODES.index(profile.json) :]
    return [*(_Plan(mode, False) for mode in modes), _Plan("text", True)]


def _request(
    profile: Profile, plan: _Plan, messages: Sequence[Message], name: str, schema: Mapping[str, Any], seed: int
) -> dict[str, Any]:
    request: dict[str, Any] = {"model": profile.model, "messages": list(messages)}
    if plan.mode == "schema":
        body = {"name": name, "strict": True, "schema": dict(schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": body}
    elif plan.mode == "object":
        request["response_format"] = {"type": "json_object"}
    if plan.mode == "schema":
        request["seed"] = seed % 2**31
        request |= {"reasoning_effort": profile.effort} if profile.effort else {}
    return request


# --- what comes back ---


def _part(answer: Any, place: str) -> str:
    """Return the text in an answer or a piece of one; nothing where it is built in another way."""
    choices = getattr(answer, "choices", None)
    first = choices[0] if isinstance(choices, list) and choices else None
    content = getattr(getattr(first, place, None), "content", None)
    return content if isinstance(content, str) else ""


def _tokens(answer: Any) -> int:
    total = getattr(getattr(answer, "usage", None), "total_tokens", 0)
    return total if isinstance(total, int) else 0


def _failure(exc: BaseException) -> tuple[Failure, str]:
    """Return what an exception of the client library means, and what the server said."""
    if isinstance(exc, ImportError):
        return Failure.PACKAGE, ""
    import openai

    causes = _causes(exc)
    if any(isinstance(cause, RedirectedError) for cause in causes):
        return Failure.REDIRECT, ""
    if any(isinstance(cause, TooLongError) for cause in causes):
        return Failure.ANSWER, "it does not end"
    if isinstance(exc, openai.APITimeoutError) or any(isinstance(cause, StoppedError) for cause in causes):
        return Failure.TIME, ""
    if isinstance(exc, openai.APIStatusError):
        return _of_status(exc.status_code, str(exc.message), f"{exc.code} {exc.body}")
    if isinstance(exc, openai.APIConnectionError) or _is_transport(causes):
        timed_out = any("Timeout" in type(cause).__name__ for cause in causes)
        return (Failure.TIME if timed_out else Failure.CONNECTION), ""
    return Failure.ANSWER, type(exc).__name__


def _causes(exc: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while exc is not None and exc not in found:
        found.append(exc)
        exc = exc.__cause__ or exc.__context__
    return found


def _is_transport(causes: Sequence[BaseException]) -> bool:
    return any(type(cause).__module__.split(".")[0].startswith(("httpx", "httpcore")) for cause in causes)


def _of_status(status: int, said: str, body: str) -> tuple[Failure, str]:
    if status == 429:
        return (Failure.QUOTA if "insufficient_quota" in body else Failure.BUSY), ""
    if status in (401, 403):
        return Failure.KEY, ""
    if status == 404:
        return Failure.UNKNOWN, _plain(said)
    if status in (408, 409) or status >= 500:
        return Failure.SERVER, f"status {status}"
    return Failure.REQUEST, _plain(said)


def _plain(said: str) -> str:
    """Return a server's words; nothing of a web page."""
    return "" if "<" in said[:200] else said


def _retry_after(exc: BaseException) -> float:
    """Return the seconds that a server asks to wait; 0 where it names none."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except (TypeError, ValueError):
        return 0.0
