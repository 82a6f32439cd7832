"""Milliseconds and peak memory of backdrops and composites.

    python benchmarks/scene.py [--runs 7] [--threads 1] [--size 1080x1350]

Each case runs in a process of its own, so that the peaks are its own; the least time of all runs counts. ``copy`` is
a plain copy of what the case returns, in the same process: what the memory traffic alone costs. The goal is held to
the time on the processor, which neighbours on the same machine do not lengthen.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measuring import best_ms, peak_mib

ROOT = Path(__file__).resolve().parent.parent
BACKDROP_GOAL_MS = 150.0  # at 1080×1350
COMPOSITES = ("compose", "compose, all on", "compose, no lock")


def coffee() -> np.ndarray:
    """Return the sample photo cut out, RGBA [400,600,4]."""
    from fit_ad.core.matting.cutout import cut

    photo = cv2.imread(str(ROOT / "samples" / "coffee.png"))[..., ::-1].astype(np.float32) / 255
    return cut(np.ascontiguousarray(photo)).rgba


def case(name: str, width: int, height: int) -> Callable[[], Any]:
    """Return what is timed; it returns arrays."""
    from fit_ad.core.backdrop.kinds import KINDS, backdrop
    from fit_ad.core.scene.compose import ComposeOptions, compose

    if name in KINDS:
        return lambda: (backdrop(width, height, name, seed=1),)
    scene, subject = backdrop(width, height, "wood", seed=1), coffee()
    every = {"reflection": 0.4, "relight": 0.6, "sharpen": 0.4}
    options = ComposeOptions(**({} if name == "compose" else every), lock="no lock" not in name)
    logo = None if name == "compose" else np.ones((60, 240, 4), np.float32)

    def composed() -> tuple[np.ndarray, ...]:
        made = compose(scene, subject, options, logo=logo)
        return made.image, made.mask, made.edge_band

    return composed


def measure(name: str, args: argparse.Namespace) -> None:
    """Time one case and print a line of JSON."""
    cv2.setNumThreads(args.threads)
    width, height = (int(side) for side in args.size.split("x"))
    work = case(name, width, height)
    before = peak_mib()
    arrays = work()
    found = {"ms": best_ms(work, args.runs), "peak": peak_mib() - before}
    found["cpu_ms"] = best_ms(work, args.runs, time.process_time)
    found["copy_ms"] = best_ms(lambda: [a.copy() for a in arrays], args.runs)
    print(json.dumps(found))


def run(name: str, args: argparse.Namespace) -> dict[str, float]:
    """Measure one case in a new process."""
    command = [sys.executable, __file__, "--case", name, "--size", args.size]
    command += ["--runs", str(args.runs), "--threads", str(args.threads)]
    threads = {"OMP_NUM_THREADS": str(args.threads), "OPENBLAS_NUM_THREADS": str(args.threads)}
    environment = {**os.environ, **threads}
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(out.splitlines()[-1])


def report(args: argparse.Namespace) -> int:
    """Print every case; the exit status is 1 where a backdrop misses its goal."""
    from fit_ad.core.backdrop.kinds import KINDS

    print(
        f"OpenCV {cv2.__version__}, NumPy {np.__version__}, {args.threads} thread(s), {args.size}, best of {args.runs}"
    )
    missed = []
    for name in (*KINDS, *COMPOSITES):
        row = run(name, args)
        copies = f"{row['cpu_ms'] / row['copy_ms']:5.1f} x copy ({row['copy_ms']:.1f} ms)"
        print(f"{name:18} {row['ms']:7.1f} ms  CPU {row['cpu_ms']:6.1f} ms = {copies}  peak +{row['peak']:.0f} MiB")
        if name in KINDS and args.size == "1080x1350" and row["cpu_ms"] > BACKDROP_GOAL_MS:
            missed.append(name)
    print(f"backdrops over {BACKDROP_GOAL_MS:.0f} ms: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", default="1080x1350")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        measure(args.case, args)
        return 0
    return report(args)


if __name__ == "__main__":
    sys.exit(main())
