"""CalligraphyRender: tensors in ComfyUI's layout, fonts checked by name."""

from __future__ import annotations

import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.calligraphy_render import CalligraphyRender


def run(**inputs: object) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
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
    image, mask, depth = run(height=120, style="emboss", outline=2.0, shadow=0.4)
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
    assert run(**values)[0].shape[-1] == 4


def test_bundled_fonts_lead_the_list() -> None:
    combo = next(item for item in CalligraphyRender.define_schema().inputs if item.id == "font")
    assert list(combo.options)[:2] == ["Pretendard ExtraBold", "Pretendard Medium"]


def test_a_font_is_checked_by_name_before_the_run() -> None:
    assert CalligraphyRender.validate_inputs(font="BlackHanSans-Regular.ttf") is True
    assert CalligraphyRender.validate_inputs() is True
    assert "Did you mean Black Han Sans" in str(CalligraphyRender.validate_inputs(font="Blak Han Sans"))


def test_a_missing_font_stops_the_run() -> None:
    with pytest.raises(FitAdError, match="is not here"):
        run(font="No Such Font")
