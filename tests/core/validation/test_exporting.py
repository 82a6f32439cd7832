"""Reports for other programs: the JSON's fields, and SARIF's rules."""

from __future__ import annotations

import json
from pathlib import Path

from fit_ad.core.validation import CODES, check
from fit_ad.core.validation.exporting import as_json, as_sarif
from small_comfyui import api, knowledge


def reports() -> list:
    broken = api()
    broken["3"]["inputs"].update(steps=0, sampler="HEUN")
    broken["1"]["inputs"]["ckpt_name"] = "old.ckpt"
    return [check(api(), knowledge(), name="fine.json"), check(broken, knowledge(), name="a b/광고.json")]


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


def test_the_page_lists_every_code_with_its_meaning() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/validate.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("| `")] == [
        f"| `{code}` | {meaning} |" for code, meaning in CODES.items()
    ]
