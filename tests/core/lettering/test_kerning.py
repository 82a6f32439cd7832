"""Kerning is read from the font itself, so it is the same with and without Raqm."""

from __future__ import annotations

import pytest
from fit_ad.core.lettering.glyphs import measures
from fit_ad.core.text import fonts


@pytest.mark.parametrize(
    ("font", "pair", "ems"),
    [
        ("Pretendard ExtraBold", "AV", -192 / 2048),
        ("Nanum Square Round ExtraBold", "AV", -0.09),
        ("Nanum Myeongjo ExtraBold", "AV", -126 / 1024),
        ("Black Han Sans", "AV", 0),
        ("Pretendard ExtraBold", "가나", 0),
    ],
)
def test_pairs(font: str, pair: str, ems: float) -> None:
    assert measures(fonts.find(font, fonts.bundled())).kern(*pair) == pytest.approx(ems)
