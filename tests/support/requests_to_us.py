"""As much of aiohttp's request as the pack's routes read, and what they answer to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fit_ad.nodes.routes._registration import Route, handle

HEADERS = {"Content-Type": "application/json", "Host": "127.0.0.1:8188"}


class Transport:
    """A connection that is open until it is closed."""

    closed = False

    def is_closing(self) -> bool:
        return self.closed


class Request:
    """A request with a body; its length is what the body has, unless another is claimed."""

    def __init__(self, body: str | bytes, length: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.body = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        self.headers = {**HEADERS, **(headers or {})}
        self.content_length: int | None = len(self.body) if length is None else length
        self.transport: Transport | None = Transport()
        self.read = 0
        self.ended = False

    @property
    def content(self) -> Request:
        return self

    def is_eof(self) -> bool:
        return self.ended or self.read >= len(self.body)

    def feed_eof(self) -> None:
        self.ended = True

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for at in range(0, len(self.body), size):
            self.read = at + size
            yield self.body[at : at + size]


def asked(route: Route, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of an answer; a body that is not a text is sent as JSON."""
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return answered(route, Request(text, headers={name.replace("_", "-"): value for name, value in headers.items()}))


def answered(route: Route, request: Request) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of the answer to a request."""
    answer = asyncio.run(handle(route, request))
    return answer.status, answer.data
