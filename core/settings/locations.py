"""Where the settings file is looked for, and where answers are kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from os import environ
from pathlib import Path

FILE = "config.yaml"
FOLDER = "fit_ad"
CONFIG_VARIABLE = "FIT_AD_CONFIG"
CACHE_VARIABLE = "FIT_AD_CACHE"
PROFILE_VARIABLE = "FIT_AD_PROFILE"


def environment() -> Mapping[str, str]:
    """Return the environment variables as they stand now."""
    return dict(environ)


def search_paths(user_folder: Path | None, variables: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where the settings file may lie, the first that exists counts.

    Args:
        user_folder: ComfyUI's user folder, where there is a ComfyUI.
        variables: The environment; a file named by ``FIT_AD_CONFIG`` is the only place then.
    """
    named = variables.get(CONFIG_VARIABLE, "").strip()
    if named:
        return (Path(named).expanduser(),)
    own = () if user_folder is None else (user_folder / FOLDER / FILE,)
    return (*own, _home(variables, "config") / FOLDER / FILE)


def comfyui_user_folder(variables: Mapping[str, str]) -> Path | None:
    """Return the user folder of the ComfyUI that the environment names, or of the one at ~/comfy/ComfyUI."""
    root = Path(variables.get("COMFYUI_PATH", "").strip() or "~/comfy/ComfyUI").expanduser()
    return root / "user" if (root / "user").is_dir() else None


def find(user_folder: Path | None, variables: Mapping[str, str]) -> Path | None:
    """Return the settings file, or None where there is none."""
    return next((place for place in search_paths(user_folder, variables) if place.exists()), None)


def cache_folder(user_folder: Path | None, variables: Mapping[str, str]) -> Path:
    """Return the folder for what may be thrown away: below ComfyUI's user folder, else the platform's."""
    named = variables.get(CACHE_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return user_folder / FOLDER / "cache" if user_folder else _home(variables, "cache") / FOLDER


def _home(variables: Mapping[str, str], kind: str) -> Path:
    home = Path.home()
    if sys.platform == "win32":
        name = "APPDATA" if kind == "config" else "LOCALAPPDATA"
        return Path(variables.get(name) or home / "AppData" / ("Roaming" if kind == "config" else "Local"))
    if sys.platform == "darwin":
        return home / "Library" / ("Application Support" if kind == "config" else "Caches")
    return Path(variables.get(f"XDG_{kind.upper()}_HOME") or home / f".{kind}")
