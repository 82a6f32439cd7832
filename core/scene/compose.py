"""A cut-out on a background: where it stands, its shadow and reflection, its edge, and a logo."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from ..errors import FitAdError
from ..raster.box import Box
from . import grading
from .logos import LogoOptions, with_logo
from .reflection import reflection
from .relight import light_of, relight
from .shadows import Pose, pose_of, shadow
from .subject import F32, Array, FrameCuts, frame_cuts, leaving, resampled, rgba_of, sound, subject_box
from .subject_placement import POSITIONS, PlacementRequest, floor_of, horizon_of, place

__all__ = ["POSITIONS", "ComposeOptions", "Composed", "FrameCuts", "LogoOptions", "compose", "place", "pose_in"]

_log = logging.getLogger("fit_ad.compose")
_FADE_SHARE = 0.09  # a cut line that cannot leave the canvas fades out over this much of the subject
_BAND_SHARE = 0.02  # width of the edge band in shares of the canvas's shorter side
_MAX_SIDE_PX = 16384  # of a placed subject, so that a small cut-out at a large scale does not take all memory


@dataclass(frozen=True)
class ComposeOptions(PlacementRequest):
    """How to compose.

    Attributes:
        position: One of ``POSITIONS``; ``xy`` puts the subject's centre at ``x_pct``, ``y_pct``.
        scale: Share of the canvas that the subject fills in the direction that binds; 0 chooses.
        x_pct: Percent of the canvas width.
        y_pct: Percent of the canvas height.
        shadow: Strength 0..1.
        shadow_angle_deg: Where the shadow falls, clockwise from the right.
        edge_blend_px: How far the outline is eased inwards.
        color_match: How far colours lean towards the scene, 0..1.
        sharpen: Unsharp mask, 0..2.
        lock: Keep the subject's own pixels inside the edge; whatever changes colours then reaches the edge only.
        shadow_softness: 0 hard sun, 1 a studio's large light, 2 an overcast sky.
        reflection: Strength of the mirror image in the floor, 0..1.
        reflection_length: Share of the subject's height over which that fades, 0..1.
        relight: How far the scene's light falls on the subject, 0..1.
        brightness: -1..1, of the subject; 0 changes nothing. Not while ``lock`` is on.
        contrast: -1..1, of the subject; 0 changes nothing. Not while ``lock`` is on.
    """

    shadow: float = 0.6
    shadow_angle_deg: float = 35.0
    edge_blend_px: float = 1.5
    color_match: float = 0.3
    sharpen: float = 0.0
    lock: bool = True
    shadow_softness: float = 1.0
    reflection: float = 0.0
    reflection_length: float = 0.4
    relight: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0


@dataclass(frozen=True)
class Composed:
    """``image`` [H,W,3], ``mask`` [H,W] of the subject, ``edge_band`` [H,W] (0 or 1) around its edge, ``box`` in px.

    A logo and the space kept clear around it belong to the mask too; ``logo`` is its box, without that space.
    """

    image: F32
    mask: F32
    edge_band: F32
    box: Box
    logo: Box | None = None


def compose(
    background: Array,
    cutout: Array,
    options: ComposeOptions | None = None,
    mask: Array | None = None,
    logo: Array | None = None,
    logo_wish: LogoOptions | None = None,
) -> Composed:
    """Return the cut-out placed on the background.

    Args:
        background: [H,W,1..4] 0..1; its size is the size of the result, what is transparent in it becomes white.
        cutout: [h,w,4] 0..1 straight alpha, or [h,w,3] with ``mask``.
        options: How.
        mask: [h,w] 0..1, used when the cut-out has no alpha or an alpha that hides nothing.
        logo: [h,w,3 or 4] 0..1, put in a corner.
        logo_wish: Which corner, how large, how much clear space.

    Raises:
        FitAdError: No alpha and no mask, an unknown position or corner, or a picture without pixels.
    """
    options = options or ComposeOptions()
    if options.position not in POSITIONS:
        raise FitAdError(f"position is {options.position!r}", fix=f"Use one of: {', '.join(POSITIONS)}")
    if options.lock and (options.brightness or options.contrast):
        _log.warning("brightness and contrast change the product, so they wait until lock is off")
    scene = _opaque(background)
    composed = _placed(scene, rgba_of(cutout, mask), options)
    if logo is None:
        return composed
    image, taken, box = with_logo(composed.image, composed.mask, logo, logo_wish or LogoOptions())
    return Composed(image, taken, composed.edge_band, composed.box, box)


def pose_in(cutout: Array) -> Pose | None:
    """Return how a cut-out [h,w,4] would meet a scene; None where nothing says so (no alpha, or an empty one)."""
    if cutout.shape[-1] != 4 or cutout[..., 3].min() >= 1:
        return None
    alpha = sound(cutout[..., 3])
    found = subject_box(alpha)
    if found is None:
        return None
    return Pose.BLEEDING if any(frame_cuts(alpha, *found)) else pose_of(alpha[found])


def _opaque(background: Array) -> F32:
    """Return a copy [H,W,3] of the background, on white where it is transparent."""
    if not background.size:
        raise FitAdError("The background has no pixels", fix="Connect a picture or Ad Backdrop")
    picture = sound(background)
    rgb = picture[..., :3] if picture.shape[-1] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    if picture.shape[-1] not in (2, 4) or picture[..., -1].min() >= 1:
        return np.array(rgb, np.float32)
    alpha = picture[..., -1:]
    return (rgb * alpha + (1 - alpha)).astype(np.float32)


def _placed(scene: F32, subject: F32, options: ComposeOptions) -> Composed:
    found = subject_box(subject[..., 3])
    if found is None:
        _log.warning("The cut-out is empty, so the background stays as it is")
        return _without(scene, Box(0, 0, 0, 0))
    cuts = frame_cuts(subject[..., 3], *found)
    subject = subject[found]
    ground = floor_of(scene) if options.position == "auto" and not any(cuts) else None
    box = place((scene.shape[1], scene.shape[0]), (subject.shape[1], subject.shape[0]), cuts, options, ground)
    if max(box.width, box.height) > _MAX_SIDE_PX:
        raise FitAdError(
            f"The subject would be {box.width:.0f}×{box.height:.0f} px",
            why=f"scale {options.scale:g} enlarges its {subject.shape[1]}×{subject.shape[0]} px beyond {_MAX_SIDE_PX}",
            fix="Lower scale",
        )
    return _joined(scene, resampled(subject, (int(box.width), int(box.height))), box, cuts, options)


def _without(scene: F32, box: Box) -> Composed:
    empty = np.zeros(scene.shape[:2], np.float32)
    return Composed(scene, empty, empty.copy(), box)


def _joined(scene: F32, layer: F32, box: Box, cuts: FrameCuts, options: ComposeOptions) -> Composed:
    height, width = scene.shape[:2]
    seen = box.slices(height, width)
    if not scene[seen].size:
        return _without(scene, box)
    part = layer[_within(seen[0], box.y), _within(seen[1], box.x)]
    own = part[..., 3]
    if options.position == "auto":
        own = _faded(own, box, (width, height), cuts)
    alpha = grading.softened(own, options.edge_blend_px)
    color = _graded(part, alpha, scene, seen, options)
    mask = np.zeros((height, width), np.float32)
    mask[seen] = alpha
    pose = Pose.BLEEDING if any(leaving(box, (width, height), cuts)) else pose_of(layer[..., 3])
    _grounded(scene, layer, mask, box, pose, options)
    scene[seen] = color * alpha[..., None] + scene[seen] * (1 - alpha[..., None])
    band = grading.ring(mask, _BAND_SHARE * min(height, width))
    return Composed(np.clip(scene, 0, 1, out=scene), mask, band, box)


def _grounded(scene: F32, layer: F32, mask: F32, box: Box, pose: Pose, options: ComposeOptions) -> None:
    """Lay reflection and shadow on the scene."""
    if options.reflection > 0 and pose is not Pose.BLEEDING:
        mirrored = reflection(layer, box, (scene.shape[1], scene.shape[0]), options.reflection_length)
        mirrored *= np.float32(min(options.reflection, 1.0))
        scene *= 1 - mirrored[..., 3:]
        scene += mirrored[..., :3]
    if options.shadow > 0:
        made = shadow(mask, box, pose, options.shadow_angle_deg, options.shadow_softness)
        scene *= (1 - np.float32(options.shadow) * made)[..., None]


def _graded(part: F32, alpha: F32, scene: F32, seen: tuple[slice, slice], options: ComposeOptions) -> F32:
    """Return the subject's colours: matched, lit, toned and sharpened as far as the lock lets them."""
    free = grading.freedom(alpha, options.edge_blend_px + 0.5, options.lock)
    color = part[..., :3]
    where = (free > 0) & (alpha > 0) if options.lock else None
    changed = grading.matched(color, alpha, scene[seen], options.color_match, where)
    if options.relight > 0:
        changed = relight(
            changed, part[..., 3], light_of(scene, options.shadow_angle_deg, horizon_of(scene)), options.relight
        )
    if not options.lock:
        changed = grading.toned(changed, options.brightness, options.contrast)
    if options.sharpen > 0:
        changed = grading.sharpened(changed, part[..., 3], options.sharpen, 1.2)
    return color if changed is color else grading.mixed(color, changed, free)


def _within(seen: slice, start: float) -> slice:
    return slice(seen.start - round(start), seen.stop - round(start))


def _faded(alpha: F32, box: Box, canvas: tuple[int, int], cuts: FrameCuts) -> F32:
    """Return the alpha with cut lines that show faded out."""
    gone = leaving(box, canvas, cuts)
    height, width = alpha.shape
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
    distance = {"top": y, "right": width - 1 - x, "bottom": height - 1 - y, "left": x}
    for side, from_edge in distance.items():
        if getattr(cuts, side) and not getattr(gone, side):
            t = np.clip(from_edge / (_FADE_SHARE * (width if side in ("left", "right") else height)), 0, 1)
            alpha = alpha * (t * t * (3 - 2 * t))
    return alpha
