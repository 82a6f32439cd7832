"""What a graph says it keeps, it keeps: the same bytes, whatever a model paints around them.

The models are taken out and a flat green put in for all that they paint, so no weights are needed; what is left
(scaling, masks, locks) is the graph's own and runs in a real ComfyUI.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from bundle import Graph, api, card, small
from comfyui_server import ComfyUIServer
from PIL import Image, ImageDraw

pytestmark = pytest.mark.comfyui

WIDTH, HEIGHT = 320, 400
GREEN = 0x00FF00
GREEN_RGB = (0, 255, 0)
ROUNDING = 1  # a mask's byte 0 stands for less than 1/255, the far end of its feather
PAINTED = (30, 40, 110, 150)  # box of the ellipse that the user paints
PRODUCT = (130, 190, 230, 330)
NOTHING = {"class_type": "SolidMask", "inputs": {"value": 0.0, "width": WIDTH, "height": HEIGHT}}
DETECTORS = ("SAMDetectorCombined", "SegsToCombinedMask")
KEEPING = ("portrait", "hybrid", "portrait-free", "hybrid-free")
COMPOSING = ("product", "product-free")


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blue thing on a light ground with a texture of its own; what is painted in the mask editor is transparent."""
    noise = np.random.default_rng(5).integers(-6, 7, (HEIGHT, WIDTH, 3))
    picture = Image.new("RGB", (WIDTH, HEIGHT), (226, 222, 214))
    ImageDraw.Draw(picture).rounded_rectangle(PRODUCT, 20, fill=(40, 70, 160))
    picture = Image.fromarray((np.asarray(picture).astype(int) + noise).clip(0, 255).astype(np.uint8))
    alpha = Image.new("L", picture.size, 255)
    ImageDraw.Draw(alpha).ellipse(PAINTED, fill=0)
    picture.putalpha(alpha)
    file = tmp_path_factory.mktemp("kept") / "kept.png"
    picture.save(file)
    return file


def stand_in(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the node, or what takes its place where it needs a model."""
    if node["class_type"] == "VAEDecode":
        return {"class_type": "EmptyImage", "inputs": {"width": 256, "height": 320, "batch_size": 1, "color": GREEN}}
    if node["class_type"] == "FaceDetailer":
        return {"class_type": "ImageInvert", "inputs": {"image": node["inputs"]["image"]}}
    return NOTHING if node["class_type"] in DETECTORS else dict(node)


def upstream(graph: Graph, ends: list[str]) -> Graph:
    """Return the part of the graph that those nodes need."""
    kept: Graph = {}
    while ends:
        node_id = ends.pop()
        if node_id not in kept:
            kept[node_id] = graph[node_id]
            ends += [value[0] for value in graph[node_id]["inputs"].values() if isinstance(value, list)]
    return kept


def bound(server: ComfyUIServer, name: str, photo: Path) -> Graph:
    graph = small(api(name))
    values = {"photo": server.upload(photo), "format": "custom", "width": WIDTH, "height": HEIGHT, "engine": "grabcut"}
    for role, end in card(name)["inputs"].items():
        if role in values:
            graph[end["node"]]["inputs"][end["input"]] = values[role]
    return {node_id: stand_in(node) for node_id, node in graph.items()}


def pixels(server: ComfyUIServer, image: Mapping[str, str]) -> np.ndarray:
    answer = httpx.get(server.url + "/view", params=dict(image), timeout=60).raise_for_status()
    file = server.base / "fetched.png"
    file.write_bytes(answer.content)
    return np.asarray(Image.open(file).convert("RGB")).astype(int)


def shown(server: ComfyUIServer, graph: Graph, masks: Mapping[str, list[Any]]) -> dict[str, np.ndarray]:
    """Return the locked picture, what it was made of, and those masks, as bytes [H,W,3]."""
    (lock,) = [node_id for node_id, node in graph.items() if node["class_type"] == "ImageCompositeMasked"]
    inputs = graph[lock]["inputs"]
    wanted: dict[str, list[Any]] = {"result": [lock, 0], "under": inputs["destination"], "over": inputs["source"]}
    made = dict(graph)
    for name, end in {"mask": inputs["mask"], **masks}.items():
        made[f"{name} picture"] = {"class_type": "MaskToImage", "inputs": {"mask": end}}
        wanted[name] = [f"{name} picture", 0]
    for name, end in wanted.items():
        made[name] = {"class_type": "PreviewImage", "inputs": {"images": end}}
    entry, _ = server.run(upstream(made, list(wanted)), 300)
    assert entry["status"]["status_str"] == "success", entry["status"]
    return {name: pixels(server, entry["outputs"][name]["images"][0]) for name in wanted}


@pytest.mark.parametrize("name", KEEPING)
def test_what_stays_has_the_bytes_of_the_photo(comfyui: ComfyUIServer, photo: Path, name: str) -> None:
    made = shown(comfyui, bound(comfyui, name, photo), {})
    original = np.asarray(Image.open(photo))
    stays = original[..., 3] == 0
    assert np.array_equal(made["result"][stays], original[..., :3][stays])
    assert (made["mask"][stays] == 255).all()
    assert stays.sum() > 6000


@pytest.mark.parametrize("name", KEEPING)
def test_the_rest_is_what_the_model_painted(comfyui: ComfyUIServer, photo: Path, name: str) -> None:
    made = shown(comfyui, bound(comfyui, name, photo), {})
    rest = made["mask"][..., 0] == 0
    painted = tuple(255 - value for value in GREEN_RGB) if "free" not in name else GREEN_RGB
    assert rest.mean() > 0.3
    assert abs(made["result"][rest] - painted).max() <= ROUNDING


@pytest.mark.parametrize("name", COMPOSING)
def test_the_product_has_its_own_bytes_and_only_a_band_is_repainted(
    comfyui: ComfyUIServer, photo: Path, name: str
) -> None:
    graph = bound(comfyui, name, photo)
    (scene,) = [node_id for node_id, node in graph.items() if node["class_type"] == "AdCompose"]
    made = shown(comfyui, graph, {"product": [scene, 1]})
    product, outside = made["product"][..., 0] == 255, made["mask"][..., 0] == 0
    assert product.mean() > 0.05
    assert np.array_equal(made["result"][product], made["under"][product])
    assert abs(made["result"][outside] - made["under"][outside]).max() <= ROUNDING
    band = made["mask"][..., 0] == 255
    assert 0 < band.mean() < 0.35
    assert (made["result"][band] == GREEN_RGB).all()
