"""How good the cut-outs are that need nothing installed, against other engines, and how far confidence is right.

    python benchmarks/cutouts.py [--count 60] [--first 0] [--engines ours raw grabcut] [--u2net FILE] [--json FILE]
    python benchmarks/cutouts.py --fit FILE.json       the weights of core/matting/confidence.py from such a file
    python benchmarks/cutouts.py --photos FOLDER --u2net FILE    own photos against full U²-Net
    python benchmarks/cutouts.py --speed [--u2net FILE]          times and memory at 1080 × 1350 on two threads
    python benchmarks/cutouts.py --sheet FILE.jpg      cut-outs of the composites to look at

The composites (cutout_scenes.py) are made by code, with known alpha: ten kinds of subject on six kinds of ground.
Figures: IoU at one half; mean absolute error of the picture and of a band of 25 px around the true edge; gradient error
there (mean squared difference of the gradients' sizes at sigma 1.4); usable: no wrong piece (off by more than half
where the truth is solid or empty, thicker than 1 % of the side) is bigger than 2 % of the subject; told: confidence on
the right side of one half. Engines: ours is auto with nothing installed; raw is U²-Net-P as rembg takes it, stretched
to full contrast and enlarged; u2net and u2net-raw are the same with the full network, whose file has to be given;
rembg is rembg's own session where that package is installed, else onnxruntime with what rembg does before and after.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from cutout_scenes import Composite, composites

Array = np.ndarray
Engine = Callable[[Array], tuple[Array, float, object]]
GROUNDS = {"black": (0, 0, 0), "white": (1, 1, 1), "dark green": (0.02, 0.22, 0.12), "blue": (0.05, 0.15, 0.95)}


def engines(names: list[str], u2net: Path | None) -> dict[str, Engine]:
    """Return the engines: photo -> alpha, confidence, signs."""
    made: dict[str, Callable[[], Engine]] = {
        "ours": lambda: _ours("auto", None),
        "raw": lambda: _raw(None),
        "grabcut": lambda: _ours("grabcut", None),
        "u2net": lambda: _ours("u2net", u2net),
        "u2net-raw": lambda: _raw(u2net),
        "rembg": lambda: _rembg(),
    }
    return {name: made[name]() for name in names}


def _ours(engine: str, file: Path | None) -> Engine:
    from fit_ad.core.matting import InstalledModels
    from fit_ad.core.matting.confidence import confidence, signs
    from fit_ad.core.matting.engines import find_subject

    shelf = InstalledModels(rembg={"u2net": file} if file else {})

    def run(photo: Array) -> tuple[Array, float, object]:
        found = find_subject(photo, engine, shelf)
        seen = signs(found.alpha, photo, found.agreement)
        return found.alpha, confidence(seen) if seen else 0.0, list(seen) if seen else None

    return run


def _raw(file: Path | None) -> Engine:
    from fit_ad.core.matting.networks import network_from, shipped_network

    network = network_from(file) if file else shipped_network("u2netp")
    mean, deviation = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))

    def run(photo: Array) -> tuple[Array, float, object]:
        small = cv2.resize(photo, (320, 320), interpolation=cv2.INTER_AREA)
        answer = network.first((small / max(float(small.max()), 1e-6) - mean) / deviation)[0]
        answer = (answer - answer.min()) / max(float(np.ptp(answer)), 1e-6)
        return np.clip(cv2.resize(answer, photo.shape[1::-1], interpolation=cv2.INTER_LANCZOS4), 0, 1), 1.0, None

    return run


def _rembg() -> Engine:
    """rembg's u2netp session; where rembg is not installed, onnxruntime with what rembg does before and after."""
    from fit_ad.core.models.shipped import shipped_file

    try:
        from fit_ad.core.matting import rembg_models

        session = rembg_models.open_session("u2netp", shipped_file("u2netp"))
    except ModuleNotFoundError:
        return _like_rembg(shipped_file("u2netp"))
    return lambda photo: (rembg_models.run(session, photo), 1.0, None)


