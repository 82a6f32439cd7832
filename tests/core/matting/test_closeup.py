"""The second look at the part around the subject."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
import torch
from fit_ad.core.matting.ben2 import Ben2, predict
from fit_ad.core.matting.ben2.inference import MEAN, STD, _look
from fit_ad.core.matting.closeup import Crop, around, joined, worth_it
from matting_shapes import disc
from torch import Tensor, nn
from torch.nn import functional


class Coarse(nn.Module):
    """Takes the red channel for the mask, in steps of four of the network's pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.looks = 0

    def forward(self, pictures: Tensor, progress: Any = None) -> Tensor:
        self.looks += 1
        red = (pictures[:, :1] * STD[0] + MEAN[0]).clamp(0, 1)
        small = functional.avg_pool2d(red, 4)
        if progress:
            progress(1.0)
        return functional.interpolate(small, scale_factor=4, mode="bilinear", align_corners=False)


def photo(height: int, width: int, radius: float, centre: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture of a red disc and its true alpha."""
    side = max(height, width)
    true = disc(side, radius, centre)[:height, :width]
    return np.dstack([true, np.full_like(true, 0.5), 1 - true]), true


def edge_error(alpha: np.ndarray, true: np.ndarray) -> float:
    return float(np.abs(alpha - true).sum())


@pytest.mark.parametrize(
    ("size", "radius", "centre"),
    [((1500, 2000), 160.0, (700.3, 1200.7)), ((2000, 1100), 300.0, (1699.0, 480.5)), ((900, 1000), 90.0, (450, 500))],
)
def test_edges_are_sharper_than_in_one_look(size: tuple[int, int], radius: float, centre: tuple[float, float]) -> None:
    picture, true = photo(*size, radius, centre)
    network = Coarse()
    alpha = predict(network, picture)
    assert network.looks == 2
    once = _look(network, picture, None, lambda share: None)
    assert edge_error(alpha, true) < 0.6 * edge_error(once, true)
    assert alpha.shape == size


@pytest.mark.parametrize(
    ("size", "radius"), [((400, 500), 60.0), ((1000, 1000), 450.0), ((2400, 1800), 890.0), ((1, 5000), 100.0)]
)
def test_one_look_is_enough(size: tuple[int, int], radius: float) -> None:
    network = Coarse()
    predict(network, photo(*size, radius, (size[0] / 2, size[1] / 2))[0])
    assert network.looks == 1


def test_no_seam_at_the_rim() -> None:
    """A faint veil over all the picture, different in both looks, changes by no step anywhere."""
    first = np.full((1500, 2000), 0.05, np.float32)
    first[600:800, 900:1000] = 1
    part = around(first, 0.1)
    assert part is not None
    closer = np.zeros((part.rows.stop - part.rows.start, part.columns.stop - part.columns.start), np.float32)
    closer[600 - part.rows.start : 800 - part.rows.start, 900 - part.columns.start : 1000 - part.columns.start] = 1
    alpha = joined(first, closer, part)
    steps = max(np.abs(np.diff(alpha[:600], axis=0)).max(), np.abs(np.diff(alpha[:, :900], axis=1)).max())
    assert steps <= 0.05 / part.rim_px + 1e-6
    assert alpha[600:800, 900:1000].min() == 1
    assert alpha[550:600, 900:1000].max() < 0.05
    assert np.array_equal(alpha[: part.rows.start], first[: part.rows.start])


def test_the_picture_s_own_frame_has_no_rim() -> None:
    first = np.zeros((1200, 1600), np.float32)
    first[900:, :300] = 1
    part = around(first, 0.1)
    assert part is not None
    assert (part.rows.stop, part.columns.start) == (1200, 0)
    closer = np.full((part.rows.stop - part.rows.start, part.columns.stop), 0.9, np.float32)
    assert joined(first, closer, part)[1199, 0] == pytest.approx(0.9)


def test_a_look_that_lost_the_subject_is_left_out() -> None:
    first = np.zeros((100, 100), np.float32)
    first[40:60, 40:60] = 1
    part = Crop(slice(30, 70), slice(30, 70), 8)
    assert joined(first, np.zeros((40, 40), np.float32), part) is first
    assert joined(first, np.ones((40, 40), np.float32), part) is first


def test_the_part_holds_the_subject_and_what_is_around() -> None:
    first = np.zeros((3000, 4000), np.float32)
    first[1000:1400, 2000:2200] = 1
    part = around(first, 0.1)
    assert part == Crop(slice(866, 1533), slice(1766, 2433), 48)
    assert around(np.zeros_like(first), 0.1) is None
    assert not worth_it(1, 5000)


def test_progress_runs_through_both_looks() -> None:
    shares: list[float] = []
    predict(Coarse(), photo(900, 1000, 90.0, (450, 500))[0], progress=shares.append)
    assert shares == [0.5, 1.0]


class Narrow(nn.Module):
    """Overflows in anything but float32."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1, dtype=torch.float16))

    def forward(self, pictures: Tensor, progress: Any = None) -> Tensor:
        return torch.sigmoid(pictures[:, :1] * 1e6 - pictures[:, :1] * 1e6 + 3)


def test_what_overflows_is_computed_again_in_float32(caplog: pytest.LogCaptureFixture) -> None:
    alpha = predict(Narrow(), np.full((8, 8, 3), 0.9, np.float32))
    assert np.isfinite(alpha).all()
    assert alpha.min() == pytest.approx(0.953, abs=0.001)
    assert "float32" in caplog.text


@pytest.mark.skipif(not os.environ.get("FIT_AD_SLOW"), reason="half a minute; set FIT_AD_SLOW=1")
def test_both_looks_with_the_network(model: Ben2) -> None:
    """The recipe's weights see something everywhere; only the lower half of their answer counts here."""

    class LowerLeft(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model
            self.looks = 0

        def forward(self, pictures: Tensor, progress: Any = None) -> Tensor:
            self.looks += 1
            mask = self.inner(pictures, progress)
            if self.looks == 1:
                mask[..., :700, :] = 0
                mask[..., 400:] = 0
            return mask

    network = LowerLeft()
    alpha = predict(network, photo(1300, 1700, 100.0, (600, 900))[0])
    assert network.looks == 2
    assert alpha.shape == (1300, 1700)
    assert 0 <= alpha.min() <= alpha.max() <= 1
