"""Who writes: a language model by its profile, or nobody, so that the rules do."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..infra.answer_cache import AnswerCache
from ..settings.settings_model import Profile, UsageLimits


@dataclass(frozen=True)
class Writer:
    """Who writes.

    Attributes:
        profile: The endpoint; None for the rules alone.
        key: Its key.
        limits: Time and tries.
        store: Where answers are kept; None keeps none.
        banned: Words that the shop never uses.
        today: The date as a model is told it; no part of what makes two requests the same.
    """

    profile: Profile | None = None
    key: str = field(default="", repr=False)
    limits: UsageLimits = field(default_factory=UsageLimits)
    store: AnswerCache | None = None
    banned: tuple[str, ...] = ()
    today: str = ""
