"""AdSave as a node: batches, names for the next node, and what the queue shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folder_paths
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.ad_save import AdSave
from PIL import Image

PROMPT = {"9": {"class_type": "AdSave", "inputs": {}}}


@pytest.fixture
def output(tmp_path: Path) -> Iterator[Path]:
    before = folder_paths.get_output_directory()
    folder_paths.set_output_directory(str(tmp_path))
    yield tmp_path
    folder_paths.set_output_directory(before)


def run(image: torch.Tensor, **changes: Any) -> Any:
    from comfy_api.latest import io

    values = {
        "filename_prefix": "Fit-AD",
        "format": "jpeg",
        "max_kb": 2000,
        "quality": 92,
        "min_side": 0,
        "metadata": "none",
        "psd": False,
    }
    hidden = {io.Hidden.prompt: PROMPT, io.Hidden.extra_pnginfo: {"workflow": {"nodes": []}}}
    clone = AdSave.PREPARE_CLASS_CLONE({"hidden_inputs": hidden})
    return clone.execute(image=image, **{**values, **changes})


def test_batch_becomes_files(output: Path) -> None:
    result = run(torch.rand(2, 40, 30, 3), copies="라떼 한 잔", hashtags="#카페")
    image, path = result.result
    assert image.shape == (2, 40, 30, 3)
    assert path.splitlines() == ["Fit-AD_00001_.jpg", "Fit-AD_00002_.jpg"]
    assert result.ui == {
        "images": [
            {"filename": "Fit-AD_00001_.jpg", "subfolder": "", "type": "output"},
            {"filename": "Fit-AD_00002_.jpg", "subfolder": "", "type": "output"},
        ],
        "text": ["라떼 한 잔", "#카페"],
    }
    assert sorted(p.suffix for p in output.iterdir()) == [".jpg", ".jpg", ".txt", ".txt"]


def test_the_image_output_is_the_saved_size(output: Path) -> None:
    image, path = run(torch.rand(1, 40, 30, 4), min_side=60, format="webp", filename_prefix="a/b").result
    assert image.shape == (1, 80, 60, 4)
    assert Image.open(output / path).size == (60, 80)


def test_metadata_policy(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comfy.cli_args import args

    path = run(torch.rand(1, 20, 20, 3), format="png", metadata="workflow").result[1]
    assert set(Image.open(output / path).text) == {"prompt", "workflow"}
    monkeypatch.setattr(args, "disable_metadata", True)
    path = run(torch.rand(1, 20, 20, 3), format="png", metadata="workflow").result[1]
    assert not Image.open(output / path).text


def test_containment(output: Path) -> None:
    with pytest.raises(FitAdError, match="leads out of the output folder"):
        run(torch.rand(1, 20, 20, 3), filename_prefix="../../etc/x")


def test_a_psd_needs_layers(output: Path) -> None:
    with pytest.raises(FitAdError, match="needs the layers of the ad.*Connect the layers of TextPlacer"):
        run(torch.rand(1, 20, 20, 3), psd=True)
    assert list(output.iterdir()) == []
