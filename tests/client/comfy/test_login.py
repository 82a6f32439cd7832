"""ComfyUIs behind a login: what goes with every request, and that nobody else ever sees it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_comfyui import FakeComfyUI, fake_comfyui
from fit_ad.client.cli import main as command
from fit_ad.client.comfy.address import parse_address
from fit_ad.client.comfy.credentials import credentials_for, parsed_headers
from fit_ad.client.comfy.queue import ComfyServer
from fit_ad.client.failures import BadUseError, ServerAwayError, UnusableServerError
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from fit_ad.core.errors import FitAdError
from mini_workflow import GOOD, INFO, write_workflow

CANARY = "canary-123456"
BASIC = f"Basic {base64.b64encode(f'hana:{CANARY}'.encode()).decode()}"


@pytest.fixture
def server() -> Iterator[FakeComfyUI]:
    with fake_comfyui(INFO, GOOD) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_workflow(tmp_path)


def run(folder: Path, url: str) -> None:
    values = {"photo": str(folder / "photo.png")}
    run_workflow(RunRequest(str(folder / "mini.json"), values, url, folder / "out", time_limit_s=30))


@pytest.mark.parametrize(
    ("variables", "address", "header", "value"),
    [
        ({"FIT_AD_SERVER_TOKEN": CANARY}, "", "Authorization", f"Bearer {CANARY}"),
        ({"FIT_AD_SERVER_HEADERS": f"X-Api-Key: {CANARY}\nX-Other: b\n"}, "", "X-Api-Key", CANARY),
        ({"FIT_AD_SERVER_HEADERS": json.dumps({"CF-Access": CANARY})}, "", "CF-Access", CANARY),
        ({}, f"hana:{CANARY}@", "Authorization", BASIC),
        ({"FIT_AD_SERVER_TOKEN": "other-token"}, f"hana:{CANARY}@", "Authorization", BASIC),
    ],
)
def test_a_login_goes_with_every_request_and_nowhere_else(
    folder: Path,
    server: FakeComfyUI,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    variables: dict[str, str],
    address: str,
    header: str,
    value: str,
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    server.wanted_headers[header] = value
    with caplog.at_level(logging.DEBUG):
        run(folder, server.url.replace("://", f"://{address}"))
    assert {"ws", "system_stats", "object_info", "prompt", "upload", "view", "history"} <= server.heads
    assert server.refused == set()
    secret = {CANARY, value.partition(" ")[2] or CANARY}
    assert not any(part in caplog.text for part in secret)
    written = b"".join(file.read_bytes() for file in (folder / "out").iterdir())
    assert not any(part.encode() in written + json.dumps(server.posted("prompt")).encode() for part in secret)


def test_a_token_in_the_address_goes_with_every_request(
    folder: Path, server: FakeComfyUI, caplog: pytest.LogCaptureFixture
) -> None:
    server.prefix, server.wanted_query = "user/hana/proxy/8188", f"token={CANARY}"
    with caplog.at_level(logging.DEBUG):
        run(folder, f"{server.url}/user/hana/proxy/8188/?token={CANARY}")
    assert {"ws", "system_stats", "object_info", "prompt", "upload", "view", "history"} <= server.heads
    assert server.refused == set()
    assert CANARY not in caplog.text
    assert CANARY.encode() not in b"".join(file.read_bytes() for file in (folder / "out").iterdir())


def test_a_login_that_is_lacking_or_wrong_is_named(
    server: FakeComfyUI, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.wanted_headers["Authorization"] = "Bearer right"
    with pytest.raises(SystemExit) as ended:
        command.main(["status", "--server", server.url])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"error: The ComfyUI at {server.url} asks for a login. It answers with status 401. Set FIT_AD_SERVER_TOKEN, or "
        "FIT_AD_SERVER_HEADERS to lines such as X-Api-Key: abc123, or give --server as https://user:password@host. "
        "servers: in the settings file keeps logins of several servers.\n"
    )
    monkeypatch.setenv("FIT_AD_SERVER_TOKEN", CANARY)
    with ComfyServer(server.url) as asked, pytest.raises(UnusableServerError, match="does not accept the login") as bad:
        asked.version()
    assert CANARY not in str(bad.value)


@pytest.mark.parametrize(
    ("status", "location", "message"),
    [
        (401, "", "asks for a login. It answers with status 401"),
        (403, "", "asks for a login. It answers with status 403"),
        (407, "", "asks for a login"),
        (
            302,
            "https://accounts.example.com/start?redirect=x",
            "redirects to https://accounts.example.com/start .status 302",
        ),
        (302, "/login?next=%2F&token=canary-123456", "asks for a login. It redirects to .*/login "),
        (301, "{url}/comfy/system_stats", r"has moved\. Status 301\. Give --server {url}/comfy\."),
        (308, "/comfy/system_stats", r"has moved\. Status 308\. Give --server {url}/comfy\."),
        (302, "", "has moved|asks for a login"),
        (302, "ftp://x", "redirects to no address"),
    ],
)
def test_answers_that_are_not_comfyuis(server: FakeComfyUI, status: int, location: str, message: str) -> None:
    server.broken["system_stats"] = status
    server.location = location.format(url=server.url)
    with (
        ComfyServer(server.url) as asked,
        pytest.raises(UnusableServerError, match=message.format(url=server.url)) as caught,
    ):
        asked.version()
    assert "canary" not in str(caught.value)
    assert server.heads == {"system_stats"}  # nothing is followed


def test_no_comfyui_stays_that(server: FakeComfyUI) -> None:
    server.broken["system_stats"] = 404
    with ComfyServer(server.url) as asked, pytest.raises(ServerAwayError, match=r"not a ComfyUI server\. Status 404"):
        asked.version()


def test_a_photo_that_is_too_large_for_the_server(folder: Path, server: FakeComfyUI) -> None:
    server.broken["upload"] = 413
    with pytest.raises(FitAdError, match=r"photo is too large .* It has 0\.0 MB; .*413.* --max-upload-size"):
        run(folder, server.url)


def test_what_a_server_echoes_is_cut_out(server: FakeComfyUI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIT_AD_SERVER_HEADERS", "X-Pass: odd secret 77")
    server.broken["upload"], server.body = 500, b"the header odd secret 77 is wrong"
    with ComfyServer(server.url) as asked, pytest.raises(FitAdError, match="the header … is wrong"):
        asked.upload(b"data")


@pytest.mark.parametrize(
    "text", ["no colon", "X-Key:", "X Key: a", "X-Key: a\x00b", "{", "[1]", '{"a": 1}', '{"a": "b\\n"}', "[" * 5000]
)
def test_what_can_be_no_header(text: str) -> None:
    with pytest.raises(BadUseError, match=r"FIT_AD_SERVER_HEADERS contains what can't be a header"):
        parsed_headers(text, "FIT_AD_SERVER_HEADERS")


def test_secrets_show_in_no_repr() -> None:
    address = parse_address(f"https://hana:{CANARY}@example.com/x?token={CANARY}")
    found = credentials_for(address, {"FIT_AD_SERVER_HEADERS": f"X-Key: {CANARY}"})
    assert CANARY not in repr((address, found))
    assert address.url == "https://example.com/x"
    assert address.websocket_url == "wss://example.com/x/ws"
    assert set(found.headers) == {"X-Key", "Authorization"}


def test_a_password_with_odd_signs() -> None:
    found: Any = credentials_for(parse_address("http://a%40b:p%3Aw%2F@localhost:8188"), {})
    assert base64.b64decode(found.headers["Authorization"].partition(" ")[2]) == b"a@b:p:w/"


SETTINGS = """
servers:
  studio:
    url: URL/comfy/
    token_env: STUDIO_TOKEN
    headers: {X-Id: canary-id-1, X-Secret: "env:STUDIO_SECRET"}
  other:
    url: https://elsewhere.example
    token: canary-elsewhere
