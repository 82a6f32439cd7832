"""The Swin Transformer that reads BEN2's views (version 1, Base, window 12).

Source: Liu et al., "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows", ICCV 2021.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import MLP_TOKENS, Operations, maps, mlp, project, tokens

WINDOW = 12
SHIFT = 6
PATCH = 4
HEAD_WIDTH = 32
DEPTHS = (2, 2, 18, 2)
WIDTH = 128
APART = -100.0  # added to the logit of two tokens that the shift has brought together from opposite sides


class Windows(NamedTuple):
    """How a map of H × W tokens is cut into windows, padded and, where it applies, shifted.

    Attributes:
        cut: [windows * 144] the token at each place, any token where there is none.
        padding: [p] the places without a token.
        place: [H * W] the place of each token.
        apart: [windows,144,144] what to add to the logits, or None for nothing.
    """

    cut: Tensor
    padding: Tensor
    place: Tensor
    apart: Tensor | None


def windows(height: int, width: int, shift: int, like: Tensor) -> Windows:
    """Return the windows of a map, ``shift`` tokens up and left of the map's grid."""
    rows, columns = _padded(height), _padded(width)
    index = torch.full((rows, columns), -1, dtype=torch.long, device=like.device)
    index[:height, :width] = torch.arange(height * width, device=like.device).view(height, width)
    cut = _cut(index.roll((-shift, -shift), (0, 1))).flatten()
    filled = (cut >= 0).nonzero()[:, 0]
    place = torch.empty(height * width, dtype=torch.long, device=like.device)
    place[cut[filled]] = filled
    apart = _apart(rows, columns, like) if shift else None
    return Windows(cut.clamp(min=0), (cut < 0).nonzero()[:, 0], place, apart)


