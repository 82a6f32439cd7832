"""Run the bundle's graphs in a real ComfyUI on the CPU: do they end, how long, how much memory, whose time.

    python benchmarks/bundle.py                              # every graph, once, small
    python benchmarks/bundle.py t2i product --json table.json --sheet sheet.jpg
    python benchmarks/bundle.py --runs 10 express place t2i product     # does the server's memory grow?

ComfyUI is looked for as the tests do it ($COMFYUI_PATH, the folder above, ~/comfy/ComfyUI), its own models and
packs are used, and each graph has a server of its own. Pictures are 320×400 and samplers take one step, so that
small random models will do: what is measured is the graph and the pack, not the weights. Memory is the server's
resident memory (Linux only).
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from bundle import NAMES, Graph, api, card, filled, lacking, small  # noqa: E402
from bundle_server import PACKS  # noqa: E402
from comfyui_server import ComfyUIServer, comfyui_server, find_comfyui, find_python  # noqa: E402
from fit_ad.client.comfy.queue import ComfyServer  # noqa: E402
from fit_ad.core.errors import FitAdError  # noqa: E402

FACTS = {"shop": "카페 봄날", "offer": "아메리카노 1+1", "format": "custom", "width": 320, "height": 400, "count": 1}
LIMIT_S = 1200
THUMB_PX = 240
EARLY, GROWTH_LIMIT = 2, 0.03
SETTLING_S = (0.5, 0.5, 0.5)  # files are written and pictures let go after the last message


@dataclass(frozen=True)
class BundleLine:
    """What one graph took on one ComfyUI.

    Attributes:
        outcome: completed, failed: …, or what the server lacks.
        seconds: The whole run.
        cpu_s: What the server computed for it, on all cores together; other work on the machine does not count.
        peak_gib: The server's resident memory at its highest, models included.
        own: The share of the time that the pack's own nodes took, 0..1.
    """

    graph: str
    comfyui: str
    outcome: str
    seconds: float = 0.0
    peak_gib: float = 0.0
    own: float = 0.0
    cpu_s: float = 0.0


class Bench:
    """A running ComfyUI and a client to it."""

    def __init__(self, server: ComfyUIServer) -> None:
        self.server = server
        self.client = ComfyServer(server.url, time_limit_s=LIMIT_S)
        self.info: dict[str, Any] = server.get("/object_info")
        self.version = self.client.version()
        self.photo = server.upload(ROOT / "samples" / "coffee.png")

    def bound(self, name: str, **roles: Any) -> Graph:
        """Return a graph of the bundle, small, on the sample photo."""
        return filled(small(api(name)), card(name)["inputs"], self.photo, {**FACTS, **roles})

    def measure(self, name: str) -> tuple[BundleLine, list[Image.Image]]:
        """Run a graph once; return its line and its pictures."""
        graph = self.bound(name)
        if missing := lacking(graph, self.info):
            return BundleLine(name, self.version, missing), []
        start, computed = time.perf_counter(), cpu_seconds(self.server.process.pid)
        try:
            shown = self.client.run(graph)
        except FitAdError as exc:
            return BundleLine(name, self.version, f"failed: {exc}", time.perf_counter() - start), []
        seconds = time.perf_counter() - start
        peak = memory_gib(self.server.process.pid, "VmHWM")
        computed = cpu_seconds(self.server.process.pid) - computed
        line = BundleLine(name, self.version, "completed", seconds, peak, self.own_share(graph), computed)
        return line, [self.picture(one) for one in self.results(name, shown)]

    def own_share(self, graph: Graph) -> float:
        """Return which part of the last run's node time went to the pack's own nodes."""
        spent = self.client.node_seconds
        own = sum(s for node, s in spent.items() if self.info[graph[node]["class_type"]]["category"] == "Fit-AD")
        return own / max(sum(spent.values()), 1e-9)

    def results(self, name: str, shown: Mapping[str, Mapping[str, Any]]) -> Iterator[Mapping[str, str]]:
        for end in card(name)["outputs"].values():
            yield from shown.get(end["node"], {}).get("images", [])

    def picture(self, place: Mapping[str, str]) -> Image.Image:
        answer = httpx.get(self.server.url + "/view", params=dict(place), timeout=60).raise_for_status()
        return Image.open(io.BytesIO(answer.content)).convert("RGBA")

    def growth(self, name: str, runs: int) -> list[float]:
        """Return the server's memory in GiB after each of several runs, each with words and a seed of its own."""
        held = []
        for run in range(runs):
            self.client.run(self.bound(name, offer=f"아메리카노 {run + 1}+1", seed=run, headline=f"오늘만 {run + 1}+1"))
            held.append(min(self.memory_after(pause) for pause in SETTLING_S))
        return held

    def memory_after(self, pause_s: float) -> float:
        time.sleep(pause_s)
        return memory_gib(self.server.process.pid, "VmRSS")


