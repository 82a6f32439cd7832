"""How true the colours of a cut-out's edge are: no refinement, Fit-AD's, and pymatting's where it is installed.

    python benchmarks/matting.py [--side 768] [--runs 3] [--sheet FILE.png]

Composites with known subject, alpha and ground (tests/support/matting_scenes.py) are cut out with the true alpha and
with one that is off as an engine's is (blurred, a third of a pixel beside the truth), and laid on black, white and
red. The error is the mean difference to the true subject on that ground, over the pixels of the edge, in steps of 255;
"fringe" is by how much the darkest hundredth of the edge on white is darker than the truth. Single-threaded.
"""

from __future__ import annotations

import argparse
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

SCENES = Path(__file__).resolve().parent.parent / "tests" / "support" / "matting_scenes.py"

Array = np.ndarray
Method = Callable[[Array, Array], Array]


def methods() -> dict[str, Method]:
    """Return the methods at hand: photo and alpha -> the subject's colours."""
    from fit_ad.core.matting.foreground import true_colours

    found: dict[str, Method] = {"none": lambda photo, alpha: photo, "Fit-AD": true_colours}
    try:
        from pymatting import estimate_foreground_ml
    except ImportError:
        return found
    found["pymatting"] = lambda photo, alpha: np.float32(
        estimate_foreground_ml(photo.astype(np.float64), alpha.astype(np.float64))
    )
    return found


def engine_like(alpha: Array) -> Array:
    """Return an alpha as an engine would give it."""
    moved = cv2.warpAffine(alpha, np.float32([[1, 0, 0.3], [0, 1, -0.2]]), alpha.shape[::-1])
    return np.clip(cv2.GaussianBlur(moved, (0, 0), 0.7), 0, 1)


def errors(tools: SimpleNamespace, scene: object, alpha: Array, colours: Array) -> tuple[list[float], float]:
    """Return the edge error on each ground, and the fringe on white."""
    edge = ((alpha > 0.004) & (alpha < 0.996)) | ((scene.alpha > 0.004) & (scene.alpha < 0.996))
    off = {
        name: (tools.over(colours, alpha, ground) - tools.over(scene.front, scene.alpha, ground))[edge]
        for name, ground in tools.GROUNDS.items()
    }
    darker = -np.percentile(off["white"].mean(axis=1), 1)
    return [float(np.abs(part).mean()) * 255 for part in off.values()], float(darker) * 255


def measured(method: Method, photo: Array, alpha: Array, runs: int) -> tuple[Array, float]:
    best = np.inf
    for _ in range(runs):
        start = time.perf_counter()
        colours = method(photo, alpha)
        best = min(best, time.perf_counter() - start)
    return colours, best


def report(side: int, runs: int) -> None:
    tools = SimpleNamespace(**runpy.run_path(str(SCENES)))
    found = methods()
    print(f"{side} x {side}, {', '.join(tools.GROUNDS)}, fringe, ms")
    means: dict[tuple[str, str], list[float]] = {}
    for scene in tools.scenes(side):
        for kind, alpha in (("true alpha", scene.alpha), ("engine's alpha", engine_like(scene.alpha))):
            for name, method in found.items():
                colours, seconds = measured(method, scene.photo, alpha, runs)
                on, fringe = errors(tools, scene, alpha, colours)
                means.setdefault((kind, name), []).append(float(np.mean(on)))
                row = "  ".join(f"{value:6.2f}" for value in (*on, fringe))
                print(f"{scene.name:22} {kind:15} {name:10} {row}  {seconds * 1000:7.0f}")
    for (kind, name), values in means.items():
        ratio = np.mean(means[kind, "none"]) / np.mean(values)
        print(f"mean of all            {kind:15} {name:10} {np.mean(values):6.2f}  ({ratio:.1f} times lower than none)")


def sheet(side: int, path: Path) -> None:
    """Write one row a scene: each method on white and on red, and the truth."""
    from PIL import Image

    tools = SimpleNamespace(**runpy.run_path(str(SCENES)))
    rows = []
    for scene in tools.scenes(side):
        colours = [method(scene.photo, scene.alpha) for method in methods().values()]
        cells = [scene.photo]
        for ground in ("white", "red"):
            cells += [tools.over(part, scene.alpha, tools.GROUNDS[ground]) for part in (*colours, scene.front)]
        rows.append(np.concatenate(cells, axis=1))
    Image.fromarray(np.round(np.clip(np.concatenate(rows), 0, 1) * 255).astype(np.uint8)).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=768)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sheet", type=Path, help="write a picture of all scenes and methods instead")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.sheet:
        sheet(args.side, args.sheet)
    else:
        report(args.side, args.runs)


if __name__ == "__main__":
    main()
