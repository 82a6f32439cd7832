"""The geometry of a placement agrees with the figures that js/lib/placement.mjs is held to as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.layout.formats import KeepOut
from fit_ad.core.layout.model import ANCHORS
from fit_ad.core.placement import geometry as geometry
from fit_ad.core.raster.box import Box

GOLDENS = json.loads((Path(__file__).parents[2] / "goldens" / "placement.json").read_text("utf-8"))


def _frame(values: list[float], anchor: str, width: float, height: float) -> Any:
    return geometry.frame(geometry.Placement(*values, anchor=anchor), width, height)


CALLS: dict[str, Callable[..., Any]] = {
    "shares": geometry.shares,
    "frame": _frame,
    "percents": lambda box, *rest: geometry.percents(Box(*box), *rest),
    "fitted": lambda box, anchor, size, keep: geometry.fitted(Box(*box), anchor, tuple(size), keep),
    "aligned": lambda box, anchor, size: geometry.aligned(Box(*box), anchor, tuple(size)),
    "free_box": lambda sides, *size: geometry.free_box(KeepOut(*sides), *size),
    "into": lambda box, free: geometry.into(Box(*box), Box(*free)),
    "moved_into": lambda box, free: geometry.moved_into(Box(*box), Box(*free)),
    "turned_extent": lambda size, angle: geometry.turned_extent(tuple(size), angle),
    "turned_into": lambda box, angle, free: geometry.turned_into(Box(*box), angle, Box(*free)),
    "rounded": lambda box: geometry.rounded(Box(*box)),
}


def test_the_anchors_are_the_same() -> None:
    assert GOLDENS["anchors"] == list(ANCHORS)


def test_every_function_has_figures() -> None:
    assert {case["call"] for case in GOLDENS["cases"]} == set(CALLS)


@pytest.mark.parametrize("case", GOLDENS["cases"], ids=lambda case: f"{case['call']}{case['with']}")
def test_the_figures(case: dict[str, Any]) -> None:
    assert list(CALLS[case["call"]](*case["with"])) == pytest.approx(case["gives"], rel=1e-12, abs=1e-9)
