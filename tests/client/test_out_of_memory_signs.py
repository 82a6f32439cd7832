"""Which errors of nodes mean that memory ran out."""

from __future__ import annotations

import pytest
from fit_ad.client.failures import is_out_of_memory


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("torch.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory."),
        ("torch.cuda.OutOfMemoryError", ""),
        ("RuntimeError", "CUDA out of memory. Tried to allocate 2.00 GiB"),
        ("RuntimeError", "CUDA error: out of memory"),
        ("OutOfMemoryError", "HIP out of memory. Tried to allocate 20.00 MiB"),
        ("RuntimeError", "MPS backend out of memory (MPS allocated: 17.9 GB, max allowed: 18.1 GB)"),
        ("RuntimeError", "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        ("RuntimeError", "DefaultCPUAllocator: not enough memory: you tried to allocate 34359738368 bytes."),
        ("numpy._core._exceptions._ArrayMemoryError", "Unable to allocate 32.0 GiB for an array"),
        ("RuntimeError", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
        ("MemoryError", ""),
    ],
)
def test_out_of_memory(kind: str, text: str) -> None:
    assert is_out_of_memory(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("RuntimeError", "Expected all tensors to be on the same device"),
        ("OSError", "No space left on device"),
        ("ValueError", "the memory of the shop is long"),
        ("RuntimeError", "CUDA error: device-side assert triggered"),
    ],
)
def test_other_errors(kind: str, text: str) -> None:
    assert not is_out_of_memory(kind, text)
