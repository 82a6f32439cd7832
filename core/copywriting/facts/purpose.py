"""What an ad is for, from the words of its offer."""

from __future__ import annotations

from .grammar import pattern
from .marked_text import MarkedText

_HIRING = pattern("hiring")
_NO_HIRING = pattern("no_hiring")
_CLOSED = pattern("closed")
_NOT_CLOSED = pattern("not_closed")
_NOTICE = pattern("notice")
_INFORMATION = pattern("information")
_OPEN = pattern("opening_news")
_NO_OPEN = pattern("no_open")
_FEAST = pattern("feast")
_SEASON = pattern("season")
_SUFFIX = pattern("suffix")
_NEW = pattern("new")
_SUBJECT = pattern("subject")
_OFF = ("before", "discount", "gift")
_PRICED = (*_OFF, "now")


def purpose_of(sheet: MarkedText) -> str:
    """Return what the ad is for, once prices, discounts and presents are marked.

    What is told (hiring, closed, notice) comes before what is sold; a season is one where nothing is taken off.
    """
    text = _without_hours(sheet)
    marked = {mark.kind for mark in sheet.marks}
    told = _told(text, marked)
    if told:
        return told
    if _OPEN.search(text) and not _NO_OPEN.search(text):
        return "open"
    if _FEAST.search(text):
        return "season"
    if _NEW.search(text):
        return "new"
    if _SEASON.search(text) and marked.isdisjoint(_OFF):
        return "season"
    return "brand" if marked.isdisjoint((*_PRICED, "service")) else "deal"


def _without_hours(sheet: MarkedText) -> str:
    """Return the text without the opening hours, whose days off are no news."""
    text = sheet.text
    for mark in reversed(sheet.of("hours")):
        text = text[: mark.start] + " " + text[mark.end :]
    return text


def _told(text: str, marked: set[str]) -> str:
    sold = not marked.isdisjoint(_PRICED)
    if _HIRING.search(text) and not _NO_HIRING.search(text):
        return "hiring"
    if _CLOSED.search(text) and not _NOT_CLOSED.search(text) and not sold:
        return "closed"
    if _NOTICE.search(text) and marked.isdisjoint(("discount", "gift")):
        return "notice"
    return "notice" if _INFORMATION.search(text) and not sold else ""


def is_hiring(text: str) -> bool:
    """Return whether a text looks for people to work."""
    return bool(_HIRING.search(text)) and not _NO_HIRING.search(text)


def may_be_closed(text: str) -> bool:
    """Return whether a text tells of days off."""
    return bool(_CLOSED.search(text)) and not _NOT_CLOSED.search(text)


def occasion_of(*texts: str) -> str:
    """Return the feast or season that texts speak of, as they write it; empty where there is none."""
    for text in texts:
        found = _FEAST.search(text) or _SEASON.search(text)
        if found:
            return _SUFFIX.sub("", found.group().strip())
    return ""


def is_subject(label: str) -> bool:
    """Return whether a label names what a notice is about: 영업시간 변경."""
    return bool(_SUBJECT.search(label))