def _padded(side: int) -> int:
    return -(-side // WINDOW) * WINDOW


def _cut(grid: Tensor) -> Tensor:
    """Return a grid [H,W] as windows [n,144], row by row."""
    h, w = grid.shape[0] // WINDOW, grid.shape[1] // WINDOW
    return grid.view(h, WINDOW, w, WINDOW).permute(0, 2, 1, 3).reshape(h * w, WINDOW * WINDOW)


def _apart(rows: int, columns: int, like: Tensor) -> Tensor:
    """Return [n,144,144], APART where two tokens of a shifted window lie in different regions of the map."""

    def bands(side: int) -> Tensor:
        at = torch.arange(side, device=like.device)
        return (at >= side - WINDOW).long() + (at >= side - SHIFT).long()

    region = _cut(3 * bands(rows)[:, None] + bands(columns)[None, :])
    return (region[:, :, None] != region[:, None, :]).to(like.dtype) * APART


def relative_index(device: torch.device) -> Tensor:
    """Return [144,144], the row of the bias table for each query (first) and key."""
    at = torch.arange(WINDOW * WINDOW, device=device)
    y, x = at // WINDOW, at % WINDOW
    dy, dx = y[:, None] - y + WINDOW - 1, x[:, None] - x + WINDOW - 1
    return dy * (2 * WINDOW - 1) + dx


class WindowAttention(nn.Module):
    """Attention among the 144 tokens of each window."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.heads = channels // HEAD_WIDTH
        table = torch.empty((2 * WINDOW - 1) ** 2, self.heads, **factory)
        self.relative_position_bias_table = nn.Parameter(table)
        self.qkv = operations.Linear(channels, 3 * channels, **factory)
        self.proj = operations.Linear(channels, channels, **factory)

    def bias(self, cut: Windows, index: Tensor, like: Tensor) -> Tensor:
        """Return [1 or windows,heads,144,144], the sum of relative position bias and shift mask."""
        bias = self.relative_position_bias_table.to(like)[index].permute(2, 0, 1)[None].contiguous()
        return bias if cut.apart is None else bias + cut.apart[:, None]

    def forward(self, x: Tensor, cut: Windows, bias: Tensor) -> Tensor:
        """Return what the tokens [n,C] of one view read from each other."""
        channels = x.shape[-1]
        packed = project(self.qkv, x).index_select(0, cut.cut)
        # Padding comes after the layer norm, so a padded token is zero and its query, key and value are the bias.
        packed[cut.padding] = self.qkv.bias.to(x)
        q, k, v = packed.view(-1, WINDOW * WINDOW, 3, self.heads, HEAD_WIDTH).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        seen = seen.transpose(1, 2).reshape(-1, channels).index_select(0, cut.place)
        return project(self.proj, seen)


class Mlp(nn.Module):
    """The two layers after the attention."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.fc1 = operations.Linear(channels, 4 * channels, **factory)
        self.fc2 = operations.Linear(4 * channels, channels, **factory)

    def forward(self, x: Tensor) -> Tensor:
        return mlp(x, self.fc1, self.fc2)


class Block(nn.Module):
    """One transformer block."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.norm1 = operations.LayerNorm(channels, **factory)
        self.attn = WindowAttention(channels, operations, **factory)
        self.norm2 = operations.LayerNorm(channels, **factory)
        self.mlp = Mlp(channels, operations, **factory)

    def forward(self, x: Tensor, cut: Windows, index: Tensor) -> Tensor:
        """Add to the tokens [V,H,W,C] in place, view by view, and return them."""
        bias = self.attn.bias(cut, index, x)
        for view in x.flatten(1, 2):
            view += self.attn(self.norm1(view), cut, bias)
        for part in x.flatten(0, 2).split(MLP_TOKENS):
            part += self.mlp(self.norm2(part))
        return x


class Merging(nn.Module):
    """Joins 2 × 2 neighbours: half the size, twice the channels."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.norm = operations.LayerNorm(4 * channels, **factory)
        self.reduction = operations.Linear(4 * channels, 2 * channels, bias=False, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Return [V,ceil(H/2),ceil(W/2),2C] of tokens [V,H,W,C]."""
        x = functional.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
        joined = torch.cat([x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)], dim=-1)
        return project(self.reduction, self.norm(joined))


class SwinStage(nn.Module):
    """Blocks at one size, every second one shifted."""

    def __init__(self, channels: int, depth: int, last: bool, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(channels, operations, **factory) for _ in range(depth))
        self.downsample = None if last else Merging(channels, operations, **factory)

    def forward(self, x: Tensor, step: Callable[[], None]) -> Tensor:
        """Run the blocks on the tokens [V,H,W,C] in place and return them; ``step`` is called after each."""
        index = relative_index(x.device)
        cuts = [windows(x.shape[1], x.shape[2], shift, x) for shift in (0, SHIFT)]
        for i, block in enumerate(self.blocks):
            block(x, cuts[i % 2], index)
            step()
        return x


class PatchEmbedding(nn.Module):
    """Patches of 4 × 4 pixels as tokens."""

    def __init__(self, channels: int, operations: Operations, **factory: Any) -> None:
        super().__init__()
        self.proj = operations.Conv2d(3, channels, PATCH, stride=PATCH, **factory)
        self.norm = operations.LayerNorm(channels, **factory)

    def forward(self, views: Tensor) -> Tensor:
        """Return [V,H/4,W/4,C] of views [V,3,H,W]."""
        return self.norm(tokens(self.proj(views)).contiguous())


class Backbone(nn.Module):
    """Reads views at four scales."""

    def __init__(self, operations: Operations, **factory: Any) -> None:
        super().__init__()
        widths = [WIDTH * 2**i for i in range(len(DEPTHS))]
        self.patch_embed = PatchEmbedding(WIDTH, operations, **factory)
        self.layers = nn.ModuleList(
            SwinStage(width, depth, i == len(DEPTHS) - 1, operations, **factory)
            for i, (width, depth) in enumerate(zip(widths, DEPTHS, strict=True))
        )
        for i, width in enumerate(widths):
            self.add_module(f"norm{i}", operations.LayerNorm(width, **factory))

    def forward(self, views: Tensor, step: Callable[[], None]) -> list[Tensor]:
        """Return the patch embedding and the four stages' maps, [V,C,H,W] each, of views [V,3,H,W]."""
        x = self.patch_embed(views)
        features = [maps(x)]
        x = x.clone()
        for i, stage in enumerate(self.layers):
            stage(x, step)
            features.append(maps(self.get_submodule(f"norm{i}")(x)))
            if stage.downsample is not None:
                x = stage.downsample(x)
        return features
