"""HelperPrompt: the word list needs nothing; a language model has to be there."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.helper_prompt import HelperPrompt
from model_server import model_server, saying


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("FIT_AD_CONFIG", str(file))
    monkeypatch.setenv("FIT_AD_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("FIT_AD_PROFILE", raising=False)
    return file


def test_keywords_need_no_settings(settings_file: Path) -> None:
    settings_file.write_text("nonsense: [", encoding="utf-8")
    assert HelperPrompt.validate_inputs("keywords", "auto") is True
    assert HelperPrompt.execute("딸기 타르트", "photo", "keywords", 0.5, "auto").args == (
        "photo, fresh strawberries, fruit tart",
    )


def test_a_model_that_is_not_there_is_told() -> None:
    assert "OPENAI_API_KEY" in str(HelperPrompt.validate_inputs("llm", "openai"))
    assert "no profile 'away'" in str(HelperPrompt.validate_inputs("blend", "away"))
    with pytest.raises(FitAdError, match="There is no language model to ask"):
        HelperPrompt.execute("라떼", "", "llm", 0.5, "auto")


def test_a_profile_of_the_settings_is_asked(settings_file: Path) -> None:
    with model_server(saying('{"prompt": "A fruit tart on a wooden table in soft light"}')) as server:
        settings_file.write_text(
            f"profiles:\n  local:\n    base_url: {server.base_url}\n    model: m\n", encoding="utf-8"
        )
        result = HelperPrompt.execute("딸기 타르트", "", "llm", 0.5, "local").args
    assert result == ("A fruit tart on a wooden table in soft light",)
    assert HelperPrompt.fingerprint_inputs("llm", "local", text="x") != HelperPrompt.fingerprint_inputs("llm", "ollama")
    assert HelperPrompt.fingerprint_inputs("keywords", "local") == ""