def _like_rembg(file: Path) -> Engine:
    import onnxruntime
    from PIL import Image

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    mean, deviation = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))

    def run(photo: Array) -> tuple[Array, float, object]:
        picture = Image.fromarray(np.round(photo * 255).astype(np.uint8))
        small = np.asarray(picture.resize((320, 320), Image.Resampling.LANCZOS), np.float32)
        seen = (small / max(float(small.max()), 1e-6) - mean) / deviation
        answer = session.run(None, {name: seen.transpose(2, 0, 1)[None]})[0][0, 0]
        answer = (answer - answer.min()) / max(float(np.ptp(answer)), 1e-6)
        mask = Image.fromarray(np.round(answer * 255).astype(np.uint8)).resize(picture.size, Image.Resampling.LANCZOS)
        return np.asarray(mask, np.float32) / 255, 1.0, None

    return run


def figures(alpha: Array, truth: Array) -> dict[str, float]:
    """Return the figures of one cut-out."""
    both, either = ((alpha > 0.5) & (truth > 0.5)).sum(), ((alpha > 0.5) | (truth > 0.5)).sum()
    edge = cv2.dilate(((truth > 0.01) & (truth < 0.99)).astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    off = np.abs(alpha - truth)
    slopes = [_slope(plane) for plane in (alpha, truth)]
    return {
        "iou": float(both / max(either, 1)),
        "mae": float(off.mean()),
        "edge": float(off[edge].mean()),
        "gradient": float(((slopes[0] - slopes[1]) ** 2)[edge].mean()),
        "usable": float(_biggest_wrong(alpha, truth) < 0.02),
    }


def _slope(plane: Array) -> Array:
    smooth = cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 1.4)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))


