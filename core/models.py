"""The model registry: workflows/models.yaml as data, and the error for a model that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import FitAdError, MissingModelError

REGISTRY = Path(__file__).resolve().parents[1] / "workflows" / "models.yaml"
COMMERCIAL = ("yes", "no", "ask")


@dataclass(frozen=True)
class ModelFile:
    """One file: its name, the download's size in MB, rounded (0: not known), SHA-256 and address (empty: not known)."""

    name: str
    size_mb: int = 0
    sha256: str = ""
    url: str = ""


@dataclass(frozen=True)
class Model:
    """One entry of the registry.

    Attributes:
        id: Its name in graphs, commands and logs.
        files: The files, any one of which will do, the preferred first.
        folder: The model folder's key, as ComfyUI names it.
        page: The address of the page to get it from.
        licence: The licence of the weights, or what is known of it.
        commercial: yes, no or ask.
        vram_gb: What it takes on the card; 0 = runs on the CPU.
        alternatives: Ids to take instead, the best first.
        stand_in: Id of a model that may be used commercially, where this one may not.
    """

    id: str
    files: tuple[ModelFile, ...]
    folder: str
    page: str
    licence: str
    commercial: str
    vram_gb: float = 0.0
    alternatives: tuple[str, ...] = ()
    stand_in: str = ""


@lru_cache(maxsize=4)
def registry(path: Path = REGISTRY) -> Mapping[str, Model]:
    """Return the registry, id -> model.

    Raises:
        FitAdError: The file is missing or holds something else.
    """
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {key: _model(key, value) for key, value in data["models"].items()}
    except OSError as exc:
        raise FitAdError(f"The model registry {path} cannot be read", why=str(exc.strerror)) from exc
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as exc:
        raise FitAdError(f"The model registry {path} holds a mistake", why=str(exc)) from exc


def missing_model(model_id: str, folders: Mapping[str, str] | None = None) -> MissingModelError:
    """Return the error for a model that is not installed, naming file, folder and address.

    Args:
        model_id: The registry's id.
        folders: Folder key -> the real folder, where known; else ``models/KEY`` is named.
    """
    model = registry()[model_id]
    folder = (folders or {}).get(model.folder, f"ComfyUI/models/{model.folder}")
    return MissingModelError(
        f"The model file {model.files[0].name} is not installed",
        why="Fit-AD downloads nothing by itself",
        fix=f"Get it from {model.page} and put it into {folder}",
    )


def _model(key: str, data: Mapping[str, Any]) -> Model:
    values = dict(data)
    values["files"] = tuple(ModelFile(**file) for file in values["files"])
    values["alternatives"] = tuple(values.get("alternatives", ()))
    model = Model(id=key, **values)
    if model.commercial not in COMMERCIAL:
        raise ValueError(f"{key}: commercial is {model.commercial!r}, not one of {', '.join(COMMERCIAL)}")
    return model
