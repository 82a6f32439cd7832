"""A small workflow with a card, and what a server says of its nodes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fake_comfyui import Step
from PIL import Image

Q8, Q4 = "flux1-dev-Q8_0.gguf", "flux1-dev-Q4_0.gguf"
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "sample.jpg"}, "_meta": {"title": "Photo"}},
    "2": {"class_type": "UnetLoaderGGUF", "inputs": {"unet_name": Q8}, "_meta": {"title": "Model"}},
    "3": {
        "class_type": "AdSave",
        "inputs": {
            "image": ["1", 0],
            "model": ["2", 0],
            "format": "jpeg",
            "copies": "",
            "n": 3,
            "seed": 7,
            "filename_prefix": "x",
        },
        "_meta": {"title": "Save"},
    },
}
ROLES = {
    "photo": ("1", "image", "image"),
    "format": ("3", "format", "choice"),
    "words": ("3", "copies", "text"),
    "count": ("3", "n", "int"),
    "seed": ("3", "seed", "seed"),
}
CARD = {
    "name": "mini",
    "mode": "test",
    "version": "1.2.3",
    "inputs": {name: {"node": node, "input": key, "kind": kind} for name, (node, key, kind) in ROLES.items()},
    "outputs": {"ad": {"node": "3", "kind": "image"}},
}
INFO: dict[str, Any] = {
    "LoadImage": {"input": {"required": {"image": [["other.jpg"], {}]}}, "output": ["IMAGE", "MASK"]},
    "UnetLoaderGGUF": {"input": {"required": {"unet_name": [[Q8, Q4], {}]}}, "output": ["MODEL"]},
    "AdSave": {
        "input": {
            "required": {
                "image": ["IMAGE", {}],
                "model": ["MODEL", {}],
                "format": [["jpeg", "png"], {}],
                "copies": ["STRING", {}],
                "n": ["INT", {"min": 1, "max": 8}],
                "seed": ["INT", {}],
                "filename_prefix": ["STRING", {}],
            }
        },
        "output": [],
        "output_node": True,
    },
}
SHOWN = {"3": {"images": [{"filename": "a.jpg", "subfolder": "", "type": "output"}], "text": ["words", "#tag"]}}
STARTED: list[Step] = [("execution_start", {}), ("executing", {"node": "1"}), ("executing", {"node": "3"})]
GOOD: list[Step] = [*STARTED, ("done", SHOWN)]
QUICK: list[Step] = [*STARTED, ("wait", 1.0), ("done", SHOWN)]  # for simulated time


def write_workflow(folder: Path) -> Path:
    """Write mini.json, its API file and a photo into a folder, and return that."""
    (folder / "api").mkdir()
    (folder / "mini.json").write_text(json.dumps({"nodes": [], "extra": {"fit_ad": CARD}}))
    (folder / "api" / "mini.json").write_text(json.dumps(GRAPH))
    Image.new("RGB", (32, 24), "red").save(folder / "photo.png")
    return folder
