"""Where Korean (and other) text may break, and which breaks look best. Pure: strings and widths, no fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from .figure_words import leans, one_figure

# what may not start a line, and what may not end one
CLOSING = frozenset(
    "!),.:;?]}%‰°℃′″’”›»…‥·~、。〉》」』】〕〗〙〛！），．：；？］｝％～ーぁぃぅぇぉっゃゅょァィゥェォッャュョ|｜"
)
OPENING = frozenset("([{‘“‹«〈《「『【〔〖〘〚（［｛#＃")

# where a clause ends a line may end gladly; after a modifier it had better not
_CLAUSE_END = re.compile(r"(?:[.,!?…;。、，！？][\"”’)」』》]*|[—–:”』」])$")
_QUOTE_END = re.compile(r"[’》)\]]$")
_MODIFIER = re.compile(
    r"[가-힣](?:의|던|한|된|할|될|진|린|킨|낸|든|친|난|운|쉬운|좋은|깊은|같은|많은|싶은|[하있없되주오가굽나드우리지르찾]는)$|"
    r"(?:^|\s)(?:제철|정기|사전|추가|무료|당일|특별)$"
)
_CLAUSE_COST, _QUOTE_COST, _MODIFIER_COST, _BRACKETED_COST = -0.4, -0.2, 0.1, 0.5
_AVOIDED = 0.5
_LONG_WORD = 12
# how many characters before a break say what kind of break it is
_CONTEXT = 40
_DP_LIMIT = 160
# a last line under this share of the average is too short
_SHORT_LAST, _SHORT_LAST_COST = 0.55, 2.5
_COST_WEIGHT, _FULL_COST_WEIGHT = 1.0, 0.05
# a line that runs on over the end of a clause
_STRADDLE_COST = 0.45
_NO_BREAK = str.maketrans("\u00a0\u202f\u2007", "___")
_QUOTES = "\"'"
_PARTNERS = dict(zip("([“‘「『《〈【（", ")]”’」』》〉】）", strict=True))


@dataclass(frozen=True)
class BreakUnit:
    """A stretch of text that no line break enters.

    Attributes:
        start: Index of its first character in the paragraph.
        stop: Index after its last character; spaces that follow belong to no unit.
        cost: How bad a break before it is: under 0 welcome, 0 free .. 1 to be avoided.
    """

    start: int
    stop: int
    cost: float = 0.0


def units(paragraph: str, avoid: bool = True, inside: bool = False) -> list[BreakUnit]:
    """Return the unbreakable units of one paragraph (no newline in it).

    Words (eojeols) stay whole; number and unit, price, percentage and its word stay together; closing marks never
    start a line; a last word of one syllable stays with the word before it.

    Args:
        paragraph: The text.
        avoid: Join units that should rather stay together as well.
        inside: Cut overlong words between syllables, for a box that is too narrow for them.
    """
    words = [found.span() for found in re.finditer(r"[^\s\u200b]+", paragraph.translate(_NO_BREAK))]
    pieces = [piece for start, stop in words for piece in _pieces(paragraph, start, stop, inside)]
    joined: list[BreakUnit] = []
    korean = any(map(_is_hangul, paragraph))
    bracketed = _bracketed(paragraph)
    for number, (start, stop) in enumerate(pieces):
        left = paragraph[max(joined[-1].stop - _CONTEXT, 0) : joined[-1].stop] if joined else ""
        last = number == len(pieces) - 1
        touching = bool(joined) and joined[-1].stop == start
        cost = _cost(left, paragraph[start:stop], touching, last, korean)
        if cost < _BRACKETED_COST and bracketed[start]:
            cost = _BRACKETED_COST
        if joined and (cost >= 1 or (avoid and cost >= _AVOIDED)):
            joined[-1] = BreakUnit(joined[-1].start, stop, joined[-1].cost)
        else:
            joined.append(BreakUnit(start, stop, cost))
    return joined


def greedy(widths: Sequence[float], lefts: Sequence[float], limit: float) -> list[int] | None:
    """Return the first unit of each line when lines are filled in turn; None if some unit is wider than ``limit``.

    BreakUnit ``i`` spans ``lefts[i]`` to ``widths[i]`` (its right end) along an endless line.
    """
    starts = [0]
    for i, right in enumerate(widths):
        if right - lefts[i] > limit:
            return None
        if right - lefts[starts[-1]] > limit:
            starts.append(i)
    return starts


def balanced(
    rights: Sequence[float],
    lefts: Sequence[float],
    costs: Sequence[float],
    limit: float,
    lines: int,
    full: bool = False,
) -> tuple[list[int], float]:
    """Return the first unit of each of ``lines`` lines, as even as they can be, and how ugly they are (0 = not at all).

    Minimises the squared differences of line lengths plus the cost of the breaks and of a short last line; no line is
    longer than ``limit``. The greedy filling must reach ``lines`` within ``limit``. Long texts keep the greedy lines.

    Args:
        rights: Where each unit ends along an endless line.
        lefts: Where each unit starts.
        costs: Cost of a break before each unit.
        limit: The longest a line may be.
        lines: How many lines there shall be.
        full: Fill all lines but the last, as justified setting needs it.
    """
    first = greedy(rights, lefts, limit) or [0]
    count = len(rights)
    lines = min(max(lines, len(first)), count)
    if lines == 1 or count > _DP_LIMIT:
        return first, 0.0
    goal = limit if full else (rights[-1] - lefts[0]) / lines
    best = _tables(rights, lefts, costs, limit, lines, goal, full)
    starts = _walk_back(best, lines, count)
    return (starts, best[lines][count][0]) if starts else (first, 1.0)


def _tables(
    rights: Sequence[float],
    lefts: Sequence[float],
    costs: Sequence[float],
    limit: float,
    lines: int,
    goal: float,
    full: bool,
) -> list[list[tuple[float, int]]]:
    """Return, for each number of lines and of units, the least cost and where the last of those lines starts."""
    count = len(rights)
    clauses = [0, *accumulate(int(cost <= _CLAUSE_COST) for cost in costs)]
    best: list[list[tuple[float, int]]] = [[(float("inf"), 0)] * (count + 1) for _ in range(lines + 1)]
    best[0][0] = (0.0, 0)
    for line in range(1, lines + 1):
        for stop in range(line, count - (lines - line) + 1):
            found = (float("inf"), 0)
            for start in range(stop - 1, line - 2, -1):
                length = rights[stop - 1] - lefts[start]
                if length > limit:
                    break
                share, last = length / goal, line == lines
                if full and last:
                    share = min(3 * share, 1.0)  # a third of the measure is long enough
                runs_over = 0 if full else clauses[stop] - clauses[start + 1]
                weight = _FULL_COST_WEIGHT if full else _COST_WEIGHT
                cost = _line_cost(share, weight * costs[start] if start else 0, last) + _STRADDLE_COST * runs_over
                cost += best[line - 1][start][0]
                found = min(found, (cost, start))
            best[line][stop] = found
    return best


def _walk_back(best: list[list[tuple[float, int]]], lines: int, count: int) -> list[int]:
    if best[lines][count][0] == float("inf"):
        return []
    starts: list[int] = []
    stop = count
    for line in range(lines, 0, -1):
        stop = best[line][stop][1]
        starts.append(stop)
    return starts[::-1]


def _line_cost(share: float, cost: float, last: bool) -> float:
    short = _SHORT_LAST_COST * max(_SHORT_LAST - share, 0.0) if last else 0.0
    return (share - 1) ** 2 + cost + short


def _cost(left: str, right: str, touching: bool, last: bool, korean: bool) -> float:
    if not left:
        return 0.0
    if touching:
        return 1.0 if right[0] in CLOSING or left[-1] in OPENING else 0.0
    if _closes(right) or _opens(left) or one_figure(left, right):
        return 1.0
    if last and _syllables(right) <= 1:
        return 1.0
    if _CLAUSE_END.search(left):
        return _CLAUSE_COST
    lean = leans(left, right, korean)
    if lean:
        return lean
    if _QUOTE_END.search(left) or right[0] in "([（":
        return _QUOTE_COST
    return _MODIFIER_COST if _MODIFIER.search(left) else 0.0


def _bracketed(text: str) -> list[bool]:
    """Return for each place whether the text before it leaves a bracket or a quotation open."""
    depths = dict.fromkeys(_PARTNERS, 0)
    openers = {closer: opener for opener, closer in _PARTNERS.items()}
    found = [False]
    for char in text:
        if char in depths:
            depths[char] += 1
        elif char in openers:
            depths[openers[char]] -= 1
        else:
            found.append(found[-1])
            continue
        found.append(any(depth > 0 for depth in depths.values()))
    return found


def _closes(word: str) -> bool:
    """Return whether a word must not start a line: it begins with a closing mark, or is a lone closing quote."""
    return word in "-–—" or (word[0] in CLOSING and not (word[0] == "~" and len(word) > 1 and not word[1].isdigit()))


def _opens(left: str) -> bool:
    return left[-1] in OPENING or (left[-1] in _QUOTES and (len(left) == 1 or left[-2].isspace()))


def _syllables(word: str) -> int:
    return sum(1 for char in word if unicodedata.category(char)[0] in "LNS")


def _pieces(text: str, start: int, stop: int, inside: bool) -> list[tuple[int, int]]:
    """Return the word cut where it may break inside: Han and Kana anywhere, an overlong word between syllables."""
    overlong = inside and stop - start > _LONG_WORD
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
    return (_is_hangul(before) and _is_hangul(after)) or (before in "/&?=_" and after not in "/&?=_-")


def _is_han(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
