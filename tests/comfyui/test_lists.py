"""Several photos and several formats through every graph of the bundle: N in, N out, each as if it had come alone."""

from __future__ import annotations

import copy
import io
import os
from typing import Any

import httpx
import numpy as np
import pytest
from bundle import NAMES, Graph, api, card, filled
from comfyui_server import ComfyUIServer
from PIL import Image

pytestmark = pytest.mark.comfyui

COUNT = 3
FORMATS = {"custom": (400, 400), "karrot-news": (800, 1000)}
VALUES = {"shop": "카페 봄날", "offer": "아메리카노 1+1", "format": "custom"}
QUICK = ("express", "t2i", "portrait-free", "hybrid-free", "i2i", "place", "calligraphy")
slow = pytest.mark.skipif(not os.environ.get("FIT_AD_SLOW"), reason="minutes; set FIT_AD_SLOW=1 to run every graph")
PHOTO_GRAPHS = [name for name in NAMES if any(node["class_type"] == "LoadImage" for node in api(name).values())]
FORMAT_GRAPHS = [name for name in NAMES if any(node["class_type"] == "AdCanvas" for node in api(name).values())]


@pytest.fixture(scope="module")
def server(comfyui: ComfyUIServer) -> ComfyUIServer:
    """ComfyUI with stand-ins (tests/support/packs/dry-models) for all that needs model files."""
    return comfyui


@pytest.fixture(scope="module")
def known(server: ComfyUIServer) -> set[str]:
    return set(server.get("/object_info"))


def dry(name: str, known: set[str], also: str = "", **values: Any) -> Graph:
    """Return the graph with stand-ins for its models; skip the test where this ComfyUI lacks other nodes.

    Args:
        name: The graph's.
        known: The nodes that this ComfyUI has.
        also: Further formats, as AdCanvas takes them.
        values: For the roles of its card.
    """
    graph = filled(copy.deepcopy(api(name)), card(name)["inputs"], "", {**VALUES, **values})
    for node in graph.values():
        if f"Dry{node['class_type']}" in known:
            node["class_type"] = f"Dry{node['class_type']}"
        if node["class_type"] == "AdCanvas":
            node["inputs"] |= {"also": also, "width": FORMATS["custom"][0], "height": FORMATS["custom"][1]}
    if missing := sorted({node["class_type"] for node in graph.values()} - known):
        pytest.skip("no such nodes here: " + ", ".join(missing))
    return graph


def with_photos(graph: Graph, form: str, which: tuple[int, ...] = tuple(range(COUNT))) -> Graph:
    """Return the graph with photos in place of its own: ``which`` of them, as a ``list`` or a ``batch``."""
    for node in graph.values():
        if node["class_type"] == "LoadImage":
            told = ",".join(map(str, which))
            node["class_type"], node["inputs"] = "DryPhotos", {"which": told, "form": form}
    return graph


def ads(server: ComfyUIServer, name: str, graph: Graph) -> list[np.ndarray]:
    """Run a graph; return the pictures that it saved, [H,W,3 or 4]."""
    (end,) = (end["node"] for end in card(name)["outputs"].values())
    graph[end]["inputs"] |= {"format": "png", "filename_prefix": f"lists/{name}"}
    entry, _ = server.run(graph, 300)
    assert entry["status"]["status_str"] == "success", str(entry["status"]["messages"][-1])[:1500]
    return [picture(server, file) for file in entry["outputs"][end]["images"]]


def picture(server: ComfyUIServer, file: dict[str, str]) -> np.ndarray:
    answer = httpx.get(server.url + "/view", params=file, timeout=60).raise_for_status()
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def some(names: list[str]) -> list[Any]:
    """Return the graphs, those that take long as ones to be skipped."""
    return [name if name in QUICK else pytest.param(name, marks=slow) for name in names]


@pytest.mark.parametrize("name", some(FORMAT_GRAPHS))
def test_each_format_gives_one_ad_of_its_size(server: ComfyUIServer, known: set[str], name: str) -> None:
    each = {"count": 2} if "count" in card(name)["inputs"] else {}
    graph = with_photos(dry(name, known, ", ".join(list(FORMATS)[1:]), **each), "list", (0,))
    sizes = [made.shape[1::-1] for made in ads(server, name, graph)]
    if name == "calligraphy":  # lettering comes in the size that it is generated at
        assert len(set(sizes)) == len(sizes) == len(FORMATS)
    else:
        assert sizes == [size for size in FORMATS.values() for _ in range(each.get("count", 1))]


@pytest.mark.parametrize("name", some([name for name in PHOTO_GRAPHS if name != "express"]))
def test_each_photo_gives_one_ad_whether_in_a_list_or_in_a_batch(
    server: ComfyUIServer, known: set[str], name: str
) -> None:
    listed = ads(server, name, with_photos(dry(name, known), "list"))
    assert len(listed) == COUNT
    assert not same(listed[:2], listed[1:])
    assert same(listed, ads(server, name, with_photos(dry(name, known), "batch")))


def test_each_ad_is_as_if_its_photo_had_come_alone(server: ComfyUIServer, known: set[str]) -> None:
    alone = [ads(server, "express", with_photos(dry("express", known), "list", (n,)))[0] for n in range(COUNT)]
    assert same(alone, ads(server, "express", with_photos(dry("express", known), "list")))
    assert same(alone, ads(server, "express", with_photos(dry("express", known), "batch")))
    assert not same(alone[:2], alone[1:])


def test_each_photo_of_a_batch_is_made_in_every_format(server: ComfyUIServer, known: set[str]) -> None:
    made = ads(server, "express", with_photos(dry("express", known, "karrot-news"), "batch", (0, 1)))
    assert [one.shape[1::-1] for one in made] == [FORMATS[name] for name in FORMATS for _ in "ab"]
