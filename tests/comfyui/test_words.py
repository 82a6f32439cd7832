"""AdCopyLLM with a model in a real ComfyUI: the key is nowhere, the answer is kept, and Cancel cancels."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import KEYS, ComfyUIServer
from model_server import ModelServer, hang, model_server, saying
from waiting import until

pytestmark = pytest.mark.comfyui

ROOT = Path(__file__).resolve().parents[2]
EXPRESS = json.loads((ROOT / "workflows/api/express.json").read_text(encoding="utf-8"))
KEY = KEYS["WORDS_KEY"]
ANSWER = {
    "copies": [
        {
            "headline": "점심 먹고 한 잔 더?",
            "body": "아메리카노 1+1, 동료랑 나눠 드세요.",
            "call_to_action": "들러 주세요",
        },
        {"headline": "퇴근길이 향긋해져요", "body": "아메리카노 1+1이면 둘이 좋아요.", "call_to_action": "지금 오세요"},
        {"headline": f"열쇠는 {KEY}", "body": "아메리카노 1+1! 수다는 덤이에요.", "call_to_action": "오늘 만나요"},
    ],
    "hashtags": ["봄날카페", "아메리카노", "점심커피", "퇴근길", "동네커피"],
    "image_prompt": "Two cups of coffee on a wooden table, morning light",
}


@dataclass
class Scene:
    comfyui: ComfyUIServer
    model: ModelServer


@pytest.fixture(scope="module")
def scene(comfyui: ComfyUIServer) -> Iterator[Scene]:
    """A ComfyUI whose settings name a local endpoint that repeats the key it was sent."""
    with model_server(saying(json.dumps(ANSWER, ensure_ascii=False))) as model:
        profile = f"{{base_url: 'http://127.0.0.1:{model.port}/v1', model: m, key_env: WORDS_KEY}}"
        with comfyui.configured(f"profiles:\n  mine: {profile}\n"):
            comfyui.upload(ROOT / "js/assets/fit-ad-coffee.jpg")
            yield Scene(comfyui, model)


def graph(**changes: Any) -> dict[str, Any]:
    """The express graph with the words by the model and everything written into the picture."""
    made = copy.deepcopy(EXPRESS)
    words = next(node for node in made.values() if node["class_type"] == "AdCopyLLM")
    words["inputs"].update(shop="봄날 카페", offer="아메리카노 1+1", profile="mine", **changes)
    save = next(node for node in made.values() if node["class_type"] == "AdSave")
    save["inputs"].update(format="png", metadata="workflow")
    return made


def small(**changes: Any) -> dict[str, Any]:
    """AdCopyLLM alone, shown as text."""
    words = next(node for node in graph(**changes).values() if node["class_type"] == "AdCopyLLM")
    return {"1": words, "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 5]}}}


def report_of(entry: dict[str, Any]) -> dict[str, Any]:
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-2000:]
    return json.loads(entry["outputs"]["2"]["text"][0])


def test_the_profile_is_offered(scene: Scene) -> None:
    spec = scene.comfyui.get("/object_info/AdCopyLLM")["AdCopyLLM"]["input"]["required"]["profile"]
    options = spec[1]["options"] if "options" in spec[1] else spec[0]
    assert options == ["auto", "rules", "openai", "ollama", "mine"]


def test_the_key_is_nowhere_and_nothing_is_paid_twice(scene: Scene) -> None:
    entry, _ = scene.comfyui.run(graph())
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-2000:]
    asked = len(scene.model.asked)
    assert scene.model.asked[0].headers["authorization"] == f"Bearer {KEY}"
    report = report_of(scene.comfyui.run(small(pick=2))[0])
    assert (report["profile_used"], report["answer"], report["source"]["headline"]) == ("mine", "kept", "model")
    assert report["sources"][2]["headline"] == "rules"
    assert len(scene.model.asked) == asked
    places = [json.dumps(scene.comfyui.get(path)) for path in ("/history", "/object_info/AdCopyLLM", "/queue")]
    page = httpx.post(scene.comfyui.url + "/fit_ad/settings", json={}, timeout=60).raise_for_status().text
    assert '"mine"' in page
    places.append(page)
    assert [place for place in places if KEY in place or str(scene.model.port) in place] == []
    files = [file for file in scene.comfyui.base.rglob("*") if file.is_file() and not file.is_symlink()]
    files = [file for file in files if "custom_nodes" not in file.parts]
    assert any(file.suffix == ".png" and b'"profile": "mine"' in file.read_bytes() for file in files)
    assert any(file.name == "answers.sqlite3" for file in files)
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []
    address = f"127.0.0.1:{scene.model.port}"
    assert [file for file in files if address.encode() in file.read_bytes()] == []


def test_a_profile_of_another_machine_is_refused_in_words(scene: Scene) -> None:
    made = small()
    made["1"]["inputs"]["profile"] = "theirs"
    answer = httpx.post(scene.comfyui.url + "/prompt", json={"prompt": made}, timeout=60)
    assert answer.status_code == 400
    assert "There is no profile 'theirs' in the settings" in answer.text
    assert KEY not in answer.text


def test_cancel_ends_the_waiting(scene: Scene) -> None:
    before, scene.model.behaviour = scene.model.behaviour, hang
    try:
        count = len(scene.model.asked)
        done: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: done.append(scene.comfyui.run(small(seed=77))[0]))
        thread.start()
        until(lambda: len(scene.model.asked) > count, "the model was asked")
        httpx.post(scene.comfyui.url + "/interrupt", timeout=60)
        thread.join(60)
        assert done, "the run waits for an answer that never comes"
        assert any(message[0] == "execution_interrupted" for message in done[0]["status"]["messages"])
    finally:
        scene.model.behaviour = before


def test_a_model_that_failed_is_asked_again_and_one_that_answered_is_not(scene: Scene) -> None:
    before = scene.model.behaviour
    scene.model.behaviour = saying("no JSON at all")
    first = report_of(scene.comfyui.run(small(seed=78))[0])
    assert (first["profile_used"], first["answer"]) == ("rules", "none")
    scene.model.behaviour = before
    assert report_of(scene.comfyui.run(small(seed=78))[0])["answer"] == "new"
    count = len(scene.model.asked)
    scene.comfyui.run(small(seed=78))
    assert len(scene.model.asked) == count
