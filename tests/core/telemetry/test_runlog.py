"""The run log: what is written, what never is, and who may write at the same time."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout.formats import canvas_size
from fit_ad.core.telemetry import runlog
from fit_ad.core.telemetry.runlog import (
    FILE,
    RunLogFile,
    RunLogSwitch,
    append,
    files,
    folder_for,
    record,
    recording,
    report_event,
)

KEY = "sk-canary0123456789abcdef"
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The log's folder; records go there while the test runs, and nowhere else."""
    before = list(runlog.records.handlers)
    runlog.records.handlers[:] = [RunLogFile(lambda: tmp_path)]
    yield tmp_path
    runlog.records.handlers[:] = before


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


# --- records ---


def test_a_record_says_when_and_what_and_leaves_out_what_is_not_known(folder: Path) -> None:
    record("request", profile="ollama", seconds=1.25, tokens=None, parts=["a", 1], counts={"try": 2})
    (entry,) = lines(folder)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry.pop("time"))
    assert entry == {
        "v": 1,
        "kind": "request",
        "pid": os.getpid(),
        "profile": "ollama",
        "seconds": 1.25,
        "parts": ["a", 1],
        "counts": {"try": 2},
    }


def test_a_block_leaves_its_seconds_its_outcome_and_what_it_told(folder: Path) -> None:
    with recording("node", node="AdCutout", model_name="auto") as entry:
        entry["ram_mb"] = 12.5
        report_event(model_name="u2net")
    (told,) = lines(folder)
    assert (told["node"], told["model_name"], told["ram_mb"], told["outcome"]) == ("AdCutout", "u2net", 12.5, "done")
    assert 0 <= told["seconds"] < 1


def test_what_is_told_outside_of_a_block_goes_nowhere(folder: Path) -> None:
    report_event(model_name="u2net")
    assert files(folder) == []


def test_records_inside_carry_the_run_and_the_node_around_them(folder: Path) -> None:
    with (
        recording("run", run="r1", workflow_mode="express", server="here"),
        recording("node", node="AdCopyLLM", node_id="7", model_name="auto"),
    ):
        record("request", profile="ollama")
    request, node, run = lines(folder)
    around = {"run": "r1", "workflow_mode": "express", "node": "AdCopyLLM", "node_id": "7"}
    assert {name: request.get(name) for name in around} == around
    assert {name: node.get(name) for name in around} == around
    assert (run["kind"], run["server"], "node" in run) == ("run", "here", False)
    assert "server" not in node
    assert "model_name" not in request


def test_of_an_error_only_its_kind_and_its_place_in_the_pack_are_kept(folder: Path) -> None:
    with pytest.raises(FitAdError), recording("node", node="AdCanvas"):
        canvas_size("봄날 카페의 비밀", 0, 0)
    (entry,) = lines(folder)
    assert (entry["outcome"], entry["error"]) == ("failed", "FitAdError")
    assert re.fullmatch(r"core/layout/formats\.py:\d+", entry["at"])
    assert "비밀" not in json.dumps(entry, ensure_ascii=False)


def test_an_error_from_elsewhere_has_no_place(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), recording("node"):
        _ = 1 / 0
    assert not lines(folder)[0].get("at", "").startswith(("core/", "nodes/", "client/"))


def test_a_stopped_block_is_no_failure(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt), recording("node"):
        raise KeyboardInterrupt
    assert lines(folder)[0]["outcome"] == "interrupted"


def test_texts_are_short_on_one_line_and_without_keys(folder: Path) -> None:
    record("node", model_name=f"{KEY}\nsecond", profile="가" * 500, broken="\ud800")
    (entry,) = lines(folder)
    assert (entry["model_name"], len(entry["profile"]), entry["broken"]) == ("…\nsecond", 120, "?")


@pytest.mark.parametrize("name", ["", "fit_ad"])
def test_records_stay_off_every_console(folder: Path, name: str) -> None:
    console = logging.StreamHandler(io.StringIO())
    logging.getLogger(name).addHandler(console)
    record("node", node="AdSave")
    logging.getLogger(name).removeHandler(console)
    assert console.stream.getvalue() == ""
    assert len(lines(folder)) == 1


def test_installing_twice_writes_once(folder: Path, tmp_path: Path) -> None:
    runlog.install(lambda: tmp_path / "other")
    record("node")
    assert len(lines(folder)) == 1
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(("text", "name"), [("t2i-free", "t2i-free"), ("봄날 카페", None), ("", None), (7, None)])
def test_only_plain_names_are_names(text: Any, name: str | None) -> None:
    assert runlog.name_or_none(text) == name


