"""The report as one HTML page: no script, no address, nothing to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from .charts import duration, size
from .data import DONE, NodeRun, WorkflowRun
from .figures import FigureRow, Figures
from .labels import WORDS

Words = Mapping[str, str]
Cell = tuple[str, str]  # its text, and its class: "" or "n" for numbers

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1d1b19;--muted:#6d6862;--line:#e4e0da;--good:#2f6f8f;
--bad:#c8402f;--second:#d98a2b;--part1:#2f6f8f;--part2:#d98a2b;--part3:#6b9a5b;--part4:#a65a86;--part5:#7d74b8;
--part6:#b8b1a6;--part7:#e4e0da}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--card:#211f1d;--ink:#efebe5;--muted:#a39d95;--line:#3a3733;
--good:#6fb3d2;--bad:#f08473;--second:#e5a75a;--part1:#6fb3d2;--part2:#e5a75a;--part3:#95c184;--part4:#d08fb4;
--part5:#aaa2e0;--part6:#7a746c;--part7:#3a3733}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.55 Pretendard,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",system-ui,sans-serif;
word-break:keep-all;overflow-wrap:break-word}
main{max-width:1020px;margin:0 auto;padding:32px 24px 56px}
h1{font-size:26px;line-height:1.25;margin:0}h2{font-size:19px;margin:0 0 4px}
p{margin:0 0 12px}.quiet,header p{color:var(--muted)}header{margin-bottom:20px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin-top:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 16px}
.tiles dt{color:var(--muted);font-size:13px}.tiles dd{margin:0;font-size:24px;font-weight:600;line-height:1.3;
font-variant-numeric:tabular-nums;white-space:nowrap}.tiles{margin:0}.bad{color:var(--bad)}
svg{display:block;width:100%;height:auto;overflow:visible}svg text{font-family:inherit!important}.narrow{display:none}
.chart{margin:6px 0 14px}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}
th{color:var(--muted);font-weight:500;text-align:left;font-size:13px}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:baseline;
white-space:nowrap}
tr:last-child td{border-bottom:0}th:last-child,td:last-child{padding-right:0}
th:first-child,td:first-child{position:sticky;left:0;background:var(--card)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{border-bottom:1px solid var(--line)}details:last-child{border-bottom:0}
summary{display:flex;gap:4px 16px;flex-wrap:wrap;padding:8px 0;cursor:pointer;list-style-position:inside}
summary::before{content:"▸";color:var(--muted);width:.8em}details[open] summary::before{content:"▾"}
summary::-webkit-details-marker{display:none}
summary .when{min-width:9.5em;font-variant-numeric:tabular-nums}summary .what{min-width:7em;font-weight:600}
summary .long{min-width:5.5em;text-align:right;font-variant-numeric:tabular-nums}
details .scroll{padding:0 0 12px 24px}
footer{color:var(--muted);font-size:13px;margin-top:20px}
@media(max-width:640px){main{padding:20px 12px 40px}section{padding:16px 14px}.wide{display:none}.narrow{display:block}
.tiles{grid-template-columns:1fr 1fr}.tiles dd{font-size:20px}h1{font-size:22px}details .scroll{padding-left:0}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#111;--muted:#555;--line:#ccc;--good:#2f6f8f;--bad:#c8402f;
--second:#d98a2b;--part1:#2f6f8f;--part2:#d98a2b;--part3:#6b9a5b;--part4:#a65a86;--part5:#7d74b8;--part6:#b8b1a6;
--part7:#e4e0da;color-scheme:light}body{font-size:12px}main{max-width:none;padding:0 10px}
table{font-size:11px}th{font-size:11px}th,td{padding:4px 9px 4px 0}.wide{display:block}
.narrow{display:none}section{border:0;padding:10px 0;break-inside:avoid-page}section.long{break-inside:auto}
tr,details,.tiles div{break-inside:avoid}.scroll{overflow:visible}td{white-space:normal}*{print-color-adjust:exact;
-webkit-print-color-adjust:exact}}
"""


