"""Addresses of ComfyUI servers: read, judged, and shown without user name, password and token."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from ..failures import BadUseError

DEFAULT_SERVER = "http://127.0.0.1:8188"
_log = logging.getLogger("fit_ad.queue")


@dataclass(frozen=True)
class ServerAddress:
    """An address taken apart.

    Attributes:
        url: ``http://host:port/path`` without a slash at its end, and without secrets.
        login: User name and password from the address; empty without.
        query: What stands behind ``?``: proxies such as JupyterHub's take a token there.
    """

    url: str
    login: tuple[str, ...] = field(default=(), repr=False)
    query: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """Return the host's name or number."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_this_machine(self) -> bool:
        """Tell whether it is one of this machine's own addresses."""
        return _is_loopback(self.host)

    @property
    def is_unencrypted(self) -> bool:
        """Tell whether what is sent there can be read on its way through foreign networks."""
        return self.url.startswith("http://") and not _is_near(self.host)

    @property
    def websocket_url(self) -> str:
        """Return where the server reports what it does, without the client's id."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return urlunsplit((scheme, parts.netloc, parts.path + "/ws", "", ""))


def parse_address(text: str) -> ServerAddress:
    """Return an address taken apart; ``http://`` may be left out.

    Raises:
        BadUseError: It is none.
    """
    text = text.strip()
    text = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        valid = valid and text.isprintable() and " " not in text
    except ValueError:
        valid = False
    if not valid:
        raise BadUseError("--server is not a valid address", fix="Give it as http://127.0.0.1:8188")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username is not None else ()
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
    return ServerAddress(url, login, parts.query)


def warn_if_unencrypted(address: ServerAddress) -> None:
    """Log a warning where photos, and a token, would travel for all to see."""
    if address.is_unencrypted:
        _log.warning("The photo travels unencrypted to %s; use https where you can", address.host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_near(host: str) -> bool:
    try:
        return _is_loopback(host) or ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(".local")
