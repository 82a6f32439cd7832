"""Qwen2VLLayoutAdvisor as ComfyUI calls it."""

from __future__ import annotations

import json

import pytest
import torch
from fit_ad.core.errors import NotInThisVersionError
from fit_ad.nodes.qwen2vl_layout_advisor import Qwen2VLLayoutAdvisor


def test_outputs_are_of_the_first_picture_and_previews_of_all() -> None:
    image = torch.cat([torch.full((1, 270, 216, 3), 0.95), torch.full((1, 270, 216, 3), 0.05)])
    mask = torch.zeros(1, 270, 216)
    mask[:, 120:] = 1
    layout, position, color, palette, mood, analysis, preview = Qwen2VLLayoutAdvisor.execute(
        image, "봄 신메뉴", subject_mask=mask
    ).args
    assert layout["version"] == 1
    assert position == layout["position"] == "top"
    assert color == layout["text_color"]
    assert palette == ", ".join(layout["palette"])
    assert mood == "깨끗하고 담백한"
    assert [a["mood"] for a in json.loads(analysis)] == ["깨끗하고 담백한", "묵직하고 고급스러운"]
    assert preview.shape == (2, 270, 216, 3)
    assert preview.dtype == torch.float32


def test_one_picture_gives_one_object() -> None:
    assert json.loads(Qwen2VLLayoutAdvisor.execute(torch.rand(1, 40, 50, 4)).args[5])["size"] == [50, 40]


def test_the_input_is_left_as_it_was() -> None:
    image = torch.rand(1, 100, 80, 3)
    before = image.clone()
    Qwen2VLLayoutAdvisor.execute(image, "가")
    assert torch.equal(image, before)


def test_models_are_for_a_later_version() -> None:
    with pytest.raises(NotInThisVersionError, match="Unplug clip"):
        Qwen2VLLayoutAdvisor.execute(torch.zeros(1, 8, 8, 3), clip=object())
    with pytest.raises(NotInThisVersionError, match=r"'qwen'.*Set model to pixels"):
        Qwen2VLLayoutAdvisor.execute(torch.zeros(1, 8, 8, 3), model="qwen")
