"""The folders that Fit-AD reads and writes, on every system."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from os import environ
from pathlib import Path

import platformdirs

FOLDER = "fit_ad"
CACHE_VARIABLE = "FIT_AD_CACHE"
COMFYUI_VARIABLE = "COMFYUI_PATH"


def environment() -> Mapping[str, str]:
    """Return the environment variables as they stand now."""
    return dict(environ)


def comfyui_user_folder(variables: Mapping[str, str]) -> Path | None:
    """Return the user folder of the ComfyUI that the environment names, or of the one at ~/comfy/ComfyUI."""
    folder = _comfyui(variables) / "user"
    return folder if folder.is_dir() else None


def models_folder(variables: Mapping[str, str]) -> Path:
    """Return where models are looked for without a server: in that ComfyUI, else in ``fit-ad/models`` at home."""
    folder = _comfyui(variables) / "models"
    return folder if folder.is_dir() else Path.home() / "fit-ad" / "models"


def _comfyui(variables: Mapping[str, str]) -> Path:
    return Path(variables.get(COMFYUI_VARIABLE, "").strip() or "~/comfy/ComfyUI").expanduser()


def config_folder() -> Path:
    """Return the platform's folder for settings: below ~/.config, Application Support or %APPDATA%."""
    return platformdirs.user_config_path(FOLDER, appauthor=False, roaming=True)


def cache_folder(user_folder: Path | None, variables: Mapping[str, str]) -> Path:
    """Return the folder for what may be thrown away: the one that ``FIT_AD_CACHE`` names, else one below ComfyUI's
    user folder, else the platform's: below ~/.cache, ~/Library/Caches or %LOCALAPPDATA%.
    """
    named = variables.get(CACHE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    if user_folder is not None:
        return user_folder / FOLDER / "cache"
    return platformdirs.user_cache_path(FOLDER, appauthor=False, opinion=False)


def log_folder(user_folder: Path | None) -> Path:
    """Return the folder for logs: below ComfyUI's user folder, else the platform's: below ~/.local/state,
    ~/Library/Logs or %LOCALAPPDATA%.
    """
    if user_folder is not None:
        return user_folder / FOLDER
    if sys.platform == "darwin":  # its state folder is where it keeps documents
        return platformdirs.user_log_path(FOLDER, appauthor=False)
    return platformdirs.user_state_path(FOLDER, appauthor=False)
