"""`fit-ad config`: what it says of a file, of none and of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.client.cli import main as command
from fit_ad.client.cli.config import masked
from fit_ad.core.settings import parse

ROOT = Path(__file__).resolve().parents[3]
TEXT = """\
default_profile: mine
profiles:
  mine: {base_url: 'https://llm.example.com/v1', model: m, key: sk-canary-aaaabbbbccccdddd}
  other: {base_url: 'https://llm.example.com/v1', model: n, key_env: OTHER_KEY}
shop: {name: 봄날 카페, colors: ['#FFFFFF']}
"""


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_quiet", lambda: None)
    for name in ("FIT_AD_DEBUG", "OPENAI_API_KEY", "OTHER_KEY", "FIT_AD_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(["config", *arguments])
    return int(ended.value.code or 0)


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    monkeypatch.setenv("FIT_AD_CONFIG", str(file))
    return file


def test_check_a_right_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = use(monkeypatch, tmp_path, TEXT)
    monkeypatch.setenv("OTHER_KEY", "sk-canary-2")
    assert run("check") == 0
    out = capsys.readouterr().out
    assert out == (
        f"{file} is valid\n  openai: gpt-5-mini, OPENAI_API_KEY is not set\n  ollama: qwen2.5:14b, needs no key\n"
        "  mine: m, key in the file\n  other: n, key in OTHER_KEY\n"
    )


def test_profiles_that_make_pictures_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, tmp_path, "profiles:\n  ollama: {image_model: flux-dev}\n")
    assert run("check") == 0
    assert "  ollama: qwen2.5:14b, pictures by flux-dev, needs no key\n" in capsys.readouterr().out
    assert run("show") == 0
    assert "    image_model: flux-dev\n" in capsys.readouterr().out


def test_check_a_wrong_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = use(monkeypatch, tmp_path, "limits:\n  seconds: long\n")
    assert run("check") == 1
    assert f"{file}, line 2, has an error. seconds must be a number from 1 to 600" in capsys.readouterr().err


def test_check_without_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "none.yaml"))
    assert run("check") == 0
    out = capsys.readouterr().out
    assert str(tmp_path / "none.yaml") in out
    assert "note: auto writes by the rules" in out


@pytest.mark.skipif("sys.platform == 'win32'")
def test_keys_that_others_can_read_are_remarked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = use(monkeypatch, tmp_path, TEXT, 0o644)
    assert run("check") == 0
    assert f"chmod 600 {file}" in capsys.readouterr().out


def test_show_masks_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = use(monkeypatch, tmp_path, TEXT)
    monkeypatch.setenv("OTHER_KEY", "sk-canary-2")
    assert run("show") == 0
    out = capsys.readouterr().out
    assert "canary" not in out
    assert "    key: '********dddd'\n" in out
    assert "  other:  # key in OTHER_KEY\n" in out
    again = parse(out.replace("default_profile: # none", ""), file)
    assert (again.default_profile, again.shop.name, again.shop.colors) == ("mine", "봄날 카페", ("#FFFFFF",))
    assert masked("short") == "********"


def test_the_example_is_right() -> None:
    settings = parse((ROOT / "config.example.yaml").read_text(encoding="utf-8"), Path("example"))
    assert settings.default_profile == "rules"
    assert settings.shop.banned_words == ("싸구려", "떨이")
