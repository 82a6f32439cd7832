"""The settings page's answers: what may be known goes out, what may be set comes in, from ComfyUI's own page only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fit_ad.nodes import _settings
from fit_ad.nodes.routes import settings
from requests_to_us import asked as ask_route

KEY, HIDDEN_KEY = "sk-canary-5e1d", "sk-canary-77aa"
HOST = "hidden-host.example"
TEXT = f"""\
default_profile: own
profiles:
  own: {{base_url: "https://{HOST}/v1", model: m1, key: {HIDDEN_KEY}}}
  paid: {{base_url: "https://{HOST}/v1", model: m2, key_env: PAID_KEY}}
  unpaid: {{base_url: "https://{HOST}/v1", model: m3, key_env: UNPAID_KEY}}
shop:
  name: 봄날 카페 # the sign
  colors: ["#FFF3E0"]
"""


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(file))
    monkeypatch.setenv("PAID_KEY", KEY)
    monkeypatch.delenv("UNPAID_KEY", raising=False)
    return file


def asked(question: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
    return ask_route(settings.ROUTE, question or {}, **headers)


def test_it_tells_what_may_be_known_and_no_key_or_address(file: Path) -> None:
    status, told = asked()
    assert status == 200
    profiles = {profile["name"]: profile for profile in told["profiles"]}
    assert profiles["own"] == {"name": "own", "model": "m1", "key": "in file", "key_env": ""}
    assert profiles["paid"] == {"name": "paid", "model": "m2", "key": "set", "key_env": "PAID_KEY"}
    assert profiles["unpaid"] == {"name": "unpaid", "model": "m3", "key": "missing", "key_env": "UNPAID_KEY"}
    assert profiles["ollama"]["key"] == "none"
    assert (told["file"], told["there"], told["default_profile"]) == (str(file), True, "own")
    assert told["page_file"] == str(file.with_name("config.page.json"))
    assert told["shop"] == {
        "name": "봄날 카페",
        "phone": "",
        "logo": "",
        "colors": ["#FFF3E0"],
        "font": "",
        "banned_words": [],
    }
    assert "Pretendard ExtraBold" in told["fonts"]
    whole = json.dumps(told)
    assert [secret for secret in (KEY, HIDDEN_KEY, HOST, "base_url", "127.0.0.1:11434") if secret in whole] == []


def test_a_change_is_kept_and_told(file: Path) -> None:
    changes = {"name": " 가을 카페 ", "colors": ["#112233", "#445566"], "default_profile": "rules"}
    status, told = asked({"changes": changes})
    assert (status, told["default_profile"], told["shop"]["name"]) == (200, "rules", "가을 카페")
    assert file.read_text(encoding="utf-8") == TEXT
    kept = json.loads(file.with_name("config.page.json").read_text(encoding="utf-8"))["values"]
    assert (kept["name"], kept["colors"], kept["default_profile"]) == ("가을 카페", changes["colors"], "rules")


def test_what_the_environment_says_instead_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIT_AD_PROFILE", "ollama")
    told = asked()[1]
    assert (told["default_profile"], told["beaten_by"]) == ("own", "ollama")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ([1], "changes must be a JSON object"),
        ({"name": 3}, "name is neither a text nor a list of texts"),
        ({"name": "a" * 201}, "name is too long"),
        ({"banned_words": ["a"] * 51}, "banned_words has 51 parts"),
        ({"font": "Nothing Sans"}, "The font 'Nothing Sans' is not installed"),
        ({"key": "x"}, "There is no setting 'key'"),
        ({"profiles": "x"}, "There is no setting 'profiles'"),
        ({"default_profile": "theirs"}, "There is no profile 'theirs' in the settings"),
        ({"colors": ["red"]}, "'red' is not a colour"),
    ],
)
def test_a_wrong_change_is_told_and_nothing_is_written(changes: Any, what: str, file: Path) -> None:
    status, told = asked({"changes": changes})
    assert (status, told["error"]["what"]) == (400, what)
    assert [path.name for path in file.parent.iterdir()] == ["config.yaml"]


def test_a_broken_file_is_told_with_its_line(file: Path) -> None:
    file.write_text("shop: {nmae: x}\n", encoding="utf-8")
    status, told = asked({"changes": {"name": "A"}})
    assert status == 400
    assert told["error"]["what"] == f"The settings file {file}, line 1, has an error"
    assert file.read_text(encoding="utf-8") == "shop: {nmae: x}\n"


def test_a_logo_is_a_picture_in_the_input_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path) -> None:
    import folder_paths

    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "logo.png").write_bytes(b"")
    monkeypatch.setattr(folder_paths, "get_input_directory", lambda: str(tmp_path / "input"))
    assert asked({"changes": {"logo": "logo.png"}})[1]["shop"]["logo"] == "logo.png"
    for name in ("../config.yaml", str(file), "none.png", "."):
        status, told = asked({"changes": {"logo": name}})
        assert (status, told["error"]["what"]) == (400, f"There is no picture {name!r} in ComfyUI's input folder")


def test_the_names_of_profiles_are_known() -> None:
    assert _settings.profile_names() == ("openai", "ollama", "own", "paid", "unpaid")
