"""What the models take on the card: together while sampling, the text encoders before, the rest one by one."""

from __future__ import annotations

import pytest
from fit_ad.core.models.registry import Model, registry
from fit_ad.core.models.vram import CARDS_GB, SPARE_GB, by_card, fit, peak_gb, sizes_of


def model(folder: str, vram_gb: float) -> Model:
    return Model(f"{folder}-{vram_gb}", (), folder, "", "", "yes", vram_gb)


@pytest.mark.parametrize(
    ("models", "peak"),
    [
        ([], 0.0),
        ([("diffusion_models", 9.0), ("controlnet", 6.0), ("vae", 1.0)], 15.0),
        ([("diffusion_models", 9.0), ("diffusion_models", 15.0)], 15.0),
        ([("diffusion_models", 9.0), ("controlnet", 3.0), ("controlnet", 3.0)], 15.0),
        ([("diffusion_models", 2.0), ("text_encoders", 3.0), ("text_encoders", 0.5)], 3.5),
        ([("vae", 1.0), ("background_removal", 4.0)], 4.0),
        ([("loras", 1.0)], 1.0),
    ],
)
def test_what_is_on_the_card_together_counts_together(models: list[tuple[str, float]], peak: float) -> None:
    assert peak_gb(model(*one) for one in models) == peak


def test_a_large_card_gets_the_large_model_whatever_the_graph_names() -> None:
    found = fit(["flux1-dev-q4", "t5xxl-q4", "clip-l", "flux-vae"], 24)
    assert (found.models, found.peak_gb, found.fits) == (("flux1-dev-q8",), 15, True)
    assert fit(["flux1-dev-q8"], 12).models == ("flux1-dev-q4",)


def test_a_controlnet_leaves_less_room_for_the_model() -> None:
    assert fit(["flux1-dev-q8"], 16).models == ("flux1-dev-q8",)
    found = fit(["flux1-dev-q8", "flux1-controlnet-union"], 16)
    assert (found.models, found.peak_gb, found.fits) == (("flux1-dev-q4",), 15, True)


def test_what_does_not_fit_is_told_with_the_smallest() -> None:
    found = fit(["flux1-dev-q8"], 8)
    assert (found.models, found.peak_gb, found.fits) == (("flux1-dev-q4",), 9, False)


def test_each_of_two_models_is_chosen() -> None:
    assert fit(["flux1-dev-q4", "flux1-fill-q8"], 12).models == ("flux1-dev-q4", "flux1-fill-q4")


def test_only_what_the_same_loader_reads_on_the_same_terms_takes_its_place() -> None:
    assert {one.id for one in sizes_of(registry()["flux1-dev-q4"])} == {"flux1-dev-q4", "flux1-dev-q8"}


def test_a_card_that_is_too_small_is_shown_to_a_workflow_that_fits() -> None:
    told = by_card(["flux1-dev-q4"], {"sdxl": ["sdxl-base"], "qwen": ["qwen-image"]})
    assert list(told) == [f"{size} GB" for size in CARDS_GB]
    assert told["8 GB"] == {"models": ["flux1-dev-q4"], "peak_gb": 9, "fits": False, "instead": "sdxl"}
    assert told["16 GB"] == {"models": ["flux1-dev-q8"], "peak_gb": 15, "fits": True}
    assert "instead" not in by_card(["qwen-image"])["8 GB"]


def test_without_a_model_every_card_will_do() -> None:
    assert by_card([])["8 GB"] == {"models": [], "peak_gb": 0.0, "fits": True}


def test_something_is_left_for_the_desktop() -> None:
    assert fit(["flux1-dev-q8"], 15).models == ("flux1-dev-q4",)
    assert SPARE_GB == 1
