"""Who may ask: ComfyUI's own pages and programs, by the address that it is served at; no page of anybody else."""

from __future__ import annotations

import socket

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.routes import _registration
from fit_ad.nodes.routes._origin import is_allowed
from fit_ad.nodes.routes._registration import Route
from requests_to_us import asked

JSON = {"Content-Type": "application/json"}
SERVED = ("studio.example",)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1:8188"},
        {"Host": "localhost:8188", "Origin": "http://localhost:8188", "Sec-Fetch-Site": "same-origin"},
        {"Host": "[::1]:8188", "Origin": "http://[::1]:8188"},
        {"Host": "192.168.0.5:8188", "Origin": "http://192.168.0.5:8188"},
        {"Host": "203.0.113.7:8188", "Origin": "http://203.0.113.7:8188"},
        {"Host": "studio:8188", "Origin": "http://Studio:8188"},
        {"Host": "studio.local:8188", "Origin": "http://studio.local:8188", "Sec-Fetch-Site": "same-origin"},
        {"Host": "127.0.0.1:8188", "Origin": "https://ads.example", "Sec-Fetch-Site": "same-origin"},  # by a proxy
        {"Host": "ads.example", "Origin": "https://ads.example", "Sec-Fetch-Site": "same-origin"},  # HTTPS
        {"Host": "studio.example:8188", "Origin": "http://studio.example:8188"},  # of the settings
        {"Host": f"{socket.gethostname()}:8188"},
        {"Host": "127.0.0.1:8188", "Content-Type": "application/json; charset=utf-8"},
        {"Host": "127.0.0.1:8188", "Sec-Fetch-Site": "none"},
    ],
)
def test_its_own_page_may_ask(headers: dict[str, str]) -> None:
    assert is_allowed({**JSON, **headers}, lambda: SERVED)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8188"},
        {"Host": "evil.example:8188"},  # a name that was led here
        {"Host": "evil.example:8188", "Origin": "http://evil.example:8188", "Sec-Fetch-Site": "same-origin"},
        {"Host": "evil.example:8188", "Origin": "http://evil.example:8188"},
        {"Host": "127.0.0.1.evil.example:8188"},
        {"Host": "evil.example", "Origin": "https://other.example"},
        {"Host": ""},
        {"Host": "[::1"},
    ],
)
def test_pages_of_others_are_turned_away(headers: dict[str, str]) -> None:
    assert not is_allowed({**JSON, "Host": "127.0.0.1:8188", **headers}, lambda: SERVED)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Host": "evil.example:8188", "Origin": "http://evil.example:8188"},
    ],
)
def test_every_route_asks_who_it_is(headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_registration._settings, "hosts", lambda: SERVED)
    route = Route("/x", lambda question: {}, 100, FitAdError("It is too large"), "It failed")
    status, told = asked(route, {}, **headers)
    assert (status, told["error"]["what"]) == (403, "Only ComfyUI's own page may ask this")
    assert asked(route, {}, Host="studio.example:8188")[0] == 200
