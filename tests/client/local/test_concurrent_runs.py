"""Many runs in one process at the same time: each reads its own pictures, writes into its own folder, hears itself."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
import torch
from comfy_api.latest import io
from fit_ad.client.local import node_classes
from fit_ad.client.local.local_runner import LocalRunner
from fit_ad.nodes.ad_save import AdSave
from PIL import Image

RUNS = 200


class Meet(io.ComfyNode):
    """Lets go on only when another run is inside this node too, or none will come."""

    waiting: threading.Barrier

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(node_id="Meet", inputs=[io.Image.Input("image")], outputs=[io.Image.Output()])

    @classmethod
    async def execute(cls, image: Any) -> io.NodeOutput:
        for _ in range(5):
            await asyncio.sleep(0)
        try:
            cls.waiting.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            cls.waiting.reset()
        from comfy.utils import ProgressBar

        ProgressBar(2).update_absolute(1)
        assert torch.is_inference_mode_enabled()
        return io.NodeOutput(image)


@pytest.fixture(autouse=True)
def nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pack() -> list[Any]:
        return [AdSave, Meet]

    Meet.waiting = threading.Barrier(2)
    monkeypatch.setattr(node_classes, "_own_nodes", pack)


class Job:
    """One run with a colour, words and folders of its own."""

    def __init__(self, base: Path, number: int, *, meets: bool = False) -> None:
        self.number, self.folder = number, base / str(number)
        self.color = (number, 255 - number, 128)
        self.heard: list[tuple[str, float]] = []
        self.runner = LocalRunner(self.folder, lambda _, title, share: self.heard.append((title, share)))
        Image.new("RGB", (16, 16), self.color).save(self.folder / "input" / "photo.png")
        source = "2" if meets else "1"
        self.graph: dict[str, dict[str, Any]] = {
            "1": {"class_type": "LoadImage", "inputs": {"image": "photo.png"}},
            "2": {"class_type": "Meet", "inputs": {"image": ["1", 0]}},
            "3": {
                "class_type": "AdSave",
                "inputs": {"image": [source, 0], "format": "png", "copies": f"words {number}"},
                "_meta": {"title": f"Save {number}"},
            },
        }

    def check(self, shown: dict[str, dict[str, Any]]) -> None:
        assert shown["3"]["text"][0] == f"words {self.number}"
        (file,) = (self.folder / "output").glob("*.png")
        with Image.open(file) as picture:
            assert picture.getpixel((3, 3)) == self.color
        assert file.with_suffix(".txt").read_text(encoding="utf-8") == f"words {self.number}\n"
        titles = {title for title, _ in self.heard}
        assert titles <= {"LoadImage", "Meet", f"Save {self.number}"}
        assert [share for _, share in self.heard] == sorted(share for _, share in self.heard)
        assert self.heard[-1] == (f"Save {self.number}", 1.0)


def test_threads(tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number) for number in range(RUNS)]
    with ThreadPoolExecutor(32) as pool:
        shown = list(pool.map(lambda job: job.runner.run(job.graph), jobs))
    for job, one in zip(jobs, shown, strict=True):
        job.check(one)


def test_tasks_of_one_event_loop(tmp_path: Path) -> None:
    jobs = [Job(tmp_path, number) for number in range(RUNS)]

    async def all_at_once() -> list[dict[str, dict[str, Any]]]:
        return list(await asyncio.gather(*(job.runner.run_async(job.graph) for job in jobs)))

    for job, one in zip(jobs, asyncio.run(all_at_once()), strict=True):
        job.check(one)
    assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize("way", ["threads", "tasks"])
def test_runs_that_are_inside_a_node_at_the_same_moment(tmp_path: Path, way: str) -> None:
    jobs = [Job(tmp_path, number, meets=True) for number in range(8)]

    async def all_at_once() -> list[dict[str, dict[str, Any]]]:
        return list(await asyncio.gather(*(job.runner.run_async(job.graph) for job in jobs)))

    if way == "threads":
        with ThreadPoolExecutor(8) as pool:
            shown = list(pool.map(lambda job: job.runner.run(job.graph), jobs))
    else:
        shown = asyncio.run(all_at_once())
    for job, one in zip(jobs, shown, strict=True):
        job.check(one)
        assert ("Meet", 0.5) in job.heard  # half of the second of three nodes


@pytest.mark.parametrize("inside_a_loop", [False, True])
def test_nodes_see_the_context_of_their_caller(tmp_path: Path, inside_a_loop: bool) -> None:
    seen: list[str] = []
    around = ContextVar("around", default="nothing")
    job = Job(tmp_path, 1)
    job.runner._on_progress = lambda *_: seen.append(around.get())

    async def within() -> None:
        around.set("tasks")
        await job.runner.run_async(job.graph)
        around.set("notebook")
        job.runner.run(job.graph)

    around.set("plain")
    job.runner.run(job.graph)
    if inside_a_loop:
        asyncio.run(within())
    assert set(seen) == {"plain", *(["tasks", "notebook"] if inside_a_loop else [])}


def test_a_run_that_is_cancelled_ends_before_its_next_node(tmp_path: Path) -> None:
    job, inside, ended = Job(tmp_path, 1), threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        inside.set()
        ended.wait(10)

    job.runner._on_progress = hold

    async def cancelled() -> None:
        run = asyncio.create_task(job.runner.run_async(job.graph))
        await asyncio.to_thread(inside.wait, 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        ended.set()

    asyncio.run(cancelled())  # waits for its threads
    assert list((job.folder / "output").iterdir()) == []
