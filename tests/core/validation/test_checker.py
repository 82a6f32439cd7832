"""The rules, one by one: code, severity, place, and what the message names."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.text.locale import messages
from fit_ad.core.validation import CODES, Report, check, from_object_info
from fit_ad.core.validation.environment import _has_file
from fit_ad.core.validation.messages import message_for, message_keys
from fit_ad.core.validation.wiring import DEEPEST, accepts
from small_comfyui import INFO, api, editor, environment, node

Change = Callable[[dict[str, Any]], Any]


def found(data: Any, **more: Any) -> list[tuple[str, str, str, str]]:
    return [(f.message_key, f.severity, f.place.node, f.input) for f in check(data, environment(**more)).findings]


def only(report: Report) -> Any:
    assert len(report.findings) == 1, [f.message() for f in report.findings]
    return report.findings[0]


def changed(change: Change) -> dict[str, Any]:
    graph = api()
    change(graph)
    return graph


ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def set_input(node_id: str, name: str, value: Any) -> Change:
    return lambda graph: graph[node_id]["inputs"].__setitem__(name, value)


def test_nothing_is_wrong_with_either_format() -> None:
    assert found(api()) == []
    assert found(editor()) == []


@pytest.mark.parametrize(
    ("change", "message_key", "node_id", "name"),
    [
        (lambda g: g["2"].update(class_type="Texd"), "unknown-node.gone", "2", ""),
        (lambda g: g["2"].pop("class_type"), "unknown-node.none", "2", ""),
        (lambda g: g.update({"2": "x"}), "format.part", "2", ""),
        (lambda g: g["3"]["inputs"].pop("model"), "missing-input.wire", "3", "model"),
        (lambda g: g["3"]["inputs"].pop("steps"), "missing-input.value", "3", "steps"),
        (set_input("3", "model", ["2", 0]), "bad-type.wire", "3", "model"),
        (set_input("3", "model", ["1", 7]), "dangling-link.slot", "3", "model"),
        (set_input("3", "model", ["77", 0]), "dangling-link.node", "3", "model"),
        (set_input("3", "model", [1, 0]), "dangling-link.node", "3", "model"),
        (set_input("3", "model", ["3", 0]), "cycle.self", "3", "model"),
        (set_input("3", "model", ["1", 0, 0]), "bad-type.link", "3", "model"),
        (set_input("3", "steps", "many"), "bad-type.value", "3", "steps"),
        (set_input("3", "steps", None), "bad-type.value", "3", "steps"),
        (set_input("3", "steps", 0), "out-of-range.low", "3", "steps"),
        (set_input("3", "steps", 101), "out-of-range.high", "3", "steps"),
        (set_input("3", "seed", 2**64), "out-of-range.high", "3", "seed"),
        (set_input("3", "sampler", "heum"), "bad-value.choice", "3", "sampler"),
        (set_input("1", "ckpt_name", "c.safetensors"), "model-missing.file", "1", "ckpt_name"),
        (set_input("1", "ckpt_name", "A.safetensors"), "model-case.case", "1", "ckpt_name"),
        (set_input("1", "ckpt_name", "sub\\b.safetensors"), "model-case.case", "1", "ckpt_name"),
        (set_input("1", "ckpt_name", "b.safetensors"), "model-case.path", "1", "ckpt_name"),
        (set_input("1", "ckpt_name", "a_fp16.safetensors"), "model-missing.near", "1", "ckpt_name"),
    ],
)
def test_each_error_is_named_once_and_at_its_place(change: Change, message_key: str, node_id: str, name: str) -> None:
    data = changed(change)
    errors = [one for one in found(data) if one[1] == "error"]
    assert (message_key, "error", node_id, name) in errors
    others = [one for one in errors if one[0] != message_key]
    assert [one for one in others if not one[0].startswith(("dangling", "bad-type"))] == []


def test_text_that_reads_as_a_number_passes_as_on_the_server() -> None:
    assert found(changed(set_input("3", "steps", "20"))) == []


def test_a_wrapped_list_is_a_value() -> None:
    assert found(changed(set_input("3", "steps", {"__value__": [1]})))[0][0] == "bad-type.value"


def test_a_loop_names_its_nodes() -> None:
    graph = changed(lambda g: g["2"]["inputs"].update(clip=["3", 0]))
    loops = [f for f in check(graph, environment()).findings if f.code == "cycle"]
    assert [f.message() for f in loops] == ["The links form a loop: Main sampler → Text → Main sampler"] or [
        f.message() for f in loops
    ] == ["The links form a loop: Text → Main sampler → Text"]


def test_nodes_that_lead_nowhere_get_warnings() -> None:
    graph = api()
    graph["9"] = {"class_type": "Sample", "inputs": {}}
    assert {one[1] for one in found(graph)} == {"warning"}


def test_a_graph_without_result() -> None:
    graph = api()
    del graph["4"]
    assert found(graph) == [("no-output.none", "error", "", "")]
    data = editor()
    data["nodes"][3]["mode"] = 4
    assert found(data) == [("no-output.off", "error", "", "")]


def test_a_blueprint_is_told_as_one() -> None:
    inside = editor()
    level = {"id": "b", "name": "Bread", "nodes": inside["nodes"][:3], "links": inside["links"][:3]}
    data = {"nodes": [node(1, "b")], "links": [], "definitions": {"subgraphs": [level]}}
    assert found(data) == [("no-output.blueprint", "error", "", "")]


def test_unknown_inputs_are_notes_and_misspelt_ones_warnings() -> None:
    graph = changed(lambda g: g["3"]["inputs"].update(step=3, colour=1))
    assert [one for one in found(graph) if one[3] == "colour"] == [("unknown-input.extra", "note", "3", "colour")]
    del graph["3"]["inputs"]["steps"]
    assert ("unknown-input.extra", "warning", "3", "step") in found(graph)


def test_did_you_mean() -> None:
    typo = only(check(changed(set_input("3", "sampler", "heun")), environment()))
    assert typo.fix() == "Choose one of euler, Heun. Did you mean Heun?"
    assert typo.repair.value == "Heun"


def test_a_missing_picture_is_said_to_be_one() -> None:
    graph = {"1": {"class_type": "LoadImage", "inputs": {"image": "gone.png"}}}
    graph["2"] = {"class_type": "Save", "inputs": {"images": ["1", 0], "name": "a"}}
    assert found(graph) == [("bad-value.file", "error", "1", "image")]
    for elsewhere in ("sub/gone.png", "gone.png [output]"):
        graph["1"]["inputs"]["image"] = elsewhere
        assert found(graph) == [("bad-value.unseen", "warning", "1", "image")]
    graph["1"]["inputs"]["image"] = "shop.png"
    assert found(graph) == []


def test_a_model_to_look_at_may_lie_where_its_list_does_not_look() -> None:
    spec = ["COMBO", {"options": ["none"], "file_upload": True}]
    info = {"Load3D": {"input": {"required": {"model_file": spec}}, "output": [], "output_node": True}}
    graph = {"1": {"class_type": "Load3D", "inputs": {"model_file": "chair.glb"}}}
    known = from_object_info(info)
    assert [f.message_key for f in check(graph, known).findings] == ["bad-value.unseen"]
    for there in (True, False):
        told = check(graph, replace(known, has_file=lambda *_, there=there: there)).findings
        assert [f.message_key for f in told] == ([] if there else ["bad-value.file"])


def test_a_picture_is_looked_for_where_the_folder_is_known(tmp_path: Path) -> None:
    for name in ("input/top.png", "input/sub/deep.png", "output/made.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    graph = {"1": {"class_type": "LoadImage", "inputs": {}}}
    graph["2"] = {"class_type": "Save", "inputs": {"images": ["1", 0], "name": "a"}}
    known = replace(environment(), has_file=partial(_has_file, tmp_path))
    for name, there in (
        ("top.png", True),
        ("sub/deep.png", True),
        ("sub\\deep.png", True),
        ("made.png [output]", True),
        ("gone.png [temp]", False),
        ("", False),
    ):
        graph["1"]["inputs"]["image"] = name
        assert [f.message_key for f in check(graph, known).findings] == ([] if there else ["bad-value.file"]), name


def test_a_dynamic_choice_must_be_one_of_its_keys() -> None:
    graph = {"1": {"class_type": "Fold", "inputs": {"mode": "of", "after": True, "images.image0": ["2", 0]}}}
    graph["2"] = {"class_type": "LoadImage", "inputs": {"image": "shop.png"}}
    graph["3"] = {"class_type": "Save", "inputs": {"images": ["1", 0], "name": "a"}}
    assert found(graph) == [("bad-value.choice", "error", "1", "mode")]
    graph["1"]["inputs"]["mode"] = "on"
    assert found(graph) == [("missing-input.value", "error", "1", "mode.strength")]
    graph["1"]["inputs"].update({"mode.strength": 2.0})
    assert found(graph) == [("out-of-range.high", "error", "1", "mode.strength")]
    del graph["1"]["inputs"]["images.image0"]
    assert ("missing-input.wire", "error", "1", "images.image0") in found(graph)


def test_unsafe_files_are_noted_also_where_they_are_installed() -> None:
    assert found(changed(set_input("1", "ckpt_name", "old.ckpt"))) == [
        ("model-unsafe.pickle", "note", "1", "ckpt_name")
    ]


def test_an_old_group_node_is_told_as_that() -> None:
    data = editor()
    data["nodes"].append(node(9, "workflow>My group"))
    assert found(data) == [("unknown-node.group", "error", "9", "")]
    inside = [{"type": "Load", "widgets_values": ["x"]}, {"type": "Reroute"}, {"type": "Gone"}, {"type": 3}, None]
    data["extra"] = {"groupNodes": {"My group": {"nodes": inside}, "Other": 3}}
    told = [(f.message_key, f.place.node, f.values["type"]) for f in check(data, environment()).findings]
    assert told == [("unknown-node.group", "9", "My group"), ("unknown-node.gone", "9", "Gone")]


def test_a_subgraph_whose_definition_is_gone() -> None:
    data = editor()
    lost = node(9, "b355608c-d477-5a97-9d52-a2eedb6104ea", properties={"cnr_id": "comfy-core", "ver": "99.0.0"})
    data["nodes"].append(lost)
    assert found(data) == [("unknown-node.subgraph", "error", "9", "")]


def test_values_that_differ_by_name_and_by_position_are_a_warning() -> None:
    data = editor()
    data["nodes"][2]["widgets_values_named"] = {"steps": 21}
    assert found(data) == [("format.uncertain", "warning", "3", "")]


def test_a_node_in_a_subgraph_is_called_by_its_way_through_it() -> None:
    key = "hf_" + "aB" * 17
    data = editor()
    inner = node(5, "Text", [f"bread {key}"])
    level = {"id": "sub", "name": "s", "nodes": [inner], "links": [], "inputs": [], "outputs": []}
    data["nodes"].append(node(9, "sub", []))
    data["definitions"] = {"subgraphs": [level]}
    (secret,) = [f for f in check(data, environment()).findings if f.code == "secret"]
    assert (secret.place.node, secret.place.level, secret.place.local) == ("9:5", "sub", "5")


def test_the_card_must_point_to_what_is_there() -> None:
    data = editor()
    role = {"node": "3", "input": "step", "kind": "int"}
    lost = {"node": "8", "input": "x", "kind": "int"}
    card = {"name": "a", "mode": "b", "version": "1.0.0", "inputs": {"steps": role, "gone": lost}, "outputs": {}}
    data["extra"] = {"fit_ad": card}
    assert found(data) == [("card-mismatch.input", "error", "3", "step"), ("card-mismatch.node", "error", "", "")]
    del card["version"]
    assert found(data) == [("card-mismatch.broken", "error", "", "")]


@pytest.mark.parametrize(
    ("shown", "lost"),
    [
        ({"inputs": [[3, "steps"], ["4", "name", {"height": 9}]], "outputs": [4]}, ""),
        ({"inputs": [["7", "a"], [7, "b"], ["x:1:2", "c"]], "outputs": [8, "4"]}, "7, 8"),
        ({"inputs": [[n, "a"] for n in range(90, 99)]}, "90, 91, 92, 93, 94 …"),
        ({"inputs": {}, "outputs": [None, True, [], {}, 3.5]}, ""),
        ([], ""),
    ],
)
def test_app_mode_shows_what_is_there(shown: Any, lost: str) -> None:
    data = {**editor(), "extra": {"linearData": shown}}
    told = [(f.message_key, f.severity, f.values["target"]) for f in check(data, environment()).findings]
    assert told == ([("card-mismatch.app", "note", lost)] if lost else [])


def test_an_api_file_beside_must_say_the_same() -> None:
    beside = copy.deepcopy(api())
    beside["3"]["inputs"]["mix"] = 1.0
    assert check(editor(), environment(), api=beside).findings == ()
    beside["3"]["inputs"]["steps"] = 21
    drift = only(check(editor(), environment(), api=beside))
    assert (drift.code, drift.place.node, drift.message()) == (
        "api-drift",
        "3",
        "The API file differs from the graph: steps is 21, not 20",
    )


def test_every_wording_has_a_code_and_both_languages() -> None:
    english, korean = (messages("findings", lang)["messages"] for lang in ("en", "ko"))
    assert english.keys() == korean.keys() == message_keys()
    assert {key.split(".")[0] for key in english} == set(CODES)
    for key, text in english.items():
        for part in ("message", "fix"):
            assert set(PLACEHOLDER.findall(korean[key][part])) <= set(PLACEHOLDER.findall("".join(text.values()))), key
            assert re.search("[가-힣]", korean[key][part]) or not text[part]


def test_korean_particles_fit_the_word_before_them() -> None:
    assert (
        message_for("missing-input.wire", {"input": "image", "type": "IMAGE"}, "ko")[0]
        == "입력 image가 연결되어 있지 않습니다"
    )
    assert message_for("model-missing.file", {"value": "a.safetensors", "where": "x"}, "ko")[0].startswith(
        "모델 a.safetensors가"
    )


@pytest.mark.parametrize(
    ("why", "korean"),
    [
        ("a list where an object was expected", "객체가 있어야 할 곳에 목록이 있습니다"),
        ("two nodes have the id 7", "노드 둘의 id가 7입니다"),
        ("Expecting value, line 1, column 7", "1행 7열에서 값이 없습니다"),
        ("text cannot be 'a\nb'", "text에 'a\nb'는 쓸 수 없습니다"),
        ("steps is 21 by name and 20 by position", "steps 값이 이름으로는 21, 자리로는 20입니다"),
        ("3 (Save) is missing", "노드 3(Save)이 없습니다"),
        ("steps is 21, not 20", "steps 값이 20이 아니라 21입니다"),
        ("something else", "something else"),
    ],
)
def test_reasons_are_said_in_korean_too(why: str, korean: str) -> None:
    assert message_for("format.shape", {"why": why}, "ko")[0] == f"워크플로 파일로 읽을 수 없습니다: {korean}"
    assert message_for("format.shape", {"why": why})[0].endswith(why)


def test_every_reason_that_is_translated_is_one_that_the_code_gives() -> None:
    rooms = (ROOT / "core" / room for room in ("workflow", "validation"))
    source = "".join(file.read_text(encoding="utf-8") for room in rooms for file in sorted(room.rglob("*.py")))
    for template in messages("findings", "ko")["reasons"]:
        longest = max(PLACEHOLDER.split(template)[::2], key=len)
        assert longest in source or template == "{problem}, line {line}, column {column}", template


def test_a_younger_optional_input_is_no_drift() -> None:
    beside = copy.deepcopy(api())
    assert "mix" not in beside["3"]["inputs"]
    assert check(editor(), environment(), api=beside).findings == ()
    data = editor()
    data["nodes"][2]["widgets_values"][4] = 0.5
    assert [f.message() for f in check(data, environment(), api=beside).findings] == [
        "The API file differs from the graph: mix is None, not 0.5"
    ]


@pytest.mark.parametrize(
    ("wanted", "given", "fits"),
    [
        ("IMAGE", "IMAGE", True),
        ("IMAGE", "MASK", False),
        ("LATENT,IMAGE", "IMAGE", True),
        ("LATENT, IMAGE", "IMAGE,MASK", True),
        ("LATENT,IMAGE", "MASK", False),
        ("*", "MASK", True),
        ("IMAGE", "*", True),
        ("COMFY_MATCHTYPE_V3", "MASK", True),
        ("IMAGE", "COMFY_MATCHTYPE_V3", True),
        (["a", "b"], "COMBO", True),
        (["a", "b"], "STRING", False),
    ],
)
def test_types_fit_as_on_the_server(wanted: Any, given: Any, fits: bool) -> None:
    assert accepts(wanted, given) is fits


def test_braces_in_a_file_are_no_template() -> None:
    graph = changed(set_input("3", "sampler", "{near} {0}"))
    assert only(check(graph, environment())).message() == "sampler cannot be {near} {0}"


def test_known_classes_are_the_small_world() -> None:
    assert set(environment().nodes) == set(INFO)


def test_a_chain_longer_than_a_server_follows() -> None:
    graph: dict[str, Any] = {"0": {"class_type": "LoadImage", "inputs": {"image": "shop.png"}}}
    for number in range(1, DEEPEST):
        inputs = {"mode": "off", "after": True, "images.image0": [str(number - 1), 0]}
        graph[str(number)] = {"class_type": "Fold", "inputs": inputs}
    graph["out"] = {"class_type": "Save", "inputs": {"images": [str(DEEPEST - 2), 0], "name": "a"}}
    assert [one for one in found(graph) if one[1] == "error"] == []
    graph["out"]["inputs"]["images"] = [str(DEEPEST - 1), 0]
    assert found(graph) == [("format.deep", "error", "out", "")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bread <lora:flat:0.8> warm", [("model-missing.lora", "note", "flat")]),
        ("bread <LoRA:sub\\warm.safetensors:1>", []),
        ("(embedding:cosy:1.2), bread", [("model-missing.embedding", "warning", "cosy")]),
        ("embedding:good embedding:Sub/Best.pt,", []),
        ("see my-embedding:none and <lora:>", []),
    ],
)
def test_what_a_text_names_must_be_installed(text: str, told: list[tuple[str, str, str]]) -> None:
    loras = {"input": {"required": {"lora_name": [["warm.safetensors", "flat_fp16.safetensors"], {}]}}, "output": []}
    known = replace(
        from_object_info({**INFO, "LoraLoader": loras}),
        listed=lambda folder: ["good.safetensors", "sub/best.pt"] if folder == "embeddings" else [],
    )
    findings = check(changed(set_input("2", "text", text)), known).findings
    assert [(f.message_key, f.severity, f.values["value"]) for f in findings] == told
    unseen = check(changed(set_input("2", "text", text)), replace(from_object_info(INFO), listed=None))
    assert unseen.findings == ()


def test_a_list_that_a_pack_fills_in_the_editor_is_not_held_against_a_value() -> None:
    info = {"input": {"required": {"style": [[], {}]}}, "output": [], "output_node": True}
    graph = {"1": {"class_type": "Styles", "inputs": {"style": "warm"}}}
    scripted = {"Styles": {**info, "python_module": "custom_nodes.styles"}}
    plain = check(graph, from_object_info({"Styles": info})).findings
    assert [f.message_key for f in plain] == ["bad-value.choice-file"]
    assert check(graph, from_object_info(scripted)).findings == ()
