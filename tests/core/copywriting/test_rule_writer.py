"""The rule writer: natural lines, facts as typed, nothing repeated."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from fit_ad.core.copywriting import ShopBrief, as_text, write
from fit_ad.core.copywriting.brief import LANGUAGES, TONES
from fit_ad.core.copywriting.claims import is_risky
from fit_ad.core.copywriting.data import load, trades
from fit_ad.core.errors import FitAdError
from fit_ad.core.text.korean import particle, syllables

SHOPS = {
    "cafe": ("봄날 카페", "6월 한 달 아메리카노 1+1"),
    "restaurant": ("할매국밥", "점심 국밥 9,000원"),
    "bakery": ("소금집 베이커리", "소금빵 3개 9,900원"),
    "hair": ("살롱 드 리", "첫 방문 커트 30% 할인"),
    "nails": ("손끝네일", "여름 젤네일 이벤트"),
    "skin": ("고운 에스테틱", "첫 관리 50% 할인"),
    "gym": ("바른 필라테스", "3개월 등록 시 2주 추가"),
    "clothes": ("옷장너머", "신상 원피스 입고"),
    "flowers": ("플라워 온", "장미 한 다발 25,000원"),
    "studio": ("흙과 손 공방", "도자기 원데이클래스 45,000원"),
    "photo": ("우주 사진관", "프로필 촬영 30% 할인"),
    "academy": ("한빛수학학원", "여름방학 특강 개강"),
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
MACHINE_MARKS = re.compile(r"[{}]|\(으\)|\((은|는|이|가|을|를)\)|  |\.\.|!!|!\.|\?\.")


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
        for seed in range(15):
            words = write(brief, seed)
            lines = lines_of(words)
            assert words.trade == trade
            assert len(set(lines)) == 9
            assert [line for line in lines if MACHINE_MARKS.search(line)] == []
            assert all(brief.offer in copy.body for copy in words.copies)
            assert all(syllables(c.headline) <= 18 and syllables(c.body) <= 45 for c in words.copies)
            assert all(syllables(c.call_to_action) <= 12 for c in words.copies)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trade", SHOPS)
def test_three_hundred_copies_of_a_trade_and_tone_are_all_different(trade: str, language: str) -> None:
    for tone in TONES:
        whole = brief_of(trade, tone, language)
        for brief in (whole, ShopBrief(whole.shop, whole.offer, (), "", "", tone, language)):
            copies = [copy for seed in range(100) for copy in write(brief, seed).copies]
            assert len(set(copies)) == 300


def has_final(syllable: str) -> bool:
    """Whether a syllable ends in a consonant, by its decomposition and not by the code under test."""
    return len(unicodedata.normalize("NFD", syllable)) == 3


def test_particles_fit_every_name() -> None:
    """Names with and without a final consonant, in every line that takes one: judged by decomposition."""
    found = 0
    for shop, place, audience in (
        ("카페 봄", "망원동", "학생"),
        ("나무네", "서면역", "엄마"),
        ("온달", "제주", "대학생들"),
    ):
        finals = {name: has_final(name[-1]) for name in (shop, place, audience)}
        for tone in TONES:
            for seed in range(60):
                for line in lines_of(write(ShopBrief(shop, "라떼 할인", (), place, audience, tone), seed)):
                    for name, pair in re.findall(
                        rf"({shop}|{place}|{audience})(은|는|이|가|을|를|이에요|예요)(?![가-힣])", line
                    ):
                        found += 1
                        assert (pair in ("은", "이", "을", "이에요")) is finals[name], line
    assert found > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_stands_in_two_places_of_a_copy(language: str) -> None:
    data = load(language)
    for trade, entry in trades().items():
        for tone in TONES:
            lines = data["trades"][trade][tone]
            others = {line.rstrip(".!?") for line in (*lines["tails"], *data["calls"][tone][entry["call"]])}
            assert [line for line in lines["heads"] if line.rstrip(".!?") in others] == [], (trade, tone)


def test_banned_words_are_in_no_line() -> None:
    for seed in range(60):
        said = str(write(brief_of("cafe", "friendly"), seed, ("수다", "커피 한 잔")).copies)
        assert "수다" not in said
        assert "커피 한 잔" not in said


def test_the_same_brief_and_seed_give_the_same_words_and_leave_random_alone() -> None:
    random.seed(7)
    before = random.getstate()
    first = write(brief_of("cafe", "trendy"), 5)
    assert write(brief_of("cafe", "trendy"), 5) == first
    assert write(brief_of("cafe", "trendy"), 6) != first
    assert random.getstate() == before


def test_a_known_copy() -> None:
    words = write(ShopBrief("봄날 카페", "아메리카노 1+1", (), "성수동", "직장인", "emotional"), 0)
    assert all("아메리카노 1+1" in copy.body for copy in words.copies)
    assert words.image_prompt.startswith("A cup of black americano, ")
    assert words.hashtags[:6] == ("성수동카페", "성수동커피", "성수동", "카페", "카페스타그램", "커피")
    assert words.hashtags[-3:] == ("cafe", "coffee", "coffeetime")


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


def test_a_long_offer_stops_between_clauses_and_stands_whole_in_copies() -> None:
    offer = "아메리카노 12,000원, 6.1(월)~6.30까지. 포장/배달 주문 고객님 모두에게 음료 20% 할인, 전화 010-1234-5678"
    words = write(ShopBrief("봄날", offer), 0)
    assert all("아메리카노 12,000원, 6.1(월)~6.30까지" in copy.body for copy in words.copies)
    assert not any("포장" in copy.body for copy in words.copies)
    assert as_text(words, ShopBrief("봄날", offer)).endswith(f"안내\n{offer}")
    assert words.notes == ("The body holds the first part of the offer; it stands whole in copies",)


def test_an_offer_without_a_place_to_stop_is_cut_between_words() -> None:
    offer = "여름맞이 " * 20 + "할인"
    body = write(ShopBrief("", offer), 0).copies[0].body
    assert re.search(r"(여름맞이 ){6}여름맞이…", body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_written_line_is_risky_or_holds_a_number(language: str) -> None:
    def leaves(node):
        if isinstance(node, str):
            yield node
        else:
            for child in node.values() if isinstance(node, dict) else node:
                yield from leaves(child)

    lines = list(leaves(load(language)))
    assert len(lines) > 400
    assert [line for line in lines if re.search(r"\d", line)] == []
    assert [line for line in lines if any(is_risky(line, trade) for trade in trades())] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_room_beside_an_offer(language: str) -> None:
    data = load(language)
    for trade in trades():
        for tone in TONES:
            lines = data["trades"][trade][tone]
            assert [line for line in lines["heads"] if syllables(line) > 18] == []
            assert [line for line in lines["tails"] if syllables(line) > 15 or line[-1] not in ".!?"] == []
            assert len(set(lines["heads"])) == len(lines["heads"]) >= 4
            assert len(set(lines["tails"])) == len(lines["tails"]) >= 4
    leads = [line for tone in data["leads"].values() for kind in tone.values() for line in kind]
    assert [line for line in leads if syllables(line) > 15 or line[-1] not in ".!?"] == []
    slots = re.findall(r"\{(\w+):([^}]+)\}", str(data["named"]) + str(data["wraps"]))
    assert all(particle("빵", pair) != particle("카페", pair) for _, pair in slots)
    assert {name for name, _ in slots} <= {"shop", "region", "audience", "offer"}


def test_the_tones_speak_in_their_own_voice() -> None:
    tones = {tone: load("ko")["calls"][tone] for tone in TONES}
    said = {tone: [line for kind in kinds.values() for line in kind] for tone, kinds in tones.items()}
    assert all(re.search(r"(요|해요)\??$", line) for line in said["friendly"])
    assert all(re.search(r"(니다|시오)$", line) for line in said["professional"])
    assert not any(re.search(r"(요|니다|시오)\??$", line) for line in said["trendy"])


def test_korean_names_of_tones_are_taken() -> None:
    assert write(ShopBrief(tone="감성적"), 1).tone == "emotional"


def test_an_unknown_tone_names_the_choice() -> None:
    with pytest.raises(FitAdError, match=r"knows no tone 'loud'.*friendly, professional, trendy, emotional"):
        write(ShopBrief(tone="loud"))
