"""The way out: which proxy, and none for this machine."""

from __future__ import annotations

import pytest
from fit_ad.core.llm.http_transport import _proxy


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128", "NO_PROXY": "example.com"}, None),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "localhost, .llm.example.com"}, None),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "m.example.com"}, "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "*"}, None),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"ALL_PROXY": "http://all:1"}, "http://all:1"),
    ],
)
def test_the_proxy_for_https(variables: dict[str, str], proxy: str | None) -> None:
    assert _proxy("https://llm.example.com:8443/v1", variables) == proxy
