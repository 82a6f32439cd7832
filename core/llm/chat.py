"""Asks one profile's language model: streamed where that works, with steps down for what a server lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..settings.settings_model import JSON_MODES, Profile
from .call_errors import CallFailure, ModelError
from .calling import HttpCall, RetryingCaller, Tick
from .exception_reasons import reason_in
from .json_answer import MOST_CHARACTERS

Message = Mapping[str, Any]

_TEXT_PARTS = (None, "text", "output_text")
_LONGEST_REFUSAL = 200
_DECLINING = re.compile(
    r"\W{0,9}(?:(?:I['’]m|I am|We['’]re) (?:very |really |so )?(?:sorry|unable|not able)|sorry\b|Unfortunately\b"
    r"|I (?:can(?:['’]t|not)|won['’]t)\b|As an AI\b|죄송|미안|도와드릴 수 없|(?:요청하신|해당) .{0,60}(?:수 없|어렵))",
    re.IGNORECASE,
)
_WORTH_MENDING = 200  # characters, about one copy

__all__ = ["Chat", "ChatReply", "Tick"]


@dataclass(frozen=True)
class ChatReply:
    """An answer's text, and what it cost where the server says so."""

    text: str
    tokens: int = 0


@dataclass(frozen=True)
class _RequestForm:
    """One way to ask: what kind of JSON, streamed or not, with or without what only some servers know."""

    mode: str
    plain: bool


@dataclass
class Chat(RetryingCaller):
    """Questions to one endpoint that share one time limit.

    Attributes:
        expected: Characters that a whole answer has, for the share that is told while it comes in.
    """

    expected: int = 1500

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tokens = 0
        self._plans = _plans(self.profile)

    def ask(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any], seed: int) -> ChatReply:
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
            request = _request(self.profile, plan, messages, name, schema, seed)
            try:
                reply = self.done(_ChatCall(self, request, not plan.plain))
            except ModelError as error:
                tries += 1
                self._after(error, tries)
            else:
                self.tokens += reply.tokens
                return reply

    def _after(self, error: ModelError, tries: int) -> None:
        """Wait or step down before the next try; raise where there is none."""
        steps = {CallFailure.REQUEST: 1, CallFailure.SERVER: 1, CallFailure.ANSWER: len(self._plans) - 1}.get(
            error.failure, 0
        )
        if steps and len(self._plans) > 1:
            self._plans = self._plans[steps:]
            if error.failure is not CallFailure.SERVER:
                return
        self.wait_for_next(error, tries)


class _ChatCall(HttpCall[ChatReply]):
    """One question in its own thread. ``parts`` and ``characters`` grow while the answer comes in."""

    def __init__(self, chat: Chat, request: dict[str, Any], streamed: bool) -> None:
        super().__init__(chat)
        self.expected, self.request, self.streamed = chat.expected, request, streamed
        self.parts: list[str] = []
        self.refusal = ""
        self.ended = ""
        self.characters = self.tokens = 0

    def answer(self, client: Any) -> ChatReply:
        if self.streamed:
            self._streamed(client)
        else:
            self._whole(client)
        reply = self._reply()
        if self.ended == "content_filter":
            raise self.caller.fail(CallFailure.REFUSED)
        if self.refusal.strip() or _declines(reply.text):
            raise self.caller.fail(CallFailure.DECLINED)
        if not reply.text.strip():
            raise self.caller.fail(CallFailure.ANSWER, "it is empty")
        return reply

    def share(self) -> float:
        return self.characters / self.expected

    def partial(self) -> ChatReply | None:
        return self._reply() if self.characters >= _WORTH_MENDING else None

    def _reply(self) -> ChatReply:
        text = "".join(self.parts)[:MOST_CHARACTERS]
        return ChatReply(self.caller.secrets.hidden(text), self.tokens)

    def _streamed(self, client: Any) -> None:
        with client.chat.completions.create(stream=True, **self.request) as stream:
            for chunk in stream:
                self._take(chunk, "delta")
                if self.characters > MOST_CHARACTERS:
                    break

    def _whole(self, client: Any) -> None:
        answer = client.chat.completions.create(**self.request)
        self._take(answer, "message")

    def _take(self, answer: Any, place: str) -> None:
        """Take in an answer or a piece of one.

        Raises:
            ModelError: It is an error, whatever the status that it came with.
        """
        first = _first_choice(answer)
        for error in (getattr(answer, "error", None), getattr(first, "error", None)):
            if error:
                raise self.caller.fail(*reason_in(error))
        said = getattr(first, place, None)
        part = _text(getattr(said, "content", None))
        self.parts.append(part)
        self.characters += len(part)
        self.refusal += _text(getattr(said, "refusal", None))[:_LONGEST_REFUSAL]
        ended = getattr(first, "finish_reason", None)
        self.ended = ended if isinstance(ended, str) else self.ended
        self.tokens = _tokens(answer) or self.tokens


# --- what is asked ---


def _plans(profile: Profile) -> list[_RequestForm]:
    """Return the ways to ask, the best first; the last asks for nothing that a server could lack."""
    modes = JSON_MODES[JSON_MODES.index(profile.json) :]
    return [*(_RequestForm(mode, False) for mode in modes), _RequestForm("text", True)]


def _request(
    profile: Profile, plan: _RequestForm, messages: Sequence[Message], name: str, schema: Mapping[str, Any], seed: int
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


def _first_choice(answer: Any) -> Any:
    choices = getattr(answer, "choices", None)
    return choices[0] if isinstance(choices, list) and choices else None


def _text(content: Any) -> str:
    """Return the text of an answer's content: itself, or the parts of it that are text and no thoughts."""
    if isinstance(content, list):
        return "".join(_text(_field(part, "text")) for part in content if _field(part, "type") in _TEXT_PARTS)
    return content if isinstance(content, str) else ""


def _field(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, Mapping) else getattr(part, name, None)


def _declines(text: str) -> bool:
    """Return whether an answer holds no object and begins as models do that will not answer."""
    return "{" not in text and "[" not in text and bool(_DECLINING.match(text))


def _tokens(answer: Any) -> int:
    total = getattr(getattr(answer, "usage", None), "total_tokens", 0)
    return total if isinstance(total, int) else 0
