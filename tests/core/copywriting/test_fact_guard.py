"""What the copywriter reads out of the facts: trade, neighbourhood, hashtags, risky claims."""

from __future__ import annotations

import pytest
from fit_ad.core.copywriting import ShopBrief, as_text, write
from fit_ad.core.copywriting.line_slots import neighbourhood
from fit_ad.core.copywriting.trades import detect


@pytest.mark.parametrize(
    ("shop", "offer", "trade"),
    [
        ("블루보틀 성수", "아이스 라떼 5,000원", "cafe"),
        ("망원 커피 로스터스", "", "cafe"),
        ("Monday Coffee", "", "cafe"),
        ("원조 부산 국밥", "", "gukbap"),
        ("교촌", "치킨 2,000원 할인", "chicken"),
        ("달콤한 하루", "빵 나오는 시간 오전", "bakery"),
        ("준오헤어", "염색 20% 할인", "hair"),
        ("The Barber", "", "hair"),
        ("Barber Kim", "", "hair"),
        ("유니네일", "", "nails"),
        ("청담 에스테틱", "", "skin"),
        ("바디앤 필라테스 스튜디오", "", "yoga"),
        ("무드 편집샵", "신상 니트 입고", "clothes"),
        ("수요일 플라워", "튤립 한 다발", "flowers"),
        ("꽃집 카페", "", "cafe"),
        ("필라테스", "수업", "yoga"),
        ("여수 꽃게", "", "raw_fish"),
        ("스파게티 하우스", "", "restaurant"),
        ("새벽상회", "선물 세트 입고", "general"),
        ("새벽상회", "운동화 입고", "clothes"),
        ("달빛 공방", "캔들 원데이클래스", "studio"),
        ("달빛 스튜디오", "증명사진 2만원", "photo"),
        ("요가 스튜디오", "첫 수업 무료", "yoga"),
        ("Clay Studio", "pottery for two", "crafts"),
        ("Blue Studio", "family portraits", "photo"),
        ("정상영어학원", "", "academy"),
        ("철수네", "", "general"),
        ("하나 세탁소", "운동화 세탁 5,000원", "laundry"),
        ("모퉁이", "크로플 세트", "cafe"),
        ("", "", "general"),
        ("hairy monday", "", "general"),
        ("펌프짐", "PT 10회", "gym"),
        ("점프 키즈카페", "", "kids"),
        ("래쉬", "속눈썹펌", "lashes"),
        ("하늘 스터디카페", "100시간권", "study_cafe"),
        ("미소치과", "임플란트 1개 89만원", "dental"),
        ("착한이사", "원룸이사 12만원", "moving"),
        ("한빛포장", "골판지박스 주문제작", "manufacturing"),
    ],
)
def test_the_trade_is_read_off_name_and_offer(shop: str, offer: str, trade: str) -> None:
    found = detect(ShopBrief(shop, offer))
    assert found == trade


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("서울 성동구 성수동", "성수동"),
        ("부산 서면", "서면"),
        ("제주", "제주"),
        ("홍대/합정", "홍대"),
        ("Seoul", "Seoul"),
        ("https://map.example/1", ""),
        ("", ""),
    ],
)
def test_the_narrowest_place_counts(region: str, place: str) -> None:
    assert neighbourhood(region) == place


def test_hashtags_name_what_the_shop_really_does() -> None:
    tags = write(ShopBrief("바른 필라테스", "3개월 등록 시 2주 추가", ("소그룹 수업",), "잠실동", "직장인")).hashtags
    assert tags[:2] == ("잠실동필라테스", "잠실필라테스")
    assert {"바른필라테스", "필라테스"} <= set(tags)
    assert not {"헬스장", "등록", "추가", "잠실동"} & set(tags)
    assert [tag for tag in tags if any(char.isdigit() for char in tag)] == []


def test_no_hashtag_makes_a_risky_claim() -> None:
    tags = write(ShopBrief("최고 에스테틱", "여드름 치료, 미백 관리", (), "정자동")).hashtags
    assert [tag for tag in tags if any(word in tag for word in ("치료", "여드름", "미백"))] == []
    assert "정자동피부관리" in tags


def test_english_copy_keeps_korean_names_first() -> None:
    tags = write(ShopBrief("봄날 카페", "Latte week", (), "성수동", language="en")).hashtags
    assert tags[:2] == ("성수동카페", "성수카페")
    assert {"cafe", "coffee"} <= set(tags)


@pytest.mark.parametrize(
    ("shop", "offer", "rule", "law"),
    [
        ("카페", "최고의 커피", "superlative", "표시·광고의 공정화에 관한 법률"),
        ("카페", "강남 1위 라떼", "rank", "표시·광고의 공정화에 관한 법률"),
        ("카페", "국내 유일 원두", "only", "표시·광고의 공정화에 관한 법률"),
        ("카페", "만족 100% 디저트", "absolute", "표시·광고의 공정화에 관한 법률"),
        ("카페", "면역력에 좋은 차", "body-effect", "식품 등의 표시·광고에 관한 법률"),
        ("샐러드 식당", "다이어트 효과 도시락", "body-effect", "식품 등의 표시·광고에 관한 법률"),
        ("에스테틱", "여드름 치료 관리", "cure", "화장품법"),
        ("에스테틱", "주름개선 관리", "functional-cosmetics", "화장품법"),
        ("에스테틱", "부작용 없는 관리", "no-side-effects", "의료법"),
        ("필라테스", "거북목 교정 수업", "medical", "의료법"),
        ("헬스장", "한 달 10kg 감량", "body-effect", "표시·광고의 공정화에 관한 법률"),
        ("수학학원", "성적 향상, 합격 보장", "assured-result", "표시·광고의 공정화에 관한 법률"),
        ("Cafe", "the best coffee", "superlative", "표시·광고의 공정화에 관한 법률"),
    ],
)
def test_risky_claims_are_flagged_and_kept(shop: str, offer: str, rule: str, law: str) -> None:
    words = write(ShopBrief(shop, offer))
    flag = next(flag for flag in words.flags if flag.rule == rule)
    assert flag.field == "offer"
    assert flag.text in offer
    assert law in flag.law
    assert flag.reason
    assert flag.softer
    assert offer in as_text(words, ShopBrief(shop, offer))


@pytest.mark.parametrize(
    "offer", ["아메리카노 1+1", "최고기온 33도 이벤트", "11위안 환전 행사", "오후 1시 30분 개강", "10% 할인"]
)
def test_plain_offers_are_not_flagged(offer: str) -> None:
    assert write(ShopBrief("봄날 카페", offer)).flags == ()
