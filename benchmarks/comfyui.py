#!/usr/bin/env python3
"""Measure the pack in a real ComfyUI on the CPU: its import, and the express graph cold and warm.

    python benchmarks/comfyui.py [--runs 5]

ComfyUI is looked for as the tests do it ($COMFYUI_PATH, the folder above, ~/comfy/ComfyUI). Every warm run
has words of its own, and every second one a photo of its own, so that ComfyUI's cache answers for nothing
that a new ad would have to make.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from comfyui_server import ComfyUIServer, comfyui_server, find_comfyui, find_python  # noqa: E402


def import_seconds(log: str) -> float:
    """Return what ComfyUI's own table of import times says of the pack."""
    return float(re.search(r"([\d.]+) seconds[^\n]*comfyui-fit-ad", log)[1])  # type: ignore[index]


def express(server: ComfyUIServer, run: int) -> float:
    """Run the express graph on a photo and words that no earlier run had; return the seconds."""
    card = json.loads((ROOT / "workflows/express.json").read_text(encoding="utf-8"))["extra"]["fit_ad"]
    graph = copy.deepcopy(json.loads((ROOT / "workflows/api/express.json").read_text(encoding="utf-8")))
    photo = ROOT / "samples" / ("coffee.png", "astronaut.png")[run % 2]
    values = {"photo": server.upload(photo), "shop": f"카페 봄날 {run}호점", "offer": "아메리카노 1+1"}
    for role, value in values.items():
        target = card["inputs"][role]
        graph[str(target["node"])]["inputs"][target["input"]] = value
    entry, seconds = server.run(graph)
    if entry["status"]["status_str"] != "success":
        sys.exit(json.dumps(entry["status"], indent=1, ensure_ascii=False))
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="warm runs to measure")
    runs = parser.parse_args().runs
    folder, reason = find_comfyui()
    python, reason = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        print(f"not measured: {reason}", file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory() as base,
        comfyui_server(folder, python, Path(base) / "base") as server,
    ):
        version = server.get("/system_stats")["system"]["comfyui_version"]
        cold = express(server, 0)
        warm = [express(server, run + 1) for run in range(runs)]
        print(f"ComfyUI {version}: import of the pack {import_seconds(server.log):.2f} s in ComfyUI's own table")
        figures = f"warm median {statistics.median(warm):.2f} s, slowest {max(warm):.2f} s ({runs} runs)"
        print(f"express: first run {cold:.2f} s; {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
