"""TextPlacer as ComfyUI calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.placement.fields import LEGIBILITY
from fit_ad.core.placement.render import Placement
from fit_ad.core.raster.blending import MODES
from fit_ad.nodes.text_placer import TextPlacer


def options(name: str) -> list[str]:
    return next(i.options for i in TextPlacer.define_schema().inputs if i.id == name)


def test_the_menus_are_those_of_the_core() -> None:
    assert tuple(options("blend")) == MODES
    assert tuple(options("legibility")) == LEGIBILITY
    assert options("safe_zone")[0] == "none"


def test_the_box_defaults_are_those_of_the_core() -> None:
    defaults = {i.id: i.default for i in TextPlacer.define_schema().inputs if hasattr(i, "default")}
    core = Placement()
    assert [defaults[n] for n in ("x", "y", "width", "height", "anchor", "blend")] == [
        core.x,
        core.y,
        core.width,
        core.height,
        core.anchor,
        core.blend,
    ]


def test_batches_repeat_the_shorter_side() -> None:
    backgrounds = torch.stack([torch.zeros(60, 50, 3), torch.full((60, 50, 3), 0.5)])
    overlay = torch.ones(3, 10, 10, 4)
    image, mask, layers, report = TextPlacer.execute(backgrounds, overlay, x=50, y=50, width=20, height=20).args
    assert image.shape == (3, 60, 50, 3)
    assert mask.shape == (3, 60, 50)
    assert image[:, 0, 0, 0].tolist() == [0, 0.5, 0.5]
    assert image[:, 30, 25, 0].tolist() == [1, 1, 1]
    assert len(json.loads(report)) == 3
    assert layers["canvas"] == (50, 60)


def test_the_mask_is_the_alpha_of_an_opaque_overlay() -> None:
    mask = torch.zeros(1, 10, 10)
    mask[:, :, :5] = 1
    placed = TextPlacer.execute(
        torch.zeros(1, 100, 100, 3), torch.ones(1, 10, 10, 3), mask, x=50, y=50, width=20, height=20
    )
    assert placed.args[1].sum() == pytest.approx(200)


@pytest.mark.parametrize(
    ("source", "slot", "covered"),
    [
        ({"class_type": "LoadImage"}, 1, 320),
        ({"class_type": "LoadImageMask", "inputs": {"channel": "alpha"}}, 0, 320),
        ({"class_type": "LoadImageMask", "inputs": {"channel": "red"}}, 0, 80),
        ({"class_type": "BEN2Mask"}, 0, 80),
    ],
)
def test_a_mask_of_comfyuis_loaders_is_turned_round(source: dict[str, Any], slot: int, covered: int) -> None:
    from comfy_api.latest import io

    prompt = {"1": source, "2": {"class_type": "TextPlacer", "inputs": {"overlay_mask": ["1", slot]}}}
    hidden = {io.Hidden.prompt: prompt, io.Hidden.unique_id: "2", io.Hidden.extra_pnginfo: None}
    placer = TextPlacer.PREPARE_CLASS_CLONE({"hidden_inputs": hidden})
    mask = torch.zeros(1, 20, 20)
    mask[:, :, :4] = 1
    box = {"x": 50, "y": 50, "width": 20, "height": 20, "keep_aspect": True, "legibility": "off"}
    placed = placer.execute(torch.zeros(1, 100, 100, 3), torch.ones(1, 20, 20, 3), mask, **box)
    assert float(placed.args[1].sum()) == pytest.approx(covered)


def test_a_mask_that_shows_nothing_is_none(caplog: pytest.LogCaptureFixture) -> None:
    black, white = torch.zeros(1, 100, 100, 3), torch.ones(1, 20, 20, 3)
    placed = TextPlacer.execute(black, white, torch.zeros(1, 64, 64), x=50, y=50, width=20, height=20)
    assert float(placed.args[1].sum()) == pytest.approx(400)
    assert "shows nothing" in caplog.text


def test_the_layers_are_what_comfyui_wants() -> None:
    background = torch.zeros(1, 200, 160, 3)
    background[:, :, 80:] = 1
    image, _, layers, _ = TextPlacer.execute(background, text="오늘의 커피").args
    assert layers["version"] == 1
    assert [layer["z_index"] for layer in layers["layers"]] == list(range(len(layers["layers"])))
    assert layers["layers"][0]["name"] == "Background"
    assert layers["layers"][-1]["name"] == "Text"
    for layer in layers["layers"]:
        assert layer["type"] == "raster"
        assert isinstance(layer["image"], torch.Tensor)
        assert layer["image"].ndim == 4
        assert isinstance(layer["x"], int)
    assert image.shape == background.shape


def test_a_batch_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    monkeypatch.setattr("fit_ad.nodes.text_placer.reporter", lambda: shares.append)
    TextPlacer.execute(torch.zeros(4, 20, 20, 3), torch.ones(1, 5, 5, 4))
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_pixels_that_are_no_numbers_stop_nothing() -> None:
    background = torch.full((1, 80, 60, 3), float("nan"))
    assert torch.isfinite(TextPlacer.execute(background, text="커피").args[0]).all()


def test_the_input_is_left_as_it_was() -> None:
    background, overlay = torch.rand(1, 60, 50, 4), torch.rand(1, 20, 30, 4)
    before = background.clone(), overlay.clone()
    TextPlacer.execute(background, overlay, opacity=0.5, rotation=10)
    assert torch.equal(background, before[0])
    assert torch.equal(overlay, before[1])


def test_neither_overlay_nor_text_leaves_the_picture() -> None:
    background = torch.rand(1, 60, 50, 3)
    assert torch.equal(TextPlacer.execute(background).args[0], background)


def test_what_is_no_layout_is_refused() -> None:
    with pytest.raises(FitAdError, match="layout input is not a Fit-AD layout"):
        TextPlacer.execute(torch.zeros(1, 8, 8, 3), text="가", layout={"boxes": "x"})


def test_layers_of_one_placer_go_on_in_the_next() -> None:
    background = torch.rand(1, 200, 160, 3)
    first, _, below, _ = TextPlacer.execute(background, text="오늘의 커피", y=20).args
    _, _, layers, _ = TextPlacer.execute(first, text="2,000원", y=80, layers=below).args
    names = [item["name"] for item in layers["layers"]]
    assert names[0] == "Background"
    assert names.count("Background") == 1
    assert names.count("Text") == 2
    assert [item["z_index"] for item in layers["layers"]] == list(range(len(names)))
    assert torch.equal(layers["layers"][0]["image"], background)
    assert [item["z_index"] for item in below["layers"]] == list(range(len(below["layers"])))


@pytest.mark.parametrize("layers", [{"canvas": (9, 9), "layers": []}, {"canvas": (160, 200)}, "x"])
def test_layers_of_another_picture_are_refused(layers: object) -> None:
    with pytest.raises(FitAdError, match="do not belong to the background"):
        TextPlacer.execute(torch.rand(1, 200, 160, 3), text="가", layers=layers)
