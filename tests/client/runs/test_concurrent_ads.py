"""Two ads made in one process at the same time are the ads that would have been made one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fit_ad.client.runs.make import Ad, AdRequest, make_ad
from PIL import Image

COFFEE = Path(__file__).parents[3] / "samples" / "coffee.png"
COLORS = ("#ff8080", "#8080ff")


def made(folder: Path, number: int, out: str) -> Ad:
    facts = {"shop": f"{'가나'[number]}나다 카페", "offer": f"{number + 2}+1", "format": "feed-1x1"}
    return make_ad(AdRequest(folder / f"{number}.png", facts, folder / out))


def test_ads_made_at_the_same_time(tmp_path: Path) -> None:
    with Image.open(COFFEE) as image:
        cup = image.convert("RGB").resize((120, 80))
    for number, color in enumerate(COLORS):
        Image.blend(cup, Image.new("RGB", cup.size, color), 0.3).save(tmp_path / f"{number}.png")
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda number: made(tmp_path, number, "together"), range(2)))
    alone = made(tmp_path, 0, "alone")
    assert together[0].files[0].read_bytes() == alone.files[0].read_bytes()
    assert together[0].copies == alone.copies != together[1].copies
    for ad in together:
        assert ad.copies in ad.files[0].with_suffix(".txt").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "together").iterdir()} == {
        f"Fit-AD_0000{number}_{suffix}" for number in (1, 2) for suffix in (".jpg", ".txt")
    }
