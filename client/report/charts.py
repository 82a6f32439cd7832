"""The report's charts as SVG, drawn by matplotlib; text stays text, and colours are the page's own, light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from .report_data import WorkflowRun
from .run_figures import FigureRow, Figures

_FONT = Path(__file__).resolve().parents[2] / "fonts" / "pretendard" / "Pretendard-Medium.otf"
# What matplotlib draws with -> the page's colour. Any colour would do that nothing else has.
_PAINT = {
    "#010101": "var(--ink)",
    "#020202": "var(--muted)",
    "#030303": "var(--line)",
    "#040404": "var(--good)",
    "#050505": "var(--bad)",
    "#060606": "var(--second)",
    **{f"#0701{n:02}": f"var(--part{n})" for n in range(1, 8)},
}
INK, MUTED, LINE, GOOD, BAD, SECOND, *PARTS = _PAINT
WIDE_IN, NARROW_IN = 9.6, 4.1
MOST_BARS = 12
MOST_RUNS = 12
_LINES = 4  # workflows in the trend
_LEAST_STEPS = 8  # room for so many, so that two are not walls

Draw = Callable[[Any, bool], None]
Words = Mapping[str, str]


class Chart(NamedTuple):
    """One chart as SVG, for wide and for narrow screens."""

    wide: str
    narrow: str


def available() -> bool:
    """Return whether matplotlib is installed."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def charts(found: Figures, words: Words) -> dict[str, Chart]:
    """Return the charts that there is something to draw in, by name.

    Raises:
        FitAdError: matplotlib is not installed.
    """
    if not available():
        raise FitAdError(words["no_charts"])
    plans: dict[str, tuple[float, Draw]] = {}
    if len(found.trend) > 1:
        plans["trend"] = (3.6, lambda figure, narrow: _trend(figure, narrow, found, words))
    timed = sorted((line for line in found.nodes if line.median_s is not None), key=lambda line: -(line.median_s or 0))
    if timed:
        plans["nodes"] = (_rows(timed), lambda figure, narrow: _times(figure, narrow, timed[:MOST_BARS], words))
    held = sorted((line for line in found.nodes if _held(line)), key=lambda line: -_held(line))
    if held:
        plans["memory"] = (_rows(held, 0.42), lambda figure, narrow: _memory(figure, narrow, held[:MOST_BARS], words))
    runs = [run for run in found.latest if run.nodes][:MOST_RUNS]
    if len(runs) > 1:
        plans["runs"] = (_rows(runs) + 0.5, lambda figure, narrow: _composition(figure, narrow, runs, words))
    return {
        name: Chart(
            _svg(f"{name}-wide", WIDE_IN, height, draw, False),
            _svg(f"{name}-narrow", NARROW_IN, height, draw, True),
        )
        for name, (height, draw) in plans.items()
    }


def _rows(items: Sequence[Any], each: float = 0.34) -> float:
    return 0.75 + each * min(len(items), MOST_BARS)


# --- drawing ------------------------------------------------------------------------------------------------


def _svg(name: str, width_in: float, height_in: float, draw: Draw, narrow: bool) -> str:
    """Return one chart. matplotlib's settings hold for this drawing only."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = {**_style(), "svg.hashsalt": name}
    with mpl.rc_context(style):
        figure = Figure(figsize=(width_in, height_in), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure, narrow)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_page(file.getvalue(), name)


def _style() -> dict[str, Any]:
    from matplotlib import font_manager

    if not any(Path(entry.fname) == _FONT for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(_FONT))  # it has Hangul, and the page asks for it first
    return {
        "svg.fonttype": "none",
        "font.family": ["Pretendard", "sans-serif"],
        "font.size": 10,
        "text.color": INK,
        "axes.edgecolor": LINE,
        "axes.labelcolor": MUTED,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "grid.color": LINE,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "legend.fontsize": 9,
    }


def _for_page(svg: str, name: str) -> str:
    """Return an SVG that goes into a page: names of its own, the page's colours, as wide as there is room."""
    svg = svg[svg.index("<svg") :]
    before, _, told = svg.partition("<metadata>")
    svg = before + told.partition("</metadata>")[2].lstrip()
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'((?:url\(|href=")#)', rf"\g<1>{name}-", svg)
    for paint, color in _PAINT.items():
        svg = svg.replace(paint, color)
    head, _, rest = svg.partition(">")
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    return f'<svg role="img"{head.removeprefix("<svg")}>{rest}'


