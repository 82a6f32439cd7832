"""BEN2's network: five views of a picture in, one mask out.

Source: M. Meyer and J. Spruyt, "BEN: Using Confidence-Guided Matting for Dichotomous Image Segmentation" (2025), and,
for the views, Yu et al., "Multi-view Aggregation Network for Dichotomous Image Segmentation", CVPR 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from . import backbone
from .blocks import InstanceNorm, Operations, conv_block, gelu_, sampled
from .views import Localisation, Refinement, five_views, mosaic

CHANNELS = 128
HIDDEN = 256
HEAD_WIDTH = 384
# Channels that are brought to full size at once: 32 x 1024 x 1024 float32 take 128 MiB.
FULL_SIZE_CHANNELS = 32
# Share of the work of each part, in units of one transformer block.
COST = {"sides": 2, "refine4": 0.3, "refine3": 0.7, "refine2": 6.5, "refine1": 6.5, "head": 8, "full": 6}


class Upsampling(nn.Sequential):
    """Nearest 2x, convolution 3 × 3, instance norm and GELU, for some of the output channels at a time.

    Repeated pixels make two of three taps fall on the same value: each of the four pixels that a pixel becomes is a
    2 × 2 convolution at the small size, with 4/9 of the products.
    """

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__(operations.Conv2d(channels, channels, 3, padding=1, **factory))
        self.norm = InstanceNorm()

    def forward(self, x: Tensor, first: int, last: int) -> Tensor:
        """Return the output channels ``first`` to ``last`` - 1, [1,last-first,2h,2w], of a map [1,C,h,w]."""
        # The bias is a constant per channel, which the norm takes away.
        kernels = corner_kernels(self[0].weight[first:last].to(x))
        corners = functional.conv2d(x, kernels.flatten(0, 1), padding=1)
        return gelu_(self.norm(interleaved(corners, last - first)))


def corner_kernels(weight: Tensor) -> Tensor:
    """Return [4,D,C,2,2], what a kernel [D,C,3,3] does on repeated pixels for the corner (0,0), (0,1), (1,0), (1,1)."""

    def folded(w: Tensor, dim: int) -> list[Tensor]:
        a, b, c = w.unbind(dim)
        return [torch.stack([a, b + c], dim), torch.stack([a + b, c], dim)]

    return torch.stack([kernel for rows in folded(weight, 2) for kernel in folded(rows, 3)])


def interleaved(corners: Tensor, count: int) -> Tensor:
    """Return [1,D,2h,2w] of the corners' maps [1,4D,h+1,w+1]; the map of an upper or left corner starts at 0."""
    h, w = corners.shape[-2] - 1, corners.shape[-1] - 1
    out = torch.empty(
        (1, count, 2 * h, 2 * w), dtype=corners.dtype, device=corners.device, memory_format=torch.channels_last
    )
    for i, part in enumerate(corners.split(count, dim=1)):
        y, x = divmod(i, 2)
        out[..., y::2, x::2] = part[..., y : y + h, x : x + w]
    return out


def sampled_convolution(conv: nn.Module, picture: Tensor, step: int) -> Tensor:
    """Return a 3 × 3 convolution of the picture, sampled bilinearly to 1/step of its size (step 2 or 4).

    Such a sample is the mean of four neighbours, hence a 4 × 4 convolution: the full-size map is never made.
    """
    weight = conv.weight.to(picture)
    kernel = sum(functional.pad(weight, (x, 1 - x, y, 1 - y)) for y in (0, 1) for x in (0, 1)) / 4
    return functional.conv2d(picture, kernel, conv.bias.to(picture), stride=step, padding=1 if step == 2 else 0)


