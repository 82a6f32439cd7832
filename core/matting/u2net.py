"""The U²-Net family (u2net, u2netp, silueta): the subject of a picture from looks at 256 and 320 pixels.

OpenCV reads the network; PyTorch runs it where it is loaded already, which takes half the time, else OpenCV does.

Source: X. Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection", Pattern
Recognition 2020. Pictures go in as they did in training (largest value 1, then ImageNet's mean and deviation), but
in their own shape: the network takes every size in steps of 32, and nothing is squeezed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from ..raster.scaling import reduced
from . import person_finder, protected
from .click_choice import Choice, all_chosen, cell_px
from .hints import Hints, corrected
from .networks import Network
from .refinement import refine
from .two_looks import Look, Looks, look_twice, with_lost

Array = NDArray[Any]  # float32, or what an operation widens it to

_STEP = 32
_WORK_SIDE = 1600
_OF_PEOPLE = 0.3  # share of the people on a picture that the subject has to hold to be them
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)


class NetworkRunner(Protocol):
    """What runs a network: OpenCV or PyTorch."""

    def first(self, picture: Array, /) -> Array:
        """Return the first output [1,h,w] for a picture [h,w,3]."""


def find(
    network: Network, rgb: Array, progress: Callable[[float], None] | None = None, hints: Hints | None = None
) -> tuple[Array, float]:
    """Return the subject's alpha [H,W], and how far two looks agree on it, 0..1.

    Args:
        network: A U²-Net read from its ONNX file.
        rgb: float32 [H,W,3] in 0..1.
        progress: Called with the share done.
        hints: What a person said of the picture.

    Raises:
        FitAdError: OpenCV cannot run the network.
    """
    report = progress or (lambda share: None)
    small = reduced(rgb, _WORK_SIDE)
    scale = max(small.shape[:2]) / max(rgb.shape[:2])
    looks = _looks(small, asking(network), lambda share: report(0.8 * share), hints.choices if hints else ())
    if hints is not None:
        looks = looks._replace(alpha=corrected(looks.alpha, small, hints))
    if not looks.alpha.any():
        return np.zeros(rgb.shape[:2], np.float32), 0.0
    alpha = cv2.resize(looks.alpha, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return refine(alpha, rgb, looks.cell_px / scale), looks.agreement


def asking(network: Network) -> Look:
    """Return what asks a network about a picture, by the fastest runner at hand."""
    runner = _fastest(network)
    return lambda part, side: salient(runner, part, side)


def _looks(rgb: Array, look: Look, progress: Callable[[float], None], choices: Sequence[Choice]) -> Looks:
    if choices:
        return Looks(all_chosen(rgb, choices, look), 1.0, cell_px(rgb, choices))
    looks = look_twice(rgb, look, progress)
    return _with_people(looks, rgb) if looks.alpha.any() else looks


def _fastest(network: Network) -> NetworkRunner:
    if "torch" not in sys.modules:
        return network
    return _by_torch(network) or network


@lru_cache(maxsize=1)
def _by_torch(network: Network) -> NetworkRunner | None:
    from .u2net_torch import by_torch

    return by_torch(network)


def _with_people(looks: Looks, rgb: Array) -> Looks:
    """Return the looks with the arms and legs that they lost of people who are the subject."""
    faces = protected.find_faces(rgb, protected.SURE_FACE)
    outline = protected.people(rgb, faces) if faces else np.zeros_like(looks.alpha)
    if float(np.minimum(outline, looks.alpha).sum()) <= _OF_PEOPLE * float(outline.sum()):
        return looks
    outline = outline * person_finder.possible(rgb.shape[:2], [face.box for face in faces])
    return looks._replace(alpha=with_lost(outline, looks.alpha, looks.alpha))


def salient(network: NetworkRunner, rgb: Array, side: int) -> Array:
    """Return how surely each place belongs to the subject, float32 [h,w] 0..1 at the network's own size.

    Args:
        network: A U²-Net.
        rgb: float32 [H,W,3] in 0..1.
        side: Longer side in pixels of what the network sees.

    Raises:
        FitAdError: OpenCV cannot run the network.
    """
    small = cv2.resize(rgb, _seen(rgb.shape[:2], side), interpolation=cv2.INTER_AREA)
    brightest = max(float(small.max()), 1e-6)
    return np.clip(network.first((small / brightest - _MEAN) / _DEVIATION)[0], 0, 1)


def _seen(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return width and height of the picture that the network sees."""
    scale = side / max(shape)
    height, width = (max(round(length * scale / _STEP), 2) * _STEP for length in shape[:2])
    return width, height
