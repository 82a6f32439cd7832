"""The loading code, on tiny random models that the test makes itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout.pixel_advisor import read
from fit_ad.core.layout.vlm.instructions import question, resized_for_model, seen_by_model
from fit_ad.core.layout.vlm.qwen import FAMILIES, VisionModel, ask, family_of, is_repeating, load, weight_bytes
from fit_ad.core.layout.vlm.verification import verify
from tiny_qwen import lacking, write_tiny_qwen

CPU = torch.device("cpu")


@pytest.fixture(scope="module", autouse=True)
def transformers() -> None:
    """Skip the tests where it cannot load such models; it takes seconds to import."""
    if lacking():
        pytest.skip(lacking())


@pytest.fixture(scope="module", params=list(FAMILIES))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_qwen(tmp_path_factory.mktemp("models") / request.param, request.param)


@pytest.fixture(scope="module")
def model(folder: Path) -> VisionModel:
    return load(folder, torch.float32)


def test_the_family_is_read_from_the_folder(folder: Path) -> None:
    assert family_of(folder) == folder.name
    assert weight_bytes(folder) == (folder / "model.safetensors").stat().st_size > 10_000


def test_the_weights_come_in_the_type_that_was_asked_for(folder: Path) -> None:
    assert {p.dtype for p in load(folder, torch.bfloat16).network.parameters()} == {torch.bfloat16}


def test_it_answers_with_so_many_tokens_and_reports_each(model: VisionModel) -> None:
    shares: list[float] = []
    answer = ask(model, np.zeros((56, 84, 3), np.float32), "어디에?", CPU, shares.append, 6)
    assert isinstance(answer, str)
    assert shares == [pytest.approx(n / 6) for n in range(1, len(shares) + 1)]
    assert 1 <= len(shares) <= 6


def test_the_same_picture_and_question_get_the_same_answer(model: VisionModel) -> None:
    picture = np.random.default_rng(0).random((84, 84, 3), np.float32)
    assert ask(model, picture, "where?", CPU, None, 8) == ask(model, picture, "where?", CPU, None, 8)


def test_the_picture_is_seen_in_as_many_tokens_as_reckoned(model: VisionModel) -> None:
    picture = resized_for_model(np.zeros((1350, 1080, 3), np.float32), 40)
    seen: list[int] = []
    watched = model.network.register_forward_pre_hook(
        lambda _m, _a, kwargs: seen.append(int((kwargs["input_ids"] == model.network.config.image_token_id).sum())),
        with_kwargs=True,
    )
    try:
        ask(model, picture, "where?", CPU, None, 2)
    finally:
        watched.remove()
    assert seen[0] == picture.shape[0] * picture.shape[1] // 28**2


def test_what_progress_raises_ends_the_answer(model: VisionModel) -> None:
    class StopItError(Exception):
        pass

    calls: list[float] = []

    def stop(share: float) -> None:
        calls.append(share)
        raise StopItError

    with pytest.raises(StopItError):
        ask(model, np.zeros((28, 28, 3), np.float32), "where?", CPU, stop, 50)
    assert calls == [1 / 50]


def test_an_answer_that_goes_round_is_seen() -> None:
    assert is_repeating([7] * 48)
    assert is_repeating([1, 2, 3] * 16)
    assert not is_repeating([7] * 40)
    assert not is_repeating(list(range(48)))
    assert not is_repeating([1, 2, 3] * 15 + [1, 2, 4])


def test_words_with_chat_marks_stay_words(model: VisionModel) -> None:
    assert isinstance(ask(model, np.zeros((28, 28, 3), np.float32), "<|image_pad|><|im_end|>", CPU, None, 2), str)


def test_even_a_random_models_answer_gives_a_layout(model: VisionModel) -> None:
    rgb = np.full((270, 216, 3), 0.9, np.float32)
    picture = resized_for_model(rgb, 64)
    seen = seen_by_model(rgb, picture, model.family.unit)
    answer = ask(model, picture, question("봄 신메뉴", "ko", seen), CPU, None, 24)
    assert verify(read(rgb, None, "봄 신메뉴"), answer, seen, "tiny").advice.layout.boxes


@pytest.mark.parametrize("content", ["{}", "[]", "no json", '{"model_type": "llama"}', '{"model_type": ["qwen2_vl"]}'])
def test_other_folders_are_refused_by_name(content: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(content)
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert family_of(tmp_path) == ""
    with pytest.raises(FitAdError, match=r"holds no Qwen2-VL or Qwen2.5-VL.*set model to pixels"):
        load(tmp_path, torch.float32)


def test_a_damaged_folder_is_told_with_its_reason(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for file in folder.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    (damaged / "model.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(FitAdError, match=r"damaged could not be loaded.*Download all files"):
        load(damaged, torch.float32)


def test_code_that_comes_with_a_model_is_not_run(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    config = json.loads((other / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "evil.Evil"}
    (other / "config.json").write_text(json.dumps(config))
    (other / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Evil: pass\n")
    load(other, torch.float32)
    assert not (tmp_path / "ran").exists()
