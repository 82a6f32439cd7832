"""What every test shares: the sample photos, one ComfyUI, and which tests go to the same process.

What is heavy is imported where it is used: a test of one function starts in a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import numpy as np
    from comfyui_server import ComfyUIServer

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Leave personal settings out."""
    os.environ["FIT_AD_CONFIG"] = str(ROOT / "tests" / "no-settings.yaml")
    os.environ["FIT_AD_LOG"] = "off"
    os.environ.pop("FIT_AD_PROFILE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Send all tests of a real ComfyUI to one process, which starts one, and those of another file together."""
    for item in items:
        shares_a_server = item.get_closest_marker("comfyui") is not None
        item.add_marker(pytest.mark.xdist_group("comfyui" if shares_a_server else str(item.path)))


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
