"""TextPlacer in a real ComfyUI: the preview's address, batches, several formats, layers in ComfyUI's own nodes."""

from __future__ import annotations

import base64
import io
import json
import uuid
from typing import Any

import httpx
import numpy as np
import pytest
from comfyui_server import ComfyUIServer
from fit_ad.core.layout.formats import zone
from fit_ad.core.placement.geometry import free_box
from PIL import Image

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
    "edited": "",
}


@pytest.fixture(scope="module")
def photo(comfyui: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    y, x = np.mgrid[0:1:1350j, 0:1:1080j]
    waves = np.dstack([0.5 + 0.45 * np.sin(9 * x + 2 * y), 0.5 + 0.5 * np.sin(60 * x * y), 0.5 + 0.4 * np.cos(7 * x)])
    file = tmp_path_factory.mktemp("photo") / f"waves-{uuid.uuid4().hex[:6]}.png"
    Image.fromarray((waves * 255).astype(np.uint8)).save(file)
    return comfyui.upload(file)


def ask(comfyui: ComfyUIServer, **question: Any) -> httpx.Response:
    body = {"editor": uuid.uuid4().hex, "turn": 1, "inputs": PLACER, **question}
    return httpx.post(comfyui.url + "/fit_ad/place", json=body, timeout=60)


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"), np.float32)


def graph(photo: str, **values: Any) -> dict[str, Any]:
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "2": {"class_type": "TextPlacer", "inputs": {"background": ["1", 0], **PLACER, **values}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "place"}},
    }


def saved(comfyui: ComfyUIServer, entry: dict[str, Any], node: str = "3") -> list[np.ndarray]:
    assert entry["status"]["status_str"] == "success", entry["status"]
    files = [comfyui.base / "output" / f["subfolder"] / f["filename"] for f in entry["outputs"][node]["images"]]
    return [np.asarray(Image.open(file).convert("RGB"), np.float32) for file in files]


def test_before_the_first_run_and_after_it_the_preview_is_the_output(comfyui: ComfyUIServer, photo: str) -> None:
    before = ask(comfyui, file={"name": photo, "subfolder": "", "type": "input"}).json()
    entry, _ = comfyui.run(graph(photo))
    out = saved(comfyui, entry)[0]
    token = entry["outputs"]["2"]["fit_ad_place"][0]["token"]
    after = ask(comfyui, token=token).json()
    small = np.asarray(Image.fromarray(out.astype(np.uint8)).resize((640, 800), Image.Resampling.BOX), np.float32)
    for told in (before, after):
        assert told["canvas"] == [1080, 1350]
        assert np.abs(pixels(told["image"]) - small).mean() < 2
    assert before["fingerprint"] == after["fingerprint"]
    assert before["report"] == after["report"]


def test_a_path_outside_the_input_folder_is_refused(comfyui: ComfyUIServer) -> None:
    answer = ask(comfyui, file={"name": "../comfyui.log", "subfolder": "", "type": "input"})
    assert answer.status_code == 400
    assert answer.json()["error"]["fix"]
    assert ask(comfyui, token="0" * 32).status_code == 410
    json_type = {"content-type": "application/json"}
    assert httpx.post(comfyui.url + "/fit_ad/place", content=b"{", headers=json_type, timeout=30).status_code == 400
    assert httpx.post(comfyui.url + "/fit_ad/place", content=b"{}", timeout=30).status_code == 403


def test_a_graph_of_the_first_version_still_runs(comfyui: ComfyUIServer, photo: str) -> None:
    older = graph(photo)
    del older["2"]["inputs"]["edited"]
    assert saved(comfyui, comfyui.run(older)[0])[0].shape == (1350, 1080, 3)


