"""Two hundred hostile texts: each gives a picture of the right size, or an error that says what to do."""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import Lettering, LetteringStyle, render
from fit_ad.core.text import fonts

FACES = fonts.bundled()
BOX = 160, 120
_RANDOM = random.Random(7)
_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
_CONTROLS = [chr(code) for code in (*range(0x01, 0x20), 0x7F, *range(0x80, 0xA0))]


def _planes() -> list[str]:
    """Characters from all over Unicode, ten at a time: most have no glyph here."""
    return [
        "".join(chr(_RANDOM.randrange(low, low + 0x400)) for _ in range(10)) for low in range(0xA00, 0x1FA00, 0x1300)
    ]


# fmt: off
TEXTS: list[str] = [
    # long
    *("가" * 3000, "우리 동네 빵집 " * 250, "A" * 3000, "lorem ipsum " * 250, "漢" * 3000),
    *("1" * 3000, "9,900원" * 300),
    *("가\n" * 1000, "가\n" * 12, "\n" * 10_000, " " * 3000, "\u3000" * 500, "\u00a0" * 500),
    *("\t" * 500, "a b " * 500),
    *("-" * 3000, "." * 3000, "!" * 2000, "(" * 2000, ")" * 2000, "“" * 500, "/" * 4000),
    *("가 " * 1000, "W" * 300),
    # nothing to see
    *("", " ", "\n", "\r\n", "\t", "\u200b", "\u200d", "\ufeff", "\ufe0f", "\u00ad", "\u2060"),
    *("\u3164", "\u115f", "\u1160"),
    *("\u2800", "\u180e", "\u061c", "\u202e", "\U000e0001", "\U000e0061", "\u034f", "\uffa0"),
    *("\u2028", "\u2029", "\x00"),
    # controls, marks of order and direction
    *(f"가{control}나" for control in _CONTROLS[::3]),
    *("안녕\x00하세요", "\x1b[31m빨강\x1b[0m", "가\u202e나다\u202c라", "\u2066abc\u2069가"),
    *("\u200e\u200f가", "\ufeff가\ufeff"),
    *("가\u0085나", "가\u2028나\u2029다", "가\r나\r\n다\n\r라", "가\x0b나\x0c다"),
    *("\u202a" * 1000 + "가", "가" + "\u200b" * 5000 + "나"),
    # half characters, characters that are none
    *("\ud83d", "\ude00", "가\ud83d나", "\ud83d\ud83d", "\udfff\ud800", "\ufffe", "\uffff"),
    *("\U0001fffe", "\U0010ffff", "\ufffd"),
    *("\ue000", "\uf8ff", "\U000f0000", "\U00100000", "가\ue001나", "\u0378", "\U0001f1e6\ud83d"),
    # marks on marks
    *("e" + "\u0301" * n for n in (1, 3, 60, 2000)),
    *("가" + "\u0301" * 40, "Z" + "\u0334\u0353\u0323" * 30, "\u0301", "\u0301\u0302가", "a\u20dd"),
    *("1\u20e3", "\u0e33", "q\u0307\u0323"),
    *(unicodedata.normalize("NFD", "각나닭 한글 여든여덟"), "e\u0301\u200d\u0301", "가\u3099", "ﾊﾟ", "ｶﾞ"),
    *("㎏㎖℃№℡㈜", "Ⅷ①ⓐ⒜㉠㉮"),
    # Hangul of all ages
    *("\u1100", "\u1161", "\u11a8", "\u1100\u1161", "\u1100\u1161\u11a8", "\u1112\u119e\u11ab"),
    *("\u1100\u1100\u1161", "\u1161\u1161"),
    *("\ua960\u1161", "\ud7b0", "\u1112\u119e\u11ab글", "ㅋㅋㅋㅋㅎㅎㅎㅎㅠㅠ", "ㆍㆎㅿㆁ", "가\u11a8\u11a8"),
    *("\u115f\u1161", "쀍똠햏쌰뷁"),
    # emoji
    *(_FAMILY, _FAMILY * 200, "😀" * 2000, "👩🏽‍🚀", "🏳️‍🌈"),
    *("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🇰🇷", "🇰", "🇰🇷🇺"),
    *("1️⃣2️⃣#️⃣", "❤️❤♥️♥", "☕️ 커피 ☕︎", "👍🏿", "\U0001f3fb", "😀\u200d", "\u200d😀", "😀\ufe0e"),
    *("🫨🪿🩷", "\U0001faff", "👨\u200d\u200d👩"),
    # other scripts and directions
    *("مرحبا بكم", "שלום עולם", "مرحبا 50% 가나다", "가나 שלום 123 다라", "ابجد" * 500, "سلام " * 400),
    *("א" * 3000, "لا إله", "العربية\u200fabc"),
    *("नमस्ते", "สวัสดีครับ", "ภาษาไทย" * 100, "ខ្មែរ", "தமிழ்", "བོད་ཡིག", "မြန်မာ", "ქართული"),
    *("Հայերեն", "Ελληνικά", "Русский"),
    *("日本語の文章です。", "中文测试，很好。", "𠮷野家", "ｆｕｌｌｗｉｄｔｈ", "𝐁𝐨𝐥𝐝 𝒮𝒸𝓇𝒾𝓅𝓉", "ꙮ"),
    *("﷽", "𓀀𓂀", "𒀀", "🄰🅱", "ﬁﬂﬃ", "ſßẞıİŉ"),
    # injections and formats
    *("<script>alert(1)</script>", "%s%n%x", "{0}{text}", "../../etc/passwd"),
    *("'; DROP TABLE ads;--", "\\n\\t\\u0000", "C:\\con\\nul"),
    *("https://example.com/" + "a" * 300, "a" * 200 + "@example.com", "#해시태그" * 100),
    *("가,나.다!라?마;바:사", "…—–―·•", "₩$€£¥￦¢"),
    *("‘’“”‹›«»", "「」『』【】〈〉《》", "°′″‰‱", "½⅓²³₁", "™®©℠", "←↑→↓⇒", "∞≠≤≥±×÷√"),
    *("■□▲△◆◇●○★☆", "\u2007\u202f\u205f \u1680가"),
    *_planes(),
]
# fmt: on


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(TEXTS)) >= 200


def attempt(text: str, style: LetteringStyle) -> Lettering | FitAdError:
    try:
        return render(text, style, FACES)
    except FitAdError as error:
        return error


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_picture_or_a_clear_error(number: int) -> None:
    look = {"vertical": number % 3 == 0, "align": ("left", "center", "right", "justify")[number % 4]}
    style = LetteringStyle(width_px=BOX[0], height_px=BOX[1], letter_spacing_em=0.05 * (number % 2), **look)
    made = attempt(TEXTS[number], style)
    if isinstance(made, FitAdError):
        assert made.what
        assert made.fix
        return
    assert made.rgba.shape == (BOX[1], BOX[0], 4)
    assert made.mask.shape == made.depth.shape == (BOX[1], BOX[0])
    assert all(np.isfinite(array).all() for array in (made.rgba, made.mask, made.depth))
    assert not made.lines or made.mask.max() > 0.1
