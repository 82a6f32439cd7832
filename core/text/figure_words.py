"""Which words make one figure (price, percentage, time, telephone number) and which lean on a neighbour."""

from __future__ import annotations

import re

_NUMBER_END = re.compile(r"[\d０-９]\+?$")
# what may follow a unit of measure: a particle, or nothing that continues the word
_AFTER_UNIT = r"(?=$|[^가-힣A-Za-z]|[은는이가을를에의도만로으와과까부이마짜대당씩정간이하상전후할쯤동권행특세무])"
_UNIT = re.compile(
    r"(?:[천만억백]\s?)?(?:원|달러|엔|유로|개월|개|명|분간|분|시간|시|초|일간|일|주년|주간|주|월|년|회|잔|병|장|권|층|호점|호|인분|인|세트|"
    r"종류|종|가지|배|박|번째|번|대|건|곳|점|평|살|끼|팩|봉지|봉|그릇|마리|조각|캔|통|쪽|단계|단|벌|켤레|송이|포기|포인트|퍼센트|할인|"
    r"위|등|판|줄|컵|스푼|모|근|되|말|박스|상자|km|kg|㎏|mg|g|ml|㎖|mL|L|ℓ|cm|㎝|mm|m|㎡|℃|°|%|"
    r"p|P|won|KRW|OFF|off|Off|am|pm|AM|PM|a\.m\.|p\.m\.)" + _AFTER_UNIT + r"|[천만억](?=$|[^가-힣])"
)
_AFTER_PERCENT = re.compile(
    r"(?:할인|세일|적립|환급|캐시백|쿠폰|증정|추가|이상|이하|당첨|OFF|off|Off|SALE|Sale|sale|UP|Up|up)"
)
_CURRENCY = "₩$€£￦"
_OPERATORS = frozenset("+＋×xX~～-–—=")
_WORD = 12  # characters; so far back a figure is looked for, that the time grows with the text alone
_FIGURE_BEFORE = re.compile(rf"\d\S{{0,{_WORD}}}\s?$")
_BEFORE_HOUR = re.compile(r"(?:^|[^가-힣A-Za-z])(?:오전|오후|새벽|저녁|밤|낮|AM|PM|am|pm)$")
_HOUR = re.compile(r"\d{1,2}(?:시|:\d\d)|\d{1,2}$")
_DATE_PART = re.compile(r"(?<!\d)\d+(?:년|월|시)$")
_NEXT_DATE_PART = re.compile(r"\d+(?:월|일|분)")
_PHONE_PART = re.compile(r"(?:^|\s)(?:\+?\d{2,4}|\(?0\d{1,2}\))$")
_PHONE_REST = re.compile(r"\d{2,4}(?:[-.\s]\d{4})?(?!\d|[,.]\d|[가-힣%])")

_BEFORE_NUMBER = re.compile(
    r"(?:단|단돈|총|약|각|최대|최소|매월|매주|매일|월|제|문의|예약|전화|상담|선착순|Tel|TEL|tel|T|only|Only|ONLY|from|NO\.|No\.)"
    r"[.:]?$"
)
_PARTICLE = r"(?:은|는|이|가|을|를|에|엔|에는|에도|도|만|의|로|과|와|부터|까지|마다|인)?[,.!?…:)]*"
# bound nouns and the like lean on the word before; determiners and prefixes lean on the word after
_LEANS_BACK = re.compile(
    r"(?:수|것|줄|데|때|만큼|듯|뿐|채|중|등|및|후|전|번|번째|곳|날|분|시|다|동안|대신)" + _PARTICLE
)
_AFTER_FIGURE = re.compile(r"(?:이상|이하|이후|이전|이내|미만|한정|기준|동안|넘게|안에|내에|만에)" + _PARTICLE)
# what completes the noun before it, firmly or a little
_COMPLETES = re.compile(r"(?:가능|가능한|불가|필수|제외|포함|기념|완비|고객|회원)[,.!?…:)]*")
_COMPLETES_A_LITTLE = re.compile(r"(?:출시|오픈|모집|증정|제공|펌|컷|밥|빵|국|집|샵)[,.!?…:)]*")
_LABELS = frozenset("☎☏✆📞📱📍✔✓✅▶►▷•·※→")
_FIGURE_END = re.compile(r"\d\S*$")
_LEANS_ON = re.compile(
    r"그|이|저|한|두|세|네|첫|새|온|맨|각|전|단|더|안|못|잘|꼭|참|왜|및|또는|그리고|매|약|총|딱|갓|우리|모든|저희|신규|"
    r"[Aa]n?|[Tt]he|of|to|in|on|at|by|for|with|and|or|your|our|my|is|up|this"
)
_TAKES_NEXT = frozenset("+＋&＆→×")
_SYLLABLE = re.compile(r"[가-힣]")
_BEGINS = re.compile(rf"(?:^|\d\S{{0,{_WORD}}}\s|[.,!?]\s)[가-힣]$")
_LEANS_ON_A_LITTLE = re.compile(r"이번|다음|지난|오는")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z]*")
_LEAN, _LEAN_A_LITTLE = 0.5, 0.3


