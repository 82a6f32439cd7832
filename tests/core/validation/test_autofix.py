"""Repaired copies: the safe repairs and nothing else, in both formats, the original untouched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fit_ad.core.validation import check
from fit_ad.core.validation.autofix import apply_fixes
from fit_ad.core.workflow.document import read
from small_comfyui import api, editor, environment, node


def mended(data: Any) -> tuple[Any, list[str]]:
    before = json.dumps(data)
    fixed, changes = apply_fixes(read(data), environment())
    assert json.dumps(data) == before
    return fixed, [str(change) for change in changes]


def test_an_api_graph() -> None:
    graph = api()
    graph["1"]["inputs"]["ckpt_name"] = "sub\\B.safetensors"
    graph["3"]["inputs"].update(sampler="HEUN", steps=500)
    fixed, changes = mended(graph)
    assert changes == [
        "Load (1), ckpt_name: sub\\B.safetensors → sub/b.safetensors",
        "Main sampler (3), sampler: HEUN → Heun",
    ]
    assert fixed["1"]["inputs"]["ckpt_name"] == "sub/b.safetensors"
    assert fixed["3"]["inputs"]["steps"] == 500  # what a number should be is the designer's to say
    assert [f.code for f in check(fixed, environment()).findings] == ["out-of-range"]


def test_a_wrapped_api_graph() -> None:
    graph = api()
    graph["3"]["inputs"]["sampler"] = "HEUN"
    fixed, changes = mended({"prompt": graph})
    assert len(changes) == 1
    assert fixed["prompt"]["3"]["inputs"]["sampler"] == "Heun"


def test_a_file_of_the_graph_editor() -> None:
    data = editor()
    data["nodes"][2]["widgets_values"][3] = "EULER"
    data["nodes"][2]["widgets_values_named"] = {"sampler": "EULER"}
    fixed, changes = mended(data)
    assert changes == ["Main sampler (3), sampler: EULER → euler"]
    assert fixed["nodes"][2]["widgets_values"] == [7, "fixed", 20, "euler", 1.0]
    assert fixed["nodes"][2]["widgets_values_named"] == {"sampler": "euler"}


@pytest.mark.parametrize("at_host", [True, False])
def test_a_field_in_a_subgraph(at_host: bool) -> None:
    inner = node(
        5, "Load", ["A.safetensors" if not at_host else "x"], [("ckpt_name", "COMBO", 1, "ckpt_name")], ("MODEL",)
    )
    definition = {
        "id": "sub",
        "name": "Loader",
        "nodes": [inner],
        "links": [
            {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0, "type": "COMBO"},
            {"id": 2, "origin_id": 5, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "MODEL"},
        ],
        "inputs": [{"id": "i", "name": "ckpt_name", "type": "COMBO", "linkIds": [1]}],
        "outputs": [{"id": "o", "name": "MODEL", "type": "MODEL", "linkIds": [2]}],
    }
    data = editor()
    data["nodes"].append(node(9, "sub", ["A.safetensors"] if at_host else [], outputs=("MODEL",)))
    data["definitions"] = {"subgraphs": [definition]}
    fixed, changes = mended(data)
    assert changes == ["Load Model (9:5), ckpt_name: A.safetensors → a.safetensors"]
    if at_host:
        assert fixed["nodes"][-1]["widgets_values"] == ["a.safetensors"]
    else:
        assert fixed["definitions"]["subgraphs"][0]["nodes"][0]["widgets_values"] == ["a.safetensors"]
    assert [f.code for f in check(fixed, environment()).findings] == []


def test_nothing_to_mend() -> None:
    assert mended(api()) == (api(), [])
