"""Prompt modes of a batch."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.client.batch.prompt_modes import KEYWORDS, LLM, RANDOM, TEMPLATES, prompt_for, read_templates
from fit_ad.client.failures import BadUseError
from fit_ad.core.errors import FitAdError
from fit_ad.core.text.korean import has_hangul

SHOP = {"shop": "카페 봄날", "offer": "딸기 라떼 1+1", "features": "생딸기", "region": "연남동"}


def test_random_is_the_same_for_the_same_job() -> None:
    prompts = [prompt_for(RANDOM, SHOP, str(seed)) for seed in range(40)]
    assert prompts == [prompt_for(RANDOM, SHOP, str(seed)) for seed in range(40)]
    assert len(set(prompts)) == len(TEMPLATES)
    assert not any(has_hangul(prompt) or "{" in prompt for prompt in prompts)
    assert all("latte" in prompt.lower() for prompt in prompts)


def test_templates_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "templates.txt"
    path.write_text("# remark\n\n{offer} in {red|blue} light\n", encoding="utf-8")
    templates = read_templates(path)
    made = {prompt_for(RANDOM, {"offer": "tea"}, str(seed), templates) for seed in range(20)}
    assert made == {"tea in red light", "tea in blue light"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"# none\n", "contains no templates"),
        (b"\xff\xfe", "contains no templates"),
        (b"\xff\xff\xff", "is not a text file"),
    ],
)
def test_templates_that_are_wrong(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "templates.txt"
    path.write_bytes(data)
    with pytest.raises(BadUseError, match=message):
        read_templates(path)


def test_keywords_come_from_the_words_of_the_ad() -> None:
    prompt = prompt_for(KEYWORDS, SHOP, "1")
    assert "fresh strawberries" in prompt
    assert not has_hangul(prompt)


def test_a_language_model_has_to_be_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(FitAdError, match="no language model to ask"):
        prompt_for(LLM, SHOP, "1")


def test_no_such_mode() -> None:
    with pytest.raises(BadUseError, match=r"no prompt mode 'best'\. Choose one of random, keywords, llm"):
        prompt_for("best", SHOP, "1")
