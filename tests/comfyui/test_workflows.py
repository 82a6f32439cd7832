"""Every graph of the bundle runs to its end in a real ComfyUI, with the packs and the model files that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from bundle import ARCHIVED, NAMES, ROOT, Graph, api, archived, card, filled, lacking, small
from bundle_server import ALL, bundle_server
from comfyui_server import ComfyUIServer
from fit_ad.core.validation import from_object_info
from fit_ad.core.workflow.conversion import convert
from fit_ad.core.workflow.document import read

pytestmark = pytest.mark.comfyui

SHOP = {
    "shop": "카페 봄날",
    "offer": "아메리카노 1+1",
    "format": "custom",
    "width": 320,
    "height": 400,
    "count": 2,
    "steps": 1,
}
LIMIT_S = 600


@pytest.fixture(scope="module")
def server(comfyui: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyUIServer]:
    """ComfyUI with the packs and the model folders of its own installation."""
    with bundle_server(tmp_path_factory.mktemp("bundle") / "base", comfyui) as found:
        yield found


@pytest.fixture(scope="module")
def info(server: ComfyUIServer) -> dict[str, Any]:
    return httpx.get(server.url + "/object_info", timeout=120).raise_for_status().json()


def bound(server: ComfyUIServer, name: str, **roles: Any) -> Graph:
    """Return the graph of that name, small, with the roles that it has set."""
    return with_roles(server, small(api(name)), card(name)["inputs"], roles)


def with_roles(server: ComfyUIServer, graph: Graph, inputs: dict[str, Any], roles: dict[str, Any]) -> Graph:
    """Return the graph with those values, and the sample photo, where its roles point."""
    return filled(graph, inputs, server.upload(ROOT / "samples" / "coffee.png"), {**SHOP, **roles})


def failure(entry: dict[str, Any]) -> str:
    told = dict(entry["status"]["messages"]).get("execution_error", {})
    return f"{told.get('node_id')} {told.get('node_type')}: {str(told.get('exception_message'))[:1000]}"


def run(server: ComfyUIServer, info: dict[str, Any], name: str, **roles: Any) -> dict[str, Any]:
    graph = bound(server, name, **roles)
    if missing := lacking(graph, info):
        pytest.skip(missing)
    entry, _ = server.run(graph, LIMIT_S)
    assert entry["status"]["status_str"] == "success", failure(entry)
    return entry["outputs"]


QUICK = ("express", "place", "t2i")
slow = pytest.mark.skipif(not ALL, reason="minutes on a CPU; set FIT_AD_SLOW=1 to run every graph")


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=slow) for name in NAMES])
def test_it_runs_to_its_end(server: ComfyUIServer, info: dict[str, Any], name: str) -> None:
    shown = run(server, info, name)
    for role, end in card(name)["outputs"].items():
        assert shown[end["node"]]["images"], role


@slow
def test_faces_and_hands_are_detailed_on_request(server: ComfyUIServer, info: dict[str, Any]) -> None:
    shown = run(server, info, "t2i", detailer="face + hand", count=1, words=False)
    assert len(shown[card("t2i")["outputs"]["ad"]["node"]]["images"]) == 1


@pytest.mark.parametrize("stem", ARCHIVED)
def test_a_released_version_still_runs(server: ComfyUIServer, info: dict[str, Any], stem: str) -> None:
    made = convert(read(archived(stem), stem), from_object_info(info).nodes)
    assert made.refusals == ()
    told = archived(stem)["extra"]["fit_ad"]
    entry, _ = server.run(with_roles(server, small(made.graph), told["inputs"], {}), LIMIT_S)
    assert entry["status"]["status_str"] == "success", failure(entry)
    assert entry["outputs"][told["outputs"]["ad"]["node"]]["images"]
