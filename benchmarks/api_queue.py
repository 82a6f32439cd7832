#!/usr/bin/env python3
"""Measure the API queue against real ComfyUIs on the CPU, and the client alone against stand-ins.

    python benchmarks/api_queue.py runs [--times 3]            express, t2i and product through `run`
    python benchmarks/api_queue.py batch [--jobs 200]          express jobs on one server and on two
    python benchmarks/api_queue.py clients [--jobs 40]         how many servers one process can drive (stand-ins)
    python benchmarks/api_queue.py kill-client [--kills 20]    a batch whose client is killed
    python benchmarks/api_queue.py kill-server [--kills 20]    a batch whose server is killed and started again

ComfyUI is looked for as the tests do it ($COMFYUI_PATH, the folder above, ~/comfy/ComfyUI). t2i and product need their
model files, for which small random ones will do. Results are one JSON object a line.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from bundle_server import PACKS  # noqa: E402
from comfyui_server import ComfyUIServer, find_comfyui, find_python, free_port, launch, lay_out, stop  # noqa: E402
from fake_queue import fake_queue  # noqa: E402
from fit_ad.client.batch.run_batch import BatchRequest, run_batch  # noqa: E402
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow  # noqa: E402
from measuring import peak_mib  # noqa: E402
from mini_workflow import INFO, SHOWN, STARTED, write_workflow  # noqa: E402

SAMPLES = ROOT / "samples"
FORMATS = ("feed-1x1", "feed-4x5")


def found() -> tuple[Path, Path]:
    """Return ComfyUI's folder and its Python."""
    folder, reason = find_comfyui()
    python, reason = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        sys.exit(f"not measured: {reason}")
    return folder, python


class Server:
    """A ComfyUI that can be killed and started again on the same port and folders."""

    def __init__(self, base: Path, *, bundle: bool = False) -> None:
        self._comfyui, self._python = found()
        self.base, self._port = base, free_port()
        packs = [self._comfyui / "custom_nodes" / name for name in PACKS] if bundle else []
        lay_out(base, packs, self._comfyui / "models" if bundle else None)
        self.start()

    def start(self) -> None:
        self._running: ComfyUIServer = launch(self._comfyui, self._python, self.base, self._port)
        self.url = self._running.url

    def kill(self) -> None:
        self._running.process.kill()
        self._running.process.wait()

    def stop(self) -> None:
        stop(self._running)

    def saved(self) -> Counter[str]:
        """Return how many pictures were saved under each job's mark."""
        names = (path.name for path in (self.base / "output").rglob("*") if path.suffix in (".jpg", ".png", ".webp"))
        return Counter(re.split(r"_\d{5}_", name)[0] for name in names)


def write_jobs(folder: Path, count: int) -> Path:
    """Write express jobs that differ in words, seed and format, so that no cache makes them for nothing."""
    path = folder / "jobs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("photo", "shop", "offer", "seed", "format"))
        for number in range(count):
            words = (f"카페 봄날 {number}호점", f"아메리카노 {number + 1}잔")
            writer.writerow((SAMPLES / "coffee.png", *words, number, FORMATS[number % 2]))
    return path


def tell(**figures: Any) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)


# --- run ----------------------------------------------------------------------------------------------------


def runs(args: argparse.Namespace, folder: Path) -> None:
    server = Server(folder / "server", bundle=True)
    photo = {"photo": str(SAMPLES / "coffee.png")}
    cases: dict[str, dict[str, Any]] = {
        "express": photo,
        "t2i": {"steps": 1, "count": 1},
        "product": {**photo, "steps": 1, "edge_steps": 1, "engine": "grabcut"},
    }
    try:
        for name, values in cases.items():
            took = []
            for seed in range(args.times):
                start = time.perf_counter()
                asked = {**values, "seed": seed, "offer": f"라떼 {seed + 1}잔"}
                result = run_workflow(RunRequest(name, asked, server.url, folder / "out"))
                took.append(time.perf_counter() - start)
            nodes = sum(one["seconds"] for one in result.record["nodes"])
            tell(
                measured="run",
                workflow_mode=name,
                seconds=[round(one, 2) for one in took],
                beside_nodes_s=round(took[-1] - nodes, 2),
                files=len(result.files["ad"]),
            )
    finally:
        server.stop()


# --- batch --------------------------------------------------------------------------------------------------


