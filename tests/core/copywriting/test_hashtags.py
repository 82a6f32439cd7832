"""Hashtags: those that people who want this ad look for, and no others."""

from __future__ import annotations

import pytest
from fit_ad.core.copywriting import ShopBrief, write


def tags(shop: str, offer: str, *features: str, language: str = "ko") -> tuple[str, ...]:
    return write(ShopBrief(shop, offer, features, language=language), 3).hashtags


@pytest.mark.parametrize(
    ("shop", "offer", "language", "wanted", "unwanted"),
    [
        (
            "더맛김밥",
            "주방 알바 구합니다 시급 11,000원 주5일",
            "ko",
            "구인",
            ("분식스타그램", "먹스타그램", "간식추천"),
        ),
        ("청춘미용실", "디자이너 구합니다 월급 300만원", "ko", "구인", ("헤어스타그램",)),
        ("Green Laundry", "Part-timer wanted, 11,000 won/hr", "en", "hiring", ("drycleaners", "laundryday")),
    ],
)
def test_a_job_ad_has_tags_of_jobs(
    shop: str, offer: str, language: str, wanted: str, unwanted: tuple[str, ...]
) -> None:
    found = tags(shop, offer, language=language)
    assert len(found) == 15
    assert sum(wanted in tag for tag in found) >= 2
    assert set(found).isdisjoint(unwanted)


def test_a_brief_that_names_one_of_two_has_no_tags_of_the_other() -> None:
    dogs = tags("행복동물병원", "강아지 스케일링 15만원")
    cats = tags("행복동물병원", "고양이 스케일링 15만원")
    assert [tag for tag in dogs if "고양이" in tag or "냥" in tag or "묘" in tag] == []
    assert [tag for tag in cats if "강아지" in tag or "멍" in tag or "반려견" in tag] == []
    both = tags("행복동물병원", "강아지 고양이 스케일링 15만원")
    assert any("강아지" in tag for tag in both)
    assert any("고양이" in tag for tag in both)
