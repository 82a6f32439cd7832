"""All words of one ad: by a language model where one is asked for and answers, by the rules where not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..infra.answer_cache import fingerprint
from ..llm.call_errors import ModelError
from ..llm.chat import Chat
from ..llm.json_answer import read_object
from ..llm.llm_writer import Writer
from ..settings.settings_model import Profile
from . import llm_prompt, told
from .bodies import saying_body
from .brief import Copy, CopySet, ShopBrief, checked
from .brief_context import Idea
from .draft import COPY_FIELDS, Draft, as_json, schema, taken
from .hashtags import merged
from .judge import CopyFault, CopyJudge
from .parts_of import parts_of
from .rule_writer import context_of, write

_MORE_SEEDS = 6  # of the rules, that are looked through for a line that is not said yet

_log = logging.getLogger("fit_ad.copywriting")


@dataclass(frozen=True)
class Origin:
    """Where the words came from.

    Attributes:
        profile: The profile that was used, or ``rules``.
        model: The model's name; empty for the rules.
        copies: For each copy, field -> ``model`` or ``rules``.
        hashtags: ``model``, ``rules`` or ``model+rules``.
        image_prompt: ``model`` or ``rules``.
        answer: ``new``, ``kept`` (from disk, nothing was asked) or ``none``.
        requests: How many requests went out.
        tokens: What they cost, where the server says so.
        notes: What was wrong, in words.
    """

    profile: str = "rules"
    model: str = ""
    copies: tuple[dict[str, str], ...] = ()
    hashtags: str = "rules"
    image_prompt: str = "rules"
    answer: str = "none"
    requests: int = 0
    tokens: int = 0
    notes: tuple[str, ...] = ()


def compose(
    brief: ShopBrief, seed: int, writer: Writer, tick: Callable[[float], None] = lambda share: None
) -> tuple[CopySet, Origin]:
    """Return all words of an ad and where each came from. Whatever a model does, the words are whole.

    Args:
        brief: The facts.
        seed: Another seed, other words.
        writer: Who writes.
        tick: Told the share done while a model is waited for; what it raises ends the waiting.

    Raises:
        FitAdError: The tone or the language is unknown.
    """
    words = write(brief, seed, writer.banned)
    if writer.profile is None:
        return words, _origin(Draft(), "none", writer)
    brief = checked(brief)
    return _ModelRequest(brief, seed, writer, words, tick).done()


@dataclass
class _ModelRequest:
    """One ad that a model is asked for."""

    brief: ShopBrief
    seed: int
    writer: Writer
    rules: CopySet
    tick: Callable[[float], None]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = context_of(self.brief, self.writer.banned)
        self.judge = CopyJudge(self.context.brief, self.rules.trade, self.context.facts, self.writer.banned)
        self.profile: Profile = self.writer.profile  # type: ignore[assignment]

    def done(self) -> tuple[CopySet, Origin]:
        key = fingerprint(self._question())
        kept = self.writer.store.get(key) if self.writer.store else None
        if kept is not None:
            draft, faults = self.judge.judged(taken(kept)[0])
            if not draft.empty:
                return self._finished(draft, faults, "kept", None)
        chat = Chat(self.profile, self.writer.key, self.writer.limits, self.tick)
        draft, faults = self._asked(chat)
        if self.writer.store and draft.empty:
            self.writer.store.failed(self.profile.name)
        elif self.writer.store:
            self.writer.store.put(key, as_json(draft))
        return self._finished(draft, faults, "none" if draft.empty else "new", chat)

    def _question(self) -> dict[str, Any]:
        profile = self.profile
        return {
            "prompt": llm_prompt.PROMPT_VERSION,
            "endpoint": [profile.base_url, profile.model, profile.effort, profile.json],
            "brief": {**self.brief.__dict__, "features": list(self.brief.features)},
            "seed": self.seed,
            "banned": list(self.writer.banned),
        }

    def _asked(self, chat: Chat) -> tuple[Draft, tuple[CopyFault, ...]]:
        """Return what the model wrote that can be printed; it is asked once more where a copy is not right."""
        messages = llm_prompt.first_messages(self.context, self.writer.today)
        draft: Draft = Draft()
        faults: tuple[CopyFault, ...] = ()
        for last in (False, True):
            try:
                text = chat.ask(messages, "ad_copy", schema(), self.seed).text
            except ModelError as error:
                self.notes.append(str(error))
                break
            new, complaints = _read(text, chat)
            draft, faults = self.judge.judged(draft.completed(new))
            if last or not any(fault.field.startswith("copies") for fault in faults):
                break
            messages = llm_prompt.retry_messages(messages, text, complaints, faults, self.brief.language)
        return draft, faults

    def _finished(
        self, draft: Draft, faults: tuple[CopyFault, ...], answer: str, chat: Chat | None
    ) -> tuple[CopySet, Origin]:
        first, second, third = self._filled(draft)
        tags = merged(draft.hashtags, self.rules.hashtags, self.brief, self.rules.trade)
        words = replace(
            self.rules,
            copies=(first, second, third),
            hashtags=tags,
            image_prompt=draft.image_prompt or self.rules.image_prompt,
            parts=tuple(parts_of(self.context, copy, tags) for copy in (first, second, third)),
        )
        unusable = [f"The profile '{self.profile.name}' gave no answer that can be used; the rules wrote"]
        notes = (*self.notes, *(_lines(faults) if not draft.empty else () if self.notes else unusable))
        origin = _origin(draft, answer, self.writer, tags, notes)
        return words, replace(origin, requests=chat.requests, tokens=chat.tokens) if chat else origin

    def _filled(self, draft: Draft) -> list[Copy]:
        """Return the model's copies with what the rules wrote where it has none, no line twice."""
        said = {line for copy in draft.copies for line in copy.values()}
        filled = []
        for at, mine in enumerate(draft.copies):
            copy = self._headed(at, mine, said)
            lines = {name: mine.get(name) or self._line_of_rules(at, name, copy, said) for name in COPY_FIELDS[1:]}
            copy = replace(copy, **lines)
            said |= {copy.headline, *lines.values()}
            filled.append(copy)
        return filled

    def _headed(self, at: int, mine: Mapping[str, str], said: set[str]) -> Copy:
        """Return a copy of the rules with the model's headline; a headline and its second line stay together."""
        if not mine.get("headline"):
            sets = (copies[at] for copies in self._sets_of_rules())
            return next((copy for copy in sets if copy.headline not in said), self.rules.copies[at])
        copy = self.rules.copies[at]
        eyebrow = "" if copy.eyebrow in mine["headline"] else copy.eyebrow
        own = {name: mine.get(name, "") for name in ("headline", "sub", "emphasis")}
        return replace(copy, **own, eyebrow=eyebrow)

    def _line_of_rules(self, at: int, name: str, copy: Copy, said: set[str]) -> str:
        """Return the rules' line for a place, or the nearest one of theirs that isn't said yet."""
        sets = (copies[(at + turn) % 3] for copies in self._sets_of_rules() for turn in range(3))
        lines = [getattr(self.rules.copies[at], name)] if name != "body" else [self._body(at, copy)]
        others = (getattr(other, name) for other in sets) if name != "body" else ()
        return next((line for line in (*lines, *others) if line not in said), lines[0])

    def _body(self, at: int, copy: Copy) -> str:
        """Return a body that says the offer, which the rules' own one may leave to its headline."""
        theirs = self.rules.copies[at]
        if copy.headline == theirs.headline or self.context.facts.purpose in told.PURPOSES:
            return theirs.body
        return saying_body(self.context, Idea(copy.headline, copy.sub), "ABC"[at], self.seed)

    def _sets_of_rules(self) -> Iterator[tuple[Copy, Copy, Copy]]:
        yield self.rules.copies
        for step in range(1, _MORE_SEEDS):
            yield write(self.brief, self.seed + step, self.writer.banned).copies


def _read(text: str, chat: Chat) -> tuple[Draft, list[str]]:
    data = read_object(text, schema())
    return (Draft(), ["the answer is not a JSON object"]) if data is None else taken(chat.secrets.hidden_in(data))


def _lines(faults: tuple[CopyFault, ...]) -> list[str]:
    return [f"{fault.field}: {fault.reason}" for fault in faults]


def _origin(
    draft: Draft, answer: str, writer: Writer, tags: tuple[str, ...] = (), notes: tuple[str, ...] = ()
) -> Origin:
    """Return where the words of a draft, completed by the rules, came from."""
    own = {tag.lower() for tag in draft.hashtags} & {tag.lower() for tag in tags}
    used = writer.profile if not draft.empty else None
    return Origin(
        profile=used.name if used else "rules",
        model=used.model if used else "",
        copies=tuple({name: "model" if copy.get(name) else "rules" for name in COPY_FIELDS} for copy in draft.copies),
        hashtags="rules" if not own else "model" if len(own) == len(tags) else "model+rules",
        image_prompt="model" if draft.image_prompt else "rules",
        answer=answer,
        notes=notes,
    )
