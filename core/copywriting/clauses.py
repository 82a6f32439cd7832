"""Typed spans as Korean clauses: the ending that a remark, a feature, a period takes in each tone."""

from __future__ import annotations

import re

from ..text.korean import FinalSound, final_sound, particle

_SENTENCE = re.compile(r"(?:요|니다|세요|다|죠|네|까)[!?.~]*$")
_CAN = re.compile(r"가능$")
_DOES = re.compile(
    r"(?:제공|운행|지원|적용|우대|진료|로스팅|출고|발행|환영|진행|판매|완료|선물|증정|지급|"
    r"관리|교육|조리|영업|운영|보장|수업|직송)$"
)
_SERVES = re.compile(r"(?:상담|보정|제작|시공|배송|수거|배달|촬영|세척|점검|포장)$")
_SENDS = re.compile(r"택배$")
_GOES = re.compile(r"출장$")
_LASTS = re.compile(r"주차 ?\d{1,2}시간$")
_OPEN = re.compile(r"^24시간$")
_HAS = re.compile(
    r"(?:샤워실|주차장|주차|룸|개인실|와이파이|테라스|좌석|정수기|놀이방|수유실|라커|락커|탈의실|엘리베이터|콘센트|대기실|"
    r"발렛|포토존|스터디룸|휴게실|카페테리아)$"
)
_NOMINAL = {
    "있음": ("있어요", "있습니다"),
    "없음": ("없어요", "없습니다"),
    "넓음": ("넓어요", "넓습니다"),
    "좋음": ("좋아요", "좋습니다"),
    "많음": ("많아요", "많습니다"),
    "쉬움": ("쉬워요", "쉽습니다"),
    "빠름": ("빨라요", "빠릅니다"),
    "됨": ("돼요", "됩니다"),
    "함": ("해요", "합니다"),
    "드림": ("드려요", "드립니다"),
}
_POLITE, _FORMAL = 0, 1
_MANNERS = (
    ("does", _CAN, ("해요", "합니다")),
    ("does", _DOES, ("해요", "합니다")),
    ("serves", _SERVES, ("해 드려요", "해 드립니다")),
    ("sends", _SENDS, ("로 보내 드려요", "로 보내 드립니다")),
    ("goes", _GOES, (" 가요", " 갑니다")),
    ("lasts", _LASTS, (" 돼요", " 됩니다")),
    ("open", _OPEN, (" 열려 있어요", " 열려 있습니다")),
    ("has", _HAS, (" 있어요", " 있습니다")),
)
_STYLE = {"friendly": _POLITE, "professional": _FORMAL}


def manner(span: str) -> str:
    """Return how a span ends a sentence: said | nominal | does | serves | sends | goes | lasts | open | has | noun."""
    text = span.strip().rstrip(".")
    if _SENTENCE.search(text) or text[-1:] in "!?~":
        return "said"
    if any(_nominal(text, end) for end in _NOMINAL):
        return "nominal"
    return next((name for name, ending, _ in _MANNERS if ending.search(text)), "noun")


def sentence(span: str, tone: str) -> str:
    """Return a span as a sentence in a tone: 애견동반 가능 -> 애견동반 가능해요.

    Friendly speaks in -요, professional in -습니다; trendy and emotional leave the bare words and a full stop. What the
    owner typed as a sentence stays one.
    """
    text = span.strip().rstrip(".")
    if not text:
        return ""
    style = _STYLE.get(tone)
    if _SENTENCE.search(text) or text[-1] in "!?~":
        return _given(text, style)
    for end, forms in _NOMINAL.items():
        if _nominal(text, end):
            return (text[: -len(end)] + forms[style] if style is not None else text) + "."
    if style is None:
        return f"{text}."
    endings = next((given for _, ending, given in _MANNERS if ending.search(text)), None)
    return f"{text}{endings[style]}." if endings else f"{copula(text, tone)}."


