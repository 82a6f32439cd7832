"""BEN2 in a real ComfyUI: found under its official name, loaded once, let go by /free, and used by core's own node."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
import torch
from comfyui_server import ComfyUIServer
from PIL import Image
from waiting import until

pytestmark = pytest.mark.comfyui

DATA = Path(__file__).resolve().parents[1] / "core/matting/ben2"
EDGE = {"refine": True, "threshold": 0.0, "grow": 0, "feather": 0.0, "edge_band": 24}
LOADED = "BEN2 is loaded from"
LIMIT_S = 600  # a forward pass takes twelve seconds on two idle cores


@pytest.fixture(scope="module")
def weights(comfyui: ComfyUIServer) -> Iterator[Path]:
    """The recipe's weights under the official name in the server's model folder; removed at the end."""
    recipe = SimpleNamespace(**runpy.run_path(str(DATA / "recipe.py")))
    shapes = {key: shape for key, (shape, _) in json.loads((DATA / "weights.json").read_text()).items()}
    path = comfyui.base / "models/background_removal/BEN2_Base.pth"
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {key: torch.from_numpy(value) for key, value in recipe.make_state_dict(shapes).items()}
    torch.save({"model_state_dict": state}, path)
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def photo(comfyui: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A photo of a few hundred pixels."""
    recipe = SimpleNamespace(**runpy.run_path(str(DATA / "recipe.py")))
    file = tmp_path_factory.mktemp("photos") / "scene.png"
    Image.fromarray(recipe.make_image(200, 300)).save(file)
    return comfyui.upload(file)


def graph(photo: str, **changes: Any) -> dict[str, Any]:
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "2": {"class_type": "BEN2Mask", "inputs": {"image": ["1", 0], "model": "BEN2_Base.pth", **EDGE, **changes}},
        "3": {"class_type": "MaskToImage", "inputs": {"mask": ["2", 0]}},
        "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "ours"}},
    }


def with_core(photo: str) -> dict[str, Any]:
    return {
        **graph(photo),
        "5": {"class_type": "RemoveBackground", "inputs": {"bg_removal_model": ["2", 3], "image": ["1", 0]}},
        "6": {"class_type": "MaskToImage", "inputs": {"mask": ["5", 0]}},
        "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "core"}},
    }


def saved(comfyui: ComfyUIServer, entry: dict[str, Any], node: str) -> np.ndarray:
    assert entry["status"]["status_str"] == "success", entry["status"]
    (file,) = entry["outputs"][node]["images"]
    return np.asarray(Image.open(comfyui.base / "output" / file["subfolder"] / file["filename"]).convert("L"))


def resident_mib(comfyui: ComfyUIServer) -> float:
    """Return the server's resident memory."""
    status = Path(f"/proc/{comfyui.process.pid}/status").read_text()
    line = next(row for row in status.splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_it_loads_once_serves_core_s_node_and_goes_when_asked(
    comfyui: ComfyUIServer, weights: Path, photo: str
) -> None:
    has_core = "RemoveBackground" in comfyui.get("/object_info")
    entry, _ = comfyui.run(graph(photo), limit_s=LIMIT_S)
    ours = saved(comfyui, entry, "4")
    assert ours.shape == (200, 300)
    assert ours.std() > 10
    assert comfyui.log.count(LOADED) == 1

    before = resident_mib(comfyui) if Path("/proc/self/status").exists() else None
    _free(comfyui)  # the model goes, what the nodes gave stays
    if before is not None:
        # the pages of 380 MB that it has read
        until(lambda: resident_mib(comfyui) < before - 200, "the model was let go")

    entry, _ = comfyui.run(with_core(photo) if has_core else graph(photo, feather=1.0), limit_s=LIMIT_S)
    assert not has_core or np.array_equal(saved(comfyui, entry, "7"), ours)
    assert comfyui.log.count(LOADED) == 2
    _free(comfyui)


def _free(comfyui: ComfyUIServer) -> None:
    body = {"unload_models": True, "free_memory": False}
    httpx.post(comfyui.url + "/free", json=body, timeout=30).raise_for_status()