def test_one_graph_makes_several_formats_set_anew_for_each(comfyui: ComfyUIServer) -> None:
    lettering = {
        "text": "오늘만 이 가격 아메리카노 2,000원",
        "font": "Pretendard ExtraBold",
        "color": "#FFFFFF",
        "style": "flat",
        "size": 0,
        "align": "center",
        "line_spacing": 1.2,
        "letter_spacing": 0,
        "vertical": False,
        "outline": 0,
        "outline_color": "#000000",
        "shadow": 0,
        "relief": 0.5,
        "light": 315,
        "brush": 0,
        "seed": 0,
    }
    backdrop = {"style": "gradient", "palette": "#203040, #709080", "seed": 3}
    offered = comfyui.get("/object_info/AdBackdrop")["AdBackdrop"]["input"]
    for name, spec in {**offered["required"], **offered.get("optional", {})}.items():
        if name not in backdrop and len(spec) > 1 and "default" in spec[1]:
            backdrop[name] = spec[1]["default"]
    backdrop |= {"width": ["1", 0], "height": ["1", 1]}
    canvas = {"format": "feed-1x1", "width": 64, "height": 64, "also": "feed-4x5, story, wide-16x9, kakao-bizboard"}
    box = {"y": 50, "width": 92, "height": 60, "safe_zone": "auto", "text": ""}
    formats = {
        "1": {"class_type": "AdCanvas", "inputs": canvas},
        "2": {"class_type": "AdBackdrop", "inputs": backdrop},
        "3": {"class_type": "CalligraphyRender", "inputs": {**lettering, "width": ["1", 0], "height": ["1", 1]}},
        "4": {
            "class_type": "TextPlacer",
            "inputs": {**PLACER, **box, "background": ["2", 0], "overlay": ["3", 0]},
        },
        "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "formats"}},
        "6": {"class_type": "PreviewAny", "inputs": {"source": ["4", 3]}},
    }
    entry, _ = comfyui.run(formats)
    pictures = saved(comfyui, entry, "5")
    sizes = [(1080, 1080), (1080, 1350), (1080, 1920), (1920, 1080), (1029, 258)]
    assert [p.shape[1::-1] for p in pictures] == sizes
    reports = [json.loads(text) for text in entry["outputs"]["6"]["text"]]
    assert [tuple(r["canvas"]) for r in reports] == sizes
    for report, (width, height) in zip(reports, sizes, strict=True):
        free = free_box(zone("auto", width, height), width, height)
        x, y, w, h = report["box"]
        assert free.x <= x
        assert free.y <= y
        assert x + w <= free.right
        assert y + h <= free.bottom
        assert report["legible"] is True
    lines = {round(r["box"][2] / r["box"][3], 1) for r in reports}
    assert len(lines) >= 3  # wrapped differently, not only scaled


def test_the_layers_give_the_same_picture_in_comfyuis_own_layer_editor(comfyui: ComfyUIServer, photo: str) -> None:
    if "ImageCompositor" not in comfyui.get("/object_info"):
        pytest.skip("this ComfyUI has no layer editor (it came with 0.32)")
    layered = graph(photo, y=60, opacity=0.9, rotation=6)
    more = {**PLACER, "text": "예약 02-123-4567", "y": 85, "height": 8, "background": ["2", 0], "layers": ["2", 2]}
    layered["6"] = {"class_type": "TextPlacer", "inputs": more}
    layered["3"]["inputs"]["images"] = ["6", 0]
    layered["4"] = {"class_type": "ImageCompositor", "inputs": {"layers": ["6", 2], "compositor": ""}}
    layered["5"] = {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "layers"}}
    entry, _ = comfyui.run(layered)
    ours, theirs = saved(comfyui, entry)[0], saved(comfyui, entry, "5")[0]
    assert len(entry["outputs"]["4"]["compositor_layers"]) >= 4
    away = np.abs(ours - theirs).max(axis=-1)
    assert away.mean() < 1  # of 255; both sides round to 8 bits
    assert (away <= 2).mean() > 0.999
    assert away.max() <= 8  # a pixel here and there, of so little alpha that 8 bits hold no colour


def test_every_turn_of_an_editor_is_answered(comfyui: ComfyUIServer, photo: str) -> None:
    entry, _ = comfyui.run(graph(photo, x=49))
    token = entry["outputs"]["2"]["fit_ad_place"][0]["token"]
    with httpx.Client(timeout=60) as client:
        editor = uuid.uuid4().hex
        for turn in range(8):
            body = {"editor": editor, "turn": turn, "token": token, "inputs": {**PLACER, "x": 40 + turn}}
            told = client.post(comfyui.url + "/fit_ad/place", json=body).json()
            assert told["placement"]["x"] == 40 + turn
