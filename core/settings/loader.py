"""Reads the settings file; every mistake is named with file, line and reason."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from ..errors import FitAdError
from .locations import PROFILE_VARIABLE, find
from .model import BUILT_IN, JSON_MODES, RESERVED, Profile, ServerLogin, Settings, ShopProfile, UsageLimits

_SWITCHES = ("vision", "allow_http")
_LARGEST = 256 * 1024  # bytes; far more than any settings
_NAME = re.compile(r"[^\W_][\w.-]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
# no user, no query, no fragment: those are where keys hide in an address
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?"
    r"(?:/[A-Za-z0-9._~/-]*)?"
)
_SERVER = re.compile(r"(https?://[^\s@?#/]+(?:/[^\s@?#]*?)?)/*", re.IGNORECASE)
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
        FitAdError: The file can't be read, or says something wrong; the text names file, line and reason.
    """
    file = find(user_folder, variables)
    settings = parse(text_of(file), file) if file else Settings()
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


def parse(text: str, file: Path) -> Settings:
    """Return the settings that a file's text holds.

    Raises:
        FitAdError: The text is no YAML, or says something wrong.
    """
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        reason = getattr(exc, "problem", None) or "It is no YAML"
        _wrong(file, mark.line + 1 if mark else 1, str(reason))
    except RecursionError:
        _wrong(file, 1, "Its lists and names are nested too deeply")
    return _SettingsReader(file).settings(node) if node is not None else Settings(file=file)


