"""How a shop is reached, as people type it: phones, messengers, links, addresses, and the name in a greeting."""

from __future__ import annotations

from typing import NamedTuple

from .grammar import pattern
from .marked_text import MarkedText

_LINK = pattern("link")
_MAIL = pattern("mail")
_PHONE = pattern("phone")
_MESSENGER = pattern("messenger")
_ADDRESS = pattern("address")
_EN_ADDRESS = pattern("en_address")
_HELLO = pattern("hello")
_OPENED = pattern("opened")
_PLACED = pattern("placed")
_HELLO_ALONE = pattern("hello_alone")


class Greeting(NamedTuple):
    """Who says hello: 동탄 and 햇살분식 of '안녕하세요 동탄 햇살분식입니다'."""

    region: str = ""
    shop: str = ""


def read_greeting(sheet: MarkedText) -> Greeting:
    """Mark a greeting and return who speaks; empty where nobody says it."""
    match = _HELLO.match(sheet.unread) or _PLACED.match(sheet.unread) or _OPENED.match(sheet.unread)
    if match is None:
        sheet.take("word", _HELLO_ALONE)
        return Greeting()
    sheet.mark("word", *match.span())
    *places, shop = match["who"].split()
    return Greeting(" ".join(places), shop)


def read_reach(sheet: MarkedText, language: str) -> None:
    """Mark links, mail addresses, phone numbers, messengers and addresses."""
    sheet.take("contact", _MAIL)
    sheet.take("link", _LINK, "span")
    sheet.take("contact", _MESSENGER, "span")
    sheet.take("contact", _PHONE, "span")
    sheet.take("address", _EN_ADDRESS if language == "en" else _ADDRESS, "span")