# --- the file ---


def test_a_full_file_makes_way_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runlog, "MOST_BYTES", 100)
    for number in range(40):
        append(tmp_path, f"{number:049}")  # two lines fill a file
    assert [f.name for f in files(tmp_path)] == [f"runlog.{age}.jsonl" for age in (4, 3, 2, 1)]
    assert "".join(f.read_text() for f in files(tmp_path)).split() == [f"{n:049}" for n in range(32, 40)]


def test_a_full_file_that_somebody_reads_costs_no_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(source: Path, target: Path) -> None:
        if source.name == runlog.FILE:
            raise PermissionError
        source.rename(target)

    monkeypatch.setattr(runlog, "MOST_BYTES", 10)
    runlog.append(tmp_path, '{"line": 0}')
    runlog.append(tmp_path, '{"line": 1}')
    monkeypatch.setattr(runlog.os, "replace", replace)  # as Windows refuses it
    for line in range(2, 8):
        runlog.append(tmp_path, f'{{"line": {line}}}')
    kept = "".join(file.read_text(encoding="utf-8") for file in runlog.files(tmp_path))
    assert [json.loads(line)["line"] for line in kept.splitlines()] == list(range(8))


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    handler = RunLogFile(lambda: tmp_path / "file" / "below")
    entry = logging.LogRecord("fit_ad.record", logging.DEBUG, "", 0, "node", None, None)
    entry.fit_ad = {"kind": "node"}
    handler.handle(entry)
    assert files(tmp_path) == []


def test_while_another_holds_the_lock_lines_are_still_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runlog, "MOST_BYTES", 1)
    with runlog._locked(tmp_path) as alone:
        append(tmp_path, "a line")
    assert alone
    assert [f.name for f in files(tmp_path)] == [FILE]


def test_half_a_line_on_a_full_disk_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, "whole")
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    append(tmp_path, "torn off")
    assert (tmp_path / FILE).read_text() == "whole\n"


_WRITER = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fit_ad.core.telemetry import runlog
runlog.MOST_BYTES = 20_000
for number in range(200):
    runlog.append(Path(sys.argv[2]), f'{{"who": "{sys.argv[3]}", "number": {number}, "fill": "{"x" * 60}"}}')
"""


def test_processes_at_once_lose_and_break_nothing(tmp_path: Path) -> None:
    package = Path(runlog.__file__).resolve().parents[2]
    home = tmp_path / "home"
    home.mkdir()
    (home / "fit_ad").symlink_to(package)
    log = tmp_path / "log"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, home, log, str(who)]) for who in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    found = [json.loads(line) for file in files(log) for line in file.read_text().splitlines()]
    assert len(files(log)) > 1
    for who in range(3):
        assert [entry["number"] for entry in found if entry["who"] == str(who)] == list(range(200))


# --- where and whether ---


def test_the_log_lies_below_comfyuis_user_folder_or_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder_for(tmp_path, {}) == tmp_path / "fit_ad"
    assert folder_for(tmp_path, {"FIT_AD_LOG": "/var/log/ads"}) == Path("/var/log/ads")
    assert folder_for(tmp_path, {"FIT_AD_LOG": "Off"}) is None
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_STATE_HOME", "/state")
        assert folder_for(None, {}) == Path("/state/fit_ad")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FIT_AD_LOG", raising=False)
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    return tmp_path / "config.yaml"


def test_the_settings_switch_the_log_on_and_off_while_it_runs(settings: Path, tmp_path: Path) -> None:
    switch = RunLogSwitch(lambda: tmp_path)
    assert switch() == tmp_path / "fit_ad"
    settings.write_text("run_log: no\n")
    assert switch() is None
    settings.write_text("run_log: yes \n")
    assert switch() == tmp_path / "fit_ad"


def test_a_broken_settings_file_leaves_the_log_on(settings: Path, tmp_path: Path) -> None:
    settings.write_text("run_log: perhaps\n")
    assert RunLogSwitch(lambda: tmp_path)() == tmp_path / "fit_ad"


def test_unchanged_settings_are_not_read_again(settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_text("run_log: no\n")
    switch = RunLogSwitch(lambda: tmp_path)
    assert switch() is None
    monkeypatch.setattr("fit_ad.core.settings.load", lambda *_: pytest.fail("read again"))
    assert switch() is None


def test_nothing_is_measured_where_nobody_wants_it(folder: Path) -> None:
    assert runlog.writing()
    runlog.records.handlers[:] = [RunLogFile(lambda: None)]
    assert not runlog.writing()
    with contextlib.suppress(FileNotFoundError):
        record("node")
    assert files(folder) == []
