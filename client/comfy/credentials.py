"""What a ComfyUI behind a login asks for: headers and tokens from the address, the environment and the settings.

They are put on each request at the last moment, where nothing logs or shows them any more.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field

import httpx

from ...core.errors import FitAdError
from ...core.infra.paths import comfyui_user_folder, environment
from ...core.settings import ServerLogin, load
from ..failures import BadUseError
from .address import ServerAddress, parse_address

TOKEN_VARIABLE = "FIT_AD_SERVER_TOKEN"  # noqa: S105 - the variable's name
HEADERS_VARIABLE = "FIT_AD_SERVER_HEADERS"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_SHORTEST_SECRET = 6
_log = logging.getLogger("fit_ad.queue")


@dataclass(frozen=True)
class Credentials:
    """Headers and a query that go with every request to one server."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, the longest first."""
        values = [part for value in self.headers.values() for part in (value, value.partition(" ")[2])]
        values += [value for _, value in httpx.QueryParams(self.query).multi_items()]
        return tuple(sorted({v for v in values if len(v) >= _SHORTEST_SECRET}, key=lambda v: (-len(v), v)))

    def auth(self) -> httpx.Auth:
        """Return what puts them on each of httpx's requests."""
        return _OnEachRequest(self)


class _OnEachRequest(httpx.Auth):
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._credentials.headers)
        if self._credentials.query:  # not into the request's URL, which httpx logs
            path, _, query = request.url.raw_path.partition(b"?")
            both = b"&".join(filter(None, (query, self._credentials.query.encode())))
            request.extensions = {**request.extensions, "target": path + b"?" + both}
        yield request


def credentials_for(
    address: ServerAddress, variables: Mapping[str, str], logins: Iterable[ServerLogin] = ()
) -> Credentials:
    """Return what goes with requests to a server: the environment's, over it the settings', over that the address's.

    Args:
        address: The server's.
        variables: The environment: ``FIT_AD_SERVER_TOKEN`` becomes ``Authorization: Bearer …``, and
            ``FIT_AD_SERVER_HEADERS`` holds ``Name: value``, one a line, or a JSON object.
        logins: The settings' ``servers``; what is meant for one is never sent to another.

    Raises:
        BadUseError: A variable, or the settings, hold what can't be a header.
    """
    headers = parsed_headers(variables.get(HEADERS_VARIABLE, ""), HEADERS_VARIABLE)
    token = variables.get(TOKEN_VARIABLE, "").strip()
    if token:
        headers["Authorization"] = _checked("Authorization", f"Bearer {token}", TOKEN_VARIABLE)
    for login in logins:
        if f"{address.url}/".startswith(f"{login.url}/"):
            headers.update(_from_settings(login, variables))
    if address.login:
        pair = base64.b64encode(":".join(address.login).encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return Credentials(headers, address.query)


def address_for(text: str, logins: Iterable[ServerLogin]) -> ServerAddress:
    """Return the address that a text is, or the one of the settings' server of that name.

    Raises:
        BadUseError: It is none.
    """
    named = next((login.url for login in logins if login.name == text.strip()), text)
    return parse_address(named)


def known_logins() -> tuple[ServerLogin, ...]:
    """Return the settings' servers; none where the settings cannot be read, which whoever needs them says."""
    try:
        return load(comfyui_user_folder(environment()), environment()).servers
    except FitAdError as exc:
        _log.warning("The settings cannot be read, so no login is taken from them: %s", exc)
        return ()


def _from_settings(login: ServerLogin, variables: Mapping[str, str]) -> dict[str, str]:
    source = f"The server '{login.name}' in the settings"
    headers = {}
    for name, value in login.headers.items():
        text = variables.get(value.removeprefix("env:"), "") if value.startswith("env:") else value
        headers[name] = _checked(name, text.strip(), source)
    token = login.token or variables.get(login.token_env, "").strip()
    if token:
        headers["Authorization"] = _checked("Authorization", f"Bearer {token}", source)
    return headers


def parsed_headers(text: str, source: str) -> dict[str, str]:
    """Return headers from ``Name: value``, one a line, or from a JSON object of texts.

    Raises:
        BadUseError: There is something else in it; it is not quoted.
    """
    text = text.strip()
    if text.startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        pairs = list(data.items()) if isinstance(data, dict) else [("", "")]
    else:
        split = (line.partition(":") for line in text.splitlines() if line.strip())
        pairs = [(name.strip(), value.strip()) for name, _, value in split]
    return {name: _checked(name, value, source) for name, value in pairs}


def _checked(name: str, value: object, source: str) -> str:
    if (
        isinstance(value, str)
        and value
        and _NAME.fullmatch(name)
        and all(" " <= char <= "~" or char == "\t" for char in value)
    ):
        return value
    raise BadUseError(
        f"{source} contains what can't be a header",
        why="A header is a name, a colon and plain letters, without line breaks",
        fix="Write it as X-Api-Key: abc123",
    )