class Ben2(nn.Module):
    """BEN_Base without its training heads.

    Args:
        operations: A namespace with Linear, Conv2d and LayerNorm that take ``device`` and ``dtype``.
        device: Where the parameters are made; "meta" makes none.
        dtype: Type of the parameters.
    """

    def __init__(
        self,
        operations: Operations = nn,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        factory = {"device": device, "dtype": dtype}
        self.backbone = backbone.Backbone(operations, **factory)
        widths = [backbone.WIDTH, *(backbone.WIDTH * 2**i for i in range(4))]
        for i, width in enumerate(widths, 1):
            self.add_module(f"output{i}", conv_block(operations, width, CHANNELS, **factory))
        self.multifieldcrossatt = Localisation(CHANNELS, HIDDEN, operations, **factory)
        for i in range(1, 5):
            self.add_module(f"conv{i}", conv_block(operations, CHANNELS, CHANNELS, **factory))
            self.add_module(f"dec_blk{i}", Refinement(CHANNELS, HIDDEN, operations, **factory))
        self.insmask_head = nn.Sequential(
            *conv_block(operations, CHANNELS, HEAD_WIDTH, **factory),
            *conv_block(operations, HEAD_WIDTH, HEAD_WIDTH, **factory),
            operations.Conv2d(HEAD_WIDTH, CHANNELS, 3, padding=1, **factory),
        )
        self.shallow = nn.Sequential(operations.Conv2d(3, CHANNELS, 3, padding=1, **factory))
        self.upsample1 = Upsampling(CHANNELS, operations, **factory)
        self.upsample2 = Upsampling(CHANNELS, operations, **factory)
        self.output = nn.Sequential(operations.Conv2d(CHANNELS, 1, 3, padding=1, **factory))

    def forward(self, pictures: Tensor, progress: Callable[[float], None] | None = None) -> Tensor:
        """Return the masks [B,1,H,W] 0..1 of normalised pictures [B,3,H,W]; sides are multiples of 128.

        At these the views' coarsest maps are even.

        ``progress`` is told the share done, 0..1.
        """
        work = WorkCounter(progress, len(pictures))
        return torch.cat([torch.sigmoid(self._logits(picture[None], work)) for picture in pictures])

    def _logits(self, picture: Tensor, work: WorkCounter) -> Tensor:
        x = self.insmask_head(self._decoded(picture, work))
        work.done("head")
        x += sampled_convolution(self.shallow[0], picture, 4)
        x = torch.cat([self.upsample1(x, *part) for part in _parts(x.shape[1])], dim=1)
        x += sampled_convolution(self.shallow[0], picture, 2)
        logits = self._full_size(x)
        work.done("full")
        return logits

    def _decoded(self, picture: Tensor, work: WorkCounter) -> Tensor:
        """Return the decoder's map [1,C,H/4,W/4]."""
        features = self.backbone(five_views(picture), work.block)
        sides = [self.get_submodule(f"output{i}")(features.pop()) for i in range(5, 0, -1)]
        work.done("sides")
        x = self.multifieldcrossatt(sides[0])
        for i in range(4, 0, -1):
            side = sides[5 - i]
            side += sampled(x, side.shape[-2:])
            x = self.get_submodule(f"conv{i}")(self.get_submodule(f"dec_blk{i}")(side))
            work.done(f"refine{i}")
        whole = mosaic(x[:4])
        whole += sampled(x[4:], whole.shape[-2:])
        return whole

    def _full_size(self, x: Tensor) -> Tensor:
        """Return the logits [1,1,2h,2w] of [1,C,h,w], summed over groups of channels."""
        weight = self.output[0].weight.to(x)
        logits = self.output[0].bias.to(x).view(1, 1, 1, 1)
        for first, last in _parts(x.shape[1]):
            logits = logits + functional.conv2d(self.upsample2(x, first, last), weight[:, first:last], padding=1)
        return logits


def _parts(channels: int) -> list[tuple[int, int]]:
    return [(first, first + FULL_SIZE_CHANNELS) for first in range(0, channels, FULL_SIZE_CHANNELS)]


class WorkCounter:
    """Counts the work done on a number of pictures and reports the share."""

    def __init__(self, progress: Callable[[float], None] | None, pictures: int) -> None:
        self._progress = progress
        self._total = pictures * (sum(backbone.DEPTHS) + sum(COST.values()))
        self._spent = 0.0

    def block(self) -> None:
        """Count one transformer block."""
        self._add(1.0)

    def done(self, part: str) -> None:
        """Count a part named in COST."""
        self._add(COST[part])

    def _add(self, cost: float) -> None:
        self._spent += cost
        if self._progress is not None:
            self._progress(min(self._spent / self._total, 1.0))
