"""Whole ads: picture, words, marks and layers."""

from __future__ import annotations

from pathlib import Path

from fit_ad.core.saving import Notes, SaveOptions, save_ads
from saved_pictures import flat, opened


def test_batch_with_words(tmp_path: Path) -> None:
    saved = save_ads(
        [flat((1.0, 0.0, 0.0)), flat((0.0, 0.0, 1.0))],
        SaveOptions("png"),
        Notes(),
        prefix="ads/%batch_num%",
        output_folder=tmp_path,
        words=("오늘은 라떼", "#카페 #라떼"),
    )
    assert [s.path for s in saved] == ["ads/0_00001_.png", "ads/1_00001_.png"]
    assert (tmp_path / "ads/1_00001_.txt").read_text(encoding="utf-8") == "오늘은 라떼\n\n#카페 #라떼\n"
    assert opened((tmp_path / saved[1].path).read_bytes()).getpixel((0, 0)) == (0, 0, 255)
