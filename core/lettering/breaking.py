"""Where Korean (and other) text may break, and which breaks look best. Pure: strings and widths, no fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# what may not start a line, and what may not end one
CLOSING = frozenset(
    "!),.:;?]}%‰°℃′″’”›»…‥·~、。〉》」』】〕〗〙〛！），．：；？］｝％～ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
OPENING = frozenset("([{‘“‹«〈《「『【〔〖〘〚（［｛#＃")

_NUMBER_END = re.compile(r"[\d０-９](?:[\d０-９.,:/]*[\d０-９])?\+?$")
_UNIT = re.compile(
    r"(?:[천만억]\s?)?(?:원|달러|엔|개월|개|명|분간|분|시간|시|초|일간|일|주년|주간|주|월|년|회|잔|병|장|권|층|호점|호|인분|인|세트|종류|종|가지|"
    r"배|박|번|대|건|곳|점|평|살|끼|팩|봉지|봉|그릇|마리|조각|캔|통|쪽|단계|단|벌|켤레|송이|포기|포인트|퍼센트|할인|"
    r"번째|위|등|판|줄|컵|스푼|모|근|되|말|판|박스|상자|km|kg|㎏|mg|g|ml|㎖|mL|L|ℓ|cm|㎝|mm|m|㎡|℃|°|%|"
    r"p|P|won|KRW|OFF|off|Off|am|pm|AM|PM)(?![A-Za-z])"
)
_AFTER_PERCENT = re.compile(
    r"(?:할인|세일|적립|환급|캐시백|쿠폰|증정|추가|이상|이하|당첨|OFF|off|Off|SALE|Sale|sale|UP|Up|up)"
)
_BEFORE_NUMBER = re.compile(
    r"(?:단|단돈|총|약|각|최대|최소|오전|오후|매월|매주|월|제|only|Only|ONLY|from|NO\.|No\.|[₩$€£￦])$"
)
# bound nouns and the like lean on the word before; determiners lean on the word after
_LEANS_BACK = re.compile(r"(?:수|것|줄|데|때|만큼|듯|뿐|채|중|등|및|후|전)(?![가-힣]{2})")
_LEANS_ON = re.compile(r"그|이|저|한|두|세|네|첫|새|온|맨|각|단|더|안|못|잘|꼭|참|왜|및|또는|그리고")
_LONG_WORD = 16
_DP_LIMIT = 160


@dataclass(frozen=True)
class Unit:
    """A stretch of text that no line break enters.

    Attributes:
        start: Index of its first character in the paragraph.
        stop: Index after its last character; spaces that follow belong to no unit.
        cost: How bad a break before it is: 0 free .. 1 to be avoided.
    """

    start: int
    stop: int
    cost: float = 0.0


def units(paragraph: str, avoid: bool = True) -> list[Unit]:
    """Return the unbreakable units of one paragraph (no newline in it).

    Words (eojeols) stay whole; number and unit, price, percentage and its word stay together; closing marks never
    start a line; a last word of one syllable stays with the word before it. With ``avoid`` set, units that should
    rather stay together are joined as well.
    """
    words = [found.span() for found in re.finditer(r"[^\s\u200b]+|\u00a0", paragraph.replace("\u00a0", "_"))]
    pieces = [piece for start, stop in words for piece in _pieces(paragraph, start, stop)]
    joined: list[Unit] = []
    for number, (start, stop) in enumerate(pieces):
        left = paragraph[joined[-1].start : joined[-1].stop] if joined else ""
        last = number == len(pieces) - 1
        cost = _cost(left, paragraph[start:stop], touching=bool(joined) and joined[-1].stop == start, last=last)
        if joined and (cost >= 1 or (avoid and cost > 0)):
            joined[-1] = Unit(joined[-1].start, stop, joined[-1].cost)
        else:
            joined.append(Unit(start, stop, cost))
    return joined


def greedy(widths: Sequence[float], lefts: Sequence[float], limit: float) -> list[int] | None:
    """Return the first unit of each line when lines are filled in turn; None if some unit is wider than ``limit``.

    Unit ``i`` spans ``lefts[i]`` to ``widths[i]`` (its right end) along an endless line.
    """
    starts = [0]
    for i, right in enumerate(widths):
        if right - lefts[i] > limit:
            return None
        if right - lefts[starts[-1]] > limit:
            starts.append(i)
    return starts


def balanced(
    rights: Sequence[float], lefts: Sequence[float], costs: Sequence[float], limit: float, lines: int
) -> list[int]:
    """Return the first unit of each of ``lines`` lines so that the lines are as even as they can be.

    Minimises the sum of squared line lengths plus the cost of the breaks; no line is longer than ``limit``.
    The greedy filling must reach ``lines`` within ``limit``. Long texts keep the greedy lines.
    """
    first = greedy(rights, lefts, limit) or [0]
    count = len(rights)
    lines = min(max(lines, len(first)), count)
    if lines == 1 or count > _DP_LIMIT:
        return first
    mean = (rights[-1] - lefts[0]) / lines
    best: list[list[tuple[float, int]]] = [[(float("inf"), 0)] * (count + 1) for _ in range(lines + 1)]
    best[0][0] = (0.0, 0)
    for line in range(1, lines + 1):
        for stop in range(line, count + 1):
            best[line][stop] = min(
                (
                    (
                        best[line - 1][start][0]
                        + _line_cost(rights[stop - 1] - lefts[start], mean, costs[start] if start else 0),
                        start,
                    )
                    for start in range(stop - 1, line - 2, -1)
                    if rights[stop - 1] - lefts[start] <= limit
                ),
                default=(float("inf"), 0),
            )
    return _walk_back(best, lines, count) or first


def _walk_back(best: list[list[tuple[float, int]]], lines: int, count: int) -> list[int]:
    if best[lines][count][0] == float("inf"):
        return []
    starts: list[int] = []
    stop = count
    for line in range(lines, 0, -1):
        stop = best[line][stop][1]
        starts.append(stop)
    return starts[::-1]


def _line_cost(length: float, mean: float, cost: float) -> float:
    return (length / mean - 1) ** 2 + 0.3 * cost


def _cost(left: str, right: str, touching: bool, last: bool) -> float:
    if not left:
        return 0.0
    if touching:
        return 1.0 if right[0] in CLOSING or left[-1] in OPENING else 0.0
    if right[0] in CLOSING or left[-1] in OPENING or _belongs(left, right):
        return 1.0
    if last and _syllables(right) <= 1:
        return 1.0
    word = left.split()[-1]
    if (
        _LEANS_ON.fullmatch(word)
        or (_BEFORE_NUMBER.search(word) and right[0].isdigit())
        or _LEANS_BACK.fullmatch(right)
    ):
        return 0.5
    return 0.0


def _belongs(left: str, right: str) -> bool:
    """Return whether the two words make one figure: 9,900 원, 50% 할인, 1 + 1, ₩ 9,900, 10:00 ~ 22:00."""
    if left[-1] in "%％" or left.endswith("퍼센트"):
        return bool(_AFTER_PERCENT.match(right))
    if (
        left[-1] in "₩$€£￦+＋×xX~-–—="
        and right[0].isdigit()
        and (len(left) == 1 or left[-2] in " 0123456789" or left[-1] in "₩￦")
    ):
        return True
    if not _NUMBER_END.search(left):
        return False
    return bool(_UNIT.match(right)) or right[0] in "+＋×~–—=-" or right in ("x", "X")


def _syllables(word: str) -> int:
    return sum(1 for char in word if unicodedata.category(char)[0] in "LNS")


def _pieces(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Return the word cut where it may break inside: Han and Kana anywhere, an overlong word between syllables."""
    overlong = stop - start > _LONG_WORD
    cuts = [start]
    for i in range(start + 1, stop):
        if _may_cut(text[i - 1], text[i], overlong):
            cuts.append(i)
    return list(zip(cuts, [*cuts[1:], stop], strict=True))


def _may_cut(before: str, after: str, overlong: bool) -> bool:
    if after in CLOSING or before in OPENING or unicodedata.combining(after):
        return False
    if _is_han(before) or _is_han(after):
        return not (before.isdigit() or after.isdigit())
    if not overlong:
        return False
    return (_is_hangul(before) and _is_hangul(after)) or (before in "/&?=_-" and after not in "/&?=_-")


def _is_han(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
