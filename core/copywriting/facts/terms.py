"""What an offer gives and what it asks for: discounts, presents, conditions, and words that only announce."""

from __future__ import annotations

import re

from .grammar import READ, pattern
from .marked_text import MarkedText

_QUANTITY = pattern("quantity")
_DISCOUNT = pattern("discount")

_LIMIT = pattern("limit")
_CLAUSES = pattern("clauses")
_NOODLES = pattern("noodles")
_AS_SET = pattern("as_set")
_QTY_CLAUSE = pattern("qty_clause")
SERVICE_FREE = pattern("service_free")
_ATTACHED = pattern("attached")
_DETACHED = pattern("detached")
_PEOPLE = pattern("people")

_GIFT_TAIL = pattern("gift_tail")
_FIRST_TIME = pattern("first_time")
_PRODUCT_BEFORE = pattern("product_before")
_STOP = pattern("stop")

_WORD = pattern("word")
_TAIL_AFTER_READ = pattern("tail_after_read")
_TAILS = pattern("tails")
_PARTICLE = pattern("particle")

_EN_DISCOUNT = pattern("en_discount")
_EN_GIFT = pattern("en_gift")
_EN_LIMIT = pattern("en_limit")
_EN_WORD = pattern("en_word")


def read_limits(sheet: MarkedText, language: str) -> None:
    """Mark the conditions that have a form of their own: 첫방문, 3만원 이상, 선착순 8명, 카톡채널 추가하면."""
    if language == "en":
        sheet.take("cond", _EN_LIMIT)
        return
    sheet.take("cond", _LIMIT)
    for match in list(_CLAUSES.finditer(sheet.unread)):
        if _NOODLES.search(match.group()) or _AS_SET.search(match.group()):
            continue
        counted = _QTY_CLAUSE.search(match.group())
        sheet.mark("cond", match.start() + (counted.start() if counted else 0), match.end())


def read_discounts(sheet: MarkedText, language: str) -> None:
    """Mark what is taken off: 30% 할인, 5천원 할인, 1+1, 반값."""
    sheet.take("discount", _EN_DISCOUNT if language == "en" else _DISCOUNT)


def read_gifts(sheet: MarkedText, language: str) -> None:
    """Mark what comes on top: 사은품 증정, 헬스 1개월 무료, 2회 추가."""
    if language == "en":
        sheet.take("gift", _EN_GIFT)
        return
    sheet.take("word", _TAIL_AFTER_READ)
    sheet.take("word", _PARTICLE)
    for match in list(_GIFT_TAIL.finditer(sheet.unread)):
        start = _gift_start(sheet, match)
        if match["qty"] and any(
            sheet.near(match.end(), mark.start) for mark in sheet.of("now") if mark.start >= match.end()
        ):
            continue  # 1인분 추가 15,000원 has its price
        if start is not None and READ not in sheet.unread[start : match.end()]:
            sheet.mark("gift", start, match.end())


def _gift_start(sheet: MarkedText, match: re.Match[str]) -> int | None:
    """Return where the present that ends in a match begins; None where it is none."""
    head = sheet.unread[: match.start()]
    stop = max((found.end() for found in _STOP.finditer(head)), default=0)
    words = [word for word in re.finditer(r"[^\s]{1,14}", head[stop:]) if word.group()[0].isalnum()]
    first = next((word.start() for word in words if _FIRST_TIME.match(word.group())), None)
    attached = bool(words) and words[-1].end() == len(head) - stop
    if match["qty"] or match["gift"]:
        return match.start()
    if first is not None:
        return stop + first
    if match["what"] and _PRODUCT_BEFORE.search(match["what"]):
        return match.start()
    if not words:
        return match.start() if match["what"] else None
    return stop + (words[-1].start() if attached else words[-min(3, len(words))].start())


def read_services(sheet: MarkedText) -> None:
    """Mark what is free but no present: 무료배송, 누진상담 무료."""
    sheet.take("service", SERVICE_FREE)


def read_remarks(sheet: MarkedText, language: str) -> None:
    """Mark what an offer holds, needs or lacks as ``remark``: 재료비 포함, 당일수령, 학생증 지참."""
    if language != "en":
        for match in list(_DETACHED.finditer(sheet.unread)):
            if not any(char.isalnum() for char in _clause_before(sheet, match.start())):
                sheet.mark("remark", _after_the_name(sheet, match), match.end())
        sheet.take("remark", _ATTACHED)


def _after_the_name(sheet: MarkedText, match: re.Match[str]) -> int:
    """Return where a remark begins: behind the words that name the product, where those open the text."""
    words = match.group().split()
    opens = not any(char.isalnum() for char in sheet.text[: match.start()])
    return match.end() - len(" ".join(words[-2:])) if opens and len(words) > 2 else match.start()


def _clause_before(sheet: MarkedText, at: int) -> str:
    head = sheet.unread[:at]
    stop = max((found.end() for found in _STOP.finditer(head)), default=0)
    return head[stop:]


def read_words(sheet: MarkedText, language: str) -> None:
    """Mark the words that announce (신메뉴, 사전예약, 모집합니다) as ``label``."""
    sheet.take("label", _EN_WORD if language == "en" else _WORD)


def read_endings(sheet: MarkedText, language: str) -> None:
    """Mark the polite endings of sentences and the particles behind what was read."""
    if language != "en":
        sheet.take("word", _TAILS)
        sheet.take("word", _PARTICLE)


def is_people(text: str) -> bool:
    """Return whether a text names for whom or how an offer is meant: 여성고객, 군인 소방관 경찰, 포장."""
    return bool(_PEOPLE.fullmatch(text))


def quantity(text: str) -> bool:
    """Return whether a text is nothing but an amount: 3개, 100g."""
    return bool(_QUANTITY.fullmatch(text.strip()))
