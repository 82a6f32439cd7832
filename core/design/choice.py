"""Which design suits an ad: gates first, then purpose, angle, trade and photo; another seed, another design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .facts import AdFacts, holds
from .schema import Condition, Design, ElementLayer, PhotoLayer, ProductLayer

_MOODS = {"offer": "loud", "mood": "calm", "product": "warm"}
_NEAR = 0.9  # how far below the best a design may be to be chosen by another seed


@dataclass(frozen=True)
class Suited:
    """A design and how well it suits an ad."""

    design: Design
    worth: float


def photo_use(design: Design) -> str:
    """Return how a design uses the photo: cut-out, full, frame or none."""
    for layer in design.layers:
        if isinstance(layer, ProductLayer) and layer.when is None:
            return "cut-out"
        if isinstance(layer, PhotoLayer) and layer.when is None:
            return "full" if _covers(layer) else "frame"
    return "none"


def _covers(layer: PhotoLayer) -> bool:
    return layer.region == (0.0, 0.0, 1.0, 1.0) and layer.shape == "rect"


def allowed(design: Design, facts: AdFacts, use: str = "auto") -> bool:
    """Return whether a design's gates let an ad in."""
    suits = design.suits
    if facts.canvas_class not in suits.formats:
        return False
    if not holds(suits.needs, facts) or (
        suits.never is not None and suits.never != Condition() and holds(suits.never, facts)
    ):
        return False
    own = photo_use(design)
    if own != "none" and own not in facts.photo:
        return False
    if use in ("cut-out", "full", "frame") and own != use:
        return False
    return not (own == "none" and facts.photo != ("none",) and facts.purpose not in suits.purposes)


def suited(designs: Mapping[str, Design], facts: AdFacts, use: str = "auto") -> list[Suited]:
    """Return the designs that an ad may have, the best first."""
    found = [Suited(d, worth(d, facts)) for d in designs.values() if allowed(d, facts, use)]
    return sorted(found, key=lambda s: (-s.worth, s.design.name))


def worth(design: Design, facts: AdFacts) -> float:
    """Return how well a design suits an ad, by what it says it is for."""
    suits = design.suits
    total = suits.weight
    total += 1.0 if facts.purpose in suits.purposes else -0.8 if suits.purposes else 0.0
    total += 0.7 if facts.parts.angle in suits.angles else -0.5 if suits.angles and facts.parts.angle else 0.0
    total += 0.35 if _MOODS.get(facts.parts.angle, "") in suits.moods else 0.0
    total += 0.8 if facts.trade in suits.trades else -0.2 if suits.trades else 0.0
    own = photo_use(design)
    if facts.photo == ("none",):
        total += 0.4 if own == "none" or _drawn(design) else 0.0
    elif own == "none":
        total -= 0.9  # there is a photo, and the design does not show it
    if own == "cut-out" and facts.confidence < 0.75:
        total -= 0.5
    if own in ("full", "frame") and "filling" in facts.subject:
        total += 0.4
    if own in ("full", "frame") and facts.face != "none":
        total += 0.25  # people stay whole
    return total


def _drawn(design: Design) -> bool:
    return any(isinstance(layer, ElementLayer) for layer in design.layers)


def in_order(found: Sequence[Suited], seed: int) -> list[Design]:
    """Return designs in the order they are tried in: seed 0 begins with the best, others with another good one."""
    if not found:
        return []
    best = found[0].worth
    good = [s for s in found if s.worth >= best - _NEAR]
    rest = [s.design for s in found if s.worth < best - _NEAR]
    if seed == 0:
        return [s.design for s in good] + rest
    rng = np.random.default_rng(seed // max(len(good), 1))
    order = [good[0], *(good[1 + int(i)] for i in rng.permutation(len(good) - 1))] if len(good) > 1 else list(good)
    first = seed % len(order)
    return [s.design for s in (*order[first:], *order[:first])] + rest
