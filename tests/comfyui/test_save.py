"""AdSave in a real ComfyUI: every format, graphs from before the marks, a layered PSD, metadata."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from color_profiles import display_p3
from comfyui_server import ComfyUIServer
from PIL import Image, features

pytestmark = pytest.mark.comfyui

PLACER = {
    "text": "오늘의 커피 2,000원",
    "x": 50,
    "y": 20,
    "width": 80,
    "height": 20,
    "keep_aspect": True,
    "anchor": "center",
    "rotation": 0,
    "opacity": 1,
    "blend": "normal",
    "safe_zone": "none",
    "legibility": "fix",
}
# What a graph held before the marks came: it must stay valid.
SAVE = {"format": "jpeg", "max_kb": 2000, "quality": 92, "min_side": 0, "metadata": "none", "psd": False}


@pytest.fixture(scope="module")
def photo(comfyui: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    y, x = np.mgrid[0:1:400j, 0:1:320j]
    file = tmp_path_factory.mktemp("photo") / f"slope-{uuid.uuid4().hex[:6]}.png"
    Image.fromarray((np.dstack([x, y, 1 - x]) * 200 + 20).astype(np.uint8)).save(file)
    return comfyui.upload(file)


def saved(comfyui: ComfyUIServer, photo: str, **inputs: Any) -> Path:
    """Run photo -> words -> file, and return the file."""
    prefix = f"save/{uuid.uuid4().hex[:8]}"
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "2": {"class_type": "TextPlacer", "inputs": {"background": ["1", 0], **PLACER}},
        "3": {"class_type": "AdSave", "inputs": {"image": ["2", 0], "filename_prefix": prefix, **SAVE, **inputs}},
    }
    entry, _ = comfyui.run(graph)
    assert entry["status"]["status_str"] == "success", entry["status"]
    (shown,) = entry["outputs"]["3"]["images"]
    return comfyui.base / "output" / shown["subfolder"] / shown["filename"]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif"])
def test_every_format(comfyui: ComfyUIServer, photo: str, kind: str) -> None:
    if kind == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    with Image.open(saved(comfyui, photo, format=kind)) as image:
        assert (image.format, image.size) == (kind.upper(), (320, 400))
        assert image.info["icc_profile"]
        assert not image.getexif()


def test_a_layered_psd_with_marks(comfyui: ComfyUIServer, photo: str) -> None:
    marks = {"ai_mark": "composite", "watermark": "카페 봄날", "watermark_place": "bottom-left"}
    file = saved(comfyui, photo, format="png", psd=True, layers=["2", 2], **marks)
    flat = np.asarray(Image.open(file).convert("RGB"), np.int16)
    with Image.open(file.with_suffix(".psd")) as psd:
        assert [name for name, *_ in psd.layers][:2] == ["Background", "Text"]
        assert len(psd.layers) == 4
        np.testing.assert_array_equal(np.asarray(psd.convert("RGB"), np.int16), flat)


def test_the_workflow_can_be_opened_from_the_file_and_holds_no_key(comfyui: ComfyUIServer, photo: str) -> None:
    key = "sk-proj-abcDEF1234567890abcDEF"
    file = saved(comfyui, photo, format="png", metadata="full", ai_mark="generated", copies=f"라떼 {key}")
    with Image.open(file) as image:
        prompt = json.loads(image.text["prompt"])
        assert prompt["3"]["inputs"]["copies"] == "라떼 …"
        assert prompt["2"]["inputs"]["text"] == PLACER["text"]
        assert "/trainedAlgorithmicMedia" in image.text["XML:com.adobe.xmp"]
    assert key.encode() not in file.read_bytes()


def test_a_psd_without_layers_says_what_to_connect(comfyui: ComfyUIServer, photo: str) -> None:
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "3": {"class_type": "AdSave", "inputs": {"image": ["1", 0], "filename_prefix": "x", **SAVE, "psd": True}},
    }
    entry, _ = comfyui.run(graph)
    assert entry["status"]["status_str"] == "error"
    told = json.dumps(entry["status"], ensure_ascii=False)
    assert "A layered PSD needs the layers of the ad" in told
    assert "Connect the layers of TextPlacer" in told


def test_what_programs_and_other_nodes_hand_over_is_put_right(comfyui: ComfyUIServer, tmp_path: Path) -> None:
    """A null is not a word, Display P3 looks as it should, and Load Image's mask shows what shows."""
    name = uuid.uuid4().hex[:8]
    photo, badge = tmp_path / f"{name}-p3.png", tmp_path / f"{name}-badge.png"
    Image.new("RGB", (80, 60), (204, 102, 51)).save(photo, icc_profile=display_p3())
    card = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    card.paste((255, 255, 255, 255), (10, 10, 30, 20))
    card.save(badge)
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": comfyui.upload(photo)}},
        "2": {"class_type": "LoadImage", "inputs": {"image": comfyui.upload(badge)}},
        "3": {
            "class_type": "TextPlacer",
            "inputs": {
                "background": ["1", 0],
                "overlay": ["2", 0],
                "overlay_mask": ["2", 1],
                "text": None,
                "x": 50,
                "y": 50,
                "width": 100,
                "height": 100,
                "keep_aspect": True,
                "anchor": "center",
                "rotation": 0,
                "opacity": 1,
                "blend": "normal",
                "legibility": "off",
                "safe_zone": "none",
            },
        },
        "4": {
            "class_type": "AdSave",
            "inputs": {
                "image": ["3", 0],
                "filename_prefix": f"{name}/%TextPlacer.blend%",
                "format": "png",
                "max_kb": 0,
                "quality": 92,
                "min_side": 0,
                "metadata": "full",
                "psd": False,
                "copies": None,
                "hashtags": None,
            },
        },
    }
    entry, _ = comfyui.run(graph)
    (saved,) = entry["outputs"]["4"]["images"]
    assert saved["filename"] == "normal_00001_.png"
    folder = comfyui.base / "output" / saved["subfolder"]
    assert [file.suffix for file in folder.iterdir()] == [".png"]  # no words, so no text beside it
    with Image.open(folder / saved["filename"]) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
        assert "Description" not in image.text
    assert np.abs(pixels[2, 2] - (221, 94, 24)).max() <= 1
    assert np.abs(pixels[30, 40] - 255).max() <= 3
    assert np.abs(pixels[6, 40] - (221, 94, 24)).max() <= 3
