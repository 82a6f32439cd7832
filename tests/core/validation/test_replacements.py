"""Nodes whose class is gone: told with what took its place, and rewritten in both formats."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from fit_ad.core.validation import Environment, check, from_catalogue
from fit_ad.core.validation.autofix import apply_fixes
from fit_ad.core.validation.replacements import RENAMED, Replacement, as_replacements
from fit_ad.core.workflow.catalogue import Catalogue
from fit_ad.core.workflow.document import read
from small_comfyui import INFO, api, editor, node

_RESIZE = {
    "input": {
        "required": {
            "input": ["IMAGE"],
            "resize_type": [
                "COMFY_DYNAMICCOMBO_V3",
                {
                    "options": [
                        {"key": "width", "inputs": {"required": {"width": ["INT", {"default": 512}]}}},
                        {
                            "key": "scale by multiplier",
                            "inputs": {"required": {"multiplier": ["FLOAT", {"default": 1.0}]}},
                        },
                    ]
                },
            ],
            "scale_method": [["area", "lanczos"], {}],
        }
    },
    "output": ["IMAGE"],
}
NODES = Catalogue({**INFO, "ResizeImageMaskNode": _RESIZE, "ControlNetLoader": INFO["Load"], "NewSave": INFO["Save"]})
KNOWN = Environment(NODES)


def scaled(**more: Any) -> dict[str, Any]:
    """A picture, halved by a node of the old name, and saved."""
    inputs = {"upscale_method": "lanczos", "scale_by": 0.5, "image": ["1", 0], **more}
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "shop.png"}},
        "2": {"class_type": "ImageScaleBy", "inputs": inputs},
        "3": {"class_type": "Save", "inputs": {"images": ["2", 0], "name": "a"}},
    }


def test_an_old_node_that_the_server_replaces_is_a_warning() -> None:
    report = check(scaled(), KNOWN)
    assert [(f.message_key, f.severity, f.place.node, f.message()) for f in report.findings] == [
        ("unknown-node.renamed", "warning", "2", "The node ImageScaleBy is now called ResizeImageMaskNode")
    ]


def test_an_old_node_that_loses_its_inputs_on_the_server_is_an_error() -> None:
    graph = scaled()
    del graph["2"]["inputs"]["scale_by"]
    assert [(f.message_key, f.severity) for f in check(graph, KNOWN).findings] == [("unknown-node.renamed", "error")]
    graph = api()
    graph["4"]["class_type"] = "OldSave"
    known = replace(KNOWN, renamed={"OldSave": Replacement("NewSave")})
    assert [(f.message_key, f.severity) for f in check(graph, known).findings] == [("unknown-node.renamed", "error")]


def test_an_old_node_that_is_still_there_is_left_alone() -> None:
    nodes = Catalogue({**INFO, "ResizeImageMaskNode": _RESIZE, "ImageScaleBy": _RESIZE})
    assert "unknown-node" not in {f.code for f in check(scaled(), Environment(nodes)).findings}


def test_an_api_graph_is_rewritten() -> None:
    graph = scaled()
    before = json.dumps(graph)
    fixed, changes = apply_fixes(read(graph), KNOWN)
    assert [str(one) for one in changes] == ["ImageScaleBy (2): ImageScaleBy → ResizeImageMaskNode"]
    assert fixed["2"] == {
        "class_type": "ResizeImageMaskNode",
        "inputs": {
            "input": ["1", 0],
            "resize_type": "scale by multiplier",
            "resize_type.multiplier": 0.5,
            "scale_method": "lanczos",
        },
    }
    assert check(fixed, KNOWN).findings == ()
    assert json.dumps(graph) == before


def test_a_file_of_the_graph_editor_is_rewritten() -> None:
    old = node(2, "ImageScaleBy", ["lanczos", 0.5], [("image", "IMAGE", 1)], ("IMAGE",))
    old["properties"] = {"Node name for S&R": "ImageScaleBy"}
    old["widgets_values_named"] = {"upscale_method": "lanczos", "scale_by": 0.5}
    data = {
        "nodes": [
            node(1, "LoadImage", ["shop.png"], outputs=("IMAGE", "MASK")),
            old,
            node(3, "Save", ["a"], [("images", "IMAGE", 2)]),
        ],
        "links": [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    }
    fixed, changes = apply_fixes(read(data), KNOWN)
    assert len(changes) == 1
    new = fixed["nodes"][1]
    assert (new["type"], new["widgets_values"]) == ("ResizeImageMaskNode", ["scale by multiplier", 0.5, "lanczos"])
    assert new["inputs"] == [{"name": "input", "type": "IMAGE", "link": 1}]
    assert new["properties"] == {"Node name for S&R": "ResizeImageMaskNode"}
    assert check(fixed, KNOWN).findings == ()
    for broken in (["lanczos"], {"scale_by": 0.5}, None):
        data["nodes"][1]["widgets_values"] = broken
        assert apply_fixes(read(data), KNOWN) == (data, [])


def test_a_field_that_is_wired_keeps_its_wire() -> None:
    old = node(2, "T2IAdapterLoader", ["a.safetensors"], [("t2i_adapter_name", "COMBO", None, "t2i_adapter_name")])
    fixed, _ = apply_fixes(read({"nodes": [old], "links": []}), KNOWN)
    assert fixed["nodes"][0]["inputs"][0]["name"] == "control_net_name"
    assert fixed["nodes"][0]["inputs"][0]["widget"] == {"name": "control_net_name"}
    assert fixed["nodes"][0]["widgets_values"] == ["a.safetensors"]


def test_outputs_that_moved_are_followed_in_an_api_graph_and_refused_in_the_editors() -> None:
    graph = api()
    graph["1"]["class_type"] = "OldLoad"
    known = replace(KNOWN, renamed={"OldLoad": Replacement("Load", {"ckpt_name": "ckpt_name"}, outputs={0: 1, 1: 0})})
    fixed, _ = apply_fixes(read(graph), known)
    assert (fixed["3"]["inputs"]["model"], fixed["2"]["inputs"]["clip"]) == (["1", 1], ["1", 0])
    data = editor()
    data["nodes"][0]["type"] = "OldLoad"
    assert apply_fixes(read(data), known) == (data, [])


def test_the_table_of_a_server_goes_before_ours() -> None:
    entry = {
        "new_node_id": "NewSave",
        "old_node_id": "OldSave",
        "old_widget_ids": ["name"],
        "input_mapping": [{"new_id": "images", "old_id": "pictures"}, {"new_id": "name", "set_value": "ad"}],
        "output_mapping": [{"new_idx": 0, "old_idx": 0}, {"new_idx": 2, "old_idx": 1}],
    }
    found = as_replacements({"OldSave": [entry], "ImageBatch": [{"new_node_id": "Save"}]})
    assert found["OldSave"] == Replacement("NewSave", {"images": "pictures"}, {"name": "ad"}, ("name",), {1: 2})
    assert found["ImageBatch"] == Replacement("Save")
    assert found["ImageScaleBy"] == RENAMED["ImageScaleBy"]


@pytest.mark.parametrize("data", [None, [], {"a": None}, {"a": []}, {"a": [3]}, {"a": [{"new_node_id": 3}]}])
def test_a_table_of_another_shape_is_passed_over(data: Any) -> None:
    assert as_replacements(data) == RENAMED


def test_every_replacement_is_a_node_of_comfyui_with_those_inputs() -> None:
    nodes = from_catalogue().nodes
    for by in RENAMED.values():
        cls = nodes.get(by.new)
        assert cls is not None, by.new
        assert {*(by.inputs or {}), *by.values} <= cls.live({**by.values, **(by.inputs or {})}).keys(), by.new
