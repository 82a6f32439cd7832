"""Waiting for another process or thread, for as long as a slow machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_S = 0.02


def until(look: Callable[[], T], what: str, limit_s: float = 120) -> T:
    """Return what ``look`` gives, as soon as it gives something; fail with ``what`` where it never does."""
    end = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < end, f"after {limit_s:g} s still not: {what}"
        time.sleep(_LOOK_S)
    return found