def batch(args: argparse.Namespace, folder: Path) -> None:
    jobs = write_jobs(folder, args.jobs)
    with ExitStack() as stack:
        servers = []
        for number in range(2):
            servers.append(Server(folder / f"server{number}"))
            stack.callback(servers[-1].stop)
        for server in servers:  # what the first run loads is not part of the pace
            run_workflow(RunRequest("express", {"photo": str(SAMPLES / "coffee.png")}, server.url, folder / "warm"))
        paces = []
        for count in (1, 2):
            urls = [server.url for server in servers[:count]]
            result = run_batch(BatchRequest(jobs, "express", urls, folder / f"out{count}"))
            said = {**result.summary(), "failures": len(result.failures)}
            paces.append(said["per_minute"])
            tell(measured="batch", servers=count, peak_mib=round(peak_mib()), **said)
        tell(measured="batch", scaling=round(paces[1] / paces[0], 2))


def clients(args: argparse.Namespace, folder: Path) -> None:
    """Stand-ins that take half a second a job: what the client costs, and how far one process reaches."""
    write_workflow(folder)
    steps = [*STARTED, ("wait", 0.5), ("done", SHOWN)]
    first = 0.0
    for count in (1, 2, 4, 8, 16, 32):
        jobs = folder / f"jobs{count}.csv"
        jobs.write_text("photo,words\n" + "".join(f"photo.png,{n}\n" for n in range(args.jobs * count)))
        with ExitStack() as stack:
            urls = [stack.enter_context(fake_queue(INFO, steps)).url for _ in range(count)]
            before = time.process_time()
            request = BatchRequest(jobs, str(folder / "mini.json"), urls, folder / f"out{count}", cluster=args.cluster)
            said = run_batch(request).summary()
        first = first or said["per_minute"]
        tell(
            measured="clients",
            servers=count,
            per_minute=said["per_minute"],
            scaling=round(said["per_minute"] / first, 2),
            idle_ms=said["idle_ms"],
            between_ms=said["between_ms"],
            cpu_s_per_job=round((time.process_time() - before) / said["made"], 4),
            left=said["left"] + said["failed"],
        )


# --- kills --------------------------------------------------------------------------------------------------


def started(jobs: Path, server: Server, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fit_ad.client", "batch", str(jobs), "--server", server.url, "--out", str(out)]
    return subprocess.Popen([*command, "--patience", "300"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def counted(what: str, kills: int, jobs: int, server: Server, out: Path) -> None:
    """Tell what came of a batch: rows without a result, rows with two, and what the server made more than once."""
    results = Counter(path.stem for path in out.glob("*.jpg"))
    wanted = {f"jobs-{line:04}" for line in range(2, jobs + 2)}
    made = server.saved()
    tell(
        measured=what,
        kills=kills,
        jobs=jobs,
        lost=len(wanted - set(results)),
        doubled=sum(count - 1 for count in results.values()) + len(set(results) - wanted),
        computed=sum(made.values()),
        computed_again=sum(count - 1 for count in made.values()),
    )


def kill_client(args: argparse.Namespace, folder: Path) -> None:
    jobs, chance, out = write_jobs(folder, args.jobs), random.Random(args.seed), folder / "out"
    server = Server(folder / "server")
    kills = 0
    try:
        while True:
            process = started(jobs, server, out)
            try:
                process.wait(chance.uniform(0.3, 2 * args.every) if kills < args.kills else None)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
                continue
            break
        tell(measured="kill-client", exit_status=process.returncode)
        counted("kill-client", kills, args.jobs, server, out)
    finally:
        server.stop()


def kill_server(args: argparse.Namespace, folder: Path) -> None:
    jobs, chance, out = write_jobs(folder, args.jobs), random.Random(args.seed), folder / "out"
    server = Server(folder / "server")
    kills = 0
    try:
        process = started(jobs, server, out)
        while kills < args.kills:
            try:
                process.wait(chance.uniform(0.3, 2 * args.every))
                break
            except subprocess.TimeoutExpired:
                server.kill()
                kills += 1
                server.start()
        process.wait()
        tell(measured="kill-server", exit_status=process.returncode)
        counted("kill-server", kills, args.jobs, server, out)
    finally:
        server.stop()


@contextmanager
def a_folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="fit-ad-queue-") as folder:
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    work = {"runs": runs, "batch": batch, "clients": clients, "kill-client": kill_client, "kill-server": kill_server}
    parser.add_argument("what", choices=work)
    parser.add_argument("--jobs", type=int, default=None, help="jobs of the batch (for each stand-in)")
    parser.add_argument("--times", type=int, default=3, help="runs of each workflow")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--every", type=float, default=8.0, help="seconds between kills, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cluster", default="", help="let a Ray cluster speak to the stand-ins")
    parser.add_argument("--keep", type=Path, default=None, help="a new folder to work in, which stays")
    args = parser.parse_args()
    args.jobs = args.jobs or (40 if args.what == "clients" else 200)
    with a_folder(args.keep) as folder:
        work[args.what](args, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
