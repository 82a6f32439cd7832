"""A picture, a model that can look at it, and the advice that comes of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from ...errors import FitAdError
from ..formats import KeepOut
from ..pixel_advisor import Advice, explained_by_pixels, read, subject_of
from .instructions import MOST_TOKENS, question, resized_for_model, seen_by_model
from .verification import verify

Array = NDArray[Any]
Progress = Callable[[float], None]


class NoAnswerError(FitAdError):
    """A model was asked and gave no answer; the pixels can advise in its place."""


class AskModel(Protocol):
    """What a model does: the answer to a question about a picture [h,w,3]."""

    def __call__(self, picture: Array, question: str, progress: Progress) -> str:
        """Return the answer.

        Raises:
            NoAnswerError: There is none this time.
        """
        ...


@dataclass(frozen=True)
class VisionModelHandle:
    """A model that can look at pictures.

    Attributes:
        name: What the layout calls it.
        look: Asks it.
        unit: What it is asked to count in, ``thousand`` or ``pixels`` (see ``proposals.Seen``).
        most_tokens: How large a picture it is shown.
    """

    name: str
    look: AskModel
    unit: str = "thousand"
    most_tokens: int = MOST_TOKENS


def advise_with_model(
    eyes: VisionModelHandle,
    rgb: Array,
    subject_mask: Array | None,
    text: str,
    language: str = "ko",
    keep_out: KeepOut | None = None,
    progress: Progress = lambda share: None,
) -> Advice:
    """Return the advice of a model, held against the pixels; the pixels' own where it gives no answer.

    Args:
        eyes: The model.
        rgb, subject_mask, text, language, keep_out: As for ``advice.advise``.
        progress: Called with the share 0..1 of the answer that is there.
    """
    reading = read(rgb, subject_mask, text, language, keep_out)
    picture = resized_for_model(rgb, eyes.most_tokens)
    seen = seen_by_model(rgb, picture, eyes.unit)
    subject = subject_of(reading.maps, reading.masked)
    asked = question(text, language, seen, keep_out, subject["box"] if subject else None)
    try:
        answer = eyes.look(picture, asked, progress)
    except NoAnswerError as exc:
        return explained_by_pixels(reading, str(exc))
    return verify(reading, answer, seen, eyes.name, language).advice
