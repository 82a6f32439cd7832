"""Reads BEN2 Base from its published files."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from ...errors import FitAdError
from .blocks import Operations
from .network import Ben2

SOURCE = "https://huggingface.co/PramaLLC/BEN2"
# Parts of the files that a mask does not need: heads used in training, and a table that follows from the window size.
UNUSED = ("sideout", "relative_position_index")


def load(path: Path, operations: Operations = nn, dtype: torch.dtype = torch.float32) -> Ben2:
    """Return the network with the weights of ``BEN2_Base.pth`` or ``model.safetensors``, on the CPU.

    The weights stay mapped to the file and are read when first used. No random state is touched.

    Args:
        path: The file.
        operations: See Ben2.
        dtype: Type that the weights are held in.

    Raises:
        FitAdError: The file is missing, unreadable, or not BEN2 Base.
    """
    tensors = {key: value for key, value in _tensors(path).items() if not _unused(key)}
    model = Ben2(operations, device="meta", dtype=dtype)
    _check(path, tensors, model.state_dict())
    model.load_state_dict({key: value.to(dtype) for key, value in tensors.items()}, assign=True)
    return model.eval().requires_grad_(False)


def _unused(key: str) -> bool:
    return key.startswith(UNUSED[0]) or key.endswith(UNUSED[1])


def _tensors(path: Path) -> Mapping[str, Tensor]:
    """Return the file's tensors by name."""
    if not path.is_file():
        raise FitAdError(f"The BEN2 model {path} does not exist", fix=f"Download BEN2_Base.pth from {SOURCE}")
    content = _safetensors(path) if path.suffix.lower() == ".safetensors" else _checkpoint(path)
    if isinstance(content, Mapping):
        content = content.get("model_state_dict", content)
    if not isinstance(content, Mapping) or not all(isinstance(value, Tensor) for value in content.values()):
        raise _not_ben2(path, "it holds no table of weights")
    return content


def _safetensors(path: Path) -> Mapping[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as exc:
        raise _unreadable(path, exc) from exc


def _checkpoint(path: Path) -> object:
    try:
        # The file also holds what training needs, two thirds of it: mapped, that is never read.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, EOFError, RuntimeError, ValueError, pickle.UnpicklingError) as exc:
        raise _unreadable(path, exc) from exc


def _check(path: Path, found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    missing = [key for key in expected if key not in found]
    unknown = [key for key in found if key not in expected]
    shapes = [
        f"{key} is {list(found[key].shape)} instead of {list(value.shape)}"
        for key, value in expected.items()
        if key in found and found[key].shape != value.shape
    ]
    complaints = [
        f"{len(names)} {text}, such as {names[0]}"
        for names, text in (
            (missing, "weights are missing"),
            (unknown, "are not known"),
            (shapes, "have another shape"),
        )
        if names
    ]
    if complaints:
        raise _not_ben2(path, "; ".join(complaints))


def _not_ben2(path: Path, why: str) -> FitAdError:
    return FitAdError(
        f"{path.name} is not the BEN2 Base model ({path})",
        why=f"Of what it should hold: {why}" if why[0].isdigit() else why.capitalize(),
        fix=f"Download BEN2_Base.pth or model.safetensors from {SOURCE}",
    )


def _unreadable(path: Path, exc: Exception) -> FitAdError:
    first_line = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
    return FitAdError(
        f"{path.name} cannot be read ({path})",
        why=f"It is incomplete or not a model file: {first_line}",
        fix=f"Download it again from {SOURCE}",
    )
