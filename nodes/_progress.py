"""Progress and interruption, wherever ComfyUI's own modules are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[float], None]

_part: ContextVar[tuple[int, int]] = ContextVar("fit_ad_part", default=(0, 1))


@contextmanager
def part(number: int, count: int) -> Iterator[None]:
    """Let what is reported within count as one of ``count`` parts of a node's work, the first being 0."""
    before = _part.set((number, count))
    try:
        yield
    finally:
        _part.reset(before)


def reporter(steps: int = 100) -> Progress:
    """Return a function that takes the share done (0..1), shows it, and stops an interrupted run."""
    from comfy.model_management import throw_exception_if_processing_interrupted
    from comfy.utils import ProgressBar

    number, count = _part.get()
    steps *= count
    bar = ProgressBar(steps)

    def report(share: float) -> None:
        throw_exception_if_processing_interrupted()
        whole = (number + min(max(share, 0.0), 1.0)) / count
        bar.update_absolute(round(whole * steps), steps)

    return report
