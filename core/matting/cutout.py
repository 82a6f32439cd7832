"""From a photo to the subject alone: mask, RGBA and the ring around its edge."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from .confidence import confidence, signs
from .edges import EdgeOptions, edge_band, shape_edge
from .engines import Found, InstalledModels, find_subject
from .foreground import bleed, true_colours
from .hints import Hints, finished

Array = NDArray[np.float32]
Progress = Callable[[float], None]

GIVEN = "alpha"
"""Who found a subject that was cut out already."""

log = logging.getLogger("fit_ad.matting")


@dataclass(frozen=True)
class Cutout:
    """A subject cut out of one picture, all at the picture's size.

    Attributes:
        mask: float32 [H,W], 1 = subject.
        rgba: float32 [H,W,4], straight alpha.
        edge_band: float32 [H,W], the ring around the edge.
        engine: Who found the subject: an engine's name, or ``alpha`` (the picture was cut out already).
        confidence: How likely the cut-out is usable, 0..1; 0 where no subject was found, 1 for a given alpha
            and for what was put right by hand.
    """

    mask: Array
    rgba: Array
    edge_band: Array
    engine: str
    confidence: float


def cut(
    picture: Array,
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: InstalledModels | None = None,
    progress: Progress | None = None,
    hints: Hints | None = None,
) -> Cutout:
    """Return the subject of a picture.

    Args:
        picture: float32 [H,W,C] in 0..1; C is 1, 3 or 4. An alpha that is not 1 everywhere is the mask
            for ``auto``; a named engine's mask is held within it.
        engine: One of :data:`fit_ad.core.matting.ENGINES`.
        options: What is done to the edge.
        shelf: The model files at hand; none by default.
        progress: Called with the share done, 0..1.
        hints: What a person said of the picture: painted to keep and to remove, chosen by clicks.

    Raises:
        MissingModelError: A named engine's file or package is not installed.
        FitAdError: The engine is unknown, or its file cannot be used.
    """
    options = options or EdgeOptions()
    rgb, given = _split(picture)
    found = _found(rgb, given, engine, shelf or InstalledModels(), progress, hints)
    mask = shape_edge(found.alpha, options)
    if not mask.any():
        log.warning("No subject was found in a picture of %d×%d pixels; its mask is empty", *rgb.shape[1::-1])
    ring = edge_band(mask, options.edge_band)
    return Cutout(mask, _rgba(rgb, mask, given, options), ring, found.engine, _trusted(found, rgb, hints))


@dataclass(frozen=True)
class Batch:
    """The cut-outs of a batch of pictures of one size.

    Attributes:
        mask: float32 [B,H,W].
        rgba: float32 [B,H,W,4].
        edge_band: float32 [B,H,W].
        engines: Who found each subject.
        confidences: Of each cut-out.
    """

    mask: Array
    rgba: Array
    edge_band: Array
    engines: tuple[str, ...]
    confidences: tuple[float, ...]


def cut_all(
    pictures: Sequence[Array],
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: InstalledModels | None = None,
    progress: Progress | None = None,
    hints: Sequence[Hints] = (),
) -> Batch:
    """Return the subjects of pictures of one size, cut one after another; of fewer hints the last goes on.

    Beyond the pictures and the result, only one picture's work is held at any time. See :func:`cut`.
    """
    shape = _batch_shape(pictures)
    mask, rgba, band = np.empty(shape, np.float32), np.empty((*shape, 4), np.float32), np.empty(shape, np.float32)
    engines, confidences = [], []
    for index, picture in enumerate(pictures):
        share = _share(progress, index, len(pictures))
        painted = hints[min(index, len(hints) - 1)] if hints else None
        one = cut(picture, engine, options, shelf=shelf, progress=share, hints=painted)
        mask[index], rgba[index], band[index] = one.mask, one.rgba, one.edge_band
        engines.append(one.engine)
        confidences.append(one.confidence)
        if progress:
            progress((index + 1) / len(pictures))
    return Batch(mask, rgba, band, tuple(engines), tuple(confidences))


def masks_of(
    pictures: Sequence[Array],
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: InstalledModels | None = None,
    progress: Progress | None = None,
) -> Array:
    """Return only the masks [B,H,W] that :func:`cut_all` would give."""
    masks = np.empty(_batch_shape(pictures), np.float32)
    for index, picture in enumerate(pictures):
        share = _share(progress, index, len(pictures))
        masks[index] = mask_of(picture, engine, options, shelf=shelf, progress=share)
        if progress:
            progress((index + 1) / len(pictures))
    return masks


def mask_of(
    picture: Array,
    engine: str = "auto",
    options: EdgeOptions | None = None,
    *,
    shelf: InstalledModels | None = None,
    progress: Progress | None = None,
) -> Array:
    """Return only the mask [H,W] that :func:`cut` would give."""
    rgb, given = _split(picture)
    found = _found(rgb, given, engine, shelf or InstalledModels(), progress)
    return shape_edge(found.alpha, options or EdgeOptions())


def _batch_shape(pictures: Sequence[Array]) -> tuple[int, int, int]:
    if not len(pictures):
        raise FitAdError("There are no pictures to cut out", why="The batch is empty")
    return len(pictures), *pictures[0].shape[:2]


def _share(progress: Progress | None, index: int, count: int) -> Progress | None:
    """Return a progress function for one picture of a batch."""
    return None if progress is None else lambda done: progress((index + done) / count)


def _found(
    rgb: Array,
    given: Array | None,
    engine: str,
    shelf: InstalledModels,
    progress: Progress | None,
    hints: Hints | None = None,
) -> Found:
    if given is not None and engine == "auto" and not (hints and hints.choices):
        return Found(given if hints is None else np.minimum(finished(given, rgb, hints), given), GIVEN)
    found = find_subject(rgb, engine, shelf, progress, hints)
    alpha = _sound(found.alpha)
    return found._replace(alpha=alpha if given is None else np.minimum(alpha, given))


def _trusted(found: Found, rgb: Array, hints: Hints | None) -> float:
    if (found.engine == GIVEN or hints is not None) and found.alpha.any():
        return 1.0  # somebody has looked at it
    seen = signs(found.alpha, rgb, found.agreement)
    return 0.0 if seen is None else confidence(seen)


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
    if not picture.size:
        raise FitAdError(f"The picture has no pixels ({picture.shape[1]}×{picture.shape[0]})")
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
