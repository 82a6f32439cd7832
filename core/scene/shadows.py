"""Shadows of a placed cut-out, from nothing but its outline."""

from __future__ import annotations

from enum import Enum
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.box import Box
from .ground_contact import GroundContact, ground_contact

F32 = NDArray[np.float32]

_WORK_PX = 480  # shadows are soft: they are made on a canvas of about this size
_FLAT_OVERLAP = 0.935  # a plate from above overlaps its ellipse by 0.95 and more, a carton by 0.93 at most


class Pose(Enum):
    """How a subject meets the scene."""

    STANDING = "standing"  # on the floor: contact line and a shadow thrown along the floor
    LYING = "lying"  # seen from above: shadow all around, further on the side away from the light
    BLEEDING = "bleeding"  # cut by the canvas: only a faint shadow on what is behind


def pose_of(alpha: F32) -> Pose:
    """Return STANDING or LYING for the cropped alpha [h,w] of a subject; round outlines are things seen from above."""
    small = cv2.resize(alpha, (128, 128), interpolation=cv2.INTER_AREA) > 0.5
    if not small.any():
        return Pose.STANDING
    moments = cv2.moments(small.astype(np.uint8), binaryImage=True)
    area = moments["m00"]
    cov = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / area
    y, x = np.mgrid[:128, :128].astype(np.float64)
    d = np.stack([x - moments["m10"] / area, y - moments["m01"] / area], axis=-1)
    # a filled ellipse has (d, cov^-1 d) = 4 on its outline
    ellipse = np.einsum("...i,ij,...j", d, np.linalg.inv(cov + 1e-3 * np.eye(2)), d) <= 4
    overlap = (small & ellipse).sum() / (small | ellipse).sum()
    squat = alpha.shape[0] <= 1.25 * alpha.shape[1]
    return Pose.LYING if overlap >= _FLAT_OVERLAP and squat else Pose.STANDING


