"""``fit-ad designs``: the list, and the check of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fit_ad.client.cli import main

ROOT = Path(__file__).resolve().parents[3]


def test_the_list_names_every_design_with_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main._run(["designs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in told} >= {path.stem for path in (ROOT / "designs").glob("*-*.yaml")}
    assert all(one["title"]["ko"] and one["about"]["en"] for one in told)


def test_a_design_is_checked_field_by_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "designs/notice.yaml").read_text(encoding="utf-8")
    (tmp_path / "notice.yaml").write_text(text, encoding="utf-8")
    assert main._run(["designs", "check", str(tmp_path / "notice.yaml")]) == 0
    assert "valid" in capsys.readouterr().out
    (tmp_path / "notice.yaml").write_text(text.replace("kind: words", "kind: wrds", 1), encoding="utf-8")
    assert main._run(["designs", "check", str(tmp_path / "notice.yaml")]) == 1
    assert "wrds" in capsys.readouterr().err
    assert main._run(["designs", "check", str(tmp_path / "gone.yaml")]) == 1
