"""What the tests of batches share: a folder with a workflow, job files, and batches on servers in simulated time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_time import Clock
from fit_ad.client.batch import run_batch
from fit_ad.client.batch.run_batch import BatchRequest
from fit_ad.client.comfy.queue import ComfyServer
from mini_workflow import INFO, QUICK, write_workflow
from simulated_batch import Batch
from simulated_comfyui import SimulatedComfyUI


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workflow and a photo."""
    return write_workflow(tmp_path)


@pytest.fixture
def batch(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch on a simulated server that makes each job in a second."""
    server = SimulatedComfyUI(clock, INFO, QUICK)

    @contextmanager
    def servers(request: BatchRequest, addresses: Any) -> Iterator[list[ComfyServer]]:
        yield [server.server()]

    def work(workers: Sequence[Any], scheduler: Any, on_snapshot: Callable[[Any], None] | None) -> None:
        for worker in workers:
            worker.work()
        if on_snapshot is not None:
            on_snapshot(scheduler.snapshot())

    monkeypatch.setattr(run_batch, "_servers", servers)
    monkeypatch.setattr(run_batch, "_work", work)
    return Batch(folder, server)
