"""Work that can be called off: when nobody waits for it any more, or when it takes too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class CancelledWorkError(Exception):
    """Nobody waits for the result any more."""


class CancelToken:
    """Says whether a piece of work is still wanted; asked from the thread that does it.

    Args:
        limit_s: How long it may take from now; None for as long as it likes.
        clock: Seconds that only grow.
    """

    def __init__(self, limit_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = None if limit_s is None else clock() + limit_s
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Call the work off."""
        self._cancelled.set()

    @property
    def left_s(self) -> float:
        """The seconds that are left; 0 once it was called off."""
        if self._cancelled.is_set():
            return 0.0
        return float("inf") if self._end is None else max(self._end - self._clock(), 0.0)

    def check(self) -> None:
        """Raise CancelledWorkError where the work is no longer wanted."""
        if self.left_s <= 0:
            raise CancelledWorkError


_current: ContextVar[CancelToken | None] = ContextVar("fit_ad_cancel_token", default=None)


def checkpoint() -> None:
    """Raise CancelledWorkError where the work in this thread was called off. Cheap; elsewhere it does nothing."""
    token = _current.get()
    if token is not None:
        token.check()


@contextmanager
def cancellable(token: CancelToken) -> Iterator[None]:
    """Let the checkpoints within the block ask a token."""
    before = _current.set(token)
    try:
        yield
    finally:
        _current.reset(before)
