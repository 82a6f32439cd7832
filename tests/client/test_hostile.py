"""`fit-ad make` with what people really hand over: a good ad, or one clear line and an exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.core.errors import FitAdError
from fit_ad.core.workflow.card import WORKFLOWS
from PIL import Image

pytestmark = pytest.mark.skipif(
    not (WORKFLOWS / "api" / "express.json").exists(), reason="the express workflow is not in the bundle"
)

COFFEE = Path(__file__).parents[2] / "samples" / "coffee.png"
EMOJI = "☕️🎉 오늘만 1+1 🥐✨"
FIVE_HUNDRED = ("매일 아침 직접 볶은 원두로 내리는 아메리카노 " * 30)[:500]


def coffee() -> Image.Image:
    with Image.open(COFFEE) as image:
        return image.convert("RGB")


def large(path: Path) -> None:
    coffee().resize((12000, 9000)).save(path, quality=60)


def palette(path: Path) -> None:
    image = coffee().quantize(255)
    image.save(path, transparency=254)


def sixteen_bit(path: Path) -> None:
    Image.fromarray(np.asarray(coffee().convert("L")).astype(np.uint16) * 257).save(path)


def turned(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    coffee().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=92)


PHOTOS: dict[str, Callable[[Path], None]] = {
    "large.jpg": large,
    "cmyk.jpg": lambda path: coffee().convert("CMYK").save(path),
    "sixteen.png": sixteen_bit,
    "palette.png": palette,
    "turned.jpg": turned,
    "alpha.webp": lambda path: coffee().convert("RGBA").save(path),
    "gray.tif": lambda path: coffee().convert("L").save(path),
    "tiny.png": lambda path: coffee().resize((20, 16)).save(path),
    "strip.png": lambda path: coffee().resize((3000, 40)).save(path),
}


def made(out: Path, photo: Path = COFFEE, **values: str) -> Image.Image:
    said = {"shop": "카페 봄날", "offer": "아메리카노 1+1", **values}
    (file,) = make_ad(AdRequest(photo, said, out)).files
    assert file.stat().st_size < 2_000_000
    return Image.open(file)


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_that_become_ads(tmp_path: Path, name: str) -> None:
    PHOTOS[name](tmp_path / name)
    image = made(tmp_path / "out", tmp_path / name)
    assert image.size == (1080, 1350)
    assert np.asarray(image.convert("L")).std() > 8


@pytest.mark.parametrize(
    "values",
    [
        {"shop": ""},
        {"offer": ""},
        {"offer": FIVE_HUNDRED},
        {"offer": EMOJI, "shop": "🌸봄날🌸"},
        {"shop": '<b>{a|b} [red] %s \\ "quote"\' 카페'},
        {"shop": "가" * 80},
    ],
    ids=["no shop", "no offer", "500 characters", "emoji", "marks", "long shop"],
)
def test_words_that_become_ads(tmp_path: Path, values: dict[str, str]) -> None:
    assert made(tmp_path / "out", **values).size == (1080, 1350)


def command(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "fit_ad.client", "make", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "FIT_AD_DEBUG": ""},
        check=False,
    )
    return done.returncode, done.stderr


def test_one_line_for_what_is_no_photo(tmp_path: Path) -> None:
    (tmp_path / "words.jpg").write_text("I am text", encoding="utf-8")
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    (tmp_path / "empty.jpg").touch()
    for name in ("words.jpg", "dot.png", "empty.jpg", "none.jpg", "."):
        status, error = command(tmp_path / name, "--shop", "카페", "--out", tmp_path / "out")
        assert status == 2, name
        assert error.startswith("error: ")
        assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_one_line_for_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    status, error = command(COFFEE, "--shop", "카페", "--out", tmp_path / "out")
    assert status == 1
    assert error.startswith("error: Nothing can be saved in ")
    assert error.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_one_line_for_a_read_only_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    status, error = command(COFFEE, "--shop", "카페", "--out", tmp_path / "out")
    assert status == 1
    assert error.count("\n") == 1


def test_a_disk_that_fills_up_during_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fit_ad.core.infra import atomic_file

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_file, "_move_to_new", full)
    with pytest.raises(FitAdError, match="the disk is full"):
        made(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
