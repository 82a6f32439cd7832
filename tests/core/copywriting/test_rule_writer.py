"""The rule writer: natural lines, facts as typed, three angles, nothing repeated."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from fit_ad.core.copywriting import ShopBrief, as_text, write
from fit_ad.core.copywriting.brief import LANGUAGES, TONES
from fit_ad.core.copywriting.claims import risky
from fit_ad.core.copywriting.data import voice
from fit_ad.core.copywriting.trades import trades
from fit_ad.core.errors import FitAdError
from fit_ad.core.text.korean import syllables
from written_lines import written_lines

SHOPS = {
    "cafe": ("봄날 카페", "6월 한 달 아메리카노 1+1"),
    "gukbap": ("할매국밥", "점심 국밥 9,000원"),
    "bakery": ("소금집 베이커리", "소금빵 3개 9,900원"),
    "hair": ("살롱 드 리", "첫 방문 커트 30% 할인"),
    "nails": ("손끝네일", "여름 젤네일 이벤트"),
    "yoga": ("바른 필라테스", "3개월 등록 시 2주 추가"),
    "dental": ("미소치과", "임플란트 1개 89만원"),
    "moving": ("착한이사", "원룸이사 12만원~ 당일가능"),
    "manufacturing": ("(주)한빛포장", "골판지박스 주문제작 소량 100장부터"),
    "general": ("새벽상회", "오픈 기념 사은품 증정"),
}
WEIRD = [
    "",
    "  \n ",
    "😀😀",
    "가" * 500,
    "a" * 500,
    "할인 " * 150,
    "12,000원, 13,500원/14.5% " * 20,
    "line one\nline two",
    "{offer}{shop:은/는}",
    "<b>&\"'\\",
    "美味しい",
    "\x00x\x07",
    "기간 6/1~6/30. 전화 010-1234-5678, 매주 월/수/금 오후 2시 디저트 전 품목 20% 할인 행사",
]
MACHINE_MARKS = re.compile(r"[{}*]|\(으\)|\((은|는|이|가|을|를)\)|  |\.\.|!!|!\.|\?\.")


def lines_of(words) -> list[str]:
    return [line for copy in words.copies for line in (copy.headline, copy.body, copy.call_to_action)]


def brief_of(trade: str, tone: str, language: str = "ko") -> ShopBrief:
    shop, offer = SHOPS[trade]
    return ShopBrief(shop, offer, ("주차 가능", "예약제"), "서울 성동구 성수동", "직장인", tone, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", SHOPS)
def test_every_trade_and_tone_keeps_to_the_rules(trade: str, language: str) -> None:
    for tone in TONES:
        brief = brief_of(trade, tone, language)
        for seed in range(4):
            words = write(brief, seed)
            lines = lines_of(words)
            assert words.trade == trade
            assert len(set(lines)) == 9
            assert [line for line in lines if MACHINE_MARKS.search(line)] == []
            assert [copy.angle for copy in words.copies] == ["offer", "product", "mood"]
            assert all(syllables(c.headline) <= 18 and syllables(c.body) <= 45 for c in words.copies)
            assert all(syllables(c.call_to_action) <= 12 and syllables(c.sub) <= 20 for c in words.copies)
            assert all(c.emphasis in c.headline for c in words.copies)


@pytest.mark.parametrize(
    ("offer", "held"),
    [
        ("소금빵 3개 7,900원", ("소금빵", "7,900원")),
        ("임플란트 1개 89만원", ("임플란트", "89만원")),
        ("첫 방문 커트 30% 할인", ("커트", "30% 할인")),
        ("후라이드 1+1 매주 수요일", ("후라이드", "1+1")),
        ("100시간권 12만→9만9천", ("100시간권", "9만9천")),
        ("반건조오징어 10마리 29000 택배가능", ("반건조오징어", "29000")),
    ],
)
def test_the_first_headline_holds_product_and_offer(offer: str, held: tuple[str, ...]) -> None:
    for tone in TONES:
        for seed in range(4):
            first = write(ShopBrief("가게", offer, tone=tone), seed).copies[0]
            assert [part for part in held if part not in first.headline] == [], first.headline


def test_every_price_of_a_list_is_said_in_the_first_copy() -> None:
    offer = "순대국 9000원 소주 3000원 점심특선 11~14시"
    for seed in range(4):
        first = write(ShopBrief("할매순대국", offer), seed).copies[0]
        said = f"{first.headline} {first.sub} {first.body}"
        assert [part for part in ("9000원", "3000원", "11~14시") if part not in said] == [], said


@pytest.mark.parametrize(
    ("offer", "purpose", "never"),
    [
        ("설날 연휴 1/28~30 휴무, 31일 정상영업", "closed", ("순삭", "맛있", "할인")),
        ("주방 알바 구합니다 시급 11,000원 주5일", "hiring", ("맛", "드세요", "할인")),
    ],
)
def test_what_is_told_is_not_sold(offer: str, purpose: str, never: tuple[str, ...]) -> None:
    for tone in TONES:
        words = write(ShopBrief("동네빵집 밀", offer, tone=tone), 1)
        said = str(words.copies)
        assert {part.purpose for part in words.parts} == {purpose}
        assert [word for word in never if word in said] == []
        assert words.tone in ("friendly", "professional")
        assert any("does not suit" in note for note in words.notes) is (words.tone != tone)


def test_parts_hold_the_facts_as_typed() -> None:
    brief = ShopBrief(
        "번쩍손세차", "손세차 5만원 (정상가 7만원) ~12/31까지", ("예약 010-2345-6789",), "인천 서구 청라동"
    )
    part = write(brief).parts[0]
    assert (part.product, part.price_before, part.price_now) == ("손세차", "7만원", "5만원")
    assert (part.period, part.contact, part.address) == ("~12/31까지", "010-2345-6789", "인천 서구 청라동")


def test_inputs_of_their_own_come_first() -> None:
    brief = ShopBrief(
        "봄날 카페", "라떼 5,000원", purpose="new", period="11월만", link="https://a.example", hours="9~18시"
    )
    part = write(brief).parts[0]
    assert (part.purpose, part.period, part.link, part.hours) == ("new", "11월만", "https://a.example", "9~18시")


def test_banned_words_are_in_no_line() -> None:
    for seed in range(12):
        said = str(write(brief_of("cafe", "friendly"), seed, ("수다", "한 잔")).copies)
        assert "수다" not in said
        assert "한 잔" not in said


def test_the_same_brief_and_seed_give_the_same_words_and_leave_random_alone() -> None:
    random.seed(7)
    before = random.getstate()
    first = write(brief_of("cafe", "trendy"), 5)
    assert write(brief_of("cafe", "trendy"), 5) == first
    assert write(brief_of("cafe", "trendy"), 6) != first
    assert random.getstate() == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", WEIRD)
def test_odd_input_still_gives_a_whole_copy(text: str, language: str) -> None:
    for brief in (
        ShopBrief(text, text, (text, text), text, text, "friendly", language),
        ShopBrief(text, "", (), "", "", "trendy", language),
        ShopBrief("", text, (), "", "", "professional", language),
    ):
        words = write(brief, 1)
        given = re.findall(r"\d+", " ".join((brief.shop, brief.offer, *brief.features, brief.region, brief.audience)))
        assert all(lines_of(words))
        assert len(set(lines_of(words))) == 9
        assert len({tag.lower() for tag in words.hashtags}) == 15
        assert [tag for tag in words.hashtags if re.search(r"[\s#]", tag)] == []
        assert set(re.findall(r"\d+", as_text(words, brief))) <= set(given)
        assert max(syllables(copy.body) for copy in words.copies) <= 45


def test_the_text_to_paste_drops_nothing() -> None:
    offer = "아메리카노 12,000원, 6.1(월)~6.30까지. 포장/배달 주문 고객님 모두에게 음료 20% 할인, 전화 010-1234-5678"
    text = as_text(write(ShopBrief("봄날", offer), 0), ShopBrief("봄날", offer, ("샤워실",), period="11월만"))
    assert offer in text
    assert "샤워실" in text
    assert "11월만" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_written_line_is_risky_or_holds_a_number(language: str) -> None:
    lines = written_lines(language)
    assert len(lines) > 1500
    assert [line for line in lines if re.search(r"\d", line)] == []
    text = "\n\n".join(lines)
    every = tuple({law for trade in trades().values() for law in trade.laws})
    assert [risky(text, replace(trades()["general"], laws=laws)) for laws in (every, ())] == [[], []]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trade_is_whole(language: str) -> None:
    assert len(trades()) > 30
    for trade in trades().values():
        assert len(trade.tags[language]) >= (15 if language == "ko" else 4), trade.id
        assert "professional" in trade.lines[language], trade.id
        for tone, lines in trade.lines[language].items():
            said = [line.headline for line in (*lines.product, *lines.mood)]
            assert len(set(said)) == len(said), (trade.id, tone)
            assert [line for line in said if syllables(line.replace("*", "")) > 14] == [], (trade.id, tone)
            assert [line for line in lines.close if line[-1] not in ".!?"] == [], (trade.id, tone)


def test_the_tones_speak_in_their_own_voice() -> None:
    calls = voice("ko")["calls"]
    said = {tone: [line for kind in calls[tone].values() for line in kind] for tone in TONES}
    assert all(re.search(r"요\??$", line) for line in said["friendly"])
    assert all(re.search(r"(니다|시오)$", line) for line in said["professional"])
    assert not any(re.search(r"(요|니다|시오)\??$", line) for line in said["trendy"])


def test_korean_names_of_tones_are_taken() -> None:
    assert write(ShopBrief(tone="감성적"), 1).tone == "emotional"


def test_an_unknown_tone_names_the_choice() -> None:
    with pytest.raises(FitAdError, match=r"has no tone 'loud'.*friendly, professional, trendy, emotional"):
        write(ShopBrief(tone="loud"))


@pytest.mark.parametrize(
    ("offer", "features", "said", "never"),
    [
        ("설 선물세트 사전예약 10% 할인 1/20까지", ("전국 택배",), "전국 택배로 보내 드려요.", "택배해요"),
        ("취업사진 3만원", ("당일보정",), "당일보정해 드려요", "당일보정해요"),
        ("PT 10회 50만원", ("주차 2시간",), "주차 2시간 돼요.", "2시간 있어요"),
        ("전품목 30% 할인", ("24시간",), "24시간 열려 있어요.", "24시간 돼요"),
        ("열쇠복사 3천원", ("도어락 설치 출장",), "도어락 설치 출장 가요", "출장해요"),
        ("크리스마스케익 예약 ~12/20 1호 38,000 2호 48,000", (), "예약은 12/20까지예요.", "12/20까지 만나요"),
    ],
)
def test_a_remark_takes_the_ending_that_is_natural(
    offer: str, features: tuple[str, ...], said: str, never: str
) -> None:
    copies = [copy for seed in range(3) for copy in write(ShopBrief("가게", offer, features), seed).copies]
    text = " ".join(f"{copy.headline} {copy.body}" for copy in copies)
    assert said in text
    assert never not in text


def test_no_price_of_a_list_is_lost_behind_an_equal_one() -> None:
    offer = "떡볶이 4천원 튀김5개 3천원 순대 4천원"
    for seed in range(3):
        first = write(ShopBrief("햇살분식", offer), seed).copies[0]
        assert "순대 4천원" in f"{first.headline} {first.sub} {first.body}"


def test_what_was_announced_ahead_is_said_by_every_angle() -> None:
    offer = "아이폰17 사전예약 중! 사은품 증정"
    for seed in range(3):
        for part in write(ShopBrief("폰마트", offer), seed).parts:
            assert "사전예약" in f"{part.eyebrow} {part.headline} {part.body}"


def test_no_call_to_action_says_what_its_body_said() -> None:
    for trade in SHOPS:
        for tone in TONES:
            for copy in write(brief_of(trade, tone), 1).copies:
                assert copy.call_to_action not in copy.body, (trade, tone)


def test_hashtags_of_a_closed_day_sell_nothing_and_name_no_legal_form() -> None:
    closed = write(ShopBrief("동네빵집 밀", "설날 연휴 1/28~30 휴무")).hashtags
    assert "설선물" not in closed
    assert "한빛포장" in write(ShopBrief("(주)한빛포장", "골판지박스 주문제작")).hashtags
    school = write(ShopBrief("정석수학", "겨울방학 특강 중2,중3", audience="중학생")).hashtags
    assert {"고등학원", "초등학원"}.isdisjoint(school)


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("shop", ["봄날의책방", "오늘네일", "할매순대국", "숨요가"])
def test_a_shop_that_gave_nothing_but_its_name_is_not_told_the_same_three_times(shop: str, tone: str) -> None:
    for seed in range(6):
        copies = write(ShopBrief(shop, "", (), "", "", tone), seed).copies
        firsts = [copy.body.split(". ")[0] for copy in copies]
        assert len(set(firsts)) == 3, firsts
        assert [copy.sub for copy in copies if copy.sub and copy.body.startswith(copy.sub)] == []
