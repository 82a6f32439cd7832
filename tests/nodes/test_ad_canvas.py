"""AdCanvas as ComfyUI calls it."""

from __future__ import annotations

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.layout import formats
from fit_ad.nodes.ad_canvas import AdCanvas


def test_gives_the_format_and_the_size_to_generate_at() -> None:
    assert AdCanvas.execute("feed-4x5", 64, 64).result == ([1080], [1350], [896], [1120])
    assert AdCanvas.execute("custom", 1029, 258).result == ([1029], [258], [2048], [512])


def test_offers_every_format_and_custom_last() -> None:
    choice, *others = AdCanvas.define_schema().inputs
    assert choice.options[0] == "feed-1x1"
    assert choice.options[-1] == "custom"
    assert all(other.advanced for other in others)


def test_more_formats_make_lists_without_a_size_twice() -> None:
    width, height, *_ = AdCanvas.execute("feed-4x5", 64, 64, also="story, feed-1x1 reels").result
    assert list(zip(width, height, strict=True)) == [(1080, 1350), (1080, 1920), (1080, 1080)]
    every = AdCanvas.execute("custom", 500, 400, also="all").result[0]
    assert len(every) == 1 + len({(f.width_px, f.height_px) for f in formats.load().formats})
    assert all(output.is_output_list for output in AdCanvas.define_schema().outputs)


def test_an_unknown_format_is_named_before_the_run() -> None:
    assert AdCanvas.validate_inputs(also="story") is True
    assert AdCanvas.validate_inputs() is True
    assert "'billboard'" in str(AdCanvas.validate_inputs(also="story, billboard"))
    with pytest.raises(FitAdError, match="'billboard'"):
        AdCanvas.execute("feed-1x1", 64, 64, also="billboard")
