"""Keys, tokens and passwords: every form is found, nothing else is, and none stays in what goes out."""

from __future__ import annotations

import base64
import json
import unicodedata
from urllib.parse import quote

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.infra.key_patterns import key_data
from fit_ad.core.infra.secrets import (
    KnownSecrets,
    environment_secrets,
    is_secret_name,
    named_secret,
    scrubbed,
    scrubbed_message,
    secret_in,
    without_secrets,
)

HEX, MIXED = "0f3a9c7e5b1d2846", "aB3dE6gH9jK2mN5pQ8sT1vW4"
UUID = "3f2a9c7e-5b1d-4846-9f3a-0c7e5b1d2846"
KEYS = {
    "OpenAI": "sk-" + MIXED * 2,
    "OpenAI project": "sk-proj-" + MIXED * 3 + "-_" + MIXED,
    "Anthropic": "sk-ant-api03-" + MIXED * 3 + "AA",
    "OpenRouter": "sk-or-v1-" + HEX * 4,
    "Google": "AIzaSy" + MIXED + "xY3z56789",
    "Gemini": "AQ.Ab8" + MIXED * 2,
    "Google OAuth": "ya29.a0" + MIXED * 2 + "-" + MIXED,
    "Google client": "GOCSPX-" + MIXED + "_x12",
    "Hugging Face": "hf_" + MIXED + "x12345678",
    "Hugging Face, short": "hf_abcdefGHIJKLmnopqrst",
    "GitHub": "ghp_" + MIXED + "x12345678901",
    "GitHub, fine": "github_pat_11" + MIXED + "_" + MIXED,
    "GitLab": "glpat-" + MIXED[:20],
    "Slack": "xoxb-123456789012-" + MIXED,
    "Slack webhook": "https://hooks.slack.com/services/T0A1B2C3D/B0E1F2G3H/" + MIXED,
    "Discord webhook": "https://discord.com/api/webhooks/112233445566778899/" + MIXED * 2,
    "Telegram": "7123456789:AA" + MIXED + "x12345678",
    "Stripe": "sk_live_" + MIXED,
    "ElevenLabs": "sk_" + HEX * 3,
    "Kakao": "KakaoAK " + HEX * 2,
    "Naver Cloud": "ncp_iam_" + MIXED,
    "fal": f"{UUID}:{HEX * 2}",
    "DeepL": f"{UUID}:fx",
    "Azure storage": "AccountKey=" + base64.b64encode(bytes(range(3, 255, 4)) + b"k").decode(),
    "Azure OpenAI": MIXED * 2 + "aB3d" + "JQQJ99" + MIXED + "x1",
    "Azure client": "aB38Q~" + MIXED + "x123456789",
    "AWS": "AKIAQ2W3E4R5T6Y7U8I9",
    "AWS secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzz9LEpKEY",
    "AWS pair": "AKIAQ2W3E4R5T6Y7U8I9:" + MIXED + "x123456789012345",
    "Runway": "key_" + HEX * 8,
    "Replicate": "r8_" + MIXED + "x123456789012",
    "xAI": "xai-" + MIXED * 3,
    "Together": "tgp_v1_" + MIXED * 2,
    "Groq": "gsk_" + MIXED * 2,
    "NVIDIA": "nvapi-" + MIXED * 2,
    "Perplexity": "pplx-" + MIXED * 2,
    "ComfyUI": "comfyui-" + HEX * 4,
    "JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123",
    "header": "Authorization: Bearer " + MIXED,
    "header, basic": "Authorization: Basic " + base64.b64encode(b"hana:pa55word").decode(),
    "address": "https://hana:pa55word@example.com/a.png",
    "address, token": f"https://{MIXED}@example.com/a.git",
    "query": "https://example.com/x.png?api_key=" + MIXED,
    "signature": "https://shop.example.com/c?sv=2024&sig=" + MIXED + "%3D",
    "private key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{MIXED * 2}\n-----END OPENSSH PRIVATE KEY-----",
    "private key, cut": f"-----BEGIN PRIVATE KEY-----\n{MIXED * 3}",
    "password": "password: hunter2hunter2",
    "password, Korean": "비밀번호: bomnal2024!",
    "password, in a sentence": "와이파이 비밀번호는 bomnal2024 입니다",
    "password, JSON": json.dumps({"pw": "bomnal2024"}),
    "secretKey": f'secretKey = "{MIXED}"',
}
SECRET_PARTS = (
    MIXED[-9:],
    HEX[-9:],
    UUID,
    "pa55word",
    "hunter2",
    "bomnal2024",
    "QkpRV1",
    "Q2W3E4R5",
    "zzz9LEp",
    "IsMDQ4",
)
SECRET_PARTS += ("eyJzdWIi", "aGFuYTp", "GHIJKLmn", "gH9jK2mN", "MXGx8jJys")
PLAIN = (
    "카페 봄날 아메리카노 1+1, 02-123-4567, 매일 10:00~22:00",
    "task-based mask-of-something sk-short, a skin-tight dress, sk-8 style",
    "Our secret: butterscotch. The key: patience, token: of love",
    "Basic latte art, basic information about bearer certificates",
    "max_tokens: 77, seed=1234567890123456, key=1",
    "https://example.com/menu?page=2&size=large",
    "contact@example.com #token #password",
    "비밀번호 없이 쓰는 와이파이, 비밀 레시피는 3가지",
    "hf_hub model, models/loras/flux/some_style_v2.safetensors",
    "a1b2c3d4-1234-4abc-9def-0123456789ab 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "key_light, sk_small, fw_version_two_of_the_frame, pa-per-flowers-in-a-vase-on-the-old-wooden-table",
)
NAMES = (
    "password",
    "비밀번호",
    "secretKey",
    "auth",
    "key",
    "pw",
    "appkey",
    "webhook_url",
    "api_key",
    "xi-api-key",
    "token",
)
NAMES += (
    "X-NCP-APIGW-API-KEY",
    "kakao_rest_api_key",
    "clientSecret",
    "Authorization",
    "aws_secret_access_key",
    "hf_token",
)
NAMES += (
    "API 키",
    "DB_PASSWORD",
    "refreshToken",
    "api_key_2",
    "auth_token_comfy_org",
    "runwayApiKey",
    "apikey",
    "API-KEY",
)
NO_NAMES = (
    "max_tokens",
    "token_count",
    "keyword",
    "key_frame",
    "monkey",
    "trigger_token",
    "author",
    "public_key",
    "seed",
)
NO_NAMES += (
    "tokenizer",
    "secretary",
    "hotkey",
    "passage",
    "sort_key",
    "num_keys",
    "signal",
    "keyframes",
    "pwm",
    "password_max",
)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_found_and_nothing_of_it_stays(key: str) -> None:
    text = f"see {key} there"
    assert secret_in(text) is not None
    secrets = [one for one in SECRET_PARTS if one in key]
    assert secrets
    for cleaned in (without_secrets(text), scrubbed([text])[0], scrubbed({"note": {"deep": text}})["note"]["deep"]):
        assert [one for one in secrets if one in cleaned] == []
        assert cleaned.startswith("see ")
    assert [one for one in secrets if one in scrubbed_message(text)] == []


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_stay(text: str) -> None:
    assert secret_in(text) is None
    assert scrubbed(text) == text


