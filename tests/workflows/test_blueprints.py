"""The blueprints for subgraphs: whole inside, and what they show outside is wired to something inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bundle import ROOT

NAMES = sorted(path.stem for path in (ROOT / "subgraphs").glob("*.json"))
CONTRACT = json.loads((ROOT / "tests/nodes/contract.json").read_text(encoding="utf-8"))
INPUT_NODE, OUTPUT_NODE = -10, -20


def parts(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the instance and the definition."""
    data = json.loads((ROOT / "subgraphs" / f"{name}.json").read_text(encoding="utf-8"))
    (instance,), (definition,) = data["nodes"], data["definitions"]["subgraphs"]
    return instance, definition


def test_words_cut_out_lettering_and_formats_are_offered() -> None:
    assert NAMES == ["Fit-AD cut-out", "Fit-AD formats", "Fit-AD lettering", "Fit-AD words"]


@pytest.mark.parametrize("name", NAMES)
def test_the_instance_shows_what_the_definition_offers(name: str) -> None:
    instance, inside = parts(name)
    assert instance["type"] == inside["id"]
    assert inside["name"] == instance["title"] == name
    for side in ("inputs", "outputs"):
        assert [(s["name"], s["type"]) for s in instance[side]] == [(s["name"], s["type"]) for s in inside[side]]
    fields = [slot["name"] for slot in instance["inputs"] if "widget" in slot]
    assert [["-1", field] for field in fields] == instance["properties"]["proxyWidgets"]
    assert len(fields) == len(instance["widgets_values"])


@pytest.mark.parametrize("name", NAMES)
def test_every_wire_inside_ends_where_it_says(name: str) -> None:
    _, inside = parts(name)
    nodes = {node["id"]: node for node in inside["nodes"]}
    for link in inside["links"]:
        source, target = link["origin_id"], link["target_id"]
        if source == INPUT_NODE:
            assert link["id"] in inside["inputs"][link["origin_slot"]]["linkIds"]
        else:
            assert link["id"] in nodes[source]["outputs"][link["origin_slot"]]["links"]
        if target == OUTPUT_NODE:
            assert inside["outputs"][link["target_slot"]]["linkIds"] == [link["id"]]
        else:
            assert nodes[target]["inputs"][link["target_slot"]]["link"] == link["id"]


@pytest.mark.parametrize("name", NAMES)
def test_its_own_nodes_have_the_inputs_that_it_names(name: str) -> None:
    _, inside = parts(name)
    for node in inside["nodes"]:
        if node["type"] in CONTRACT:
            assert {slot["name"] for slot in node["inputs"]} <= set(CONTRACT[node["type"]]["inputs"])
            assert [slot["name"] for slot in node["outputs"]] == list(CONTRACT[node["type"]]["outputs"])
