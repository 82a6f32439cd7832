"""Where a standing subject touches the floor, read from its outline."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_LEGS = 0.10  # what ends within this share of the height above the lowest point touches the floor
_SIDES = 0.25  # a base that rises without a break, as a carton's does, touches the floor up to here


class GroundContact(NamedTuple):
    """Per column: the row below the last solid pixel, between feet in a straight line; how surely it touches, 0..1."""

    row: F32
    sure: F32

    @property
    def columns(self) -> NDArray[np.integer]:
        """The columns in which the subject touches the floor."""
        return np.flatnonzero(self.sure > 0)

    @property
    def rise(self) -> float:
        """How far the ends of the base lie above its lowest point, px: 0 from the side, more from above."""
        at = self.columns
        return float(self.row[at].max() - (self.row[at[0]] + self.row[at[-1]]) / 2) if len(at) else 0.0


def ground_contact(alpha: F32) -> GroundContact:
    """Return where the subject of an alpha [H,W] touches the floor.

    Feet end near the bottom, whatever is between them; a base that is seen from its corner rises without a break.
    """
    solid = alpha > 0.5
    height, width = alpha.shape
    rows = np.flatnonzero(solid.any(1))
    if not len(rows):
        return GroundContact(np.full(width, height, np.float32), np.zeros(width, np.float32))
    tall = max(float(rows[-1] + 1 - rows[0]), 1.0)
    end = np.where(solid.any(0), height - np.argmax(solid[::-1], axis=0), -4 * height)
    lift = end.max() - end
    legs = lift <= _LEGS * tall
    touching = legs | (_unbroken(end) & (lift <= _SIDES * tall))
    sure = np.where(legs, 1.0, np.clip(1 - 0.6 * lift / (_SIDES * tall), 0, 1)) * touching
    at = np.flatnonzero(touching)
    row = np.interp(np.arange(width), at, end[at])
    return GroundContact(row.astype(np.float32), sure.astype(np.float32))


def _unbroken(end: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return the columns [W] from which the outline runs to its lowest point without a step or a steep side."""
    steep = np.abs(end[3:] - end[:-3]) > 3
    start = int(np.argmax(end))
    left, right = np.flatnonzero(steep[: max(start - 2, 0)]), np.flatnonzero(steep[start:])
    reached = np.zeros(len(end), bool)
    reached[int(left[-1]) + 3 if len(left) else 0 : start + int(right[0]) + 1 if len(right) else len(end)] = True
    return reached
