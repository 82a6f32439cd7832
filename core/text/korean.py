"""Korean particles after any word, and how much room words take.

The form of a particle depends on the last sound of the word before it. Hangul shows that sound in its code point;
digits, Latin letters, units and signs have to be read aloud the way a Korean reader would.
"""

from __future__ import annotations

import re
from enum import Enum
from unicodedata import normalize

from ..errors import FitAdError


class FinalSound(Enum):
    """The sound that a word ends in when it is read in Korean."""

    OPEN = "open"
    """No final consonant: 카페, 2, %."""
    RIEUL = "rieul"
    """Final ㄹ: 네일, 1, L. Only (으)로 treats it like an open syllable."""
    CLOSED = "closed"
    """Any other final consonant: 빵, 3, M."""
    UNKNOWN = "unknown"
    """Nothing that can be read: Chinese characters, emoji, nothing at all."""


# after a final consonant / after an open syllable
_PAIRS = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
    ("이에요", "예요"),
    ("이었어요", "였어요"),
    ("이라서", "라서"),
    ("이라면", "라면"),
    ("이라도", "라도"),
    ("이라고", "라고"),
    ("이라는", "라는"),
    ("이라", "라"),
    ("이랑", "랑"),
    ("이나", "나"),
    ("이든", "든"),
    ("이며", "며"),
    ("이고", "고"),
    ("이여", "여"),
    ("이야", "야"),
    ("이다", "다"),
    ("으로", "로"),
    ("으로는", "로는"),
    ("으로도", "로도"),
    ("으로서", "로서"),
    ("으로써", "로써"),
    ("으로부터", "로부터"),
)
# 야 alone is the vocative (지수야); the copula 이야/야 has to be asked for by its long form
_FORMS = {form: pair for pair in reversed(_PAIRS) for form in pair if form != "다"}
_FORMS["야"] = ("아", "야")
_INVARIANT = ("에서", "에게", "의", "도", "만", "에", "까지", "부터", "처럼", "보다", "입니다", "인", "일")

_DIGIT_FINAL = {
    "0": FinalSound.CLOSED,  # 영, 공; also 십, 백, 천, 만, 억
    "1": FinalSound.RIEUL,
    "2": FinalSound.OPEN,
    "3": FinalSound.CLOSED,
    "4": FinalSound.OPEN,
    "5": FinalSound.OPEN,
    "6": FinalSound.CLOSED,
    "7": FinalSound.RIEUL,
    "8": FinalSound.RIEUL,
    "9": FinalSound.OPEN,
}
_LETTER_FINAL = {"L": FinalSound.RIEUL, "R": FinalSound.RIEUL, "M": FinalSound.CLOSED, "N": FinalSound.CLOSED}
# how units are read after a number
_UNIT_FINAL = {
    "kg": FinalSound.CLOSED,
    "mg": FinalSound.CLOSED,
    "g": FinalSound.CLOSED,
    "km": FinalSound.OPEN,
    "cm": FinalSound.OPEN,
    "mm": FinalSound.OPEN,
    "m": FinalSound.OPEN,
    "ml": FinalSound.OPEN,
    "l": FinalSound.OPEN,
    "cc": FinalSound.OPEN,
    "kcal": FinalSound.OPEN,
    "gb": FinalSound.OPEN,
    "mb": FinalSound.OPEN,
    "tb": FinalSound.OPEN,
    "oz": FinalSound.OPEN,
    "inch": FinalSound.OPEN,
    "w": FinalSound.OPEN,
    "h": FinalSound.OPEN,
    "d": FinalSound.OPEN,
}
_SIGN_FINAL = {
    "%": FinalSound.OPEN,
    "％": FinalSound.OPEN,
    "$": FinalSound.OPEN,
    "€": FinalSound.OPEN,
    "₩": FinalSound.CLOSED,
    "￦": FinalSound.CLOSED,
    "¥": FinalSound.CLOSED,
    "°": FinalSound.OPEN,
    "℃": FinalSound.OPEN,
    "㎡": FinalSound.OPEN,
    "㎏": FinalSound.CLOSED,
    "㎖": FinalSound.OPEN,
    "ℓ": FinalSound.OPEN,
    "㎜": FinalSound.OPEN,
    "㎝": FinalSound.OPEN,
    "㎞": FinalSound.OPEN,
    "&": FinalSound.OPEN,
    "+": FinalSound.OPEN,
}
# English words whose Korean reading the spelling rules below get wrong
_WORD_FINAL = {
    **dict.fromkeys(
        [
            "bag",
            "big",
            "blog",
            "book",
            "checkout",
            "club",
            "cook",
            "good",
            "hook",
            "job",
            "lab",
            "look",
            "out",
            "pub",
            "takeout",
            "tub",
            "web",
        ],
        "closed",
    ),
    **dict.fromkeys(
        ["acne", "anime", "check", "chic", "hit", "kit", "knit", "mat", "me", "nut", "sesame", "set"], "open"
    ),
}
_CAPS_WORDS = frozenset(
    [
        "BAR",
        "SPA",
        "GYM",
        "TEA",
        "ICE",
        "PUB",
        "HOT",
        "NEW",
        "SET",
        "BOX",
        "ONE",
        "MOM",
        "SHOP",
        "HAIR",
        "NAIL",
        "CAFE",
        "HALL",
        "BALL",
    ]
)