def page(
    found: Figures, drawn: Mapping[str, tuple[str, str]], *, language: str = "en", workflow: str = "", now: datetime
) -> str:
    """Return the page.

    Args:
        found: The figures.
        drawn: The charts by name, each wide and narrow; without any the page says how to get them.
        language: ``en`` or ``ko``.
        workflow: The only workflow that is in it; empty for all.
        now: When it is made.
    """
    words = WORDS[language]
    body = [
        _head(found, words, workflow, now),
        _tiles(found, words),
        "" if drawn else f'<p class="quiet">{escape(words["no_charts"])}</p>',
        _trend(found, drawn, words),
        _nodes(found, drawn, words),
        _memory(drawn, words),
        _errors(found, words),
        _lines(words["workflows"], words["workflow"], found.workflows, words),
        _lines(words["models"], words["model"], found.models, words, memory=True),
        _lines(words["requests"], words["request"], found.requests, words, says=words["requests_says"], count="asked"),
        _latest(found, drawn, words),
        _foot(found, words),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words['title'])}</title><style>{STYLE}</style></head>\n"
        f"<body><main>\n{chr(10).join(part for part in body if part)}\n</main></body></html>\n"
    )


# --- parts --------------------------------------------------------------------------------------------------


def _head(found: Figures, words: Words, workflow: str, now: datetime) -> str:
    period = words["period"].format(first=when(found.first), last=when(found.last))
    about = [
        period,
        words["of_workflow"].format(name=workflow) if workflow else "",
        words["made"].format(now=when(now)),
    ]
    return f"<header><h1>{escape(words['title'])}</h1><p>{escape(' · '.join(filter(None, about)))}</p></header>"


def _tiles(found: Figures, words: Words) -> str:
    total = found.total
    tiles = [
        (words["runs"], f"{total.count:,}", ""),
        (words["error_rate"], percent(total.error_rate), "bad" if total.failed else ""),
        (words["median_tile"], duration(total.median_s, words), ""),
        (words["p95_tile"], duration(total.p95_s, words), ""),
        (words["ram_peak"], size(total.ram_peak_mb), ""),
    ]
    if total.vram_peak_mb is not None:
        tiles.append((words["vram_peak"], size(total.vram_peak_mb), ""))
    cells = (f'<div><dt>{escape(name)}</dt><dd class="{kind}">{escape(text)}</dd></div>' for name, text, kind in tiles)
    return f'<dl class="tiles">{"".join(cells)}</dl>'


def _section(title: str, says: str, *parts: str, kind: str = "") -> str:
    note = f'<p class="quiet">{escape(says)}</p>' if says else ""
    return f'<section class="{kind}"><h2>{escape(title)}</h2>{note}{"".join(parts)}</section>'


def _chart(drawn: Mapping[str, tuple[str, str]], name: str, label: str) -> str:
    if name not in drawn:
        return ""
    parts = (
        f'<div class="{kind}" role="img" aria-label="{escape(label)}">{svg}</div>'
        for kind, svg in zip(("wide", "narrow"), drawn[name], strict=True)
    )
    return f'<div class="chart">{"".join(parts)}</div>'


def _trend(found: Figures, drawn: Mapping[str, tuple[str, str]], words: Words) -> str:
    if "trend" not in drawn:
        return ""
    says = words["trend_says"].format(step=step_name(found.step, words))
    return _section(words["trend"], says, _chart(drawn, "trend", words["trend"]))


def _nodes(found: Figures, drawn: Mapping[str, tuple[str, str]], words: Words) -> str:
    if not found.nodes:
        return ""
    first = found.nodes[0]
    says = words["nodes_says"].format(name=first.name, share=percent(first.share)) if "nodes" in drawn else ""
    table = _line_table(words["node"], found.nodes, words, memory=True)
    return _section(words["nodes"], says, _chart(drawn, "nodes", words["nodes"]), table)


def _memory(drawn: Mapping[str, tuple[str, str]], words: Words) -> str:
    chart = _chart(drawn, "memory", words["memory"])
    return _section(words["memory"], words["memory_says"], chart) if chart else ""


