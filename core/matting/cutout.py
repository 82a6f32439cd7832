"""From a photo to the subject alone: mask, RGBA and the ring around its edge."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .edges import EdgeOptions, edge_band, shape_edge
from .engines import Shelf, find_subject
from .foreground import bleed, true_colours

Array = NDArray[np.float32]

log = logging.getLogger("fit_ad.matting")


@dataclass(frozen=True)
class Cutout:
    """A subject cut out of one picture, all at the picture's size.

    Attributes:
        mask: float32 [H,W], 1 = subject.
        rgba: float32 [H,W,4], straight alpha.
        edge_band: float32 [H,W], the ring around the edge.
        engine: Who found the subject: an engine's name, or ``alpha`` (the picture was cut out already).
    """

    mask: Array
    rgba: Array
    edge_band: Array
    engine: str


def cut(
    picture: Array,
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: Shelf | None = None,
    progress: Callable[[float], None] | None = None,
) -> Cutout:
    """Return the subject of a picture.

    Args:
        picture: float32 [H,W,C] in 0..1; C is 1, 3 or 4. An alpha that is not 1 everywhere is the mask
            for ``auto``; a named engine's mask is held within it.
        engine: One of :data:`fit_ad.core.matting.ENGINES`.
        options: What is done to the edge.
        shelf: The model files at hand; none by default.
        progress: Called with the share done, 0..1.

    Raises:
        MissingModelError: A named engine's file or package is not installed.
        FitAdError: The engine is unknown, or its file cannot be used.
    """
    options = options or EdgeOptions()
    rgb, given = _split(picture)
    found, used = _alpha(rgb, given, engine, shelf or Shelf(), progress)
    mask = shape_edge(found, options)
    if not mask.any():
        log.warning("No subject was found in a picture of %d×%d pixels; its mask is empty", *rgb.shape[1::-1])
    return Cutout(mask, _rgba(rgb, mask, given, options), edge_band(mask, options.edge_band), used)


def mask_of(
    picture: Array,
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: Shelf | None = None,
    progress: Callable[[float], None] | None = None,
) -> Array:
    """Return only the mask [H,W] that :func:`cut` would give."""
    rgb, given = _split(picture)
    found, _ = _alpha(rgb, given, engine, shelf or Shelf(), progress)
    return shape_edge(found, options or EdgeOptions())


def _alpha(
    rgb: Array, given: Array | None, engine: str, shelf: Shelf, progress: Callable[[float], None] | None
) -> tuple[Array, str]:
    if given is not None and engine == "auto":
        return given, "alpha"
    found, used = find_subject(rgb, engine, shelf, progress)
    return (found if given is None else np.minimum(found, given)), used


def _rgba(rgb: Array, mask: Array, given: Array | None, options: EdgeOptions) -> Array:
    if not options.refine:
        colours = rgb
    elif given is not None:  # its colours are the subject's own already; only what was erased has none
        colours = np.where(given[..., None] > 0, rgb, bleed(rgb, given))
    else:
        colours = true_colours(rgb, mask)
    rgba = np.empty((*mask.shape, 4), np.float32)
    rgba[..., :3], rgba[..., 3] = colours, mask
    return rgba


def _split(picture: Array) -> tuple[Array, Array | None]:
    """Return RGB and, if the picture is cut out already, its alpha."""
    channels = picture.shape[2]
    rgb = _sound(picture[..., :3] if channels >= 3 else np.repeat(picture[..., :1], 3, axis=2))
    alpha = picture[..., channels - 1] if channels in (2, 4) else None
    if alpha is None or bool((alpha >= 1).all()):
        return rgb, None
    return rgb, _sound(alpha)


def _sound(plane: Array) -> Array:
    """Return the values within 0..1, not-a-number as 0; a sound plane is not copied."""
    low, high = float(plane.min()), float(plane.max())
    if low >= 0 and high <= 1:
        return np.ascontiguousarray(plane, dtype=np.float32)
    return np.clip(np.nan_to_num(plane), 0.0, 1.0).astype(np.float32)
