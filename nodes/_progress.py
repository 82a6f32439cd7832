"""Progress and interruption, wherever ComfyUI's own modules are at hand."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]


def reporter(steps: int = 100) -> Progress:
    """Return a function that takes the share done (0..1), shows it, and stops an interrupted run."""
    from comfy.model_management import throw_exception_if_processing_interrupted
    from comfy.utils import ProgressBar

    bar = ProgressBar(steps)

    def report(share: float) -> None:
        throw_exception_if_processing_interrupted()
        bar.update_absolute(round(min(max(share, 0.0), 1.0) * steps), steps)

    return report