def one_figure(left: str, right: str) -> bool:
    """Return whether the two words make one figure: 9,900 원, 50% 할인, 1 + 1, ₩ 9,900, 10:00 ~ 22:00, 오전 10시."""
    if left[-1] in "%％" or left.endswith("퍼센트"):
        return bool(_AFTER_PERCENT.match(right))
    if right[0].isdigit() and (_joins_number(left) or _continues_number(left, right)):
        return True
    if not _NUMBER_END.search(left):
        return False
    return bool(_UNIT.match(right)) or _is_operator(right)


def leans(left: str, right: str, korean: bool) -> float:
    """Return how much the words before and the next word should stay on one line, 0..1.

    Args:
        left: The words before.
        right: The next word.
        korean: Whether the sentence is Korean: English names in it hold together.
    """
    word = left.split()[-1]
    if word in _TAKES_NEXT:
        return 1.0
    if _is_ornament(right) or word in _LABELS:
        return _LEAN
    if _LEANS_ON.fullmatch(word) or _LEANS_BACK.fullmatch(right):
        return _LEAN
    if (_BEFORE_NUMBER.search(word) and right[0].isdigit()) or word.isdigit():
        return _LEAN
    if _FIGURE_END.match(word) and _AFTER_FIGURE.fullmatch(right):
        return _LEAN
    if korean and _LATIN_NAME.fullmatch(word) and _LATIN_NAME.fullmatch(right):
        return _LEAN
    if (_SYLLABLE.fullmatch(word) and _BEGINS.search(left)) or _COMPLETES.fullmatch(right):
        return _LEAN
    if _COMPLETES_A_LITTLE.fullmatch(right) or _LEANS_ON_A_LITTLE.fullmatch(word):
        return _LEAN_A_LITTLE
    return 0.0


def _is_ornament(word: str) -> bool:
    """Return whether the word is an emoji or another sign that follows words: it had better not begin a line."""
    return not any(char.isalnum() for char in word) and ord(word[0]) >= 0x2600 and word[0] not in _LABELS


def _joins_number(left: str) -> bool:
    """Return whether a currency sign or an operator ends the words and takes a number after it."""
    if left[-1] in _CURRENCY:
        return True
    return left[-1] in _OPERATORS and (len(left) == 1 or bool(_FIGURE_BEFORE.search(left[:-1])))


def _continues_number(left: str, right: str) -> bool:
    """Return whether digits go on with what the words before began: an hour, a date, a telephone number."""
    if _BEFORE_HOUR.search(left):
        return bool(_HOUR.match(right))
    if _DATE_PART.search(left):
        return bool(_NEXT_DATE_PART.match(right))
    return bool(_PHONE_PART.search(left) and _PHONE_REST.match(right))


def _is_operator(right: str) -> bool:
    """Return whether the word is an operator, or begins with one before a number: + , ~ 22:00, ~22:00."""
    return right[0] in _OPERATORS and (len(right) == 1 or right[1].isdigit() or right[1] == " ")
