"""HelperPrompt and PromptClamp77 in a real ComfyUI, and the counter's address."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from comfyui_server import ComfyUIServer

pytestmark = pytest.mark.comfyui

AD = "따뜻한 라떼와 딸기케이크 4,500원"
LONG = ", ".join(["a red cup, red cups, masterpiece, best quality", *(f"thing number {i}" for i in range(40))])


def shown(comfyui: ComfyUIServer, graph: dict[str, Any]) -> list[str]:
    """Run a graph whose previews have the ids p0, p1 …; return what they show."""
    entry, _ = comfyui.run(graph)
    assert entry["status"]["status_str"] == "success", entry["status"]
    return [entry["outputs"][name]["text"][0] for name in sorted(entry["outputs"])]


def preview(node: str, slot: int) -> dict[str, Any]:
    return {"class_type": "PreviewAny", "inputs": {"source": [node, slot]}}


def test_an_ad_becomes_a_prompt_that_clip_reads(comfyui: ComfyUIServer) -> None:
    helper = {"text": AD, "prompt": LONG, "mode": "keywords", "blend": 0.5, "profile": "auto"}
    graph = {
        "1": {"class_type": "HelperPrompt", "inputs": helper},
        "2": {
            "class_type": "PromptClamp77",
            "inputs": {"text": ["1", 0], "must_keep": "strawberry cream cake", "max_tokens": 77},
        },
        **{f"p{slot}": preview("2", slot) for slot in range(4)},
    }
    clip_l, t5xxl, dropped, tokens = shown(comfyui, graph)
    assert t5xxl == f"{LONG}, caffe latte with latte art, strawberry cream cake, warm"
    assert clip_l.startswith("a red cup, thing number 0, thing number 1, ")
    assert clip_l.endswith("strawberry cream cake")
    assert dropped.startswith("red cups, masterpiece, best quality, thing number ")
    assert 70 <= int(tokens) <= 77


def test_a_model_that_can_not_be_asked_is_told_before_the_run(comfyui: ComfyUIServer) -> None:
    helper = {"text": AD, "prompt": "", "mode": "llm", "blend": 0.5, "profile": "away"}
    graph = {"1": {"class_type": "HelperPrompt", "inputs": helper}, "p0": preview("1", 0)}
    answer = httpx.post(comfyui.url + "/prompt", json={"prompt": graph}, timeout=60)
    assert answer.status_code == 400
    assert "profile" in answer.text


def test_the_counter_answers_and_logs_nothing_of_what_is_typed(comfyui: ComfyUIServer) -> None:
    body = {"text": f"{LONG}, embedding:not_there, (warm:1.2), 컵", "must_keep": "컵", "max_tokens": 40}
    answer = httpx.post(comfyui.url + "/fit_ad/clamp", json=body, timeout=60)
    found = answer.json()
    assert (answer.status_code, found["limit"], found["korean"]) == (200, 40, True)
    assert found["tokens"] <= 40 < found["given"]
    states = {text: state for text, _, state in found["parts"]}
    assert states["a red cup"] == "kept"
    assert states["red cups"] == states["best quality"] == "dropped"
    assert states["컵"] == "must"
    assert "not_there" not in comfyui.log
    json_type = {"content-type": "application/json"}
    wrong = httpx.post(comfyui.url + "/fit_ad/clamp", content=b"{", headers=json_type, timeout=60)
    assert (wrong.status_code, wrong.json()["error"]["what"]) == (400, "The request could not be read")
