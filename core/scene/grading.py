"""The edge of a placed cut-out: its ring, and colours that lean towards the scene."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_SOLID = 0.995  # alpha from which a pixel is wholly the subject's


def ring(alpha: F32, width_px: float) -> F32:
    """Return the band [H,W] of 0 and 1 within ``width_px`` / 2 of the outline, inside and outside."""
    inside = (alpha > 0.5).astype(np.uint8)
    if not inside.any():
        return np.zeros_like(alpha)
    # zero-padding makes no outline at the canvas edge: a subject that bleeds has no edge there
    near = _distance(inside) + _distance(1 - inside)
    return (near <= max(width_px, 1) / 2 + 0.5).astype(np.float32)


def softened(alpha: F32, edge_px: float) -> F32:
    """Return the alpha with hard outlines eased over ``edge_px`` inwards; fine hair stays as it is."""
    if edge_px <= 0:
        return alpha
    size = 2 * round(1.5 * edge_px) + 3
    body = cv2.morphologyEx(alpha, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    blurred = cv2.GaussianBlur(body, (0, 0), edge_px / 2, borderType=cv2.BORDER_REPLICATE)
    eased = np.clip((blurred - 0.30) / 0.62, 0, 1)
    return np.minimum(alpha, 1 - body * (1 - eased))


def freedom(alpha: F32, edge_px: float, lock: bool) -> F32:
    """Return how far each pixel [H,W] may change, 0..1: all where nothing is locked, else only towards the edge.

    It is exactly 0 where the subject is solid and farther than ``edge_px`` from all that is not, and falls off
    smoothly towards there, so that no line shows where the lock begins.
    """
    if not lock:
        return np.ones_like(alpha)
    reach = max(edge_px, 1e-3)
    inside = _distance((alpha >= _SOLID).astype(np.uint8))
    t = np.clip(1 - inside / np.float32(reach), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def mixed(own: F32, changed: F32, freedom: F32) -> F32:
    """Return ``changed`` [h,w,3] as far as it is free; where ``freedom`` [h,w] is 0, the very pixels of ``own``."""
    return np.where(freedom[..., None] > 0, own + freedom[..., None] * (changed - own), own)


def matched(subject: F32, alpha: F32, scene: F32, strength: float, where: NDArray[np.bool_] | None = None) -> F32:
    """Return the subject [h,w,3] with its colours moved towards the scene's [H,W,3], at the pixels ``where``, or all.

    Only gently: hue and saturation follow more than lightness, contrast by 15 % at most.
    Source: Reinhard and others, "Color transfer between images" (2001), in CIELAB.
    """
    solid = (alpha > 0.5).astype(np.uint8)
    if strength <= 0 or not solid.any() or (where is not None and not where.any()):
        return subject
    (mean, own), (aim, around) = _statistics(subject, solid), _statistics(scene)
    ratio = np.clip(around / np.maximum(own, 1e-3), 0.85, 1.15)
    shift = (aim - mean) * np.array([0.30, 0.55, 0.55], np.float32)
    lab = cv2.cvtColor(np.ascontiguousarray(subject if where is None else subject[where][None]), cv2.COLOR_RGB2Lab)
    lab += np.float32(min(strength, 1.0)) * ((lab - mean) * (ratio - 1) + shift)
    moved = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0, 1)
    if where is None:
        return moved
    out = subject.copy()
    out[where] = moved[0]
    return out


def toned(rgb: F32, brightness: float, contrast: float) -> F32:
    """Return colours [h,w,3] brighter and with more contrast; both -1..1, and 0 changes nothing.

    Brightness is a power (mid-tones move, black and white stay); contrast is an S around middle grey.
    """
    if brightness:
        rgb = rgb ** np.float32(2.0 ** (-1.2 * brightness))
    if contrast:
        curve = rgb * rgb * (3 - 2 * rgb) if contrast > 0 else np.float32(0.25) + 0.5 * rgb
        rgb = rgb + np.float32(abs(contrast)) * (curve - rgb)
    return rgb


def sharpened(rgb: F32, alpha: F32, amount: float, radius_px: float) -> F32:
    """Return colours [h,w,3] with an unsharp mask that looks at the subject only; ``amount`` 1 is strong."""
    layer = np.empty((*alpha.shape, 4), np.float32)
    np.multiply(rgb, alpha[..., None], out=layer[..., :3])
    layer[..., 3] = alpha
    layer = cv2.GaussianBlur(layer, (0, 0), max(radius_px, 0.3), borderType=cv2.BORDER_REPLICATE)
    soft = layer[..., :3] / np.maximum(layer[..., 3:], 1e-3)
    detail = np.subtract(rgb, soft, out=soft)
    detail *= (np.float32(amount) * (layer[..., 3] > 0.02))[..., None]
    detail += rgb
    return np.clip(detail, 0, 1, out=detail)


def _statistics(rgb: F32, solid: NDArray[np.uint8] | None = None) -> tuple[F32, F32]:
    """Return mean and deviation [3] in CIELAB of a picture [H,W,3], at its ``solid`` pixels; large ones are sampled."""
    step = max(min(rgb.shape[:2]) // 256, 1)
    if solid is not None and not solid[::step, ::step].any():
        step = 1
    lab = cv2.cvtColor(np.ascontiguousarray(rgb[::step, ::step], np.float32), cv2.COLOR_RGB2Lab)
    picked = None if solid is None else np.ascontiguousarray(solid[::step, ::step])
    mean, deviation = cv2.meanStdDev(lab, mask=picked)
    return mean[:, 0].astype(np.float32), deviation[:, 0].astype(np.float32)


def _distance(mask: NDArray[np.uint8]) -> F32:
    """Return how far each 1 is from the nearest 0; where there is no 0, infinitely far."""
    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    return cv2.distanceTransform(mask, cv2.DIST_L2, 5)
