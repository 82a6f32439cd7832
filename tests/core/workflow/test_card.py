"""Cards: roles instead of node numbers, values checked, near misses named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.workflow.card import Role, as_card, bind, convert, load_workflow, workflow_names

CARD: dict[str, Any] = {
    "name": "demo",
    "mode": "express",
    "version": "1.0.0",
    "min_comfyui": "0.16.0",
    "packs": [],
    "inputs": {
        "shop": {"node": "1", "input": "value", "kind": "text", "default": ""},
        "pick": {"node": "2", "input": "pick", "kind": "int", "default": 1},
        "strength": {"node": "2", "input": "strength", "kind": "float"},
        "lock": {"node": "2", "input": "lock", "kind": "bool"},
        "color": {"node": "2", "input": "color", "kind": "color"},
    },
    "outputs": {"ad": {"node": "3", "kind": "image"}},
    "models": [],
}
GRAPH = {
    "1": {"class_type": "PrimitiveString", "inputs": {"value": "old"}},
    "2": {"class_type": "X", "inputs": {"pick": 1}, "_meta": {"title": "Words"}},
    "3": {"class_type": "AdSave", "inputs": {"image": ["2", 0]}},
}


def test_bind_leaves_the_graph_alone() -> None:
    values = {"shop": "카페 봄날", "pick": "3", "strength": 1, "lock": "no", "color": "#ff8800"}
    bound = bind(GRAPH, as_card(CARD, "demo"), values)
    assert bound["1"]["inputs"] == {"value": "카페 봄날"}
    assert bound["2"]["inputs"] == {"pick": 3, "strength": 1.0, "lock": False, "color": "#FF8800"}
    assert GRAPH["1"]["inputs"] == {"value": "old"}


def test_none_keeps_what_the_graph_has() -> None:
    assert bind(GRAPH, as_card(CARD, "demo"), {"shop": None})["1"]["inputs"]["value"] == "old"


@pytest.mark.parametrize(
    ("role", "value", "message"),
    [
        ("pick", "many", r"pick \(Words, pick\) takes a whole number, not 'many'"),
        ("pick", 1.5, "whole number"),
        ("pick", True, "whole number"),
        ("strength", "nan", "takes a number"),
        ("lock", "perhaps", "yes or no"),
        ("color", "red", "takes a colour"),
        ("shop", ["a", 0], "takes a text"),  # a value must never become a link
        ("shp", "x", "no role 'shp'. Did you mean shop"),
        ("zzz", "x", "It has shop, pick"),
    ],
)
def test_wrong_values(role: str, value: object, message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        bind(GRAPH, as_card(CARD, "demo"), {role: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": None}, "not whole"),
        ({"inputs": {"shop": {"node": "1", "kind": "text"}}}, "inputs.shop has no input"),
        ({"inputs": {"shop": {"node": "1", "input": "v"}}}, "kind must be text"),
        ({"inputs": {"shop": {"input": "v", "kind": "text"}}}, "inputs.shop has no node"),
        ({"models": "flux"}, "models must be a list"),
        ({"version": None}, "It has no version"),
        ({"inputs": {"shop": {"node": "1", "input": "v", "kind": "sound"}}}, "kind 'sound'"),
        ({"outputs": {"ad": 5}}, "outputs.ad must be names with values"),
    ],
)
def test_broken_cards(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        as_card({**CARD, **change}, "demo")
    with pytest.raises(FitAdError, match="missing"):
        as_card(None, "demo")


def bundle(folder: Path, graph: dict[str, Any] = GRAPH) -> Path:
    (folder / "api").mkdir()
    (folder / "demo.json").write_text(json.dumps({"nodes": [], "extra": {"fit_ad": CARD}}), encoding="utf-8")
    (folder / "api" / "demo.json").write_text(json.dumps(graph), encoding="utf-8")
    return folder


def test_load_workflow(tmp_path: Path) -> None:
    graph, card = load_workflow("demo", bundle(tmp_path))
    assert workflow_names(tmp_path) == ["demo"]
    assert set(graph) == {"1", "2", "3"}
    assert card.output("ad").node == "3"
    with pytest.raises(FitAdError, match=r"no workflow 'dmo'\. Did you mean demo"):
        load_workflow("dmo", tmp_path)


def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    bundle(tmp_path)
    with pytest.raises(FitAdError, match="no workflow"):
        load_workflow("../demo", tmp_path)


def test_a_role_without_its_node(tmp_path: Path) -> None:
    bundle(tmp_path, {k: v for k, v in GRAPH.items() if k != "1"})
    with pytest.raises(FitAdError, match="the role shop points to node 1"):
        load_workflow("demo", tmp_path)


@pytest.mark.parametrize("value", ["9" * 5000, 10**5000, {"a": [{}] * 1000}, ["x" * 1000]], ids=range(4))
def test_a_wrong_value_is_shown_short(value: Any) -> None:
    with pytest.raises(FitAdError) as caught:
        convert(value, Role("count", "1", "float" if isinstance(value, int) else "int", "n"))
    assert "count takes a" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_value_nested_thousands_of_levels_deep_is_no_text() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(5000):
        inner["a"] = inner = {}
    with pytest.raises(FitAdError, match="words takes a text, not"):
        convert(deep, Role("words", "1", "text", "copies"))
