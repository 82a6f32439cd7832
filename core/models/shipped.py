"""The small models that come with the pack: where they lie, and that they are what the registry says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..errors import FitAdError, MissingModelError
from .registry import ModelFile, registry

SHIPPED = Path(__file__).resolve().parents[2] / "models"


def shipped_file(model_id: str, root: Path = SHIPPED) -> Path:
    """Return the path of a model's file in the pack's own folder; whether it is there is not looked at.

    Raises:
        FitAdError: The registry cannot be read.
    """
    return root / _entry(model_id).shipped


def shipped_bytes(model_id: str, root: Path = SHIPPED) -> bytes:
    """Return the content of a model that comes with the pack, checked against the registry's SHA-256.

    Raises:
        MissingModelError: The file is not there.
        FitAdError: The file cannot be read, or is not the one that the registry tells of.
    """
    path = shipped_file(model_id, root)
    try:
        content = path.read_bytes()
    except FileNotFoundError as exc:
        raise MissingModelError(
            f"The model file {path} is missing", why="It comes with Fit-AD", fix="Reinstall Fit-AD"
        ) from exc
    except OSError as exc:
        raise FitAdError(f"The model file {path} cannot be read", why=str(exc.strerror)) from exc
    if hashlib.sha256(content).hexdigest() != _entry(model_id).sha256:
        raise FitAdError(
            f"The model file {path} is not the one that comes with Fit-AD",
            why="Its SHA-256 differs from the one in workflows/models.yaml",
            fix="Reinstall Fit-AD; a copy without Git LFS or a broken download gives such a file",
        )
    return content


def _entry(model_id: str) -> ModelFile:
    return next(file for file in registry()[model_id].files if file.shipped)
