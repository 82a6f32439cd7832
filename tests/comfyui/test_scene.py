"""Backdrops and composites in a real ComfyUI: the product's pixels, a logo with its transparency, clear errors."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from comfyui_server import ComfyUIServer
from cutouts import disc
from fit_ad.core.scene.grading import freedom
from PIL import Image

pytestmark = pytest.mark.comfyui

BACKDROP = {"width": 432, "height": 540, "kind": "wood", "palette": "sage", "seed": 1}
# what graphs of the first version sent
PLACED = {
    "background": ["1", 0], "position": "xy", "scale": 200 / 432, "x": 50.0, "y": 50.0, "shadow": 0.6,
    "shadow_angle": 35.0, "edge_blend": 1.5, "color_match": 1.0, "sharpen": 2.0, "lock": True,
}  # fmt: skip
LATER = {"shadow_softness": 0.3, "reflection": 0.5, "reflection_fade": 0.5, "relight": 1.0}


def uploaded(comfyui: ComfyUIServer, folder: Path, name: str, rgba: np.ndarray) -> str:
    Image.fromarray(np.round(rgba * 255).astype(np.uint8)).save(folder / name)
    return comfyui.upload(folder / name)


def loaded(name: str, node: int) -> dict[str, Any]:
    """Return two nodes that load a picture with its transparency; the second gives it as RGBA."""
    return {
        str(node): {"class_type": "LoadImage", "inputs": {"image": name}},
        str(node + 1): {
            "class_type": "JoinImageWithAlpha",
            "inputs": {"image": [str(node), 0], "alpha": [str(node), 1]},
        },
    }


def run(comfyui: ComfyUIServer, graph: dict[str, Any], composing: dict[str, Any]) -> np.ndarray:
    """Return the composed picture [H,W,3], bytes."""
    whole = {
        "1": {"class_type": "AdBackdrop", "inputs": BACKDROP},
        **graph,
        "9": {"class_type": "AdCompose", "inputs": {**PLACED, **composing}},
        "10": {"class_type": "SaveImage", "inputs": {"images": ["9", 0], "filename_prefix": "scene"}},
    }
    entry = comfyui.run(whole)[0]
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-3000:]
    (name,) = entry["outputs"]["10"]["images"]
    answer = httpx.get(comfyui.url + "/view", params=name, timeout=60).raise_for_status()
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


@pytest.mark.parametrize("later", [{}, LATER])
def test_the_products_own_pixels_arrive_in_the_file(
    comfyui: ComfyUIServer, tmp_path: Path, later: dict[str, float]
) -> None:
    product = disc(size=240, radius=100)
    made = run(comfyui, loaded(uploaded(comfyui, tmp_path, "disc.png", product), 2), {"cutout": ["3", 0], **later})
    assert made.shape == (540, 432, 3)
    inside = freedom(product[20:220, 20:220, 3], 5, lock=True) == 0
    assert inside.sum() > 27000
    own = np.round(product[20:220, 20:220, :3] * 255).astype(np.uint8)
    placed = made[170:370, 116:316]
    assert np.abs(placed[inside].astype(int) - own[inside]).max() <= 1  # SaveImage cuts off what is after the point


def test_a_logo_keeps_its_transparency(comfyui: ComfyUIServer, tmp_path: Path) -> None:
    logo = np.zeros((60, 160, 4), np.float32)
    logo[20:40, 20:140] = (1, 0, 0, 1)
    graph = {
        **loaded(uploaded(comfyui, tmp_path, "product.png", disc()), 2),
        **loaded(uploaded(comfyui, tmp_path, "logo.png", logo), 4),
    }
    plain = run(comfyui, graph, {"cutout": ["3", 0]})
    made = run(comfyui, graph, {"cutout": ["3", 0], "logo": ["5", 0], "logo_corner": "top-right", "logo_size": 25.0})
    changed = (made != plain).any(2)
    ys, xs = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert (ys[0], xs[-1]) == (17, 432 - 17 - 1)  # 4 % of the shorter side
    assert xs[-1] - xs[0] + 1 == 108
    assert made[ys[0] + 5, xs[0] + 50].tolist() == [255, 0, 0]


def test_a_cutout_without_alpha_says_what_to_connect(comfyui: ComfyUIServer) -> None:
    graph = {
        "1": {"class_type": "AdBackdrop", "inputs": BACKDROP},
        "2": {"class_type": "AdCompose", "inputs": {**PLACED, "cutout": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "never"}},
    }
    entry = comfyui.run(graph)[0]
    assert entry["status"]["status_str"] == "error"
    assert "neither an alpha channel nor a mask" in json.dumps(entry["status"])