def memory_gib(pid: int, key: str) -> float:
    """Return a figure of Linux's about a process: VmRSS now, VmHWM at its highest."""
    rows = dict(row.split(":", 1) for row in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in row)
    return int(rows[key].split()[0]) / 2**20


def cpu_seconds(pid: int) -> float:
    """Return the seconds that a process has computed so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return the pictures side by side, each inside a square."""
    columns = math.ceil(math.sqrt(len(pictures)))
    whole = Image.new("RGB", (columns * THUMB_PX, math.ceil(len(pictures) / columns) * THUMB_PX), "#666")
    for index, picture in enumerate(pictures):
        picture.thumbnail((THUMB_PX - 8, THUMB_PX - 8))
        whole.paste(picture, (index % columns * THUMB_PX + 4, index // columns * THUMB_PX + 4), picture)
    return whole


@contextmanager
def started() -> Iterator[Bench]:
    """Start ComfyUI in folders of its own, with the models and packs of its installation."""
    folder, reason = find_comfyui()
    python, reason = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        sys.exit(f"not measured: {reason}")
    packs = [folder / "custom_nodes" / pack for pack in PACKS if (folder / "custom_nodes" / pack).is_dir()]
    with (
        tempfile.TemporaryDirectory() as base,
        comfyui_server(folder, python, Path(base) / "base", packs, folder / "models") as server,
    ):
        yield Bench(server)


def table(names: Sequence[str], json_file: Path | None, sheet_file: Path | None) -> bool:
    """Measure the graphs, print a line of Markdown for each; return whether none failed."""
    lines, pictures = [], []
    for name in names:
        with started() as bench:
            line, made = bench.measure(name)
        lines.append(line)
        pictures += made
        figures = f"{line.seconds:.1f} s | {line.cpu_s:.1f} s CPU | {line.peak_gib:.2f} GiB | {line.own:.0%}"
        print(f"| {name} | {line.comfyui} | {line.outcome} | {figures} |", flush=True)
    if json_file:
        json_file.write_text(json.dumps([asdict(line) for line in lines], indent=1), encoding="utf-8")
    if sheet_file and pictures:
        sheet(pictures).save(sheet_file)
    return not any(line.outcome.startswith("failed") for line in lines)


def grows(names: Sequence[str], runs: int) -> bool:
    """Run each graph several times in a row; print the memory after each; return whether none grows."""
    steady = True
    for name in names:
        with started() as bench:
            held = bench.growth(name, runs)
        change = held[-1] / held[EARLY - 1] - 1
        steady = steady and change <= GROWTH_LIMIT
        figures = " ".join(f"{gib:.2f}" for gib in held)
        print(f"{name}: {figures} GiB; run {EARLY} to {runs}: {change:+.1%}", flush=True)
    return steady


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=NAMES, metavar="GRAPH", help="names of graphs; none: all")
    parser.add_argument("--runs", type=int, default=1, help="run each so many times in a row and watch the memory")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--sheet", type=Path, help="write all results side by side there")
    options = parser.parse_args()
    if options.runs > 1:
        return 0 if grows(options.names, options.runs) else 1
    return 0 if table(options.names, options.json, options.sheet) else 1


if __name__ == "__main__":
    sys.exit(main())
