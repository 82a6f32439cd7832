"""`fit-ad report`: exact figures from a small log, and a page that needs nothing from anywhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fit_ad.client.cli import main as command
from fit_ad.client.failures import BadUseError
from fit_ad.client.report import charts as chart_drawing
from fit_ad.client.report.charts import charts, duration, size
from fit_ad.client.report.page import page, percent
from fit_ad.client.report.report_data import NodeRun, RunLogData, WorkflowRun, part, read, since
from fit_ad.client.report.run_figures import Figures, as_data, figures, quantile, step_begin
from fit_ad.core.telemetry import runlog
from fit_ad.core.text.locale import messages

DAY = datetime(2026, 11, 2, 3, 0, tzinfo=timezone.utc)  # a Monday


def stamp(after_s: float) -> str:
    return (DAY + timedelta(seconds=after_s)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def node(name: str, run: str, after_s: float, seconds: float, **more: Any) -> dict[str, Any]:
    entry = {"v": 1, "kind": "node", "time": stamp(after_s), "node": name, "run": run, "seconds": seconds}
    return {**entry, "outcome": "done", **more}


def ended(run: str, after_s: float, seconds: float, workflow: str, **more: Any) -> dict[str, Any]:
    entry = {"v": 1, "kind": "run", "time": stamp(after_s), "run": run, "seconds": seconds, "workflow_mode": workflow}
    return {**entry, "outcome": "done", **more}


LOG: list[dict[str, Any]] = [
    node("AdCutout", "a", 2, 2.0, workflow_mode="express", model_name="grabcut", ram_mb=100.0, ram_peak_mb=340.0),
    node("AdSave", "a", 3, 0.5, workflow_mode="express", ram_mb=150.0, ram_peak_mb=160.0),
    ended("a", 4, 4.0, "express"),
    node("AdCutout", "b", 90_000, 4.0, model_name="grabcut", ram_mb=100.0, ram_peak_mb=300.0),
    node("AdSave", "b", 90_001, 1.0, outcome="failed", error="FitAdError", at="core/export/destination.py:9"),
    node(
        "BEN2Mask", "c", 180_000, 3.0, workflow_mode="product", vram_mb=0.0, vram_peak_mb=3900.5, model_name="BEN2.pth"
    ),
    {"kind": "request", "time": stamp(5), "profile": "mine", "model_name": "m", "outcome": "answered", "seconds": 2.0},
    {"kind": "request", "time": stamp(6), "profile": "mine", "model_name": "m", "outcome": "busy", "seconds": 9.0},
]
SIDECAR = {
    "workflow_mode": "product",
    "prompt_id": "c",
    "started": stamp(179_990),
    "seconds": 20.0,
    "models": [{"model_name": "flux1-dev-q8", "file": "x.gguf"}],
    "changes": ["smaller"],
    "retries": 1,
    "roles": {"shop": "봄날 카페"},
    "nodes": [
        {"node": "Cut-out of 봄날", "class_type": "BEN2Mask", "seconds": 3.1},
        {"node": "Sampler", "class_type": "KSampler", "seconds": 12.0},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log, two pictures of one run with their records, and JSON files that are none of ours."""
    return filled(tmp_path)


