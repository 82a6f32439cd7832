"""Finished ads, made by the very graph and read back: by Tesseract, and by the report of the subject's mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.client.score import ocr
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
TONES = ("friendly", "professional", "trendy", "emotional")
FACTS = {
    "coffee.png": {"shop": "카페 봄날", "offer": "아메리카노 1+1"},
    "astronaut.png": {"shop": "우주 사진관", "offer": "첫 방문 30% 할인"},
}


@pytest.mark.tesseract
@pytest.mark.skipif(bool(ocr.missing()), reason=ocr.missing())
@pytest.mark.parametrize(("photo", "tone"), list(zip(2 * tuple(FACTS), TONES, strict=True)))
def test_the_words_typed_are_the_words_read(photo: str, tone: str, tmp_path: Path) -> None:
    ad = make_ad(AdRequest(ROOT / "samples" / photo, {**FACTS[photo], "tone": tone}, tmp_path))
    with Image.open(ad.files[0]) as picture:
        assert picture.size == (1080, 1350)
        pixels = np.asarray(picture.convert("RGB"), np.float32) / 255
    # word by word: between two lines Tesseract reads bits of the photo
    typed = " ".join(FACTS[photo].values())
    assert ocr.found(typed, ocr.read_words(pixels, [typed]))[1] == []
