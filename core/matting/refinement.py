"""From a coarse answer to an alpha that follows the picture, hair and all.

What is surely subject and surely ground stays; in between the alpha settles where three things agree: that it is a
linear function of the colours in each small window (Levin's matting Laplacian, applied as a guided filter), that each
colour is a mixture of the subject's and the ground's colours near it, and the coarse answer, which counts the more the
less the colours tell. It is worked out on a reduced copy; the linear functions carry it to the full size. Where neither
colours nor a wide, vague answer speak for hair or fur, the edge is made as crisp as that of a solid thing.

Source: A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image Matting", TPAMI 2008; K. He,
J. Sun, X. Tang, "Fast Matting Using Large Kernel Matting Laplacian Matrices", CVPR 2010 (the Laplacian as box
filters); J. Wang, M. Cohen, "Optimized Color Sampling for Robust Matting", CVPR 2007 (the mixture and its trust).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .guided import GuidedFilter, dot, laid_on

Array = NDArray[Any]  # float32, or what an operation widens it to

SIDE = 480
_WINDOW_PX = 2
_EPSILON = 1e-4
_ROUNDS = 8
_SURE_SUBJECT = 0.94
_SURE_GROUND = 0.06
_PRIOR = 0.02  # weight of the coarse answer where the mixture is fully trusted
_PRIOR_ALONE = 0.3  # what is added to it where the mixture tells nothing
_MIXTURE = 0.3  # weight of the mixture where it is fully trusted
_APART = 0.03  # squared distance of the two colours at which the mixture is trusted by half
_MISS = 0.12  # how far off a colour may be from every mixture of the two
_REACH = ((1.5, 1.0), (4.5, 0.05), (13.5, 0.002))  # of colours: sigma in cells of the answer, weight
_SIGMA_PX = 2.0
_HAIR_CELLS = 1.0  # half the width, in cells, from which a vague answer speaks for hair
_SOLID = (0.5, 0.95)  # trust from which a soft edge may stay soft, and stays wholly so
_HAIRY = (0.1, 0.35)  # the same for hair
_FAR_PX = 1e4
_SMOOTH_PX = 1.2
_LEAST_SLOPE = 0.004
_TRIM = 0.03  # what filtering leaves of the two ends


class _Known(NamedTuple):
    """float32 [h,w], 1 where a place is surely subject and surely ground, and bool [h,w] where it is neither."""

    subject: Array
    ground: Array
    open: Array


def refine(answer: Array, rgb: Array, cell_px: float, side: int = SIDE) -> Array:
    """Return the alpha [H,W] of a picture.

    Args:
        answer: float32 [H,W], the coarse answer at the picture's size.
        rgb: float32 [H,W,3].
        cell_px: Size of the answer's own pixels in those of the picture.
        side: Longer side in pixels of the reduced copy.
    """
    height, width = answer.shape
    scale = min(1.0, side / max(height, width))
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small, coarse = (_reduced(plane, size) for plane in (rgb, answer))
    cell = max(cell_px * scale, 0.5)
    known = _known(coarse, cell)
    if not known.open.any():
        return answer
    mixture = _mixture(small, known, cell)
    settled, window = _settled(coarse, small, known, mixture)
    alpha = laid_on(rgb, *window.model(settled))
    alpha = np.clip((alpha - _TRIM) / (1 - 2 * _TRIM), 0, 1)
    soft = _enlarged(np.maximum(_softness(coarse, known, mixture.trust, cell), known.open == 0), (width, height))
    crisp = _crisp(alpha)
    return crisp + soft * (alpha - crisp)


def _reduced(plane: Array, size: tuple[int, int]) -> Array:
    return plane if plane.shape[1::-1] == size else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _known(coarse: Array, cell: float) -> _Known:
    radius = max(int(np.ceil(0.7 * cell)), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    subject = cv2.erode((coarse > _SURE_SUBJECT).astype(np.uint8), kernel)
    ground = cv2.erode((coarse < _SURE_GROUND).astype(np.uint8), kernel)
    return _Known(subject.astype(np.float32), ground.astype(np.float32), (subject | ground) == 0)


class _Mixture(NamedTuple):
    """float32 [h,w]: what share of the subject's colour near it each pixel holds, and how far that is to be trusted."""

    share: Array
    trust: Array


