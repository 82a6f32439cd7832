import torch
from fit_ad.core import compose as core
from fit_ad.nodes import ad_compose
from fit_ad.nodes.ad_compose import AdCompose

DEFAULTS = {
    "position": "auto",
    "scale": 0.0,
    "x": 50.0,
    "y": 50.0,
    "shadow": 0.6,
    "shadow_angle": 35.0,
    "edge_blend": 1.5,
    "color_match": 0.3,
    "sharpen": 0.0,
    "lock": True,
}


def test_offers_what_the_core_places() -> None:
    assert ad_compose.POSITIONS == core.POSITIONS


def test_at_most_six_plain_widgets() -> None:
    plain = [i for i in AdCompose.define_schema().inputs if hasattr(i, "default") and not i.advanced]
    assert [i.id for i in plain] == ["position", "scale", "shadow", "color_match"]


def test_shorter_batches_repeat_their_last() -> None:
    scenes = torch.rand(1, 60, 48, 4)
    cutouts = torch.zeros(3, 20, 20, 4)
    cutouts[:, 5:15, 5:15] = 1
    before = scenes.clone(), cutouts.clone()
    image, mask, band = AdCompose.execute(scenes, cutouts, **DEFAULTS).result
    assert image.shape == (3, 60, 48, 3)
    assert mask.shape == band.shape == (3, 60, 48)
    assert torch.equal(scenes, before[0])
    assert torch.equal(cutouts, before[1])


def test_takes_a_mask_for_a_cutout_without_alpha() -> None:
    mask = torch.zeros(1, 20, 20)
    mask[:, 5:15, 5:15] = 1
    image, placed, _ = AdCompose.execute(
        torch.ones(2, 60, 48, 3), torch.rand(1, 20, 20, 3), mask=mask, **DEFAULTS
    ).result
    assert image.shape == (2, 60, 48, 3)
    assert placed.max() == 1
