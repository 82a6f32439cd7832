"""Reads the settings: the file that its owner writes, and beside it what was set on the settings page."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from ..infra.yaml_data import YamlFile, read_text
from ..infra.yaml_data import parse as parse_yaml
from .locations import PROFILE_VARIABLE, find, page_file
from .page_values import read_page_values
from .settings_model import (
    BUILT_IN,
    COLOR,
    RESERVED,
    SHOP_LISTS,
    JsonMode,
    Profile,
    ServerLogin,
    Settings,
    ShopProfile,
    UsageLimits,
)

_WHAT = "The settings file"
_LARGEST_BYTES = 256 * 1024  # far more than any settings
_NAME = re.compile(r"[^\W_][\w.-]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# no user, no query, no fragment: those are where keys hide in an address
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?"
    r"(?:/[A-Za-z0-9._~/-]*)?"
)
_SERVER = re.compile(r"https?://[^\s@?#/]+(?:/[^\s@?#]*)?", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]", re.IGNORECASE)
_LOCAL_NAME = re.compile(r"[\w-]+|.+\.(?:local|lan|home|internal|home\.arpa|localdomain)", re.IGNORECASE)
# what stands behind the base address, where somebody copied the address of one request
_ENDINGS = re.compile(
    r"/(?:chat/completions|completions|responses|images/generations|images/edits|models|embeddings)/?\Z"
)


def load(user_folder: Path | None, variables: Mapping[str, str]) -> Settings:
    """Return the settings; those that hold without a file where there is none.

    Args:
        user_folder: ComfyUI's user folder, where there is a ComfyUI.
        variables: The environment; ``FIT_AD_PROFILE`` there beats the file's ``default_profile``.

    Raises:
        FitAdError: A file can't be read, or says something wrong; the text names file, line and reason.
    """
    file = find(user_folder, variables)
    settings = parse(text_of(file), file) if file else Settings()
    settings = read_page_values(page_file(user_folder, variables)).over(settings)
    wanted = variables.get(PROFILE_VARIABLE, "").strip()
    if not wanted:
        return settings
    if wanted != "rules":
        settings.profile(wanted)
    return replace(settings, default_profile=wanted)


def is_local(base_url: str) -> bool:
    """Return whether an address leads to this machine or its own network, where no proxy stands between."""
    match = _ADDRESS.fullmatch(base_url)
    return match is not None and _is_private(match["host"], bool(_LOCAL_NAME.fullmatch(match["host"])))


def _is_private(host: str, named: bool) -> bool:
    """Return whether a host is an address that the open internet does not know; for one with a name, ``named``."""
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return named


def text_of(file: Path) -> str:
    """Return a settings file's text.

    Raises:
        FitAdError: The file can't be read.
    """
    return read_text(file, _WHAT, _LARGEST_BYTES)


@dataclass(frozen=True)
class _ProfileEntry:
    """A profile as the file has it; what it leaves out is None."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str | None = None
    base_url: str | None = field(default=None, repr=False)
    allow_http: bool | None = None
    model: str | None = None
    key_env: str | None = None
    key: str | None = field(default=None, repr=False)
    vision: bool | None = None
    json: JsonMode | None = None
    effort: str | None = None
    image_model: str | None = None


