"""Work that is called off stops at its next checkpoint, and only there."""

from __future__ import annotations

import pytest
from fit_ad.core.infra.cancellation import CancelledWorkError, CancelToken, cancellable, checkpoint


def test_without_a_token_work_is_never_called_off() -> None:
    checkpoint()


def test_work_is_called_off_by_hand() -> None:
    token = CancelToken()
    with cancellable(token):
        checkpoint()
        token.cancel()
        with pytest.raises(CancelledWorkError):
            checkpoint()
    checkpoint()
    assert token.left_s == 0


def test_work_is_called_off_when_its_time_is_over() -> None:
    now = [100.0]
    token = CancelToken(5, clock=lambda: now[0])
    with cancellable(token):
        now[0] = 104.0
        checkpoint()
        assert token.left_s == 1
        now[0] = 105.0
        with pytest.raises(CancelledWorkError):
            checkpoint()


def test_the_inner_token_counts_and_the_outer_one_again_after_it() -> None:
    outer, inner = CancelToken(), CancelToken()
    outer.cancel()
    with cancellable(outer):
        with cancellable(inner):
            checkpoint()
        with pytest.raises(CancelledWorkError):
            checkpoint()
