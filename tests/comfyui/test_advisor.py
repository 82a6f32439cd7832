"""Layout Advisor in a real ComfyUI: a tiny Qwen2-VL from a folder, placed and let go by model management."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import ROOT, ComfyUIServer, comfyui_server, find_comfyui, find_python
from PIL import Image

pytestmark = pytest.mark.comfyui

# Qwen3-VL takes the picture; the encoder of Qwen-Image passes over it
PROBE = """
import importlib.util, pathlib, sys
root = pathlib.Path(sys.argv.pop())
sys.argv.append("--cpu")
sys.path.insert(0, "")
import comfy.options
comfy.options.enable_args_parsing()
import torch
from comfy.text_encoders import qwen3vl, qwen_image
spec = importlib.util.spec_from_file_location("fit_ad", root / "__init__.py", submodule_search_locations=[str(root)])
sys.modules["fit_ad"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["fit_ad"])
from fit_ad.nodes import _vision
class Clip:
    def __init__(self, tokenizer):
        self.tokenize = tokenizer().tokenize_with_weights
for tokenizer in (qwen3vl.tokenizer("qwen3vl_4b"), qwen_image.QwenImageTokenizer):
    print(_vision._holds_picture(_vision.tokens_of(Clip(tokenizer), "어디?", torch.zeros(56, 56, 3).numpy())))
"""

KINDS = ("qwen2_vl", "qwen2_5_vl")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyUIServer]:
    """A ComfyUI of its own, whose model folder holds one tiny model of each family, made by its own Python."""
    folder, reason = find_comfyui()
    if folder is None:
        pytest.skip(reason)
    python, reason = find_python(folder)
    if python is None:
        pytest.skip(reason)
    base = tmp_path_factory.mktemp("advisor") / "base"
    with comfyui_server(folder, python, base) as running:
        made = [str(python), str(ROOT / "tests/support/tiny_qwen.py"), str(base / "models/LLM"), *KINDS]
        done = subprocess.run(made, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        yield running


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
    end = time.monotonic() + 60
    while time.monotonic() < end:
        entry = server.get(f"/history/{prompt_id}").get(prompt_id)
        if entry and entry["status"]["status_str"]:
            break
        httpx.post(server.url + "/interrupt", timeout=60)
        time.sleep(0.02)
    else:
        raise AssertionError(server.log[-2000:])
    kinds = [kind for kind, _ in entry["status"]["messages"]]
    assert "execution_interrupted" in kinds
    assert server.run(graph(photo, "qwen2_vl"))[0]["status"]["status_str"] == "success"


@pytest.fixture(scope="module")
def comfyui_python() -> tuple[Path, Path]:
    folder, reason = find_comfyui()
    python = find_python(folder)[0] if folder else None
    if folder is None or python is None:
        pytest.skip(reason or "its Python lacks something")
    return folder, python


def test_comfyuis_own_tokenizer_takes_the_picture_as_it_is_handed_over(comfyui_python: tuple[Path, Path]) -> None:
    folder, python = comfyui_python
    if not (folder / "comfy/text_encoders/qwen3vl.py").exists():
        pytest.skip("this ComfyUI has no Qwen3-VL")
    done = subprocess.run(
        [str(python), "-c", PROBE, str(ROOT)], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.split()[-2:] == ["True", "False"], done.stderr[-2000:]
