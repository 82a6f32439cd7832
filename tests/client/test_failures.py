"""Every way in which `fit-ad run` can fail: its exit status, one line that says what to do, and no secret in it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_comfyui import Step, fake_comfyui
from fit_ad.client.cli import main as command
from fit_ad.client.comfy import server_messages
from mini_workflow import GOOD, INFO, SHOWN, STARTED, write_workflow
from simulated_comfyui import SimulatedComfyUI

CANARY = "sk-canary-1234567890"
LONG: list[Step] = [*STARTED, ("wait", 9999.0), ("done", SHOWN)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_workflow(tmp_path)


def run(folder: Path, url: str = "simulated", *more: str) -> int:
    ask = ["run", str(folder / "mini.json"), "--server", url, "--out", str(folder / "out")]
    ask += ["--set", f"photo={folder / 'photo.png'}", "--set", "words=봄날", *more]
    with pytest.raises(SystemExit) as ended:
        command.main(ask)
    return int(ended.value.code or 0)


def failing(kind: str, message: str) -> list[Step]:
    data = {"node_id": "3", "node_type": "AdSave", "exception_type": kind, "exception_message": message}
    return [*STARTED, ("error", {**data, "current_inputs": {"copies": [CANARY]}, "traceback": [CANARY]})]


def refusing(server: SimulatedComfyUI) -> None:
    server.node_errors = {"3": {"errors": [{"message": "Value too big", "details": f"n, {CANARY}"}]}}


def interrupted(server: SimulatedComfyUI) -> None:
    server.steps = [*STARTED, ("execution_interrupted", {})]


def dying(server: SimulatedComfyUI) -> None:
    server.steps = [*STARTED, ("wait", 0.05), ("deed", server.kill)]


def forgetful(server: SimulatedComfyUI) -> None:
    server.steps = [*STARTED, ("wait", 0.05), ("deed", server.forget)]


def deaf(server: SimulatedComfyUI) -> None:
    server.deaf = True


def broken(*paths: str, status: int = 500) -> Callable[[SimulatedComfyUI], None]:
    return lambda server: server.statuses.update(dict.fromkeys(paths, status))


NOTHING = lambda server: None  # noqa: E731 - a name for the table
CASES: dict[str, tuple[list[Step], Callable[[SimulatedComfyUI], None], list[str], int, str]] = {
    "validation": (
        GOOD,
        NOTHING,
        ["--set", "count=99"],
        2,
        "The value of the role count cannot be used. Save: n is 99",
    ),
    "refused": (GOOD, refusing, [], 1, "Save: Value too big. n, ….\n"),
    "node": (failing("ValueError", f"odd size of {CANARY}"), NOTHING, [], 1, "Save (AdSave): odd size of ….\n"),
    "memory": (
        failing("torch.OutOfMemoryError", "Allocation on device"),
        NOTHING,
        [],
        1,
        "Save (AdSave) ran out of memory. Allocation on device. Tried: flux1-dev-q4 instead of flux1-dev-q8, "
        "1 picture instead of 3. Close other programs on the card, or choose a smaller format or model.\n",
    ),
    "interrupted": (GOOD, interrupted, [], 1, "The run was interrupted on the server.\n"),
    "late": (LONG, NOTHING, ["--time-limit", "90"], 4, "The run was not done within 90 s and was cancelled."),
    "silent": (LONG, NOTHING, ["--silence-limit", "60"], 4, "Nothing was heard from the run for 60 s at Save"),
    "silent by default": (LONG, NOTHING, [], 4, "Nothing was heard from the run for 600 s at Save"),
    "never silent": (LONG, NOTHING, ["--silence-limit", "0"], 4, "The run was not done within 1800 s"),
    "deaf": (
        LONG,
        deaf,
        ["--time-limit", "9"],
        4,
        "was cancelled. The server is still busy with it. Raise --time-limit",
    ),
    "dead on the way": (
        GOOD,
        dying,
        [],
        3,
        "went away during the run. It may have been stopped, or have run out of memory.\n",
    ),
    "forgotten": (
        GOOD,
        forgetful,
        [],
        3,
        "no longer knows of the run. It was restarted, or someone cleared its queue.",
    ),
    "no queue": (GOOD, broken("prompt"), [], 1, "ComfyUI refused the graph. Internal Server Error.\n"),
    "no upload": (GOOD, broken("upload"), [], 1, "rejected the photo. Internal Server Error.\n"),
    "no result": (GOOD, broken("view"), [], 1, "The result a.jpg could not be fetched from"),
    "behind a proxy": (
        GOOD,
        broken("prompt", status=502),
        [],
        3,
        "does not answer. A proxy answers in its place, with status 502. Start it, or check --server.\n",
    ),
    "no comfyui": (GOOD, broken("system_stats"), [], 3, "is not a ComfyUI server. Status 500. Check --server.\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_exit_status_and_message(
    folder: Path, simulated: SimulatedComfyUI, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    simulated.steps, prepare, more, status, text = CASES[name]
    prepare(simulated)
    assert run(folder, "simulated", *more) == status
    said = capsys.readouterr().err
    assert text in said
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert "canary" not in said
    if status == 4:  # what is given up is taken back
        prompt_id = simulated.posted("prompt")[0]["prompt_id"]
        assert simulated.posted("queue") == [{"delete": [prompt_id]}]
        assert simulated.posted("interrupt") == [{"prompt_id": prompt_id}]


def test_away(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "http://127.0.0.1:9") == 3
    said = capsys.readouterr().err
    assert said.startswith("error: The ComfyUI at http://127.0.0.1:9 does not answer.")
    assert said.endswith("Start it, or check --server.\n")


def test_a_full_disk_at_the_client(
    folder: Path, simulated: SimulatedComfyUI, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fit_ad.core.export.destination.write_new_file", full)
    assert run(folder) == 1
    assert capsys.readouterr().err == (
        f"error: Nothing can be saved in {folder / 'out'}. the disk is full. Make room there, or choose another output "
        "folder. The result is kept on the server, in the folder fit_ad of its output.\n"
    )
    assert list((folder / "out").iterdir()) == []


@pytest.mark.parametrize("steps", [[("cut", None), *GOOD], [*STARTED, ("cut", None), ("wait", 5.0), ("done", SHOWN)]])
def test_a_websocket_that_is_cut_is_no_failure(
    folder: Path, simulated: SimulatedComfyUI, capsys: pytest.CaptureFixture[str], steps: list[Step]
) -> None:
    simulated.steps = steps
    assert run(folder) == 0
    assert capsys.readouterr().err == ""


PICTURE = b"\xff\xd8 a picture"
FRAMES = {
    "plain": struct.pack(">II", 1, 1) + PICTURE,
    "described": struct.pack(">II", 4, 2) + b"{}" + PICTURE,
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_previews(folder: Path, frame: bytes) -> None:
    play: list[Step] = [*STARTED, ("frame", b"\0"), ("frame", frame), ("wait", 0.05), ("done", SHOWN)]
    with fake_comfyui(INFO, play) as server:
        assert run(folder, server.url, "--preview", str(folder / "now.jpg")) == 0
        assert server.posted("prompt")[0]["extra_data"]["preview_method"] == "auto"
        assert run(folder, server.url) == 0
        assert "preview_method" not in server.posted("prompt")[1]["extra_data"]
    assert (folder / "now.jpg").read_bytes() == PICTURE


@pytest.mark.parametrize(
    "frame", ["text", b"", b"\0" * 9, struct.pack(">II", 4, 99) + b"short", struct.pack(">II", 3, 0)]
)
def test_frames_without_a_picture(frame: Any) -> None:
    assert server_messages.preview_in(frame) is None
