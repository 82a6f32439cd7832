"""How the benchmarks measure: the best of several runs, and the memory of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def best_ms(work: Callable[[], Any], runs: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the least time of all runs in ms, after one that counts for nothing."""
    work()
    took = []
    for _ in range(runs):
        start = clock()
        work()
        took.append(clock() - start)
    return 1000 * min(took)


def peak_mib() -> float:
    """Return the peak resident memory of this process; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))  # kB
    return int(line.split()[1]) / 1024
