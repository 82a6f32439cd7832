"""The pack in a real ComfyUI: it loads clean, and the express graph runs through the API."""

from __future__ import annotations

import copy
import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import ComfyUIServer
from PIL import Image

pytestmark = pytest.mark.comfyui

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = json.loads((ROOT / "tests/nodes/contract.json").read_text(encoding="utf-8"))
GRAPH = json.loads((ROOT / "workflows/api/express.json").read_text(encoding="utf-8"))
CARD = json.loads((ROOT / "workflows/express.json").read_text(encoding="utf-8"))["extra"]["fit_ad"]


def bound(**roles: Any) -> dict[str, Any]:
    graph = copy.deepcopy(GRAPH)
    for role, value in roles.items():
        target = CARD["inputs"][role]
        graph[target["node"]]["inputs"][target["input"]] = value
    return graph


def outputs(entry: dict[str, Any]) -> dict[str, Any]:
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-3000:]
    return entry["outputs"][CARD["outputs"]["ad"]["node"]]


def test_it_loads_without_a_warning(comfyui: ComfyUIServer) -> None:
    starting = comfyui.log.split("To see the GUI")[0]  # what later tests make it log is their own business
    about_us = [line for line in starting.splitlines() if re.search(r"fit[-_]?ad", line, re.IGNORECASE)]
    bad = [line for line in about_us if re.search(r"warn|error|fail|traceback", line, re.IGNORECASE)]
    assert about_us
    assert bad == []


@pytest.mark.parametrize("node_id", CONTRACT)
def test_every_node_is_offered_with_its_inputs_and_outputs(comfyui: ComfyUIServer, node_id: str) -> None:
    info = comfyui.get(f"/object_info/{node_id}")[node_id]
    offered = {**info["input"].get("required", {}), **info["input"].get("optional", {})}
    assert set(offered) == set(CONTRACT[node_id]["inputs"])
    assert info["output_name"] == list(CONTRACT[node_id]["outputs"])
    assert info["output"] == list(CONTRACT[node_id]["outputs"].values())


def test_korean_names_reach_the_editor(comfyui: ComfyUIServer) -> None:
    korean = comfyui.get("/i18n")["ko"]["nodeDefs"]
    assert set(CONTRACT) <= set(korean)


@pytest.mark.parametrize("photo", ["coffee.png", "astronaut.png"])
def test_the_express_graph_makes_an_ad(comfyui: ComfyUIServer, photo: str) -> None:
    name = comfyui.upload(ROOT / "samples" / photo)
    made = outputs(comfyui.run(bound(photo=name, shop="카페 봄날", offer="아메리카노 1+1"))[0])
    assert "아메리카노 1+1" in made["text"][0]
    assert len(made["text"][1].split()) == 15
    entry = made["images"][0]
    answer = httpx.get(comfyui.url + "/view", params=entry, timeout=60).raise_for_status()
    with Image.open(io.BytesIO(answer.content)) as ad:
        assert ad.size == (1080, 1350)
        assert ad.info["icc_profile"]
    assert len(answer.content) <= 2000 * 1000


def test_a_node_that_cannot_do_its_work_says_why(comfyui: ComfyUIServer) -> None:
    name = comfyui.upload(ROOT / "samples" / "coffee.png")
    entry, _ = comfyui.run(bound(photo=name, engine="ben2"))
    message = dict(entry["status"]["messages"])["execution_error"]["exception_message"]
    assert "BEN2_Base.pth" in message
    assert "background_removal" in message
