"""Which tone an ad can bear: what would be absurd falls back, and says so."""

from __future__ import annotations

from .told import PURPOSES, TONES
from .trades import Trade

_CALMER = {"trendy": ("friendly", "professional"), "emotional": ("professional", "friendly")}


def bearable(tone: str, trade: Trade, purpose: str, language: str) -> str:
    """Return the tone that is spoken: the asked one, or the nearest that suits the trade and the purpose."""
    if purpose in PURPOSES:
        return TONES[tone]
    spoken = trade.lines[language]
    if tone in spoken:
        return tone
    return next((calmer for calmer in _CALMER.get(tone, ("professional", "friendly")) if calmer in spoken), tone)
