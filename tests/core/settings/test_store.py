"""The settings file is written whole or not at all, and the version before stays beside it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.settings import load
from fit_ad.core.settings.store import current, save_changes

KEY = "sk-canary-1b6c"
TEXT = f"""\
# mine
default_profile: rules # for now
profiles:
  own: {{base_url: https://llm.example.com/v1, model: m, key: {KEY}}}
shop:
  name: 봄날 카페 # the sign
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "fit_ad" / "config.yaml"
    file.parent.mkdir()
    file.write_bytes(TEXT.encode())
    file.chmod(0o640)
    return file


def test_a_change_keeps_the_rest_and_the_version_before(file: Path, tmp_path: Path) -> None:
    settings = save_changes(tmp_path, {}, {"name": "가을 카페", "default_profile": "own"})
    after = TEXT.replace("봄날", "가을").replace(": rules", ": own")
    assert file.read_bytes().decode() == after
    assert (file.parent / "config.yaml.bak").read_bytes().decode() == TEXT
    assert sorted(each.name for each in file.parent.iterdir()) == ["config.yaml", "config.yaml.bak"]
    assert (settings.shop.name, settings.default_profile, settings.file) == ("가을 카페", "own", file)
    assert settings == load(tmp_path, {})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_both_files_stay_as_private_as_the_one_was(file: Path, tmp_path: Path) -> None:
    save_changes(tmp_path, {}, {"name": "A"})
    assert [stat.S_IMODE(each.stat().st_mode) for each in sorted(file.parent.iterdir())] == [0o640, 0o640]


def test_line_ends_and_a_link_stay(tmp_path: Path, file: Path) -> None:
    real = tmp_path / "dotfiles.yaml"
    real.write_bytes(b"shop:\r\n  name: A # n\r\n")
    file.unlink()
    try:
        file.symlink_to(real)
    except OSError:
        pytest.skip("no links here")
    save_changes(tmp_path, {}, {"name": "B", "phone": "1"})
    assert real.read_bytes() == b'shop:\r\n  name: B # n\r\n  phone: "1"\r\n'
    assert file.is_symlink()


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    user = tmp_path / "user"
    named = {"XDG_CONFIG_HOME": str(tmp_path / "none"), "APPDATA": str(tmp_path / "none"), "HOME": str(tmp_path)}
    made = user / "fit_ad" / "config.yaml"
    assert current(user, {**named, "FIT_AD_CONFIG": str(made)}).file == made
    assert not made.exists()
    save_changes(user, {**named, "FIT_AD_CONFIG": str(made)}, {"name": "봄날 카페"})
    head, rest = made.read_text(encoding="utf-8").split("\n", 1)
    assert (head[:2], rest) == ("# ", "shop:\n  name: 봄날 카페\n")
    assert [each.name for each in made.parent.iterdir()] == ["config.yaml"]
    if sys.platform != "win32":
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_the_page_sees_the_file_and_not_what_beats_it(file: Path, tmp_path: Path) -> None:
    assert current(tmp_path, {"FIT_AD_PROFILE": "ollama"}).default_profile == "rules"
    assert load(tmp_path, {"FIT_AD_PROFILE": "ollama"}).default_profile == "ollama"


def test_nothing_is_written_where_nothing_changes(file: Path, tmp_path: Path) -> None:
    before = file.stat().st_mtime_ns
    save_changes(tmp_path, {}, {"name": "봄날 카페"})
    assert (file.stat().st_mtime_ns, [each.name for each in file.parent.iterdir()]) == (before, ["config.yaml"])


def test_a_broken_file_is_told_with_its_line_and_left_alone(file: Path, tmp_path: Path) -> None:
    file.write_text(TEXT + "colour: red\n", encoding="utf-8")
    with pytest.raises(FitAdError, match="line 7, holds a mistake") as caught:
        save_changes(tmp_path, {}, {"name": "A"})
    assert KEY not in str(caught.value)
    assert file.read_text(encoding="utf-8") == TEXT + "colour: red\n"
    assert [each.name for each in file.parent.iterdir()] == ["config.yaml"]


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FitAdError, match=r"can't be written\. No space left on device"):
        save_changes(tmp_path, {}, {"name": "A"})
    assert file.read_bytes().decode() == TEXT
    assert os.listdir(file.parent) == ["config.yaml"]
