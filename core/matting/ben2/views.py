"""A picture as five views, four quarters and the whole, and how the views inform each other.

Quarters come in the order top left, top right, bottom left, bottom right; the whole picture is last.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import CrossAttention, Operations, maps, mlp, sampled, tokens

POOL_RATIOS_WHOLE = (1, 4, 8)
POOL_RATIOS_QUARTER = (2, 4, 8)


def quarters(x: Tensor) -> list[Tensor]:
    """Return the four quarters of [...,H,W] (views of the same memory)."""
    h, w = x.shape[-2] // 2, x.shape[-1] // 2
    return [x[..., top : top + h, left : left + w] for top in (0, h) for left in (0, w)]


def mosaic(x: Tensor) -> Tensor:
    """Return the quarters [4,C,h,w] put together to [1,C,2h,2w]."""
    _, channels, h, w = x.shape
    whole = torch.empty((1, channels, 2 * h, 2 * w), dtype=x.dtype, device=x.device, memory_format=torch.channels_last)
    for place, quarter in zip(quarters(whole), x, strict=True):
        place.copy_(quarter[None])
    return whole


def five_views(picture: Tensor) -> Tensor:
    """Return [5,3,H/2,W/2] of a picture [1,3,H,W]."""
    half = (picture.shape[-2] // 2, picture.shape[-1] // 2)
    return torch.cat([*quarters(picture), sampled(picture, half)])


def pooled(x: Tensor, size: tuple[int, int], ratios: tuple[int, ...]) -> list[Tensor]:
    """Return [1,C,H,W] averaged to ``size`` over each ratio, rounded half to even; sizes of nothing are left out."""
    sizes = [(round(size[0] / ratio), round(size[1] / ratio)) for ratio in ratios]
    return [functional.adaptive_avg_pool2d(x, s) for s in sizes if min(s) > 0]


def flat(x: Tensor) -> Tensor:
    """Return [1,C,H,W] as tokens [H*W,C]."""
    return tokens(x).reshape(-1, x.shape[1])


def position_code(x: Tensor) -> Tensor:
    """Return the position code [C,H,W] for maps [...,C,H,W]: the first half of the channels from the row.

    Coordinates run over one turn; sine and cosine alternate at frequencies 10000^(-i/(C/4)).
    """
    channels, h, w = x.shape[-3:]
    quarter = channels // 4
    steps = torch.arange(quarter, dtype=torch.float32, device=x.device)
    scale = 10000.0 ** (-steps / quarter)

    def waves(count: int) -> Tensor:
        along = torch.arange(count, dtype=torch.float32, device=x.device)
        phase = ((along + 0.5) / (count + 1e-6) * 2 * math.pi)[:, None] * scale
        return torch.stack([phase.sin(), phase.cos()], dim=-1).flatten(1).T  # [C/2,count]

    rows = waves(h)[:, :, None].expand(-1, -1, w)
    columns = waves(w)[:, None, :].expand(-1, h, -1)
    return torch.cat([rows, columns]).to(x.dtype)


class Localisation(nn.Module):
    """The whole picture reads the pooled quarters, then each quarter reads its part of the whole (MCLM)."""

    def __init__(self, channels: int, hidden: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.attention = nn.ModuleList(CrossAttention(channels, operations, **factory) for _ in range(5))
        self.linear1 = operations.Linear(channels, hidden, **factory)
        self.linear2 = operations.Linear(hidden, channels, **factory)
        self.linear3 = operations.Linear(channels, hidden, **factory)
        self.linear4 = operations.Linear(hidden, channels, **factory)
        self.norm1 = operations.LayerNorm(channels, **factory)
        self.norm2 = operations.LayerNorm(channels, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Return the refreshed views [5,C,h,w]."""
        shape = tokens(x[:1]).shape
        whole = maps(self._whole(x).reshape(shape))
        read = [self._quarter(i, x[i : i + 1], part) for i, part in enumerate(quarters(whole))]
        return torch.cat([*(maps(quarter.reshape(shape)) for quarter in read), whole])

    def _whole(self, x: Tensor) -> Tensor:
        size = (x.shape[-2], x.shape[-1])
        pools = pooled(mosaic(x[:4]), size, POOL_RATIOS_WHOLE)
        values = torch.cat([flat(pool) for pool in pools])
        keys = torch.cat([flat(pool + position_code(pool)) for pool in pools])
        whole = x[4:]
        seen = self.attention[0](flat(whole + position_code(whole)), keys, values)
        result = self.norm1(flat(whole) + seen)
        return self.norm2(result + mlp(result, self.linear1, self.linear2))

    def _quarter(self, index: int, quarter: Tensor, part: Tensor) -> Tensor:
        query, known = flat(quarter), flat(part)
        result = self.norm1(query + self.attention[index + 1](query, known, known))
        return self.norm2(result + mlp(result, self.linear3, self.linear4))


class Refinement(nn.Module):
    """Each quarter, gated by the saliency of the whole, reads its part of the whole and refreshes it (MCRM)."""

    def __init__(self, channels: int, hidden: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.attention = nn.ModuleList(CrossAttention(channels, operations, **factory) for _ in range(4))
        self.linear3 = operations.Linear(channels, hidden, **factory)
        self.linear4 = operations.Linear(hidden, channels, **factory)
        self.norm1 = operations.LayerNorm(channels, **factory)
        self.norm2 = operations.LayerNorm(channels, **factory)
        self.sal_conv = operations.Conv2d(channels, 1, 1, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Refresh the views [5,C,h,w] in place, one after another, and return them."""
        whole = x[4:]
        gate = functional.interpolate(torch.sigmoid(self.sal_conv(whole)), scale_factor=2, mode="nearest")
        for i, (open_by, part) in enumerate(zip(quarters(gate), quarters(whole), strict=True)):
            x[i] = self._quarter(i, x[i : i + 1] * open_by, part, (x.shape[-2], x.shape[-1]))
        # Nearest at half size is every second pixel of the mosaic, here of each quarter: its sides are even.
        for part, quarter in zip(quarters(whole), x[:4], strict=True):
            part += quarter[None, :, ::2, ::2]
        return x

    def _quarter(self, index: int, quarter: Tensor, part: Tensor, size: tuple[int, int]) -> Tensor:
        query = flat(quarter)
        known = torch.cat([flat(pool) for pool in pooled(part, size, POOL_RATIOS_QUARTER)])
        result = self.norm1(self.attention[index](query, known, known).add_(query))
        result = self.norm2(mlp(result, self.linear3, self.linear4).add_(result))
        return maps(result.reshape(tokens(quarter).shape))[0]
