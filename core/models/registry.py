"""The model registry: workflows/models.yaml as data, and the error for a model that is not there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Len

from ..errors import FitAdError, MissingModelError
from ..infra.yaml_data import parse, read_text

REGISTRY = Path(__file__).resolve().parents[2] / "workflows" / "models.yaml"
_WHAT = "The model registry"
PRIMARY = "FIT_AD_PRIMARY_MODEL"


@dataclass(frozen=True)
class ModelFile:
    """One file.

    Attributes:
        name: In the model folder.
        size_mb: Of the download, rounded; 0: not known.
        sha256: Of the file; empty: not known.
        url: The file's own address; empty: only the page is known.
        there: Its name on the page, where it is another one.
        shipped: Its path below the pack's own ``models`` folder, where it comes with the pack.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str
    size_mb: float = 0
    sha256: str = ""
    url: str = ""
    there: str = ""
    shipped: str = ""


@dataclass(frozen=True)
class Model:
    """One entry of the registry.

    Attributes:
        id: Its name in graphs, commands and logs.
        files: The files, any one of which will do, the preferred first.
        folder: The model folder's key, as ComfyUI names it; empty for what only comes with the pack.
        page: The address of the page to get it from.
        licence: The licence of the weights, or what is known of it.
        commercial: yes, no or ask.
        vram_gb: What it takes on the card; 0 = runs on the CPU.
        alternatives: Ids to take instead, the best first.
        stand_in: Id of a model that may be used commercially, where this one may not.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    files: Annotated[tuple[ModelFile, ...], Len(1)]
    folder: str
    page: str
    licence: str
    commercial: Literal["yes", "no", "ask"]
    vram_gb: float = 0.0
    alternatives: tuple[str, ...] = ()
    stand_in: str = ""

    @property
    def shipped(self) -> bool:
        """Whether it comes with the pack."""
        return any(file.shipped for file in self.files)


@dataclass(frozen=True)
class ModelChoice:
    """The model that suits a prompt.

    Attributes:
        model: Its id.
        kind: What the prompt asks for, in words; FIT_AD_PRIMARY_MODEL where that decided.
        workflow: The name of the graph that takes it.
        values: What that graph's roles need for it.
        words: The words by which a prompt asks for it.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    model: str
    kind: str
    workflow: str
    values: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _RegistryFile:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    choice: Annotated[tuple[ModelChoice, ...], Len(1)]
    models: Mapping[str, Model]


def registry(path: Path = REGISTRY) -> Mapping[str, Model]:
    """Return the registry, id -> model.

    Raises:
        FitAdError: The file is missing or wrong; the text names file, line and reason.
    """
    return _read(path).models


@lru_cache(maxsize=4)
def _read(path: Path) -> _RegistryFile:
    file = parse(read_text(path, _WHAT), path, _WHAT)
    entries = file.data.get("models") if isinstance(file.data, dict) else None
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            entry["id"] = key
    data = file.typed(_RegistryFile)
    for key, model in data.models.items():
        for other in (*model.alternatives, *filter(None, [model.stand_in])):
            if other not in data.models:
                raise file.mistake(("models", key), f"{key} names '{other}', which is not in the registry")
    return data


def primary_model(environ: Mapping[str, str]) -> str:
    """Return the registry's id that FIT_AD_PRIMARY_MODEL asks for; empty where it asks for none.

    Raises:
        FitAdError: The registry has no such model.
    """
    wanted = environ.get(PRIMARY, "").strip()
    if wanted and wanted not in registry():
        close = difflib.get_close_matches(wanted, registry(), n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(registry())}"
        raise FitAdError(f"{PRIMARY} is {wanted!r}, which is not in the model registry", fix=hint)
    return wanted


def choices(path: Path = REGISTRY) -> tuple[ModelChoice, ...]:
    """Return the rules of the registry file, in their order.

    Raises:
        FitAdError: As :func:`registry`.
    """
    return _read(path).choice


def choice_for(prompt: str, primary: str = "", *, commercial: bool = False) -> ModelChoice:
    """Return what suits a prompt: photo-like, a drawing or a draft, by the rules of the registry file.

    Args:
        prompt: For the picture, in any language.
        primary: Id of a model that is taken whatever the prompt says; what makes no picture from words is passed over.
        commercial: Whether the picture is for advertising; where a model is not, what stands in for it is taken.

    Raises:
        FitAdError: The registry cannot be read.
    """
    rules, text = choices(), prompt.casefold()
    chosen = next((rule for rule in rules if any(_occurs(word, text) for word in rule.words)), rules[-1])
    chosen = next(
        (replace(rule, model=primary, kind=PRIMARY) for rule in rules if primary and _takes(rule, primary)), chosen
    )
    model = registry()[chosen.model]
    if commercial and model.commercial != "yes":
        chosen = next((rule for rule in rules if rule.model == model.stand_in), chosen)
    return chosen


def _takes(rule: ModelChoice, model_id: str) -> bool:
    """Tell whether a rule's workflow takes that model: the rule's own, or another of its sizes."""
    return model_id == rule.model or (model_id in registry()[rule.model].alternatives and not rule.values)


def _occurs(word: str, text: str) -> bool:
    """Tell whether a word stands in a text; Latin words as whole words, since Korean ones carry particles."""
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}s?(?![a-z])", text) is not None
    return word in text


def in_order(model: Model, primary: str = "") -> tuple[Model, ...]:
    """Return what to try for a model: itself, then its alternatives; the primary model first where it is among them."""
    order = [model, *(registry()[other] for other in model.alternatives)]
    return tuple(sorted(order, key=lambda one: one.id != primary))


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
        fix=f"Download it from {model.page} and put it into {folder}",
    )
