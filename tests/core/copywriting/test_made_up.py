"""What was not given is found; what was given, or says nothing of the shop, is not."""

from __future__ import annotations

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.copywriting import ShopBrief
from fit_ad.core.copywriting.fact_guard import GivenFacts, figures
from written_lines import written_lines

FACTS = GivenFacts(
    ShopBrief("봄날 카페", "6월 한 달 아메리카노 1+1, 9,900원 20% 할인 010-1234-5678", ("직접 로스팅",), "성수동")
)


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("아메리카노 1+1", []),
        ("아메리카노 2+1", ["2+1"]),
        ("9,900원에 만나요", []),
        ("9,900 원", []),
        ("9900원", ["9900원"]),
        ("9,900개", ["9,900개"]),
        ("9,900", ["9,900"]),
        ("20% 할인", []),
        ("20퍼센트 할인", ["20퍼센트"]),
        ("120% 할인", ["120%"]),
        ("6월에만", []),
        ("7월에만", ["7월"]),
        ("010-1234-5678로 문의하세요", []),
        ("010-1234-567", ["010-1234-567"]),
        ("만 원의 행복", ["만 원"]),
        ("두 잔 가격에", ["두 잔"]),
        ("①번 메뉴", ["①"]),
        ("½ 가격", ["½"]),
        ("스타벅스보다 진한", ["스타벅스"]),
        ("홍대에서 온", ["홍대"]),
        ("성수동에서 만나요", []),
        ("김민수 원장이 직접", ["김민수 원장"]),
        ("Starbucks 느낌", ["Starbucks"]),
        ("SNS에 올려요", []),
        ("咖啡 한 잔", ["咖啡"]),
        ("bomnal.co.kr에서", ["bomnal.co.kr"]),
        ("무료 쿠폰 증정", ["무료", "쿠폰", "증정"]),
        ("이 혜택 놓치지 마세요", []),
        ("갓 구운 빵", ["갓 구운"]),
        ("직접 로스팅한 원두", []),
        ("배달도 돼요", ["배달"]),
        ("오늘도 커피 한 잔", []),
        ("운동 말고 활동, 감동의 자리", []),
        ("원두 향이 좋은 오후", []),
    ],
)
def test_strangers(text: str, strangers: list[str]) -> None:
    assert FACTS.strangers(text, "ko") == strangers


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("Coffee at its kindest", []),
        ("Come by, say hi to Maria", ["Maria"]),
        ("Everything You Love About Coffee", []),
        ("Two for the price of one", ["Two"]),
        ("Freshly roasted daily", ["Freshly"]),
        ("A free afternoon", []),
        ("Free cookies today only", ["Free", "today only"]),
        ("The best of Paris", ["Paris"]),
    ],
)
def test_strangers_in_english(text: str, strangers: list[str]) -> None:
    assert GivenFacts(ShopBrief("Bluebird", "latte")).strangers(text, "en") == strangers


def test_a_benefit_is_no_benefit_where_none_was_given() -> None:
    assert GivenFacts(ShopBrief("봄날", "신메뉴 출시")).strangers("혜택이 가득", "ko") == ["혜택"]


def test_the_rules_own_lines_make_up_nothing() -> None:
    """Every written line without a slot; the exceptions are idioms and greetings."""
    nobody = GivenFacts(ShopBrief())
    for language, idioms in {"ko": {"DM", "세배"}, "en": {"Chuseok"}}.items():
        lines = [line for line in written_lines(language) if "{" not in line]
        assert len(lines) > 1500
        found = {word for line in lines for word in nobody.strangers(line, language)}
        assert found - idioms == set()


def test_figures_keep_what_belongs_to_them() -> None:
    assert figures("6/1~6/30, ₩12,000 또는 14.5% · 오후 2시 30분") == ["6/1", "6/30", "₩12,000", "14.5%", "2시", "30분"]


@pytest.mark.parametrize(
    "text", ["가나다 1,000원 Abc " * 30, "a" * 400, "1" * 400, "a." * 200, "1,1" * 130, "십" * 400]
)
def test_the_longest_field_takes_no_time(text: str) -> None:
    with at_most_cpu(0.3):
        for language in ("ko", "en"):
            FACTS.strangers(text, language)
