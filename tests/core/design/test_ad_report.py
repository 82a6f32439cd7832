"""What an ad's report tells of a cut-out that is not to be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.design.ad_report import cutout_told
from fit_ad.core.design.pictures import Pictures, pictures_of

PHOTO = np.full((60, 40, 3), 0.5, np.float32)


def shown(confidence: float) -> Pictures:
    rgba = np.zeros((60, 40, 4), np.float32)
    rgba[15:45, 10:30] = 1
    return pictures_of(PHOTO, rgba, None, confidence)


@pytest.mark.parametrize(("confidence", "use"), [(0.49, "full"), (0.5, "cut-out")])
def test_below_one_half_the_photo_is_used_whole_and_the_report_says_so(confidence: float, use: str) -> None:
    pictures = shown(confidence)
    assert pictures.uses()[0] == use
    told = cutout_told(pictures)
    assert told is not None
    assert (told["confidence"], told["usable"]) == (confidence, use == "cut-out")
    assert bool(told["note"]) is (use == "full")


def test_without_a_cut_out_nothing_is_told() -> None:
    assert cutout_told(pictures_of(PHOTO, None, None)) is None
