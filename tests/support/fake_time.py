"""A time that passes when somebody waits, and not otherwise."""

from __future__ import annotations

import time as real_time

import pytest

_FIRST = 1_750_000_000.0


class Clock:
    """Stands in for the module ``time``."""

    strftime, gmtime = staticmethod(real_time.strftime), staticmethod(real_time.gmtime)

    def __init__(self) -> None:
        self.now = _FIRST

    def monotonic(self) -> float:
        return self.now

    perf_counter = time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def passed(self) -> float:
        """Return the seconds since it was made."""
        return round(self.now - _FIRST, 3)


def callers_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the time of everything that asks a model: pauses between requests pass at once, answers take no time.

    To let time pass while an answer is waited for, let the caller's ``tick`` sleep on it.
    """
    from fit_ad.core.image_api import provider
    from fit_ad.core.llm import calling

    made = Clock()
    monkeypatch.setattr(calling, "time", made)
    monkeypatch.setattr(provider, "time", made)
    monkeypatch.setattr(calling, "_POLL_S", 0.005)
    return made
