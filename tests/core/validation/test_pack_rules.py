"""Packs and versions: what is missing or too old is told once, with what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fit_ad.core.validation import Environment, check, from_object_info
from fit_ad.core.validation.pack_rules import _numbers
from fit_ad.core.workflow.catalogue import Catalogue
from small_comfyui import INFO, api, editor, environment, node


def with_nodes(*types: str, pack: str = "comfy-core", ver: str = "0.40.1", **properties: Any) -> dict[str, Any]:
    """The small graph with more nodes, all saved by one version of a pack."""
    data = editor()
    properties = properties or {"cnr_id": pack, "ver": ver}
    data["nodes"] += [node(100 + index, kind, properties=properties) for index, kind in enumerate(types)]
    return data


def told(data: Any, known: Environment) -> list[tuple[str, str, str]]:
    found = [f for f in check(data, known).findings if f.code.startswith(("pack", "unknown-node"))]
    return [(f.message_key, f.severity, f.place.node) for f in found]


def test_a_newer_comfyui_is_told_once() -> None:
    data = with_nodes(*(f"New{number % 3}" for number in range(50)))
    report = check(data, environment(comfyui="0.33.0"))
    assert [(f.place.node, f.message()) for f in report.findings] == [
        ("100", "The graph was made with a newer ComfyUI (0.40.1); this one (0.33.0) lacks New0, New1, New2")
    ]


def test_nodes_that_an_older_comfyui_had_are_told_as_removed() -> None:
    (one,) = check(with_nodes("Old", "Older", ver="0.3.10"), environment(comfyui="0.33.0")).findings
    assert (one.message_key, one.place.node) == ("unknown-node.removed", "100")
    assert one.message() == "ComfyUI 0.33.0 has no Old, Older; the graph was made with 0.3.10, which had it"
    assert told(with_nodes("Old", ver="abc"), environment(comfyui="0.33.0")) == [("unknown-node.gone", "error", "100")]
    assert told(with_nodes("New"), environment()) == [("unknown-node.gone", "error", "100")]


def test_the_catalogue_knows_how_old_it_is() -> None:
    known = Environment(Catalogue(INFO, whole=False), made_from="0.33.0", choices_known=False)
    assert told(with_nodes("New", "New", "Newer"), known) == [("pack-version.beyond", "warning", "100")]
    assert told(with_nodes("Other", ver="0.33.0"), known) == [("unknown-node.here", "warning", "100")]
    assert told(with_nodes("Some", "Other", ver="0.33.0"), known) == [("unknown-node.here-several", "warning", "100")]
    folder = replace(known, comfyui="0.33.0", packs={})
    assert told(with_nodes("New"), folder) == [("pack-version.core", "error", "100")]


def test_errors_that_may_come_from_a_newer_comfyui_are_said_to_once() -> None:
    data = editor()
    data["nodes"][2]["properties"] = {"cnr_id": "comfy-core", "ver": "0.40.1"}
    assert told(data, environment(comfyui="0.33.0")) == []
    data["nodes"][2]["widgets_values"][2:4] = [0, "new_sampler"]
    report = check(data, environment(comfyui="0.33.0"))
    assert [(f.code, f.severity) for f in report.findings] == [
        ("out-of-range", "error"),
        ("bad-value", "error"),
        ("pack-version", "warning"),
    ]
    assert told(data, environment(comfyui="0.40.0")) == []
    assert told(data, environment()) == []


@pytest.mark.parametrize(
    ("properties", "message_key", "fix"),
    [
        ({"cnr_id": "comfyui-impact-pack"}, "pack-missing.id", "Install comfyui-impact-pack in ComfyUI-Manager"),
        (
            {"aux_id": "owner/ComfyUI-Thing"},
            "pack-missing.git",
            "In ComfyUI-Manager, install it from https://github.com/owner/ComfyUI-Thing",
        ),
    ],
)
def test_a_missing_pack_is_named_once_with_what_to_install(properties: Any, message_key: str, fix: str) -> None:
    data = with_nodes("FaceDetailer", "SAMLoader", "FaceDetailer", **properties)
    report = check(data, environment())
    assert [(f.message_key, f.place.node, f.values["types"], f.fix()) for f in report.findings] == [
        (message_key, "100", "FaceDetailer, SAMLoader", fix)
    ]


@pytest.mark.parametrize("pack", ["ComfyUI_Thing", "owner/comfyui-thing", "comfyui-thing"])
def test_a_pack_that_is_there_but_lacks_a_node(pack: str) -> None:
    data = with_nodes("Face", pack=pack, ver="8.25.0")
    report = check(data, environment(packs={"ComfyUI-Thing": "8.1.0"}))
    assert [f.message() for f in report.findings] == [
        f"The pack {pack} 8.1.0 is installed but lacks Face; the graph was made with 8.25.0"
    ]


def test_a_server_tells_its_packs_by_the_folders_of_its_nodes() -> None:
    info = {**INFO, "Face": {**INFO["Save"], "python_module": "custom_nodes.ComfyUI-Thing"}}
    assert from_object_info(info).packs == {"ComfyUI-Thing": ""}
    assert told(with_nodes("Hand", pack="comfyui-thing"), from_object_info(info)) == [
        ("pack-version.lacks", "error", "100")
    ]
    assert told(with_nodes("Hand", pack="other"), from_object_info(info)) == [("pack-missing.id", "error", "100")]


def test_a_folder_tells_which_packs_are_missing() -> None:
    known = Environment(Catalogue(INFO, whole=False), packs={"thing": "1.0.0"}, choices_known=False)
    assert told(with_nodes("Face", pack="other"), known) == [("pack-missing.id", "error", "100")]
    assert told(with_nodes("Face", pack="thing"), known) == [("unknown-node.here", "warning", "100")]
    assert told(with_nodes("Face", pack="other"), replace(known, packs=None)) == [
        ("unknown-node.here", "warning", "100")
    ]


def test_a_pack_of_an_older_major_version_is_a_warning() -> None:
    data = with_nodes("Load", pack="thing", ver="2.1.0")
    assert told(data, environment(packs={"thing": "1.9.0"})) == [("pack-version.older", "warning", "100")]
    assert told(data, environment(packs={"thing": "2.0.0"})) == []
    assert told(data, environment(packs={"thing": ""})) == []


def test_unknown_nodes_without_a_pack_are_told_in_one_line() -> None:
    graph = {**api(), **{str(one): {"class_type": f"Face {one % 3}", "inputs": {}} for one in range(10, 20)}}
    graph["30"] = {"class_type": "Sampl", "inputs": {}}
    findings = [f for f in check(graph, environment()).findings if f.code == "unknown-node"]
    assert [(f.message_key, f.message()) for f in findings] == [
        ("unknown-node.gone", "The node Sampl is not installed"),
        ("unknown-node.gone-several", "10 nodes are not installed: Face 0, Face 1, Face 2"),
    ]


def test_nodes_that_are_off_need_no_pack() -> None:
    data = with_nodes("Face", pack="other")
    data["nodes"][-1]["mode"] = 4
    assert told(data, environment()) == []


@pytest.mark.parametrize("pack", [3, "", "a b", "../..", "a/b/c", "x" * 300, None, ["a"]])
def test_what_is_no_name_of_a_pack_is_passed_over(pack: Any) -> None:
    assert told(with_nodes("Face", cnr_id=pack), environment()) == [("unknown-node.gone", "error", "100")]


def test_numbers_of_versions() -> None:
    assert [_numbers(one) for one in ("1.2.3", "v0.40", "0.3.75-dev", "nightly", "ab12f", "")] == [
        *((1, 2, 3), (0, 40, 0), (0, 3, 75)),
        *((), (), ()),
    ]
