"""Who finds the subject: BEN2, a rembg model, the small one that comes with the pack, or GrabCut.

Nothing here ever downloads anything.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError, MissingModelError
from ..models.registry import missing_model
from .engine_names import AUTO_ORDER, ENGINES, OPENCV_MODELS, REMBG_MODELS, SHIPPED

if TYPE_CHECKING:
    from .hints import Hints
    from .networks import Network

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
        read_network: Reads a U²-Net from its file, for OpenCV; by default again each time.
        folders: Folder key -> the folder a missing file should be put into, for the error's text.
    """

    ben2: tuple[Path, ...] = ()
    rembg: Mapping[str, Path] = field(default_factory=dict)
    run_ben2: Predict | None = None
    run_rembg: Callable[[str, Path, Array], Array] | None = None
    read_network: Callable[[Path], Network] | None = None
    folders: Mapping[str, str] = field(default_factory=dict)


class Found(NamedTuple):
    """A subject: its alpha [H,W], the engine that found it, and how far two looks agree (1 where there was one)."""

    alpha: Array
    engine: str
    agreement: float = 1.0


def find_subject(
    rgb: Array, engine: str, shelf: InstalledModels, progress: Progress | None = None, hints: Hints | None = None
) -> Found:
    """Return the subject of a picture and who found it.

    Args:
        rgb: float32 [H,W,3].
        engine: One of :data:`ENGINES`; ``auto`` takes the best that works: without any model
            installed that is U²-Net-P, which comes with the pack, and GrabCut where OpenCV cannot run it.
        shelf: The model files at hand.
        progress: Called with the share done.
        hints: What a person said of the picture; a thing chosen by a click is found by a U²-Net only.

    Raises:
        MissingModelError: A named engine's file or package is not installed.
        FitAdError: There is no engine of that name.
    """
    if engine not in ENGINES:
        raise FitAdError(f"There is no cut-out engine {engine!r}", fix=f"Choose one of {', '.join(ENGINES)}")
    if hints is not None and hints.choices and engine not in OPENCV_MODELS:
        engine = SHIPPED
    if engine != "auto":
        return _run(engine, rgb, shelf, progress, hints)
    for name in _at_hand(shelf):
        try:
            return _run(name, rgb, shelf, progress, hints)
        except FitAdError as exc:
            log.warning("The cut-out engine %s cannot be used and the next one is taken: %s", name, exc)
    return _run("grabcut", rgb, shelf, progress, hints)


def not_installed(shelf: InstalledModels) -> tuple[str, ...]:
    """Return the engines that lack their model file, or the package that runs it."""
    here = {"auto", "grabcut", *_at_hand(shelf)}
    if "birefnet-portrait" in shelf.rembg and (shelf.run_rembg is not None or has_rembg()):
        here.add("birefnet-portrait")
    return tuple(name for name in ENGINES if name not in here)


def has_rembg() -> bool:
    """Return whether the package rembg is installed, without importing it."""
    return importlib.util.find_spec("rembg") is not None


def _at_hand(shelf: InstalledModels) -> Iterator[str]:
    if shelf.ben2:
        yield "ben2"
    rembg = shelf.run_rembg is not None or has_rembg()
    for name in AUTO_ORDER:
        if name == SHIPPED or (name in shelf.rembg and (rembg or name in OPENCV_MODELS)):
            yield name


def _run(engine: str, rgb: Array, shelf: InstalledModels, progress: Progress | None, hints: Hints | None) -> Found:
    if engine in OPENCV_MODELS:
        from . import u2net

        alpha, agreement = u2net.find(_network(engine, shelf), rgb, progress, hints)
        return Found(alpha, engine, agreement)
    alpha = _alpha(engine, rgb, shelf, progress)
    if hints is not None:
        from .hints import finished

        alpha = finished(alpha, rgb, hints)
    return Found(alpha, engine)


def _alpha(engine: str, rgb: Array, shelf: InstalledModels, progress: Progress | None) -> Array:
    if engine == "ben2":
        return _ben2(rgb, shelf, progress)
    if engine in REMBG_MODELS:
        return _rembg(engine, rgb, shelf)
    from .grabcut import grabcut

    return grabcut(rgb, progress)


def _network(name: str, shelf: InstalledModels) -> Network:
    from .networks import network_from, shipped_network

    if name == SHIPPED:
        return shipped_network(name)
    if name not in shelf.rembg:
        raise missing_model(name, shelf.folders)
    return (shelf.read_network or network_from)(shelf.rembg[name])


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