@pytest.mark.parametrize("name", NAMES)
def test_names_of_fields_for_secrets(name: str) -> None:
    assert is_secret_name(name)
    assert is_secret_name(unicodedata.normalize("NFD", name))
    assert scrubbed({name: MIXED}) == {name: "…"}


@pytest.mark.parametrize("name", NO_NAMES)
def test_names_of_other_fields(name: str) -> None:
    assert not is_secret_name(name)
    assert scrubbed({name: "bread and butter"}) == {name: "bread and butter"}


def test_a_field_that_is_only_called_key_holds_more_than_keys() -> None:
    assert named_secret("key", MIXED)
    assert not named_secret("key", "C major")
    assert not named_secret("key", "bread with 3 kinds of butter")
    assert not named_secret("api_key", "OPENAI_API_KEY")
    assert named_secret("pw", "1234")


def test_wires_stay_wires_under_any_name() -> None:
    graph = {"1": {"inputs": {"token": ["4", 0], "api_keys": ["a b c", "d"], "seed": 5}}}
    assert scrubbed(graph) == {"1": {"inputs": {"token": ["4", 0], "api_keys": ["…", "…"], "seed": 5}}}


def test_a_message_keeps_no_part_of_a_key() -> None:
    said = "Incorrect API key provided: sk-proj-****************************Ab3d. hf_partOfIt, ghp_abcdefgh"
    assert scrubbed_message(said) == "Incorrect API key provided: …. …, …"


