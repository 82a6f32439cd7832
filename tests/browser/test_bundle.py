"""Every graph of the bundle in ComfyUI's own editor: it opens whole, and what it sends is the API file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bundle import NAMES, ROOT, api, editor
from comfyui_server import ComfyUIServer
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

LIMIT_MS = 120_000
APP_MODE = "Comfy.ToggleLinear"
# asked before a graph is loaded: the editor would tell of what is missing in a dialog that stays
UNKNOWN = """({ nodes, definitions }) => {
  const subgraphs = definitions?.subgraphs ?? []
  const own = new Set(subgraphs.map((one) => one.id))
  const types = [nodes, ...subgraphs.map((one) => one.nodes)].flat().map((node) => node.type)
  return [...new Set(types)].filter((type) => !own.has(type) && !LiteGraph.registered_node_types[type])
}"""
TOO_SMALL = """() => window.app.graph.nodes
  .filter((n) => n.type !== 'MarkdownNote' && n.computeSize()[1] > n.size[1] + 1).map((n) => `${n.id} ${n.type}`)"""


@pytest.fixture(scope="module")
def info(comfyui: ComfyUIServer) -> dict[str, Any]:
    return comfyui.get("/object_info")


@pytest.fixture(scope="module")
def page(editors: Editors) -> Any:
    page = EditorPage(editors, vue=False).page
    page.set_default_timeout(LIMIT_MS)
    return page


@pytest.mark.front_end
@pytest.mark.parametrize("name", NAMES)
def test_the_editor_sends_the_api_file(page: Any, info: dict[str, Any], name: str) -> None:
    graph = editor(name)
    if unknown := page.evaluate(UNKNOWN, graph):
        pytest.skip("no such nodes here: " + ", ".join(unknown))
    page.evaluate("async (graph) => await window.app.loadGraphData(graph)", graph)
    assert page.evaluate("window.app.graph.nodes.length") == len(graph["nodes"])
    assert page.evaluate(TOO_SMALL) == []
    sent = page.evaluate("async () => (await window.app.graphToPrompt()).output")
    for key, node in sent.items():
        node["inputs"] = as_filed(node, api(name)[key]["inputs"], info)
    assert {key: (node["class_type"], node["inputs"]) for key, node in sent.items()} == {
        key: (node["class_type"], node["inputs"]) for key, node in api(name).items()
    }


@pytest.mark.front_end
def test_toggles_work_beside_a_pack_that_would_freeze_them(page: Any) -> None:
    names = page.evaluate("app.extensions.map((each) => each.name)")
    assert "Comfy.impact.comboBoolMigration" in names
    page.evaluate("async (graph) => await window.app.loadGraphData(graph)", editor("express"))
    turned = page.evaluate("""() => {
      const toggles = app.graph.nodes.flatMap((node) => node.widgets ?? []).filter((one) => one.type === 'toggle')
      const before = toggles.map((one) => one.value)
      toggles.forEach((one) => (one.value = !one.value))
      return toggles.map((one, at) => one.value === !before[at])
    }""")
    assert turned
    assert all(turned)


def as_filed(node: dict[str, Any], filed: dict[str, Any], info: dict[str, Any]) -> dict[str, Any]:
    """Return what is sent without inputs younger than the file that have their defaults."""
    fresh = info[node["class_type"]]["input"].get("optional", {})
    return {
        key: value
        for key, value in node["inputs"].items()
        if key in filed or key not in fresh or value != fresh[key][1].get("default")
    }


@pytest.mark.parametrize("name", NAMES)
def test_app_mode_can_show_each_field_that_the_graph_names(info: dict[str, Any], name: str) -> None:
    graph = editor(name)
    types = {node["id"]: node["type"] for node in graph["nodes"]}
    if unknown := set(types.values()) & set(api_classes(name)) - set(info):
        pytest.skip("no such nodes here: " + ", ".join(sorted(unknown)))
    for node, field, *_ in graph["extra"]["linearData"]["inputs"]:
        inputs = info[types[node]]["input"]
        spec = {**inputs.get("required", {}), **inputs.get("optional", {})}[field]
        assert not (len(spec) > 1 and spec[1].get("advanced")), f"App mode hides {field} of {types[node]}"


def api_classes(name: str) -> set[str]:
    return {node["class_type"] for node in api(name).values()}


@pytest.mark.parametrize("name", ["express", "t2i", "portrait", "place"])
def test_app_mode_shows_the_fields_that_the_graph_names(page: Any, name: str) -> None:
    graph = editor(name)
    if unknown := page.evaluate(UNKNOWN, graph):
        pytest.skip("no such nodes here: " + ", ".join(unknown))
    page.evaluate("async (graph) => await window.app.loadGraphData(graph)", graph)
    commands = page.evaluate("window.app.extensionManager.command.commands.map((command) => command.id)")
    if APP_MODE not in commands:
        pytest.skip("this ComfyUI has no App mode")
    slots = {(node["id"], slot["name"]): slot for node in graph["nodes"] for slot in node.get("inputs", [])}
    labels = [slots[node, field].get("label") for node, field, *_ in graph["extra"]["linearData"]["inputs"]]
    labels = [label for label in labels if label]
    assert len(labels) >= 2
    page.evaluate("(id) => window.app.extensionManager.command.execute(id)", APP_MODE)
    page.wait_for_function("(labels) => labels.every((label) => document.body.innerText.includes(label))", arg=labels)
    page.evaluate("(id) => window.app.extensionManager.command.execute(id)", APP_MODE)


def test_the_blueprints_are_offered_and_open_into_their_nodes(page: Any) -> None:
    found = page.evaluate("async () => Object.values(await (await fetch('/api/global_subgraphs')).json())")
    files = sorted((ROOT / "subgraphs").glob("*.json"))
    assert {path.stem for path in files} <= {blueprint["name"] for blueprint in found}
    for path in files:
        blueprint = json.loads(path.read_text(encoding="utf-8"))
        page.evaluate("async (graph) => await window.app.loadGraphData(graph)", blueprint)
        sent = page.evaluate("async () => (await window.app.graphToPrompt()).output")
        inside = blueprint["definitions"]["subgraphs"][0]["nodes"]
        assert sorted(node["class_type"] for node in sent.values()) == sorted(node["type"] for node in inside)
