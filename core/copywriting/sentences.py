"""Sentences put together: what fits, what echoes, what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..text.korean import syllables

BODY_ROOM = 45


def joined(sentences: Iterable[str], room: int = BODY_ROOM) -> str:
    """Return the sentences that fit a body, in their order; one that doesn't fit is left out."""
    kept: list[str] = []
    for text in dict.fromkeys(text for text in sentences if text):
        if syllables(" ".join([*kept, text])) <= room:
            kept.append(text)
    return " ".join(kept)


def stems(text: str) -> set[str]:
    """Return the beginnings of a text's words, enough to hear an echo: 예약 of 예약하세요."""
    return {word[:2] for word in re.findall(r"[가-힣]{2,}", text)} | {
        word.lower()[:4] for word in re.findall(r"[A-Za-z]{4,}", text)
    }


def close_text(text: str) -> str:
    """Return a text without spaces, to look for spans in it."""
    return re.sub(r"[\s·]+", "", text)


def capital(text: str) -> str:
    """Return an English sentence with a capital at its beginning."""
    return text[:1].upper() + text[1:] if text[:1].isascii() else text
