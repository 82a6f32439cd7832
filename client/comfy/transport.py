"""The connection to a ComfyUI server: requests, and the websocket on which it reports what it does."""

from __future__ import annotations

import logging
import re
import ssl
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urljoin

import httpx
import websockets
from websockets.sync.client import ClientConnection, connect

from ...core.errors import FitAdError
from ...core.infra.paths import environment
from ..failures import BadUseError, ServerAwayError, UnusableServerError
from .address import ServerAddress, parse_address, warn_if_unencrypted
from .credentials import HEADERS_VARIABLE, TOKEN_VARIABLE, Credentials, address_for, credentials_for, known_logins
from .server_messages import clean_text, without_keys

CONNECT_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 60.0
_MAX_FRAME_BYTES = 64 * 2**20  # preview frames exceed websockets' 1 MiB
_PROXY_SAYS_AWAY = (502, 503, 504)  # ComfyUI itself answers with none of them
_LOGIN_NEEDED = (401, 407)
_MOVED = (301, 302, 303, 307, 308)
_SIGN_IN = re.compile(r"/(?:log-?in|sign-?in|auth|oauth2?|sso|saml)\b", re.IGNORECASE)
_log = logging.getLogger("fit_ad.queue")
# At its debug level websockets writes every header down, passwords too.
_handshakes = logging.getLogger("fit_ad.queue.websocket")
_handshakes.setLevel(logging.INFO)


def _certificates(address: ServerAddress) -> ssl.SSLContext | bool:
    """Return what servers' certificates are checked by; loading it takes longer than most answers of this machine."""
    plain = address.is_this_machine and address.url.startswith("http://")
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True


class Connection:
    """A connection to a ComfyUI server.

    Args:
        server: Its address; ``http://`` may be left out, a path, a login and a token in it are kept. Or the name that
            the settings give it.
        connect_limit_s: A connection may take so long.
        credentials: What goes with each request; None takes that from the address, settings and environment.

    Raises:
        BadUseError: The address is none.
    """

    def __init__(
        self,
        server: str | ServerAddress,
        connect_limit_s: float = CONNECT_TIMEOUT_S,
        credentials: Credentials | None = None,
    ) -> None:
        logins = known_logins() if credentials is None else ()
        self.address = address_for(server, logins) if isinstance(server, str) else server
        warn_if_unencrypted(self.address)
        self.credentials = credentials or credentials_for(self.address, environment(), logins)
        self.url = self.address.url
        self.client_id = uuid.uuid4().hex
        self._connect_limit_s = connect_limit_s
        self._http = httpx.Client(
            base_url=self.url + "/",
            auth=self.credentials.auth(),
            timeout=httpx.Timeout(REQUEST_TIMEOUT_S, connect=connect_limit_s),
            trust_env=not self.address.is_this_machine,  # a proxy has no business between this machine and itself
            verify=_certificates(self.address),
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    @property
    def name(self) -> str:
        """Return the address without user name, password and token."""
        return self.url

    @contextmanager
    def listening(self) -> Iterator[ClientConnection | None]:
        """Give the open websocket, or None where there is none: polling alone also gets there."""
        query = "&".join(filter(None, (f"clientId={self.client_id}", self.credentials.query)))
        options: dict[str, Any] = {
            "additional_headers": dict(self.credentials.headers),
            "open_timeout": self._connect_limit_s,
            "close_timeout": 1,
            "max_size": _MAX_FRAME_BYTES,
            "logger": _handshakes,
        }
        if self.address.is_this_machine and int(websockets.__version__.split(".")[0]) >= 15:
            options["proxy"] = None
        with ExitStack() as stack:
            socket: ClientConnection | None = None
            try:
                socket = stack.enter_context(connect(f"{self.address.websocket_url}?{query}", **options))
            except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as exc:
                _log.info("No websocket to %s (%s); polling instead", self.name, self.without_secrets(str(exc)))
            yield socket

    def without_secrets(self, text: str) -> str:
        """Return a text without anything that looks like a key, or goes with the requests to this server."""
        for secret in self.credentials.secrets():
            text = text.replace(secret, "…")
        return without_keys(text)

    def reason(self, answer: httpx.Response) -> str:
        """Return the reason in an answer, at most 200 characters, without secrets and folders."""
        return clean_text(self.without_secrets(answer.text))[:200] or f"status {answer.status_code}"

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the server's answer, whatever its status.

        Raises:
            ServerAwayError: It does not answer.
            UnusableServerError: It wants a login, or is somewhere else.
        """
        return self._usable(self.request(method, path, **options), path)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return what answers, be it the server or what stands before it.

        Raises:
            ServerAwayError: Nothing does.
            FitAdError: What is to be sent can be no JSON, or no address.
        """
        try:
            return self._http.request(method, path, **options)
        except httpx.RequestError as exc:
            raise self._away(self.without_secrets(str(exc)) or type(exc).__name__) from exc
        except (ValueError, RecursionError, httpx.InvalidURL) as exc:  # half a character, NaN, thousands of levels
            raise FitAdError(
                f"The request {path[:80]} cannot be sent to {self.name}", why=self.without_secrets(str(exc))[:200]
            ) from exc

    def _usable(self, answer: httpx.Response, path: str) -> httpx.Response:
        """Return an answer that comes from a ComfyUI, as far as its status tells."""
        status = answer.status_code
        if status in _PROXY_SAYS_AWAY:
            raise self._away(f"A proxy answers in its place, with status {status}")
        if status in _LOGIN_NEEDED:
            raise self._login_needed(f"It answers with status {status}")
        if status in _MOVED:
            raise self._moved(status, answer.headers.get("location", ""), path)
        return answer

    def _away(self, why: str) -> ServerAwayError:
        return ServerAwayError(
            f"The ComfyUI at {self.name} does not answer", why=why, fix="Start it, or check --server"
        )

    def _login_needed(self, why: str) -> UnusableServerError:
        given = "does not accept the login that was given" if self.credentials.headers else "asks for a login"
        return UnusableServerError(
            f"The ComfyUI at {self.name} {given}",
            why=why,
            fix=f"Set {TOKEN_VARIABLE}, or {HEADERS_VARIABLE} to lines such as X-Api-Key: abc123, or give --server as "
            "https://user:password@host. servers: in the settings file keeps logins of several servers",
        )

    def _moved(self, status: int, location: str, path: str) -> UnusableServerError:
        """Return the error of an answer that redirects; it is not followed, for the token would go along."""
        try:
            target = parse_address(urljoin(f"{self.url}/{path}", location))
        except BadUseError:
            return self._login_needed(f"It redirects to no address (status {status})")
        if target.host != self.address.host or _SIGN_IN.search(target.url):
            return self._login_needed(f"It redirects to {target.url} (status {status})")
        fix = f"Give --server {target.url.removesuffix('/' + path)}"
        return UnusableServerError(f"The ComfyUI at {self.name} has moved", why=f"Status {status}", fix=fix)
