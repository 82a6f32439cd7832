"""Memory peaks: as high as what was held, whoever held more before."""

from __future__ import annotations

import mmap
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from fit_ad.core.telemetry import memory
from fit_ad.core.telemetry.memory import MB, watching


class Looks:
    """Counts the looks at gauges, so that a test can wait for one that begins from now on."""

    def __init__(self) -> None:
        self.count, self.looked = 0, threading.Condition()

    def note(self) -> None:
        with self.looked:
            self.count += 1
            self.looked.notify_all()

    def next(self) -> None:
        with self.looked:
            # two gauges are looked at in turn, and one look may be under way
            wanted = self.count + 3
            self.looked.wait_for(lambda: self.count >= wanted)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    counted, look = Looks(), memory._PeakGauge.look

    def noted(gauge: memory._PeakGauge) -> None:
        look(gauge)
        counted.note()

    monkeypatch.setattr(memory._PeakGauge, "look", noted)
    return counted


def hold(megabytes: int, looks: Looks) -> None:
    """Hold so much memory until somebody has looked. It comes from the system, not from what this process freed."""
    with mmap.mmap(-1, megabytes * MB) as block:
        np.frombuffer(block, np.uint8)[:] = 1
        looks.next()


@pytest.mark.skipif(memory.ram_now() is None, reason="this system tells no process its memory")
def test_the_peak_is_what_was_held_in_between(looks: Looks) -> None:
    with watching() as first:
        hold(120, looks)
    with watching() as second:
        hold(60, looks)
    with watching() as none:
        pass
    assert first.ram is not None
    assert first.ram_peak is not None
    assert 115 * MB < first.ram_peak - first.ram < 140 * MB
    assert second.ram is not None
    assert second.ram_peak is not None
    assert 55 * MB < second.ram_peak - second.ram < 80 * MB  # below the first one's mark: sampled
    assert none.ram is not None
    assert none.ram_peak is not None
    assert none.ram_peak - none.ram < 5 * MB


def test_the_peak_is_there_after_an_error() -> None:
    with pytest.raises(ValueError, match="no"), watching() as found:
        raise ValueError("no")
    assert (found.ram_peak is None) == (memory.ram_now() is None)


class Card:
    """A graphics card as torch shows it: what is held now, and the most ever."""

    def __init__(self, now: int, most: int) -> None:
        self.now, self.most, self.started = now, most, True

    def hold(self, size: int) -> None:
        self.now, self.most = size, max(self.most, size)

    def is_initialized(self) -> bool:
        return self.started

    def memory_allocated(self) -> int:
        return self.now

    def max_memory_allocated(self) -> int:
        return self.most


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    made = Card(100, 100)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=made))
    return made


def test_a_risen_mark_of_the_card_is_exact(card: Card) -> None:
    with watching(60) as found:
        card.hold(900)
        card.hold(300)
    assert (found.vram, found.vram_peak) == (100, 900)


def test_below_an_older_peak_the_samples_count(card: Card, looks: Looks) -> None:
    card.most = 5000
    with watching(0.001) as found:
        card.hold(900)
        looks.next()
        card.hold(300)
    assert (found.vram, found.vram_peak) == (100, 900)


def test_a_card_that_is_not_in_use_is_not_started_by_asking(card: Card, looks: Looks) -> None:
    card.started = False
    with watching(0.001) as found:
        looks.next()
    assert (found.vram, found.vram_peak) == (None, None)


def test_a_card_that_is_started_meanwhile_held_nothing_before(card: Card) -> None:
    card.started = False
    card.now = card.most = 0
    with watching(60) as found:
        card.started = True
        card.hold(700)
    assert (found.vram, found.vram_peak) == (0, 700)


def test_without_torch_no_card_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert (memory.vram_now(), memory.vram_mark()) == (None, None)


def test_where_there_is_no_proc_the_system_is_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    there = memory.ram_mark()
    monkeypatch.setattr(memory, "_STATM", "/nowhere/statm")
    monkeypatch.setattr(memory, "_STATUS", "/nowhere/status")
    now, mark = memory.ram_now(), memory.ram_mark()
    assert there is not None
    assert mark is not None
    assert mark == pytest.approx(there, rel=0.2)
    assert now is None or 0 < now <= mark * 1.1
