"""The mirror image of a subject in a glossy floor."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .ground_contact import ground_contact

F32 = NDArray[np.float32]

_BLUR = 0.030  # how blurred the reflection gets at its end, share of the subject's height


def reflection(layer: F32, box: Box, canvas: tuple[int, int], length: float) -> F32:
    """Return the mirror image [H,W,4], premultiplied, on a canvas of that size (width, height).

    It begins at the outline's lower edge, column by column, so that a round base stays joined to its image; it fades
    to nothing over ``length`` of the subject's height and grows blurred on the way, as on polished stone.

    Args:
        layer: [h,w,4] straight alpha, the subject at its size.
        box: Where it stands, px.
        canvas: Width and height of the result.
        length: Share of the subject's height over which it fades, 0..1.
    """
    whole = np.zeros((canvas[1], canvas[0], 4), np.float32)
    reach = min(max(round(length * box.height), 1), layer.shape[0])
    feet = cv2.GaussianBlur(ground_contact(layer[..., 3]).row[None], (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)[0]
    top = round(box.y) + int(feet.min())
    rows = slice(max(top, 0), min(round(box.bottom) + reach, canvas[1]))
    columns = slice(max(round(box.x), 0), min(round(box.right), canvas[0]))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return whole
    own = slice(columns.start - round(box.x), columns.stop - round(box.x))
    foot = feet[own]
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - np.float32(round(box.y))
    under = y - foot[None]  # how far below its column's foot
    mirrored = _looked_up(layer[:, own], 2 * foot[None] - 1 - y)
    fade = np.clip(1 - under / reach, 0, 1) ** 1.6 * (under >= 0)
    whole[rows, columns] = _increasingly_soft(mirrored * fade[..., None].astype(np.float32), _BLUR * box.height)
    return whole


def _looked_up(layer: F32, rows: F32) -> F32:
    """Return the premultiplied layer, each pixel taken from its column at ``rows`` [H,W]; outside nothing."""
    colors = np.dstack([layer[..., :3] * layer[..., 3:], layer[..., 3]])
    columns = np.broadcast_to(np.arange(layer.shape[1], dtype=np.float32), rows.shape)
    return cv2.remap(
        colors, np.ascontiguousarray(columns), rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )


def _increasingly_soft(picture: F32, most_px: float) -> F32:
    """Return the picture sharp at its top and blurred by ``most_px`` at its bottom."""
    if most_px < 0.5:
        return picture
    blurred = cv2.GaussianBlur(picture, (0, 0), sigmaX=most_px, sigmaY=0.6 * most_px, borderType=cv2.BORDER_CONSTANT)
    share = np.linspace(0, 1, picture.shape[0], dtype=np.float32)[:, None, None] ** 0.7
    return picture + share * (blurred - picture)
