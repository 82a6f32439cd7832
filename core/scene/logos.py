"""A logo in a corner: clear space around it, and never over the product where another corner is free."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..raster.box import Box
from .subject import Array, sound

F32 = NDArray[np.float32]

CORNERS = ("auto", "top-left", "top-right", "bottom-left", "bottom-right")
_log = logging.getLogger("fit_ad.compose")
_ORDER = ("top-left", "top-right", "bottom-right", "bottom-left")
_TALL = 0.62  # width per height below which apps lay their own buttons over top and bottom
_KEPT_OUT = (0.14, 0.20)  # of the height, at top and bottom of such formats
_COVERED = 0.02  # share of a corner that a subject may reach into
_READS = 0.3  # a logo that reads worse than this is worth a warning
_SQUARE = 2.2  # width per height up to which a logo counts as compact: it is measured by its area, not its width


@dataclass(frozen=True)
class LogoOptions:
    """How a logo is asked for.

    Attributes:
        corner: One of ``CORNERS``; ``auto`` takes the free corner on which the logo reads best.
        size_pct: Its width in percent of the canvas's shorter side; a compact or tall logo gets the same area as one
            that is 2.2 times as wide as high.
        clear: The space kept clear around it, and to the canvas's edges, in shares of its height.
    """

    corner: str = "auto"
    size_pct: float = 18.0
    clear: float = 0.5


def with_logo(image: F32, mask: F32, logo: Array, wish: LogoOptions) -> tuple[F32, F32, Box | None]:
    """Return the picture with the logo, the mask with its place and clear space, and its box; inputs stay as they are.

    Args:
        image: [H,W,3].
        mask: [H,W], what it must not cover.
        logo: [h,w,3 or 4] 0..1; its clear border is cut away. Without alpha it is put there as it is.
        wish: Corner, size, clear space.

    Raises:
        FitAdError: An unknown corner.
    """
    if wish.corner not in CORNERS:
        raise FitAdError(f"logo_corner is {wish.corner!r}", fix=f"Use one of: {', '.join(CORNERS)}")
    sign = _trimmed(logo)
    if sign is None:
        _log.warning("The logo is empty, so none is placed")
        return image, mask, None
    height, width = image.shape[:2]
    size = _size((width, height), (sign.shape[1], sign.shape[0]), wish)
    sign = _resized(sign, size)
    spots = {corner: _spot(corner, (width, height), size, wish.clear * size[1]) for corner in _ORDER}
    corner = _chosen(image, mask, sign, spots, wish)
    box = spots[corner]
    if _legible(image[box.slices(height, width)], sign) < _READS:
        _log.warning("The logo hardly shows on this background; give one that is lighter or darker")
    out, taken = image.copy(), mask.copy()
    place = box.slices(height, width)
    part = sign[: place[0].stop - place[0].start, : place[1].stop - place[1].start]
    out[place] += (part[..., :3] - out[place]) * part[..., 3:]
    taken[_around(box, wish).slices(height, width)] = 1
    return out, taken, box


def _chosen(image: F32, mask: F32, sign: F32, spots: dict[str, Box], wish: LogoOptions) -> str:
    """Return the corner: the one asked for if it is free, else the free one nearest to it, else the least covered."""
    size = mask.shape
    covered = {c: float((mask[_around(box, wish).slices(*size)] > 0.5).mean()) for c, box in spots.items()}
    free = [c for c in _ORDER if covered[c] <= _COVERED]
    if wish.corner in free:
        return wish.corner
    if not free:
        _log.warning("No corner is free of the subject; make the logo or the subject smaller")
        return wish.corner if wish.corner != "auto" else min(covered, key=lambda c: covered[c])
    if wish.corner == "auto":
        return max(free, key=lambda c: (_legible(image[spots[c].slices(*size)], sign), -_ORDER.index(c)))
    _log.info("The logo's corner %s is taken by the subject", wish.corner)
    return min(free, key=lambda c: _moves(wish.corner, c))


def _moves(asked: str, other: str) -> int:
    """Return how far two corners are apart: the other end of the same edge is nearer than the opposite corner."""
    (row, column), (other_row, other_column) = asked.split("-"), other.split("-")
    return 2 * (row != other_row) + 1 * (column != other_column)


def _legible(under: F32, sign: F32) -> float:
    """Return how well a logo reads, rounded so that near ties go by the order: 0 not at all, 1 clearly.

    What counts is its contrast in lightness with what is under it, less what is unsteady there.
    """
    if not under.size:
        return 0.0
    light = cv2.cvtColor(np.ascontiguousarray(under), cv2.COLOR_RGB2Lab)[..., 0]
    own = cv2.cvtColor(np.ascontiguousarray(sign[..., :3]), cv2.COLOR_RGB2Lab)[..., 0][sign[..., 3] > 0.5]
    apart = abs(float(own.mean()) - float(light.mean())) if own.size else 0.0
    return round(min(max((apart - 2 * float(light.std())) / 40, 0.0), 1.0), 1)


def _spot(corner: str, canvas: tuple[int, int], size: tuple[int, int], clear_px: float) -> Box:
    """Return the logo's box in a corner, clear of the canvas's edges and of what apps lay over tall formats."""
    (width, height), (w, h) = canvas, size
    edge = max(clear_px, 0.04 * min(canvas))
    top, bottom = (share * height for share in _KEPT_OUT) if width / height < _TALL else (0.0, 0.0)
    x = edge if corner.endswith("left") else width - edge - w
    y = top + edge if corner.startswith("top") else height - bottom - edge - h
    return Box(max(round(x), 0), max(round(y), 0), w, h)


def _around(box: Box, wish: LogoOptions) -> Box:
    clear = max(wish.clear, 0.0) * box.height
    return Box(box.x - clear, box.y - clear, box.width + 2 * clear, box.height + 2 * clear)


def _size(canvas: tuple[int, int], logo: tuple[int, int], wish: LogoOptions) -> tuple[int, int]:
    w, h = logo
    asked = wish.size_pct / 100 * min(canvas)
    width = asked * min(w / h / _SQUARE, 1.0) ** 0.5
    factor = min(width / w, 0.9 * canvas[0] / w, 0.5 * canvas[1] / h)
    return max(round(w * factor), 1), max(round(h * factor), 1)


def _trimmed(logo: Array) -> F32 | None:
    """Return the logo [h,w,4] without its clear border; None where nothing of it shows."""
    if not logo.size:
        return None
    logo = sound(logo)
    rgb = logo[..., :3] if logo.shape[-1] >= 3 else np.repeat(logo[..., :1], 3, axis=2)
    alpha = logo[..., -1] if logo.shape[-1] in (2, 4) else np.ones(logo.shape[:2], np.float32)
    shown = alpha > 1 / 255
    if not shown.any():
        return None
    ys, xs = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
    window = slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1)
    return np.dstack([rgb, alpha])[window]


def _resized(sign: F32, size: tuple[int, int]) -> F32:
    if size == sign.shape[1::-1]:
        return sign
    whole = np.dstack([sign[..., :3] * sign[..., 3:], sign[..., 3]])
    how = cv2.INTER_AREA if size[0] < sign.shape[1] else cv2.INTER_CUBIC
    whole = np.clip(cv2.resize(whole, size, interpolation=how), 0, 1)
    whole[..., :3] = np.clip(whole[..., :3] / np.maximum(whole[..., 3:], 1e-3), 0, 1)
    return whole
