"""Seconds and peak memory of a BEN2 mask at 1024 × 1024, in float32, with made-up weights.

    python benchmarks/ben2.py [--runs 3] [--threads 2] [--reference DIR]
    python benchmarks/ben2.py --batch 8 [--threads 2]

The weights come from tests/core/matting/ben2/recipe.py: time and memory do not depend on their values. With
``--reference``, the BEN2.py of a checkout of https://github.com/PramaLLC/BEN2 (with what its requirements list) is
timed in the same run with the same weights, and the masks are compared. Each side runs in a process of its own, so that
the peaks are its own. On a busy machine, CPU seconds say more than seconds.

With ``--batch``, whole cut-outs (mask, RGBA with true edge colours, ring) of as many pictures of 1080 × 1350 are timed
instead, once with one picture and once with all: but for the pictures and the result, the peak must not grow.
"""

from __future__ import annotations

import argparse
import json
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from measuring import peak_mib

DATA = Path(__file__).resolve().parent.parent / "tests" / "core" / "matting" / "ben2"
SIDE = 1024
BATCH_WIDTH, BATCH_HEIGHT = 1080, 1350


def recipe() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(DATA / "recipe.py")))


def write_weights(path: Path) -> None:
    """Write a file laid out as BEN2_Base.pth."""
    shapes = {key: shape for key, (shape, _) in json.loads((DATA / "weights.json").read_text()).items()}
    state = {key: torch.from_numpy(value) for key, value in recipe().make_state_dict(shapes).items()}
    torch.save({"model_state_dict": state}, path)


def own(weights: Path) -> Callable[[torch.Tensor], torch.Tensor]:
    from fit_ad.core.matting.ben2 import load

    return load(weights)


def reference(weights: Path, checkout: Path) -> Callable[[torch.Tensor], torch.Tensor]:
    sys.path.insert(0, str(checkout))
    from BEN2 import BEN_Base  # type: ignore[import-not-found]

    model = BEN_Base().eval()
    state = torch.load(weights, map_location="cpu", weights_only=True, mmap=True)["model_state_dict"]
    model.load_state_dict(state, strict=True)
    return model


def measure(side: str, args: argparse.Namespace) -> None:
    """Time one side and print a line of JSON; the mask goes beside the weights."""
    torch.set_num_threads(args.threads)
    model = own(args.weights) if side == "own" else reference(args.weights, args.reference)
    tools = recipe()
    picture = torch.from_numpy(tools.normalise(tools.make_image(SIDE, SIDE)))
    before = peak_mib()
    seconds, cpu = [], []
    for _ in range(args.runs + 1):
        start, cpu_start = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            mask = model(picture)
        seconds.append(round(time.perf_counter() - start, 2))
        cpu.append(round(time.process_time() - cpu_start, 2))
    np.save(args.weights.with_name(f"{side}.npy"), mask.numpy())
    found = {"first": seconds[0], "seconds": seconds[1:], "median": statistics.median(seconds[1:])}
    found["cpu"] = statistics.median(cpu[1:])
    print(json.dumps({**found, "peak_mib": round(peak_mib()), "peak_before_mib": round(before)}))


def measure_batch(count: int, args: argparse.Namespace) -> None:
    """Cut out a batch and print a line of JSON."""
    from fit_ad.core.matting import InstalledModels, cut_all
    from fit_ad.core.matting.ben2 import load, predict

    torch.set_num_threads(args.threads)
    model = load(args.weights)
    image = recipe().make_image(BATCH_HEIGHT, BATCH_WIDTH).astype(np.float32) / 255
    pictures = np.stack([np.roll(image, 40 * index, axis=1) for index in range(count)])
    shelf = InstalledModels(
        ben2=(args.weights,), run_ben2=lambda path, rgb, progress: predict(model, rgb, progress=progress)
    )
    before = peak_mib()
    start, cpu_start = time.perf_counter(), time.process_time()
    cuts = cut_all(pictures, "ben2", shelf=shelf)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    held = sum(part.nbytes for part in (pictures, cuts.mask, cuts.rgba, cuts.edge_band)) / 2**20
    found = {"seconds": seconds, "cpu": cpu, "peak_mib": round(peak_mib()), "peak_before_mib": round(before)}
    print(json.dumps({**found, "held_mib": round(held)}))


def report_batch(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "BEN2_Base.pth"
        subprocess.run([sys.executable, __file__, "--write", str(weights)], check=True)
        print(f"torch {torch.__version__}, {args.threads} threads, {BATCH_WIDTH} x {BATCH_HEIGHT}, float32")
        for count in (1, args.batch):
            row = run(str(count), args, weights)
            print(
                f"batch {count:2}  {row['seconds'] / count:6.2f} s and {row['cpu'] / count:.1f} CPU s a picture, peak "
                f"{row['peak_mib']} MiB, of it pictures and result {row['held_mib']} MiB, "
                f"other {row['peak_mib'] - row['held_mib']} MiB"
            )


def run(side: str, args: argparse.Namespace, weights: Path) -> dict:
    """Measure one side in a new process."""
    command = [sys.executable, __file__, "--side", side, "--weights", str(weights)]
    command += ["--runs", str(args.runs), "--threads", str(args.threads)]
    command += ["--reference", str(args.reference)] if args.reference else []
    # The reference prints while it is imported: the last line is ours.
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(lines[-1])


def report(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "BEN2_Base.pth"
        subprocess.run([sys.executable, __file__, "--write", str(weights)], check=True)
        sides = ["own", "reference"] if args.reference else ["own"]
        found = {side: run(side, args, weights) for side in sides}
        masks = [np.load(weights.with_name(f"{side}.npy")) for side in sides]
    print(f"torch {torch.__version__}, {args.threads} threads, {SIDE} x {SIDE}, float32")
    for side, row in found.items():
        print(
            f"{side:9}  {row['median']:6.2f} s  (first {row['first']}, then {row['seconds']})  "
            f"CPU {row['cpu']:.1f} s  peak {row['peak_mib']} MiB, {row['peak_before_mib']} before the first run"
        )
    if args.reference:
        a, b = found["own"], found["reference"]
        print(
            f"{b['median'] / a['median']:.2f} times as fast, {a['peak_mib'] / b['peak_mib']:.2f} of the memory, "
            f"masks differ by {np.abs(masks[0] - masks[1]).max():.1e} at most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, help="cut out this many pictures of 1080 x 1350 instead")
    parser.add_argument("--reference", type=Path, help="a checkout of the published repository")
    for inner in ("--side", "--weights", "--write"):
        parser.add_argument(inner, type=str if inner == "--side" else Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.write:
        write_weights(args.write)
    elif args.side and args.side.isdigit():
        measure_batch(int(args.side), args)
    elif args.batch:
        report_batch(args)
    elif args.side:
        measure(args.side, args)
    else:
        report(args)


if __name__ == "__main__":
    main()
