"""The run log of a real ComfyUI: one record of every node of ours, in the user folder, without what the user wrote."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import ComfyUIServer
from fit_ad.client.report.report_data import read
from fit_ad.client.report.run_figures import figures
from waiting import until

pytestmark = pytest.mark.comfyui

SHOP = "봄날의 비밀 카페"
COPY: dict[str, Any] = {
    "shop": SHOP,
    "offer": "라떼 1+1",
    "features": "",
    "region": "",
    "audience": "",
    "tone": "friendly",
    "language": "ko",
    "profile": "rules",
    "pick": 1,
}
WORKFLOW = {"nodes": [], "extra": {"fit_ad": {"name": "my-mode"}}}


def graph(text: str, seed: int) -> dict[str, Any]:
    return {
        "1": {"class_type": "AdCopyLLM", "inputs": {**COPY, "seed": seed}},
        "2": {"class_type": "PromptClamp77", "inputs": {"text": text, "must_keep": ["1", 0], "max_tokens": 77}},
        "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}},
    }


def queued(comfyui: ComfyUIServer, prompt: dict[str, Any]) -> str:
    """Queue a graph as the editor does, with its workflow; return its id when it has ended."""
    prompt_id = str(uuid.uuid4())
    extra = {"extra_pnginfo": {"workflow": WORKFLOW}}
    body = {"prompt": prompt, "client_id": "fit-ad-test", "prompt_id": prompt_id, "extra_data": extra}
    answer = httpx.post(comfyui.url + "/prompt", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    until(lambda: prompt_id in comfyui.get(f"/history/{prompt_id}"), "the graph ended")
    return prompt_id


def entries(comfyui: ComfyUIServer, run: str) -> list[dict[str, Any]]:
    file = log_of(comfyui) / "runlog.jsonl"
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [entry for entry in found if entry.get("run") == run]


def log_of(comfyui: ComfyUIServer) -> Path:
    return comfyui.base / "user" / "fit_ad"


def test_every_node_of_a_run_leaves_its_record(comfyui: ComfyUIServer) -> None:
    run = queued(comfyui, graph("a latte on a table", 11))
    words, clamp = entries(comfyui, run)
    assert (words["node"], words["node_id"], words["model_name"], words["outcome"]) == (
        "AdCopyLLM",
        "1",
        "rules",
        "done",
    )
    assert (clamp["node"], clamp["node_id"], clamp["workflow_mode"]) == ("PromptClamp77", "2", "my-mode")
    assert words["ram_peak_mb"] >= words["ram_mb"] > 50
    assert "봄날" not in (log_of(comfyui) / "runlog.jsonl").read_text(encoding="utf-8")


def test_what_is_cached_did_not_run(comfyui: ComfyUIServer) -> None:
    queued(comfyui, graph("a cup", 12))
    again = queued(comfyui, graph("a mug", 12))
    assert [entry["node"] for entry in entries(comfyui, again)] == ["PromptClamp77"]


def test_a_failure_leaves_its_kind_and_place(comfyui: ComfyUIServer) -> None:
    prompt = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}},
        "2": {
            "class_type": "AdSave",
            "inputs": {
                "image": ["1", 0],
                "filename_prefix": f"../{SHOP}",
                "format": "jpeg",
                "max_kb": 2000,
                "quality": 92,
                "min_side": 0,
                "metadata": "none",
                "psd": False,
            },
        },
    }
    (entry,) = entries(comfyui, queued(comfyui, prompt))
    assert (entry["outcome"], entry["error"]) == ("failed", "FitAdError")
    assert entry["at"].startswith("core/export/destination.py:")
    assert SHOP not in json.dumps(entry, ensure_ascii=False)


def test_the_console_shows_no_records_and_the_report_reads_them(comfyui: ComfyUIServer) -> None:
    run = queued(comfyui, graph("a pot", 13))
    assert run not in "".join(line for line in comfyui.log.splitlines() if '"kind"' in line)
    found = figures(read([log_of(comfyui)]))
    assert {"AdCopyLLM", "PromptClamp77"} <= {line.name for line in found.nodes}
    assert "my-mode" in {line.name for line in found.workflows}
    assert found.broken == 0
