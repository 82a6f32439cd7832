"""Reading both formats: whole files, and files that are broken in every way."""

from __future__ import annotations

from typing import Any

import pytest
from fit_ad.core.workflow.document import EditorLink, NodePort, read
from small_comfyui import api, editor


def test_links_as_tuples_and_as_objects_are_the_same() -> None:
    old = editor()
    new = editor()
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    new["links"] = [dict(zip(keys, link, strict=True)) for link in old["links"]]
    assert read(old).root.links == read(new).root.links
    assert read(new).root.links["2"] == EditorLink("2", "1", 1, "2", 0, "CLIP")


def test_reroutes_on_wires_change_no_wire() -> None:
    plain, bent = editor(), editor()
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    bent["links"] = [{**dict(zip(keys, link, strict=True)), "parentId": 1} for link in bent["links"]]
    bent["reroutes"] = [{"id": 1, "parentId": 2, "pos": [1, 2], "linkIds": [1]}, {"id": 2, "linkIds": [1, 3]}]
    bent["extra"] = {"reroutes": bent["reroutes"], "linkExtensions": [{"id": 1, "parentId": 1}]}
    assert read(bent).root == read(plain).root
    assert read(bent).faults == ()


def test_slots_and_ids_may_be_text() -> None:
    data = editor()
    data["links"][0] = ["1", "1", "0", "3", "0", "MODEL"]
    data["nodes"][0]["id"] = "1"
    document = read(data)
    assert document.root.links["1"].target_slot == 0
    assert document.root.nodes["1"].type == "Load"
    assert document.faults == ()


def test_an_api_graph_may_be_wrapped() -> None:
    assert read({"prompt": api(), "client_id": "x"}).graph == api()


def test_a_field_turned_into_an_input_keeps_its_name() -> None:
    data = editor()
    data["nodes"][2]["inputs"].append({"name": "steps", "type": "INT", "link": None, "widget": {"name": "steps"}})
    assert read(data).root.nodes["3"].inputs[2] == NodePort("steps", "INT", None, "steps")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([], "a list where an object was expected"),
        ("x", "text where an object was expected"),
        (None, "nothing where an object was expected"),
        (3, "a number where an object was expected"),
        ({}, "it has neither a list of nodes (graph editor) nor nodes with a class_type (API)"),
        ({"nodes": {}}, "it has neither a list of nodes (graph editor) nor nodes with a class_type (API)"),
    ],
)
def test_what_is_no_workflow(data: Any, why: str) -> None:
    document = read(data)
    assert (document.format, [fault.why for fault in document.faults]) == ("none", [why])


def test_broken_parts_are_named_and_left_out() -> None:
    data = editor()
    data["nodes"] += [7, {"id": 3, "type": "Save"}, {"id": None, "type": "Save"}]
    data["links"] += ["x", [9, 1], {"id": 5}]
    document = read(data)
    assert [fault.code for fault in document.faults] == [
        "format",
        "duplicate-id",
        "format",
        "format",
        "format",
        "format",
    ]
    assert len(document.root.nodes) == 4
    assert document.root.nodes["3"].type == "Sample"