def _quiet_axes(axes: Any, along: str) -> None:
    axes.grid(axis=along, linewidth=0.8)
    for side in axes.spines.values():
        side.set_visible(False)


# --- over time ----------------------------------------------------------------------------------------------


def _trend(figure: Any, narrow: bool, found: Figures, words: Words) -> None:
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    places = range(len(found.trend))
    _trend_times(upper, found, words)
    good = [point.count - point.failed for point in found.trend]
    failed = [point.failed for point in found.trend]
    lower.bar(places, good, color=GOOD, width=0.72, label=words["good"])
    if any(failed):
        lower.bar(places, failed, bottom=good, color=BAD, width=0.72, label=words["bad"])
        lower.legend(loc="lower left", ncols=2, bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    lower.set_ylabel(words["count"])
    lower.yaxis.get_major_locator().set_params(integer=True, nbins=3)
    _quiet_axes(lower, "y")
    lower.set_xlim(-0.8, max(len(found.trend), _LEAST_STEPS) - 0.2)
    every = -(-len(found.trend) // (5 if narrow else 10))
    lower.set_xticks(list(places)[::every], [moment(point.start, found.step) for point in found.trend][::every])


def _trend_times(axes: Any, found: Figures, words: Words) -> None:
    for line, color in zip(found.workflows, PARTS[:_LINES], strict=False):
        there = [
            (place, point.medians[line.name]) for place, point in enumerate(found.trend) if line.name in point.medians
        ]
        places, seconds = [place for place, _ in there], [median for _, median in there]
        axes.plot(places, seconds, color=color, linewidth=2, marker="o", markersize=4, label=line.name)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words["seconds"])
    axes.legend(loc="lower left", ncols=_LINES, bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    _quiet_axes(axes, "y")


def moment(start: Any, step: timedelta) -> str:
    """Return the begin of a step as short as it stays clear."""
    if step >= timedelta(days=365):
        return str(start.year)
    if step >= timedelta(days=1):
        return f"{start.month}/{start.day}"
    return f"{start:%H:%M}" if step < timedelta(hours=6) else f"{start.month}/{start.day} {start:%H}h"


# --- nodes --------------------------------------------------------------------------------------------------


def _times(figure: Any, narrow: bool, lines: Sequence[FigureRow], words: Words) -> None:
    axes = figure.subplots()
    places = range(len(lines))
    middle = [line.median_s or 0.0 for line in lines]
    slow = [max(line.p95_s or 0.0, line.median_s or 0.0) for line in lines]
    axes.hlines(places, middle, slow, color=GOOD, linewidth=2)
    axes.barh(places, middle, color=GOOD, height=0.6)
    for place, (value, reach) in enumerate(zip(middle, slow, strict=True)):
        _label(axes, place, reach, duration(value, words))
    _named_rows(axes, [line.name for line in lines], narrow)
    axes.set_xlabel(words["seconds"])
    axes.set_xlim(0, max(slow) * (1.22 if narrow else 1.1) or 1)


def _held(line: FigureRow) -> float:
    return max(line.ram_rise_mb or 0.0, line.vram_peak_mb or 0.0)


def _memory(figure: Any, narrow: bool, lines: Sequence[FigureRow], words: Words) -> None:
    axes = figure.subplots()
    card = any(line.vram_peak_mb for line in lines)
    bars = [("ram", "ram_rise_mb", GOOD, -0.19 if card else 0)] + (
        [("vram", "vram_peak_mb", SECOND, 0.19)] if card else []
    )
    for name, field, color, offset in bars:
        values = [getattr(line, field) or 0.0 for line in lines]
        axes.barh(
            [p + offset for p in range(len(lines))],
            values,
            color=color,
            height=0.36 if card else 0.6,
            label=words[name],
        )
        for place, value in enumerate(values):
            if value:
                _label(axes, place + offset, value, size(value))
    _named_rows(axes, [line.name for line in lines], narrow)
    axes.set_xlim(0, max(map(_held, lines)) * (1.28 if narrow else 1.12))
    axes.set_xlabel("MB")
    if card:
        axes.legend(loc="lower right")


def _named_rows(axes: Any, names: Sequence[str], narrow: bool) -> None:
    longest = 18 if narrow else 28
    axes.set_yticks(range(len(names)), [name if len(name) <= longest else f"{name[: longest - 1]}…" for name in names])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(nbins=4 if narrow else 8)
    _quiet_axes(axes, "x")


def _label(axes: Any, place: float, reach: float, text: str) -> None:
    axes.annotate(text, (reach, place), (5, 0), textcoords="offset points", va="center", fontsize=9, color=INK)


# --- runs ---------------------------------------------------------------------------------------------------


def _composition(figure: Any, narrow: bool, runs: Sequence[WorkflowRun], words: Words) -> None:
    axes = figure.subplots()
    names = _largest(runs, len(PARTS) - 2)
    left = [0.0] * len(runs)
    for name, color in zip([*names, "", None], PARTS, strict=False):
        widths = [_part(run, name, names) for run in runs]
        label = words["others"] if name == "" else words["outside"] if name is None else name
        if any(width > 0.005 for width in widths):
            axes.barh(range(len(runs)), widths, left=left, color=color, height=0.6, label=label)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for place, run in enumerate(runs):
        _label(axes, place, left[place], duration(run.seconds, words))
    day = "%m/%d" if narrow else "%m/%d %H:%M"
    _named_rows(axes, [f"{run.started.astimezone():{day}} {run.workflow}" for run in runs], narrow)
    axes.set_xlabel(words["seconds"])
    axes.set_xlim(0, max(left) * (1.22 if narrow else 1.1) or 1)
    figure.legend(loc="outside upper left", ncols=2 if narrow else 4, fontsize=8 if narrow else 9)


def _largest(runs: Sequence[WorkflowRun], count: int) -> list[str]:
    spent: dict[str, float] = {}
    for run in runs:
        for node in run.nodes:
            spent[node.node] = spent.get(node.node, 0.0) + node.seconds
    return sorted(spent, key=lambda name: -spent[name])[:count]


def _part(run: WorkflowRun, name: str | None, names: Sequence[str]) -> float:
    """Return the seconds of a node in a run; of all others for "", and of no node at all for None."""
    if name is None:
        return max(run.seconds - sum(node.seconds for node in run.nodes), 0.0)
    return sum(node.seconds for node in run.nodes if (node.node == name if name else node.node not in names))


# --- numbers ------------------------------------------------------------------------------------------------


def duration(seconds: float | None, words: Words) -> str:
    """Return a time with as many digits as matter: 12 ms, 0.95 s, 12.3 s, 4 min 5 s."""
    if seconds is None:
        return "–"
    if seconds < 0.0995:
        return words["ms"].format(n=f"{seconds * 1000:.0f}")
    if seconds < 99.95:
        return words["s"].format(n=f"{seconds:.2f}" if seconds < 9.995 else f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return words["min"].format(n=minutes, rest=rest)
    return words["h"].format(n=minutes // 60, rest=minutes % 60)


def size(megabytes: float | None) -> str:
    """Return an amount of memory: 340 MB, 12.3 GB."""
    if megabytes is None:
        return "–"
    return f"{megabytes:.0f} MB" if megabytes < 999.5 else f"{megabytes / 1000:.1f} GB"
