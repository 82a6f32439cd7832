"""CalligraphyRender: tensors in ComfyUI's layout, lists as batches, fonts checked by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.calligraphy_render import CalligraphyRender
from fit_ad.nodes.lettering_effects import LetteringEffects


def run(**inputs: object) -> tuple[list[torch.Tensor], list[torch.Tensor], list[torch.Tensor]]:
    plain = {
        "text": "오늘의 특가",
        "font": "Black Han Sans",
        "color": "#E8B04A",
        "style": "flat",
        "width": 320,
        "height": 0,
    }
    return CalligraphyRender.execute(**{**plain, **inputs}).result


def test_outputs_are_rgba_mask_and_depth_of_one_size() -> None:
    (image,), (mask,), (depth,) = run(height=120, style="emboss", outline=2.0, shadow=0.4)
    assert image.shape == (1, 120, 320, 4)
    assert mask.shape == (1, 120, 320)
    assert depth.shape == (1, 120, 320, 3)
    assert image.dtype == mask.dtype == depth.dtype == torch.float32


def test_every_advanced_input_reaches_the_lettering() -> None:
    names = {item.id for item in CalligraphyRender.define_schema().inputs if item.advanced}
    values = {
        "size": 40, "align": "left", "line_spacing": 1.4, "letter_spacing": 0.1, "vertical": True, "outline": 1.0,
        "outline_color": "#000000", "shadow": 0.2, "relief": 0.3, "light": 90, "brush": 0.4, "seed": 5,
    }  # fmt: skip
    assert names == set(values)
    assert run(**values)[0][0].shape[-1] == 4


def test_lists_of_one_are_what_comfyui_hands_over() -> None:
    listed = run(text=["오늘의 특가"], font=["Black Han Sans"], width=[320], height=[0], color=["#E8B04A"])
    assert torch.equal(listed[0][0], run()[0][0])


def test_several_texts_give_one_batch_in_order() -> None:
    images, masks, depths = run(text=["하나", "둘", "셋"], height=100)
    assert [t.shape for t in images] == [(3, 100, 320, 4)]
    assert [t.shape for t in (*masks, *depths)] == [(3, 100, 320), (3, 100, 320, 3)]
    assert torch.equal(images[0][1], run(text="둘", height=100)[0][0][0])


@pytest.mark.parametrize(("align", "place"), [("left", 0.0), ("center", 0.5), ("right", 1.0)])
def test_tight_pictures_are_padded_to_the_largest(align: str, place: float) -> None:
    (image,), (mask,), (depth,) = run(text=["긴 글자들", "짧"], width=0, size=50, align=align, style="carved")
    alone = run(text="짧", width=0, size=50, align=align, style="carved")[1][0][0]
    columns = np.flatnonzero(mask[1].numpy().any(axis=0))
    assert columns[0] == pytest.approx((mask.shape[2] - alone.shape[1]) * place, abs=2)
    assert mask[1].sum() == pytest.approx(float(alone.sum()))
    assert image[1, ..., 3].max() == 1
    clear = image[1, ..., 3] == 0
    assert depth[1][clear].min() == 1  # the level that the letters are cut into


def test_several_sizes_give_a_batch_for_each() -> None:
    images, masks, depths = run(text=["하나", "둘"], width=[300, 200, 100], height=[100, 90])
    assert [t.shape for t in images] == [(2, 100, 300, 4), (2, 90, 200, 4), (2, 90, 100, 4)]
    assert [t.shape[1:3] for t in masks] == [t.shape[1:3] for t in depths] == [(100, 300), (90, 200), (90, 100)]


def test_looks_are_taken_in_turn_and_the_last_repeats() -> None:
    image = run(text=["가", "가", "가"], height=100, color=["#FF0000", "#00FF00"])[0][0]
    colors = [picture[picture[..., 3] == 1][:, :3].mean(dim=0).tolist() for picture in image]
    assert colors == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]


def test_an_empty_list_is_named() -> None:
    with pytest.raises(FitAdError, match="text: the list is empty"):
        run(text=[])


def test_a_long_batch_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    monkeypatch.setattr("fit_ad.nodes.calligraphy_render.reporter", lambda steps: shares.append)
    run(text=["하나"] * 4, width=[200, 100], height=60)
    assert shares == [0.125 * step for step in range(1, 9)]


def test_lists_as_long_as_the_sizes_go_along_with_them() -> None:
    images, _, _ = run(text="가", color=["#FF0000", "#00FF00"], width=[200, 100], height=60)
    assert [t.shape for t in images] == [(1, 60, 200, 4), (1, 60, 100, 4)]
    assert [t[t[..., 3] == 1][:, :3].mean(dim=0).tolist() for t in images] == [[1, 0, 0], [0, 1, 0]]


def test_looks_of_every_picture_in_every_format_are_dealt_out_to_the_formats() -> None:
    colors = ["#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#FF00FF", "#00FFFF"]
    images, _, _ = run(text="가", color=colors, width=[200, 100], height=60)
    assert [t.shape for t in images] == [(3, 60, 200, 4), (3, 60, 100, 4)]
    found = [p[p[..., 3] == 1][:, :3].mean(dim=0).tolist() for batch in images for p in batch]
    assert found == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]]
    assert [len(t) for t in run(text=["가", "나", "다", "라"], width=[200, 100], height=60)[0]] == [4, 4]


def test_effects_reach_the_lettering() -> None:
    effects = LetteringEffects.execute(ground="box", ground_color="#00FF00").result[0]
    image = run(height=100, effects=effects)[0][0]
    assert image[0, 50, 16].tolist() == [0, 1, 0, 1]
    plain, boxed = run(text=["가", "가"], height=100, effects=[LetteringEffects.execute().result[0], effects])[0][0]
    assert torch.equal(plain, run(text="가", height=100)[0][0][0])
    assert (boxed[..., 3] > 0.99).sum() > 1.5 * (plain[..., 3] > 0.99).sum()


def test_bundled_fonts_lead_the_list() -> None:
    combo = next(item for item in CalligraphyRender.define_schema().inputs if item.id == "font")
    assert list(combo.options)[:2] == ["Pretendard ExtraBold", "Pretendard Medium"]


def test_a_font_is_checked_by_name_before_the_run() -> None:
    assert CalligraphyRender.validate_inputs(font="BlackHanSans-Regular.ttf") is True
    assert CalligraphyRender.validate_inputs() is True
    assert CalligraphyRender.validate_inputs(font=["Nanum Pen", None]) is True
    assert "is not installed" in str(CalligraphyRender.validate_inputs(font=["Nanum Pen", "No Such Font"]))
    assert "Did you mean Black Han Sans" in str(CalligraphyRender.validate_inputs(font="Blak Han Sans"))


def test_a_missing_font_stops_the_run() -> None:
    with pytest.raises(FitAdError, match="is not installed"):
        run(font="No Such Font")


def font_input() -> tuple[str, list[str]]:
    item = next(item for item in CalligraphyRender.define_schema().inputs if item.id == "font")
    return item.default, item.options


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("shop: {font: nanum pen}\n", "Nanum Pen"),
        ("shop: {font: Nothing Sans}\n", "Pretendard ExtraBold"),
        ("shop: {nmae: x}\n", "Pretendard ExtraBold"),
    ],
)
def test_a_new_node_begins_with_the_shop_s_font(
    text: str, font: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    assert font_input()[0] == font


def test_the_folders_of_the_settings_are_looked_through_for_fonts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundled = Path(__file__).resolve().parents[2] / "fonts" / "nanum-pen"
    font = next(path for path in bundled.iterdir() if path.suffix == ".ttf")
    (tmp_path / "more").mkdir()
    shutil.copy(font, tmp_path / "more" / "OurHand.ttf")
    (tmp_path / "config.yaml").write_text(f"fonts: ['{tmp_path / 'more'}', /nowhere]\n", encoding="utf-8")
    before = font_input()[1]
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    assert set(font_input()[1]) - set(before) == {"OurHand"}
