"""Lines of nodes: in both formats, in subgraphs, however the file is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.telemetry.memory import MB, ram_mark
from fit_ad.core.validation.line_numbers import node_lines
from fit_ad.core.validation.workflow_files import lines_of, load
from small_comfyui import api, editor, node


def subgraphed() -> dict[str, Any]:
    data = editor()
    data["definitions"] = {"subgraphs": [{"id": "s1", "nodes": [node(1, "Load"), node(7, "Save")]}]}
    data["groups"] = [{"title": '}{"nodes": [{"id": 3'}]
    return data


@pytest.mark.parametrize("data", [api(), {"prompt": api()}, editor(), subgraphed()])
def test_each_node_begins_on_its_line(data: Any) -> None:
    text = json.dumps(data, indent=1)
    rows = text.split("\n")
    lines = node_lines(text, data)
    assert len(lines) == (6 if "definitions" in data else 4)
    for (level, node_id), line in lines.items():
        if "nodes" in data:
            assert (rows[line - 1].strip(), rows[line].strip()) == ("{", f'"id": {node_id},')
        else:
            assert (level, rows[line - 1].strip()) == ("", f'"{node_id}": {{')


def test_a_file_in_one_line_has_one_line() -> None:
    text = json.dumps(subgraphed())
    assert set(node_lines(text, subgraphed()).values()) == {1}


@pytest.mark.parametrize("data", [None, [], 3, {"nodes": "x"}, {"nodes": [3, [], {}], "definitions": {"subgraphs": 3}}])
def test_what_is_no_graph_has_no_lines(data: Any) -> None:
    assert set(node_lines(json.dumps(data, indent=1), data)) <= {("", "None"), ("", "nodes")}


def test_a_text_that_is_not_what_the_data_say() -> None:
    assert node_lines("]]}}[", editor()) == {("", str(number)): 1 for number in (1, 2, 3, 4)}


def test_a_file_that_is_gone_has_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(api(), indent=2), encoding="utf-8")
    document = load(file)
    assert lines_of(file, document)["", "4"] > lines_of(file, document)["", "1"] == 2
    file.unlink()
    assert lines_of(file, document) == {}


def test_a_picture_inside_takes_no_memory_of_its_own() -> None:
    data = {"nodes": [node(1, "Note", ["A" * 3_000_000]), node(2, "Note")], "links": []}
    text = json.dumps(data, indent=1)
    before = ram_mark() or 0
    assert set(node_lines(text, data)) == {("", "1"), ("", "2")}
    assert (ram_mark() or 0) - before < 50 * MB
