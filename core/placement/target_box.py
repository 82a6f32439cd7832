"""Which box the words get: that of the placement or the advisor's, kept in the safe zone."""

from __future__ import annotations

from typing import NamedTuple

from ..layout.formats import zone
from ..layout.model import ANCHORS, TextBox
from ..raster.box import Box
from .geometry import Placement, frame, free_box, into, turned_into


class TargetBox(NamedTuple):
    """A place on the finished picture.

    Attributes:
        box: In px; what the overlay is fitted into.
        anchor: The side that smaller things go to.
        free: What the safe zone leaves free, in px; None without a zone.
        moved: The safe zone changed the box.
        advice: The advisor's place that the box is; None where it is that of the fields.
    """

    box: Box
    anchor: str
    free: Box | None
    moved: bool
    advice: TextBox | None


def target_box(placement: Placement, advice: TextBox | None, safe_zone: str, canvas: tuple[int, int]) -> TargetBox:
    """Return where the overlay goes on a canvas (width, height).

    Args:
        placement: What the fields say.
        advice: The place that comes before the fields; None where they say it.
        safe_zone: Name of a keep-out zone, ``none`` or ``auto``.
        canvas: Size of the finished picture in px.

    Raises:
        FitAdError: No such zone.
    """
    box, anchor = frame(placement, *canvas), placement.anchor
    if advice is not None:
        box, anchor = advice.to_px(*canvas), advice.anchor if advice.anchor in ANCHORS else "center"
    if safe_zone == "none":
        return TargetBox(box, anchor, None, False, advice)
    free = free_box(zone(safe_zone, *canvas), *canvas)
    inside = into(box, free)
    if placement.rotation_deg % 360:
        inside = turned_into(inside, placement.rotation_deg, free)
    return TargetBox(inside, anchor, free, not _same(inside, box), advice)


def _same(one: Box, other: Box) -> bool:
    return all(abs(a - b) < 1e-6 for a, b in zip(one, other, strict=True))