@dataclass(frozen=True)
class _ServerEntry:
    """A login of a ComfyUI as the file has it."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    url: str = ""
    token_env: str = ""
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class _SettingsFile:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    default_profile: str = ""
    profiles: Mapping[str, _ProfileEntry] = field(default_factory=dict)
    shop: ShopProfile = field(default_factory=ShopProfile)
    fonts: tuple[str, ...] = ()
    limits: UsageLimits = field(default_factory=UsageLimits)
    run_log: bool = True
    hosts: tuple[str, ...] = ()
    servers: Mapping[str, _ServerEntry] = field(default_factory=dict)


def parse(text: str, path: Path) -> Settings:
    """Return the settings that a file's text holds.

    Raises:
        FitAdError: The text is not YAML, or says something wrong.
    """
    file = _normalized(parse_yaml(text, path, _WHAT, as_text=True))
    data = file.typed(_SettingsFile)
    for color in data.shop.colors:
        if not COLOR.fullmatch(color):
            raise file.mistake(
                ("shop", "colors"), f"'{color}' is not a colour", 'Write one such as "#F2994A", in quotes'
            )
    profiles = {**BUILT_IN, **{name: _profile(file, name, entry) for name, entry in data.profiles.items()}}
    if data.default_profile not in ("", "rules", *profiles):
        reason = f"default_profile names '{data.default_profile}', which is not a profile"
        raise file.mistake(("default_profile",), reason, f"Name one of {', '.join(profiles)}, or rules")
    return Settings(
        MappingProxyType(profiles),
        data.default_profile,
        data.shop,
        data.fonts,
        data.limits,
        path,
        data.run_log,
        data.hosts,
        tuple(_login(file, name, entry) for name, entry in data.servers.items()),
    )


# --- what people may also write -------------------------------------------------------------------------------


def _normalized(file: YamlFile) -> YamlFile:
    """Return the file with profiles by name, also where they are a list, and with lists that are written as a line."""
    if not isinstance(file.data, dict):
        return file
    data, lines = dict(file.data), dict(file.lines)
    if isinstance(profiles := data.get("profiles"), list):
        data["profiles"] = dict(_by_name(file, profiles, lines))
    elif isinstance(profiles, dict):
        empty: dict[Any, Any] = {place[1]: {} for place in lines if place[0:1] == ("profiles",) and len(place) == 2}
        data["profiles"] = {**empty, **profiles}  # one without a value of its own is a profile still
    if isinstance(data.get("servers"), dict):
        empty = {place[1]: {} for place in lines if place[0:1] == ("servers",) and len(place) == 2}
        data["servers"] = {**empty, **data["servers"]}
    if isinstance(data.get("shop"), dict):
        data["shop"] = {name: _listed(value, name in SHOP_LISTS) for name, value in data["shop"].items()}
    return file._replace(
        data={name: _listed(value, name in ("fonts", "hosts")) for name, value in data.items()},
        lines=MappingProxyType(lines),
    )


def _by_name(file: YamlFile, profiles: list[Any], lines: dict[Any, int]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for number, entry in enumerate(profiles):
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name:
            raise file.mistake(("profiles", number), "This profile has no name", "Begin it with - name:")
        if name in seen:
            raise file.mistake(("profiles", number), f"The profile '{name}' is given twice", "Keep one of them")
        seen.add(name)
        inside = {place[2:]: line for place, line in file.lines.items() if place[:2] == ("profiles", number)}
        lines.update({("profiles", name, *rest): line for rest, line in inside.items()})
        yield name, entry


def _listed(value: Any, is_list: bool) -> Any:
    if is_list and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [part for part in value if part != ""] if is_list and isinstance(value, list) else value


# --- profiles -------------------------------------------------------------------------------------------------


def _profile(file: YamlFile, name: str, entry: _ProfileEntry) -> Profile:
    at = ("profiles", name)
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise file.mistake(at, f"'{name}' can't be the name of a profile", "Use letters, digits, - and .")
    values = {key: value for key, value in vars(entry).items() if value is not None and key != "name"}
    built_in = BUILT_IN.get(name)
    for required in ("base_url", "model"):
        if not values.get(required) and built_in is None:
            raise file.mistake((*at, required), f"The profile '{name}' has no {required}", f"Add {required}:")
    if "base_url" in values:
        values["base_url"] = _address(file, (*at, "base_url"), values["base_url"], values.get("allow_http", False))
    if values.get("key_env") and not _VARIABLE.fullmatch(values["key_env"]):
        raise file.mistake(
            (*at, "key_env"),
            "key_env is the name of an environment variable, not the key itself",
            "Write a name such as OPENAI_API_KEY; the key goes into that variable",
        )
    if values.get("key") and values.get("key_env"):
        raise file.mistake((*at, "key"), f"The profile '{name}' has both key and key_env", "Keep one of them")
    if built_in and "base_url" in values and "key_env" not in values:
        values["key_env"] = ""  # a key never follows a well-known name to another address
    return replace(built_in or Profile(name, "", ""), **values, line=file.lines[at])


def _address(file: YamlFile, at: tuple[str, ...], text: str, http_allowed: bool) -> str:
    if "@" in text or "?" in text or "#" in text:
        reason = "base_url contains a user, a password or a query"
        raise file.mistake(at, reason, "Write the address alone; keys go elsewhere")
    text = _ENDINGS.sub("", text).rstrip("/")
    match = _ADDRESS.fullmatch(text)
    if not match:
        raise file.mistake(at, "base_url is not an address", "Write one such as https://api.example.com/v1")
    if match["scheme"] == "http" and not _LOOPBACK.fullmatch(match["host"]):
        _check_http(file, at, match["host"], http_allowed)
    return text


def _check_http(file: YamlFile, at: tuple[str, ...], host: str, allowed: bool) -> None:
    """Let unencrypted addresses pass where the owner says so, but none of the open internet."""
    if not allowed:
        fix = "Use https://. For a server in your own network add allow_http: yes to this profile"
        raise file.mistake(at, "base_url is not encrypted", fix)
    if not _is_private(host, named=True):
        raise file.mistake(at, "base_url is unencrypted and points to the public internet", "Use https://")


# --- ComfyUIs behind a login ----------------------------------------------------------------------------------


def _login(file: YamlFile, name: str, entry: _ServerEntry) -> ServerLogin:
    at = ("servers", name)
    address = _SERVER.fullmatch(entry.url)
    if not address:
        raise file.mistake((*at, "url"), f"The server '{name}' has no address", "Write url: https://host/path")
    if entry.token_env and not _VARIABLE.fullmatch(entry.token_env):
        reason = "token_env is the name of an environment variable, not the token itself"
        raise file.mistake((*at, "token_env"), reason)
    return ServerLogin(name, address[0].rstrip("/"), entry.token_env, entry.token, dict(entry.headers))
