"""Why a model gave no answer, in words that hold no address and no key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import FitAdError

_MOST_QUOTED = 200


class CallFailure(Enum):
    """What went wrong, and what a designer can do about it."""

    PACKAGE = ("the openai package is not installed", 'Run: pip install "openai>=1.68" json-repair')
    KEY = ("the server did not take the key", "Check the key in the environment or in the settings file")
    QUOTA = ("the account has no credit left", "Add credit at the provider, or choose another profile")
    BUSY = ("the server is busy", "Try again in a minute")
    TIME = ("the server took too long", "Raise limits: seconds in the settings, or choose a faster model")
    CONNECTION = ("the server can't be reached", "Check that it runs and that its base_url in the settings is right")
    REDIRECT = ("the server sends on to another address", "Put the final address into base_url; none is followed")
    UNKNOWN = ("the server does not know the model or the address", "Check model and base_url in the settings")
    REQUEST = ("the server refused the request", "Check that model and base_url in the settings fit together")
    REFUSED = (
        "the server's safety check refused the request",
        "Say it in other words; leave out real people, brands, violence and bare skin",
    )
    SERVER = ("the server failed", "Try again in a minute")
    ANSWER = ("the answer could not be read", "Try again, or choose another model")

    @property
    def reason(self) -> str:
        """What went wrong."""
        return str(self.value[0])

    @property
    def fix(self) -> str:
        """What to do about it."""
        return str(self.value[1])


class ModelError(FitAdError):
    """A language model gave no answer.

    Args:
        profile: The profile's name.
        failure: What went wrong.
        said: What the server said about it, without key and address.
        wait_s: How long the server asks to wait; 0 where it does not say.
        gave: What the profile did instead.
        fix: What to do, where it is not what the failure says.
    """

    def __init__(
        self,
        profile: str,
        failure: CallFailure,
        said: str = "",
        wait_s: float = 0.0,
        gave: str = "gave no answer",
        fix: str = "",
    ) -> None:
        self.failure = failure
        self.wait_s = wait_s
        self.said = said
        why = f"{failure.reason[0].upper()}{failure.reason[1:]}" + (f": {said}" if said else "")
        super().__init__(f"The profile '{profile}' {gave}", why=why, fix=fix or failure.fix)


@dataclass(frozen=True)
class Secrets:
    """What must not be repeated: the key and the address of one profile."""

    hidden: tuple[str, ...]

    def scrubbed(self, text: str) -> str:
        """Return the text with every secret replaced by ``[hidden]``."""
        for secret in self.hidden:
            text = text.replace(secret, "[hidden]")
        return text

    def scrubbed_data(self, data: Any) -> Any:
        """Return JSON data with every secret in its texts replaced."""
        if isinstance(data, str):
            return self.scrubbed(data)
        if isinstance(data, list):
            return [self.scrubbed_data(item) for item in data]
        if isinstance(data, dict):
            return {self.scrubbed(str(key)): self.scrubbed_data(value) for key, value in data.items()}
        return data

    def quoted(self, text: str) -> str:
        """Return a server's words, short, on one line and scrubbed."""
        line = " ".join(self.scrubbed(text).split())
        return line if len(line) <= _MOST_QUOTED else line[:_MOST_QUOTED].rsplit(" ", 1)[0] + " …"


def secrets_of(key: str, base_url: str) -> Secrets:
    """Return what must not be repeated of a profile; of the address also its host alone."""
    host = base_url.split("://", 1)[-1].split("/", 1)[0]
    parts = (key, base_url, host, host.rsplit(":", 1)[0])
    return Secrets(tuple(part for part in parts if len(part) > 3))
