"""The files of the bundle: cards, versions, model data, layout, notes; and that both formats say the same."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from bundle import NAMES, NOTES, ROOT, WORKFLOWS, api, card, editor, fingerprint, model_values
from fit_ad.core.model_memory import by_card
from fit_ad.core.models import registry
from fit_ad.core.workflow.card import KINDS, load_workflow
from PIL import Image

TITLE_PX = 30
VERSIONS = json.loads((Path(__file__).parent / "versions.json").read_text(encoding="utf-8"))
FILES = {file.name: key for key, model in registry().items() for file in model.files}


def nodes(name: str) -> list[dict[str, Any]]:
    return editor(name)["nodes"]


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
def test_both_formats_hold_the_same_nodes(name: str) -> None:
    active = {str(n["id"]): n["type"] for n in nodes(name) if n["type"] not in NOTES and n.get("mode", 0) not in (2, 4)}
    sent = api(name)
    assert {node_id: node["class_type"] for node_id, node in sent.items()} == active
    wires = {link[0]: link for link in editor(name)["links"]}
    for node in nodes(name):
        for slot in node.get("inputs", []):
            if slot.get("link") is not None and str(node["id"]) in sent:
                _, source, out, *_ = wires[slot["link"]]
                assert sent[str(node["id"])]["inputs"][slot["name"]] == [str(source), out]


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


def family(name: str) -> str:
    return card(name).get("variant_of", name)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_tells_what_to_take_on_each_size_of_graphics_card(name: str) -> None:
    told = card(name)
    others = {
        other: card(other)["models"]
        for other in NAMES
        if other != name and family(other) == family(name) and card(other)["commercial"] in ("yes", told["commercial"])
    }
    assert told["memory"] == by_card(told["models"], others)
    note = "\n".join(str(n["widgets_values"][0]) for n in nodes(name) if n["type"] in NOTES)
    for fits in told["memory"].values():
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


@pytest.mark.parametrize("name", NAMES)
def test_no_two_nodes_overlap_and_each_lies_in_a_group(name: str) -> None:
    boxes = [(n["id"], n["pos"][0], n["pos"][1] - TITLE_PX, n["size"][0], n["size"][1] + TITLE_PX) for n in nodes(name)]
    for (a, ax, ay, aw, ah), (b, bx, by, bw, bh) in combinations(boxes, 2):
        apart = ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay
        assert apart, f"nodes {a} and {b} overlap"
    groups = [group["bounding"] for group in editor(name)["groups"]]
    for node in nodes(name):
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
