"""The ``fit-ad`` command and the runners behind it, also for programs.

``make_ad(AdRequest(photo, values))`` is ``fit-ad make``, ``run_workflow(RunRequest("t2i", {"offer": "1+1"}, server))``
is ``fit-ad run``, ``run_batch(BatchRequest(Path("jobs.csv"), "t2i", [server]))`` is ``fit-ad batch``, and
``ask(server)`` is ``fit-ad status``. They raise the errors of :mod:`.failures`; ``exit_status(error)`` is what the
command would end with. docs/queue.md tells more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core._lazily import homes

if TYPE_CHECKING:
    from .batch.run_batch import BatchRequest, BatchResult, plan_batch, run_batch
    from .batch.server_worker import Limits
    from .comfy.status import ask
    from .failures import exit_status
    from .runs.make import Ad, AdRequest, make_ad
    from .runs.run_workflow import RunRequest, RunResult, run_workflow

__getattr__ = homes(  # `fit-ad --help` needs none of them
    __name__,
    {
        "Ad": "runs.make",
        "AdRequest": "runs.make",
        "BatchRequest": "batch.run_batch",
        "BatchResult": "batch.run_batch",
        "Limits": "batch.server_worker",
        "RunRequest": "runs.run_workflow",
        "RunResult": "runs.run_workflow",
        "ask": "comfy.status",
        "exit_status": "failures",
        "make_ad": "runs.make",
        "plan_batch": "batch.run_batch",
        "run_batch": "batch.run_batch",
        "run_workflow": "runs.run_workflow",
    },
)

__all__ = [
    "Ad",
    "AdRequest",
    "BatchRequest",
    "BatchResult",
    "Limits",
    "RunRequest",
    "RunResult",
    "ask",
    "exit_status",
    "make_ad",
    "plan_batch",
    "run_batch",
    "run_workflow",
]
