"""Reading the published files, and saying what is wrong with others."""

from __future__ import annotations

import pickle
import random
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.matting.ben2 import Ben2, load


def test_every_weight_arrives_unchanged(model: Ben2, key_table: dict[str, tuple[list[int], str]]) -> None:
    used = {k: v for k, v in key_table.items() if "sideout" not in k and "relative_position_index" not in k}
    loaded = model.state_dict()
    assert loaded.keys() == used.keys()
    assert {k: list(v.shape) for k, v in loaded.items()} == {k: shape for k, (shape, _) in used.items()}
    wrong = [k for k, v in loaded.items() if zlib.crc32(v.numpy().tobytes()) != int(used[k][1], 16)]
    assert wrong == []
    assert not model.training
    assert not any(p.requires_grad for p in model.parameters())


def test_loading_leaves_random_state_alone(checkpoint: Path) -> None:
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tobytes()
    load(checkpoint)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before[1:]


def test_a_safetensors_file_in_half_precision_gives_float32(model: Ben2, tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    path = tmp_path / "model.safetensors"
    safetensors.save_file({k: v.half() for k, v in model.state_dict().items()}, path)
    again = load(path).state_dict()
    path.unlink()
    key = "backbone.layers.2.blocks.7.attn.qkv.weight"
    assert again[key].dtype == torch.float32
    assert torch.equal(again[key], model.state_dict()[key].half().float())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match=r"nothing\.pth does not exist.*BEN2_Base\.pth from https"):
        load(tmp_path / "nothing.pth")


@pytest.mark.parametrize("name", ["BEN2_Base.pth", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", pickle.dumps(print), b"PK\x03\x04" + bytes(50)])
def test_an_unreadable_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FitAdError, match=rf"^{name} cannot be read .*Download it again"):
        load(path)


def test_other_weights_are_refused_with_examples(model: Ben2, tmp_path: Path) -> None:
    state = {key: value[:1] for key, value in model.state_dict().items()}
    del state["shallow.0.bias"]
    state["decoder.weight"] = torch.zeros(2)
    path = tmp_path / "other.pth"
    torch.save({"model_state_dict": state}, path)
    with pytest.raises(FitAdError) as caught:
        load(path)
    text = str(caught.value)
    assert text.startswith("other.pth is not the BEN2 Base model")
    assert "1 weights are missing, such as shallow.0.bias" in text
    assert "1 are not known, such as decoder.weight" in text
    assert "have another shape" in text


@pytest.mark.parametrize("content", [[1, 2], {"model_state_dict": 3}, {"model_state_dict": {"a": "b"}}, torch.zeros(1)])
def test_a_file_without_a_table_of_weights_is_refused(tmp_path: Path, content: object) -> None:
    path = tmp_path / "strange.pth"
    torch.save(content, path)
    with pytest.raises(FitAdError, match=r"strange\.pth is not the BEN2 Base model.*holds no table of weights"):
        load(path)
