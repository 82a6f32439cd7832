"""The golden values of BEN2 and a network with the weights they belong to."""

from __future__ import annotations

import contextlib
import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from fit_ad.core.matting.ben2 import Ben2, load

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def recipe() -> SimpleNamespace:
    """What recipe.py defines."""
    return SimpleNamespace(**runpy.run_path(str(HERE / "recipe.py")))


@pytest.fixture(scope="session")
def golden() -> dict[str, np.ndarray]:
    with np.load(HERE / "golden.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="session")
def key_table() -> dict[str, tuple[list[int], str]]:
    """Shape and CRC-32 of the recipe's bytes for every tensor of the published file."""
    return {key: tuple(entry) for key, entry in json.loads((HERE / "weights.json").read_text()).items()}


@pytest.fixture(scope="session")
def checkpoint(
    recipe: SimpleNamespace, key_table: dict[str, tuple[list[int], str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A file laid out as BEN2_Base.pth, with the recipe's weights; 380 MB, removed at the end."""
    path = tmp_path_factory.mktemp("ben2") / "BEN2_Base.pth"
    tensors = recipe.make_state_dict({key: shape for key, (shape, _) in key_table.items()})
    state = {key: torch.from_numpy(value) for key, value in tensors.items()}
    torch.save({"model_state_dict": state, "optimizer_state_dict": {"step": torch.zeros(3)}, "epoch": 7}, path)
    yield path
    with contextlib.suppress(PermissionError):  # Windows keeps a mapped file
        path.unlink()


@pytest.fixture(scope="session")
def model(checkpoint: Path) -> Ben2:
    return load(checkpoint)
