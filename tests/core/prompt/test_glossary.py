"""What ad copy shows, in English: the longest entry, without particles, things before the mood."""

from __future__ import annotations

import pytest
from fit_ad.core.prompt.glossary import GlossaryEntry, glossary, keywords, predicate_forms, unsaid
from fit_ad.core.text.korean import has_hangul


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("아메리카노를", "cup of americano coffee"),
        ("아이스 아메리카노 한 잔, 4,500원", "iced americano in a clear glass"),
        ("아이스아메리카노가", "iced americano in a clear glass"),
        (
            "따뜻한 아침 햇살이 드는 창가에서 마시는 라떼",
            "caffe latte with latte art, by the window, soft morning sunlight, warm",
        ),
        ("수제 딸기케이크와 커피를 2+1로!", "coffee, strawberry cream cake, handmade"),
        ("딸기잼을 바른 토스트", "jar of jam, toast, fresh strawberries"),
        ("빨간 장미 꽃다발, 하얀 화병", "red roses, flower bouquet, white vase"),
        ("부드러운 소금빵이 원목 테이블 위에", "golden salt bread rolls, wooden table, soft"),
        ("설탕 없는 말차라떼", "green matcha latte"),
        ("얼음 빼고 주세요", ""),
        ("사과드립니다. 오늘은 쉽니다.", ""),
        ("3회 방문하면 라떼 1잔", "caffe latte with latte art"),
        ("커피는 물론 디저트도", "coffee, dessert"),
        ("여름엔 시원한 빙수! 빙수 9,900원", "Korean shaved ice dessert, cool and refreshing"),
        ("봄날카페에서 만나요", "cafe interior"),
        ("몸짓필라테스에서 운동해요", "pilates on a reformer"),
        ("어머니께 드리는 카네이션", "carnations, mother"),
        ("Iced americano and strawberry cake this spring, only $5", "iced americano, strawberry cake, spring"),
        ("", ""),
        ("4,500원!!! ㅋㅋ 😀", ""),
    ],
)
def test_an_ad_is_translated(text: str, words: str) -> None:
    assert sorted(keywords(text)) == sorted(word for word in words.split(", ") if word)


def test_things_come_before_place_light_and_mood() -> None:
    assert keywords("포근한 겨울, 노을 지는 바닷가에서 코코아") == (
        "hot chocolate with marshmallows",
        "beach",
        "sunset glow",
        "winter",
        "cozy",
    )


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("맑다", {"맑"}),
        ("부드럽다", {"부드럽", "부드러운", "부드러우", "부드러워", "부드러웠", "부드러움"}),
        ("진하다", {"진하", "진한", "진해", "진했", "진함", "진합", "진할", "진히"}),
        ("빛나다", {"빛나", "빛난", "빛날", "빛남", "빛납"}),
    ],
)
def test_the_endings_of_predicates(word: str, forms: set[str]) -> None:
    assert set(predicate_forms(word)) == forms


def test_the_list_is_long_and_english() -> None:
    entries = {*glossary().nouns.values(), *glossary().forms.values()}
    assert len({entry for entry in entries if entry.english}) >= 500
    assert [entry for entry in entries if has_hangul(entry.english) or entry.english != entry.english.strip()] == []
    assert all(isinstance(entry, GlossaryEntry) for entry in entries)


@pytest.mark.parametrize(
    "particle", ["은", "이", "을", "에서", "으로", "까지", "처럼", "도", "입니다", "이에요", "들은"]
)
def test_every_noun_is_found_behind_any_particle(particle: str) -> None:
    for noun, entry in glossary().nouns.items():
        if entry.english and len(noun) > 1:
            found = keywords(noun + particle)
            assert found in ((entry.english,), keywords(noun)), noun


def test_what_is_said_is_not_said_again() -> None:
    assert unsaid(["red cup", "cups", "table", "red cup"], ["a wooden table"]) == ("red cup",)
    assert unsaid(["cup", "a red cup", "embedding:x"]) == ("a red cup", "embedding:x")
