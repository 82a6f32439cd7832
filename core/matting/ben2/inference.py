"""From a picture of any size to its alpha."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..closeup import around, joined, worth_it
from .network import Ben2

log = logging.getLogger("fit_ad.ben2")

SIDE = 1024
# Mean and standard deviation of the training pictures (ImageNet's), RGB.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
# A mask that reaches this nowhere shows no subject.
FAINTEST = 0.1


class Letterbox(NamedTuple):
    """Where a picture lies in the square, in pixels."""

    top: int
    left: int
    height: int
    width: int


def letterbox(height: int, width: int, side: int = SIDE) -> Letterbox:
    """Return the place of a picture that keeps its shape, fills the square's side, and lies in the middle."""
    scale = side / max(height, width)
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    return Letterbox((side - h) // 2, (side - w) // 2, h, w)


def predict(
    model: Ben2,
    rgb: NDArray[np.float32],
    device: torch.device | str | None = None,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float32]:
    """Return the alpha [H,W] float32 0..1 of a picture [H,W,3] float32 0..1, sRGB.

    The network sees the whole picture in its own shape, in a square of 1024 × 1024 whose rest repeats the picture's
    edge, and where that shows more, a second time only the part around the subject (see :mod:`..closeup`). Its answer
    is taken as it is, not stretched to full contrast; where it finds no subject, all is 0.

    Args:
        model: From load().
        rgb: The picture; further channels are left out of account.
        device: Where to compute; None: where the model is. The model is not moved: it must be there already, or its
            operations must bring the weights over, as ComfyUI's do.
        progress: Told the share done, 0..1.
    """
    height, width = rgb.shape[:2]
    if height == 0 or width == 0:
        return np.zeros((height, width), dtype=np.float32)
    report = progress or (lambda share: None)
    passes = 2 if worth_it(height, width) else 1
    alpha = _look(model, rgb, device, lambda share: report(share / passes))
    if alpha.max() < FAINTEST:
        alpha = np.zeros_like(alpha)
    part = around(alpha, FAINTEST) if passes == 2 else None
    if part is not None:
        closer = _look(model, rgb[part.rows, part.columns], device, lambda share: report((1 + share) / 2))
        alpha = joined(alpha, closer, part)
    elif passes == 2:
        report(1.0)
    return alpha


def _look(
    model: Ben2, rgb: NDArray[np.float32], device: torch.device | str | None, progress: Callable[[float], None]
) -> NDArray[np.float32]:
    """Return the network's answer for a picture, at the picture's size."""
    with torch.inference_mode():
        parameter = next(model.parameters())
        box = letterbox(*rgb.shape[:2])
        picture = normalised(square(np.array(rgb[..., :3], dtype=np.float32), box).to(device or parameter.device))
        mask = model(picture.to(parameter.dtype), progress).float()
        if parameter.dtype != torch.float32 and not bool(torch.isfinite(mask).all()):
            log.warning("BEN2 overflows in %s; it is run again in float32", parameter.dtype)
            mask = model(picture, progress).float()  # operations that hold narrow weights cast them to the input's type
        return _unboxed(mask.cpu(), box, rgb.shape[:2]).numpy()


def square(rgb: NDArray[np.float32], box: Letterbox, side: int = SIDE) -> Tensor:
    """Return [1,3,side,side]: the picture at its place, its edge repeated around it."""
    x = torch.from_numpy(rgb).permute(2, 0, 1)[None]  # HWC -> BCHW
    x = functional.interpolate(
        x, size=(box.height, box.width), mode="bicubic", align_corners=False, antialias=True
    ).clamp(0, 1)
    right, bottom = side - box.left - box.width, side - box.top - box.height
    return functional.pad(x, (box.left, right, box.top, bottom), mode="replicate")


def normalised(pictures: Tensor) -> Tensor:
    """Return pictures [B,3,H,W] 0..1 as the network expects them."""
    mean = pictures.new_tensor(MEAN)[:, None, None]
    std = pictures.new_tensor(STD)[:, None, None]
    return ((pictures - mean) / std).contiguous(memory_format=torch.channels_last)


def _unboxed(mask: Tensor, box: Letterbox, size: tuple[int, int]) -> Tensor:
    """Return the picture's part of a mask [1,1,side,side] at the picture's size, [H,W]."""
    part = mask[..., box.top : box.top + box.height, box.left : box.left + box.width]
    return functional.interpolate(part, size=size, mode="bilinear", align_corners=False)[0, 0].clamp(0, 1)
