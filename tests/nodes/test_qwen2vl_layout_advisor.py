"""Qwen2VLLayoutAdvisor as ComfyUI calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import folder_paths
import pytest
import torch
from fit_ad.core.errors import FitAdError, MissingModelError
from fit_ad.nodes import _vision
from fit_ad.nodes.qwen2vl_layout_advisor import Qwen2VLLayoutAdvisor

ANSWER = '{"boxes": [{"box": [80, 100, 920, 350], "text_color": "#2B1A10"}], "mood": "아늑한, 따뜻한"}'


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


# --- folders --------------------------------------------------------------------------------------------------


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder that is the only one."""
    monkeypatch.setattr(folder_paths, "models_dir", str(tmp_path))
    kept = {k: v for k, v in folder_paths.folder_names_and_paths.items() if k not in _vision.FOLDERS}
    monkeypatch.setattr(folder_paths, "folder_names_and_paths", kept)
    return tmp_path


def model_at(folder: Path, kind: str = "qwen2_vl") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))
    (folder / "model.safetensors").write_bytes(b"1234")
    return folder


def test_folders_of_both_families_are_found_and_nothing_else(models: Path) -> None:
    model_at(models / "LLM" / "Qwen2-VL-2B-Instruct")
    model_at(models / "VLM" / "deep" / "er" / "Qwen2.5-VL-7B", "qwen2_5_vl")
    model_at(models / "Qwen2-VL")
    model_at(models / "LLM" / "llama", "llama")
    model_at(models / "transformers" / "too" / "deep" / "for" / "a" / "search")
    (model_at(models / "LLM" / "bare") / "model.safetensors").unlink()
    assert list(_vision.folders()) == ["Qwen2-VL", "Qwen2-VL-2B-Instruct", "deep/er/Qwen2.5-VL-7B"]


def test_the_menu_begins_with_pixels_and_offers_what_is_there(models: Path) -> None:
    model_at(models / "LLM" / "Qwen2-VL-2B-Instruct")
    menu = next(i for i in Qwen2VLLayoutAdvisor.define_schema().inputs if i.id == "model")
    assert menu.options[:2] == ["pixels", "Qwen2-VL-2B-Instruct"]
    assert "openai" in menu.options
    assert menu.default == "pixels"


def test_a_missing_model_names_folder_and_address(models: Path) -> None:
    assert Qwen2VLLayoutAdvisor.validate_inputs("Qwen2-VL-7B") is True
    with pytest.raises(MissingModelError) as caught:
        Qwen2VLLayoutAdvisor.execute(torch.zeros(1, 8, 8, 3), model="Qwen2-VL-7B")
    assert "'Qwen2-VL-7B'" in str(caught.value)
    assert str(models / "LLM") in str(caught.value)
    assert "https://huggingface.co/Qwen/" in str(caught.value)
    assert "set model to pixels" in str(caught.value)


def test_a_broken_settings_file_leaves_the_other_choices(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = models / "config.yaml"
    broken.write_text("profiles: [", encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(broken))
    menu = next(i for i in Qwen2VLLayoutAdvisor.define_schema().inputs if i.id == "model")
    assert menu.options == ["pixels"]


def test_a_profile_without_its_key_says_so(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIT_AD_CONFIG", str(models / "none.yaml"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(FitAdError, match="OPENAI_API_KEY is not set"):
        Qwen2VLLayoutAdvisor.execute(torch.zeros(1, 8, 8, 3), model="openai")


# --- a connected CLIP -----------------------------------------------------------------------------------------


class SeeingClip:
    """A CLIP that sees and writes, as ComfyUI's Qwen3-VL does."""

    def __init__(self, answer: str = ANSWER) -> None:
        self.answer = answer
        self.asked: list[tuple[str, tuple[int, ...]]] = []

    def tokenize(self, text: str, image: torch.Tensor, **_: Any) -> dict[str, Any]:
        self.asked.append((text, tuple(image.shape)))
        return {"qwen3vl_8b": [[(1, 1.0), ({"type": "image", "data": image}, 1.0), (2, 1.0)]]}

    def generate(self, tokens: Any, do_sample: bool, max_length: int, seed: int) -> list[int]:
        assert not do_sample
        return list(self.answer.encode())

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return bytes(ids).decode()


def test_a_clip_that_sees_and_writes_advises_on_each_picture() -> None:
    clip = SeeingClip()
    image = torch.full((2, 1350, 1080, 3), 0.95)
    out = Qwen2VLLayoutAdvisor.execute(image, "봄 신메뉴", language="ko", clip=clip).args
    assert [shape for _, shape in clip.asked] == [(1, 980, 812, 3)] * 2
    assert "봄 신메뉴" in clip.asked[0][0]
    assert out[0]["source"] == "clip"
    assert (out[0]["boxes"][0]["y"], out[1], out[2], out[4]) == (10, "top", "#2B1A10", "아늑한, 따뜻한")
    assert [a["changes"] for a in json.loads(out[5])] == [[], []]


def test_a_clip_that_answers_nonsense_leaves_it_to_the_pixels() -> None:
    image = torch.full((1, 270, 216, 3), 0.95)
    advised = Qwen2VLLayoutAdvisor.execute(image, "봄", clip=SeeingClip("As an AI, I would rather not.")).args
    alone = Qwen2VLLayoutAdvisor.execute(image, "봄").args
    assert advised[0] == alone[0]
    assert json.loads(advised[5])["changes"][0]["why"] == "no box could be read in the answer"


class OldClip:
    def tokenize(self, text: str) -> dict[str, Any]:
        return {"l": [[(1, 1.0)]]}


class BlindClip(SeeingClip):
    def tokenize(self, text: str, image: torch.Tensor, **_: Any) -> dict[str, Any]:
        return {"l": [[(49406, 1.0), (49407, 1.0)]]}


class MuteClip(SeeingClip):
    def generate(self, tokens: Any, do_sample: bool, max_length: int, seed: int) -> list[int]:
        raise AttributeError("'T5' object has no attribute 'generate'")


@pytest.mark.parametrize(
    ("clip", "why"),
    [(OldClip(), "can't write text"), (BlindClip(), "can't read images"), (MuteClip(), "has no attribute 'generate'")],
)
def test_a_clip_that_cannot_do_it_says_why_and_what_can(clip: Any, why: str) -> None:
    with pytest.raises(FitAdError, match=rf"{why}.*Qwen3-VL.*disconnect clip"):
        Qwen2VLLayoutAdvisor.execute(torch.zeros(1, 28, 28, 3), clip=clip)
