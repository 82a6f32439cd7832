"""U²-Net by PyTorch, from the weights that OpenCV reads: in about half of OpenCV's time, to within 4e-5.

ComfyUI has PyTorch loaded already; where it is not, OpenCV runs the network itself (see :mod:`.u2net`).

Source: X. Qin et al., "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection", Pattern
Recognition 2020 (blocks RSU-7 to RSU-4, RSU-4F, and how they hang together).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from .networks import Network

_DEPTHS = (7, 6, 5, 4, 0, 0, 0, 4, 5, 6, 7)  # of the blocks, encoder then decoder; 0: RSU-4F, which keeps its size
_SIDES = 6
_CONVOLUTIONS = 119


class _Convolution(NamedTuple):
    weight: Tensor
    bias: Tensor

    def on(self, plane: Tensor, dilation: int = 1) -> Tensor:
        return functional.conv2d(plane, self.weight, self.bias, padding=dilation, dilation=dilation)


class U2Net:
    """A U²-Net of any width.

    Args:
        convolutions: Weight and bias of all 119, in the order in which they run, batch norm folded in.
    """

    def __init__(self, convolutions: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> None:
        layout = torch.channels_last
        self._convolutions = [
            _Convolution(torch.from_numpy(weight).contiguous(memory_format=layout), torch.from_numpy(bias.ravel()))
            for weight, bias in convolutions
        ]

    def first(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return [1,h,w], how surely each place belongs to the subject, for a picture [h,w,3] as in training."""
        with torch.inference_mode():
            plane = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]  # HWC -> BCHW
            return torch.sigmoid(self._whole(plane))[0].numpy()

    def _whole(self, plane: Tensor) -> Tensor:
        left = iter(self._convolutions)
        kept: list[Tensor] = []
        for depth in _DEPTHS[:6]:
            kept.append(_block(plane, depth, left))
            plane = _halved(kept[-1])
        outs = [kept.pop()]
        for depth in _DEPTHS[6:]:
            skip = kept.pop()
            outs.append(_block(torch.cat((_like(outs[-1], skip), skip), 1), depth, left))
        sides = [_narrow(next(left), out) for out in reversed(outs)]
        joined = torch.cat([_like(side, sides[0]) for side in sides], 1)
        last = next(left)
        return functional.conv2d(joined, last.weight, last.bias)


def by_torch(network: Network) -> U2Net | None:
    """Return the U²-Net of a network that OpenCV has read, None where it is another kind of network."""
    found = network.convolutions()
    return U2Net(found) if len(found) == _CONVOLUTIONS else None


def _block(plane: Tensor, depth: int, left: Iterator[_Convolution]) -> Tensor:
    entry = _active(next(left), plane)
    return entry + (_pyramid(entry, depth, left) if depth else _dilated(entry, left))


def _pyramid(plane: Tensor, depth: int, left: Iterator[_Convolution]) -> Tensor:
    kept = [_active(next(left), plane)]
    for _ in range(depth - 2):
        kept.append(_active(next(left), _halved(kept[-1])))
    plane = _active(next(left), kept[-1], 2)
    for skip in reversed(kept):
        plane = _active(next(left), torch.cat((_like(plane, skip), skip), 1))
    return plane


def _dilated(plane: Tensor, left: Iterator[_Convolution]) -> Tensor:
    kept = []
    for dilation in (1, 2, 4):
        plane = _active(next(left), plane, dilation)
        kept.append(plane)
    plane = _active(next(left), plane, 8)
    for dilation, skip in zip((4, 2, 1), reversed(kept), strict=True):
        plane = _active(next(left), torch.cat((plane, skip), 1), dilation)
    return plane


def _active(convolution: _Convolution, plane: Tensor, dilation: int = 1) -> Tensor:
    return convolution.on(plane, dilation).relu_()


def _narrow(convolution: _Convolution, plane: Tensor) -> Tensor:
    return convolution.on(plane)


def _halved(plane: Tensor) -> Tensor:
    return functional.max_pool2d(plane, 2, 2, ceil_mode=True)


def _like(plane: Tensor, other: Tensor) -> Tensor:
    if plane.shape[2:] == other.shape[2:]:
        return plane
    return functional.interpolate(plane, size=other.shape[2:], mode="bilinear", align_corners=False)
