"""The form of a model's answer, as pydantic checks it. Imported only when a model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Line = Annotated[str, Field(min_length=1, max_length=400)]


class CopyAnswer(BaseModel):
    """One of three copies."""

    model_config = ConfigDict(extra="forbid", strict=True)

    headline: str = Field(description="at most 10 Hangul syllables, or 24 Latin letters")
    emphasis: str = Field(description="a span of the headline to set larger, or empty")
    sub: str = Field(description="a second line, at most 16 Hangul syllables, or 36 Latin letters; may be empty")
    body: str = Field(description="one or two sentences, at most 45 Hangul syllables, or 90 Latin letters")
    call_to_action: str = Field(description="at most 12 Hangul syllables, or 24 Latin letters")


class CopySetAnswer(BaseModel):
    """Everything that is asked for in one call."""

    model_config = ConfigDict(extra="forbid", strict=True)

    copies: list[CopyAnswer] = Field(description="exactly three: angle A the offer, B the product, C the mood")
    hashtags: list[str] = Field(description="exactly fifteen, without # and without spaces")
    image_prompt: str = Field(description="English prompt for a photo of the product, no text in the picture")


class _CheckedCopy(CopyAnswer):
    """The same without what a copy is whole without."""

    emphasis: str = ""
    sub: str = ""


class _CheckedAnswer(BaseModel):
    """An answer with the numbers that schemas of some endpoints can't express."""

    model_config = ConfigDict(extra="ignore", strict=True)

    copies: list[_CheckedCopy] = Field(min_length=3, max_length=3)
    hashtags: list[str] = Field(min_length=10)
    image_prompt: Line


def complaints(data: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the form of an answer, a line each, for the model to read."""
    try:
        _CheckedAnswer.model_validate(dict(data))
    except ValidationError as exc:
        return [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in exc.errors()[:8]]
    return []
