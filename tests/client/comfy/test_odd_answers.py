"""A server whose answers have any shape: the command says what is wrong, and never breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fit_ad.client.comfy import server_messages
from fit_ad.client.comfy.status import ask
from fit_ad.client.runs import run_workflow
from fit_ad.client.runs.run_workflow import RunRequest
from fit_ad.core.errors import FitAdError
from mini_workflow import GOOD, INFO, write_workflow
from simulated_comfyui import SimulatedComfyUI

DEEP = b'{"a":' * 50_000
ODD = [
    b"",
    b"null",
    b"7",
    b'"text"',
    b"[]",
    b"[[1]]",
    b"{}",
    b'{"x": null}',
    b'{"x": []}',
    b"\xff\xfe",
    DEEP,
    b"9" * 5000,
]
# What is right up to the last level, and odd there: the path of keys and what stands at its end.
NODE_ERRORS = [
    {"3": None},
    {"3": []},
    {"3": {"errors": 5}},
    {"3": {"errors": ["x"]}},
    {"3": {"errors": [{"message": 1}]}},
]
OUTPUTS = [
    None,
    [],
    {"3": None},
    {"3": []},
    {"3": {"images": {}}},
    {"3": {"images": [5]}},
    {"3": {"images": [{"filename": None}]}},
    {"3": {"images": [{"filename": "../../etc/passwd"}]}},
    {"3": {"images": [{"filename": ["a.jpg"]}], "text": [None]}},
]
STATUSES = [
    5,
    [],
    {"status_str": "error", "messages": 5},
    {"status_str": "error", "messages": [5, ["execution_error"]]},
]
INFOS = [
    None,
    [],
    {"input": []},
    {"input": {"required": []}},
    {"input": {"required": {"image": 5}}},
    {"input": {"required": {"image": [[]]}}},
    {"input": {"required": {"format": [["png"], 5]}}},
    {"input": {"required": {"format": ["COMBO", {"options": 5}]}}},
    {"input": {"required": {"format": []}}},
]


@pytest.fixture
def world(simulated: SimulatedComfyUI, monkeypatch: pytest.MonkeyPatch) -> SimulatedComfyUI:
    """A simulated ComfyUI that ``fit-ad status`` speaks to as well."""
    monkeypatch.setattr("fit_ad.client.comfy.status.ComfyServer", lambda *_: simulated.server())
    return simulated


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_workflow(tmp_path)


def run(folder: Path) -> None:
    values = {"photo": str(folder / "photo.png"), "format": "png"}
    run_workflow.run_workflow(RunRequest(str(folder / "mini.json"), values, "x", folder / "out", time_limit_s=60))


def survives(work: Callable[[], Any]) -> None:
    """Do something that may end well or with a message, short and in whole characters."""
    said = ""
    try:
        work()
    except FitAdError as exc:
        said = str(exc)
    assert len(said.encode("utf-8", "strict")) < 1500


def answering(world: SimulatedComfyUI, head: str, body: bytes) -> None:
    really = world.answer

    def answer(method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        answer = really(method, path, options)
        return httpx.Response(200, content=body) if path.startswith(head) else answer

    world.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(
    "head", ["system_stats", "object_info", "prompt", "queue", "history", "upload", "view", "models"]
)
def test_any_shape_of_any_answer(world: SimulatedComfyUI, folder: Path, head: str, body: bytes) -> None:
    answering(world, head, body)
    survives(lambda: run(folder))
    survives(lambda: ask("x"))


def test_an_answer_that_is_lacking_ends_the_run(world: SimulatedComfyUI, folder: Path) -> None:
    answering(world, "history", b"[]")
    with pytest.raises(FitAdError, match="no longer knows of the run"):
        run(folder)


@pytest.mark.parametrize("errors", NODE_ERRORS)
def test_refusals_of_any_shape(world: SimulatedComfyUI, folder: Path, errors: Any) -> None:
    answering(world, "prompt", json.dumps({"prompt_id": "x", "node_errors": errors}).encode())
    with pytest.raises(FitAdError, match=r"refused|Save"):
        run(folder)


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_outputs_of_any_shape(world: SimulatedComfyUI, folder: Path, outputs: Any) -> None:
    world.steps = [("done", outputs)]
    with pytest.raises(FitAdError, match=r"without a picture|is not an image"):
        run(folder)


@pytest.mark.parametrize("status", STATUSES)
def test_failures_of_any_shape(world: SimulatedComfyUI, folder: Path, status: Any) -> None:
    world.steps = []
    really = world.answer

    def answer(method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        if not path.startswith("history/"):
            return really(method, path, options)
        return httpx.Response(200, json={path.split("/")[1]: {"status": status, "outputs": {}}})

    world.answer = answer  # type: ignore[method-assign]
    survives(lambda: run(folder))


@pytest.mark.parametrize("info", INFOS)
@pytest.mark.parametrize("name", ["LoadImage", "UnetLoaderGGUF", "AdSave"])
def test_node_classes_of_any_shape(world: SimulatedComfyUI, folder: Path, name: str, info: Any) -> None:
    world.info = {**INFO, name: info}
    survives(lambda: run(folder))


@pytest.mark.parametrize(
    "message",
    [
        b"[]",
        DEEP,
        b'{"type": "progress", "data": {"prompt_id": "ID", "node": {}, "value": [], "max": "x"}}',
        b'{"type": "execution_cached", "data": {"prompt_id": "ID", "nodes": 5}}',
        b'{"type": "executing", "data": {"prompt_id": "ID", "node": [1]}}',
        b'{"type": ["x"], "data": {"prompt_id": "ID"}}',
        b'{"type": "progress", "data": {"prompt_id": "ID", "node": "3", "value": 1e999, "max": NaN}}',
    ],
    ids=range(7),
)
def test_messages_of_any_shape(world: SimulatedComfyUI, folder: Path, message: bytes) -> None:
    def tell() -> None:
        assert world.running is not None
        for socket in world.sockets:
            socket.messages.append(message.decode().replace("ID", world.running.id))

    world.steps = [("deed", tell), *GOOD]
    run(folder)


def test_an_error_of_a_node_of_any_shape() -> None:
    for data in ({}, {"node_id": [], "exception_message": {}}, {"exception_type": 5, "exception_message": "\ud800"}):
        str(server_messages.node_error({}, data)).encode("utf-8", "strict")
