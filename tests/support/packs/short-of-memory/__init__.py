"""A node pack for tests: a node that runs out of memory as often as it is told to, in the words of a back end."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

import torch

_WORDS = {
    "cuda": (torch.OutOfMemoryError, "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has 23.64 GiB in all"),
    "hip": (RuntimeError, "HIP out of memory. Tried to allocate 20.00 MiB"),
    "mps": (RuntimeError, "MPS backend out of memory (MPS allocated: 17.9 GB, max allowed: 18.1 GB)"),
    "cpu": (RuntimeError, "[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory"),
}


class ShortOfMemory:
    """Gives its image on, once it has failed so many times for a mark."""

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "give"
    CATEGORY = "test"
    failed: ClassVar[Counter[str]] = Counter()

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 - ComfyUI's name
        return {
            "required": {
                "image": ("IMAGE",),
                "kind": (list(_WORDS),),
                "times": ("INT", {"default": 1}),
                "mark": ("STRING", {"default": ""}),
            }
        }

    def give(self, image: torch.Tensor, kind: str, times: int, mark: str) -> tuple[torch.Tensor]:
        if self.failed[mark] < times:
            self.failed[mark] += 1
            error, words = _WORDS[kind]
            raise error(words)
        return (image,)


NODE_CLASS_MAPPINGS = {"ShortOfMemory": ShortOfMemory}
