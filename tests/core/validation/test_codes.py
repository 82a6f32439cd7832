"""Every code once: a graph that has it, and its twin, the same but for the mistake, that has no finding at all."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from fit_ad.core.validation import CODES, check
from small_comfyui import api, editor, environment, node

CARD = {
    "name": "a",
    "mode": "b",
    "version": "1.0.0",
    "inputs": {"steps": {"node": "3", "input": "steps", "kind": "int"}},
    "outputs": {},
}


class Case(NamedTuple):
    """How a graph without mistakes is spoiled; ``more`` is what else the check is given."""

    make: Callable[[], dict[str, Any]]
    spoil: Callable[[Any], Any]
    severity: str = "error"
    more: dict[str, Any] = {}  # noqa: RUF012 - a NamedTuple's default, never written


def put(node_id: str, name: str, value: Any) -> Callable[[Any], Any]:
    return lambda graph: graph[node_id]["inputs"].__setitem__(name, value)


def with_card() -> dict[str, Any]:
    return {**editor(), "extra": {"fit_ad": copy.deepcopy(CARD)}}


def made_with(version: str) -> dict[str, Any]:
    data = editor()
    data["nodes"][0]["properties"] = {"cnr_id": "thing", "ver": version}
    return data


def add_old_pack(data: Any) -> None:
    data["nodes"].append(node(9, "Face", properties={"cnr_id": "gone", "ver": "1.0.0"}))


CASES: dict[str, Case] = {
    "unknown-node": Case(api, lambda g: g["2"].update(class_type="Texd")),
    "pack-missing": Case(editor, add_old_pack),
    "pack-version": Case(lambda: made_with("1.9.0"), lambda d: d.update(made_with("2.0.0")), "warning"),
    "missing-input": Case(api, lambda g: g["3"]["inputs"].pop("model")),
    "unknown-input": Case(api, put("3", "colour", 1), "note"),
    "bad-type": Case(api, put("3", "steps", "many")),
    "bad-value": Case(api, put("3", "sampler", "heum")),
    "out-of-range": Case(api, put("3", "steps", 0)),
    "dangling-link": Case(api, put("3", "model", ["77", 0])),
    "cycle": Case(api, put("3", "model", ["3", 0])),
    "duplicate-id": Case(editor, lambda d: d["nodes"].append(node(2, "Text", ["twice"]))),
    "no-output": Case(api, lambda g: g.pop("4")),
    "model-missing": Case(api, put("1", "ckpt_name", "c.safetensors")),
    "model-wrong-folder": Case(
        lambda: {**api(), "5": {"class_type": "LoraLoaderModelOnly", "inputs": lora("flat_fp16.safetensors")}},
        lambda g: g.update(
            {"5": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "flat_fp16.safetensors"}}}
        ),
        "warning",
    ),
    "model-case": Case(api, put("1", "ckpt_name", "A.safetensors")),
    "model-unsafe": Case(api, put("1", "ckpt_name", "old.ckpt"), "note"),
    "path-absolute": Case(api, put("4", "name", "/home/hana/ad"), "warning"),
    "path-escape": Case(api, put("4", "name", "../ad"), "warning"),
    "secret": Case(api, put("2", "text", "bread hf_" + "aB" * 17)),
    "card-mismatch": Case(with_card, lambda d: d["extra"]["fit_ad"]["inputs"]["steps"].update(node="8")),
    "api-drift": Case(editor, lambda d: d["nodes"][2]["widgets_values"].__setitem__(2, 21), more={"api": api()}),
    "format": Case(api, lambda g: g.update({"2": "x"})),
    "personal": Case(api, put("4", "name", "010-1234-5678.png"), "warning"),
}


def lora(name: str) -> dict[str, Any]:
    return {"model": ["1", 0], "lora_name": name}


def found(case: Case, data: Any) -> list[tuple[str, str]]:
    report = check(data, environment(packs={"thing": "1.5.0"}), **case.more)
    return [(one.code, one.severity) for one in report.findings]


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_graph_that_shows_it_and_a_twin_that_does_not(code: str) -> None:
    case = CASES[code]
    assert found(case, case.make()) == []
    spoiled = case.make()
    case.spoil(spoiled)
    assert (code, case.severity) in found(case, spoiled)


def test_there_is_a_case_for_every_code_and_no_other() -> None:
    assert CASES.keys() == CODES.keys()
