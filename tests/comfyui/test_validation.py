"""The validator against a real server: what it rejects is an error of ours at the same node, and nothing else is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from comfyui_server import ROOT, ComfyUIServer
from fit_ad.client.cli import validate
from fit_ad.core.validation import Environment, check, from_object_info

pytestmark = pytest.mark.comfyui

GRAPH: dict[str, Any] = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}},
    "2": {
        "class_type": "ImageScale",
        "inputs": {"image": ["1", 0], "upscale_method": "area", "width": 32, "height": 32, "crop": "disabled"},
    },
    "3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "none.safetensors"}},
    "5": {"class_type": "AdCanvas", "inputs": {"format": "feed-4x5"}},
}
Change = Callable[[dict[str, Any]], Any]


def put(node_id: str, name: str, value: Any) -> Change:
    return lambda graph: graph[node_id]["inputs"].__setitem__(name, value)


CHANGES: dict[str, Change] = {
    "nothing": lambda graph: None,
    "unknown class": lambda graph: graph["2"].update(class_type="NoSuchNode"),
    "no class": lambda graph: graph["2"].pop("class_type"),
    "missing wire": lambda graph: graph["2"]["inputs"].pop("image"),
    "missing value": lambda graph: graph["2"]["inputs"].pop("width"),
    "text for a number": put("2", "width", "wide"),
    "number as text": put("2", "width", "48"),
    "fraction for a whole number": put("2", "width", 32.7),
    "nothing for a number": put("2", "width", None),
    "yes for a number": put("2", "width", True),
    "too large": put("2", "width", 10**9),
    "too small": put("2", "width", -1),
    "no such choice": put("2", "crop", "round"),
    "other case": put("2", "crop", "CENTER"),
    "number for a choice": put("2", "crop", 1),
    "wire into a choice": put("2", "crop", ["1", 0]),
    "dangling": put("2", "image", ["77", 0]),
    "number as id": put("2", "image", [1, 0]),
    "bad slot": put("2", "image", ["1", 5]),
    "slot from the end": put("2", "image", ["1", -1]),
    "to itself": put("2", "image", ["2", 0]),
    "wrong type": put("2", "image", ["4", 0]),
    "wire of three": put("2", "image", ["1", 0, 0]),
    "wrapped list": put("2", "width", {"__value__": [3]}),
    "unknown input": put("2", "colour", 3),
    "renamed, its inputs lost": lambda graph: graph.update(
        {"9": {"class_type": "Preview3DAnimation", "inputs": {"model_file": "a.glb"}, "_meta": {"title": "view"}}}
    ),
    "renamed, inputs named by the table": lambda graph: graph.update(
        {
            "9": {"class_type": "T2IAdapterLoader", "inputs": {"t2i_adapter_name": "none.safetensors"}, "_meta": {}},
        }
    ),
    "no result": lambda graph: graph.pop("3"),
    "own pack, bad choice": lambda graph: (
        graph["5"]["inputs"].update(format="poster"),
        graph["2"]["inputs"].update(width=["5", 0]),
    ),
    "own pack, fine": put("2", "width", ["5", 0]),
    "part that leads nowhere": lambda graph: graph.update({"9": {"class_type": "ImageScale", "inputs": {}}}),
}


def test_a_server_says_which_pictures_it_has(comfyui: ComfyUIServer) -> None:
    known = validate._ask(comfyui.url)
    (comfyui.base / "input/deep").mkdir()
    (comfyui.base / "input/deep/here.png").write_bytes((ROOT / "samples/coffee.png").read_bytes())
    assert known.has_file is not None
    assert known.has_file("deep/here.png", "input")
    assert not known.has_file("deep/gone.png", "input")
    assert not known.has_file("deep/here.png", "output")


@pytest.fixture(scope="module")
def known(comfyui: ComfyUIServer) -> Environment:
    return from_object_info(comfyui.get("/object_info"))


@pytest.mark.parametrize("name", CHANGES)
def test_the_server_and_the_validator_agree(comfyui: ComfyUIServer, known: Environment, name: str) -> None:
    graph = copy.deepcopy(GRAPH)
    CHANGES[name](graph)
    answer = httpx.post(comfyui.url + "/prompt", json={"prompt": graph}, timeout=60)
    body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    report = check(graph, known)
    errors = [f for f in report.findings if f.severity == "error"]
    said = [f.message() for f in errors]
    assert (answer.status_code != 200 or bool(body.get("node_errors"))) == bool(errors), (answer.text[:500], said)
    named = {node_id for node_id, one in (body.get("node_errors") or {}).items() if one.get("errors")}
    assert named <= {f.place.node for f in errors}, (named, said)
