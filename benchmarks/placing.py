"""Milliseconds and peak memory of placing words, and of the preview in the node.

    python benchmarks/placing.py [--runs 7] [--threads 1] [--no-server]

Each case runs in a process of its own, so that the peaks are its own; the least time of all runs counts. ``copy`` is
a plain copy of the same arrays (background, overlay, picture, mask) in the same process: what the memory traffic alone
costs. The round trip of a preview goes through a real ComfyUI, where one is found as the tests find it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measuring import best_ms, peak_mib

ROOT = Path(__file__).resolve().parent.parent
TEXT = "오늘만 이 가격\n아메리카노 2,000원"
SIZES = {"1080x1350": (1080, 1350), "3840x4800": (3840, 4800)}
CASES = ("off", "report", "fix", "fix, typed", "fix, turned", "preview")
GOALS_MS = {("1080x1350", "fix"): 40.0, ("1080x1350", "preview"): 80.0}


def background(width: int, height: int) -> np.ndarray:
    """Return the sample photo at that size: busy enough that something has to be added."""
    photo = cv2.imread(str(ROOT / "samples" / "coffee.png"))[..., ::-1]
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255


def overlay(width: int) -> np.ndarray:
    from fit_ad.core.lettering import LetteringStyle, render

    return render(TEXT, LetteringStyle(width_px=width * 9 // 10, height_px=width * 4 // 10)).rgba


def case(name: str, picture: np.ndarray, words: np.ndarray) -> Callable[[], Any]:
    """Return what is timed."""
    from fit_ad.core.placement.placer_preview import encoded, preview, stage
    from fit_ad.core.placement.render import Placement, PlacementOptions, place

    middle = Placement(50, 50, 84, 22, rotation_deg=12 if "turned" in name else 0)
    if name == "preview":
        kept = stage(picture, words)
        return lambda: encoded(preview(kept, PlacementOptions(middle, legibility="fix")).image)
    typed = "typed" in name
    how = name.partition(",")[0]
    return lambda: place(picture, None if typed else words, middle, text=TEXT if typed else "", legibility=how)


def measure(size: str, name: str, args: argparse.Namespace) -> None:
    """Time one case and print a line of JSON."""
    cv2.setNumThreads(args.threads)
    width, height = SIZES[size]
    picture, words = background(width, height), overlay(width)
    mask = np.empty((height, width), np.float32)
    arrays = (picture, words, picture, mask)
    work = case(name, picture, words)
    before = peak_mib()
    found = {"ms": best_ms(work, args.runs), "peak": peak_mib() - before}
    found["copy_ms"] = best_ms(lambda: [a.copy() for a in arrays], args.runs)
    found["arrays"] = sum(a.nbytes for a in arrays) / 2**20
    print(json.dumps(found))


def run(size: str, name: str, args: argparse.Namespace) -> dict[str, float]:
    """Measure one case in a new process."""
    command = [sys.executable, __file__, "--size", size, "--case", name]
    command += ["--runs", str(args.runs), "--threads", str(args.threads)]
    threads = {"OMP_NUM_THREADS": str(args.threads), "OPENBLAS_NUM_THREADS": str(args.threads)}
    environment = {**os.environ, **threads}
    out = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(out.splitlines()[-1])


def round_trip(runs: int) -> float | None:
    """Return the ms from question to answer of a preview on a real ComfyUI; None where there is none."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    import httpx
    from comfyui_server import comfyui_server, find_comfyui, find_python

    folder, _ = find_comfyui()
    python, _ = find_python(folder) if folder else (None, "")
    if folder is None or python is None:
        return None
    with tempfile.TemporaryDirectory() as base, comfyui_server(folder, python, Path(base) / "b") as server:
        photo = Path(base) / "photo.png"
        cv2.imwrite(str(photo), (background(*SIZES["1080x1350"])[..., ::-1] * 255).astype(np.uint8))
        file = {"name": server.upload(photo), "subfolder": "", "type": "input"}
        inputs = {"text": TEXT, "x": 50, "y": 50, "width": 84, "height": 22, "legibility": "fix"}
        body = {"editor": "benchmark", "turn": 0, "file": file, "inputs": inputs}
        with httpx.Client(timeout=60) as client:

            def ask() -> None:
                body["turn"] += 1
                inputs["x"] = 40 + body["turn"] % 20
                answer = client.post(server.url + "/fit_ad/place", json=body).raise_for_status().json()
                body["have"] = {key: answer[key]["key"] for key in ("background", "overlay")}

            return best_ms(ask, max(runs, 10))


def report(args: argparse.Namespace) -> None:
    print(f"OpenCV {cv2.__version__}, NumPy {np.__version__}, {args.threads} thread(s), least of {args.runs} runs")
    for size in SIZES:
        for name in CASES:
            row = run(size, name, args)
            goal = GOALS_MS.get((size, name))
            print(
                f"{size:10} {name:12} {row['ms']:7.1f} ms  {row['ms'] / row['copy_ms']:5.1f} x copy "
                f"({row['copy_ms']:.1f} ms)  peak +{row['peak']:.0f} MiB = {row['peak'] / row['arrays']:.1f} x arrays"
                + (f"  goal {goal:.0f} ms" if goal else "")
            )
    if not args.no_server:
        took = round_trip(args.runs)
        print("no ComfyUI found" if took is None else f"round trip of a preview, 1080x1350, fix: {took:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-server", action="store_true")
    for inner in ("--size", "--case"):
        parser.add_argument(inner, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        measure(args.size, args.case, args)
    else:
        report(args)


if __name__ == "__main__":
    main()