def _biggest_wrong(alpha: Array, truth: Array) -> float:
    """Return the biggest wrong piece, as a share of the subject."""
    clear = (truth > 0.9) | (truth < 0.05)
    wrong = ((np.abs(alpha - truth) > 0.5) & clear).astype(np.uint8)
    radius = max(round(max(truth.shape) / 200), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    stats = cv2.connectedComponentsWithStats(cv2.morphologyEx(wrong, cv2.MORPH_OPEN, kernel))[2]
    biggest = stats[1:, cv2.CC_STAT_AREA].max() if len(stats) > 1 else 0
    return float(biggest / max((truth > 0.5).sum(), 1))


def measured(plan: list[tuple[str, Callable[[], Composite]]], found: dict[str, Engine]) -> Iterator[dict[str, object]]:
    for name, make in plan:
        one = make()
        for engine, run in found.items():
            alpha, trust, seen = run(one.photo)
            row = {"name": name, "kind": one.kind, "engine": engine, "confidence": trust, "signs": seen}
            yield {**row, **figures(alpha, one.alpha)}


def report(rows: list[dict[str, object]]) -> None:
    print("engine      IoU    MAE    edge   gradient  usable  told    (all composites)")
    for engine in dict.fromkeys(row["engine"] for row in rows):
        _line(str(engine), [row for row in rows if row["engine"] == engine])
    print("\nby kind, ours")
    for kind in dict.fromkeys(row["kind"] for row in rows):
        _line(str(kind), [row for row in rows if row["kind"] == kind and row["engine"] == "ours"])


def _line(name: str, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    mean = {key: np.mean([row[key] for row in rows]) for key in ("iou", "mae", "edge", "gradient", "usable")}
    told = np.mean([(row["confidence"] >= 0.5) == bool(row["usable"]) for row in rows])
    told_text = f"{told:6.0%}" if any(row["signs"] for row in rows) else "     -"
    print(
        f"{name:10} {mean['iou']:6.3f} {mean['mae']:6.4f} {mean['edge']:6.4f} {mean['gradient']:8.4f} "
        f"{mean['usable']:7.0%} {told_text}"
    )


def fit(path: Path) -> None:
    """Print the logistic weights that tell usable cut-outs best (Newton's steps, a little ridge)."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["signs"]]
    x = np.array([[*row["signs"], 1.0] for row in rows])
    y = np.array([row["usable"] for row in rows])
    weights = np.zeros(x.shape[1])
    ridge = np.diag([*[0.05] * (x.shape[1] - 1), 1e-4])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ weights))
        step = np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + ridge, x.T @ (y - p) - ridge @ weights)
        weights += step
    told = ((x @ weights > 0) == (y > 0.5)).mean()
    print(f"{len(rows)} cut-outs, {y.mean():.0%} usable, {told:.1%} told right")
    print("_WEIGHTS = Signs(" + ", ".join(f"{value:.2f}" for value in weights[:-1]) + f")\n_BIAS = {weights[-1]:.2f}")


def photos(folder: Path, u2net: Path) -> None:
    """Print, photo by photo, how far ours and the raw small network agree with the full one."""
    found = engines(["ours", "raw", "u2net-raw"], u2net)
    means: dict[str, list[float]] = {"ours": [], "raw": []}
    print("photo                     ours   raw    confidence")
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        photo = picture[..., ::-1].astype(np.float32) / 255
        full = found["u2net-raw"](photo)[0] > 0.5
        answers = {name: found[name](photo) for name in means}
        row = [((one[0] > 0.5) & full).sum() / max(((one[0] > 0.5) | full).sum(), 1) for one in answers.values()]
        for name, value in zip(means, row, strict=True):
            means[name].append(value)
        print(f"{path.name:24} {row[0]:6.3f} {row[1]:6.3f} {answers['ours'][1]:8.2f}")
    print("mean                     " + " ".join(f"{np.mean(values):6.3f}" for values in means.values()))


SPEED = """
import resource, sys, time
import cv2, numpy as np
cv2.setNumThreads(2)
if sys.argv[1] == "ours-torch":
    import torch
    torch.set_num_threads(2)
from cutout_scenes import composites
photo = np.ascontiguousarray(cv2.resize(composites(1350, 6)[5][1]().photo, (1080, 1350), interpolation=cv2.INTER_AREA))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
name = sys.argv[1]
if name == "rembg":
    from cutouts import _rembg
    start = time.perf_counter(), time.process_time()
    run = _rembg()
else:
    from fit_ad.core.matting import cut, EdgeOptions
    start = time.perf_counter(), time.process_time()
    options = EdgeOptions(refine=False, edge_band=0) if name == "ours-alpha" else EdgeOptions()
    run = lambda picture: cut(picture, options=options)
run(photo)
first = time.perf_counter() - start[0], time.process_time() - start[1]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
times = []
for _ in range(5):
    start = time.perf_counter(), time.process_time()
    run(photo)
    times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
print(*first, *min(times), peak / 1024)
"""


def speed() -> None:
    """Print first and warm times and the peak of memory, each engine in a process of its own."""
    print("engine       first s (CPU)   warm s (CPU)   peak MB   at 1080 x 1350, two threads")
    for name in ("ours", "ours-torch", "ours-alpha", "rembg"):
        command = [sys.executable, "-c", SPEED, name]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
        if done.returncode:
            print(f"{name:12} not measured: {done.stderr.strip().splitlines()[-1]}")
            continue
        first, first_cpu, warm, warm_cpu, peak = map(float, done.stdout.split())
        print(f"{name:12} {first:6.2f} ({first_cpu:.2f}) {warm:9.2f} ({warm_cpu:.2f}) {peak:9.0f}")


def sheet(plan: list[tuple[str, Callable[[], Composite]]], path: Path) -> None:
    from fit_ad.core.matting import cut

    cells = []
    for _, make in plan:
        photo = make().photo
        rgba = cut(photo).rgba
        row = [photo, *(rgba[..., :3] * rgba[..., 3:] + (1 - rgba[..., 3:]) * np.float32(g) for g in GROUNDS.values())]
        scale = 220 / photo.shape[0]
        row = [cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for part in row]
        cells.append(np.pad(np.concatenate(row, 1), ((0, 4), (0, 1500), (0, 0)))[:, :1480])
    cv2.imwrite(str(path), np.clip(np.concatenate(cells)[..., ::-1] * 255, 0, 255).astype(np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first composite; others have other seeds")
    parser.add_argument("--engines", nargs="+", default=["ours", "raw", "grabcut"])
    parser.add_argument("--u2net", type=Path, help="u2net.onnx")
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("--fit", type=Path)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    plan = composites(count=args.first + args.count)[args.first :]
    if args.fit:
        fit(args.fit)
    elif args.photos:
        photos(args.photos, args.u2net)
    elif args.speed:
        speed()
    elif args.sheet:
        sheet(plan, args.sheet)
    else:
        start = time.perf_counter()
        rows = []
        for row in measured(plan, engines(args.engines, args.u2net)):
            rows.append(row)
            if args.json:
                args.json.write_text(json.dumps(rows), encoding="utf-8")
        report(rows)
        print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