"""


@pytest.fixture
def studio(server: FakeComfyUI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeComfyUI:
    """A server that the settings know by a name, with a path and three headers."""
    (tmp_path / "config.yaml").write_text(SETTINGS.replace("URL", server.url))
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    monkeypatch.setenv("STUDIO_TOKEN", "canary-token-1")
    monkeypatch.setenv("STUDIO_SECRET", "canary-secret-1")
    monkeypatch.setenv("FIT_AD_SERVER_TOKEN", "for all others")
    server.prefix = "comfy"
    server.wanted_headers.update(
        {"Authorization": "Bearer canary-token-1", "X-Id": "canary-id-1", "X-Secret": "canary-secret-1"}
    )
    return server


def test_the_settings_know_servers_by_name(folder: Path, studio: FakeComfyUI) -> None:
    run(folder, "studio")
    assert "canary" not in "".join(file.read_text(errors="replace") for file in (folder / "out").iterdir())
    run(folder, f"{studio.url}/comfy")  # by its address too


def test_what_is_meant_for_one_server_goes_to_no_other(studio: FakeComfyUI) -> None:
    near = studio.url.replace("127.0.0.1", "localhost")
    for address in (studio.url, f"{studio.url}/comfyx", f"{near}/comfy", "http://127.0.0.1:1/comfy"):
        sent = ComfyServer(address).credentials.headers
        assert dict(sent) == {"Authorization": "Bearer for all others"}, address


def test_settings_that_cannot_be_read_are_told_and_stop_nothing(
    server: FakeComfyUI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "config.yaml").write_text("servers: [")
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    assert ComfyServer(server.url).version() == "0.33.0"
    assert "no login is taken from them" in caplog.text


def test_settings_show_no_token(studio: FakeComfyUI, capsys: pytest.CaptureFixture[str]) -> None:
    assert command._run(["config", "show"]) == 0
    said = capsys.readouterr().out
    assert "token_env: STUDIO_TOKEN" in said
    assert "X-Secret: env:STUDIO_SECRET" in said
    assert "canary" not in said


@pytest.mark.parametrize("header", ["X Key: a", 'X-Key: "a\\nb"', 'X-Key: ""', "X-Key: env:NOWHERE"])
def test_headers_of_the_settings_that_can_be_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: str) -> None:
    text = f"servers:\n  a:\n    url: http://127.0.0.1:1\n    headers:\n      {header}\n"
    (tmp_path / "config.yaml").write_text(text)
    monkeypatch.setenv("FIT_AD_CONFIG", str(tmp_path / "config.yaml"))
    with pytest.raises(BadUseError, match=r"The server 'a' in the settings contains what can't be a header"):
        ComfyServer("a")