# --- known keys -----------------------------------------------------------------------------------------------

CANARY = "canary/83c1+f0a7=d2b94e-5f"


@pytest.mark.parametrize(
    "form",
    [
        CANARY,
        CANARY[::-1],
        quote(CANARY, safe=""),
        CANARY.encode().hex(),
        CANARY.encode().hex().upper(),
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(f"user:{CANARY}".encode()).decode(),
        base64.b64encode(f"u:{CANARY}@".encode()).decode(),
        CANARY[:14],
        CANARY[9:21],
        base64.b64encode(CANARY.encode()).decode()[5:17],
        CANARY.encode().hex()[7:25],
    ],
)
def test_a_known_key_is_hidden_in_every_form(form: str) -> None:
    left = KnownSecrets([CANARY]).hidden(f"it said {form} and no more")
    assert left.startswith("it said ")
    assert left.endswith(" and no more")
    assert not any(form[at : at + 12] in left for at in range(len(form) - 11))


def test_a_known_key_of_plain_words_is_hidden_as_a_whole_only() -> None:
    known = KnownSecrets(["an odd form of key"], exact=["api.example.com"], mark="[hidden]")
    assert known.hidden("an odd form of key at api.example.com") == "[hidden] at [hidden]"
    assert known.hidden("an odd form, api.example.org") == "an odd form, api.example.org"
    assert known.hidden_in({"an odd form of key": ["x", 3, None]}) == {"[hidden]": ["x", 3, None]}


def test_what_the_environment_holds_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAFE_API_KEY", "odd form of key")
    monkeypatch.setenv("CAFE_LINE", CANARY)
    monkeypatch.setenv("SHORT_TOKEN", "abc")
    assert scrubbed(["the odd form of key here", "abc", CANARY]) == ["the … here", "abc", CANARY]
    assert scrubbed([CANARY], environment_secrets(also=["CAFE_LINE"])) == ["…"]


# --- the list itself ------------------------------------------------------------------------------------------


def test_hints_are_in_small_letters_and_in_what_the_patterns_find() -> None:
    data = key_data()
    assert len(data.whole.patterns) < len(data.parts.patterns)
    assert [hint for one in data.whole.patterns for hint in one.hints if hint != hint.lower()] == []


@pytest.mark.parametrize(
    "unit", ["token:", "password=", "비밀번호는 ", "-----BEGIN A PRIVATE KEY-----", "://a:", "://a", "?key="]
)
def test_long_texts_take_no_time(unit: str) -> None:
    text = (unit * 64_000)[:64_000]
    with at_most_cpu(0.5):
        without_secrets(text)
        scrubbed_message(text)
        KnownSecrets([CANARY]).hidden(text)


@pytest.mark.parametrize("key", [*KEYS.values(), "hf_", "a"])
def test_a_run_of_keys_takes_no_time(key: str) -> None:
    text = (key * 64_000)[:64_000]
    with at_most_cpu(0.5):
        without_secrets(text)


def test_what_is_left_of_another_key_goes_with_the_beginning_that_both_share() -> None:
    """A known key's first eight characters, sk-proj-, are those of many."""
    known = KnownSecrets(["sk-proj-canaryEnv83c1f0a7d2b94e"])
    assert known.hidden("라떼 sk-proj-abcDEF1234567890abcDEF, 카페") == "라떼 …, 카페"
