"""AdSave as a node: batches, names for the next node, and what the queue shows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folder_paths
import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.ad_save import AdSave
from PIL import Image, IptcImagePlugin, features

PROMPT = {"9": {"class_type": "AdSave", "inputs": {"format": "png"}}}


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


def test_the_tokens_of_the_prefix_are_filled(output: Path) -> None:
    result = run(torch.rand(1, 40, 30, 3), filename_prefix="%date:yyyy%/%AdSave.format%-%width%")
    assert result.result[1] == f"{time.strftime('%Y')}/png-30_00001_.jpg"
    assert AdSave.fingerprint_inputs("%date:yyyy%") == time.strftime("%Y")


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


def tensor(*shape: int, value: float = 0.5) -> torch.Tensor:
    return torch.full(shape, value)


def spoilt(value: float) -> torch.Tensor:
    image = tensor(1, 40, 30, 3)
    image[:, :10] = value
    return image


HOSTILE_IMAGES = {
    "nan": (spoilt(float("nan")), (1, 40, 30, 3)),
    "inf": (spoilt(float("inf")), (1, 40, 30, 3)),
    "-inf": (spoilt(float("-inf")), (1, 40, 30, 3)),
    "out of range": (spoilt(-7.5), (1, 40, 30, 3)),
    "one pixel": (tensor(1, 1, 1, 3), (1, 1, 1, 3)),
    "8000 px wide": (tensor(1, 20, 8000, 3), (1, 20, 8000, 3)),
    "gray": (tensor(1, 40, 30, 1), (1, 40, 30, 1)),
    "gray and alpha": (tensor(1, 40, 30, 2), (1, 40, 30, 2)),
    "alpha": (tensor(2, 40, 30, 4), (2, 40, 30, 4)),
    "no batch": (tensor(40, 30, 3), (1, 40, 30, 3)),
    "half": (tensor(1, 40, 30, 3).half(), (1, 40, 30, 3)),
    "bfloat16": (tensor(1, 40, 30, 3).bfloat16(), (1, 40, 30, 3)),
    "with gradient": (tensor(1, 40, 30, 3).requires_grad_(), (1, 40, 30, 3)),
    "not contiguous": (tensor(1, 30, 40, 3).transpose(1, 2), (1, 40, 30, 3)),
    "transposed view": (tensor(1, 3, 40, 30).movedim(1, 3), (1, 40, 30, 3)),
    "empty batch": (tensor(0, 40, 30, 3), "The batch is empty"),
    "no rows": (tensor(1, 0, 30, 3), "There is no picture to save in an array of 0×30×3"),
    "no channels": (tensor(1, 40, 30, 0), "There is no picture to save in an array of 40×30×0"),
    "five channels": (tensor(1, 40, 30, 5), "There is no picture to save in an array of 40×30×5"),
    "a mask": (tensor(40, 30), "There is no picture to save"),
    "a video": (tensor(1, 2, 40, 30, 3), "There is no picture to save"),
}


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif"])
@pytest.mark.parametrize("name", HOSTILE_IMAGES)
def test_hostile_images(output: Path, name: str, kind: str) -> None:
    if kind == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    given, expected = HOSTILE_IMAGES[name]
    before = given.detach().clone()
    if isinstance(expected, str):
        with pytest.raises(FitAdError, match=expected):
            run(given, format=kind)
        assert list(output.iterdir()) == []
    else:
        image, paths = run(given, format=kind).result
        assert tuple(image.shape) == expected
        assert torch.isfinite(image).all()
        assert [Image.open(output / path).size for path in paths.splitlines()] == [expected[2:0:-1]] * expected[0]
    assert torch.equal(torch.nan_to_num(given.detach()), torch.nan_to_num(before))


def raster(**changes: Any) -> dict[str, Any]:
    return {"type": "raster", "name": "Layer", "image": torch.rand(1, 20, 30, 4), "x": 0, "y": 0, **changes}


def layers_of(*items: Any, **changes: Any) -> dict[str, Any]:
    return {"version": 1, "canvas": (30, 20), "layers": list(items), **changes}


def names_in(psd: Path) -> list[str]:
    with Image.open(psd) as image:
        return [name for name, *_ in image.layers]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("layers", "contains no layers"),
        ([], "contains no layers"),
        ({}, "contains no layers"),
        ({"layers": "x"}, "contains no layers"),
        (layers_of(raster(), version=2), "contains no layers.*version 1"),
        (layers_of(), "There are no layers to save"),
        (layers_of(None, {"image": "x"}, 7), "There are no layers to save"),
        (layers_of(raster(), canvas=(40_000, 20)), "A PSD can be 1 to 30000 px"),
    ],
)
def test_layers_that_are_none(output: Path, layers: Any, message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        run(torch.rand(1, 20, 30, 3), psd=True, layers=layers)
    assert list(output.iterdir()) == []


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        (layers_of(raster(name="b", z_index=2), raster(name="a", z_index=1)), ["a", "b"]),
        (layers_of(raster(name=None, x=float("nan"), y="left", z_index=None)), ["Layer"]),
        (layers_of(raster(image=torch.rand(2, 20, 30, 3), name="batch")), ["batch", "batch"]),
        (layers_of(raster(image=torch.rand(1, 20, 30, 1), name="gray")), ["gray"]),
        (layers_of(raster(image=torch.full((1, 20, 30, 4), float("nan")), name="nan")), ["nan"]),
        (layers_of(raster(mask=torch.rand(1, 7, 9), name="masked", opacity=7, blend_mode="odd")), ["masked"]),
        (layers_of(raster(rotation=33, flip_h=True, w=15, name="turned", visible=False)), ["turned"]),
        (layers_of(raster(name="no canvas"), canvas=None), ["no canvas"]),
    ],
)
def test_odd_layers_are_saved(output: Path, layers: Any, names: list[str]) -> None:
    run(torch.rand(1, 20, 30, 3), psd=True, layers=layers)
    assert names_in(output / "Fit-AD_00001_.psd") == names


def test_a_mask_of_a_layer_hides_where_it_is_one(output: Path) -> None:
    hidden = torch.zeros(1, 20, 30)
    hidden[:, :, 15:] = 1
    layers = layers_of(raster(name="below"), raster(name="above", mask=hidden, image=torch.ones(1, 20, 30, 3)))
    run(torch.rand(1, 20, 30, 3), psd=True, layers=layers)
    with Image.open(output / "Fit-AD_00001_.psd") as image:
        assert image.layers[1][2] == (0, 0, 15, 20)


def test_the_ad_of_text_placer_in_layers(output: Path) -> None:
    """Text, product and background as layers that, mixed by another program, are the picture itself."""
    import psd_tools
    from fit_ad.nodes.text_placer import TextPlacer

    y, x = torch.meshgrid(torch.arange(200.0), torch.arange(160.0), indexing="ij")
    product = torch.clip(40 - torch.hypot(x - 80, y - 130), 0, 1)
    scene = torch.stack([0.3 + x / 400, y / 300, 1 - x / 200], -1)
    scene = scene + product[..., None] * (torch.tensor([0.8, 0.2, 0.1]) - scene)
    box = {"x": 50, "y": 20, "width": 80, "height": 25, "keep_aspect": True, "anchor": "center"}
    look = {"rotation": 0, "opacity": 1, "blend": "normal"}
    image, _, layers, _ = TextPlacer.execute(background=scene[None], text="봄날 라떼", **box, **look).result
    path = run(
        image, format="png", psd=True, layers=layers, subject_mask=product[None], watermark="카페", ai_mark="composite"
    ).result[1]
    flat = np.asarray(Image.open(output / path).convert("RGB"), np.int16)
    file = (output / path).with_suffix(".psd")
    read = psd_tools.PSDImage.open(file)
    names = [layer.name for layer in read]
    assert (names[:2], names[-2:]) == (["Background", "Product"], ["Watermark", "AI mark"])
    assert len(names) >= 5
    product_layer = read[1]
    assert abs(product_layer.left - 40) <= 1
    assert abs(product_layer.top - 90) <= 1
    assert np.abs(np.asarray(read.topil().convert("RGB"), np.int16) - flat).max() == 0
    assert np.abs(np.asarray(Image.open(file).convert("RGB"), np.int16) - flat).max() == 0
    mixed = np.zeros((200, 160, 3))
    for layer in read:
        rgba = layer.numpy()
        part = mixed[layer.top : layer.bottom, layer.left : layer.right]
        part += rgba[..., 3:] * (rgba[..., :3] - part)
    assert np.abs(mixed * 255 - flat).max() < 1.01


def test_only_the_first_of_a_batch_has_a_psd_and_it_keeps_its_size(output: Path) -> None:
    image = torch.rand(1, 20, 30, 4)
    run(torch.cat([image, image])[..., :3], psd=True, layers=layers_of(raster(image=image)), min_side=60)
    assert sorted(p.name for p in output.iterdir()) == ["Fit-AD_00001_.jpg", "Fit-AD_00001_.psd", "Fit-AD_00002_.jpg"]
    assert Image.open(output / "Fit-AD_00001_.psd").size == (30, 20)
    assert Image.open(output / "Fit-AD_00001_.jpg").size == (90, 60)


def test_marks_are_in_the_image_output_too(output: Path) -> None:
    given = tensor(1, 200, 200, 3)
    image, path = run(given, format="png", ai_mark="generated", mark_language="en", mark_corner="top-left").result
    assert torch.equal(given, tensor(1, 200, 200, 3))
    changed = (image != given).any(-1)[0]
    assert changed[:30, :120].any()
    assert not changed[60:].any()
    saved = np.asarray(Image.open(output / path), np.float32) / 255
    assert np.abs(saved - image[0].numpy()).max() <= 0.51 / 255


def test_ai_in_the_metadata_as_far_as_the_policy_lets(output: Path) -> None:
    for policy, expected in (("none", False), ("workflow", True), ("full", True)):
        path = run(tensor(1, 200, 200, 3), metadata=policy, ai_mark="composite").result[1]
        xmp = Image.open(output / path).info.get("xmp", b"")
        assert (b"/compositeWithTrainedAlgorithmicMedia" in xmp) is expected


def test_a_psd_needs_layers(output: Path) -> None:
    with pytest.raises(FitAdError, match=r"needs the layers of the ad.*Connect the layers of TextPlacer"):
        run(torch.rand(1, 20, 20, 3), psd=True)
    assert list(output.iterdir()) == []


def test_stock_mode_saves_what_stock_sites_take(output: Path) -> None:
    said = {"stock": True, "title": "Latte", "ai_mark": "generated", "copies": "A안\n제목", "hashtags": "#카페 #커피"}
    saved = run(torch.full((1, 40, 50, 3), 0.5), **said)
    file = output / saved.result[1]
    with Image.open(file) as picture:
        assert min(picture.size) == 2500
        iim = IptcImagePlugin.getiptcinfo(picture)
    assert (iim[(2, 5)], [word.decode() for word in iim[(2, 25)]]) == (b"Latte", ["카페", "커피"])
    assert json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["made_with_ai"] == "generated"
    corner = saved.result[0][0, -400:, -900:]
    assert float(corner.max() - corner.min()) == 0.0  # no label
