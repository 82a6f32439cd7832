"""What a file tells besides its pixels: as much as the policy says, and never a secret."""

from __future__ import annotations

import json

import pytest
from fit_ad.core.export import FileMetadata, SaveOptions, encode, metadata_for
from fit_ad.core.infra.secrets import scrubbed
from PIL import features
from saved_pictures import noise, opened

PROMPT = {"1": {"class_type": "AdSave", "inputs": {"copies": "아메리카노"}}}
EXTRA = {"workflow": {"nodes": [], "version": 1}}


def test_policy() -> None:
    assert not metadata_for("none", PROMPT, EXTRA, "copy", "#tag")
    assert metadata_for("workflow", PROMPT, EXTRA, "copy", "#tag") == FileMetadata(PROMPT, EXTRA, "")
    assert metadata_for("full", PROMPT, None, "copy ", "#tag").description == "copy\n\n#tag"


def test_workflow_in_png() -> None:
    text = opened(encode(noise(), SaveOptions("png"), FileMetadata(PROMPT, EXTRA, "라떼 한 잔")).data).text
    assert json.loads(text["prompt"]) == PROMPT
    assert json.loads(text["workflow"]) == EXTRA["workflow"]
    assert text["Description"] == "라떼 한 잔"


KINDS = ["jpeg", "png", "webp", *(["avif"] if features.check("avif") else [])]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "png"])
def test_workflow_in_exif(kind: str) -> None:
    exif = opened(encode(noise(), SaveOptions(kind), FileMetadata(PROMPT, EXTRA, "라떼 한 잔")).data).getexif()
    assert json.loads(exif[0x0110].removeprefix("prompt:")) == PROMPT
    assert json.loads(exif[0x010F].removeprefix("workflow:")) == EXTRA["workflow"]


def test_workflow_too_long_for_jpeg_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    notes = FileMetadata({"1": "x" * 70_000}, {}, "")
    assert not opened(encode(noise(), SaveOptions("jpeg"), notes).data).getexif()
    assert "too long for a JPEG" in caplog.text
    assert opened(encode(noise(), SaveOptions("webp"), notes).data).getexif()


@pytest.mark.parametrize(
    ("notes", "kept", "missing"),
    [
        (FileMetadata({"1": "x" * 70_000}, EXTRA, "라떼 한 잔"), {0x010F, 0x010E, 0x0131}, "The API graph is"),
        (FileMetadata(PROMPT, {"workflow": "x" * 70_000}, "라떼 한 잔"), {0x010E, 0x0131}, "The workflow is"),
        (FileMetadata(PROMPT, EXTRA, "잔" * 70_000), set(), "Workflow and words are"),
    ],
)
def test_a_jpeg_keeps_the_words_then_the_workflow(
    notes: FileMetadata, kept: set[int], missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    exif = opened(encode(noise(), SaveOptions("jpeg"), notes).data).getexif()
    assert set(exif) == kept
    assert missing in caplog.text


# --- made with AI ---

IPTC = b"http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("ai", "word"), [("composite", b"compositeWithTrainedAlgorithmicMedia"), ("generated", b"trainedAlgorithmicMedia")]
)
def test_ai_in_the_words_of_iptc(kind: str, ai: str, word: bytes) -> None:
    data = encode(noise(), SaveOptions(kind), metadata_for("workflow", PROMPT, EXTRA, "", "", ai)).data
    image = opened(data)
    xmp = image.info["XML:com.adobe.xmp"].encode() if kind == "png" else image.info.get("xmp")
    xmp = xmp or dict(image.applist)["APP1"].partition(b"\0")[2]  # a JPEG in Pillow before 11
    assert IPTC + word + b'"' in xmp
    assert xmp.startswith('<?xpacket begin="\ufeff"'.encode())
    import xml.etree.ElementTree as ElementTree

    assert ElementTree.fromstring(xmp.decode()).tag == "{adobe:ns:meta/}xmpmeta"


@pytest.mark.parametrize("kind", KINDS)
def test_policy_none_says_nothing_at_all(kind: str) -> None:
    data = encode(noise(), SaveOptions(kind), metadata_for("none", PROMPT, EXTRA, "copy", "#tag", "generated")).data
    assert [word for word in (b"xmpmeta", b"AdSave", b"iptc.org", b"Exif\0", b"#tag") if word in data] == []


# --- secrets ---

SECRETS = [
    "sk-proj-abcDEF1234567890abcDEF",
    "sk-ant-api03-abcDEF1234567890abcDEF",
    "hf_abcdefGHIJKLmnopqrst",
    "AIzaSyA1234567890abcdefghijklmnopqrs",
    "ghp_abcdefghijklmnopqrstuvwxyz0123",
    "github_pat_11ABCDEFG0abcdefghijkl_mnop",
    "glpat-abcdefghij0123456789",
    "xoxb-123456789012-abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "r8_abcdefghijklmnopqrstuv",
    "comfyui-0123456789abcdef0123456789abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_keys_are_taken_out_wherever_they_stand(secret: str) -> None:
    graph = {"1": {"inputs": {"text": f"use {secret} please", "deep": [[secret], {"note": secret}]}}}
    assert secret not in json.dumps(scrubbed(graph))
    assert scrubbed(graph)["1"]["inputs"]["text"] == "use … please"
    assert graph["1"]["inputs"]["deep"] == [[secret], {"note": secret}]  # the graph itself stays


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abc.def-123456", "Authorization: Bearer …"),
        ("https://shop:pass1234@example.com/v1", "https://…@example.com/v1"),
        ("https://example.com/v1?api_key=abcd1234efgh&x=1", "https://example.com/v1?api_key=…&x=1"),
        ('{"token": "0123456789abcdef"}', '{"token": "…"}'),
        ("password: hunter2hunter2", "password: …"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "…"),
    ],
)
def test_forms_of_secrets(text: str, left: str) -> None:
    assert scrubbed(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "카페 봄날 아메리카노 1+1, 02-123-4567",
        "task-based mask-of-something sk-short",
        "Our secret: butterscotch",
        "max_tokens: 77",
        "https://example.com/menu?page=2",
        "contact@example.com",
        "Basic latte art",
        "#token #password",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert scrubbed(text) == text


def test_fields_with_a_secret_name() -> None:
    given = {"api_key": "short", "token": "", "max_tokens": 77, "auth_token": "abc", "key": "C", "seed": 5}
    assert scrubbed(given) == {**given, "api_key": "…", "auth_token": "…"}


def test_what_the_environment_holds_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAFE_API_KEY", "odd form of key")
    monkeypatch.setenv("SHORT_TOKEN", "abc")
    assert scrubbed(["the odd form of key here", "abc"]) == ["the … here", "abc"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_reaches_the_file(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAFE_API_KEY", "environment-value-77")
    prompt = {"1": {"class_type": "X", "inputs": {"api_key": "k" * 9, "text": " ".join(SECRETS)}}}
    extra = {"workflow": {"nodes": [{"widgets_values": ["environment-value-77", SECRETS[0]]}]}}
    data = encode(noise(), SaveOptions(kind), metadata_for("full", prompt, extra, SECRETS[1], "#tag")).data
    for secret in (*SECRETS, "kkkkkkkkk", "environment-value-77"):
        assert secret.encode() not in data
    assert b"widgets_values" in data
