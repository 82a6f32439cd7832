"""What effects see while a piece of lettering is painted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..raster.distance import NOWHERE, CoverageOutline, Limits, signed_distance
from .effects import lettering_effects
from .effects.outline import stroke_px
from .effects.relief import LitSurface, lit_surface
from .effects.warp import WarpedText
from .filters import shrunk
from .style import LetteringStyle

Array = NDArray[Any]  # float32, or what an operation widens it to
Fine = NDArray[np.uint8]


def _widest(reaches: Sequence[Limits | None], scale: int) -> Limits:
    """Return what holds all reaches, in px ``scale`` times as fine."""
    found = [reach for reach in reaches if reach]
    if not found:
        return NOWHERE
    return min(low for low, _ in found) * scale, max(high for _, high in found) * scale


class Painting:
    """The letters of one picture and what is worked out from them when an effect asks for it.

    Attributes:
        style: Colours and effects.
        text: The words in their final shape.
        origin: Where the page's corner lies in the picture.
        fine: Coverage uint8 [H*scale, W*scale] of the letters.
        scale: Enlargement of ``fine``.
        emoji: [H,W,4] straight alpha, drawn on top, or None.
        cover: [H,W] float32 0..1, coverage of the letters, worn ones from when they are.
    """

    def __init__(
        self,
        style: LetteringStyle,
        text: WarpedText,
        origin: tuple[float, float],
        fine: Fine,
        scale: int,
        emoji: Array | None,
    ) -> None:
        self.style = style
        self.text = text
        self.origin = origin
        self.fine = fine
        self.scale = scale
        self.emoji = emoji
        self.cover: Array = shrunk(fine, scale).astype(np.float32) * np.float32(1 / 255)

    @property
    def font_px(self) -> float:
        """The em size."""
        return self.text.font_px

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.cover.shape[1], self.cover.shape[0]

    @property
    def shape(self) -> Array:
        """What letters and emoji cover, [H,W] float32."""
        return self.cover if self.emoji is None else np.maximum(self.cover, self.emoji[..., 3])

    @cached_property
    def distance(self) -> Array | None:
        """Distance to the edge of the letters in px of ``fine``, above 0 inside; None where no effect needs it."""
        reaches = [effect.reach(self.style, self.font_px) for effect in lettering_effects()]
        inside, outside = (_widest([reach[side] for reach in reaches], self.scale) for side in (0, 1))
        if inside is outside is NOWHERE:
            return None
        return signed_distance(CoverageOutline(self.fine), inside, outside)

    @cached_property
    def surface(self) -> LitSurface | None:
        """The relief of the letters; None for flat ones."""
        return lit_surface(self)

    @cached_property
    def edge(self) -> Array:
        """What letters, emoji and outline cover together, [H,W] float32."""
        shape, stroke, distance = self.shape, stroke_px(self.style), self.distance
        if not stroke or distance is None:
            return shape
        if self.emoji is not None:
            import cv2

            enlarged = cv2.resize((self.emoji[..., 3] * 255).astype(np.uint8), self.fine.shape[1::-1])
            outside = stroke * self.scale
            whole = CoverageOutline(np.maximum(self.fine, enlarged))
            distance = signed_distance(whole, NOWHERE, (max(outside - self.scale, 0.0), outside + self.scale))
        ring = np.clip(distance + np.float32(stroke * self.scale + 0.5), 0, 1)
        return np.maximum(shrunk(ring, self.scale), shape)
