"""The examples for repositories that hold workflows: they are whole, and their commands run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from fit_ad.client.cli import main as command

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[Any, Any] = yaml.safe_load((ROOT / "docs/examples/check-workflows.yml").read_text(encoding="utf-8"))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "docs/examples/pre-commit-config.yaml").read_text(encoding="utf-8"))


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(command, "_quiet", lambda: None)
    with pytest.raises(SystemExit) as ended:
        command.main(words)
    return int(ended.value.code or 0)


def test_the_action_checks_and_uploads_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (job,) = ACTION["jobs"].values()
    assert ACTION["permissions"] == {"contents": "read", "security-events": "write"}
    (check,) = [one for one in job["steps"] if one.get("id") == "check"]
    program, *words, arrow, target = shlex.split(check["run"])
    assert (program, arrow) == ("fit-ad", ">")
    upload = job["steps"][-1]
    assert upload["with"]["sarif_file"] == target
    assert upload["if"].startswith("always()")
    monkeypatch.chdir(ROOT)
    files = [str(one) for one in sorted(Path().glob(words[1]))]
    assert len(files) > 10
    assert run([words[0], *files[:2], *words[2:]], monkeypatch) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"


def test_the_hook_runs_on_workflows_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    program, *words = shlex.split(HOOK["entry"])
    assert program == "fit-ad"
    wanted = re.compile(HOOK["files"])
    assert wanted.search("workflows/express.json")
    assert wanted.search("ads/workflows/api/a.json")
    assert not wanted.search("package.json")
    assert run([*words, str(ROOT / "workflows/express.json")], monkeypatch) == 0


def test_the_config_for_pre_commit_says_what_the_hook_says() -> None:
    (hook,) = CONFIG["repos"][0]["hooks"]
    same = ("id", "name", "entry", "language", "additional_dependencies", "files")
    assert {key: hook[key] for key in same} == {key: HOOK[key] for key in same}


def test_the_page_names_the_examples() -> None:
    page = (ROOT / "docs/validate.md").read_text(encoding="utf-8")
    assert "examples/check-workflows.yml" in page
    assert "examples/pre-commit-config.yaml" in page
