"""Lettering in a real ComfyUI: effects over a link, lists in and batches out."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import pytest
from comfyui_server import ComfyUIServer
from PIL import Image

pytestmark = pytest.mark.comfyui

LOOK = {
    "text": "오늘의 특가", "font": "Black Han Sans", "color": "#FFFFFF", "style": "emboss", "size": 0,
    "align": "center", "line_spacing": 1.2, "letter_spacing": 0.0, "vertical": False, "outline": 0.0,
    "outline_color": "#000000", "shadow": 0.0, "relief": 0.5, "light": 315, "brush": 0.0, "seed": 0,
}  # fmt: skip
EFFECTS = {
    "gradient": 0.0, "gradient_color": "#FFFFFF", "ground": "box", "ground_color": "#C8283C", "arc_deg": 0.0,
    "slant_deg": 0.0, "gradient_deg": 180.0, "ground_opacity": 1.0, "ground_padding_em": 0.35,
    "outline_position": "outside", "glow": 0.0, "glow_color": "#FFFFFF", "glow_px": 24.0, "shadow_color": "#000000",
    "shadow_distance_em": 0.035, "shadow_deg": -1.0, "shadow_blur_em": 0.05, "inner_shadow": 0.0,
    "elevation_deg": 40.0, "specular": 0.0, "occlusion": 0.0,
}  # fmt: skip


def pictures(comfyui: ComfyUIServer, graph: dict[str, Any], node: str) -> list[Image.Image]:
    entry = comfyui.run(graph)[0]
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-3000:]
    made = []
    for name in entry["outputs"][node]["images"]:
        answer = httpx.get(comfyui.url + "/view", params=name, timeout=60).raise_for_status()
        made.append(Image.open(io.BytesIO(answer.content)))
    return made


def test_effects_come_over_a_link(comfyui: ComfyUIServer) -> None:
    graph = {
        "1": {"class_type": "LetteringEffects", "inputs": EFFECTS},
        "2": {"class_type": "CalligraphyRender", "inputs": {**LOOK, "width": 600, "height": 0, "effects": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "boxed"}},
    }
    (made,) = pictures(comfyui, graph, "3")
    assert made.mode == "RGBA"
    assert made.size[0] == 600
    assert made.getpixel((12, made.size[1] // 2)) == (0xC8, 0x28, 0x3C, 255)


def test_a_list_of_sizes_gives_a_batch_for_each(comfyui: ComfyUIServer) -> None:
    graph = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 320, "height": 90, "batch_size": 3, "color": 0}},
        "2": {"class_type": "RebatchImages", "inputs": {"images": ["1", 0], "batch_size": 1}},
        "3": {"class_type": "GetImageSize", "inputs": {"image": ["2", 0]}},
        "4": {"class_type": "CalligraphyRender", "inputs": {**LOOK, "width": ["3", 0], "height": ["3", 1]}},
        "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "sizes"}},
    }
    assert [made.size for made in pictures(comfyui, graph, "5")] == [(320, 90)] * 3


def test_a_wrong_font_is_refused_before_the_run(comfyui: ComfyUIServer) -> None:
    graph = {
        "1": {
            "class_type": "CalligraphyRender",
            "inputs": {**LOOK, "font": "Blak Han Sans", "width": 300, "height": 0},
        },
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "never"}},
    }
    answer = httpx.post(comfyui.url + "/prompt", json={"prompt": graph}, timeout=60)
    assert answer.status_code == 400
    assert "Did you mean Black Han Sans" in answer.text
