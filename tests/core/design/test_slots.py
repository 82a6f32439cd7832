"""Which words go where: no place as an offer's line, no particle left behind, no price said twice."""

from __future__ import annotations

from typing import Any

import pytest
from fit_ad.core.copywriting.parts import AdParts
from fit_ad.core.design.library import design
from fit_ad.core.design.schema_words import WordsLayer
from fit_ad.core.design.slots import fill_slots

PRICE = {
    "product": "손세차",
    "price_before": "3만원",
    "price_now": "2만원",
    "headline": "손세차 2만원",
    "emphasis": "2만원",
}


def said(name: str, **parts: Any) -> dict[tuple[str, str], str]:
    layers = [layer for layer in design(name).layers if isinstance(layer, WordsLayer)]
    return {place: slot.text for place, slot in fill_slots(layers, AdParts(**parts)).slots.items()}


@pytest.mark.parametrize(
    "where", [{"address": "연남동", "eyebrow": "연남동"}, {"shop": "번쩍 세차장", "eyebrow": "번쩍 세차장"}]
)
def test_neither_shop_nor_place_stands_in_the_line_of_the_offer(where: dict[str, str]) -> None:
    assert said("burst-sale", **PRICE, **where)["offer", "what"] == "손세차"


def test_another_line_above_the_headline_stays_there() -> None:
    assert said("burst-sale", **PRICE, eyebrow="수능 끝!")["offer", "what"] == "수능 끝!"


def test_a_price_that_stands_alone_takes_its_particle_along() -> None:
    words = said(
        "circle-spot", headline="5,900원에 모닝세트", emphasis="5,900원", price_now="5,900원", shop="카페 봄날"
    )
    assert "모닝세트" in words.values()
    assert not any(text.startswith("에 ") for text in words.values())


def test_a_second_line_does_not_say_the_prices_again() -> None:
    sub = "3만원에서 2만원으로 · 12/31까지"
    assert sub not in said("burst-sale", **PRICE, sub=sub, period="12/31까지").values()
    other = "3만원에서 2만원으로, 왁스 포함"
    assert other in said("burst-sale", **PRICE, sub=other).values()
