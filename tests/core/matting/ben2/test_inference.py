"""From a picture to its alpha, with a network that answers with what it sees."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest
import torch
from fit_ad.core.matting.ben2 import Ben2, predict
from fit_ad.core.matting.ben2.inference import MEAN, STD, Letterbox, letterbox, square
from torch import Tensor, nn


class Red(nn.Module):
    """Takes the red channel for the mask."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.seen: Tensor | None = None

    def forward(self, pictures: Tensor, progress: Any = None) -> Tensor:
        self.seen = pictures
        if progress:
            progress(1.0)
        return (pictures[:, :1] * STD[0] + MEAN[0]).clamp(0, 1)


def ramp(height: int, width: int) -> np.ndarray:
    """Red rises to the right, green downwards."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.stack([(x + 0.5) / width, (y + 0.5) / height, np.zeros_like(x)], axis=-1)


@pytest.mark.parametrize(
    ("size", "place"),
    [
        ((1024, 1024), (0, 0, 1024, 1024)),
        ((400, 600), (170, 0, 683, 1024)),
        ((1350, 1080), (0, 102, 1024, 819)),
        ((1, 5000), (511, 0, 1, 1024)),
    ],
)
def test_letterbox_keeps_the_shape(size: tuple[int, int], place: tuple[int, ...]) -> None:
    assert letterbox(*size) == Letterbox(*place)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (1500, 1100), (7, 1)])
def test_alpha_lies_over_the_picture(size: tuple[int, int]) -> None:
    picture = ramp(*size)
    alpha = predict(Red(), picture)
    assert alpha.shape == size
    assert alpha.dtype == np.float32
    assert np.abs(alpha - picture[..., 0]).max() < 0.004


def test_the_rest_of_the_square_repeats_the_edge() -> None:
    picture = np.zeros((2, 4, 3), dtype=np.float32)
    picture[0], picture[1] = 0.25, 0.75
    seen = square(picture, letterbox(2, 4))[0, 0]
    assert seen.shape == (1024, 1024)
    assert torch.equal(seen[0], seen[256])
    assert torch.equal(seen[1023], seen[767])
    assert not torch.equal(seen[257], seen[400])
    assert seen[0].numpy() == pytest.approx(0.25, abs=0.07)  # bicubic overshoots at a hard edge


def test_the_network_sees_normalised_rgb() -> None:
    net = Red()
    predict(net, np.full((8, 8, 3), (1.0, 0.5, 0.0), dtype=np.float32))
    assert net.seen is not None
    assert net.seen.shape == (1, 3, 1024, 1024)
    assert net.seen[0, :, 500, 500].tolist() == pytest.approx([2.2489083, 0.1964286, -1.8044444], abs=1e-5)


def test_contrast_is_not_stretched() -> None:
    alpha = predict(Red(), np.full((20, 30, 3), 0.6, dtype=np.float32))
    assert alpha.min() == pytest.approx(0.6, abs=1e-5)
    assert alpha.max() == pytest.approx(0.6, abs=1e-5)


def test_a_picture_without_a_subject_gives_zeros() -> None:
    alpha = predict(Red(), np.full((20, 30, 3), 0.05, dtype=np.float32))
    assert alpha.shape == (20, 30)
    assert not alpha.any()


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_no_pixels_give_no_pixels(size: tuple[int, int]) -> None:
    assert predict(Red(), np.zeros((*size, 3), dtype=np.float32)).shape == size


def test_picture_and_random_state_stay(recwarn: pytest.WarningsRecorder) -> None:
    picture = np.ascontiguousarray(ramp(40, 60))
    picture.setflags(write=False)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tobytes()
    shares: list[float] = []
    predict(Red(), picture, progress=shares.append)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == before[1:]
    assert shares == [1.0]
    assert len(recwarn) == 0


@pytest.mark.skipif(not os.environ.get("FIT_AD_SLOW"), reason="ten seconds; set FIT_AD_SLOW=1")
def test_the_whole_way_with_the_network(model: Ben2, coffee: np.ndarray) -> None:
    alpha = predict(model, coffee)
    assert alpha.shape == coffee.shape[:2]
    assert 0 <= alpha.min() < alpha.max() <= 1
