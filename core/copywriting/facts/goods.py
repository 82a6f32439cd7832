"""What is sold: the product, or the lines of a price list, from what nobody else has read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from ...text.korean import FinalSound, final_sound
from .fact_types import Item
from .grammar import pattern
from .marked_text import Mark, MarkedText
from .terms import is_people, quantity

_CHUNK = pattern("chunk")
_HARD = pattern("hard")
_OPTION = pattern("option")
_LONGEST_NAME = 9
_DAYS = pattern("days")
_EACH = pattern("each")
_PER_HEAD = pattern("per_head")
_JOB = pattern("job")

_REASON = pattern("reason")
_EMPTY = pattern("empty")
_TRAILS = pattern("trails")
_OPENING = pattern("opening")
_IF_TAKEN = pattern("if_taken")
_LEADS = pattern("leads")


class Goods(NamedTuple):
    """What is sold, and what is left over."""

    product: str
    items: tuple[Item, ...]
    price_now: str
    price_before: str
    rest: tuple[Mark, ...]


def read_goods(sheet: MarkedText, purpose: str) -> Goods:
    """Return product, items and prices, and the unread stretches that are none of them."""
    every = [chunk for chunk in sheet.chunks(_CHUNK) if not _EMPTY.fullmatch(sheet.span(chunk))]
    people = [chunk for chunk in every if _is_for_whom(sheet, chunk) or _is_remark(sheet, chunk, purpose)]
    chunks = [chunk for chunk in every if chunk not in people]
    prices = sheet.of("now")
    before = next((sheet.span(mark) for mark in sheet.of("before")), "")
    if purpose == "closed":
        return Goods("", (), "", "", tuple(chunks + people))
    if len(prices) > 1 and purpose != "hiring":
        goods = _priced(sheet, chunks, prices)
    else:
        goods = _single(sheet, chunks, prices, purpose)
    rest = (*_without_opened(sheet, goods.rest, purpose), *people)
    return goods._replace(price_before=before, rest=tuple(sorted(rest, key=lambda mark: mark.start)))


def _is_for_whom(sheet: MarkedText, chunk: Mark) -> bool:
    """Return whether a chunk names for whom the discount behind it is."""
    marks = (*sheet.of("discount"), *sheet.of("gift"))
    return is_people(sheet.span(chunk)) and any(
        mark.start >= chunk.end and sheet.near(chunk.end, mark.start) for mark in marks
    )


def _is_remark(sheet: MarkedText, chunk: Mark, purpose: str) -> bool:
    """Return whether a chunk of a notice is a reason or a sentence: 주차장 공사로, 이용이 어렵습니다."""
    return purpose == "notice" and bool(_REASON.search(sheet.span(chunk)))


def _without_opened(sheet: MarkedText, rest: tuple[Mark, ...], purpose: str) -> list[Mark]:
    """Return the leftovers without what opens, which becomes one label with its word: 2호점 오픈."""
    opening = [mark for mark in sheet.of("label") if purpose == "open" and _OPENING.search(sheet.span(mark))]
    kept = []
    for chunk in rest:
        if any(mark.start >= chunk.end and sheet.near(chunk.end, mark.start) for mark in opening):
            sheet.mark("label", chunk.start, chunk.end)
        else:
            kept.append(chunk)
    return kept


# --- one thing ---


def _single(sheet: MarkedText, chunks: list[Mark], prices: list[Mark], purpose: str) -> Goods:
    run = _run_of(sheet, chunks, prices, purpose)
    price = sheet.span(prices[0]) if prices else ""
    counted = list(run) if price and quantity(_text(sheet, run)) else []
    listed = _listed(sheet, chunks, run)
    if counted and listed:
        run, listed = counted, []
    rest = [chunk for chunk in chunks if chunk not in run and chunk not in listed]
    product = _text(sheet, run)
    if price and run and quantity(product) and rest and not sheet.of("gift", "discount"):
        # 3팩 만원! 오늘의 반찬: the amount belongs to the price, and the product stands elsewhere
        other = rest[0]
        listed = listed or _listed(sheet, chunks, [other])
        rest = [chunk for chunk in rest if chunk != other and chunk not in listed]
        price, product = sheet.text[run[0].start : prices[0].end], _text(sheet, [other])
    _keep_other_prices(sheet, prices[1:])
    items = tuple(Item(sheet.span(chunk), "") for chunk in listed)
    return Goods(product, items, price, "", tuple(rest))


def _keep_other_prices(sheet: MarkedText, prices: Iterable[Mark]) -> None:
    """Let a further price without a name of its own stand with the conditions: 주문시 5천원."""
    for price in prices:
        sheet.remark(price, "cond")


def _run_of(sheet: MarkedText, chunks: list[Mark], prices: list[Mark], purpose: str) -> list[Mark]:
    """Return the chunks that name the one thing: those before its price, else before its discount, else the first."""
    if purpose == "hiring":
        return next(([chunk] for chunk in chunks if _JOB.search(sheet.span(chunk))), chunks[:1])
    anchors = prices or sheet.of("discount") or sheet.of("gift")
    if not anchors:
        return _soft_run(sheet, chunks, chunks[0], chunks[0]) if chunks else []
    start = min([anchors[0].start, *(mark.start for mark in sheet.of("before"))])
    before = [chunk for chunk in chunks if chunk.end <= start]
    run = _soft_run(sheet, before, before[-1], Mark("", start, start)) if before else []
    if run:
        return run
    after = [chunk for chunk in chunks if chunk.start >= start]
    if prices and not before:
        return after[:1]
    if sheet.of("discount") and after and _soft(sheet, anchors[0].end, after[0].start):
        return after[:1]
    return before[-1:] or (after[:1] if sheet.of("discount") and not prices else [])


def _soft_run(sheet: MarkedText, chunks: list[Mark], last: Mark, anchor: Mark) -> list[Mark]:
    """Return the chunks up to ``last`` that nothing hard parts from each other and from the anchor."""
    if anchor.start >= last.end and not _soft(sheet, last.end, anchor.start):
        return []
    run = [last]
    for chunk in reversed(chunks[: chunks.index(last)]):
        if not _soft(sheet, chunk.end, run[0].start):
            break
        run.insert(0, chunk)
    if anchor == last:  # nothing is priced: what follows softly is part of the name as well, but for marks between
        return run
    return run


def _soft(sheet: MarkedText, start: int, end: int) -> bool:
    """Return whether the unread text between two places holds no mark of punctuation that parts."""
    return not _HARD.search(sheet.unread[start:end])


def _listed(sheet: MarkedText, chunks: list[Mark], run: list[Mark]) -> list[Mark]:
    """Return the chunks of a list that follows the product after a colon: 오늘의국 : 미역국, 된장국."""
    if not run:
        return []
    rest = [chunk for chunk in chunks if chunk.start >= run[-1].end]
    head = next((chunk for chunk in chunks if re.match(r"\s*[:：]", sheet.text[chunk.end : chunk.end + 2])), None)
    if head is None:
        return []
    if run == [head]:
        listed = rest
    else:
        at = chunks.index(head)
        listed = chunks[at + 1 :]
        run[:] = [head]
    return listed if len(listed) > 1 else []


# --- a list of prices ---


def _priced(sheet: MarkedText, chunks: list[Mark], prices: list[Mark]) -> Goods:
    ranges = [((prices[at - 1].end if at else 0), price.start) for at, price in enumerate(prices)]
    bare = any(not any(low <= c.start and c.end <= high for c in chunks) for low, high in ranges)
    names = [_name_marks(sheet, chunks, span, bare) for span in ranges]
    used = {mark for marks in names for mark in marks}
    rest = [chunk for chunk in chunks if chunk not in used]
    texts = [_text(sheet, marks) for marks in names]
    spans = [sheet.span(price) for price in prices]
    heading = ""
    if rest and all(_is_option(text) for text in texts):
        heading, rest = sheet.span(rest[-1]), rest[:-1]  # S 5만 M 7만 꽃바구니
    elif texts[0] and all(_is_option(text) for text in texts[1:]):
        heading, texts[0] = _heading(texts[0])
    if heading and not texts[0] and _PER_HEAD.match(spans[0]):
        texts[0], spans[0] = "1인", _PER_HEAD.sub("", spans[0])
    elif heading and not texts[0] and _EACH.match(spans[0]):
        texts[0], spans[0] = spans[0].split(None, 1)  # 점빼기 개당 5천원 10개 4만원
    elif heading and not texts[0]:
        heading, texts[0] = "", heading
    items = tuple(Item(name, price) for name, price in zip(texts, spans, strict=True) if name)
    if len(items) < 2:
        return _single(sheet, chunks, prices, "deal")
    for mark in sorted(used):
        if mark.kind in ("period", "cond"):
            sheet.remark(mark, "name")
    return Goods(heading or items[0].name, items, spans[0], "", tuple(rest))


def _name_marks(sheet: MarkedText, chunks: list[Mark], between: tuple[int, int], bare: bool) -> list[Mark]:
    """Return what names a price: the chunks right before it, and words such as 평일 between them.

    Args:
        sheet: The text.
        chunks: What is unread.
        between: Where the price before ends, and where this one begins.
        bare: Whether some price has no chunk, so that conditions name them: 신규고객 3만9천 재방문 4만5천.
    """
    low, high = between
    days = [mark for mark in sheet.of("period") if _DAYS.fullmatch(sheet.span(mark))]
    if bare:
        days += [mark for mark in sheet.of("cond") if len(sheet.span(mark)) < _LONGEST_NAME]
    near = sorted((m for m in (*chunks, *days) if low <= m.start and m.end <= high), key=lambda mark: mark.start)
    run: list[Mark] = []
    for mark in reversed(near):
        if not _soft(sheet, mark.end, run[0].start if run else high):
            break
        run.insert(0, mark)
    return run


def _is_option(text: str) -> bool:
    return bool(text) and all(_OPTION.fullmatch(word) for word in text.split())


def _heading(name: str) -> tuple[str, str]:
    """Return the heading of a list and the name of its first line: 제철 방어회 and 2인."""
    words = name.split()
    at = len(words)
    while at > 1 and _OPTION.fullmatch(words[at - 1]):
        at -= 1
    if len(words) > 1 and all(_OPTION.fullmatch(word) for word in words):
        return "", name
    return (" ".join(words[:at]), " ".join(words[at:])) if at < len(words) or len(words) == 1 else ("", name)


def _text(sheet: MarkedText, marks: list[Mark]) -> str:
    """Return the words of a name without the particle at its end."""
    if not marks:
        return ""
    text = sheet.span(marks[0])
    for left, right in pairwise(marks):
        text += ("" if left.end == right.start else " ") + sheet.span(right)
    text = " ".join(text.split())
    text = _TRAILS.sub("", _IF_TAKEN.sub("", _LEADS.sub("", text)))
    ends = {"은": False, "는": True, "을": False, "를": True}
    named = len(text) > 2 and text[-1] in ends and "가" <= text[-2] <= "힣"
    return text[:-1] if named and (final_sound(text[:-1]) is FinalSound.OPEN) is ends[text[-1]] else text
