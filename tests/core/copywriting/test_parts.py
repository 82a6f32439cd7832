from __future__ import annotations

import json

import pytest
from fit_ad.core.copywriting.parts import LONGEST_FIELD, MOST_ITEMS, AdParts, PartItem, read_parts
from fit_ad.core.errors import FitAdError


def test_json_text_and_plain_data_give_the_same_parts() -> None:
    data = {"shop": "카페 봄날", "discount": "1+1", "items": [{"name": "라떼", "price": 4500}]}
    parts = read_parts(json.dumps(data, ensure_ascii=False))
    assert parts == read_parts(data)
    assert parts.items == (PartItem(name="라떼", price="4500"),)


def test_parts_come_back_from_their_own_json() -> None:
    parts = AdParts(
        headline="겨울에는 조금 더 진하게", emphasis="진하게", items=(PartItem(name="쑥라떼", price="6,000원"),)
    )
    assert read_parts(parts.as_json()) == parts


def test_wrong_types_and_unknown_fields_count_as_absent() -> None:
    parts = read_parts(
        {"shop": ["a"], "headline": None, "price_now": 9900, "items": "soup", "colour": "red", "cta": True}
    )
    assert parts == AdParts(price_now="9900")


def test_names_of_a_menu_are_lower_case_or_empty() -> None:
    parts = read_parts({"purpose": "DEAL", "angle": "loud", "language": "fr"})
    assert (parts.purpose, parts.angle, parts.language) == ("deal", "", "ko")


def test_emphasis_must_stand_in_the_headline() -> None:
    assert read_parts({"headline": "반짝 세차", "emphasis": "반짝"}).emphasis == "반짝"
    assert read_parts({"headline": "반짝 세차", "emphasis": "번쩍"}).emphasis == ""


def test_long_text_and_long_lists_are_cut() -> None:
    parts = read_parts({"body": "가" * 9000, "items": [{"name": str(i)} for i in range(200)]})
    assert len(parts.body) == LONGEST_FIELD
    assert len(parts.items) == MOST_ITEMS


def test_control_and_direction_characters_go_and_lines_stay() -> None:
    assert read_parts({"body": "\u202e한 줄 \x00 \r\n 두  줄\ufeff"}).body == "한 줄\n두 줄"


@pytest.mark.parametrize("empty", ["", "  ", b"", {}])
def test_nothing_gives_empty_parts(empty: object) -> None:
    assert read_parts(empty) == AdParts()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("[1, 2]", "has no parts"),
        ("{'a': 1}", "is not valid JSON"),
        (7, "has no parts"),
        ("[" * 90_000, "is not valid JSON"),
    ],
)
def test_what_is_no_object_is_one_clear_error(value: object, told: str) -> None:
    with pytest.raises(FitAdError, match=told):
        read_parts(value)


def test_a_text_over_the_limit_is_refused() -> None:
    with pytest.raises(FitAdError, match="too long"):
        read_parts(" " * 600_000)
