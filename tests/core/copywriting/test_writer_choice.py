"""Who writes: the profile that the graph names, as the settings have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.core.copywriting import (
    ShopBrief,
    cache_state,
    profile_options,
    with_shop_profile,
    writer_choice,
    writer_for,
)
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra.answer_cache import AnswerCache
from fit_ad.core.settings import Settings, parse

KEYED = "profiles:\n  mine: {base_url: 'https://a.example/v1', model: m, key_env: MY_KEY}\n"
OPEN = "  free: {base_url: 'https://b.example/v1', model: n}\n"


def settings(text: str) -> Settings:
    return parse(text, Path("config.yaml"))


def chosen(name: str, text: str = "", variables: dict[str, str] | None = None) -> tuple[str, str, tuple[str, ...]]:
    """(profile or rules, key, notes)"""
    writer, notes = writer_for(name, settings(text), variables or {}, None)
    return (writer.profile.name if writer.profile else "rules"), writer.key, notes


@pytest.mark.parametrize(
    ("text", "variables", "profile", "key"),
    [
        ("", {}, "rules", ""),
        ("", {"OPENAI_API_KEY": "sk-1"}, "rules", ""),
        (KEYED, {"MY_KEY": "sk-2"}, "mine", "sk-2"),
        (KEYED, {}, "rules", ""),
        (KEYED + OPEN, {}, "free", ""),
        (KEYED + OPEN, {"MY_KEY": "sk-2"}, "mine", "sk-2"),
        (KEYED + OPEN + "default_profile: free\n", {"MY_KEY": "sk-2"}, "free", ""),
        (KEYED + OPEN + "default_profile: mine\n", {}, "rules", ""),
        (KEYED + OPEN + "default_profile: rules\n", {"MY_KEY": "sk-2"}, "rules", ""),
        ("default_profile: openai\n", {"OPENAI_API_KEY": "sk-1"}, "openai", "sk-1"),
    ],
)
def test_auto_asks_a_model_only_where_the_settings_say_so(
    text: str, variables: dict[str, str], profile: str, key: str
) -> None:
    assert chosen("auto", text, variables)[:2] == (profile, key)


def test_auto_says_why_the_rules_wrote() -> None:
    assert chosen("auto", KEYED)[2] == ("The rules wrote: MY_KEY, the key of the profile 'mine', is not set",)
    assert chosen("auto", "", {"OPENAI_API_KEY": "sk-1"})[2] == (
        "OPENAI_API_KEY is set: choose the profile openai to let its model write",
    )
    assert chosen("auto")[2] == ()
    assert chosen("rules", KEYED, {"MY_KEY": "sk-2"}) == ("rules", "", ())


def test_a_named_profile_has_to_be_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen("mine", KEYED, {"MY_KEY": "sk-2"})[:2] == ("mine", "sk-2")
    with pytest.raises(FitAdError, match=r"no profile 'theirs'.*Choose one of auto, rules, openai, ollama"):
        chosen("theirs")
    with pytest.raises(FitAdError, match=r"'mine' has no key.*MY_KEY is not set"):
        chosen("mine", KEYED)
    monkeypatch.setattr(writer_choice, "_PACKAGES", ("no_such_package",))
    with pytest.raises(FitAdError, match=r"not installed: no_such_package.*requirements\.txt"):
        chosen("mine", KEYED, {"MY_KEY": "sk-2"})
    assert chosen("auto", KEYED, {"MY_KEY": "sk-2"})[2] == (
        "The rules wrote: packages are not installed: no_such_package",
    )


def test_what_a_graph_can_name() -> None:
    assert profile_options(settings(KEYED)) == ("auto", "rules", "openai", "ollama", "mine")


def test_the_state_changes_with_the_settings_and_with_failures(tmp_path: Path) -> None:
    text = "profiles:\n  mine: {base_url: 'https://a.example/v1', model: m}\n"

    def now(name: str, text: str) -> str:
        return cache_state(name, settings(text), {}, tmp_path)

    before = now("mine", text)
    assert before == now("mine", text)
    assert before != now("mine", text.replace("a.example", "b.example"))
    assert before != now("rules", text)
    assert now("rules", text) == now("rules", "")
    assert now("rules", text) != now("rules", text + "shop: {name: 봄날}\n")
    AnswerCache(tmp_path / "fit_ad" / "cache", 9).failed("mine")
    assert before != now("mine", text)
    assert "a.example" not in before


def test_the_shop_profile_fills_an_empty_name() -> None:
    own = settings("shop: {name: 봄날 카페}\n")
    assert with_shop_profile(ShopBrief("  "), own).shop == "봄날 카페"
    assert with_shop_profile(ShopBrief("겨울 카페"), own).shop == "겨울 카페"
