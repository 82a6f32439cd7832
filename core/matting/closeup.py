"""The second look: the part of a big picture around its subject, seen larger.

A network that sees a square of 1024 pixels loses the edges of a small subject in a big photo. The part around the
subject shows them in more of the network's pixels; its answer replaces the first one there and fades into it at
the part's rim, where the first look has seen no subject.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LEAST_SIDE_PX = 512  # smaller pictures have no edges that the first look could miss
MARGIN = 0.12  # of the subject's longer side, around it
LEAST_PART = 1 / 6  # of the picture's longer side: smaller parts lose sight of what is around
GAIN = 1.4  # how much larger a second look has to show the subject
GAIN_BIG = 1.15  # where the first look has to reduce the picture by REDUCED or more
REDUCED = 1.5
AGREEMENT = 0.5


class Crop(NamedTuple):
    """A part of a picture and the width in pixels of its rim."""

    rows: slice
    columns: slice
    rim_px: int


def worth_it(height: int, width: int) -> bool:
    """Return whether a picture of this size may need a second look."""
    return max(height, width) > LEAST_SIDE_PX and min(height, width) > 1


def around(alpha: Array, level: float, side: int = 1024) -> Crop | None:
    """Return the part around a subject, or None where a second look would show nothing new.

    Args:
        alpha: float32 [H,W], the first look.
        level: Alphas from this on belong to the subject.
        side: Side in pixels of what the network sees.
    """
    found = alpha >= level
    if not found.any():
        return None
    spans = [np.flatnonzero(found.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    longest = max(alpha.shape)
    rim = max(round(MARGIN * max(int(last - first) + 1 for first, last in spans)), 8)
    extent = max(*(int(last - first) + 1 + 2 * rim for first, last in spans), round(LEAST_PART * longest))
    rows, columns = (
        _span(int(first), int(last), extent, end) for (first, last), end in zip(spans, alpha.shape, strict=True)
    )
    gain = longest / max(rows.stop - rows.start, columns.stop - columns.start)
    if gain < (GAIN_BIG if longest >= REDUCED * side else GAIN):
        return None
    return Crop(rows, columns, rim)


def joined(first: Array, closer: Array, part: Crop) -> Array:
    """Return the first look with the closer one in its part, faded in over the part's rim.

    A closer look that has lost the subject (without the rest around it) is left out.
    """
    known = first[part.rows, part.columns]
    together = float(np.maximum(known, closer).sum())
    if together == 0 or float(np.minimum(known, closer).sum()) < AGREEMENT * together:
        return first
    down, across = (
        _fade(span, end, part.rim_px) for span, end in zip((part.rows, part.columns), first.shape, strict=True)
    )
    share = down[:, None] * across[None]
    result = first.copy()
    result[part.rows, part.columns] = known + share * (closer - known)
    return result


def _span(first: int, last: int, extent: int, end: int) -> slice:
    """Return ``extent`` pixels around first..last, moved or cut to lie within 0..end."""
    start = min(max((first + last + 1 - extent) // 2, 0), max(end - extent, 0))
    return slice(start, min(start + extent, end))


def _fade(span: slice, end: int, rim_px: int) -> Array:
    """Return the weights along one side of the part: 0 to 1 over each rim that is not the picture's own."""
    place = np.arange(span.start, span.stop, dtype=np.float32) + np.float32(0.5)
    before = (place - span.start) / rim_px if span.start > 0 else np.ones_like(place)
    after = (span.stop - place) / rim_px if span.stop < end else np.ones_like(place)
    return np.clip(np.minimum(before, after), 0, 1).astype(np.float32)
