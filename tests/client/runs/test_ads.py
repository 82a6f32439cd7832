"""Finished ads, made by the very graph and read back: by Tesseract, and by the report of the subject's mask."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.client.score import ocr
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
FACTS = {
    ("coffee.png", "friendly"): {"shop": "카페 봄날", "offer": "아메리카노 1+1"},
    ("astronaut.png", "emotional"): {"shop": "우주 사진관", "offer": "첫 방문 30% 할인"},
}
SCALES = (1, 0.3, 0.2)  # Tesseract reads neither small type in a reduced picture nor the largest in a whole one


@pytest.mark.tesseract
@pytest.mark.skipif(bool(ocr.missing()), reason=ocr.missing())
@pytest.mark.parametrize(("photo", "tone"), FACTS)
def test_the_words_typed_are_the_words_read(photo: str, tone: str, tmp_path: Path) -> None:
    facts = FACTS[photo, tone]
    ad = make_ad(AdRequest(ROOT / "samples" / photo, {**facts, "tone": tone}, tmp_path))
    with Image.open(ad.files[0]) as picture:
        assert picture.size == (1080, 1350)
        sizes = [(round(picture.width * scale), round(picture.height * scale)) for scale in SCALES]
        pictures = [np.asarray(picture.convert("RGB").resize(size), np.float32) / 255 for size in sizes]
    # word by word: between two lines Tesseract reads bits of the photo; figures of a lock-up it does not read at all
    typed = " ".join(word for word in " ".join(facts.values()).split() if not re.search(r"\d", word))
    read = [word for pixels in pictures for word in ocr.read_words(pixels, [typed])]
    assert ocr.found(typed, read)[1] == []
