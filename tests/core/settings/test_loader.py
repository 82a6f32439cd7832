"""The settings file: what it may say, where it lies, and how its mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.settings import BUILT_IN, Settings, ShopProfile, UsageLimits, find, load, parse, search_paths
from fit_ad.core.settings.loader import is_local

FILE = Path("config.yaml")
WHOLE = """\
default_profile: 내서버
profiles:
  내서버:
    base_url: https://llm.example.com/v1/
    model: qwen3-32b
    key_env: MY_KEY
    vision: yes
  local:
    base_url: http://localhost:8000/v1
    model: m
    json: object
    image_model: flux-dev
shop:
  name: 봄날 카페
  phone: 02-123-4567
  colors: ["#FFF3E0", "#F2994A"]
  banned_words: 싸구려, 저렴이
fonts: [~/fonts]
limits: {seconds: 20, retries: 1, cache_days: 7}
run_log: no
"""


def test_a_whole_file() -> None:
    settings = parse(WHOLE, FILE)
    own = settings.profile("내서버")
    assert (own.base_url, own.model, own.key_env, own.vision) == (
        "https://llm.example.com/v1",
        "qwen3-32b",
        "MY_KEY",
        True,
    )
    assert (own.line, settings.profile("local").json) == (3, "object")
    assert (own.image_model, settings.profile("local").image_model) == ("", "flux-dev")
    assert list(settings.profiles) == ["openai", "ollama", "내서버", "local"]
    assert settings.shop == ShopProfile(
        "봄날 카페", "02-123-4567", colors=("#FFF3E0", "#F2994A"), banned_words=("싸구려", "저렴이")
    )
    assert (settings.default_profile, settings.fonts, settings.limits) == (
        "내서버",
        ("~/fonts",),
        UsageLimits(20, 1, 7),
    )
    assert settings.run_log is False


def test_profiles_may_be_a_list() -> None:
    text = "profiles:\n  - name: a\n    base_url: https://a.example\n    model: m\n"
    assert parse(text, FILE).profile("a").base_url == "https://a.example"


def test_without_a_file_two_profiles_are_ready(tmp_path: Path) -> None:
    settings = load(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)})
    if settings.file is None:
        assert settings == Settings()
    assert (BUILT_IN["openai"].model, BUILT_IN["openai"].key_env) == ("gpt-5-mini", "OPENAI_API_KEY")
    assert BUILT_IN["ollama"].base_url == "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "profiles:\n", "shop:\nlimits:\n"])
def test_an_empty_file_is_fine(text: str) -> None:
    settings = parse(text, FILE)
    assert (settings.profiles, settings.shop, settings.limits) == (BUILT_IN, ShopProfile(), UsageLimits())
    assert settings.run_log is True


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("profiles:\n  a: [1\n", 3, "expected"),
        ("\tx: 1\n", 1, "cannot start any token"),
        ("- a\n", 1, "It must be names with values"),
        ("shop: " + "[" * 3000, 1, "nested too deeply"),
        ("profils: {}\n", 1, "Did you mean profiles?"),
        ("profiles: 3\n", 1, "profiles must be names with values"),
        ("profiles:\n  - model: m\n", 2, "This profile has no name"),
        ("profiles:\n  auto: {base_url: 'https://a.example', model: m}\n", 2, "'auto' can't be the name"),
        ("profiles:\n  a:\n    base_url: https://a.example\n", 2, "The profile 'a' has no model"),
        ("profiles:\n  a:\n    model: m\n", 2, "The profile 'a' has no base_url"),
        ("profiles:\n  a:\n    model: m\n    base_url: http://a.example/v1\n", 4, "not encrypted"),
        ("profiles:\n  a:\n    model: m\n    base_url: http://192.168.0.9:11434/v1\n", 4, "not encrypted"),
        ("profiles:\n  a:\n    model: m\n    base_url: http://127.0.0.1.evil.example/v1\n", 4, "not encrypted"),
        ("profiles:\n  a:\n    model: m\n    base_url: https://u:p@a.example/v1\n", 4, "a user, a password"),
        ("profiles:\n  a:\n    model: m\n    base_url: https://a.example/v1?key=x\n", 4, "a user, a password"),
        ("profiles:\n  a:\n    model: m\n    base_url: file:///etc/passwd\n", 4, "not an address"),
        ("profiles:\n  ollama:\n    key_env: sk-abc-123\n", 3, "not the key itself"),
        ("profiles:\n  ollama:\n    json: xml\n", 3, "json must be one of 'schema', 'object', 'text'"),
        ("profiles:\n  ollama:\n    vision: maybe\n", 3, "vision must be yes or no"),
        ("profiles:\n  ollama:\n    modle: m\n", 3, "Did you mean model?"),
        ("profiles:\n  ollama: {model: a, model: b}\n", 2, "is given twice"),
        ("profiles:\n  a: {key: x, key_env: B, model: m, base_url: 'https://a.example'}\n", 2, "both key and key_env"),
        ("default_profile: mine\n", 1, "names 'mine', which is not a profile"),
        ("shop:\n  colors: [red]\n", 2, "'red' is not a colour"),
        ("shop:\n  name: {a: b}\n", 2, "name must be text"),
        ("servers: [a]\n", 1, "servers must be names with values"),
        ("servers:\n  a: {}\n", 2, "The server 'a' has no address"),
        ("servers:\n  a: {url: 'https://u:p@a.example'}\n", 2, "The server 'a' has no address"),
        ("servers:\n  a: {url: 'https://a.example/?token=x'}\n", 2, "The server 'a' has no address"),
        ("servers:\n  a:\n    url: ftp://a.example\n", 3, "The server 'a' has no address"),
        ("servers:\n  a:\n    url: https://a.example\n    token_env: abc-123\n", 4, "not the token itself"),
        ("servers:\n  a:\n    url: https://a.example\n    tokn: x\n", 4, "Did you mean token?"),
        ("servers:\n  a:\n    url: https://a.example\n    headers: [x]\n", 4, "headers must be names with values"),
        ("limits:\n  seconds: 0\n", 2, "number from 1 to 600"),
        ("limits:\n  retries: 1.5\n", 2, "whole number from 0 to 5"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(FitAdError) as caught:
        parse(text, FILE)
    assert f"config.yaml, line {line}, " in str(caught.value)
    assert reason in str(caught.value)


def test_a_mistake_never_repeats_a_secret() -> None:
    for text in (
        "profiles:\n  a:\n    model: m\n    base_url: https://u:sk-canary@a.example/v1\n",
        "profiles:\n  a:\n    model: m\n    base_url: https://a.example\n    key_env: sk-canary\n",
        "profiles:\n  a:\n    model: m\n    base_url: https://a.example\n    key: [sk-canary]\n",
    ):
        with pytest.raises(FitAdError) as caught:
            parse(text, FILE)
        assert "canary" not in str(caught.value)
    assert "canary" not in repr(
        parse("profiles:\n  a: {model: m, base_url: 'https://a.example', key: sk-canary}\n", FILE)
    )


@pytest.mark.parametrize(("content", "reason"), [(b"\xff\xfe\x00", "not UTF-8"), (b"#" * 300_000, "too large")])
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(content)
    with pytest.raises(FitAdError, match=reason):
        load(None, {"FIT_AD_CONFIG": str(file)})


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(FitAdError, match="can't be read"):
        load(None, {"FIT_AD_CONFIG": str(tmp_path)})


def test_the_order_of_places(tmp_path: Path) -> None:
    user, home = tmp_path / "user", tmp_path / "home"
    variables = {"XDG_CONFIG_HOME": str(home), "APPDATA": str(home)}
    assert search_paths(user, variables)[0] == user / "fit_ad" / "config.yaml"
    assert search_paths(user, {**variables, "FIT_AD_CONFIG": "/x/y.yaml"}) == (Path("/x/y.yaml"),)
    assert len(search_paths(None, variables)) == 1
    (user / "fit_ad").mkdir(parents=True)
    (user / "fit_ad" / "config.yaml").write_text("shop: {name: 나}\n", encoding="utf-8")
    assert find(user, variables) == user / "fit_ad" / "config.yaml"
    assert load(user, variables).shop.name == "나"
    assert load(user, {"FIT_AD_CONFIG": str(tmp_path / "none.yaml")}).file is None


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    none = {"FIT_AD_CONFIG": str(tmp_path / "none.yaml")}
    assert load(None, {**none, "FIT_AD_PROFILE": "ollama"}).default_profile == "ollama"
    with pytest.raises(FitAdError, match="no profile 'nobody'"):
        load(None, {**none, "FIT_AD_PROFILE": "nobody"})


def test_keys_come_from_the_environment_or_the_file() -> None:
    profile = parse("profiles:\n  a: {base_url: 'https://a.example', model: m, key_env: K}\n", FILE).profile("a")
    assert profile.checked_secret({"K": " sk-1 \n"}) == "sk-1"
    assert not profile.ready({})
    with pytest.raises(FitAdError, match="environment variable K is not set"):
        profile.checked_secret({})
    with pytest.raises(FitAdError, match="a space, a line break") as caught:
        profile.checked_secret({"K": "sk-canary 2"})
    assert "canary" not in str(caught.value)
    assert BUILT_IN["ollama"].checked_secret({}) == ""


def test_a_key_never_follows_a_known_name_to_another_address() -> None:
    moved = parse("profiles:\n  openai: {base_url: 'https://elsewhere.example/v1'}\n", FILE).profile("openai")
    assert moved.secret({"OPENAI_API_KEY": "sk-canary"}) == ""
    kept = parse("profiles:\n  openai: {model: gpt-5}\n", FILE).profile("openai")
    assert (kept.model, kept.secret({"OPENAI_API_KEY": "sk-1"})) == ("gpt-5", "sk-1")


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://192.168.0.5:11434", True),
        ("http://100.101.102.103/v1", True),
        ("http://[fd00::5]:11434/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://host.docker.internal:11434", True),
        ("http://nas.local/v1", True),
        ("http://8.8.8.8/v1", False),
        ("https://api.openai.com/v1", False),
        ("http://localhost.evil.example/v1", False),
        ("http://127.0.0.1@evil.example/v1", False),
    ],
)
def test_what_is_this_machine_or_its_network(address: str, here: bool) -> None:
    assert is_local(address) is here


def one_profile(address: str, more: str = "") -> str:
    return parse(f"profiles:\n  lan: {{base_url: '{address}', model: m{more}}}\n", FILE).profile("lan").base_url


@pytest.mark.parametrize(
    "host",
    [
        "192.168.0.5:11434",
        "10.0.0.2",
        "[fd00::5]:8000",
        "ollama:11434",
        "host.docker.internal:11434",
        "gpu.shop.example",
    ],
)
def test_plain_http_to_a_private_or_named_host_needs_the_owners_word(host: str) -> None:
    with pytest.raises(FitAdError, match="allow_http: yes"):
        one_profile(f"http://{host}/v1")
    assert one_profile(f"http://{host}/v1", ", allow_http: yes") == f"http://{host}/v1"
    assert one_profile(f"https://{host}/v1") == f"https://{host}/v1"


def test_plain_http_never_goes_to_an_address_of_the_open_internet() -> None:
    with pytest.raises(FitAdError, match="public internet"):
        one_profile("http://93.184.215.14/v1", ", allow_http: yes")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/v1/", "https://a.example/v1"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1"),
        ("https://a.example/v1/chat/completions/", "https://a.example/v1"),
        ("https://a.example/openai/v1/images/generations", "https://a.example/openai/v1"),
        ("https://a.example/v1/models", "https://a.example/v1"),
        ("https://a.example/chat", "https://a.example/chat"),
    ],
)
def test_the_address_of_one_request_is_taken_for_the_base(written: str, kept: str) -> None:
    assert one_profile(written) == kept


def test_a_file_that_is_nested_too_deeply_is_told() -> None:
    with pytest.raises(FitAdError, match="nested too deeply"):
        parse("[" * 20_000, FILE)
