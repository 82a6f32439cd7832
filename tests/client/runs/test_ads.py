"""Finished ads, made by the very graph and read back: by Tesseract, and by the report of the subject's mask."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from fit_ad.client.runs.make import AdRequest, make_ad
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
TONES = ("friendly", "professional", "trendy", "emotional")
FACTS = {
    "coffee.png": {"shop": "카페 봄날", "offer": "아메리카노 1+1"},
    "astronaut.png": {"shop": "우주 사진관", "offer": "첫 방문 30% 할인"},
}


def tesseract_reason() -> str:
    """Return why Tesseract can't read Korean here; empty when it can."""
    if not shutil.which("tesseract"):
        return "Tesseract is not installed"
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True)
    lacking = {"kor", "eng"} - set((done.stdout + done.stderr).split())
    return f"Tesseract lacks {', '.join(sorted(lacking))}" if lacking else ""


def read(picture: Path, folder: Path) -> str:
    """Return what Tesseract reads on a picture, without spaces: sparse words, then as one block at twice the size."""
    said = ""
    with Image.open(picture) as ad:
        for scale, mode in ((1, "11"), (2, "6")):
            grey = ad.convert("L").resize((ad.width * scale, ad.height * scale), Image.Resampling.LANCZOS)
            grey.save(folder / "ad.png")
            command = ["tesseract", str(folder / "ad.png"), "-", "-l", "kor+eng", "--psm", mode]
            said += subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(said.split())


@pytest.mark.tesseract
@pytest.mark.skipif(bool(tesseract_reason()), reason=tesseract_reason())
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("photo", FACTS)
def test_the_words_typed_are_the_words_read(photo: str, tone: str, tmp_path: Path) -> None:
    ad = make_ad(AdRequest(ROOT / "samples" / photo, {**FACTS[photo], "tone": tone}, tmp_path))
    with Image.open(ad.files[0]) as picture:
        assert picture.size == (1080, 1350)
    words = read(ad.files[0], tmp_path)
    typed = " ".join(FACTS[photo].values()).split()  # word by word: between two lines Tesseract reads bits of the photo
    assert [word for word in typed if word not in words] == [], words