def filled(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    lines = [json.dumps(entry) for entry in LOG]
    (tmp_path / "log" / runlog.FILE).write_text("\n".join([*lines, '{"kind": "node"', "[]", ""]), encoding="utf-8")
    (tmp_path / "out").mkdir()
    for name in ("product-1", "product-2"):
        (tmp_path / "out" / f"{name}.json").write_text(json.dumps(SIDECAR, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "out" / "workflow.json").write_text('{"nodes": []}')
    (tmp_path / "out" / "list.json").write_text("[1]")
    return tmp_path


def material(folder: Path) -> RunLogData:
    return read([folder / "log"], [folder / "out"])


# --- reading ---


def test_every_run_is_there_once_with_what_its_nodes_measured(folder: Path) -> None:
    found = material(folder)
    assert [(run.id, run.workflow, run.seconds, run.outcome) for run in found.runs] == [
        ("a", "express", 4.0, "done"),
        ("b", "", 5.0, "failed"),
        ("c", "product", 20.0, "done"),
    ]
    last = found.runs[2]
    assert (last.models, last.changes, last.retries) == (("flux1-dev-q8",), 1, 1)
    assert [(n.node, n.seconds, n.measured) for n in last.nodes] == [("BEN2Mask", 3.0, True), ("KSampler", 12.0, False)]
    assert found.runs[1].error == "FitAdError"
    assert found.runs[1].started == DAY + timedelta(seconds=89_996)
    assert (len(found.node_runs), len(found.requests), found.broken) == (6, 2, 2)


def test_a_job_that_failed_before_it_ran_has_no_seconds(tmp_path: Path) -> None:
    entry = {"kind": "run", "time": stamp(0), "outcome": "failed", "error": "BadUseError", "workflow_mode": "t2i"}
    (tmp_path / "log.jsonl").write_text(json.dumps(entry) + "\n" + json.dumps(entry) + "\n")
    found = figures(read([tmp_path / "log.jsonl"]))
    assert (found.total.count, found.total.failed, found.total.median_s, found.broken) == (2, 2, None, 0)


def test_old_files_of_the_log_and_files_by_name_are_read(folder: Path) -> None:
    old = folder / "log" / "runlog.1.jsonl"
    old.write_text(json.dumps(ended("z", 1, 1.0, "t2i")) + "\n")
    assert {run.id for run in read([folder / "log"]).runs} == {"a", "b", "c", "z"}
    assert {run.id for run in read([old, old]).runs} == {"z"}


@pytest.mark.parametrize(
    "line",
    [
        '{"kind":"node","time":"2026","node":"A","seconds":"soon"}',
        '{"kind":"run","time":5,"seconds":1}',
        '{"kind":"run","time":"2026-11-02T00:00:00Z","seconds":null}',
        '{"kind":"run","time":"2026-11-02T00:00:00Z","seconds":1e300}',
        '{"kind":"run","time":"2026-11-02T00:00:00Z","seconds":1,"nodes":[7]}',
        '{"kind":"node","time":"2026-11-02T00:00:00Z","node":"A","run":"a","seconds":1e300}',
        '{"kind":"node","time":"2026-11-02T00:00:00Z","node":"A","run":"a","seconds":NaN}',
        '{"kind":"request","time":"2026-11-02T00:00:00Z","address":"/a","seconds":Infinity}',
        "[" * 100_000,
        "null",
        "\x00",
    ],
)
def test_broken_lines_are_counted_and_left_out(tmp_path: Path, line: str) -> None:
    (tmp_path / "log.jsonl").write_text(line + "\n", encoding="utf-8")
    assert read([tmp_path / "log.jsonl"]) == RunLogData(broken=1)


def test_a_nested_file_beside_pictures_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert read([], [tmp_path]) == RunLogData(broken=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h", DAY - timedelta(hours=24)),
        (" 7D", DAY - timedelta(days=7)),
        ("2w", DAY - timedelta(weeks=2)),
        ("2026-11-01T00:00:00Z", datetime(2026, 11, 1, tzinfo=timezone.utc)),
        ("2026-11-01", datetime(2026, 11, 1).astimezone()),
    ],
)
def test_since(text: str, moment: datetime) -> None:
    assert since(text, DAY) == moment


@pytest.mark.parametrize("text", ["yesterday", "7", "-3d", "99999999999w", "2026-13-01"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadUseError, match="Write 24h, 7d, 4w or 2026-11-01"):
        since(text)


def test_a_part_by_time_and_by_workflow(folder: Path) -> None:
    found = material(folder)
    late = part(found, DAY + timedelta(hours=24))
    assert [run.id for run in late.runs] == ["b", "c"]
    assert late.requests == ()
    express = part(found, workflow="express")
    assert [run.id for run in express.runs] == ["a"]
    assert [n.node for n in express.node_runs] == ["AdCutout", "AdSave"]
    with pytest.raises(BadUseError, match=r"no run of the workflow 't2i'\. There are runs of express, product\."):
        part(found, workflow="t2i")


# --- figures ---


def test_figures_of_all_runs_and_of_nodes(folder: Path) -> None:
    found = figures(material(folder))
    assert (found.total.count, found.total.failed, found.total.error_rate) == (3, 1, pytest.approx(1 / 3))
    assert (found.total.median_s, found.total.p95_s) == (12.0, pytest.approx(4 + 16 * 0.95))
    assert (found.total.ram_peak_mb, found.total.vram_peak_mb) == (340.0, 3900.5)
    lines = {line.name: line for line in found.nodes}
    assert [line.name for line in found.nodes] == ["KSampler", "AdCutout", "BEN2Mask", "AdSave"]
    cutout, save = lines["AdCutout"], lines["AdSave"]
    assert (cutout.count, cutout.median_s, cutout.total_s) == (2, 3.0, 6.0)
    assert cutout.p95_s == pytest.approx(3.9)
    assert cutout.share == pytest.approx(6 / 22.5)
    assert cutout.ram_rise_mb == 240.0
    assert (save.count, save.failed, save.error_rate, save.median_s) == (2, 1, 0.5, 0.5)
    assert lines["BEN2Mask"].vram_peak_mb == 3900.5


def test_figures_of_models_requests_and_errors(folder: Path) -> None:
    found = figures(material(folder))
    assert [(line.name, line.count) for line in found.models] == [("grabcut (AdCutout)", 2), ("BEN2.pth (BEN2Mask)", 1)]
    (request,) = found.requests
    assert (request.name, request.count, request.failed, request.median_s) == ("mine, m", 2, 1, 2.0)
    (trouble,) = found.troubles
    assert (trouble.node, trouble.error, trouble.at, trouble.count) == (
        "AdSave",
        "FitAdError",
        "core/export/destination.py:9",
        1,
    )


def test_a_run_that_failed_without_a_node_is_told_too() -> None:
    runs = (
        WorkflowRun("x", DAY, 1.0, "t2i", "failed", "ServerAwayError"),
        WorkflowRun("y", DAY, 1.0, "t2i", "interrupted"),
    )
    found = figures(RunLogData(runs))
    assert [(one.node, one.error) for one in found.troubles] == [("", "ServerAwayError")]
    assert (found.total.failed, found.total.error_rate) == (1, 1.0)  # what was stopped is neither


def test_the_trend_has_every_step_also_the_empty_ones() -> None:
    runs = [
        WorkflowRun(str(n), DAY + timedelta(days=days), float(n), "t2i") for n, days in enumerate((0, 0, 2, 9), start=1)
    ]
    found = figures(RunLogData(tuple(runs)))
    assert found.step == timedelta(hours=6) or found.step == timedelta(days=1)
    assert sum(point.count for point in found.trend) == 4
    starts = [point.start for point in found.trend]
    assert {after - before for before, after in pairwise(starts)} == {found.step}
    assert found.trend[0].medians == {"t2i": 1.5}


@pytest.mark.parametrize(
    ("step", "begin"),
    [
        (timedelta(minutes=10), datetime(2026, 11, 5, 13, 40)),
        (timedelta(hours=6), datetime(2026, 11, 5, 12, 0)),
        (timedelta(days=1), datetime(2026, 11, 5)),
        (timedelta(weeks=1), datetime(2026, 11, 2)),
    ],
)
def test_steps_begin_where_people_expect_it(step: timedelta, begin: datetime) -> None:
    zone = timezone(timedelta(hours=9))
    assert step_begin(datetime(2026, 11, 5, 13, 47, 11, 5, tzinfo=zone), step) == begin.replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("values", "share", "value"), [([], 0.5, None), ([3.0], 0.95, 3.0), ([1.0, 2.0], 0.5, 1.5), ([1, 2, 3], 1.0, 3)]
)
def test_quantile(values: list[float], share: float, value: float | None) -> None:
    assert quantile(values, share) == value


def test_figures_as_data(folder: Path) -> None:
    data = json.loads(json.dumps(as_data(figures(material(folder)))))
    assert data["first"] == "2026-11-02T03:00:00Z"
    assert data["total"]["error_rate"] == 0.3333
    assert data["latest"][0]["id"] == "c"
    assert data["step_s"] in (21600.0, 7200.0, 3600.0)


# --- page ---


class Tags(HTMLParser):
    """Every tag and id of a page; fails on tags that are not closed."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def written(folder: Path, language: str, drawn: bool = True) -> str:
    found = figures(material(folder))
    shown = charts(found, messages("report", language)) if drawn else {}
    return page(found, shown, language=language, now=DAY)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page in each language, drawn once."""
    folder = filled(tmp_path_factory.mktemp("report"))
    return {language: written(folder, language) for language in ("en", "ko")}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_is_whole_and_loads_nothing(pages: dict[str, str], language: str) -> None:
    text = pages[language]
    tags = Tags(text)
    assert tags.open == []
    names = Counter(tag for tag, _ in tags.found)
    assert names["svg"] == 8  # four charts, wide and narrow
    assert names["script"] + names["link"] + names["img"] + names["image"] + names["iframe"] == 0
    ids = [attrs["id"] for _, attrs in tags.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    assert used <= set(ids)
    assert not re.search(r'(?:src|href)="(?!#)', text)
    assert "봄날" not in text


def test_charts_take_the_pages_colours_and_the_same_data_make_the_same_page(
    folder: Path, pages: dict[str, str]
) -> None:
    text = pages["ko"]
    assert written(folder, "ko") == text
    assert set(re.findall(r"#0[1-7]01?\d\d\b", text)) == set()
    assert {"var(--good)", "var(--ink)", "var(--part1)"} <= set(re.findall(r"var\(--\w+\)", text))
    assert re.search(r">AdCutout</text>", text)


def test_the_page_tells_the_figures(pages: dict[str, str]) -> None:
    text = pages["en"]
    for told in (
        "33%",
        "3.9 GB",
        "240 MB",
        "core/export/destination.py:9",
        "KSampler takes 53% of all node time",
        "retries: 1",
    ):
        assert told in text
    assert "2 lines or files could not be read and were skipped." in text


def test_without_matplotlib_the_page_says_how_to_get_charts(folder: Path) -> None:
    text = written(folder, "en", drawn=False)
    assert "<svg" not in text
    assert "comfyui-fit-ad[report]" in text


def test_a_run_without_nodes_or_memory_makes_a_page() -> None:
    found = figures(RunLogData((WorkflowRun("x", DAY, 1.0),)))
    assert charts(found, messages("report", "en")) == {}
    assert "–" in page(found, {}, now=DAY)
    assert Tags(page(found, {}, now=DAY)).open == []


def test_names_are_escaped() -> None:
    nodes = (NodeRun("<script>&", 1.0, DAY, "r", "<b>"), NodeRun("B", 1.0, DAY, "r"))
    found: Figures = figures(RunLogData((WorkflowRun("r", DAY, 1.0, "<b>", nodes=nodes),) * 2, nodes))
    text = page(found, charts(found, messages("report", "ko")), language="ko", now=DAY)
    assert "<script" not in text
    assert "<b>" not in text
    assert Tags(text).open == []


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.0123, "12 ms"), (0.951, "0.95 s"), (12.34, "12.3 s"), (99.97, "1 min 40 s"), (3725, "1 h 2 min")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds, messages("report", "en")) == text


