"""What the settings page sets lies in a file of its own; the settings file is read and never written."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.settings import load
from fit_ad.core.settings.page_values import Value
from fit_ad.core.settings.store import current, save_changes
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = "sk-canary-1b6c"
TEXT = f"""\
# mine
default_profile: rules # for now
profiles:
  own: {{base_url: https://llm.example.com/v1, model: m, key: {KEY}}}
shop:
  name: 봄날 카페
  colors: ["#FFF3E0"]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file; ``FIT_AD_CONFIG`` names no other."""
    monkeypatch.delenv("FIT_AD_CONFIG", raising=False)
    path = tmp_path / "fit_ad" / "config.yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def page_of(file: Path) -> Path:
    return file.with_name("config.page.json")


def shop(user: Path) -> tuple[str, str, tuple[str, ...]]:
    held = load(user, {}).shop
    return held.name, held.phone, held.colors


def test_a_change_goes_to_the_pages_own_file(file: Path, tmp_path: Path) -> None:
    after = save_changes(tmp_path, {}, {"phone": "070-1", "default_profile": "own"})
    assert (after.shop.phone, after.default_profile) == ("070-1", "own")
    assert load(tmp_path, {}).shop == after.shop
    assert load(tmp_path, {}).default_profile == "own"
    assert file.read_text(encoding="utf-8") == TEXT
    assert sorted(each.name for each in file.parent.iterdir()) == ["config.page.json", "config.yaml"]
    assert KEY not in page_of(file).read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE(page_of(file).stat().st_mode) == 0o600


def test_the_settings_files_values_are_taken_over_once(file: Path, tmp_path: Path) -> None:
    save_changes(tmp_path, {}, {"phone": "070-1"})
    file.write_text(TEXT.partition("shop:")[0], encoding="utf-8")  # its owner tidies up
    assert shop(tmp_path) == ("봄날 카페", "070-1", ("#FFF3E0",))


def test_the_latest_word_counts_wherever_it_was_said(file: Path, tmp_path: Path) -> None:
    save_changes(tmp_path, {}, {"name": "가을 카페"})
    assert shop(tmp_path)[0] == "가을 카페"
    file.write_text(TEXT.replace("봄날", "겨울"), encoding="utf-8")
    assert shop(tmp_path)[0] == "겨울 카페"
    save_changes(tmp_path, {}, {"phone": "1"})
    assert shop(tmp_path) == ("겨울 카페", "1", ("#FFF3E0",))
    save_changes(tmp_path, {}, {"name": "여름 카페", "colors": ()})
    assert shop(tmp_path) == ("여름 카페", "1", ())


def test_without_a_settings_file_the_page_lies_where_it_would_lie(tmp_path: Path) -> None:
    named = {"FIT_AD_CONFIG": str(tmp_path / "x" / "mine.yaml")}
    assert current(None, named).file == tmp_path / "x" / "mine.yaml"
    save_changes(None, named, {"name": "봄날"})
    assert os.listdir(tmp_path / "x") == ["mine.page.json"]
    assert load(None, named).shop.name == "봄날"
    assert load(None, named).file is None


def test_a_page_that_came_first_is_found_when_a_settings_file_comes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fit_ad.core.settings.locations.config_folder", lambda: tmp_path / "home")
    save_changes(tmp_path / "user", {}, {"name": "봄날"})
    assert (tmp_path / "user/fit_ad/config.page.json").exists()
    (tmp_path / "home").mkdir()
    (tmp_path / "home/config.yaml").write_text("shop: {phone: '1'}\n", encoding="utf-8")
    assert shop(tmp_path / "user") == ("봄날", "1", ())


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.json"
    real.write_text('{"version": 1}')
    page_of(file).symlink_to(real)
    save_changes(tmp_path, {}, {"name": "B"})
    assert page_of(file).is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["values"]["name"] == "B"


def test_the_page_sees_the_files_and_not_what_beats_them(file: Path, tmp_path: Path) -> None:
    assert current(tmp_path, {"FIT_AD_PROFILE": "ollama"}).default_profile == "rules"
    assert load(tmp_path, {"FIT_AD_PROFILE": "ollama"}).default_profile == "ollama"


def test_nothing_is_written_where_nothing_changes(file: Path, tmp_path: Path) -> None:
    save_changes(tmp_path, {}, {"name": "봄날 카페"})
    assert os.listdir(file.parent) == ["config.yaml"]


def test_a_profile_that_is_gone_is_named_and_the_page_can_choose_another(file: Path, tmp_path: Path) -> None:
    save_changes(tmp_path, {}, {"default_profile": "own"})
    file.write_text("shop: {phone: '1'}\n", encoding="utf-8")
    with pytest.raises(FitAdError, match=r"settings page can't be used \(.*config\.page\.json\).*no profile 'own'"):
        load(tmp_path, {})
    assert current(tmp_path, {}).default_profile == ""
    save_changes(tmp_path, {}, {"default_profile": "ollama"})
    assert load(tmp_path, {}).default_profile == "ollama"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ("[]", "must be names with values"),
        ('{"version": 1, "values": {"name": 3}}', "name must be text"),
        ('{"valeus": {}}', "no field 'valeus'"),
        ('{"values": {"phone": "a\\nb"}}', "phone contains a line break"),
        ('{"values": {"banned_words": "a"}}', "banned_words must be a list"),
        ("\udcff", "can't decode"),
    ],
)
def test_a_spoiled_page_file_is_named(file: Path, tmp_path: Path, text: str, reason: str) -> None:
    page_of(file).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(FitAdError, match=reason) as caught:
        load(tmp_path, {})
    assert "config.page.json" in str(caught.value)


def test_names_of_a_newer_version_are_passed_over(file: Path, tmp_path: Path) -> None:
    page_of(file).write_text('{"version": 2, "values": {"name": "B", "slogan": "x"}}', encoding="utf-8")
    assert shop(tmp_path)[0] == "봄날 카페"  # the settings file says so, and the page never saw it
    page_of(file).write_text('{"values": {"phone": "1", "slogan": "x"}}', encoding="utf-8")
    assert shop(tmp_path)[1] == "1"


def test_a_broken_settings_file_is_told_with_its_line_and_nothing_is_written(file: Path, tmp_path: Path) -> None:
    file.write_text(TEXT + "colour: red\n", encoding="utf-8")
    with pytest.raises(FitAdError, match="line 8, has an error") as caught:
        save_changes(tmp_path, {}, {"name": "A"})
    assert KEY not in str(caught.value)
    assert os.listdir(file.parent) == ["config.yaml"]


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_changes(tmp_path, {}, {"name": "A"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FitAdError, match=r"can't be written\. No space left on device"):
        save_changes(tmp_path, {}, {"name": "B"})
    assert shop(tmp_path)[0] == "A"
    assert sorted(os.listdir(file.parent)) == ["config.page.json", "config.yaml"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"default_profile": "theirs"}, "There is no profile 'theirs' in the settings"),
        ({"key": "x"}, "There is no setting 'key'"),
        ({"profiles": "x"}, "There is no setting 'profiles'"),
        ({"name": ("a",)}, "name must be text"),
        ({"colors": "#112233"}, "colors must be a list"),
        ({"colors": ("red",)}, "'red' is not a colour"),
        ({"name": "a\nb"}, "name contains a line break or another invisible character"),
        ({"banned_words": ("a", "")}, "banned_words has an empty part, or begins or ends with a space"),
    ],
)
def test_a_value_that_can_not_be_set_is_told(file: Path, tmp_path: Path, changes: dict[str, Value], what: str) -> None:
    with pytest.raises(FitAdError) as caught:
        save_changes(tmp_path, {}, changes)
    assert caught.value.what == what
    assert os.listdir(file.parent) == ["config.yaml"]


_line = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12).map(str.strip)


@settings(max_examples=50, deadline=None)
@given(name=_line, words=st.lists(_line.filter(bool), max_size=3).map(tuple))
def test_whatever_is_set_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, words: tuple[str, ...]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    named = {"FIT_AD_CONFIG": str(folder / "config.yaml")}
    (folder / "config.yaml").write_text(TEXT, encoding="utf-8")
    save_changes(None, named, {"name": name, "banned_words": words})
    held = load(None, named).shop
    assert (held.name, held.banned_words) == (name, words)
