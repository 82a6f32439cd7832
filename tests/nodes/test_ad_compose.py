import pytest
import torch
from fit_ad.core.errors import FitAdError
from fit_ad.core.scene import compose as core
from fit_ad.core.scene import logos
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
    assert ad_compose.CORNERS == logos.CORNERS


def test_graphs_made_before_reflection_and_logo_do_without_them() -> None:
    required = [i.id for i in AdCompose.define_schema().inputs if not i.optional]
    assert required == ["background", "cutout", *DEFAULTS]


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


def test_hands_every_widget_to_the_core() -> None:
    cutout = torch.zeros(1, 40, 40, 4)
    cutout[:, 10:30, 15:25] = torch.tensor([0.3, 0.3, 0.3, 1.0])
    scene = torch.full((1, 60, 48, 3), 0.8)
    plain = AdCompose.execute(scene, cutout, **DEFAULTS).result[0]
    loose = {**DEFAULTS, "lock": False}
    unlocked = AdCompose.execute(scene, cutout, **loose).result[0]
    for change in ({"shadow_softness": 0.0}, {"reflection": 0.5}):
        assert not torch.equal(AdCompose.execute(scene, cutout, **DEFAULTS, **change).result[0], plain)
    for change in ({"relight": 1.0}, {"brightness": 0.4}, {"contrast": 0.4}):
        assert not torch.equal(AdCompose.execute(scene, cutout, **loose, **change).result[0], unlocked)
    faded = [
        AdCompose.execute(scene, cutout, **DEFAULTS, reflection=1.0, reflection_fade=f).result[0] for f in (0.1, 0.9)
    ]
    assert not torch.equal(*faded)


def test_a_logo_goes_to_its_corner_and_into_the_mask() -> None:
    cutout = torch.zeros(1, 40, 40, 4)
    cutout[:, 10:30, 15:25] = 1
    logo = torch.cat([torch.zeros(2, 10, 30, 3), torch.ones(2, 10, 30, 1)], dim=3)
    image, mask, _ = AdCompose.execute(
        torch.full((1, 200, 160, 3), 0.8), cutout, **DEFAULTS, logo=logo, logo_corner="top-left", logo_size=30.0
    ).result
    assert image.shape == (2, 200, 160, 3)
    assert image[1, 8:24, 8:56].max() == 0
    assert mask[1, :32, :64].min() == 1
    moved = AdCompose.execute(
        torch.full((1, 200, 160, 3), 0.8), cutout, **DEFAULTS, logo=logo, logo_corner="top-left", logo_clear=1.0
    ).result[0]
    assert moved[0, 8, 8].min() > 0.7


@pytest.mark.parametrize("empty", ["background", "cutout", "mask", "logo"])
def test_batches_without_pictures_are_an_error(empty: str) -> None:
    batches = {"background": torch.ones(1, 9, 9, 3), "cutout": torch.ones(1, 9, 9, 4)}
    batches[empty] = torch.ones(0, 9, 9) if empty == "mask" else torch.ones(0, 9, 9, 4)
    with pytest.raises(FitAdError, match="is empty"):
        AdCompose.execute(**batches, **DEFAULTS)


def test_batches_of_every_length_and_channel_count_give_the_longest() -> None:
    for scenes, cutouts, masks in ((1, 3, 2), (4, 1, 1), (2, 2, 5)):
        image, mask, band = AdCompose.execute(
            torch.rand(scenes, 30, 24, 4), torch.rand(cutouts, 10, 12, 3), mask=torch.ones(masks, 7, 9), **DEFAULTS
        ).result
        assert image.shape == (max(scenes, cutouts, masks), 30, 24, 3)
        assert mask.shape == band.shape == image.shape[:3]
