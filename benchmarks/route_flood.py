#!/usr/bin/env python3
"""Measure how long a real ComfyUI takes to answer /system_stats while 200 requests of every kind are in flight.

    python benchmarks/route_flood.py [--in-flight 200] [--pack FOLDER] [--only KIND …]

Each kind of request goes to one of the pack's routes, plain ones and hostile ones; then all kinds go at once. A process
of its own asks for /system_stats meanwhile, ten times a second. ``idle`` is the same without any request: what the
machine itself costs. ComfyUI is looked for as the tests do it; --pack measures another checkout of the pack.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from comfyui_server import (  # noqa: E402
    ComfyUIServer,
    find_comfyui,
    find_python,
    free_port,
    launch,
    lay_out,
    stop,
)

GOAL_MS = 100.0
ALL = "all at once"
PERIOD_S = 0.1
QUIET_S = 3.0
MOST_S = 40.0  # of one kind; what is not answered by then counts as not answered
JSON = {"content-type": "application/json"}
LONG = 60_000


class Kind(NamedTuple):
    """One kind of request: the route, and its bodies, taken in turn."""

    path: str
    bodies: list[bytes]
    headers: dict[str, str] = JSON


def packed(value: Any) -> bytes:
    return json.dumps(value).encode()


def large_graph(nodes: int) -> dict[str, Any]:
    """Return a graph of many text nodes in the API format, with some mistakes in it."""
    rng = random.Random(1)
    words = ["a cup of coffee", "warm light", "/home/somebody/a.png", "sk-" + "aB3" * 12, "bread, butter", "봄 신메뉴"]
    return {
        str(n): {
            "class_type": rng.choice(["CLIPTextEncode", "KSampler", "NoSuchNode", "SaveImage"]),
            "inputs": {
                "text": rng.choice(words) * 3,
                "clip": [str(rng.randrange(nodes)), 1],
                "steps": rng.randrange(200),
            },
        }
        for n in range(nodes)
    }


def kinds(photo: str) -> dict[str, Kind]:
    """Return every kind of request; the bodies of a kind differ, so that no answer is one that is kept."""
    rng = random.Random(2)
    placer = {"text": "오늘의 커피 2,000원", "x": 50, "y": 20, "width": 80, "height": 20}
    file = {"name": photo, "subfolder": "", "type": "input"}
    slow = (" ", "a. ", ",", "(", "a,", "/*", "{a|", "embedding:,", "(a:1.1),", "가")
    express = json.loads((ROOT / "workflows/express.json").read_text(encoding="utf-8"))

    def place(n: int, **more: Any) -> dict[str, Any]:
        inputs = {**placer, "x": 20 + n % 60}
        return {"editor": f"editor {n}", "turn": 1, "inputs": inputs, "file": file, **more}

    lettering = {"text": "봄 신메뉴", "size": 120, "style": "emboss", "width": 900, "height": 300}
    huge = {**lettering, "text": "가나다라 " * 700, "width": 8192, "height": 8192}
    return {
        "clamp": Kind("/fit_ad/clamp", [packed({"text": f"a cup {n}, " * 40}) for n in range(50)]),
        "clamp, hostile": Kind("/fit_ad/clamp", [packed({"text": (unit * LONG)[:LONG]}) for unit in slow]),
        "clamp, must_keep": Kind("/fit_ad/clamp", [packed({"text": "a, " * 10_000, "must_keep": "b, " * 9_000})]),
        "validate": Kind("/fit_ad/validate", [packed({"graph": express, "lang": lang}) for lang in ("en", "ko")]),
        "validate, large": Kind("/fit_ad/validate", [packed({"graph": large_graph(3000), "fix": True, "scrub": True})]),
        "validate, deep": Kind("/fit_ad/validate", [b'{"graph": ' + b'{"a":' * 300_000]),
        "validate, dense": Kind("/fit_ad/validate", [b'{"graph": {"1": [' + b"1," * 8_000_000 + b"1]}}"]),
        "validate, gzip": Kind(
            "/fit_ad/validate", [gzip.compress(b" " * 60_000_000)], {**JSON, "content-encoding": "gzip"}
        ),
        "place": Kind("/fit_ad/place", [packed(place(n)) for n in range(200)]),
        "place, lettering": Kind(
            "/fit_ad/place", [packed(place(n, lettering={**lettering, "seed": n})) for n in range(50)]
        ),
        "place, huge": Kind("/fit_ad/place", [packed(place(n, lettering={**huge, "seed": n})) for n in range(4)]),
        "settings": Kind("/fit_ad/settings", [packed({})]),
        "settings, wrong": Kind("/fit_ad/settings", [packed({"changes": {"name": "가" * 9_000}}), b"{", b"[1]"]),
        "nonsense": Kind(
            "/fit_ad/clamp", [rng.randbytes(20_000), b'{"max_tokens": ' + b"9" * 400 + b"}", b'"\\ud800"']
        ),
    }


# --- the load and the sampler ---------------------------------------------------------------------------------


def sample(url: str, seconds: float, stopped: Any, answers: Any) -> None:
    """Ask for /system_stats until told to stop; runs in a process of its own."""
    took = []
    end = time.monotonic() + seconds
    with httpx.Client(timeout=seconds) as client:
        while time.monotonic() < end and not stopped.is_set():
            start = time.perf_counter()
            with suppress(httpx.TimeoutException):  # frozen for so long at least
                client.get(url + "/system_stats").raise_for_status()
            took.append(time.perf_counter() - start)
            time.sleep(max(PERIOD_S - took[-1], 0))
    answers.put(took)


def sampled(url: str, work: Callable[[], Any], seconds: float) -> tuple[list[float], Any]:
    """Return the seconds of every answer while the work is done, and what it returned."""
    context = multiprocessing.get_context("spawn")
    stopped, answers = context.Event(), context.Queue()
    process = context.Process(target=sample, args=(url, seconds, stopped, answers))
    process.start()
    time.sleep(1.0)
    result = work()
    stopped.set()
    took = answers.get(timeout=2 * seconds)
    process.join()
    return took, result


async def flood(url: str, floods: list[Kind], in_flight: int) -> Counter[str]:
    """Send as many requests as are in flight at once, each answered or given up; return the statuses."""
    told: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=None)

    async def one(n: int) -> None:
        kind = floods[n % len(floods)]
        body = kind.bodies[n // len(floods) % len(kind.bodies)]
        try:
            answer = await client.post(url + kind.path, content=body, headers=kind.headers)
            told[str(answer.status_code)] += 1
        except httpx.HTTPError as exc:
            told[type(exc).__name__] += 1

    async with httpx.AsyncClient(timeout=MOST_S, limits=limits) as client:
        await asyncio.gather(*(one(n) for n in range(in_flight)))
    return told


def line(name: str, took: list[float], told: Counter[str], seconds: float) -> str:
    ms = sorted(1000 * value for value in took)
    worst, median = ms[-1], statistics.median(ms)
    verdict = "" if worst < GOAL_MS else "  over 100 ms"
    answers = ", ".join(f"{count}×{status}" for status, count in sorted(told.items()))
    return f"{name:20} max {worst:8.1f} ms  median {median:7.1f} ms  {seconds:6.1f} s  {answers}{verdict}"


@contextmanager
def running(pack: Path | None) -> Iterator[ComfyUIServer]:
    """Run a ComfyUI with the pack, or with another checkout of it."""
    folder, reason = find_comfyui()
    python, reason = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        sys.exit(f"not measured: {reason}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        base = Path(temporary) / "base"
        lay_out(base)
        if pack is not None:
            link = base / "custom_nodes" / "comfyui-fit-ad"
            link.unlink()
            link.symlink_to(pack.resolve(), target_is_directory=True)
        server = launch(folder, python, base, free_port())
        try:
            yield server
        finally:
            stop(server)


def measure(server: ComfyUIServer, name: str, in_flight: int) -> None:
    """Print a line for one kind of request, for all of them at once, or for none."""
    if name == "idle":
        took, _ = sampled(server.url, lambda: time.sleep(QUIET_S), MOST_S)
        print(line(name, took, Counter(), QUIET_S), flush=True)
        return
    everything = kinds(server.upload(ROOT / "samples" / "coffee.png"))
    floods = [*everything.values()] if name == ALL else [everything[name]]
    start = time.perf_counter()
    took, told = sampled(server.url, lambda: asyncio.run(flood(server.url, floods, in_flight)), 2 * MOST_S)
    print(line(name, took, told, time.perf_counter() - start - 1.0), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--in-flight", type=int, default=200)
    parser.add_argument("--pack", type=Path, help="another checkout of the pack to measure")
    parser.add_argument("--only", nargs="*", default=[], help="kinds of requests; all where left out")
    parser.add_argument("--fresh", action="store_true", help="a ComfyUI of its own for each, for one that freezes")
    options = parser.parse_args()
    names = options.only or ["idle", *kinds("x.png"), ALL]
    if options.fresh:
        for name in names:
            with running(options.pack) as server:
                measure(server, name, options.in_flight)
        return 0
    with running(options.pack) as server:
        for name in names:
            measure(server, name, options.in_flight)
    return 0


if __name__ == "__main__":
    sys.exit(main())
