"""Clusters on a line: where each stands, and what room its ink takes along and across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .affine import Affine
from .shaping import Cluster


class LineItem(NamedTuple):
    """A cluster on a line, in px; the line runs to the right, or down in a column.

    Attributes:
        cluster: What is drawn.
        matrix: From the cluster's own px to those of the line: the origin is on the baseline (the axis of a column).
        start: Where its ink starts along the line.
        stop: Where its ink ends along the line.
        cross: Ink across the line: (top, bottom) from the baseline; in a column (left, right) from the axis.
        turned: Whether it lies on its side in a column.
        tied: Whether it stands in one cell with the item before.
    """

    cluster: Cluster
    matrix: Affine
    start: float
    stop: float
    cross: tuple[float, float]
    turned: bool = False
    tied: bool = False

    def moved(self, along: float, vertical: bool = False) -> LineItem:
        """Return the item moved along its line."""
        matrix = self.matrix.moved(0.0, along) if vertical else self.matrix.moved(along, 0.0)
        return self._replace(matrix=matrix, start=self.start + along, stop=self.stop + along)


def row_items(clusters: Sequence[Cluster]) -> list[LineItem]:
    """Return clusters from left to right; what leaves no ink only takes its room."""
    items: list[LineItem] = []
    pen = 0.0
    for cluster in clusters:
        ink = cluster.ink
        if ink:
            matrix = Affine(dx=pen)
            items.append(LineItem(cluster, matrix, pen + ink.left, pen + ink.right, (ink.top, ink.bottom)))
        pen += cluster.advance
    return items
