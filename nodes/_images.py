"""The only conversions between ComfyUI tensors and arrays.

IMAGE is float32 [B,H,W,C] 0..1, sRGB, straight alpha where C = 4; MASK is float32 [B,H,W].
Arrays are float32 [H,W,C] or [H,W], 0..1. Arrays made from a tensor share its memory and are read-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float32]
T = TypeVar("T")


def arrays(image: torch.Tensor) -> list[Array]:
    """Return one [H,W,C] array per picture of an IMAGE (a single [H,W,C] counts as one)."""
    return _unstack(image if image.ndim == 4 else image[None])


def mask_arrays(mask: torch.Tensor) -> list[Array]:
    """Return one [H,W] array per picture of a MASK ([H,W] and [B,1,H,W] are taken too)."""
    if mask.ndim == 4:
        mask = mask[:, 0]  # B1HW -> BHW
    return _unstack(mask if mask.ndim == 3 else mask[None])


def image_tensor(pictures: Sequence[Array]) -> torch.Tensor:
    """Return an IMAGE [B,H,W,C] of pictures that all have one size and channel count."""
    return torch.from_numpy(np.stack([np.asarray(p, dtype=np.float32) for p in pictures]))  # HWC -> BHWC


def mask_tensor(masks: Sequence[Array]) -> torch.Tensor:
    """Return a MASK [B,H,W] of masks that all have one size."""
    return torch.from_numpy(np.stack([np.asarray(m, dtype=np.float32) for m in masks]))  # HW -> BHW


def finite(picture: Array) -> Array:
    """Return a picture without NaN and infinity, which become 0 and 1; one that has none as it is."""
    return picture if np.isfinite(picture).all() else np.nan_to_num(picture, nan=0.0, posinf=1.0, neginf=0.0)


def at(items: Sequence[T], index: int) -> T:
    """Return the item for a place in a batch; a shorter batch repeats its last item."""
    return items[min(index, len(items) - 1)]


def _unstack(tensor: torch.Tensor) -> list[Array]:
    whole = tensor.detach().to(device="cpu", dtype=torch.float32).numpy()
    whole = whole.view()
    whole.flags.writeable = False
    return list(whole)
