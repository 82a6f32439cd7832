"""Addresses of ComfyUI servers: read, judged, and shown without user name and password."""

from __future__ import annotations

import ipaddress
import logging
from urllib.parse import urlsplit, urlunsplit

from ..failures import BadUseError

_log = logging.getLogger("fit_ad.queue")


def normalised(url: str) -> str:
    """Return an address as ``http://host:port/path`` without a slash at its end.

    Raises:
        BadUseError: It is none.
    """
    text = url.strip()
    text = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise BadUseError("--server is no address", fix="Give it as http://127.0.0.1:8188")
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        _log.warning("The photo travels unencrypted to %s; use https where you can", parts.hostname)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def display_address(url: str) -> str:
    """Return a normalised address without user name and password."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def websocket_url(url: str, client_id: str) -> str:
    """Return where the server behind a normalised address tells what it does."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, parts.path + "/ws", f"clientId={client_id}", ""))


def is_this_machine(url: str) -> bool:
    """Tell whether a normalised address is one of this machine's own."""
    return _is_loopback(urlsplit(url).hostname or "")


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
