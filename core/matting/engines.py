"""Who finds the subject: BEN2, a rembg model, or GrabCut. Nothing here ever downloads anything."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError, MissingModelError
from ..models.registry import missing_model
from .engine_names import AUTO_ORDER, ENGINES, REMBG_MODELS

Array = NDArray[np.float32]
Progress = Callable[[float], None]
Predict = Callable[[Path, Array, Progress | None], Array]

log = logging.getLogger("fit_ad.matting")


@dataclass(frozen=True)
class InstalledModels:
    """The model files at hand, and who runs them.

    Attributes:
        ben2: BEN2 files, the best first.
        rembg: Model name -> file.
        run_ben2: Takes file, picture and progress and gives the alpha; by default plain PyTorch.
        run_rembg: Takes the model's name, its file and the picture and gives the alpha.
        folders: Folder key -> the folder a missing file should be put into, for the error's text.
    """

    ben2: tuple[Path, ...] = ()
    rembg: Mapping[str, Path] = field(default_factory=dict)
    run_ben2: Predict | None = None
    run_rembg: Callable[[str, Path, Array], Array] | None = None
    folders: Mapping[str, str] = field(default_factory=dict)


def find_subject(
    rgb: Array, engine: str, shelf: InstalledModels, progress: Progress | None = None
) -> tuple[Array, str]:
    """Return the subject's alpha [H,W] and the engine that found it.

    Args:
        rgb: float32 [H,W,3].
        engine: One of :data:`ENGINES`; ``auto`` takes the best that works and ends at GrabCut.
        shelf: The model files at hand.
        progress: Called with the share done.

    Raises:
        MissingModelError: A named engine's file or package is not installed.
        FitAdError: There is no engine of that name.
    """
    if engine not in ENGINES:
        raise FitAdError(f"There is no cut-out engine {engine!r}", fix=f"Choose one of {', '.join(ENGINES)}")
    if engine != "auto":
        return _run(engine, rgb, shelf, progress), engine
    for name in _at_hand(shelf):
        try:
            return _run(name, rgb, shelf, progress), name
        except FitAdError as exc:
            log.warning("The cut-out engine %s cannot be used and the next one is taken: %s", name, exc)
    return _run("grabcut", rgb, shelf, progress), "grabcut"


def has_rembg() -> bool:
    """Return whether the package rembg is installed, without importing it."""
    return importlib.util.find_spec("rembg") is not None


def _at_hand(shelf: InstalledModels) -> Iterator[str]:
    if shelf.ben2:
        yield "ben2"
    if shelf.run_rembg or has_rembg():
        yield from (name for name in AUTO_ORDER if name in shelf.rembg)


def _run(engine: str, rgb: Array, shelf: InstalledModels, progress: Progress | None) -> Array:
    if engine == "ben2":
        return _ben2(rgb, shelf, progress)
    if engine in REMBG_MODELS:
        return _rembg(engine, rgb, shelf)
    from .grabcut import grabcut

    return grabcut(rgb, progress)


def _ben2(rgb: Array, shelf: InstalledModels, progress: Progress | None) -> Array:
    if not shelf.ben2:
        raise missing_model("ben2", shelf.folders)
    if shelf.run_ben2 is not None:
        return shelf.run_ben2(shelf.ben2[0], rgb, progress)
    from . import ben2

    return ben2.predict(ben2.load(shelf.ben2[0]), rgb, progress=progress)


def _rembg(name: str, rgb: Array, shelf: InstalledModels) -> Array:
    if name not in shelf.rembg:
        raise missing_model(name, shelf.folders)
    if shelf.run_rembg is not None:
        return shelf.run_rembg(name, shelf.rembg[name], rgb)
    if not has_rembg():
        raise MissingModelError(
            f"The engine {name} needs the Python package rembg, which is not installed",
            fix='Run: pip install "comfyui-fit-ad[rembg]" (or: pip install "rembg[cpu]")',
        )
    from .rembg_models import predict

    return predict(name, shelf.rembg[name], rgb)
