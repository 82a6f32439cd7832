"""The checker's answers on the server: what is wrong with a graph there, and never an exception."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import folder_paths
import pytest
from comfy_api.latest import io
from fit_ad.core.validation.messages import message_for, message_keys
from fit_ad.nodes.routes import validate
from requests_to_us import asked as ask_route

PAINTED = ("STRING", {"widgetType": "PAINTER", "image_upload": True})


class LoadThing:
    """A node class of the old kind."""

    RETURN_TYPES = ("THING",)

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {
            "required": {
                "thing_name": (["sub/a.safetensors", "b.safetensors"],),
                "count": ("INT", {"min": 1, "max": 9}),
            },
            "optional": {
                "image": (("photo.png",), {"image_upload": True}),
                "free": ("INT", {"max": 1}),
                "painted": PAINTED,
            },
        }

    @classmethod
    def VALIDATE_INPUTS(cls, free: int) -> bool:  # noqa: N802
        return free > 0


class BrokenThing:
    """A node class that cannot say what it takes."""

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        raise RuntimeError("no such driver")


class ShowThing(io.ComfyNode):
    """A node class of the new kind."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema("ShowThing", inputs=[io.Custom("THING").Input("thing")], is_output_node=True)

    @classmethod
    def execute(cls, thing: Any) -> io.NodeOutput:
        return io.NodeOutput()


class AnyThing:
    """A node class of the old kind that judges types itself."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"any": ("PICTURE",)}}

    @classmethod
    def VALIDATE_INPUTS(cls, input_types: Any) -> bool:  # noqa: N802
        return True


class CheckedThing(ShowThing):
    """A node class of the new kind that checks its own input."""

    @classmethod
    def validate_inputs(cls, thing: Any) -> bool:
        return True


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A ComfyUI with these nodes, and a photo in its input folder."""
    classes = {cls.__name__: cls for cls in (LoadThing, BrokenThing, ShowThing, CheckedThing, AnyThing)}
    module = SimpleNamespace(NODE_CLASS_MAPPINGS=classes, NODE_DISPLAY_NAME_MAPPINGS={"LoadThing": "Load a thing"})
    monkeypatch.setitem(sys.modules, "nodes", module)
    monkeypatch.setitem(sys.modules, "comfyui_version", SimpleNamespace(__version__="0.33.0"))
    for name in ("input/sub", "output", "temp", "custom_nodes/thing-pack", "custom_nodes/old-pack.disabled"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text(f'name = "{Path(name).stem}"\nversion = "1.2.0"\n')
    (tmp_path / "input/sub/photo.png").touch()
    (tmp_path / "secret.png").touch()
    monkeypatch.setattr(folder_paths, "get_directory_by_type", lambda kind: str(tmp_path / kind))
    monkeypatch.setattr(folder_paths, "get_folder_paths", lambda key: [str(tmp_path / key)])


def asked(body: Any) -> tuple[int, dict[str, Any]]:
    status, found = ask_route(validate.ROUTE, body)
    json.dumps(found, allow_nan=False)
    return status, found


def graph(**fields: Any) -> dict[str, Any]:
    """An API graph: a thing that is loaded and shown."""
    return {
        "1": {"class_type": "LoadThing", "inputs": {"thing_name": "b.safetensors", "count": 3, **fields}},
        "2": {"class_type": "ShowThing", "inputs": {"thing": ["1", 0]}, "_meta": {"title": "보기"}},
    }


def found(body: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    (file,) = body["files"]
    return [(one["code"], one["severity"], one["node"], one["input"]) for one in file["findings"]]


def test_a_graph_that_runs_here_has_no_findings() -> None:
    status, body = asked({"graph": graph(), "name": "ad"})
    assert status == 200
    assert body == {
        "schema": 1,
        "errors": 0,
        "warnings": 0,
        "files": [{"file": "ad", "format": "api", "nodes": 2, "findings": []}],
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"count": 10}, [("out-of-range", "error", "1", "count")]),
        ({"free": 5}, []),  # the node checks it itself
        ({"thing_name": "c.safetensors"}, [("model-missing", "error", "1", "thing_name")]),
        ({"image": "sub/photo.png"}, []),
        ({"image": "sub/other.png"}, [("bad-value", "error", "1", "image")]),
        ({"image": "../secret.png"}, [("bad-value", "error", "1", "image"), ("path-escape", "warning", "1", "image")]),
        ({"painted": "painter-3.png [temp]"}, []),
        ({"image": "a\0b"}, [("bad-value", "error", "1", "image")]),
    ],
)
def test_what_this_server_knows_counts(fields: dict[str, Any], expected: list[Any]) -> None:
    assert found(asked({"graph": graph(**fields)})[1]) == expected


def test_a_class_that_cannot_say_what_it_takes_is_not_checked() -> None:
    _, body = asked({"graph": {**graph(), "3": {"class_type": "BrokenThing", "inputs": {"x": 1}}}})
    assert ("unknown-node", "error", "3", "") in found(body)


def test_a_class_may_take_any_wire() -> None:
    taken = {**graph(), "3": {"class_type": "AnyThing", "inputs": {"any": ["1", 0]}}}
    assert found(asked({"graph": taken})[1]) == []


