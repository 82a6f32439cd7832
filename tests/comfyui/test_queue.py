"""The API queue against a real ComfyUI that runs out of memory, and that is killed in the middle of a batch."""

from __future__ import annotations

import csv
import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from comfyui_server import ROOT, ComfyUIServer, find_comfyui, find_python, free_port, launch, lay_out, stop
from fit_ad.client.batch.run_batch import BatchRequest, Limits, run_batch
from fit_ad.client.cli import main as command
from fit_ad.client.failures import MemoryFailedError
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from PIL import Image
from waiting import until

pytestmark = pytest.mark.comfyui
PACK = ROOT / "tests" / "support" / "packs" / "short-of-memory"
GRAPH: dict[str, dict[str, Any]] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}, "_meta": {"title": "Photo"}},
    "2": {"class_type": "ShortOfMemory", "inputs": {"image": ["1", 0], "kind": "cuda", "times": 1, "mark": ""}},
    "3": {
        "class_type": "SaveImage",
        "inputs": {"images": ["2", 0], "filename_prefix": "x"},
        "_meta": {"title": "Save"},
    },
}
ROLES = {
    "photo": ("1", "image", "image"),
    "kind": ("2", "kind", "choice"),
    "times": ("2", "times", "int"),
    "mark": ("2", "mark", "text"),
}
CARD = {
    "name": "short",
    "mode": "test",
    "version": "1.0.0",
    "inputs": {name: {"node": node, "input": key, "kind": kind} for name, (node, key, kind) in ROLES.items()},
    "outputs": {"picture": {"node": "3", "kind": "image"}},
}


class Mortal:
    """A ComfyUI that can be killed and started again where it was."""

    def __init__(self, base: Path) -> None:
        folder, reason = find_comfyui()
        python, reason = find_python(folder) if folder else (None, reason)
        if folder is None or python is None:
            pytest.skip(reason)
        self._start = lambda: launch(folder, python, base, self._port)
        self._port = free_port()
        lay_out(base, [PACK])
        self.server: ComfyUIServer = self._start()

    def die_and_rise(self) -> None:
        self.server.process.kill()
        self.server.process.wait()
        self.server = self._start()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    made = Mortal(tmp_path_factory.mktemp("mortal") / "base")
    yield made
    stop(made.server)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "api").mkdir()
    (tmp_path / "short.json").write_text(json.dumps({"nodes": [], "extra": {"fit_ad": CARD}}))
    (tmp_path / "api" / "short.json").write_text(json.dumps(GRAPH))
    Image.new("RGB", (64, 48), "teal").save(tmp_path / "photo.png")
    return tmp_path


def asked(folder: Path, mortal: Mortal, **values: Any) -> RunRequest:
    values = {"photo": str(folder / "photo.png"), "mark": folder.name, **values}
    return RunRequest(str(folder / "short.json"), values, mortal.server.url, folder / "out")


@pytest.mark.parametrize("kind", ["cuda", "hip", "mps", "cpu"])
def test_memory_is_freed_and_the_run_tried_again(folder: Path, mortal: Mortal, kind: str) -> None:
    result = run_workflow(asked(folder, mortal, kind=kind))
    assert result.record["retries"] == 1
    assert len(result.files["picture"]) == 1


def test_memory_that_does_not_come_back(folder: Path, mortal: Mortal, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(MemoryFailedError, match=r"^ShortOfMemory ran out of memory\. CUDA out of memory"):
        run_workflow(asked(folder, mortal, times=99))
    ask = ["run", str(folder / "short.json"), "--server", mortal.server.url, "--out", str(folder / "out")]
    with pytest.raises(SystemExit) as ended:
        command.main([*ask, "--set", f"photo={folder / 'photo.png'}", "--set", "times=99", "--set", "mark=m"])
    assert ended.value.code == 1
    assert "Close other programs on the card, or choose a smaller format or model" in capsys.readouterr().err


def test_killed_in_the_middle_of_a_batch_nothing_is_lost_or_doubled(folder: Path, mortal: Mortal) -> None:
    with (folder / "jobs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("photo", "shop", "offer", "seed"))
        writer.writerows((ROOT / "samples" / "coffee.png", "카페 봄날", f"라떼 {n}잔", n) for n in range(4))
    out = folder / "out"

    def kill_once() -> None:
        until(lambda: list(out.glob("*.jpg")), "the first ad is there")
        mortal.die_and_rise()

    killer = threading.Thread(target=kill_once)
    killer.start()
    values, limits = {"format": "karrot-news"}, Limits(patience_s=180)
    request = BatchRequest(folder / "jobs.csv", "express", [mortal.server.url], out, values, limits=limits)
    result = run_batch(request)
    killer.join()
    assert (result.done, result.left, result.failures) == (4, 0, ())
    assert Counter(path.suffix for path in out.glob("jobs-????.*")) == {".jpg": 4, ".json": 4, ".txt": 4}
    assert run_batch(request).made == 0
    with Image.open(out / "jobs-0002.jpg") as ad:
        assert ad.size == (800, 1000)
