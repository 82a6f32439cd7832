"""Sizes that image models make, and how the wanted one lies in them."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.image_api.frames import Frame, center_crop, centered_frame, pad_to, resized
from fit_ad.core.image_api.sizes import STANDARD, best_size, standard_size
from fit_ad.core.layout import formats


@pytest.mark.parametrize(
    ("model", "wanted", "size"),
    [
        ("gpt-image-2.5-flare", (1080, 1350), (1088, 1360)),
        ("gpt-image-2.5-flare", (1080, 1920), (1088, 1920)),
        ("gpt-image-2", (1029, 258), (1408, 480)),
        ("openai/gpt-image-2", (258, 1029), (480, 1408)),
        ("gpt-image-2", (348, 230), (1008, 672)),
        ("gpt-image-2", (8192, 8192), (1920, 1920)),
        ("gpt-image-1.5", (1080, 1350), (1024, 1536)),
        ("chatgpt-image-latest", (1920, 1080), (1536, 1024)),
        ("flux-dev", (1080, 1350), (896, 1120)),
    ],
)
def test_the_size_to_ask_for(model: str, wanted: tuple[int, int], size: tuple[int, int]) -> None:
    assert best_size(model, wanted) == size


@pytest.mark.parametrize("wanted", [*((f.width_px, f.height_px) for f in formats.load().formats), (64, 8192), (65, 66)])
def test_every_size_is_one_that_gpt_image_2_takes(wanted: tuple[int, int]) -> None:
    width, height = best_size("gpt-image-2", wanted)
    assert (width % 16, height % 16) == (0, 0)
    assert 655_360 <= width * height <= 1.05 * 2560 * 1440
    assert max(width, height) <= min(3 * min(width, height), 3840)
    assert standard_size(wanted) in STANDARD


def test_the_frame_is_the_largest_middle_of_the_wanted_shape() -> None:
    assert centered_frame((1024, 1536), (1080, 1350)) == Frame(0, 128, 1024, 1280)
    assert centered_frame((1344, 448), (1029, 258)) == Frame(0, 55, 1344, 337)
    assert centered_frame((100, 100), (50, 50)) == Frame(0, 0, 100, 100)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("outer", [(300, 200), (90, 200), (41, 37)])
def test_cut_gives_back_what_padded_laid_in(channels: int, outer: tuple[int, int]) -> None:
    ramp = np.linspace(0, 1, 60, dtype=np.float32)
    picture = np.dstack([np.tile(ramp, (40, 1)), *[np.full((40, 60), 0.5, np.float32)] * 2, np.ones((40, 60))])
    picture = picture[..., :channels].astype(np.float32)
    laid = pad_to(picture, outer)
    assert laid.shape == (outer[1], outer[0], channels)
    assert np.abs(center_crop(laid, (60, 40)) - picture).max() < 0.03


def test_the_same_size_is_the_same_array_and_a_mask_stays_within_its_bounds() -> None:
    picture = np.zeros((40, 60, 3), np.float32)
    assert resized(picture, (60, 40)) is picture
    mask = np.zeros((40, 60), np.float32)
    mask[10:20, 10:20] = 1
    assert (resized(mask, (120, 80)).min(), resized(mask, (120, 80)).max()) == (0, 1)
    assert resized(mask, (120, 80)).shape == (80, 120)
