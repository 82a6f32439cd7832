"""Layout Advisor in a real ComfyUI: a tiny Qwen2-VL from a folder, placed and let go by model management."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from comfyui_server import ROOT, ComfyUIServer, comfyui_or_skip
from PIL import Image
from waiting import until

pytestmark = pytest.mark.comfyui

KINDS = ("qwen2_vl", "qwen2_5_vl")


@pytest.fixture(scope="module")
def server(comfyui: ComfyUIServer) -> Iterator[ComfyUIServer]:
    """The ComfyUI whose model folder holds, for a while, one tiny model of each family, made by its own Python."""
    _, python = comfyui_or_skip()
    folder = comfyui.base / "models/LLM"
    made = [str(python), str(ROOT / "tests/support/tiny_qwen.py"), str(folder), *KINDS]
    done = subprocess.run(made, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    yield comfyui
    shutil.rmtree(folder)


def graph(photo: str, model: str) -> dict[str, Any]:
    advisor = {"image": ["1", 0], "text": "봄 신메뉴", "model": model, "language": "ko"}
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "2": {"class_type": "Qwen2VLLayoutAdvisor", "inputs": advisor},
        "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 5]}},
    }


@pytest.fixture(scope="module")
def photo(server: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("photo") / "small.png"
    Image.new("RGB", (160, 200), "#F4EADA").save(file)
    return server.upload(file)


def message(entry: dict[str, Any]) -> str:
    return str(dict(entry["status"]["messages"])["execution_error"]["exception_message"])


def test_the_folders_are_in_the_menu(server: ComfyUIServer) -> None:
    spec = server.get("/object_info/Qwen2VLLayoutAdvisor")["Qwen2VLLayoutAdvisor"]["input"]["required"]["model"]
    options = spec[1].get("options") or spec[0]
    assert options[:3] == ["pixels", *sorted(KINDS)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_folder_advises_and_leaves(server: ComfyUIServer, photo: str, kind: str) -> None:
    entry, _ = server.run(graph(photo, kind))
    assert entry["status"]["status_str"] == "success", server.log[-3000:]
    analysis = json.loads(entry["outputs"]["3"]["text"][0])
    assert analysis["answer"] != ""
    assert 1 <= len(analysis["boxes"]) <= 5
    assert analysis["source"] in (kind, "pixels")  # random weights say nothing that can be read
    assert "Requested to load VisionNetwork" in server.log  # ComfyUI's model management tells what it places


def test_a_missing_folder_is_named_with_place_and_address(server: ComfyUIServer, photo: str) -> None:
    text = message(server.run(graph(photo, "Qwen2-VL-72B"))[0])
    assert "'Qwen2-VL-72B'" in text
    assert str(server.base / "models" / "LLM") in text
    assert "https://huggingface.co/Qwen/" in text


def test_a_run_is_interrupted_while_the_model_writes(server: ComfyUIServer, photo: str) -> None:
    prompt_id = str(uuid.uuid4())
    body = {"prompt": graph(photo, "qwen2_vl"), "client_id": "t", "prompt_id": prompt_id}
    body["prompt"]["2"]["inputs"]["text"] = "끊기 전에"
    httpx.post(server.url + "/prompt", json=body, timeout=60).raise_for_status()

    def interrupted() -> Any:
        entry = server.get(f"/history/{prompt_id}").get(prompt_id)
        if entry and entry["status"]["status_str"]:
            return entry
        httpx.post(server.url + "/interrupt", timeout=60)
        return None

    entry = until(interrupted, "the run ended")
    kinds = [kind for kind, _ in entry["status"]["messages"]]
    assert "execution_interrupted" in kinds
    assert server.run(graph(photo, "qwen2_vl"))[0]["status"]["status_str"] == "success"


@pytest.fixture(scope="module")
def probed(server: ComfyUIServer) -> list[str]:
    """The last two lines that the probe prints when ComfyUI's own Python runs it."""
    folder, python = comfyui_or_skip()
    command = [str(python), str(ROOT / "tests/support/vision_probe.py"), str(server.base / "models/LLM/qwen2_vl")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split("\n")[-3:-1]


def test_nothing_of_the_model_is_left_afterwards(probed: list[str]) -> None:
    assert probed[0] == "1 0 0"


def test_comfyuis_own_tokenizer_takes_the_picture_as_it_is_handed_over(probed: list[str]) -> None:
    if not probed[1]:
        pytest.skip("this ComfyUI has no Qwen3-VL")
    assert probed[1] == "True False"  # Qwen-Image's encoder passes over it
