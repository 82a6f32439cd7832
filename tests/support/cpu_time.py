"""A ceiling on the CPU time of a block: what other processes do meanwhile does not count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time


@contextmanager
def at_most_cpu(seconds: float) -> Iterator[None]:
    """Fail where the block takes more CPU time than that."""
    start = process_time()
    yield
    took = process_time() - start
    assert took <= seconds, f"took {took:.2f} s of CPU time, more than {seconds} s"
