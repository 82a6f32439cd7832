"""The connection to a ComfyUI server: requests, and the websocket on which it tells what it does."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import websockets
from websockets.sync.client import ClientConnection, connect

from ..failures import ServerAwayError
from . import address
from .server_messages import without_keys

CONNECT_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 60.0
_MAX_FRAME_BYTES = 64 * 2**20  # preview frames exceed websockets' 1 MiB
_PROXY_SAYS_AWAY = (502, 503, 504)  # ComfyUI itself answers with none of them
_log = logging.getLogger("fit_ad.queue")


class Connection:
    """A connection to a ComfyUI server.

    Args:
        url: ``http://host:port``, with a path where a proxy puts one; ``http://`` may be left out.
        connect_limit_s: A connection may take so long.

    Raises:
        BadUseError: The address is none.
    """

    def __init__(self, url: str, connect_limit_s: float = CONNECT_TIMEOUT_S) -> None:
        self.url = address.normalised(url)
        self.client_id = uuid.uuid4().hex
        self._connect_limit_s = connect_limit_s
        self._is_local = address.is_this_machine(self.url)
        self._http = httpx.Client(
            base_url=self.url + "/",
            timeout=httpx.Timeout(REQUEST_TIMEOUT_S, connect=connect_limit_s),
            trust_env=not self._is_local,  # a proxy has no business between this machine and itself
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    @property
    def name(self) -> str:
        """Return the address without user name and password."""
        return address.display_address(self.url)

    @contextmanager
    def listening(self) -> Iterator[ClientConnection | None]:
        """Give the open websocket, or None where there is none: polling alone also gets there."""
        options: dict[str, Any] = {
            "open_timeout": self._connect_limit_s,
            "close_timeout": 1,
            "max_size": _MAX_FRAME_BYTES,
        }
        if self._is_local and int(websockets.__version__.split(".")[0]) >= 15:
            options["proxy"] = None
        with ExitStack() as stack:
            socket: ClientConnection | None = None
            try:
                socket = stack.enter_context(connect(address.websocket_url(self.url, self.client_id), **options))
            except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as exc:
                _log.info("No websocket to %s (%s); polling instead", self.name, exc)
            yield socket

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the server's answer, whatever its status.

        Raises:
            ServerAwayError: It does not answer.
        """
        return self._ask(method, path, **options)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.RequestError as exc:
            raise self._away(without_keys(str(exc)) or type(exc).__name__) from exc
        if answer.status_code in _PROXY_SAYS_AWAY:
            raise self._away(f"a proxy answers in its place, with status {answer.status_code}")
        return answer

    def _away(self, why: str) -> ServerAwayError:
        return ServerAwayError(
            f"The ComfyUI at {self.name} does not answer", why=why, fix="Start it, or check --server"
        )
