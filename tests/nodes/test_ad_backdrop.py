from pathlib import Path

import pytest
import torch
from fit_ad.core.backdrop import kinds as core
from fit_ad.core.color.schemes import HOUSE
from fit_ad.core.errors import FitAdError
from fit_ad.nodes import ad_backdrop
from fit_ad.nodes.ad_backdrop import AdBackdrop


def test_offers_what_the_core_paints() -> None:
    assert ad_backdrop.KINDS == core.KINDS
    (palette,) = (i for i in AdBackdrop.define_schema().inputs if i.id == "palette")
    assert all(name in palette.tooltip for name in HOUSE)


def test_gives_one_backdrop_per_picture_and_leaves_the_picture_alone() -> None:
    image = torch.rand(2, 12, 10, 4)
    before = image.clone()
    (result,) = AdBackdrop.execute(48, 60, "paper", "", 3, image).result
    assert result.shape == (2, 60, 48, 3)
    assert result.dtype == torch.float32
    assert torch.equal(image, before)


def test_needs_no_picture() -> None:
    (result,) = AdBackdrop.execute(48, 60, "wood", "#AABBCC", 2**64 - 1).result
    assert result.shape == (1, 60, 48, 3)


def test_a_batch_without_pictures_is_an_error() -> None:
    with pytest.raises(FitAdError, match="is empty"):
        AdBackdrop.execute(48, 60, "wood", "", 0, torch.ones(0, 9, 9, 3))


def test_shop_stands_for_the_colours_of_the_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    monkeypatch.setenv("FIT_AD_CONFIG", str(file))
    file.write_text('shop: {colors: ["#AABBCC", "#112233"]}\n', encoding="utf-8")
    assert AdBackdrop.validate_inputs(palette="shop") is True
    shop, typed = (AdBackdrop.execute(48, 60, "wood", text, 5).result[0] for text in (" Shop ", "#AABBCC, #112233"))
    assert torch.equal(shop, typed)
    before = AdBackdrop.fingerprint_inputs(palette="shop", kind="wood")
    file.write_text('shop: {colors: ["#AABBCC"]}\n', encoding="utf-8")
    assert (before, AdBackdrop.fingerprint_inputs(palette="shop")) == ("#AABBCC, #112233", "#AABBCC")
    file.write_text("shop: {name: 봄날}\n", encoding="utf-8")
    assert "The shop profile has no colours" in str(AdBackdrop.validate_inputs(palette="shop"))
    assert AdBackdrop.validate_inputs(palette="sage") is True
    assert AdBackdrop.validate_inputs(palette=None) is True
