"""How much memory a piece of work takes at most, in this process and on its graphics card.

No counter of the system or of torch is reset, because others read them too. A high-water mark that has risen meanwhile
is exact; where an earlier peak was higher, a thread looks every 20 ms and its highest sample counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

MB = 1_000_000
EVERY_S = 0.02

_STATM, _STATUS = "/proc/self/statm", "/proc/self/status"

Gauge = Callable[[], "int | None"]  # bytes, or None where it cannot be known


@dataclass
class MemoryPeaks:
    """Memory in bytes, None where it cannot be known: ``ram`` and ``vram`` before, ``*_peak`` the most meanwhile."""

    ram: int | None = None
    ram_peak: int | None = None
    vram: int | None = None
    vram_peak: int | None = None


@contextmanager
def watching(every_s: float = EVERY_S) -> Iterator[MemoryPeaks]:
    """Watch the memory while the block runs; the peaks are there when it ends, also by an exception."""
    ram, vram = _PeakGauge(ram_now, ram_mark), _PeakGauge(vram_now, vram_mark)
    peaks = MemoryPeaks(ram=ram.start, vram=vram.start)
    stop = Event()
    watcher = Thread(target=_watch, args=(stop, every_s, ram, vram), name="fit_ad_peaks", daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        stop.set()
        watcher.join()
        peaks.ram_peak, peaks.vram_peak = ram.highest(), vram.highest()
        if peaks.vram is None and peaks.vram_peak is not None:
            peaks.vram = 0  # the card was not in use before


class _PeakGauge:
    """The highest value of a gauge since it was made; ``mark`` is the gauge's own high-water mark."""

    def __init__(self, now: Gauge, mark: Gauge) -> None:
        self._now, self._mark = now, mark
        self.start = self._sampled = now()
        self._mark_before = mark()

    def look(self) -> None:
        self._sampled = _larger(self._sampled, self._now())

    def highest(self) -> int | None:
        self.look()
        mark = self._mark()
        risen = mark is not None and (self._mark_before is None or mark > self._mark_before)
        return _larger(mark, self._sampled) if risen else self._sampled


def _larger(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


def _watch(stop: Event, every_s: float, *gauges: _PeakGauge) -> None:
    while not stop.wait(every_s):
        for gauge in gauges:
            gauge.look()


# --- this process -------------------------------------------------------------------------------------------


def ram_now() -> int | None:
    """Return the bytes of memory that this process holds now."""
    try:
        with open(_STATM, "rb") as file:
            return int(file.read().split()[1]) * _page()
    except (OSError, ValueError, IndexError):
        info = _psutil_info()
        return None if info is None else int(info.rss)


def ram_mark() -> int | None:
    """Return the most bytes that this process has ever held."""
    try:
        with open(_STATUS, "rb") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(b"VmHWM:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return _mark_elsewhere()


def _mark_elsewhere() -> int | None:
    """Return the high-water mark where there is no /proc: Windows by psutil, macOS by getrusage (bytes there)."""
    if sys.platform == "win32":
        info = _psutil_info()
        return None if info is None else int(getattr(info, "peak_wset", 0)) or None
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _page() -> int:
    import resource

    return resource.getpagesize()


def _psutil_info() -> Any:
    try:
        import psutil  # ComfyUI brings it along
    except ImportError:
        return None
    return psutil.Process().memory_info()


# --- the graphics card --------------------------------------------------------------------------------------


def vram_now() -> int | None:
    """Return the bytes that torch holds on the card now; None where no card is in use."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    if _on_cuda(torch):
        return int(torch.cuda.memory_allocated())
    return int(torch.mps.current_allocated_memory()) if _on_mps(torch) else None


def vram_mark() -> int | None:
    """Return the most bytes that torch has held on the card; only CUDA (and HIP) keeps count."""
    torch = sys.modules.get("torch")
    return int(torch.cuda.max_memory_allocated()) if torch is not None and _on_cuda(torch) else None


def _on_cuda(torch: Any) -> bool:
    """Return whether CUDA is in use already: asking it anything else would start it."""
    cuda = getattr(torch, "cuda", None)
    return bool(cuda is not None and cuda.is_initialized())


def _on_mps(torch: Any) -> bool:
    backend = getattr(getattr(torch, "backends", None), "mps", None)
    return sys.platform == "darwin" and bool(backend is not None and backend.is_available())
