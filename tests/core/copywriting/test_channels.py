"""Calls to action: each is something to do, in the voice of its tone."""

from __future__ import annotations

import re

import pytest
from fit_ad.core.copywriting.data import voice
from fit_ad.core.text.korean import syllables

TONES = ("friendly", "professional", "trendy", "emotional")
KOREAN = {
    "friendly": r"(?:세요|주세요|부탁드려요)$",
    "professional": r"(?:십시오|바랍니다|부탁드립니다)$",
    "trendy": r"(?:예약|문의|주문|전화|지원|출발|저장|클릭|고고|톡|견적|[가하잡받]자|들러|와|보내|봐|해|둬|줘)$",
    "emotional": r"(?:세요|바랍니다)$",
}
TELLS = re.compile(r"(?:We|I|It|It's|The|Our|See you|Ready|Until|With)\b")


@pytest.mark.parametrize("tone", TONES)
def test_every_call_asks_for_something(tone: str) -> None:
    for channel, lines in voice("ko")["calls"][tone].items():
        assert [line for line in lines if not re.search(KOREAN[tone], line)] == [], channel
        assert [line for line in lines if syllables(line) > 12] == [], channel
        assert len(set(lines)) == len(lines) >= 3
    for channel, lines in voice("en")["calls"][tone].items():
        if channel != "notice":  # which thanks and greets
            assert [line for line in lines if TELLS.match(line)] == [], channel


@pytest.mark.parametrize("tone", TONES)
def test_no_call_promises_that_somebody_is_there(tone: str) -> None:
    """A shop without staff is visited too."""
    calls = voice("ko")["calls"][tone]["visit"]
    assert [line for line in calls if re.search(r"만나|뵙|기다|맞이", line)] == []
