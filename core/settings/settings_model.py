"""What the settings file can say, and what holds where it says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args

from annotated_types import Ge, Le

from ..errors import FitAdError

RESERVED = ("auto", "rules", "pixels")
JsonMode = Literal["schema", "object", "text"]
JSON_MODES: tuple[JsonMode, ...] = get_args(JsonMode)
SHOP_LISTS = ("colors", "banned_words")  # the fields of the shop profile that are lists
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Profile:
    """One endpoint that speaks OpenAI's chat interface. A graph holds its name and nothing else of it.

    Attributes:
        name: What it is called in the nodes.
        base_url: Its address up to ``/v1``; HTTPS, or HTTP to this very machine.
        allow_http: Whether the address may be HTTP to a private or named host, such as a server in the shop's network.
        model: The model's name, as the endpoint knows it.
        key_env: The environment variable that holds the key; empty where none is needed.
        key: The key itself, where it stands in the file instead.
        vision: Whether the model can look at pictures.
        json: What to ask for first: ``schema``, ``object`` (JSON mode) or ``text``.
        effort: How long a reasoning model may think, as its maker names it; empty to leave it to the endpoint.
        image_model: The model that makes pictures, as the endpoint knows it; empty where it must not be asked for any.
        line: Where the file says so; 0 for the built-in ones.
    """

    name: str
    base_url: str = field(repr=False)
    model: str
    key_env: str = ""
    key: str = field(default="", repr=False)
    vision: bool = False
    json: JsonMode = "schema"
    effort: str = ""
    image_model: str = ""
    allow_http: bool = field(default=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def secret(self, environment: Mapping[str, str]) -> str:
        """Return the key, or nothing where none is set."""
        return (self.key or (environment.get(self.key_env, "") if self.key_env else "")).strip()

    def ready(self, environment: Mapping[str, str]) -> bool:
        """Return whether all that a call needs is there: a key, where one is asked for."""
        return bool(self.secret(environment)) or not self.key_env

    def checked_secret(self, environment: Mapping[str, str]) -> str:
        """Return the key; empty only where none is needed.

        Raises:
            FitAdError: The environment variable is not set, or holds what can't be a key.
        """
        secret = self.secret(environment)
        if not secret and self.key_env:
            raise FitAdError(
                f"The profile '{self.name}' has no key",
                why=f"The environment variable {self.key_env} is not set",
                fix=f"Set {self.key_env} and restart ComfyUI, or set profile to auto or rules",
            )
        if not all("!" <= char <= "~" for char in secret):
            raise FitAdError(
                f"The key of the profile '{self.name}' can't be used",
                why="It contains a space, a line break or another character that no key has",
                fix="Copy the key again",
            )
        return secret


BUILT_IN: Mapping[str, Profile] = MappingProxyType(
    {
        "openai": Profile(
            "openai", "https://api.openai.com/v1", "gpt-5-mini", "OPENAI_API_KEY", vision=True, effort="low"
        ),
        "ollama": Profile("ollama", "http://127.0.0.1:11434/v1", "qwen2.5:14b"),
    }
)


@dataclass(frozen=True)
class ShopProfile:
    """What holds for every ad of one shop. Every field may be empty."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str = ""
    phone: str = ""
    logo: str = ""
    colors: tuple[str, ...] = ()
    font: str = ""
    banned_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class UsageLimits:
    """How long and how often a model is asked, and what is kept of its answers.

    Attributes:
        seconds: For everything that one node asks, tries and retries included.
        retries: More tries after 429, a server's error or a broken connection.
        cache_days: How long an answer is kept; 0 keeps none.
        image_seconds: As ``seconds``, for each picture.
        image_cache_mb: How much room the kept pictures may take.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    seconds: Annotated[float, Ge(1), Le(600)] = 60.0
    retries: Annotated[int, Ge(0), Le(5)] = 2
    cache_days: Annotated[int, Ge(0), Le(3650)] = 90
    image_seconds: Annotated[float, Ge(1), Le(900)] = 180.0
    image_cache_mb: Annotated[int, Ge(0), Le(100_000)] = 500


@dataclass(frozen=True)
class ServerLogin:
    """A ComfyUI that the command reaches behind a login.

    Attributes:
        name: What it may be called instead of its address.
        url: Its address, without a slash at its end.
        token_env: The environment variable with the token that is sent as ``Authorization: Bearer``.
        token: The token itself, where it stands in the file instead.
        headers: Further headers; ``env:NAME`` takes the value of an environment variable.
    """

    name: str
    url: str
    token_env: str = ""
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Settings:
    """The whole file.

    Attributes:
        file: None where there is none.
        run_log: Whether node runs are written down.
        hosts: Names under which this ComfyUI is served, besides those of this machine and its network.
        servers: ComfyUIs behind a login, for the command.
    """

    profiles: Mapping[str, Profile] = field(default_factory=lambda: BUILT_IN)
    default_profile: str = ""
    shop: ShopProfile = ShopProfile()
    fonts: tuple[str, ...] = ()
    limits: UsageLimits = UsageLimits()
    file: Path | None = None
    run_log: bool = True
    hosts: tuple[str, ...] = ()
    servers: tuple[ServerLogin, ...] = ()

    def profile(self, name: str) -> Profile:
        """Return the profile of that name.

        Raises:
            FitAdError: There is none.
        """
        if name not in self.profiles:
            known = ", ".join(("auto", "rules", *self.profiles))
            raise FitAdError(
                f"There is no profile '{name}' in the settings",
                why="A graph holds only the name of a profile; its address and key stay on the machine it was made on",
                fix=f"Choose one of {known}, or add it to the settings file",
            )
        return self.profiles[name]