def shadow(alpha: F32, box: Box, pose: Pose, angle_deg: float, softness: float = 1.0) -> F32:
    """Return how much light the subject takes away, [H,W] 0..1, also where the subject itself is.

    Args:
        alpha: [H,W], the subject on the canvas.
        box: Where it is, px.
        pose: How it meets the scene.
        angle_deg: Where the shadow falls, clockwise from the right: 0 right, 90 towards the viewer, 180 left.
        softness: How soft the cast shadow is: 0 hard sun, 1 a studio's large light. Contact stays tight.
    """
    factor = min(1.0, _WORK_PX / max(alpha.shape))
    size = (max(round(alpha.shape[1] * factor), 1), max(round(alpha.shape[0] * factor), 1))
    small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    scaled = Box(*(v * factor for v in box))
    make = {Pose.STANDING: _standing, Pose.LYING: _lying, Pose.BLEEDING: _behind}[pose]
    made = make(small, scaled, radians(angle_deg), 0.2 + 0.8 * max(softness, 0.0))
    full = cv2.resize(made, (alpha.shape[1], alpha.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(full, 0, 1)


def _lying(alpha: F32, box: Box, angle: float, soft: float) -> F32:
    """A tight dark rim where it touches, a soft shadow beside it, and a wide one that ties it to the surface.

    What it lies on passes under it, so its far rim throws nothing upwards unless the light comes from the front.
    """
    reach = (box.width * box.height) ** 0.5
    layers = ((0.007, 0.010, 0.70), (0.028 * soft, 0.036, 0.55), (0.075 * soft, 0.080, 0.40))
    dark = _stacked([_cast_flat(alpha, reach, angle, *layer) for layer in layers])
    t = np.clip((np.arange(alpha.shape[0], dtype=np.float32) - box.y) / max(0.5 * box.height, 1.0), 0, 1)
    near = t * t * (3 - 2 * t)
    return dark * (near + (1 - near) * max(-sin(angle), 0.0))[:, None].astype(np.float32)


def _cast_flat(alpha: F32, reach: float, angle: float, blur: float, away: float, strength: float) -> F32:
    moved = _moved(alpha, reach * away * cos(angle), reach * away * (sin(angle) * 0.8 + 0.25))
    return np.float32(strength) * _blurred(moved, reach * blur)


def _standing(alpha: F32, box: Box, angle: float, soft: float) -> F32:
    """Contact line under the base, the dark around it, and the outline thrown along the floor."""
    feet = ground_contact(alpha)
    columns = feet.columns
    width = float(columns[-1] - columns[0] + 1) if len(columns) else box.width * 0.6
    centre = float(columns.mean()) if len(columns) else box.x + box.width / 2
    line = _contact(alpha.shape[0], feet, 0.03 * box.height)
    contact = _blurred(_moved(line, 0.01 * width * cos(angle), 0.006 * box.height), max(0.012 * width, 0.6))
    around = _blurred(_footprint(alpha.shape, box, centre, width, feet.rise), max(0.05 * width, 0.8))
    return _stacked([0.80 * contact, 0.42 * around, 0.40 * _thrown(alpha, feet, box, angle, soft)])


def _contact(height: int, feet: GroundContact, thick: float) -> F32:
    """Return the part of the outline [H,W] that touches the floor, 0..1."""
    y = np.arange(height, dtype=np.float32)[:, None]
    return np.where((y <= feet.row) & (y >= feet.row - 1 - thick), feet.sure, 0).astype(np.float32)


def _footprint(size: tuple[int, ...], box: Box, centre: float, width: float, rise: float) -> F32:
    """Return the ground [H,W] that the subject stands on: an ellipse as flat as its base is seen to be."""
    ground = np.zeros(size, np.float32)
    flat = min(max(rise, 0.085 * width), 0.22 * width)
    axes = (max(round(width * 0.56), 1), max(round(flat), 1))
    cv2.ellipse(ground, (round(centre), round(box.bottom - max(0.2 * axes[1], rise * 0.9))), axes, 0, 0, 360, 1.0, -1)
    return ground


def _thrown(alpha: F32, feet: GroundContact, box: Box, angle: float, soft: float) -> F32:
    """Return the outline laid along the floor; the further from the base, the softer and fainter.

    A base that is not level is levelled for it, so that every part of the shadow begins at its own foot.
    """
    length, tilt = 0.55, 0.42  # shadow length per height; how far the floor is tilted away from the eye
    across, along = length * cos(angle), length * tilt * sin(angle)
    foot = box.bottom - 0.02 * box.height
    lift = box.bottom - np.minimum(feet.row, box.bottom)
    # (x, y) -> (x + across * rise, foot + along * rise), rise = foot - y
    matrix = np.array([[1, -across, across * foot], [0, -along, foot + along * foot]], np.float64)
    if abs(along) < 0.02:
        matrix[1] = (0, -0.02, foot * 1.02)
    laid = cv2.warpAffine(_lowered(alpha, lift), matrix, alpha.shape[::-1], flags=cv2.INTER_LINEAR)
    y, x = np.mgrid[: alpha.shape[0], : alpha.shape[1]].astype(np.float32)
    span = max(length * box.height, 1.0)
    aside = np.maximum(abs(box.x + box.width / 2 - x) - box.width * 0.4, 0)
    far = np.clip(np.hypot(aside, (y - foot) / tilt) / span, 0, 1)
    sharp, faint = _blurred(laid, 0.012 * soft * box.height), _blurred(laid, 0.05 * soft * box.height)
    return _lowered((sharp * (1 - far) + faint * far) * (1 - 0.75 * far), -lift)


def _lowered(field: F32, by: NDArray[np.floating]) -> F32:
    """Return the field [H,W] with each column moved down by its own number of px."""
    if not by.any():
        return field
    y, x = np.mgrid[: field.shape[0], : field.shape[1]].astype(np.float32)
    return cv2.remap(
        field.astype(np.float32), x, y - by.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _behind(alpha: F32, box: Box, angle: float, soft: float) -> F32:
    """The shadow of a person on the wall behind: beside them, away from the light, and wholly out of focus."""
    reach = (box.width * box.height) ** 0.5
    return 0.34 * _blurred(_moved(alpha, 0.10 * reach * cos(angle), 0.03 * reach), 0.055 * soft * reach)


def _stacked(layers: list[F32]) -> F32:
    """Return what is left dark when each layer takes its share of the light."""
    light = np.ones_like(layers[0])
    for layer in layers:
        light *= 1 - layer
    return 1 - light


def _moved(field: F32, dx: float, dy: float) -> F32:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float64)
    return cv2.warpAffine(field, matrix, field.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _blurred(field: F32, sigma: float) -> F32:
    """Blur as if what is cut by the picture's edge went on beyond it."""
    return cv2.GaussianBlur(field, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_REPLICATE)
