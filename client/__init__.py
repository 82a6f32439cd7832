"""The ``fit-ad`` command and the runners behind it, also for programs.

``run_workflow(RunRequest("t2i", {"offer": "1+1"}, server))`` is ``fit-ad run``, ``make_ad(AdRequest(photo, values))``
is ``fit-ad make``, ``ask(server)`` is ``fit-ad status``. They raise the errors of :mod:`.failures`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .make import Ad, AdRequest, make_ad
    from .runs import RunRequest, RunResult, run_workflow
    from .status import ask

__all__ = ["Ad", "AdRequest", "RunRequest", "RunResult", "ask", "make_ad", "run_workflow"]

_HOMES = {
    "Ad": "make",
    "AdRequest": "make",
    "make_ad": "make",
    "RunRequest": "runs",
    "RunResult": "runs",
    "run_workflow": "runs",
    "ask": "status",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: ``fit-ad --help`` needs none of them."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
