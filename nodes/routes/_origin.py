"""Who may ask the pack's routes: pages of this very ComfyUI, and programs on the machine or its network."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

# Names that nobody can register in the open internet, so that no page there can pass for one of them.
_OWN_NAME = re.compile(r"[^.]+|.+\.(?:local|lan|home|internal|home\.arpa|localdomain|localhost|test)", re.IGNORECASE)


def is_allowed(headers: Mapping[str, str], served: Callable[[], Collection[str]] = tuple) -> bool:
    """Return whether a request may be answered.

    It has to be JSON, which browsers do not send to another site unasked, and to come from a page of this server or
    from no page at all. The name in ``Host`` has to be one of this machine: a page of the open internet whose name
    suddenly leads here ("DNS rebinding") counts as the same site for the browser. With HTTPS that trick does not work,
    so there any name will do, as long as the page has it too.

    Args:
        headers: Of the request.
        served: Returns names under which this ComfyUI is served besides, such as those that the settings list.
    """
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return False
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site not in (None, "same-origin", "none") or origin == "null":
        return False
    host = headers.get("Host", "").lower()
    page = urlsplit(origin or "")
    same = page.netloc.lower() == host
    if origin is not None and not same and site != "same-origin":  # a proxy may have put another name into Host
        return False
    return (same and page.scheme == "https") or _is_own(_name_in(host), served)


def _name_in(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_own(name: str, served: Callable[[], Collection[str]]) -> bool:
    if not name:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(_OWN_NAME.fullmatch(name)) or name in {socket.gethostname().lower(), *map(str.lower, served())}
    return True
