"""The report as one HTML page: no script, no address, nothing to load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ...core.text.locale import messages
from .charts import Chart, duration, size
from .html import rendered
from .report_data import DONE, INTERRUPTED, NodeRun, WorkflowRun
from .run_figures import FigureRow, Figures

Words = Mapping[str, str]


class Cell(NamedTuple):
    """A cell of a table: its text, and its class: "n" for numbers, "bad" for what went wrong."""

    text: str
    kind: str = ""


class Tile(NamedTuple):
    """A figure at the top of the page."""

    name: str
    text: str
    kind: str = ""


class RunLine(NamedTuple):
    """A run that can be opened to show its nodes."""

    when: str
    workflow: str
    duration: str
    about: list[str]
    kind: str
    heads: list[Cell]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Section:
    """A part of the page: a chart by its name, a table, or runs; ``kind`` is its class."""

    title: str
    note: str = ""
    chart: str = ""
    chart_label: str = ""
    heads: Sequence[Cell] = ()
    rows: Sequence[Sequence[Cell]] = ()
    runs: Sequence[RunLine] = ()
    kind: str = ""


def page(
    found: Figures, charts: Mapping[str, Chart], *, language: str = "en", workflow: str = "", now: datetime
) -> str:
    """Return the page.

    Args:
        found: The figures.
        charts: The charts by name; without any the page says how to get them.
        language: ``en`` or ``ko``.
        workflow: The only workflow that is in it; empty for all.
        now: When it is made.
    """
    words = messages("report", language)
    return rendered(
        "report.html.j2",
        language=language,
        words=words,
        charts=charts,
        about=list(_about(found, words, workflow, now)),
        tiles=list(_tiles(found, words)),
        sections=list(_sections(found, charts, words)),
        foot=[words["private"], *([words["broken"].format(n=found.broken)] if found.broken else [])],
    )


# --- parts --------------------------------------------------------------------------------------------------


def _about(found: Figures, words: Words, workflow: str, now: datetime) -> Iterator[str]:
    yield words["period"].format(first=when(found.first), last=when(found.last))
    if workflow:
        yield words["of_workflow"].format(name=workflow)
    yield words["made"].format(now=when(now))


def _tiles(found: Figures, words: Words) -> Iterator[Tile]:
    total = found.total
    yield Tile(words["runs"], f"{total.count:,}")
    yield Tile(words["error_rate"], percent(total.error_rate), "bad" if total.failed else "")
    yield Tile(words["median_tile"], duration(total.median_s, words))
    yield Tile(words["p95_tile"], duration(total.p95_s, words))
    yield Tile(words["ram_peak"], size(total.ram_peak_mb))
    if total.vram_peak_mb is not None:
        yield Tile(words["vram_peak"], size(total.vram_peak_mb))


def _sections(found: Figures, charts: Mapping[str, Chart], words: Words) -> Iterator[Section]:
    if "trend" in charts:
        yield Section(words["trend"], words["trend_says"].format(step=step_name(found.step, words)), "trend")
    if found.nodes:
        first = found.nodes[0]
        note = words["nodes_says"].format(name=first.name, share=percent(first.share)) if "nodes" in charts else ""
        yield Section(words["nodes"], note, "nodes", "", *_figure_table(words["node"], found.nodes, words, memory=True))
    if "memory" in charts:
        yield Section(words["memory"], words["memory_says"], "memory")
    yield _errors(found, words)
    if found.workflows:
        yield Section(words["workflows"], "", "", "", *_figure_table(words["workflow"], found.workflows, words))
    if found.models:
        yield Section(words["models"], "", "", "", *_figure_table(words["model"], found.models, words, memory=True))
    if found.requests:
        table = _figure_table(words["request"], found.requests, words, count="asked")
        yield Section(words["requests"], words["requests_says"], "", "", *table)
    if found.latest:
        runs = [_run(run, words) for run in found.latest]
        yield Section(words["latest"], words["latest_says"], "runs", words["composition"], runs=runs, kind="long")


def _errors(found: Figures, words: Words) -> Section:
    if not found.troubles:
        return Section(words["errors"], words["errors_none"])
    heads = [Cell(words[name]) for name in ("node", "error", "where")]
    heads += [Cell(words[name], "n") for name in ("times", "last")]
    rows = [
        [
            Cell(one.node or words["whole_run"]),
            Cell(one.error),
            Cell(one.at),
            Cell(f"{one.count:,}", "n"),
            Cell(when(one.last), "n"),
        ]
        for one in found.troubles
    ]
    return Section(words["errors"], heads=heads, rows=rows)


def _figure_table(
    what: str, lines: Sequence[FigureRow], words: Words, *, memory: bool = False, count: str = "runs"
) -> tuple[list[Cell], list[list[Cell]]]:
    """Return head and rows of a table of figures."""
    card = any(line.vram_peak_mb is not None for line in lines)
    heads = [Cell(what)]
    heads += [Cell(words[name], "n") for name in (count, "failed", "median", "p95", "total", "share")]
    heads += [Cell(words["ram_rise"], "n")] if memory else []
    heads += [Cell(words["vram_peak"], "n")] if memory and card else []
    rows = []
    for line in lines:
        row = [
            Cell(line.name),
            Cell(f"{line.count:,}", "n"),
            Cell(f"{line.failed:,}", "n bad") if line.failed else Cell("–", "n"),
            *(Cell(duration(value, words), "n") for value in (line.median_s, line.p95_s, line.total_s)),
            Cell(percent(line.share), "n"),
        ]
        row += [Cell(size(line.ram_rise_mb), "n")] if memory else []
        row += [Cell(size(line.vram_peak_mb), "n")] if memory and card else []
        rows.append(row)
    return heads, rows


def _run(run: WorkflowRun, words: Words) -> RunLine:
    about = [*run.models]
    about += [words["retries"].format(n=run.retries)] if run.retries else []
    about += [words["changes"].format(n=run.changes)] if run.changes else []
    about += [_outcome(run.outcome, run.error, words)] if run.outcome != DONE else []
    head = (when(run.started), run.workflow or "–", duration(run.seconds, words), about)
    return RunLine(*head, "quiet" if run.outcome == DONE else "bad", *_node_table(run.nodes, words))


def _node_table(nodes: Sequence[NodeRun], words: Words) -> tuple[list[Cell], list[list[Cell]]]:
    card = any(node.vram_peak_mb is not None for node in nodes)
    heads = [Cell(words["node"]), *(Cell(words[name], "n") for name in ("took", "ram_rise", "ram_peak"))]
    heads += [Cell(words["vram_peak"], "n")] if card else []
    rows = []
    for node in nodes:
        failed = f": {_outcome(node.outcome, node.error, words)}" if node.outcome != DONE else ""
        model = f" ({node.model})" if node.model else ""
        row = [Cell(node.node + model + failed, "bad" if failed else ""), Cell(duration(node.seconds, words), "n")]
        row += [Cell(size(node.ram_rise_mb), "n"), Cell(size(node.ram_peak_mb), "n")]
        rows.append(row + ([Cell(size(node.vram_peak_mb), "n")] if card else []))
    return heads, rows


def _outcome(outcome: str, error: str, words: Words) -> str:
    return words["interrupted"] if outcome == INTERRUPTED else f"{words['failed']} {error}".strip()


# --- numbers and times --------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """Return a share as a percentage, with a decimal where it is small: 0%, 0.4%, 38%."""
    return f"{share * 100:.0f}%" if share == 0 or share >= 0.0995 else f"{share * 100:.1f}%"


def when(moment: datetime | None) -> str:
    """Return a moment in this machine's time zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "–"


def step_name(step: timedelta, words: Words) -> str:
    """Return how long a step of the trend is: 10 min, 6 h, 7 d."""
    if step < timedelta(hours=1):
        return words["step_minute"].format(n=step // timedelta(minutes=1))
    if step < timedelta(days=1):
        return words["step_hour"].format(n=step // timedelta(hours=1))
    return words["step_day"].format(n=step.days)