def _errors(found: Figures, words: Words) -> str:
    if not found.troubles:
        return _section(words["errors"], words["errors_none"])
    heads = [
        (words["node"], ""),
        (words["error"], ""),
        (words["where"], ""),
        (words["times"], "n"),
        (words["last"], "n"),
    ]
    rows = [
        [
            (one.node or words["whole_run"], ""),
            (one.error, ""),
            (one.at, ""),
            (f"{one.count:,}", "n"),
            (when(one.last), "n"),
        ]
        for one in found.troubles
    ]
    return _section(words["errors"], "", _table(heads, rows))


def _lines(title: str, what: str, lines: Sequence[FigureRow], words: Words, *, says: str = "", **told: Any) -> str:
    return _section(title, says, _line_table(what, lines, words, **told)) if lines else ""


def _line_table(
    what: str, lines: Sequence[FigureRow], words: Words, *, memory: bool = False, count: str = "runs"
) -> str:
    card = any(line.vram_peak_mb is not None for line in lines)
    heads = [(what, "")]
    heads += [(words[name], "n") for name in (count, "failed", "median", "p95", "total", "share")]
    heads += [(words["ram_rise"], "n")] if memory else []
    heads += [(words["vram_peak"], "n")] if memory and card else []
    rows = []
    for line in lines:
        row: list[Cell] = [
            (line.name, ""),
            (f"{line.count:,}", "n"),
            (f"{line.failed:,}" if line.failed else "–", "n bad" if line.failed else "n"),
            *((duration(value, words), "n") for value in (line.median_s, line.p95_s, line.total_s)),
            (percent(line.share), "n"),
        ]
        row += [(size(line.ram_rise_mb), "n")] if memory else []
        row += [(size(line.vram_peak_mb), "n")] if memory and card else []
        rows.append(row)
    return _table(heads, rows)


def _latest(found: Figures, drawn: Mapping[str, tuple[str, str]], words: Words) -> str:
    if not found.latest:
        return ""
    runs = "".join(_run(run, words) for run in found.latest)
    chart = _chart(drawn, "runs", words["composition"])
    return _section(words["latest"], words["latest_says"], chart, runs, kind="long")


def _run(run: WorkflowRun, words: Words) -> str:
    told = [*run.models]
    told += [words["retries"].format(n=run.retries)] if run.retries else []
    told += [words["changes"].format(n=run.changes)] if run.changes else []
    told += [_outcome(run.outcome, run.error, words)] if run.outcome != DONE else []
    kind = "quiet" if run.outcome == DONE else "bad"
    head = (
        f'<span class="when">{when(run.started)}</span><span class="what">{escape(run.workflow or "–")}</span>'
        f'<span class="long">{duration(run.seconds, words)}</span><span class="{kind}">{escape(", ".join(told))}</span>'
    )
    return f"<details><summary>{head}</summary>{_run_table(run.nodes, words)}</details>"


def _run_table(nodes: Sequence[NodeRun], words: Words) -> str:
    card = any(node.vram_peak_mb is not None for node in nodes)
    heads = [(words["node"], ""), (words["took"], "n"), (words["ram_rise"], "n"), (words["ram_peak"], "n")]
    heads += [(words["vram_peak"], "n")] if card else []
    rows = []
    for node in nodes:
        failed = f": {_outcome(node.outcome, node.error, words)}" if node.outcome != DONE else ""
        model = f" ({node.model})" if node.model else ""
        row: list[Cell] = [(node.node + model + failed, "bad" if failed else ""), (duration(node.seconds, words), "n")]
        row += [(size(node.ram_rise_mb), "n"), (size(node.ram_peak_mb), "n")]
        rows.append(row + ([(size(node.vram_peak_mb), "n")] if card else []))
    return _table(heads, rows) if rows else ""


def _outcome(outcome: str, error: str, words: Words) -> str:
    return words["interrupted"] if outcome == "interrupted" else f"{words['failed']} {error}".strip()


def _foot(found: Figures, words: Words) -> str:
    left_out = words["broken"].format(n=found.broken) if found.broken else ""
    return f"<footer>{escape(' '.join(filter(None, (words['private'], left_out))))}</footer>"


def _table(heads: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> str:
    head = "".join(f'<th class="{kind}">{escape(text)}</th>' for text, kind in heads)
    body = "".join(f"<tr>{''.join(_cell(*cell) for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: str, kind: str) -> str:
    return f'<td class="{kind}">{escape(text)}</td>'


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
