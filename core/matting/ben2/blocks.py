"""What the parts of BEN2 share: layout changes, normalisation and the projections.

Maps are [V,C,H,W] in channels-last memory, so that their token form [V,H,W,C] is the same memory. Activations and
residuals are written in place: at 1024 × 1024 a fresh buffer costs more time than the arithmetic on it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

# A namespace with Linear, Conv2d and LayerNorm, such as torch.nn.
Operations = Any
# Tokens that pass through an MLP at once: the hidden layer stays in the cache and below malloc's mmap limit.
MLP_TOKENS = 4096
# Values that are normalised at once, 1 MiB of float32.
NORM_VALUES = 2**18
EPS = 1e-5


def tokens(maps: Tensor) -> Tensor:
    """Return [V,C,H,W] as [V,H,W,C]."""
    return maps.permute(0, 2, 3, 1)


def maps(tokens: Tensor) -> Tensor:
    """Return [V,H,W,C] as [V,C,H,W]."""
    return tokens.permute(0, 3, 1, 2)


def gelu_(x: Tensor) -> Tensor:
    """Apply the exact (erf) GELU in place."""
    return torch.ops.aten.gelu_(x)


def project(layer: nn.Module, x: Tensor) -> Tensor:
    """Return ``layer(x)`` of a linear layer for x [...,C].

    On a CPU a plain torch.nn.Linear runs as a 1 × 1 convolution: oneDNN is up to twice as fast there as the BLAS
    behind a matrix product (measured on AMD, torch 2.13).
    """
    if type(layer) is not nn.Linear or x.device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return layer(x)
    column = x.reshape(1, -1, 1, x.shape[-1]).permute(0, 3, 1, 2)
    out = functional.conv2d(column, layer.weight[:, :, None, None], layer.bias)
    return out.permute(0, 2, 3, 1).reshape(*x.shape[:-1], -1)


def mlp(x: Tensor, first: nn.Module, second: nn.Module) -> Tensor:
    """Return second(GELU(first(x))) for tokens x [...,C]."""
    return project(second, gelu_(project(first, x)))


class InstanceNorm(nn.Module):
    """Instance norm without parameters, statistics always from the data; may write in place."""

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":  # sums over a million pixels want float32 whatever the type of the weights
            return functional.instance_norm(x.float(), eps=EPS).to(x.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        for view in tokens(x).flatten(1, 2):
            _standardise_(view)
        return x


def _standardise_(x: Tensor) -> None:
    """Bring every channel of the tokens [n,C] to mean 0 and variance 1, in place.

    Goes part by part in the cache, with the sums of the parts in float64: a single float32 sum over the pixels of a
    full-size map (as in functional.batch_norm on channels-last memory) is off by 1e-5.
    """
    count, channels = x.shape
    parts = x.split(max(1, NORM_VALUES // channels))
    x_mean = torch.stack([part.sum(0, dtype=torch.float32) for part in parts]).double().sum(0) / count
    for part in parts:
        part -= x_mean.to(x.dtype)
    variance = torch.stack([part.float().square().sum(0) for part in parts]).double().sum(0) / count
    for part in parts:
        part *= (variance + EPS).rsqrt().to(x.dtype)


class Gelu(nn.Module):
    """The exact GELU, in place."""

    def forward(self, x: Tensor) -> Tensor:
        return gelu_(x)


def conv_block(operations: Operations, channels: int, width: int, **factory: Any) -> nn.Sequential:
    """Return Conv 3 × 3, instance norm, GELU."""
    return nn.Sequential(operations.Conv2d(channels, width, 3, padding=1, **factory), InstanceNorm(), Gelu())


class CrossAttention(nn.Module):
    """Attention of one head over all channels, with packed query, key and value projections."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.in_proj_weight = nn.Parameter(torch.empty(3 * channels, channels, **factory))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * channels, **factory))
        self.out_proj = operations.Linear(channels, channels, **factory)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Return what the query tokens [n,C] read from the tokens key and value [m,C]."""
        weights = self.in_proj_weight.to(query).chunk(3)
        biases = self.in_proj_bias.to(query).chunk(3)
        q, k, v = (
            functional.linear(x, w, b)[None, None] for x, w, b in zip((query, key, value), weights, biases, strict=True)
        )
        return project(self.out_proj, functional.scaled_dot_product_attention(q, k, v)[0, 0])


def sampled(maps: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the maps at another size: bilinear, half-pixel centres, no antialias."""
    if tuple(maps.shape[-2:]) == tuple(size):
        return maps
    return functional.interpolate(maps, size=size, mode="bilinear", align_corners=False)