_PARENTHESIS = re.compile(r"(?<=[^\s(\[])\s*[(\[（［][^()\[\]（）［］]*[)\]）］]\s*$")
_READABLE_END = re.compile(r"[^0-9A-Za-z가-힣ㄱ-ㅎㅏ-ㅣぁ-ヿ一-鿿%％$€₩￦¥°℃㎡㎏㎖ℓ㎜㎝㎞&+]+$")
_PREFIXED_MONEY = re.compile(r"[₩￦]\s?[\d,]+$")
_NUMBER = re.compile(r"(?<!\d)(?<!\d,)\d[\d,]{0,60}(?:\.\d{1,60})?$")
_NUMBER_UNIT = re.compile(r"\d\s?([A-Za-z]+)$")
_LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z]+(?:['’-][A-Za-z]+){0,5}$")
_HANGUL = re.compile(r"[ᄀ-ᇿ㄰-㆏ꥠ-꥿가-힣ힰ-퟿]")


def has_hangul(text: str) -> bool:
    """Return whether there is any Hangul, whole syllables or single letters."""
    return bool(_HANGUL.search(text))


def syllables(text: str) -> int:
    """Return how many Hangul syllables of room a text takes.

    A Hangul syllable (or any other full-width letter) counts one, a Latin letter or a digit half, rounded up at the
    end; spaces, punctuation and emoji count nothing.
    """
    halves = 0
    for char in normalize("NFC", text):
        if char.isalnum():
            halves += 1 if char.isascii() else 2
    return -(-halves // 2)


def final_sound(word: str) -> FinalSound:
    """Return the sound the word ends in when a Korean reader says it.

    Closing quotes, brackets, punctuation and emoji are looked through. A parenthesis that explains the word before it
    is not read: ``카페(cafe)`` ends like 카페.
    """
    text = _spoken(word)
    if not text:
        return FinalSound.UNKNOWN
    last = text[-1]
    if "가" <= last <= "힣":
        return _jongseong_final((ord(last) - 0xAC00) % 28)
    if last in _SIGN_FINAL:
        return _SIGN_FINAL[last]
    if last.isascii() and last.isdigit():
        return _number_final(text)
    if last.isascii() and last.isalpha():
        return _latin_final(text)
    return _other_final(last)


def particle(word: str, pair: str) -> str:
    """Return the form of a particle that fits the word.

    Args:
        word: What stands before the particle.
        pair: Either form or both: ``는``, ``은/는``, ``은(는)``, ``(으)로``, ``이에요``. Particles with one form only
            (에서, 의, 입니다, …) come back as they are.

    Returns:
        The right form; where the word can't be read, both: ``은(는)``.

    Raises:
        FitAdError: No such particle is known.
    """
    forms = _lookup(pair)
    if len(forms) == 1:
        return forms[0]
    closed, open_ = forms
    final = final_sound(word)
    if final is FinalSound.UNKNOWN:
        return f"(으){open_}" if closed == "으" + open_ else f"{closed}({open_})"
    if final is FinalSound.RIEUL and closed == "으" + open_:
        return open_
    return open_ if final is FinalSound.OPEN else closed


def attach(word: str, pair: str) -> str:
    """Return the word followed by the form of the particle that fits it."""
    return word + particle(word, pair)


def _lookup(pair: str) -> tuple[str, ...]:
    name = re.sub(r"^\(으\)", "으", pair.strip())
    parts = [part for part in re.split(r"[/()]", name) if part]
    for closed, open_ in _PAIRS:
        if set(parts) == {closed, open_}:
            return closed, open_
    if len(parts) == 1 and parts[0] in _FORMS:
        return _FORMS[parts[0]]
    if len(parts) == 1 and parts[0] in _INVARIANT:
        return (parts[0],)
    raise FitAdError(f"'{pair}' is not a Korean particle that Fit-AD knows", fix="Use one such as 은/는, 을/를, (으)로")


def _spoken(word: str) -> str:
    """Return the word without what is written at its end but not read."""
    text = normalize("NFC", word).strip()
    while True:
        shorter = _PARENTHESIS.sub("", _READABLE_END.sub("", text) if not text.endswith(tuple(")]）］")) else text)
        if shorter == text:
            return _READABLE_END.sub("", text)
        text = shorter


def _jongseong_final(index: int) -> FinalSound:
    return FinalSound.OPEN if index == 0 else FinalSound.RIEUL if index == 8 else FinalSound.CLOSED


def _number_final(text: str) -> FinalSound:
    if _PREFIXED_MONEY.search(text):
        return FinalSound.CLOSED  # ₩6,000 is read 육천 원
    if re.search(r"\d\s?\+\s?1$", text):
        return FinalSound.CLOSED  # 1+1 is read 원 플러스 원
    match = _NUMBER.search(text)
    whole = match.group().replace(",", "") if match else text[-1]
    if re.fullmatch(r"[1-9]\d*0{12,15}", whole):
        return FinalSound.OPEN  # 조
    return _DIGIT_FINAL[text[-1]]


def _latin_final(text: str) -> FinalSound:
    unit = _NUMBER_UNIT.search(text)
    if unit and unit.group(1).lower() in _UNIT_FINAL:
        return _UNIT_FINAL[unit.group(1).lower()]
    match = _LATIN.search(text)
    word = re.split(r"['’-]", match.group())[-1] if match else text[-1]
    return _LETTER_FINAL.get(word[-1].upper(), FinalSound.OPEN) if _is_spelled_out(word) else _word_final(word.lower())


def _is_spelled_out(word: str) -> bool:
    """Return whether a word is said letter by letter, as VIP, PT, KTX are."""
    if len(word) == 1:
        return True
    return word.isupper() and word not in _CAPS_WORDS and (len(word) <= 3 or not set(word) & set("AEIOUY"))


def _word_final(word: str) -> FinalSound:
    """Return the final sound of an English word as Korean borrows it (a rule of thumb by spelling)."""
    if word in _WORD_FINAL:
        return FinalSound(_WORD_FINAL[word])
    if re.search(r"le?$", word):
        return FinalSound.RIEUL
    if re.search(r"([mn]e?|ng)$", word):
        return FinalSound.CLOSED
    if re.search(r"(^|[^aeiou])[aeiouy](p|t|ck|k|c)$", word):
        return FinalSound.CLOSED  # a short vowel and a stop: 숍, 컷, 팩, 뮤직
    return FinalSound.OPEN


def _other_final(char: str) -> FinalSound:
    if "ㄱ" <= char <= "ㅎ":
        return FinalSound.RIEUL if char == "ㄹ" else FinalSound.CLOSED  # by the letter's name: 리을, 기역
    if "ㅏ" <= char <= "ㅣ":
        return FinalSound.OPEN
    if "ぁ" <= char <= "ヿ":
        return FinalSound.CLOSED if char in "んン" else FinalSound.OPEN
    return FinalSound.UNKNOWN
