"""Whole ads: picture, words, marks and layers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.export import FileMetadata, LayeredSource, Marks, SaveOptions, save_ads
from saved_pictures import flat, noise, opened


def test_batch_with_words(tmp_path: Path) -> None:
    saved = save_ads(
        [flat((1.0, 0.0, 0.0)), flat((0.0, 0.0, 1.0))],
        SaveOptions("png"),
        FileMetadata(),
        prefix="ads/%batch_num%",
        output_folder=tmp_path,
        words=("오늘은 라떼", "#카페 #라떼"),
    )
    assert [s.path for s in saved] == ["ads/0_00001_.png", "ads/1_00001_.png"]
    assert (tmp_path / "ads/1_00001_.txt").read_text(encoding="utf-8") == "오늘은 라떼\n\n#카페 #라떼\n"
    assert opened((tmp_path / saved[1].path).read_bytes()).getpixel((0, 0)) == (0, 0, 255)


def test_an_empty_batch(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="The batch is empty"):
        save_ads([], SaveOptions(), FileMetadata(), prefix="x", output_folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_saved_before_an_error_stays(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="even at quality 30"):
        save_ads(
            [flat((0.5,) * 3), noise()],
            SaveOptions("jpeg", max_kb=5),
            FileMetadata(),
            prefix="x",
            output_folder=tmp_path,
        )
    assert [p.name for p in tmp_path.iterdir()] == ["x_00001_.jpg"]


def test_marks_are_drawn_in_the_size_that_is_saved(tmp_path: Path) -> None:
    (saved,) = save_ads(
        [flat((0.5,) * 3, 120, 100)],
        SaveOptions("png", min_side=1000),
        FileMetadata(),
        prefix="x",
        output_folder=tmp_path,
        marks=Marks("composite"),
    )
    assert saved.picture.shape == (1200, 1000, 3)
    changed = np.abs(saved.picture - 0.5).max(axis=2) > 0.1
    rows = np.flatnonzero(changed.any(axis=1))
    assert 30 <= rows.size <= 50
    assert rows[-1] == 1200 - 24 - 1


def test_a_psd_of_another_size_than_the_picture_shows_its_layers(
    tmp_path: Path,
) -> None:
    from fit_ad.core.export.layers import DocumentLayer, LayerDocument

    red = np.zeros((20, 30, 4), np.float32)
    red[...] = (1, 0, 0, 1)
    layered = LayeredSource(LayerDocument((30, 20), (DocumentLayer("red", red),)))
    save_ads([noise()], SaveOptions("png"), FileMetadata(), prefix="x", output_folder=tmp_path, layered=layered)
    psd = opened((tmp_path / "x_00001_.psd").read_bytes())
    assert (psd.mode, psd.size, psd.getpixel((5, 5))) == ("RGB", (30, 20), (255, 0, 0))
