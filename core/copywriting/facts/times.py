"""When an offer holds and when a shop is open, as people type it: ~12/31까지, 토,일 이틀만, until Dec 24."""

from __future__ import annotations

from .grammar import pattern
from .marked_text import MarkedText

_PERIOD = pattern("period")
_NAMED = pattern("named")
_LABEL = pattern("label")

_HOURS = pattern("hours")
_DAY_OFF = pattern("day_off")
_FEAST_DAYS = pattern("feast_days")
_CLOCKED = pattern("clocked")
_ONLY_HOURS = pattern("only_hours")

_EN_PERIOD = pattern("en_period")
_EN_HOURS = pattern("en_hours")


def read_hours(sheet: MarkedText, language: str, day_off: bool) -> None:
    """Mark when the shop is open.

    Args:
        sheet: The text.
        language: ``ko`` or ``en``.
        day_off: Whether a day off belongs to the hours; else it is what the ad is about.
    """
    if language == "en":
        for match in _EN_HOURS.finditer(sheet.unread):
            group = match.lastgroup or "span"
            if group != "off" or day_off:
                sheet.mark("word", match.start(), match.start(group))
                sheet.mark("hours", *match.span(group))
        return
    for match in _HOURS.finditer(sheet.unread):
        group = next(name for name in ("span", "opens", "always") if match[name])
        sheet.mark("word", match.start(), match.start(group))
        sheet.mark("hours", *match.span(group))
        sheet.mark("word", match.end(group), match.end())
    if day_off:
        sheet.take("hours", _DAY_OFF, "span")


def tells_hours(text: str) -> bool:
    """Return whether a text tells from when to when the shop is open, so that its days off belong to that."""
    return any(match["span"] or match["opens"] for match in _HOURS.finditer(text)) or any(
        match["range"] or match["span"] for match in _EN_HOURS.finditer(text)
    )


def read_lone_hours(sheet: MarkedText) -> None:
    """Mark a text that is nothing but a range of times, such as a feature line 10:00~22:00."""
    match = _ONLY_HOURS.fullmatch(sheet.unread)
    if match:
        sheet.mark("hours", *match.span("span"))


def read_periods(sheet: MarkedText, language: str) -> None:
    """Mark when the offer holds."""
    if language == "en":
        sheet.take("period", _EN_PERIOD)
        return
    sheet.take("label", _FEAST_DAYS)
    sheet.take("word", _LABEL)
    sheet.take("period", _PERIOD)
    if any(_CLOCKED.search(span) for span in sheet.spans("period")):
        sheet.take("period", _NAMED)
