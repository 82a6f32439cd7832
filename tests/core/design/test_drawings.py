"""Which drawing belongs to an ad."""

import pytest
from fit_ad.core.copywriting.parts import read_parts
from fit_ad.core.design.art import elements
from fit_ad.core.design.drawings import _OF_PURPOSE, _OF_TRADE, drawing_for, is_open
from fit_ad.core.design.facts import facts_of


def drawing(name: str = "trade", **parts: object) -> str:
    found = read_parts(parts)
    facts = facts_of(found)
    return drawing_for(name, found, facts.trade, facts.purpose)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"shop": "복떡방", "headline": "추석 송편", "product": "송편 1kg"}, "songpyeon"),
        ({"shop": "오늘네일", "headline": "겨울 손톱 케어"}, "nail-tips"),  # the trade before the season
        ({"shop": "정석수학", "headline": "겨울방학 특강"}, "notebook-pencil"),
        ({"shop": "착한이사24", "product": "원룸이사"}, "moving-truck"),
        ({"shop": "Smash Town", "product": "Double smash burger", "language": "en"}, "burger"),
        ({"shop": "(주)바름", "headline": "채용합니다", "purpose": "hiring"}, "loudhailer"),  # by purpose alone
    ],
)
def test_the_words_then_the_trade_then_the_purpose_name_it(parts: dict[str, str], expected: str) -> None:
    assert drawing(**parts) == expected


def test_the_three_are_three() -> None:
    names = [drawing(n, shop="햇살분식", product="떡볶이") for n in ("trade", "trade-2", "trade-3")]
    assert names[0] == "tteokbokki"
    assert len(set(names)) == 3


def test_latin_tags_are_whole_words() -> None:
    assert drawing(shop="Carpet House", product="carpet", language="en") != "car-wash"


def test_every_drawing_that_stands_in_for_a_trade_exists() -> None:
    used = {name for table in (_OF_TRADE, _OF_PURPOSE) for names in table.values() for name in names}
    assert used <= set(elements())
    assert is_open("trade-2")
    assert not is_open("burger")
