"""What a model has written so far, and how its answers are taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

COPY_FIELDS = ("headline", "body", "call_to_action")
EXTRA_FIELDS = ("sub", "emphasis")  # a copy is whole without them
_MOST_TEXT = 400
_MOST_TAGS = 40


@dataclass(frozen=True)
class Draft:
    """A model's words; what is empty is not there (yet).

    Attributes:
        copies: Three of {headline, sub, emphasis, body, call_to_action}: angle A, B and C.
        hashtags: Without '#'.
        image_prompt: In English.
    """

    copies: tuple[Mapping[str, str], ...] = ({}, {}, {})
    hashtags: tuple[str, ...] = ()
    image_prompt: str = ""

    def completed(self, other: Draft) -> Draft:
        """Return this draft with the other's words where it has none."""
        copies = tuple({**theirs, **ours} for ours, theirs in zip(self.copies, other.copies, strict=True))
        tags = self.hashtags if len(self.hashtags) >= len(other.hashtags) else other.hashtags
        return replace(self, copies=copies, hashtags=tags, image_prompt=self.image_prompt or other.image_prompt)

    @property
    def empty(self) -> bool:
        """Whether there is not a single word."""
        return not (any(self.copies) or self.hashtags or self.image_prompt)


def schema() -> dict[str, Any]:
    """Return the JSON schema of an answer."""
    from .answer_schema import CopySetAnswer

    return CopySetAnswer.model_json_schema()


def taken(data: Mapping[str, Any]) -> tuple[Draft, list[str]]:
    """Return what is usable of an answer, and what is wrong with its form.

    Args:
        data: Any JSON object.
    """
    from .answer_schema import complaints

    copies = data.get("copies")
    copies = copies if isinstance(copies, list) else [copies] if isinstance(copies, dict) else []
    usable = [_copy(item) for item in copies[:3]]
    draft = Draft(tuple((*usable, {}, {}, {})[:3]), _tags(data.get("hashtags")), _text(data.get("image_prompt")))
    return draft, complaints(data)


def as_json(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain JSON data, which :func:`taken` reads back."""
    return {
        "copies": [dict(copy) for copy in draft.copies],
        "hashtags": list(draft.hashtags),
        "image_prompt": draft.image_prompt,
    }


def _copy(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        return {}
    values = {field: _text(item.get(field)) for field in (*COPY_FIELDS, *EXTRA_FIELDS)}
    return {field: text for field, text in values.items() if text}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= _MOST_TEXT else ""


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace("#", " ").replace(",", " ").split()
    if not isinstance(value, list):
        return ()
    return tuple(tag.strip().lstrip("#") for tag in value[:_MOST_TAGS] if isinstance(tag, str) and tag.strip())