def text_of(file: Path) -> str:
    """Return a settings file's text, its line ends as they are.

    Raises:
        FitAdError: The file can't be read.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise FitAdError(f"The settings file {file} is too large", why=f"It has over {_LARGEST // 1024} KB")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise FitAdError(f"The settings file {file} can't be read", why=str(exc.strerror)) from exc
    except UnicodeDecodeError as exc:
        raise FitAdError(
            f"The settings file {file} can't be read", why="It is not UTF-8", fix="Save it as UTF-8"
        ) from exc


def _wrong(file: Path, line: int, reason: str, fix: str = "") -> NoReturn:
    raise FitAdError(
        f"The settings file {file}, line {line}, holds a mistake", why=reason, fix=fix or "Correct the line"
    ) from None


class _SettingsReader:
    """Walks the YAML nodes, which know their lines; what it does not know by name is a mistake."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def settings(self, root: Any) -> Settings:
        parts = self._mapping(
            root,
            "the file",
            ("default_profile", "profiles", "shop", "fonts", "limits", "run_log", "hosts", "servers"),
            "profiles: and shop:",
        )
        profiles = {**BUILT_IN, **(self._profiles(parts["profiles"]) if "profiles" in parts else {})}
        default = self._str(parts["default_profile"], "default_profile") if "default_profile" in parts else ""
        if default and default not in (*profiles, "rules"):
            self._fail(
                parts["default_profile"],
                f"default_profile names '{default}', which is no profile",
                f"Name one of {', '.join(profiles)}, or rules",
            )
        return Settings(
            MappingProxyType(profiles),
            default,
            self._shop(parts["shop"]) if "shop" in parts else ShopProfile(),
            self._strings(parts["fonts"], "fonts") if "fonts" in parts else (),
            self._limits(parts["limits"]) if "limits" in parts else UsageLimits(),
            self.file,
            self._bool(parts["run_log"], "run_log") if "run_log" in parts else True,
            self._strings(parts["hosts"], "hosts") if "hosts" in parts else (),
            self._servers(parts["servers"]) if "servers" in parts else (),
        )

    # --- the parts ---

    def _profiles(self, node: Any) -> dict[str, Profile]:
        found: dict[str, Profile] = {}
        for key, value in self._entries(node):
            name = self._str(key, "the name of a profile")
            if not _NAME.fullmatch(name) or name in RESERVED:
                self._fail(key, f"'{name}' can't be the name of a profile", "Use letters, digits, - and .")
            if name in found:
                self._fail(key, f"The profile '{name}' stands here twice")
            found[name] = self._profile(name, key, value)
        return found

    def _entries(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yield (name, profile) of a mapping, or of a list whose items have a name of their own."""
        if kind_of(node) == "list":
            for item in node.value:
                pairs = item.value if kind_of(item) == "mapping" else []
                name = next((value for key, value in pairs if key.value == "name"), None)
                if name is None:
                    self._fail(item, "This profile has no name", "Begin it with - name:")
                yield name, item
        elif kind_of(node) == "mapping":
            yield from node.value
        elif not is_nothing(node):
            self._fail(node, "profiles is no list of profiles", "Write each as name: and its values indented below")

    def _profile(self, name: str, key: Any, node: Any) -> Profile:
        known = ("name", "base_url", "allow_http", "model", "key_env", "key", "vision", "json", "effort", "image_model")
        parts = self._mapping(node, f"the profile '{name}'", known, "base_url: and model:")
        built_in = BUILT_IN.get(name)
        values: dict[str, Any] = {
            field: self._str(parts[field], field) for field in known[1:] if field in parts and field not in _SWITCHES
        }
        values |= {field: self._bool(parts[field], field) for field in _SWITCHES if field in parts}
        for field in ("base_url", "model"):
            if not values.get(field) and built_in is None:
                self._fail(parts.get(field, key), f"The profile '{name}' has no {field}", f"Add {field}:")
        self._check_profile(name, values, parts)
        base = built_in or Profile(name, "", "")
        if built_in and "base_url" in values and "key_env" not in values:
            values["key_env"] = ""  # a key never follows a well-known name to another address
        return replace(base, **values, line=key.start_mark.line + 1)

    def _check_profile(self, name: str, values: dict[str, Any], parts: Mapping[str, Any]) -> None:
        if "base_url" in values:
            allowed = values.get("allow_http", False)
            values["base_url"] = self._address(parts["base_url"], values["base_url"], allowed)
        if values.get("key_env") and not _VARIABLE.fullmatch(values["key_env"]):
            self._fail(
                parts["key_env"],
                "key_env is the name of an environment variable, not the key itself",
                "Write a name such as OPENAI_API_KEY; the key goes into that variable",
            )
        if values.get("json", "schema") not in JSON_MODES:
            self._fail(parts["json"], f"json can't be '{values['json']}'", f"Choose one of {', '.join(JSON_MODES)}")
        if values.get("key") and values.get("key_env"):
            self._fail(parts["key"], f"The profile '{name}' has both key and key_env", "Keep one of them")

    def _address(self, node: Any, text: str, http_allowed: bool) -> str:
        if "@" in text or "?" in text or "#" in text:
            self._fail(
                node, "base_url holds a user, a password or a query", "Write the bare address; keys go elsewhere"
            )
        text = _ENDINGS.sub("", text).rstrip("/")
        match = _ADDRESS.fullmatch(text)
        if not match:
            self._fail(node, "base_url is no address", "Write one such as https://api.example.com/v1")
        if match["scheme"] == "http" and not _LOOPBACK.fullmatch(match["host"]):
            self._check_http(node, match["host"], http_allowed)
        return text

    def _check_http(self, node: Any, host: str, allowed: bool) -> None:
        """Let unencrypted addresses pass where the owner says so, but none of the open internet."""
        if not allowed:
            self._fail(
                node,
                "base_url is not encrypted",
                "Use https://. For a server in your own network add allow_http: yes to this profile",
            )
        if not _is_private(host, named=True):
            self._fail(node, "base_url is not encrypted and leads into the open internet", "Use https://")

    def _servers(self, node: Any) -> tuple[ServerLogin, ...]:
        known = ("url", "token_env", "token", "headers")
        found = []
        for name, value in self._any_names(node, "servers"):
            parts = self._mapping(value, f"the server '{name}'", known, "url:")
            values = {field: self._str(parts[field], field) for field in known[:3] if field in parts}
            address = _SERVER.fullmatch(values.get("url", ""))
            if not address:
                self._fail(
                    parts.get("url", value), f"The server '{name}' has no address", "Write url: https://host/path"
                )
            if values.get("token_env") and not _VARIABLE.fullmatch(values["token_env"]):
                self._fail(parts["token_env"], "token_env is the name of an environment variable, not the token itself")
            headers = dict(self._any_names(parts["headers"], "headers")) if "headers" in parts else {}
            texts = {header: self._str(text, header) for header, text in headers.items()}
            found.append(ServerLogin(name, address[1], values.get("token_env", ""), values.get("token", ""), texts))
        return tuple(found)

    def _any_names(self, node: Any, what: str) -> Iterator[tuple[str, Any]]:
        """Yield the names of a mapping that may have any, and what stands behind them."""
        if is_nothing(node):
            return
        if kind_of(node) != "mapping":
            self._fail(node, f"{what} is no list of names and values", "Write each as name: and its values")
        for key, value in node.value:
            yield self._str(key, what), value

    def _shop(self, node: Any) -> ShopProfile:
        parts = self._mapping(node, "shop", tuple(ShopProfile.__dataclass_fields__), "name:")
        values: dict[str, Any] = {}
        for field, value in parts.items():
            many = field in ("colors", "banned_words")
            values[field] = self._strings(value, field) if many else self._str(value, field)
        for color in values.get("colors", ()):
            if not COLOR.fullmatch(color):
                self._fail(parts["colors"], f"'{color}' is no colour", 'Write one such as "#F2994A", in quotes')
        return ShopProfile(**values)

    def _limits(self, node: Any) -> UsageLimits:
        bounds: dict[str, tuple[Callable[[str], Any], float, float]] = {
            "seconds": (float, 1, 600),
            "retries": (int, 0, 5),
            "cache_days": (int, 0, 3650),
            "image_seconds": (float, 1, 900),
            "image_cache_mb": (int, 0, 100_000),
        }
        values: dict[str, Any] = {}
        for field, value in self._mapping(node, "limits", tuple(bounds), "seconds:").items():
            kind, least, most = bounds[field]
            values[field] = self._number(value, field, kind, least, most)
        return UsageLimits(**values)

    # --- the values ---

    def _mapping(self, node: Any, what: str, known: tuple[str, ...], such_as: str) -> dict[str, Any]:
        if is_nothing(node):
            return {}
        if kind_of(node) != "mapping":
            self._fail(node, f"{what} is no list of names and values", f"Write lines such as {such_as}")
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                self._fail(
                    key,
                    f"{what} has nothing called '{name}'",
                    f"Did you mean {near[0]}?" if near else f"Use {', '.join(known)}",
                )
            if name in found:
                self._fail(key, f"'{name}' stands here twice", "Keep one of them")
            found[name] = value
        return found

    def _str(self, node: Any, what: str) -> str:
        if is_nothing(node):
            return ""
        if kind_of(node) != "value":
            self._fail(node, f"{what} is no text")
        return str(node.value).strip()

    def _strings(self, node: Any, what: str) -> tuple[str, ...]:
        if is_nothing(node):
            return ()
        if kind_of(node) == "value":
            return tuple(part.strip() for part in str(node.value).split(",") if part.strip())
        if kind_of(node) != "list":
            self._fail(node, f"{what} is no list", "Write one thing a line, each after -")
        return tuple(text for text in (self._str(item, what) for item in node.value) if text)

    def _bool(self, node: Any, what: str) -> bool:
        text = self._str(node, what).lower()
        if text not in ("true", "false", "yes", "no", "on", "off"):
            self._fail(node, f"{what} is neither yes nor no")
        return text in ("true", "yes", "on")

    def _number(self, node: Any, what: str, kind: Callable[[str], Any], least: float, most: float) -> Any:
        try:
            number = kind(self._str(node, what))
        except ValueError:
            number = None
        if number is None or not least <= number <= most:
            self._fail(node, f"{what} is no {'whole ' if kind is int else ''}number from {least:g} to {most:g}")
        return number

    def _fail(self, node: Any, reason: str, fix: str = "") -> NoReturn:
        _wrong(self.file, node.start_mark.line + 1, reason, fix)


def kind_of(node: Any) -> str:
    """Return what a YAML node is: ``mapping``, ``list`` or ``value``."""
    return {"mapping": "mapping", "sequence": "list", "scalar": "value"}[node.id]


def is_nothing(node: Any) -> bool:
    """Return whether a YAML node is a value that is left out, or null."""
    return kind_of(node) == "value" and node.tag == "tag:yaml.org,2002:null"
