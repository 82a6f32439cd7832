"""`fit-ad make` with what people really hand over: a good ad, or one clear line and an exit status."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fit_ad.client.cli import main
from fit_ad.client.local.local_runner import LocalRunner
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.core.workflow.card import WORKFLOWS
from PIL import Image

pytestmark = pytest.mark.skipif(
    not (WORKFLOWS / "api" / "express.json").exists(), reason="the express workflow is not in the bundle"
)

COFFEE = Path(__file__).parents[2] / "samples" / "coffee.png"
EMOJI = "☕️🎉 오늘만 1+1 🥐✨"
FIVE_HUNDRED = ("매일 아침 직접 볶은 원두로 내리는 아메리카노 " * 30)[:500]


def coffee() -> Image.Image:
    """A small photo of a cup: what is tried here depends on how it is saved, not on how large it is."""
    with Image.open(COFFEE) as image:
        return image.convert("RGB").resize((150, 100))


def turned(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    coffee().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=92)


def sixteen_bit(path: Path) -> None:
    Image.fromarray(np.asarray(coffee().convert("L")).astype(np.uint16) * 257).save(path)


PHOTOS: dict[str, Callable[[Path], None]] = {
    "large.jpg": lambda path: coffee().resize((6000, 400), Image.Resampling.NEAREST).save(path, quality=60),
    "cmyk.jpg": lambda path: coffee().convert("CMYK").save(path, quality=92),
    "sixteen.png": sixteen_bit,
    "palette.png": lambda path: coffee().quantize(255).save(path, transparency=254),
    "turned.jpg": turned,
    "alpha.webp": lambda path: coffee().convert("RGBA").save(path, lossless=True),
    "gray.tif": lambda path: coffee().convert("L").save(path),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_photos_reach_the_nodes_as_they_look(tmp_path: Path, name: str) -> None:
    PHOTOS[name](tmp_path / name)
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": ""}},
        "2": {"class_type": "AdSave", "inputs": {"image": ["1", 0], "format": "png"}},
    }
    with LocalRunner() as runner:
        graph["1"]["inputs"]["image"] = runner.put_picture(str(tmp_path / name))
        saved = runner.run(graph)["2"]["images"][0]
        seen = Image.open(io.BytesIO(runner.fetch(saved))).convert("RGB")
    assert seen.size == ((4096, 273) if name == "large.jpg" else (150, 100))
    gray = name in ("sixteen.png", "gray.tif")
    meant = coffee().convert("L").convert("RGB") if gray else coffee()
    difference = np.asarray(seen.resize((150, 100)), np.float32) - np.asarray(meant, np.float32)
    assert np.abs(difference).mean() < 12  # CMYK and palette move colours a little


def made(out: Path, photo: Path, **values: str) -> Image.Image:
    facts = {"shop": "카페 봄날", "offer": "아메리카노 1+1", "format": "feed-1x1", **values}
    (file,) = make_ad(AdRequest(photo, facts, out)).files
    assert file.stat().st_size < 2_000_000
    return Image.open(file)


@pytest.mark.parametrize("size", [(20, 16), (3000, 40)], ids=["tiny", "strip"])
def test_photos_of_odd_sizes_become_ads(tmp_path: Path, size: tuple[int, int]) -> None:
    coffee().resize(size).save(tmp_path / "odd.png")
    image = made(tmp_path / "out", tmp_path / "odd.png")
    assert image.size == (1080, 1080)
    assert np.asarray(image.convert("L")).std() > 8


@pytest.mark.parametrize(
    "values",
    [
        {"shop": "", "offer": FIVE_HUNDRED},
        {"offer": "", "shop": "가" * 80},
        {"offer": EMOJI, "shop": '<b>{a|b} [red] %s \\ "quote"\' 카페'},
    ],
    ids=["500 characters, no shop", "long shop, no offer", "emoji and marks"],
)
def test_words_that_become_ads(tmp_path: Path, values: dict[str, str]) -> None:
    coffee().save(tmp_path / "small.png")
    assert made(tmp_path / "out", tmp_path / "small.png", **values).size == (1080, 1080)


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


def test_one_line_for_what_is_no_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.jpg").write_text("I am text", encoding="utf-8")
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    (tmp_path / "empty.jpg").touch()
    for name in ("words.jpg", "dot.png", "empty.jpg", "none.jpg", "."):
        assert main._run(["make", str(tmp_path / name), "--shop", "카페", "--out", str(tmp_path / "out")]) == 2, name
        error = capsys.readouterr().err
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