@pytest.mark.parametrize(
    ("megabytes", "text"), [(None, "–"), (0.4, "0 MB"), (340.2, "340 MB"), (999.6, "1.0 GB"), (12_345.0, "12.3 GB")]
)
def test_sizes(megabytes: float | None, text: str) -> None:
    assert size(megabytes) == text


@pytest.mark.parametrize(("share", "text"), [(0, "0%"), (0.004, "0.4%"), (0.0996, "10%"), (1.0, "100%")])
def test_shares(share: float, text: str) -> None:
    assert percent(share) == text


# --- the command ---


def run(*arguments: str) -> int:
    return command._run(["report", *arguments])


def test_the_command_writes_page_and_json(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    places = ("--log", "log", "--sidecars", "out")
    assert run(*places, "--out", "new/r.html", "--lang", "ko") == 0
    assert (folder / "new" / "r.html").read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="ko">')
    assert [p.name for p in (folder / "new").iterdir()] == ["r.html"]
    assert capsys.readouterr().out.strip() == "new/r.html"
    assert run(*places, "--json", "--workflow", "product") == 0
    assert json.loads(capsys.readouterr().out)["total"]["count"] == 1


def test_without_charts_the_command_still_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_drawing, "available", lambda: False)
    assert run("--log", str(folder / "log"), "--out", str(folder / "r.html")) == 0
    assert "comfyui-fit-ad[report]" in (folder / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--log", "nowhere"], 2, "There is no run log at nowhere"),
        (["--sidecars", "nowhere"], 2, "There is no folder nowhere"),
        (["--log", "log", "--lang", "fr"], 2, "Choose en or ko"),
        (["--log", "log", "--since", "soon"], 2, "Write 24h"),
        (["--log", "log", "--since", "2030-01-01"], 1, "Nothing was run since 2030-01-01"),
        (["--log", "empty"], 1, "There is no run to report on"),
        (["--log", "log", "--out", "log"], 1, "log cannot be written"),
    ],
)
def test_what_goes_wrong_is_told(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    monkeypatch.setattr(chart_drawing, "available", lambda: False)
    assert run(*arguments) == status
    assert message in capsys.readouterr().err
    assert not list(folder.glob(".*part"))


def test_without_a_named_log_this_machines_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder / "log")
    monkeypatch.setenv("FIT_AD_LOG", str(folder / "log"))
    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["count"] == 3
    monkeypatch.setenv("FIT_AD_LOG", "off")
    assert run("--json") == 1
    assert "The run log is off" in capsys.readouterr().err
