"""Model files through folder_paths, and networks through ComfyUI's model management."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.matting.engine_names import REMBG_MODELS

if TYPE_CHECKING:
    from ..core.matting.engines import InstalledModels

Array = NDArray[np.float32]

log = logging.getLogger("fit_ad.models")

BEN2_FILE = "BEN2_Base.pth"
BEN2_FOLDERS = ("background_removal", "ben2", "RMBG", "BEN2")
REMBG_FOLDER = "rembg"

_SUFFIXES = (".pth", ".safetensors")


def ben2_files() -> dict[str, Path]:
    """Return the BEN2 files in the model folders: name below its folder -> path, the preferred first."""
    found: dict[str, Path] = {}
    for root in roots(BEN2_FOLDERS):
        for path in _below(root):
            if _is_ben2(path.relative_to(root.parent)):
                found.setdefault(path.relative_to(root).as_posix(), path)
    return dict(sorted(found.items(), key=lambda item: (Path(item[0]).name != BEN2_FILE, item[0])))


def rembg_files() -> dict[str, Path]:
    """Return the rembg models in the model folders and in rembg's own: engine name -> path."""
    from ..core.models.registry import registry

    own = Path.home() / ".u2net", Path.home() / ".rembg" / "models"
    present: dict[str, Path] = {}
    for root in (*roots((REMBG_FOLDER,)), *own):
        for path in _below(root):
            present.setdefault(path.name.lower(), path)
    names = {model: [file.name.lower() for file in registry()[model].files] for model in REMBG_MODELS}
    return {model: present[name] for model, files in names.items() for name in files[::-1] if name in present}


def ben2_named(name: str) -> tuple[Path, ...]:
    """Return the BEN2 file of that name, or nothing where it is not installed.

    A bare file name is also found in a folder below, as a graph from elsewhere may have it.
    """
    files = ben2_files()
    if name in files:
        return (files[name],)
    same = [path for path in files.values() if path.name == Path(name).name]
    return tuple(same[:1])


def folder_names() -> dict[str, str]:
    """Return folder key -> the folder into which a missing file should be put."""
    return {key: str(root) for key in ("background_removal", REMBG_FOLDER) for root in list(roots((key,)))[:1]}


def installed_models() -> InstalledModels:
    """Return all cut-out models at hand and the functions that run them."""
    from ..core.matting.engines import InstalledModels, has_rembg

    return InstalledModels(
        ben2=tuple(ben2_files().values()),
        rembg=rembg_files(),
        run_ben2=run_ben2,
        run_rembg=run_rembg if has_rembg() else None,
        read_network=_OPENCV.get,
        folders=folder_names(),
    )


class NetworkCache:
    """Loaded networks, by file and its time of change; the least lately used one is let go.

    BEN2 comes wrapped in a ModelPatcher, so that model management moves it to the card when it is asked for
    and off it when room is needed; its weights are then let go of, and the next use reads them again.

    Args:
        load: Gives the network of a file.
        alive: Whether a network still has its weights.
        limit: How many are kept.
    """

    def __init__(
        self, load: Callable[..., Any], alive: Callable[[Any], bool] = lambda network: True, limit: int = 1
    ) -> None:
        self._load = load
        self._alive = alive
        self._limit = limit
        self._kept: dict[tuple[object, ...], Any] = {}
        self._lock = Lock()  # runs without a server may go on side by side

    def get(self, path: Path, *args: str) -> Any:
        """Return what was loaded from ``path``, loading it where it is new or has changed."""
        key = (str(path), path.stat().st_mtime_ns, *args)
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is None or not self._alive(kept):
                while len(self._kept) >= self._limit:
                    self._kept.pop(next(iter(self._kept)))
                kept = self._load(path, *args)
            self._kept[key] = kept
        return kept


def run_ben2(path: Path, rgb: Array, progress: Callable[[float], None] | None) -> Array:
    """Return BEN2's alpha [H,W] of one picture, on the device that ComfyUI gives it."""
    from comfy import model_management

    from ..core.matting import ben2

    patcher = _BEN2.get(path)
    model_management.load_models_gpu([patcher])
    return ben2.predict(patcher.model, rgb, device=patcher.load_device, progress=progress)


def run_rembg(name: str, path: Path, rgb: Array) -> Array:
    """Return the alpha [H,W] that a rembg model gives for one picture."""
    from ..core.matting import rembg_models

    return rembg_models.run(_REMBG.get(path, name), rgb)


def _load_ben2(path: Path) -> Any:
    """Return a ModelPatcher that holds BEN2 until model management unloads it."""
    import comfy.ops
    import torch
    from comfy import model_management
    from comfy.model_patcher import ModelPatcher
    from comfy.patcher_extension import CallbacksMP

    from ..core.matting import ben2

    device, offload = model_management.get_torch_device(), model_management.unet_offload_device()
    # torch's own layers are faster on a CPU; ComfyUI's can leave weights behind when the card is small
    operations = torch.nn if device.type == "cpu" else comfy.ops.manual_cast
    precision = _precision(device)
    network = ben2.load(path, operations, precision).to(offload)
    log.info("BEN2 is loaded from %s in %s for %s", path, precision, device)
    patcher = ModelPatcher(network, load_device=device, offload_device=offload)
    patcher.add_callback(CallbacksMP.ON_DETACH, _let_go)
    return patcher


def _let_go(patcher: Any, unpatch_all: bool) -> None:
    """Free the weights of a network that is unloaded; the patcher stays, as ComfyUI still looks at it then."""
    if unpatch_all:
        patcher.model.to("meta")


def _has_weights(patcher: Any) -> bool:
    return next(patcher.model.parameters()).device.type != "meta"


def _precision(device: Any) -> Any:
    """Return the type of BEN2's weights: half where the device likes it; float16 is the finer one for a mask."""
    import torch
    from comfy import model_management

    if model_management.should_use_fp16(device):
        return torch.float16
    return torch.bfloat16 if model_management.should_use_bf16(device) else torch.float32


def _load_rembg(path: Path, name: str) -> Any:
    from ..core.matting import rembg_models

    return rembg_models.open_session(name, path)


def _load_opencv(path: Path) -> Any:
    from ..core.matting.networks import network_from

    return network_from(path)


_BEN2 = NetworkCache(_load_ben2, _has_weights)
_REMBG = NetworkCache(_load_rembg)
_OPENCV = NetworkCache(_load_opencv)


def roots(keys: tuple[str, ...]) -> Iterator[Path]:
    """Return the folders of these keys; a key nobody has registered yet gets ``models/KEY``."""
    import folder_paths

    for key in keys:
        if key not in folder_paths.folder_names_and_paths:
            folder_paths.add_model_folder_path(key, str(Path(folder_paths.models_dir) / key))
        yield from (Path(folder) for folder in folder_paths.get_folder_paths(key))


def _below(root: Path) -> Iterator[Path]:
    try:
        yield from sorted(Path(folder, name) for folder, _, names in os.walk(root, followlinks=True) for name in names)
    except OSError as exc:
        log.warning("The model folder %s cannot be read: %s", root, exc.strerror)


def _is_ben2(path: Path) -> bool:
    """Return whether a file, given with the folders around it, is BEN2 by its name."""
    if path.suffix.lower() not in _SUFFIXES:
        return False
    return "ben2" in path.stem.lower() or (path.stem == "model" and "ben2" in path.parent.name.lower())
