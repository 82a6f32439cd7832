"""ComfyUI's LAYERS (a document of raster layers, version 1) -> the core's, and a painted sheet -> LAYERS."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ..core.errors import FitAdError
from . import _images

if TYPE_CHECKING:
    from ..core.design.sheet import SheetLayer
    from ..core.export.layers import DocumentLayer, LayerDocument

_FARTHEST = 1e6


def document(layers: Any) -> LayerDocument:
    """Return the layers of a LAYERS document, the lowest first; what is not a raster layer in it is left out.

    Raises:
        FitAdError: It is not such a document.
    """
    from ..core.export.layers import LayerDocument

    items = layers.get("layers") if isinstance(layers, Mapping) else None
    if not isinstance(items, (list, tuple)) or layers.get("version", 1) != 1:
        raise FitAdError(
            "The layers input contains no layers",
            why="A LAYERS document of version 1 is needed",
            fix="Connect the layers of TextPlacer",
        )
    raster = [item for item in items if isinstance(item, Mapping) and isinstance(item.get("image"), torch.Tensor)]
    raster.sort(key=lambda item: _whole(item.get("z_index"), 0))
    pieces = tuple(piece for item in raster for piece in _pieces(item))
    return LayerDocument(_canvas(layers.get("canvas"), pieces), pieces)


def of_sheet(layers: Sequence[SheetLayer], size: tuple[int, int]) -> dict[str, Any]:
    """Return painted layers as a LAYERS document; the lowest covers the whole canvas (width, height in px)."""
    from ..core.raster.blending import RasterLayer, for_linear_light

    blank = np.ones((size[1], size[0], 3), np.float32)
    raster = tuple(RasterLayer(layer.name, layer.rgba, layer.x, layer.y, layer.blend) for layer in layers)
    items: list[dict[str, Any]] = []
    for layer in for_linear_light(blank, raster):
        if layer.rgba.size:
            picture = _images.image_tensor([np.ascontiguousarray(layer.rgba)])
            items.append({"name": layer.name, "image": picture, "type": "raster", "x": layer.x, "y": layer.y})
    return {
        "version": 1,
        "canvas": size,
        "layers": [{**item, "z_index": number} for number, item in enumerate(items)],
    }


def _canvas(given: Any, pieces: tuple[DocumentLayer, ...]) -> tuple[int, int]:
    if isinstance(given, (list, tuple)) and len(given) == 2:
        width, height = (_whole(side, 0) for side in given)
        if width > 0 and height > 0:
            return width, height
    sizes = [(p.x + (p.size or p.rgba.shape[1::-1])[0], p.y + (p.size or p.rgba.shape[1::-1])[1]) for p in pieces]
    return max([1, *(right for right, _ in sizes)]), max([1, *(bottom for _, bottom in sizes)])


def _pieces(item: Mapping[str, Any]) -> Iterator[DocumentLayer]:
    """Yield one piece per picture of an item's batch."""
    from ..core.export.layers import DocumentLayer

    pictures = _images.arrays(item["image"])
    hidden = item.get("mask")
    masks = _images.mask_arrays(hidden) if isinstance(hidden, torch.Tensor) else []
    width, height = _whole(item.get("w"), 0), _whole(item.get("h"), 0)
    for index, picture in enumerate(pictures):
        mask = masks[min(index, len(masks) - 1)] if masks and (len(masks) == 1 or index < len(masks)) else None
        rgba = _rgba(picture, mask)
        yield DocumentLayer(
            name=str(item.get("name") or "Layer")[:200],
            rgba=rgba,
            x=_whole(item.get("x"), 0),
            y=_whole(item.get("y"), 0),
            size=(width or rgba.shape[1], height or rgba.shape[0]) if width > 0 or height > 0 else None,
            rotation_deg=_number(item.get("rotation"), 0.0),
            flip_h=bool(item.get("flip_h", False)),
            flip_v=bool(item.get("flip_v", False)),
            opacity=min(max(_number(item.get("opacity"), 1.0), 0.0), 1.0),
            blend=str(item.get("blend_mode") or "normal"),
            visible=bool(item.get("visible", True)),
        )


def _rgba(picture: _images.Array, hidden: _images.Array | None) -> _images.Array:
    """Return [h,w,4]; the mask of a LAYERS item hides where it is 1."""
    channels = picture.shape[2]
    colors = picture[..., :3] if channels >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    alpha = picture[..., channels - 1] if channels in (2, 4) else np.ones(picture.shape[:2], np.float32)
    if hidden is not None:
        from ..core.export.layers import resized

        alpha = alpha * (1 - np.clip(resized(hidden, picture.shape[1::-1]), 0, 1))
    return np.dstack([colors, alpha]).astype(np.float32)


def _whole(value: Any, default: int) -> int:
    return int(_number(value, default))


def _number(value: Any, default: float) -> float:
    """Return a finite number of a size that pixels have, or the default for what is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        return default
    return min(max(float(value), -_FARTHEST), _FARTHEST)
