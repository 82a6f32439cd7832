"""Prices that were typed bare are said in won; all others stay as typed."""

from __future__ import annotations

import pytest
from fit_ad.core.copywriting import ShopBrief, write
from fit_ad.core.copywriting.fact_guard import GivenFacts
from fit_ad.core.copywriting.won import in_won


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("79,000", "79,000원"),
        ("29000", "29000원"),
        ("5.5만", "5.5만원"),
        ("9만9천", "9만9천원"),
        ("3천", "3천원"),
        ("12만~", "12만원~"),
        ("15000부터", "15000원부터"),
        ("6,500원", "6,500원"),
        ("12만원~", "12만원~"),
        ("8.5억", "8.5억"),
        ("3억 2000", "3억 2000"),
        ("1000/50", "1000/50"),
        ("₩150,000", "₩150,000"),
        ("9천9", "9천9"),
        ("3팩 만원", "3팩 만원"),
        ("", ""),
    ],
)
def test_a_bare_price_is_said_in_won(typed: str, said: str) -> None:
    assert in_won(typed) == said


def test_every_copy_says_the_price_in_won() -> None:
    for seed in range(3):
        words = write(ShopBrief("솔바람펜션", "비수기 평일 2인 79,000", ("계곡 바로앞",)), seed)
        assert "79,000원" in words.copies[0].headline
        assert words.parts[0].price_now == "79,000원"
        assert words.copies[0].sub.startswith("비수기 평일")


@pytest.mark.parametrize(
    ("offer", "text", "strangers"),
    [
        ("젤네일 5.5만", "젤네일 5.5만원", []),
        ("2인 79,000", "2인 79,000원", []),
        ("100시간권 12만→9만9천", "12만원에서 9만9천원으로", []),
        ("젤네일 5.5만", "젤네일 6.5만원", ["6.5만원"]),
        ("원룸 12개월", "원룸 12원", ["12원"]),
    ],
)
def test_the_unit_that_was_left_out_is_not_made_up(offer: str, text: str, strangers: list[str]) -> None:
    assert GivenFacts(ShopBrief("가게", offer)).strangers(text, "ko") == strangers
