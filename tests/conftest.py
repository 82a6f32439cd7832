"""What every test shares: the sample photos, one ComfyUI, and which tests go to the same process.

What is heavy is imported where it is used: a test of one function starts in a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np
    from comfyui_server import ComfyUIServer

ROOT = Path(__file__).resolve().parent.parent
WITH_COMFYUI = (
    "tests/comfyui/",
    "tests/browser/",
    "tests/nodes/test_prompt_clamp77.py",
    "tests/client/comfy/test_server.py",
)


def pytest_configure() -> None:
    """Leave personal settings out, and let processes side by side take one core each: threads would wait in turns."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
            os.environ.setdefault(name, "1")
    os.environ["FIT_AD_CONFIG"] = str(ROOT / "tests" / "no-settings.yaml")
    os.environ["FIT_AD_LOG"] = "off"
    os.environ.pop("FIT_AD_PROFILE", None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send all tests of a real ComfyUI to one process, which starts one, and those of another file together."""
    from xdist.scheduler import LoadScopeScheduling

    class ByServer(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "comfyui" if file.startswith(WITH_COMFYUI) else file

    return ByServer(config, log)


def sample(name: str) -> np.ndarray:
    import numpy as np
    from PIL import Image

    with Image.open(ROOT / "samples" / name) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.float32) / 255


@pytest.fixture(scope="session")
def coffee() -> np.ndarray:
    """samples/coffee.png as float32 [400,600,3]."""
    return sample("coffee.png")


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """samples/astronaut.png as float32 [512,512,3]."""
    return sample("astronaut.png")


@pytest.fixture(scope="session")
def comfyui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyUIServer]:
    """A real ComfyUI on the CPU with this pack; the tests that ask for it are skipped where there is none."""
    from comfyui_server import shared_server

    with shared_server(tmp_path_factory.mktemp("comfyui") / "base") as server:
        yield server
