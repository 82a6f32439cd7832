"""Which box the words get: that of the placement or the advisor's, kept in the safe zone."""

from __future__ import annotations

from typing import NamedTuple

from ..layout.formats import zone
from ..layout.model import ANCHORS, Layout, TextBox
from ..raster.box import Box
from .geometry import Placement, frame, free_box, into, turned_into


class TargetBox(NamedTuple):
    """A place on the finished picture.

    Attributes:
        box: In px; what the overlay is fitted into.
        anchor: The side that smaller things go to.
        free: What the safe zone leaves free, in px; None without a zone.
        moved: The safe zone changed the box.
        advised: The box is the advisor's.
    """

    box: Box
    anchor: str
    free: Box | None
    moved: bool
    advised: bool


def target_box(
    placement: Placement, layout: Layout | None, safe_zone: str, canvas: tuple[int, int], *, manual: bool
) -> TargetBox:
    """Return where the overlay goes on a canvas (width, height).

    Args:
        placement: What the fields say.
        layout: The advisor's; its best box comes before the fields.
        safe_zone: Name of a keep-out zone, ``none`` or ``auto``.
        canvas: Size of the finished picture in px.
        manual: The fields were set by hand, so they come before the layout.

    Raises:
        FitAdError: No such zone.
    """
    best = None if manual else _best(layout)
    box, anchor = frame(placement, *canvas), placement.anchor
    if best is not None:
        box, anchor = best.to_px(*canvas), best.anchor if best.anchor in ANCHORS else "center"
    if safe_zone == "none":
        return TargetBox(box, anchor, None, False, best is not None)
    free = free_box(zone(safe_zone, *canvas), *canvas)
    inside = into(box, free)
    if placement.rotation_deg % 360:
        inside = turned_into(inside, placement.rotation_deg, free)
    return TargetBox(inside, anchor, free, not _same(inside, box), best is not None)


def _best(layout: Layout | None) -> TextBox | None:
    return layout.boxes[0] if layout is not None and layout.boxes else None


def _same(one: Box, other: Box) -> bool:
    return all(abs(a - b) < 1e-6 for a, b in zip(one, other, strict=True))
