"""The folders on every system, as platformdirs gives them; nothing but those of the environment is looked at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs
import pytest
from fit_ad.core.infra.paths import cache_folder, comfyui_user_folder, config_folder, log_folder, models_folder
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

SYSTEMS = {"linux": Unix, "darwin": MacOS, "win32": Windows}
WANTED = {
    "linux": (".config/fit_ad", ".cache/fit_ad", ".local/state/fit_ad"),
    "darwin": ("Library/Application Support/fit_ad", "Library/Caches/fit_ad", "Library/Logs/fit_ad"),
    "win32": ("Roaming/fit_ad", "Local/fit_ad", "Local/fit_ad"),
}


@pytest.mark.skipif(os.name == "nt", reason="the other systems' paths can only be tried on one with slashes")
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_platforms_folders(system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    folders = {"CSIDL_APPDATA": "Roaming", "CSIDL_LOCAL_APPDATA": "Local"}
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda name: str(tmp_path / folders[name]))
    monkeypatch.setattr(platformdirs, "PlatformDirs", SYSTEMS[system])
    monkeypatch.setattr(sys, "platform", system)
    got = (config_folder(), cache_folder(None, {}), log_folder(None))
    assert [path.relative_to(tmp_path).as_posix() for path in got] == list(WANTED[system])


def test_comfyuis_user_folder_comes_before_the_platforms_and_the_environment_before_both(tmp_path: Path) -> None:
    assert cache_folder(tmp_path, {}) == tmp_path / "fit_ad" / "cache"
    assert cache_folder(tmp_path, {"FIT_AD_CACHE": "/x"}) == Path("/x")
    assert log_folder(tmp_path) == tmp_path / "fit_ad"


def test_the_comfyui_that_the_environment_names(tmp_path: Path) -> None:
    assert comfyui_user_folder({"COMFYUI_PATH": str(tmp_path)}) is None
    (tmp_path / "user").mkdir()
    assert comfyui_user_folder({"COMFYUI_PATH": str(tmp_path)}) == tmp_path / "user"


def test_models_are_those_of_the_comfyui_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    here = {"COMFYUI_PATH": str(tmp_path)}
    assert models_folder(here) == models_folder({}) == tmp_path / "home" / "fit-ad" / "models"
    (tmp_path / "models").mkdir()
    assert models_folder(here) == tmp_path / "models"
