"""Where the settings file is looked for, and where the settings page keeps what is set there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..infra.paths import FOLDER, config_folder

FILE = "config.yaml"
_PAGE_SUFFIX = ".page.json"
CONFIG_VARIABLE = "FIT_AD_CONFIG"
PROFILE_VARIABLE = "FIT_AD_PROFILE"


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
    return (*own, config_folder() / FILE)


def find(user_folder: Path | None, variables: Mapping[str, str]) -> Path | None:
    """Return the settings file, or None where there is none."""
    return next((place for place in search_paths(user_folder, variables) if place.exists()), None)


def page_file(user_folder: Path | None, variables: Mapping[str, str]) -> Path:
    """Return the file of the settings page: the one that is there, else a new one beside the settings file in force."""
    places = search_paths(user_folder, variables)
    pages = [place.with_name(f"{place.stem}{_PAGE_SUFFIX}") for place in places]
    there = next((page for page in pages if page.exists()), None)
    beside = find(user_folder, variables) or places[0]
    return there or beside.with_name(f"{beside.stem}{_PAGE_SUFFIX}")
