"""As much of aiohttp's request as the pack's addresses read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Request:
    """A request with a JSON body; its length is what the body has, unless another is claimed."""

    def __init__(self, body: str, length: int | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.body, self.headers = body, dict(headers or {})
        self.content_length: int | None = len(body) if length is None else length

    async def json(self) -> Any:
        return json.loads(self.body)
