"""The question and the picture for it."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.layout.formats import KeepOut
from fit_ad.core.layout.vlm.instructions import model_size, question, resized_for_model
from fit_ad.core.layout.vlm.proposals import PromptContext


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1080, 1350), (812, 980)),
        ((1080, 1080), (896, 896)),
        ((4000, 3000), (1008, 784)),
        ((600, 400), (588, 392)),
        ((64, 64), (224, 224)),
        ((1, 1), (224, 224)),
        ((8192, 64), (3360, 56)),
        ((1, 8000), (28, 3360)),
    ],
)
def test_a_picture_is_shown_in_whole_tokens_within_the_budget(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert model_size(*size) == expected


def test_every_size_keeps_to_the_budget_and_the_aspect() -> None:
    rng = np.random.default_rng(3)
    for width, height in np.exp(rng.uniform(0, 9, (500, 2))).astype(int) + 1:
        for most in (64, 256, 1024):
            across, down = (v // 28 for v in model_size(int(width), int(height), most))
            assert across * down <= most
            assert 1 <= across <= 120
            assert 1 <= down <= 120
            if 0.2 < width / height < 5 and most == 1024:
                assert abs(np.log(across / down * height / width)) < 0.13


def test_the_copy_is_the_picture_and_the_picture_is_left_alone() -> None:
    rgb = np.random.default_rng(0).random((300, 500, 4), np.float32)
    before = rgb.copy()
    copy = resized_for_model(rgb, 64)
    assert copy.shape == (168, 280, 3)
    assert copy.mean() == pytest.approx(rgb[..., :3].mean(), abs=0.01)
    assert np.array_equal(rgb, before)


def test_the_question_in_korean_names_words_frame_and_subject_in_the_models_unit() -> None:
    asked = question(
        "오늘 커피\n2,000원",
        "ko",
        PromptContext(784, 980, 1080, 1350, "pixels"),
        KeepOut(14, 6, 20, 6),
        [20, 30, 40, 50],
    )
    assert "「오늘 커피 / 2,000원」" in asked
    assert "(784, 980)" in asked
    assert "[47, 137, 737, 784]" in asked
    assert "[157, 294, 470, 784]" in asked
    assert '"box": [x1, y1, x2, y2]' in asked


def test_the_question_in_english_without_words_counts_to_a_thousand() -> None:
    asked = question("  ", "en", PromptContext(784, 980, 1080, 1350), KeepOut(0, 0, 0, 0))
    assert "one short headline" in asked
    assert "(1000, 1000)" in asked
    assert "only stand inside" not in asked
    assert "subject is at" not in asked


def test_a_long_text_is_quoted_in_part() -> None:
    assert len(question("가" * 9000, "ko", PromptContext(28, 28, 28, 28))) < 1400