def _settled(coarse: Array, small: Array, known: _Known, mixture: _Mixture) -> tuple[Array, GuidedFilter]:
    prior = _PRIOR + _PRIOR_ALONE * (1 - mixture.trust)
    pull = prior + _MIXTURE * mixture.trust
    aim = prior * coarse + _MIXTURE * mixture.trust * mixture.share
    window = GuidedFilter(small, _WINDOW_PX, _EPSILON)
    alpha = np.where(known.open, coarse, known.subject).astype(np.float32)
    for _ in range(_ROUNDS):
        new = np.clip((window.apply(alpha) + aim) / (1 + pull), 0, 1)
        alpha = np.where(known.open, new, alpha)
    return alpha, window


def _mixture(small: Array, known: _Known, cell: float) -> _Mixture:
    subject, ground = (_spread(small, part, cell) for part in (known.subject, known.ground))
    between, off = subject - ground, small - ground
    apart = dot(between, between)
    share = dot(off, between) / np.maximum(apart, 1e-4)
    held = np.clip(share, 0, 1)
    rest = off - cv2.merge([held] * 3) * between
    miss = dot(rest, rest) / _MISS**2
    return _Mixture(held, apart / (apart + _APART) * np.exp(-miss - ((share - held) / 0.5) ** 2))


def _softness(coarse: Array, known: _Known, trust: Array, cell: float) -> Array:
    """Return [h,w], how far the edge may stay soft: where colours are to be trusted, and half of that for hair."""
    box = (5, 5)
    open_ = known.open.astype(np.float32)
    near = cv2.blur(trust * open_, box) / np.maximum(cv2.blur(open_, box), 1e-3)
    vague = np.minimum(
        cv2.distanceTransform(((coarse > 0.1) & (coarse < 0.9)).astype(np.uint8), cv2.DIST_L2, 5), _FAR_PX
    )
    reach = int(4 * cell) | 1
    widest = cv2.dilate(vague, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    hair = np.clip(_blurred(widest, 2 * cell) / (_HAIR_CELLS * cell) - 1, 0, 1)
    return np.maximum(_ramp(near, *_SOLID), hair * _ramp(near, *_HAIRY))


def _ramp(value: Array, low: float, high: float) -> Array:
    return np.clip((value - low) / (high - low), 0, 1)


def _crisp(alpha: Array) -> Array:
    """Return the alpha with its edge, where it passes one half, one pixel wide."""
    smooth = cv2.GaussianBlur(alpha, (0, 0), _SMOOTH_PX)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    slope = np.maximum(cv2.magnitude(across, down) / 8, _LEAST_SLOPE)
    return np.clip((smooth - 0.5) / slope + 0.5, 0, 1)


def _enlarged(plane: Array, size: tuple[int, int]) -> Array:
    plane = np.asarray(plane, np.float32)
    return plane if plane.shape[::-1] == size else cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)


def _spread(small: Array, part: Array, cell: float) -> Array:
    """Return the colours of a part of the picture, spread to everywhere from what is nearest."""
    held = cv2.merge([*cv2.split(cv2.multiply(small, cv2.merge([part] * 3))), part])  # colours and their weight
    total = np.zeros_like(held)
    for sigma, share in _REACH:
        total += share * _blurred(held, sigma * cell)
    return total[..., :3] / (total[..., 3:] + np.float32(1e-6))


def _blurred(plane: Array, sigma: float) -> Array:
    """Return a Gaussian blur; a wide one of a reduced copy."""
    step = int(sigma // _SIGMA_PX)
    if step < 2 or min(plane.shape[:2]) < 4 * step:
        return cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    size = -(-plane.shape[1] // step), -(-plane.shape[0] // step)
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(small, plane.shape[1::-1], interpolation=cv2.INTER_LINEAR)