def _nominal(text: str, end: str) -> bool:
    """Return whether a remark ends in a noun made of a verb: 주차장 넓음, but not 제거포함."""
    return text.endswith(end) and len(text) > len(end) and not text.endswith(("포함", "명함", "보관함"))


def _given(text: str, style: int | None) -> str:
    """Return a sentence of the owner, its ending in the tone: 1개월 더드려요 -> 1개월 더드립니다."""
    if style == _FORMAL:
        text = re.sub(r"드려요$", "드립니다", text)
    elif style is None:
        text = re.sub(r"\s?드려요$|\s?드립니다$", "", text) or text
    return text if text[-1] in "!?~" else f"{text}."


def copula(span: str, tone: str) -> str:
    """Return a noun with the copula of the tone; bare where the tone has none or the noun can't be read."""
    if tone == "professional":
        return f"{span}입니다"
    if tone != "friendly" or final_sound(span) is FinalSound.UNKNOWN:
        return span
    return span + particle(span, "이에요/예요")


def is_sentence(span: str) -> bool:
    """Return whether a span was typed as a sentence: 1개월 더드려요."""
    return bool(_SENTENCE.search(span.strip()))


# --- periods ---

_UNTIL = re.compile(r"까지(?:만)?$|^~")
_ONLY = re.compile(r"(?:만|하루|한정)$|이틀|사흘")
_WEEKLY = re.compile(r"^(?:매주|매월|매달|격주|매일)")
_CLOCK = re.compile(r"\d\s?시|\d:\d\d|이후|아워|특선")
_START = re.compile(r"(?:부터|개강|오픈|시작|개장|발송|출발|진료)$|~$")
_RANGE = re.compile(r"\d[^~\d]{0,12}[~\-–][^~\d]{0,12}\d")
_DAYS = re.compile(
    r"^(?:평일|주말|주중|비수기|성수기|공휴일|점심|저녁|오전|오후|\d{1,2}월|[월화수목금토일]요일|이번|다음|오늘)"
)


def period_kind(period: str) -> str:
    """Return what kind of period it is: until | only | clock | weekly | range | start | other."""
    text = re.sub(r"\([^()]*\)", "", period).strip()
    for kind, expression in (
        ("until", _UNTIL),
        ("only", _ONLY),
        ("weekly", _WEEKLY),
        ("clock", _CLOCK),
        ("start", _START),
        ("range", _RANGE),
    ):
        if expression.search(text):
            return kind
    return "other"


def spoken_period(period: str) -> str:
    """Return a period as it is read in a sentence: ~12/20 -> 12/20까지, 12/23개강 -> 12/23 개강."""
    text = re.sub(r"(?<=\d)(?=(?:개강|오픈|시작|개장|출발|발송)$)", " ", period.strip())
    if text.startswith("~"):
        text = text[1:].strip()
        return text if re.search(r"까지\b|까지$", text) else f"{text}까지"
    return re.sub(r"\s까지$", "까지", text)


def leads_offer(period: str) -> bool:
    """Return whether a period can stand before what it is for: 매주 수요일 후라이드, 비수기 평일 2인."""
    return bool(
        period
        and " · " not in period
        and (period_kind(period) in ("weekly", "only") or _DAYS.match(period))
        and not _UNTIL.search(period)
        and not re.search(r"\d\s?[~\-]", period)
    )


# --- conditions ---

_BEFORE = re.compile(
    r"(?:시|시에|하면|[가-힣]면|이상|고객(?:님)?|회원|방문|구매|주문|예약자|생|지참|동반|포장|테이크아웃|첫\s?\S{2}|등록|가입|작성|예약|학생|경찰|소방관|경로우대|수험생|현금결제)$"
)


def leads_benefit(condition: str) -> bool:
    """Return whether a condition says when or for whom, so that it stands before what is given: 신규등록시."""
    return bool(_BEFORE.search(condition)) and not condition.endswith("필수")
