"""The light of a scene, and a hint of it on what is put there."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_SURVEY_PX = 96
_FULL_SLOPE = 16.0  # CIELAB lightness from one side of a scene to the other that counts as clear light
_FAINT = 0.06  # light clearer than this shows where it comes from
_BRIGHTER = 0.55  # at full strength, the darkness left on the lit side is raised to 2 to this power
_DARKER = 0.34  # and the other side loses this much


@dataclass(frozen=True)
class SceneLight:
    """Where light comes from: ``angle_deg`` clockwise from the right (0 right, -90 above), its clarity 0..1, its hue.

    ``tint`` multiplies the lit side: red, green, blue around 1.
    """

    angle_deg: float
    clarity: float
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)


def light_of(scene: F32, shadow_angle_deg: float, horizon: float | None = None) -> SceneLight:
    """Return the light of a background [H,W,3]: the side to which it grows bright, and the hue of that side.

    Only what is above ``horizon`` (share of the height) tells: a floor is lighter or darker for other reasons. An even
    background says nothing; the light then comes from above, opposite to where the shadow is asked to fall.
    """
    if horizon is not None:
        scene = scene[: max(round(horizon * scene.shape[0]), 1)]
    factor = min(_SURVEY_PX / max(scene.shape[:2]), 1.0)
    size = (max(round(scene.shape[1] * factor), 1), max(round(scene.shape[0] * factor), 1))
    small = cv2.resize(np.ascontiguousarray(scene[..., :3]), size, interpolation=cv2.INTER_AREA)
    lightness = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)[..., 0]
    dx, dy = _slope(lightness)
    dy = min(dy, 0.0)  # a lamp stands above
    clarity = min(hypot(dx, dy) / _FULL_SLOPE, 1.0)
    if clarity < _FAINT:
        away = radians(shadow_angle_deg)
        dx, dy, clarity = -cos(away), -0.6 - 0.4 * abs(sin(away)), 0.5
    return SceneLight(float(np.degrees(atan2(dy, dx))), clarity, _tint(small, lightness))


def _slope(lightness: F32) -> tuple[float, float]:
    """Return how much lighter the right is than the left, and the bottom than the top, by a plane laid through it.

    Lamps and lettering far from the middle of the values do not pull at it.
    """
    if min(lightness.shape) < 4:
        return 0.0, 0.0
    low, high = np.percentile(lightness, (5, 95))
    v, u = (axis - axis.mean() for axis in np.mgrid[: lightness.shape[0], : lightness.shape[1]].astype(np.float64))
    values = np.clip(lightness, low, high)
    span_u, span_v = lightness.shape[1] - 1, lightness.shape[0] - 1
    return float((u * values).sum() / (u * u).sum() * span_u), float((v * values).sum() / (v * v).sum() * span_v)


def _tint(small: F32, lightness: F32) -> tuple[float, float, float]:
    lit = small[lightness >= np.percentile(lightness, 80)].mean(0)
    grey = max(float(lit.mean()), 1e-3)
    r, g, b = (float(np.clip(c / grey, 0.8, 1.25)) for c in lit)
    return r, g, b


def relight(subject: F32, alpha: F32, light: SceneLight, strength: float) -> F32:
    """Return the subject [h,w,3] with the light's side brighter and the other darker, soft over its whole width.

    Half of it runs across the subject, half follows its roundness, guessed from its outline [h,w]. Highlights keep
    their drawing: what is lightened nears white but does not reach it.
    """
    amount = np.float32(min(max(strength, 0.0), 1.0) * light.clarity)
    if amount <= 0:
        return subject
    facing = _facing(alpha, radians(light.angle_deg))
    towards, away = np.maximum(facing, 0)[..., None], np.maximum(-facing, 0)[..., None]
    lit = 1 - (1 - subject) ** np.exp2(_BRIGHTER * amount * towards)
    lit *= 1 - np.float32(_DARKER) * amount * away
    lit *= 1 + (np.array(light.tint, np.float32) - 1) * (0.5 * amount * towards)
    return np.clip(lit, 0, 1).astype(np.float32)


def _facing(alpha: F32, angle: float) -> F32:
    """Return how much each place [h,w] faces the light, -1..1."""
    height, width = alpha.shape
    reach = max((height * width) ** 0.5, 1.0)
    shrink = max(reach / 160, 1.0)  # soft as it is, it is made small
    small = cv2.resize(
        alpha, (max(round(width / shrink), 1), max(round(height / shrink), 1)), interpolation=cv2.INTER_AREA
    )
    v, u = np.mgrid[-1 : 1 : small.shape[0] * 1j, -1 : 1 : small.shape[1] * 1j].astype(np.float32)
    across = (u * cos(angle) + v * sin(angle)) / np.float32(abs(cos(angle)) + abs(sin(angle)))
    sigma = max(0.09 * reach / shrink, 0.5)
    pad = round(3 * sigma)  # nothing stands beyond the picture, so its edges are outlines too
    body = cv2.GaussianBlur(cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT), (0, 0), sigma)
    dx, dy = (cv2.Sobel(body, cv2.CV_32F, *axis)[pad:-pad, pad:-pad] for axis in ((1, 0), (0, 1)))
    rounded = -(dx * np.float32(cos(angle)) + dy * np.float32(sin(angle)))
    rounded /= max(float(np.abs(rounded).max()), 1e-3)
    facing = cv2.resize(
        (0.5 * across + 0.5 * rounded).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return np.clip(facing, -1, 1)
