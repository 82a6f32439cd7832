"""Seconds and peak memory of lettering, beside what copying the arrays it gives costs in the same run.

    python benchmarks/lettering.py [--runs 5] [--case NAME]

One core: OpenCV's threads and OpenMP's are set to one. Each case runs in a process of its own, so that the peaks are
its own; the shortest run counts. The copy is of rgba, mask and depth of the finished picture, float32.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

TEXT = "가을 신메뉴 라떼 9,900원 지금 50% 할인!"
FLAT: dict[str, Any] = {"outline_px": 6.0, "shadow": 0.6}
EMBOSS: dict[str, Any] = {"style": "emboss", "color": "#E8B04A"}
CASES: dict[str, dict[str, Any]] = {
    "flat, outline, shadow": {"width_px": 1080, "height_px": 1350, **FLAT},
    "emboss": {"width_px": 1080, "height_px": 1350, **EMBOSS},
    "carved": {"width_px": 1080, "height_px": 1350, **EMBOSS, "style": "carved"},
    "floating": {"width_px": 1080, "height_px": 1350, **EMBOSS, "style": "floating"},
    "4K flat, outline, shadow": {"width_px": 3840, "height_px": 4800, **FLAT, "outline_px": 20.0},
    "4K emboss": {"width_px": 3840, "height_px": 4800, **EMBOSS},
}


def shortest(run: Callable[[], object], runs: int) -> float:
    """Return the seconds of the shortest of several runs."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measure(case: str, runs: int) -> None:
    """Time one case and print a line of JSON."""
    import cv2
    from fit_ad.core.lettering import LetteringStyle, render
    from fit_ad.core.text import fonts

    cv2.setNumThreads(1)
    style, faces = LetteringStyle(**CASES[case]), fonts.bundled()
    render("가", LetteringStyle(size_px=20), faces)  # loads what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    made = render(TEXT, style, faces)
    first = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # of the first run alone, in KiB on Linux
    copied = shortest(lambda: [a.copy() for a in (made.rgba, made.mask, made.depth)], runs)
    seconds = shortest(lambda: render(TEXT, style, faces), runs)
    size = sum(a.nbytes for a in (made.rgba, made.mask, made.depth))
    found = {"seconds": seconds, "first": first, "copy": copied, "peak_mib": (peak - before) / 1024}
    print(json.dumps({**found, "result_mib": size / 2**20, "font_px": made.font_px}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inner:
        measure(args.case, args.runs)
        return
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for case in [args.case] if args.case else CASES:
        command = [sys.executable, __file__, "--inner", "--case", case, "--runs", str(args.runs)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        row = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{case:26}  {row['seconds'] * 1e3:6.0f} ms  (first {row['first'] * 1e3:.0f})  "
            f"{row['font_px']:.0f} px type  "
            f"copy {row['copy'] * 1e3:.1f} ms, {row['seconds'] / row['copy']:.1f} times that  "
            f"peak +{row['peak_mib']:.0f} MiB for {row['result_mib']:.0f} MiB of result"
        )


if __name__ == "__main__":
    main()
