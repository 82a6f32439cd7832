"""Files in any state: always findings or a reason, never a crash."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.errors import FitAdError
from fit_ad.core.validation import check
from fit_ad.core.validation.autofix import apply_fixes, scrub
from fit_ad.core.validation.report_formats import as_json, as_sarif
from fit_ad.core.validation.workflow_files import load
from fit_ad.core.workflow.document import read
from small_comfyui import api, editor, environment

JUNK: tuple[Any, ...] = (
    *(None, True, -1, 2**70, 1e400, float("nan"), "", "x", "-10", "3", [], {}, [[]], [None, None], ["3", 0], ["3"]),
    *({"id": 3}, {"__value__": [1]}, {"nodes": []}, {"class_type": "Save"}, "\ud800", [3, 0, 3, 0, 3, 0], "a" * 500),
)


def places(data: Any) -> list[tuple[Any, Any]]:
    found, left = [], [data]
    while left:
        one = left.pop()
        for key in one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ():
            found.append((one, key))
            left.append(one[key])
    return found


def spoiled(data: Any, rng: random.Random) -> Any:
    data = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        container, key = rng.choice(places(data) or [([data], 0)])
        what = rng.random()
        if what < 0.7:
            container[key] = copy.deepcopy(rng.choice(JUNK))
        elif what < 0.85 and isinstance(container, dict):
            del container[key]
        elif isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
    return data


def subgraphed() -> dict[str, Any]:
    data = editor()
    data["nodes"].append({"id": 9, "type": "sub", "inputs": [{"name": "a", "link": None}], "widgets_values": [1]})
    inner = {**editor(), "id": "sub", "name": "s", "inputs": [{"id": "a", "name": "a", "linkIds": [1]}], "outputs": []}
    data["definitions"] = {"subgraphs": [inner]}
    data["extra"] = {"fit_ad": {"name": "x", "mode": "y", "version": "1", "inputs": {}, "outputs": {}}}
    return data


@pytest.mark.parametrize("make", [api, editor, subgraphed])
def test_spoiled_files(make: Any) -> None:
    rng, known = random.Random(7), environment()
    for _ in range(300):
        data = spoiled(make(), rng)
        report = check(data, known)
        assert report.findings or report.readable
        json.dumps([as_json([report], "ko"), as_sarif([report], "1")], default=str)
        document = read(data)
        if document.raw is not None:
            apply_fixes(document, known)
            scrub(document, known)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty"),
        ('{"1": ', "Expecting value, line 1, column 7"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a": ' * 100_000, "it is nested too deeply"),
        ("[" + "9" * 5000 + "]", "Exceeds the limit"),
    ],
)
def test_text_that_is_no_json(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    faults = load(file).faults
    assert [fault.code for fault in faults] == ["format"]
    assert faults[0].why.startswith(why)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"\x89PNG\r\n\xff\xfe")
    assert [fault.why for fault in load(file).faults] == ["it is not UTF-8 text"]


def test_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(api()), encoding="utf-8-sig")
    assert load(file).graph == api()


def test_a_node_id_that_stands_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    text = json.dumps(api())
    file.write_text(text[:-1] + ', "4": ' + json.dumps(api()["4"]) + "}", encoding="utf-8")
    report = check(load(file), environment())
    assert [(f.code, f.place.node) for f in report.findings] == [("duplicate-id", "4")]


@pytest.mark.parametrize("text", ["[" * 500_001, '{"nodes": [' + "{}," * 250_001, " " * 64_000_001])
def test_files_too_large_for_a_workflow_are_refused_at_once(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with at_most_cpu(2), pytest.raises(FitAdError, match="too large for a workflow"):
        load(file)


def deep(file: Path, depth: int) -> Any:
    """A file with a key that lies so deep in a field and beside the graph."""
    data = editor()
    data["nodes"][1]["widgets_values"] = ["DEEP"]
    data["extra"] = {"notes": "DEEP"}
    inside = '{"a": [' * (depth // 2) + '"hf_' + "aB" * 17 + '"' + "]}" * (depth // 2)
    file.write_text(json.dumps(data).replace('"DEEP"', inside), encoding="utf-8")
    return load(file)


def test_values_nested_deeply_are_looked_through(tmp_path: Path) -> None:
    document = deep(tmp_path / "a.json", 100)
    assert {f.message_key for f in check(document, environment()).findings} >= {"secret.value", "secret.elsewhere"}
    assert json.dumps(scrub(document, environment())[0]).count("hf_") == 0


def test_what_is_nested_too_deeply_to_be_copied_is_refused(tmp_path: Path) -> None:
    document = deep(tmp_path / "a.json", 900)
    assert {f.code for f in check(document, environment()).findings} & {"secret", "format"}
    for copier in (apply_fixes, scrub):
        with pytest.raises(FitAdError, match=r"a\.json cannot be copied\. It is nested too deeply"):
            copier(document, environment())


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="There is no workflow file"):
        load(tmp_path / "gone.json")


@pytest.mark.parametrize(
    "part", ["eyJ", "sk-", "a@b:", "../", "/home/", "-----BEGIN A ", "Bearer  ", "http://a:", "C:\\", "~/"]
)
def test_no_text_takes_long_to_look_through(part: str) -> None:
    graph = api()
    graph["2"]["inputs"]["text"] = part * (400_000 // len(part))
    with at_most_cpu(2):
        check(graph, environment())


def test_thousands_of_mistakes_take_seconds() -> None:
    graph = {str(n): {"class_type": f"Sampel{n}", "inputs": {}} for n in range(5000)}
    graph |= {str(n): {"class_type": "Load", "inputs": {"ckpt_name": f"no{n}", "ckpt": n}} for n in range(5000, 10000)}
    with at_most_cpu(5):
        findings = check(graph, environment()).findings
    assert [f.message_key for f in findings].count("format.more") == 1
    assert (findings[-1].message_key, len(findings), findings[-1].values["count"]) == ("format.more", 2001, 8001)


def test_more_nodes_than_anyone_draws_are_refused_at_once() -> None:
    graph = {str(n): {"class_type": "Load", "inputs": {"ckpt_name": "a.safetensors"}} for n in range(10_001)}
    report = check(graph, environment())
    assert [(f.message_key, f.severity, f.message()) for f in report.findings] == [
        ("format.large", "error", "The graph has 10001 nodes; at most 10000 are checked")
    ]
    del graph["0"]
    assert {f.code for f in check(graph, environment()).findings} == {"no-output"}


def test_a_long_chain_is_no_problem() -> None:
    graph = api()
    for number in range(10, 5000):
        source = ["1", 0] if number == 10 else [str(number - 1), 0]
        inputs = {"model": source, "lora_name": "flat_fp16.safetensors"}
        graph[str(number)] = {"class_type": "LoraLoaderModelOnly", "inputs": inputs}
    graph["3"]["inputs"]["model"] = ["4999", 0]
    assert [f.message_key for f in check(graph, environment()).findings] == ["format.deep"]
    graph["10"]["inputs"]["model"] = ["4999", 0]
    assert [f.message_key for f in check(graph, environment()).findings] == ["cycle.loop"]