@pytest.mark.parametrize(
    ("cls", "expected"), [(LoadThing, {"free"}), (BrokenThing, set()), (ShowThing, set()), (CheckedThing, {"thing"})]
)
def test_which_inputs_a_class_checks_itself(cls: type[Any], expected: set[str]) -> None:
    assert validate.own_checks("", cls) - {"cls"} == expected


def test_packs_and_version_are_this_comfyuis() -> None:
    known = validate.environment()
    assert (known.packs, known.comfyui) == ({"thing-pack": "1.2.0"}, "0.33.0")
    assert sorted(known.nodes) == ["AnyThing", "BrokenThing", "CheckedThing", "LoadThing", "ShowThing"]


def test_repairs_that_keep_the_meaning_are_safe() -> None:
    _, body = asked({"graph": graph(thing_name="SUB\\A.safetensors", count=0)})
    shown = {one["input"]: (one["repair"]["value"], one["safe"]) for one in body["files"][0]["findings"]}
    assert shown == {"thing_name": ("sub/a.safetensors", True), "count": (1, False)}


def test_a_repaired_copy_and_what_changed() -> None:
    given = graph(thing_name="B.SAFETENSORS", count=0)
    _, body = asked({"graph": given, "fix": True})
    change = {"node": "1", "title": "LoadThing", "input": "thing_name"}
    assert body["fixed"]["changes"] == [{**change, "old": "B.SAFETENSORS", "new": "b.safetensors"}]
    assert body["fixed"]["graph"] == graph(count=0)


def test_only_findings_of_some_codes_are_repaired_where_that_is_asked() -> None:
    given = graph(thing_name="B.SAFETENSORS")
    assert asked({"graph": given, "fix": ["unknown-node"]})[1]["fixed"] == {"graph": given, "changes": []}
    assert len(asked({"graph": given, "fix": ["model-case"]})[1]["fixed"]["changes"]) == 1


def test_the_servers_table_of_renamed_nodes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"OldThing": [{"new_node_id": "LoadThing", "input_mapping": None}]}
    manager = SimpleNamespace(as_dict=lambda: table)
    instance = SimpleNamespace(node_replace_manager=manager)
    monkeypatch.setitem(sys.modules, "server", SimpleNamespace(PromptServer=SimpleNamespace(instance=instance)))
    given = graph()
    given["1"]["class_type"] = "OldThing"
    _, body = asked({"graph": given, "fix": True})
    assert ("unknown-node", "1") in {(code, node) for code, _, node, _ in found(body)}
    assert body["fixed"]["graph"] == graph()


def test_a_copy_without_secrets() -> None:
    key = "sk-" + "a1" * 20
    _, body = asked({"graph": graph(note=f"use {key}"), "scrub": True})
    assert body["scrubbed"] == {"graph": graph(note="use "), "texts": 1}
    assert ("secret", "error", "1", "note") in found(body)
    assert key not in json.dumps(body["files"])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_remedy_tells_of_the_commands_options(lang: str) -> None:
    remedies = [
        message_for(message_key, {}, lang)[1]
        for message_key in message_keys()
        if not message_key.startswith("unknown-node.here")  # not where all is known
    ]
    told = [validate.for_editor(remedy) for remedy in remedies]
    assert [remedy for remedy in told if "--" in remedy or not remedy] == []
    assert sum(a != b for a, b in zip(remedies, told, strict=True)) >= 3


def test_sarif_and_korean() -> None:
    _, body = asked({"graph": graph(count=99), "format": "sarif", "lang": "ko", "name": "광고.json"})
    (run,) = body["runs"]
    assert body["version"] == "2.1.0"
    assert [one["ruleId"] for one in run["results"]] == ["out-of-range"]
    assert "최댓값은 9입니다" in run["results"][0]["message"]["text"]


def test_numbers_that_json_lacks_are_text() -> None:
    status, body = asked('{"graph": ' + json.dumps(graph()).replace("3", "Infinity", 1) + "}")
    assert (status, found(body)) == (200, [("bad-type", "error", "1", "count")])


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("[1]", "The request body must be a JSON object"),
        ("{", "The request could not be read"),
        ({}, "graph is not a workflow"),
        ({"graph": [1]}, "graph is not a workflow"),
        ({"graph": {}, "lang": "fr"}, "lang can't be 'fr'"),
        ({"graph": {}, "lang": 3}, "lang must be a text"),
        ({"graph": {}, "format": "text"}, "format can't be 'text'"),
        ({"graph": {}, "name": None}, "name must be a text"),
        ({"graph": {}, "fix": "all"}, "fix is neither true nor a list of codes"),
        ({"graph": {}, "fix": [1]}, "fix is neither true nor a list of codes"),
        ('{"graph": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "The graph is nested too deeply"),
    ],
)
def test_a_wrong_question_is_told_why(body: Any, what: str) -> None:
    status, told = asked(body)
    assert (status, told["error"]["what"]) == (400, what)


def test_what_is_no_workflow_is_a_finding() -> None:
    status, body = asked({"graph": {"nodes": 3}})
    assert status == 200
    assert {code for code, *_ in found(body)} == {"format"}


def test_whatever_fails_there_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(validate, "environment", failing)
    status, body = asked({"graph": graph()})
    assert status == 500
    assert "secret" not in json.dumps(body)
