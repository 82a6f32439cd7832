"""The files of the bundle: cards, versions, model data, layout, notes; and that both formats say the same."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from bundle import NAMES, NOTES, ROOT, WORKFLOWS, api, card, editor, fingerprint, levels, links, model_values, subgraphs
from fit_ad.core.models.registry import registry
from fit_ad.core.workflow.card import KINDS, load_workflow
from PIL import Image

TITLE_PX = 30
INPUT_NODE, OUTPUT_NODE = -10, -20
VERSIONS = json.loads((Path(__file__).parent / "versions.json").read_text(encoding="utf-8"))
FILES = {file.name: key for key, model in registry().items() for file in model.files}


def nodes(name: str) -> list[dict[str, Any]]:
    """Return the nodes of a graph and of its subgraphs; those that stand for a subgraph are left out."""
    graph = editor(name)
    folded = subgraphs(graph)
    return [node for level in levels(graph) for node in level["nodes"] if node["type"] not in folded]


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_whole_and_its_roles_point_into_the_graph(name: str) -> None:
    graph, read = load_workflow(name)
    told = card(name)
    assert read.name == name
    assert re.fullmatch(r"\d+\.\d+\.\d+", read.version)
    assert re.fullmatch(r"\d+\.\d+\.\d+", read.min_comfyui)
    assert "comfyui-fit-ad" in {pack["id"] for pack in told["packs"]}
    for role in read.inputs.values():
        assert role.kind in KINDS
        assert role.default == graph[role.node]["inputs"][role.input], role.name
        assert role.default in told["inputs"][role.name].get("choices", [role.default])
    assert all(role.node in graph for role in read.outputs.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_graph_has_a_new_version(name: str) -> None:
    now = {"version": card(name)["version"], "graph": fingerprint(editor(name))}
    before = {key: value for key, value in VERSIONS.get(name, {}).items() if key in now}
    assert before, f'add {name} to versions.json: "{name}": {json.dumps(now)}'
    assert now == before, f"{name} changed: raise the version in its card, then write {json.dumps(now)}"


def test_no_version_is_kept_of_a_graph_that_is_gone() -> None:
    assert set(VERSIONS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_model_file_is_in_the_registry_and_in_the_card(name: str) -> None:
    used = {FILES.get(value.replace("\\", "/").split("/")[-1], value) for _, _, value in model_values(api(name))}
    assert used <= set(card(name)["models"])
    assert set(card(name)["models"]) <= set(registry())


@pytest.mark.parametrize("name", NAMES)
def test_comfyui_can_fetch_what_it_is_able_to_fetch(name: str) -> None:
    for node in nodes(name):
        offered = {entry["name"]: entry for entry in node["properties"].get("models", [])}
        for value in node.get("widgets_values") or []:
            key = FILES.get(str(value).split("/")[-1])
            for file in registry()[key].files if key else ():
                if file.url and str(value).endswith(file.name):
                    assert offered[file.name] == {
                        "name": file.name,
                        "url": file.url,
                        "directory": registry()[key].folder,
                    }


@pytest.mark.parametrize("name", NAMES)
def test_the_note_tells_which_models_suit_each_size_of_graphics_card(name: str) -> None:
    note = "\n".join(str(n["widgets_values"][0]) for n in nodes(name) if n["type"] in NOTES)
    for fits in card(name)["memory"].values():
        assert all(f"`{model}`" in note for model in fits["models"])


@pytest.mark.parametrize("name", NAMES)
def test_the_card_tells_whether_the_models_may_be_used_for_advertising(name: str) -> None:
    told = card(name)
    terms = {registry()[key].commercial for key in told["models"]}
    assert told["commercial"] == ("no" if "no" in terms else "yes")


@pytest.mark.parametrize("name", NAMES)
def test_every_node_says_which_pack_it_comes_from(name: str) -> None:
    for node in nodes(name):
        assert node["properties"]["cnr_id"], node["type"]
        assert re.fullmatch(r"\d+\.\d+\.\d+|[0-9a-f]{7,40}", node["properties"]["ver"]), node["type"]
    packs = {node["properties"]["cnr_id"] for node in nodes(name)} - {"comfy-core"}
    assert packs == {pack["id"] for pack in card(name)["packs"]}


def box(node: dict[str, Any]) -> tuple[float, float, float, float, int]:
    """Return left, top, right and bottom of a node with its title, and its id."""
    (x, y), (width, height) = node["pos"], node["size"]
    return x, y - TITLE_PX, x + width, y + height, node["id"]


@pytest.mark.parametrize("name", [name for name in NAMES if subgraphs(editor(name))])
def test_what_a_subgraph_shows_outside_is_wired_inside(name: str) -> None:
    graph = editor(name)
    for inside in levels(graph)[1:]:
        (host,) = [node for node in graph["nodes"] if node["type"] == inside["id"]]
        into, out = links(inside), {key: ends[:2] for key, ends in links(graph).items()}
        assert host["title"] == inside["name"]
        assert [(s["name"], s["type"]) for s in host["inputs"]] == [(s["name"], s["type"]) for s in inside["inputs"]]
        assert [(s["name"], s["type"]) for s in host["outputs"]] == [(s["name"], s["type"]) for s in inside["outputs"]]
        assert all(slot["link"] in out for slot in host["inputs"])
        for index, slot in enumerate(inside["inputs"]):
            assert slot["linkIds"]
            assert all(into[key][:2] == [INPUT_NODE, index] for key in slot["linkIds"])
        for index, slot in enumerate(inside["outputs"]):
            assert [into[key][2:] for key in slot["linkIds"]] == [[OUTPUT_NODE, index]]


@pytest.mark.parametrize("name", NAMES)
def test_no_two_nodes_overlap_and_each_lies_in_a_group(name: str) -> None:
    for level in levels(editor(name)):
        for a, b in combinations(map(box, level["nodes"]), 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"nodes {a[4]} and {b[4]} overlap"
    groups = [group["bounding"] for group in editor(name)["groups"]]
    for node in editor(name)["nodes"]:
        if node["type"] not in NOTES:
            x, y = node["pos"]
            assert any(gx <= x <= gx + gw and gy <= y <= gy + gh for gx, gy, gw, gh in groups), node["id"]


@pytest.mark.parametrize("name", NAMES)
def test_a_note_explains_it_in_korean_and_english(name: str) -> None:
    text = "\n".join(str(n["widgets_values"][0]) for n in nodes(name) if n["type"] in NOTES)
    assert len(re.findall(r"[가-힣]", text)) > 60
    assert len(re.findall(r"[A-Za-z]{3,}", text)) > 30


@pytest.mark.parametrize("name", NAMES)
def test_the_app_layout_has_at_most_eight_inputs_that_are_there(name: str) -> None:
    layout = editor(name)["extra"]["linearData"]
    by_id = {n["id"]: n for n in nodes(name)}
    assert 1 <= len(layout["inputs"]) <= 8
    for node_id, widget, *_ in layout["inputs"]:
        slots = {s["name"]: s for s in by_id[node_id]["inputs"]}
        assert widget in slots
        assert slots[widget].get("link") is None, f"{widget} of {node_id} is wired: nobody could change it"
    assert all(node_id in by_id for node_id in layout["outputs"])


@pytest.mark.parametrize("name", NAMES)
def test_the_template_list_has_a_picture_of_it(name: str) -> None:
    with Image.open(WORKFLOWS / f"{name}.jpg") as picture:
        assert min(picture.size) >= 256
    assert (WORKFLOWS / f"{name}.jpg").stat().st_size < 200_000


def test_nothing_of_this_machine_is_in_a_graph() -> None:
    for path in [*WORKFLOWS.rglob("*.json"), *(ROOT / "subgraphs").glob("*.json")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/home/|/root/|/tmp/|[A-Z]:\\\\|localhost|127\.0\.0\.1", text), path.name
