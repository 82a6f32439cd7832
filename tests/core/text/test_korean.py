"""The right particle after anything a shop owner types."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.text.korean import FinalSound, attach, final_sound, has_hangul, particle, syllables

CASES = [
    # Hangul
    ("커피", "은/는", "커피는"),
    ("빵", "은/는", "빵은"),
    ("네일", "은/는", "네일은"),
    ("꽃", "이/가", "꽃이"),
    ("카페", "이/가", "카페가"),
    ("머리", "을/를", "머리를"),
    ("옷", "을/를", "옷을"),
    ("친구", "와/과", "친구와"),
    ("손님", "와/과", "손님과"),
    ("서울", "(으)로", "서울로"),
    ("부산", "(으)로", "부산으로"),
    ("제주", "(으)로", "제주로"),
    ("헬스장", "이에요/예요", "헬스장이에요"),
    ("카페", "이에요/예요", "카페예요"),
    ("공방", "이다", "공방이다"),
    ("사진", "이라면", "사진이라면"),
    ("휴가", "이라면", "휴가라면"),
    ("학생", "이랑", "학생이랑"),
    ("엄마", "랑", "엄마랑"),
    ("봄날", "아/야", "봄날아"),
    ("봄이", "아/야", "봄이야"),
    ("빵집", "이야/야", "빵집이야"),
    # either form, alone or as a pair in any order
    ("커피", "은", "커피는"),
    ("빵", "는", "빵은"),
    ("빵", "를/을", "빵을"),
    ("빵", "을(를)", "빵을"),
    ("미용실", "으로부터", "미용실로부터"),
    # one form only
    ("성수동", "에서", "성수동에서"),
    ("커피", "입니다", "커피입니다"),
    # digits, read as Korean numerals
    ("0", "을/를", "0을"),
    ("1", "을/를", "1을"),
    ("2", "을/를", "2를"),
    ("3", "을/를", "3을"),
    ("4", "을/를", "4를"),
    ("5", "을/를", "5를"),
    ("6", "을/를", "6을"),
    ("7", "을/를", "7을"),
    ("8", "을/를", "8을"),
    ("9", "을/를", "9를"),
    ("1", "(으)로", "1로"),
    ("3", "(으)로", "3으로"),
    ("10", "(으)로", "10으로"),
    ("7,900", "이/가", "7,900이"),
    ("2.5", "을/를", "2.5를"),
    ("2026", "은/는", "2026은"),
    ("010-1234-5678", "(으)로", "010-1234-5678로"),
    ("1+1", "을/를", "1+1을"),
    ("2+1", "(으)로", "2+1으로"),
    ("1000000000000", "이/가", "1000000000000가"),
    # units and signs
    ("30%", "을/를", "30%를"),
    ("6,000원", "(으)로", "6,000원으로"),
    ("₩6,000", "을/를", "₩6,000을"),
    ("3kg", "은/는", "3kg은"),
    ("5km", "을/를", "5km를"),
    ("500ml", "이/가", "500ml가"),
    ("100 g", "을/를", "100 g을"),
    ("24℃", "(으)로", "24℃로"),
    ("59㎡", "은/는", "59㎡는"),
    # Latin: spelled out
    ("A", "은/는", "A는"),
    ("L", "(으)로", "L로"),
    ("M", "(으)로", "M으로"),
    ("PT", "을/를", "PT를"),
    ("VIP", "은/는", "VIP는"),
    ("DM", "(으)로", "DM으로"),
    ("KTX", "을/를", "KTX를"),
    ("SNS", "이/가", "SNS가"),
    # Latin: words
    ("cafe", "은/는", "cafe는"),
    ("NAIL", "(으)로", "NAIL로"),
    ("Blue Bottle", "이/가", "Blue Bottle이"),
    ("shop", "을/를", "shop을"),
    ("music", "을/를", "music을"),
    ("salon", "(으)로", "salon으로"),
    ("flower", "이/가", "flower가"),
    ("store", "을/를", "store를"),
    ("book", "과", "book과"),
    ("training", "은/는", "training은"),
    ("mom's", "은/는", "mom's는"),
    ("box", "(으)로", "box로"),
    # looked through
    ("‘라떼’", "을/를", "‘라떼’를"),
    ('"봄빵"', "이/가", '"봄빵"이'),
    ("[신메뉴]", "을/를", "[신메뉴]를"),
    ("『봄』", "은/는", "『봄』은"),
    ("케이크!", "을/를", "케이크!를"),
    ("빵 🍞", "이/가", "빵 🍞이"),
    # a parenthesis explains, it is not read
    ("카페(cafe)", "은/는", "카페(cafe)는"),
    ("봄 (3호점)", "은/는", "봄 (3호점)은"),
    ("(주)새벽", "이/가", "(주)새벽이"),
    # nothing to read
    ("💇", "을/를", "💇을(를)"),
    ("美", "은/는", "美은(는)"),
    ("", "(으)로", "(으)로"),
]


@pytest.mark.parametrize(("word", "pair", "expected"), CASES)
def test_particle_follows_the_sound(word: str, pair: str, expected: str) -> None:
    assert attach(word, pair) == expected


def test_decomposed_hangul_reads_like_composed() -> None:
    assert particle(normalize("NFD", "빵"), "은/는") == "은"
    assert syllables(normalize("NFD", "봄빵")) == 2


def test_an_unknown_particle_is_named() -> None:
    with pytest.raises(FitAdError, match="'를를' is not a Korean particle"):
        particle("빵", "를를")


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("커피 한 잔", 4), ("첫 방문 30% 할인!", 6), ("Latte", 3), ("1+1 ☕", 1), ("6,000원", 3), ("봄(春)", 2)],
)
def test_syllables_measure_room(text: str, count: int) -> None:
    assert syllables(text) == count


def test_has_hangul_sees_syllables_and_letters() -> None:
    assert has_hangul("a 커")
    assert has_hangul("ㅋㅋ")
    assert not has_hangul("café 美 かな")


def test_every_hangul_syllable_by_its_code_point() -> None:
    finals = [final_sound(chr(code)) for code in range(0xAC00, 0xD7A4)]
    assert finals.count(FinalSound.OPEN) == 399
    assert finals.count(FinalSound.RIEUL) == 399
    assert finals.count(FinalSound.CLOSED) == 399 * 26
